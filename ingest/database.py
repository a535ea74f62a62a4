"""One SQLite file: transactions that may stand inside one another, errors as StoreError."""

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec

from ingest.errors import StoreError

Value = str | bytes | int | float | None
Row = tuple[Any, ...]


class Database:
    """A connection, used by one thread at a time.

    Raises:
        StoreError: the file cannot be opened, here or when something is first read of it.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._depth = 0
        self._after: list[Callable[[], None]] = []
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._db = sqlite3.connect(path, timeout=30, isolation_level=None, check_same_thread=False)
        except (sqlite3.Error, OSError) as error:
            raise self._inaccessible(error) from error

    def close(self) -> None:
        """Close the connection."""
        self._db.close()

    def version(self) -> int:
        """The format that the file says it has; 0 for a new one.

        Raises:
            StoreError: the file is no database.
        """
        try:
            return int(self._db.execute("PRAGMA user_version").fetchone()[0])
        except sqlite3.Error as error:
            raise self._inaccessible(error) from error

    def prepare(self, statements: Iterable[str]) -> None:
        """Run the statements that make tables and indexes where they are not there yet.

        Raises:
            StoreError: the file is no database, or cannot be written to.
        """
        try:
            for statement in statements:
                self._db.execute(statement)
        except sqlite3.Error as error:
            raise self._inaccessible(error) from error

    @contextmanager
    def errors(self) -> Iterator[None]:
        """What goes wrong inside with the database or with what it holds, as StoreError."""
        try:
            yield
        except (sqlite3.Error, msgspec.MsgspecError, UnicodeDecodeError) as error:
            reason = f"base de documents illisible ou pleine ({error}) ; vérifiez l’espace disque et les droits"
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

    def _inaccessible(self, error: Exception) -> StoreError:
        reason = f"base de documents inaccessible ({error}) ; vérifiez les droits et l’espace disque"
        return StoreError(str(self._path), reason)
