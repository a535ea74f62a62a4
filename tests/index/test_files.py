import hashlib
from pathlib import Path

import pytest

from index.files import file_sha256, sync


@pytest.mark.parametrize("content", [b"", b"abc", bytes(3_000_000)])
def test_digest_is_that_of_the_content(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x").write_bytes(content)
    assert file_sha256(tmp_path / "x") == hashlib.sha256(content).hexdigest()


def test_files_and_folders_are_synced(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"x")
    sync(tmp_path / "x")
    sync(tmp_path)
    with pytest.raises(FileNotFoundError):
        sync(tmp_path / "absent")
