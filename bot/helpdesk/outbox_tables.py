"""The tables of the outbox, and the one connection to them."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot import private_database
from bot.helpdesk.errors import OutboxUnavailable
from ingest.system_words import system_words

_VERSION = 2
_SCHEMA = (
    "CREATE TABLE jobs (key TEXT PRIMARY KEY, desk TEXT NOT NULL, ticket TEXT NOT NULL, article TEXT NOT NULL, "
    "state TEXT NOT NULL, attempts INTEGER NOT NULL, due REAL NOT NULL, lease REAL NOT NULL, created REAL NOT NULL, "
    "updated REAL NOT NULL, code TEXT NOT NULL, status TEXT NOT NULL, reason TEXT NOT NULL, answers TEXT NOT NULL, "
    "evaluation INTEGER NOT NULL) STRICT, WITHOUT ROWID",
    "CREATE INDEX jobs_due ON jobs (state, due)",
    # The masked message of a desk that cannot be asked again, until its draft is delivered.
    "CREATE TABLE texts (key TEXT PRIMARY KEY REFERENCES jobs, ticket TEXT NOT NULL) STRICT",
    "CREATE TABLE deliveries (desk TEXT NOT NULL, id TEXT NOT NULL, at REAL NOT NULL, PRIMARY KEY (desk, id)) "
    "STRICT, WITHOUT ROWID",
    "CREATE TABLE cursors (desk TEXT PRIMARY KEY, cursor TEXT NOT NULL) STRICT, WITHOUT ROWID",
    "CREATE TABLE verdicts (key TEXT PRIMARY KEY, desk TEXT NOT NULL, day TEXT NOT NULL, verdict TEXT NOT NULL, "
    "status TEXT NOT NULL) STRICT, WITHOUT ROWID",
)
_SECOND = (
    # Ends of the process in a row while the job was in hand.
    "ALTER TABLE jobs ADD COLUMN crashes INTEGER NOT NULL DEFAULT 0",
    # Of the draft: "person" where it went to the person who asked.
    "ALTER TABLE jobs ADD COLUMN audience TEXT NOT NULL DEFAULT ''",
    "CREATE INDEX jobs_ticket ON jobs (desk, ticket)",
)


class Tables:
    """One connection, shared between the threads of a process; other processes have theirs.

    Everything is on the disk when a transaction ends (``synchronous = FULL``); what is deleted is overwritten
    (``secure_delete``). The file is its owner's only.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.RLock()
        self._db: sqlite3.Connection | None = None

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """A transaction, on the disk when the block ends. Raises OutboxUnavailable."""
        with self._lock:
            try:
                db = self._opened()
                db.execute("BEGIN IMMEDIATE")
                try:
                    yield db
                except BaseException:
                    db.execute("ROLLBACK")
                    raise
                db.execute("COMMIT")
            except (sqlite3.Error, OSError) as error:
                raise self._unavailable(error) from None

    def forget(self) -> bool:
        """Take what was deleted out of the write-ahead log too; False while another process is reading."""
        with self._lock:
            try:
                busy, _, _ = self._opened().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            except (sqlite3.Error, OSError) as error:
                raise self._unavailable(error) from None
        return not busy

    def close(self) -> None:
        """Close the connection; the next transaction opens another."""
        with self._lock:
            if self._db is not None:
                self._db.close()
                self._db = None

    def _opened(self) -> sqlite3.Connection:
        if self._db is not None:
            return self._db
        private_database.create(self._path, parents=True)
        db = sqlite3.connect(self._path, timeout=10, isolation_level=None, check_same_thread=False)
        try:
            db.row_factory = sqlite3.Row
            private_database.harden(db)
            self._migrate(db)
        except BaseException:
            db.close()
            raise
        self._db = db
        return db

    def _migrate(self, db: sqlite3.Connection) -> None:
        db.execute("BEGIN IMMEDIATE")
        (version,) = db.execute("PRAGMA user_version").fetchone()
        for reached, statements in enumerate((_SCHEMA, _SECOND)):
            if version <= reached:
                for statement in statements:
                    db.execute(statement)
        if version < _VERSION:
            db.execute(f"PRAGMA user_version = {_VERSION}")
        db.execute("COMMIT")
        if version > _VERSION:
            raise OutboxUnavailable(f"{self._path} : écrit par une version plus récente de CyberVigie")

    def _unavailable(self, error: Exception) -> OutboxUnavailable:
        return OutboxUnavailable(
            f"{self._path} : file d’envoi inutilisable ({system_words(error)}) ; vérifiez les droits et l’espace disque"
        )
