"""What the system says, in French."""

import errno
import os
import sqlite3
from pathlib import Path

import pytest

from ingest.system_words import system_words


@pytest.mark.parametrize(
    ("number", "words"),
    [(errno.ENOSPC, "disque plein"), (errno.EROFS, "disque en lecture seule"), (errno.EACCES, "accès refusé")],
)
def test_errors_of_the_system_name_their_file(number: int, words: str) -> None:
    assert system_words(OSError(number, os.strerror(number), "/données/x")) == f"{words}\u00a0: /données/x"
    assert system_words(OSError(number, os.strerror(number))) == words


def test_what_has_no_words_is_given_by_its_number() -> None:
    assert system_words(OSError(errno.EXDEV, "Invalid cross-device link")) == f"erreur {errno.EXDEV} du système"
    assert system_words(OSError("message à nous")) == "message à nous"


def test_errors_of_the_database(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"rien" * 1000)
    for path, words in ((tmp_path / "x", "ce n’est pas une base"), (tmp_path / "a" / "b", "impossible à ouvrir")):
        with pytest.raises(sqlite3.Error) as caught:
            sqlite3.connect(path).execute("SELECT * FROM sqlite_master")
        assert words in system_words(caught.value)
