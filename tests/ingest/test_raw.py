import hashlib
import os
from pathlib import Path

import pytest

from ingest.raw import RawFiles


def test_bytes_are_named_by_their_digest_alone(tmp_path: Path) -> None:
    files = RawFiles(tmp_path / "raw")
    sha256 = files.write(b"\x00\xff")
    assert sha256 == hashlib.sha256(b"\x00\xff").hexdigest()
    assert files.path(sha256) == tmp_path / "raw" / sha256[:2] / sha256
    assert files.path(sha256).read_bytes() == b"\x00\xff"
    assert files.write(b"\x00\xff") == sha256
    assert [path.name for path in files.path(sha256).parent.iterdir()] == [sha256]
    files.remove(sha256)
    files.remove(sha256)
    assert not files.path(sha256).exists()


def test_a_sweep_takes_what_a_killed_program_left(tmp_path: Path) -> None:
    files = RawFiles(tmp_path)
    files.sweep(lambda _: True)
    used, unused = files.write(b"used"), files.write(b"unused")
    scratch = files.path(used).parent / ".writing-abc"
    scratch.mkdir()
    (scratch / "part").write_bytes(b"us")
    files.sweep(lambda sha256: sha256 == used)
    assert sorted(path.name for path in tmp_path.glob("*/*")) == [used]
    assert not files.path(unused).exists()


def test_a_file_that_resists_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = RawFiles(tmp_path)
    sha256 = files.write(b"x")

    def resist(*_: object, **__: object) -> None:
        raise PermissionError

    with monkeypatch.context() as patch:
        patch.setattr(Path, "unlink", resist)
        files.remove(sha256)
    assert files.path(sha256).exists()


def test_the_name_of_a_file_is_on_disk_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[str] = []
    monkeypatch.setattr(
        os, "fsync", lambda descriptor: synced.append(str(Path(f"/proc/self/fd/{descriptor}").readlink()))
    )
    files = RawFiles(tmp_path / "raw")
    path = files.path(files.write(b"x"))
    assert synced[1:] == [str(path.parent), str(tmp_path / "raw")]
