"""The file of keys: digests of secrets, scopes, dates, quotas, and calls by day. No secret, no text, no address.

One SQLite file, read at each request, so that what one process revokes, every other refuses at once.
A digest is the HMAC-SHA256 of the token under the server's pepper: 256 random bits need no slow hash (OWASP's
Authentication and Cryptographic Storage cheat sheets ask for one where people choose the secret).
"""

import sqlite3
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from bot import private_database
from bot.keys.errors import KeysUnavailable, UnknownKey
from bot.keys.model import Key, Scope

CALLS_DAYS = 366
_SCHEMA = (
    "CREATE TABLE IF NOT EXISTS keys (id TEXT PRIMARY KEY, name TEXT NOT NULL, scopes TEXT NOT NULL, created_at TEXT "
    "NOT NULL, expires_at TEXT, revoked_at TEXT, per_minute INTEGER NOT NULL, per_day INTEGER NOT NULL, last_used TEXT)"
    " STRICT",
    "CREATE TABLE IF NOT EXISTS secrets (digest BLOB PRIMARY KEY, key_id TEXT NOT NULL REFERENCES keys (id), "
    "created_at TEXT NOT NULL, expires_at TEXT) STRICT",
    "CREATE TABLE IF NOT EXISTS calls (key_id TEXT NOT NULL REFERENCES keys (id), day TEXT NOT NULL, times INTEGER NOT "
    "NULL, PRIMARY KEY (key_id, day)) STRICT",
)
_KEY = (
    "SELECT id, name, scopes, created_at, expires_at, revoked_at, per_minute, per_day, last_used, "
    "(SELECT times FROM calls WHERE key_id = id AND day = :day), "
    "(SELECT count(*) FROM secrets WHERE key_id = id AND (expires_at IS NULL OR expires_at > :now)) FROM keys"
)


def _now() -> datetime:
    return datetime.now(UTC)


class KeyFile:
    """The file of keys, readable by its owner only. Safe to share between threads and processes.

    Every method raises KeysUnavailable when the file cannot be used; an absent file holds no key. Only ``add``
    creates it.
    """

    def __init__(self, path: Path, *, now: Callable[[], datetime] = _now) -> None:
        self._path = path
        self._now = now
        self._lock = threading.Lock()
        self._reader: tuple[sqlite3.Connection, tuple[int, int]] | None = None

    def close(self) -> None:
        """Let go of the file; a later read opens it again."""
        with self._lock:
            self._forget()

    def now(self) -> datetime:
        """The time by which keys are judged, UTC."""
        return self._now()

    def find(self, key_id: str) -> tuple[Key, tuple[bytes, ...]] | None:
        """A key and the digests of its secrets that are not too old; None when there is no such key."""
        if not self._path.exists():
            return None
        with self._reading() as db:
            row = db.execute(f"{_KEY} WHERE id = :id", {**self._moment(), "id": key_id}).fetchone()
            if row is None:
                return None
            digests = db.execute(
                "SELECT digest FROM secrets WHERE key_id = ? AND (expires_at IS NULL OR expires_at > ?)",
                (key_id, self._now().isoformat()),
            ).fetchall()
        return _key(row), tuple(digest for (digest,) in digests)

    def keys(self) -> tuple[Key, ...]:
        """Every key, oldest first, the revoked ones too."""
        if not self._path.exists():
            return ()
        with self._reading() as db:
            return tuple(map(_key, db.execute(f"{_KEY} ORDER BY created_at, id", self._moment()).fetchall()))

    def add(self, key: Key, digest: bytes) -> None:
        """Keep a new key."""
        with self._writing(create=True) as db:
            db.execute(
                "INSERT INTO keys VALUES (?, ?, ?, ?, ?, NULL, ?, ?, NULL)",
                (
                    key.id,
                    key.name,
                    " ".join(sorted(key.scopes)),
                    key.created_at.isoformat(),
                    key.expires_at.isoformat() if key.expires_at else None,
                    key.per_minute,
                    key.per_day,
                ),
            )
            self._add_secret(db, key.id, digest)

    def renew(self, key_id: str, digest: bytes, *, overlap: timedelta, expires_at: datetime | None) -> None:
        """Give a key a new secret and a new end; the latest of the old secrets stays good for ``overlap``, and never
        beyond the end that the key had: what had ended stays ended.

        Raises:
            UnknownKey: no such key, or it is revoked.
        """
        now = self._now()
        with self._writing() as db:
            old = db.execute("SELECT expires_at FROM keys WHERE id = ?", (key_id,)).fetchone()
            changed = db.execute(
                "UPDATE keys SET expires_at = ? WHERE id = ? AND revoked_at IS NULL",
                (expires_at.isoformat() if expires_at else None, key_id),
            ).rowcount
            if not changed:
                raise UnknownKey(f"aucune clé en service « {key_id} » ; la liste : cybervigie keys list")
            # A secret that was already leaving goes now: never more than two are good.
            db.execute("DELETE FROM secrets WHERE key_id = ? AND expires_at IS NOT NULL", (key_id,))
            end = now + overlap
            if old[0] is not None:
                end = min(end, datetime.fromisoformat(old[0]))
            if end <= now:
                db.execute("DELETE FROM secrets WHERE key_id = ?", (key_id,))
            db.execute("UPDATE secrets SET expires_at = ? WHERE key_id = ?", (end.isoformat(), key_id))
            self._add_secret(db, key_id, digest)

    def revoke(self, key_id: str) -> bool:
        """Refuse a key from now on; False when it already was.

        Raises:
            UnknownKey: no such key.
        """
        with self._writing() as db:
            if db.execute("SELECT 1 FROM keys WHERE id = ?", (key_id,)).fetchone() is None:
                raise UnknownKey(f"aucune clé « {key_id} » ; la liste : cybervigie keys list")
            done = db.execute(
                "UPDATE keys SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL", (self._now().isoformat(), key_id)
            ).rowcount
        return bool(done)

    def count(self, calls: Mapping[tuple[str, date], int]) -> None:
        """Add calls by key and day, and note the last day of use; days too old are forgotten."""
        with self._writing() as db:
            for (key_id, day), times in calls.items():
                db.execute(
                    "INSERT INTO calls SELECT ?1, ?2, ?3 WHERE EXISTS (SELECT 1 FROM keys WHERE id = ?1) "
                    "ON CONFLICT DO UPDATE SET times = times + ?3",
                    (key_id, day.isoformat(), times),
                )
                db.execute(
                    "UPDATE keys SET last_used = max(?, coalesce(last_used, '')) WHERE id = ?",
                    (day.isoformat(), key_id),
                )
            before = (self._now().date() - timedelta(days=CALLS_DAYS)).isoformat()
            db.execute("DELETE FROM calls WHERE day < ?", (before,))

    def _add_secret(self, db: sqlite3.Connection, key_id: str, digest: bytes) -> None:
        db.execute("INSERT INTO secrets VALUES (?, ?, ?, NULL)", (digest, key_id, self._now().isoformat()))

    def _moment(self) -> dict[str, str]:
        now = self._now()
        return {"now": now.isoformat(), "day": now.date().isoformat()}

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        """The file as it is now, through a connection that is kept: opening one costs more than all the rest."""
        with self._lock:
            try:
                stat = self._path.stat()
                file = (stat.st_dev, stat.st_ino)
                if self._reader is not None and self._reader[1] != file:
                    self._forget()
                if self._reader is None:
                    opened = sqlite3.connect(self._path, timeout=0.5, isolation_level=None, check_same_thread=False)
                    self._reader = (opened, file)
                db = self._reader[0]
                db.execute("BEGIN")
                yield db
                db.execute("COMMIT")
            except (sqlite3.Error, OSError, ValueError) as error:
                self._forget()
                raise self._unavailable(error) from None

    def _forget(self) -> None:
        if self._reader is not None:
            self._reader[0].close()
            self._reader = None

    @contextmanager
    def _writing(self, *, create: bool = False) -> Iterator[sqlite3.Connection]:
        """One transaction, on the disk when the block ends."""
        try:
            if create:
                private_database.create(self._path)
            elif not self._path.exists():
                raise UnknownKey("aucune clé n’a été créée ; créez-en une par « cybervigie keys create »")
            with private_database.transaction(self._path, _SCHEMA) as db:
                yield db
        except (sqlite3.Error, OSError, ValueError) as error:
            raise self._unavailable(error) from None

    def _unavailable(self, error: Exception) -> KeysUnavailable:
        # Not the message of the error: it could quote a value.
        return KeysUnavailable(
            f"{self._path} : fichier des clés inutilisable ({type(error).__name__}) ; "
            "vérifiez les droits et l’espace disque"
        )


def _key(row: tuple[str, str, str, str, str | None, str | None, int, int, str | None, int | None, int]) -> Key:
    id_, name, scopes, created_at, expires_at, revoked_at, per_minute, per_day, last_used, used_today, secrets = row
    return Key(
        id=id_,
        name=name,
        scopes=frozenset(map(Scope, scopes.split())),
        created_at=datetime.fromisoformat(created_at),
        expires_at=datetime.fromisoformat(expires_at) if expires_at else None,
        revoked_at=datetime.fromisoformat(revoked_at) if revoked_at else None,
        per_minute=per_minute,
        per_day=per_day,
        last_used=date.fromisoformat(last_used) if last_used else None,
        used_today=used_today or 0,
        secrets=secrets,
    )
