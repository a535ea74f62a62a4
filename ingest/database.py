"""One SQLite file: transactions that may stand inside one another, errors as StoreError."""

import re
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec

from ingest.errors import StoreError
from ingest.system_words import system_words

Value = str | bytes | int | float | None
Row = tuple[Any, ...]
_READ_ONLY = (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY)
_TABLE = re.compile(r"CREATE TABLE IF NOT EXISTS (\w+)")


class Database:
    """A connection, used by one thread at a time. On a disk that cannot be written to, what is there can be read.

    Raises:
        StoreError: the file cannot be opened, here or when something is first read of it.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._depth = 0
        self._after: list[Callable[[], None]] = []
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._db = self._connected(f"{path.resolve().as_uri()}?mode=rwc")
        except (sqlite3.Error, OSError) as error:
            raise self._inaccessible(error) from error
        self._frozen = False

    def close(self) -> None:
        """Close the connection."""
        self._db.close()

    def version(self) -> int:
        """The format that the file says it has; 0 for a new one.

        Raises:
            StoreError: the file is no database.
        """
        try:
            try:
                return self._version()
            except sqlite3.OperationalError as error:
                # A database in WAL mode needs files beside it, even to be read: not where it is said to never change.
                if error.sqlite_errorcode & 0xFF not in _READ_ONLY or self._unsettled():
                    raise
                frozen = self._connected(f"{self._path.resolve().as_uri()}?mode=ro&immutable=1")
            self._db.close()
            self._db, self._frozen = frozen, True
            return self._version()
        except sqlite3.Error as error:
            raise self._inaccessible(error) from error

    def prepare(self, statements: Iterable[str]) -> None:
        """Run the statements that make tables and indexes where they are not there yet.

        Raises:
            StoreError: the file is no database, or cannot be written to.
        """
        try:
            for statement in statements:
                if not self._frozen:
                    self._db.execute(statement)
                elif (table := _TABLE.match(statement)) and not self._known(table[1]):
                    # Nothing was ever written in it: an empty one, in memory, says the same.
                    self._db.execute(statement.replace("CREATE TABLE", "CREATE TEMP TABLE", 1))
        except sqlite3.Error as error:
            raise self._inaccessible(error) from error

    @contextmanager
    def errors(self) -> Iterator[None]:
        """What goes wrong inside with the database or with what it holds, as StoreError."""
        try:
            yield
        except (sqlite3.Error, msgspec.MsgspecError, UnicodeDecodeError) as error:
            words = system_words(error) if isinstance(error, sqlite3.Error) else "contenu abîmé"
            reason = f"base de documents illisible ou pleine ({words}) ; vérifiez l’espace disque et les droits"
            raise StoreError(str(self._path), reason) from error

    def rows(self, statement: str, *values: Value) -> list[Row]:
        """The rows of a SELECT."""
        with self.errors():
            return self._db.execute(statement, values).fetchall()

    def row(self, statement: str, *values: Value) -> Row | None:
        """The first row of a SELECT."""
        with self.errors():
            found: Row | None = self._db.execute(statement, values).fetchone()
            return found

    def change(self, statement: str, *values: Value) -> int:
        """Run a statement that writes; the rows that it changed."""
        with self.errors():
            return self._db.execute(statement, values).rowcount

    def insert(self, statement: str, *values: Value) -> int:
        """Run an INSERT; the row's number."""
        with self.errors():
            return self._db.execute(statement, values).lastrowid or 0

    def change_each(self, statement: str, values: Iterable[tuple[Value, ...]]) -> None:
        """Run a statement that writes once for each tuple."""
        with self.errors():
            self._db.executemany(statement, values)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing for the changes made inside. Inside another one, a part of it: undone alone when it fails,
        kept when the outer one is."""
        name = f"level{self._depth}"
        begin, keep, undo = f"SAVEPOINT {name}", f"RELEASE {name}", [f"ROLLBACK TO {name}", f"RELEASE {name}"]
        if self._depth == 0:
            begin, keep, undo = "BEGIN IMMEDIATE", "COMMIT", ["ROLLBACK"]
        with self.errors():
            self._db.execute(begin)
            self._depth += 1
            try:
                yield
                self._db.execute(keep)
            except BaseException:
                # A full disk may have ended the transaction already.
                if self._db.in_transaction:
                    for statement in undo:
                        self._db.execute(statement)
                if self._depth == 1:
                    self._after.clear()
                raise
            finally:
                self._depth -= 1
        if self._depth == 0:
            self._act()

    def after_commit(self, action: Callable[[], None]) -> None:
        """Run ``action`` once the changes of the transaction in progress are on disk, never when they are undone; at
        once outside a transaction."""
        if action not in self._after:
            self._after.append(action)
        if self._depth == 0:
            self._act()

    def _act(self) -> None:
        actions, self._after = self._after, []
        for action in actions:
            action()

    @staticmethod
    def _connected(uri: str) -> sqlite3.Connection:
        db = sqlite3.connect(uri, uri=True, timeout=30, isolation_level=None, check_same_thread=False)
        db.execute("PRAGMA temp_store = MEMORY")
        return db

    def _unsettled(self) -> bool:
        """Whether a killed program left changes beside the file, which nobody can see without writing."""
        log = self._path.with_name(f"{self._path.name}-wal")
        return not self._path.is_file() or (log.exists() and log.stat().st_size > 0)

    def _version(self) -> int:
        return int(self._db.execute("PRAGMA user_version").fetchone()[0])

    def _known(self, table: str) -> bool:
        return self._db.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (table,)).fetchone() is not None

    def _inaccessible(self, error: Exception) -> StoreError:
        reason = f"base de documents inaccessible ({system_words(error)}) ; vérifiez les droits et l’espace disque"
        return StoreError(str(self._path), reason)
