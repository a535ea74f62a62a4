"""The loader's versions: size, digest, those kept for the pages that pin them."""

import base64
import gzip
import hashlib
from pathlib import Path

from bot.widget.loader import Loader, current, keep, pinned


def test_the_size_promised_to_integrators() -> None:
    assert len(gzip.compress(current().content, 9)) < 10_000


def test_the_integrity_is_that_of_the_bytes() -> None:
    loader = current()
    digest = hashlib.sha384(loader.content).digest()
    assert loader.integrity == "sha384-" + base64.b64encode(digest).decode()
    assert loader.name == f"v1.{digest.hex()[:16]}.js"


def test_versions_served_once_are_served_again(tmp_path: Path) -> None:
    old, new = Loader(b"old"), Loader(b"new")
    folder = tmp_path / "widget"
    assert set(pinned(folder, new)) == {new.name}
    assert keep(folder, old)
    assert keep(folder, old)
    assert dict(pinned(folder, new)) == {new.name: new, old.name: old}


def test_a_version_that_was_tampered_with_is_not_served(tmp_path: Path) -> None:
    old = Loader(b"old")
    assert keep(tmp_path, old)
    (tmp_path / old.name).write_bytes(b"changed")
    (tmp_path / "v1.0123456789abcdef.js").write_bytes(b"invented")
    assert set(pinned(tmp_path, current())) == {current().name}


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    assert not keep(tmp_path / "file" / "widget", current())
