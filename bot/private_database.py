"""A SQLite file for its owner only: what is committed is on the disk, what is deleted leaves no bytes."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

BUSY_SECONDS = 5.0


def create(path: Path, *, parents: bool = False) -> None:
    """The folder and an empty file, for their owner only; what SQLite puts beside the file takes its mode.

    Without ``parents``, the folder above must exist: where there is no data folder, nothing was installed.

    Raises:
        OSError: they cannot be made.
    """
    path.parent.mkdir(mode=0o700, parents=parents, exist_ok=True)
    path.touch(mode=0o600)
    if path.stat().st_mode & 0o077:
        path.chmod(0o600)


def harden(db: sqlite3.Connection) -> None:
    """Make what ends on this connection lasting, and what it deletes overwritten. Raises sqlite3.Error."""
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("PRAGMA synchronous = FULL")
    db.execute("PRAGMA secure_delete = ON")


@contextmanager
def transaction(path: Path, schema: Sequence[str]) -> Iterator[sqlite3.Connection]:
    """One transaction of a connection of its own, undone when the block fails; ``schema`` is made first.

    Raises:
        sqlite3.Error: the file is no such database, cannot be written to, or stays busy.
    """
    with closing(sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)) as db:
        harden(db)
        db.execute("BEGIN IMMEDIATE")
        for statement in schema:
            db.execute(statement)
        yield db
        db.execute("COMMIT")
