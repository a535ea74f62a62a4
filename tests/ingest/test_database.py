import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest.database import Database
from ingest.errors import StoreError


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = Database(tmp_path / "new" / "file.sqlite")
    opened.prepare(["CREATE TABLE IF NOT EXISTS words (word TEXT UNIQUE) STRICT"] * 2)
    yield opened
    opened.close()


def words(database: Database) -> str:
    return "".join(word for (word,) in database.rows("SELECT word FROM words ORDER BY word"))


def put(database: Database, *found: str) -> None:
    for word in found:
        database.change("INSERT INTO words VALUES (?)", word)


class Stop(Exception):
    pass


def test_a_transaction_inside_another_is_a_part_of_it(database: Database) -> None:
    with database.transaction():
        put(database, "a")
        with database.transaction():
            put(database, "b")
            with database.transaction():
                put(database, "c")
    assert words(database) == "abc"


def test_the_inner_one_is_undone_alone(database: Database) -> None:
    def part(*found: str) -> None:
        with database.transaction():
            put(database, *found)
            raise Stop

    with database.transaction():
        put(database, "a")
        with pytest.raises(Stop):
            part("b", "c")
        with database.transaction():
            put(database, "d")
        with pytest.raises(Stop):
            part("b")
    assert words(database) == "ad"


def test_the_outer_one_undoes_what_the_inner_one_kept(database: Database) -> None:
    def whole() -> None:
        with database.transaction():
            with database.transaction():
                put(database, "a")
            raise Stop

    with pytest.raises(Stop):
        whole()
    assert words(database) == ""
    put(database, "b")
    assert words(database) == "b"


def test_an_error_of_the_database_undoes_its_part(database: Database) -> None:
    def twice() -> None:
        with database.transaction():
            put(database, "b", "b")

    with database.transaction():
        put(database, "a")
        with pytest.raises(StoreError, match="vérifiez l’espace disque"):
            twice()
    assert words(database) == "a"


def test_what_follows_a_commit_follows_the_outermost_one(database: Database) -> None:
    seen: list[str] = []

    def look() -> None:
        seen.append(words(database))

    with database.transaction():
        put(database, "a")
        with database.transaction():
            database.after_commit(look)
            database.after_commit(look)
        put(database, "b")
        assert seen == []
    assert seen == ["ab"]
    database.after_commit(look)
    assert seen == ["ab", "ab"]


def test_nothing_follows_what_was_undone(database: Database) -> None:
    seen: list[str] = []

    def whole() -> None:
        with database.transaction():
            database.after_commit(lambda: seen.append("done"))
            raise Stop

    with pytest.raises(Stop):
        whole()
    with database.transaction():
        pass
    assert seen == []


def test_rows_and_numbers(database: Database) -> None:
    database.prepare(["CREATE TABLE numbered (number INTEGER PRIMARY KEY, word TEXT)"])
    assert database.insert("INSERT INTO numbered (word) VALUES (?)", "a") == 1
    assert database.insert("INSERT INTO numbered (word) VALUES (?)", "b") == 2
    database.change_each("INSERT INTO numbered (word) VALUES (?)", [("c",), ("d",)])
    assert database.row("SELECT word FROM numbered WHERE number = ?", 4) == ("d",)
    assert database.row("SELECT word FROM numbered WHERE number = ?", 5) is None
    assert database.change("DELETE FROM numbered WHERE number > ?", 1) == 3
    assert database.version() == 0


def test_a_folder_that_cannot_be_made_is_an_error_in_french(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(StoreError, match="base de documents inaccessible"):
        Database(tmp_path / "file" / "documents.sqlite")


def test_a_file_that_is_no_database_is_an_error_in_french(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"not a database" * 500)
    database = Database(tmp_path / "file")
    with pytest.raises(StoreError, match="base de documents inaccessible"):
        database.version()
    with pytest.raises(StoreError, match="base de documents inaccessible"):
        database.prepare(["CREATE TABLE words (word TEXT)"])
    database.close()


class SealedDisk(Database):
    """A database whose disk lets nobody write."""

    def _version(self) -> int:
        if not self._frozen:
            error = sqlite3.OperationalError("unable to open database file")
            error.sqlite_errorcode = sqlite3.SQLITE_CANTOPEN
            raise error
        return super()._version()


def test_what_is_there_can_be_read_on_a_disk_that_is_read_only(database: Database, tmp_path: Path) -> None:
    put(database, "a", "b")
    database.close()
    sealed = SealedDisk(tmp_path / "new" / "file.sqlite")
    assert sealed.version() == 0
    sealed.prepare(
        [
            "PRAGMA journal_mode = WAL",
            "CREATE TABLE IF NOT EXISTS words (word TEXT UNIQUE) STRICT",
            "CREATE TABLE IF NOT EXISTS others (word TEXT UNIQUE) STRICT",
            "CREATE INDEX IF NOT EXISTS others_word ON others (word)",
        ]
    )
    assert words(sealed) == "ab"
    assert sealed.rows("SELECT word FROM others") == []
    with pytest.raises(StoreError, match="lecture seule"):
        put(sealed, "c")
    sealed.close()


def test_changes_that_nobody_can_see_are_not_passed_over(database: Database, tmp_path: Path) -> None:
    database.close()
    path = tmp_path / "new" / "file.sqlite"
    path.with_name("file.sqlite-wal").write_bytes(b"changes")
    with pytest.raises(StoreError, match="impossible à ouvrir"):
        SealedDisk(path).version()
