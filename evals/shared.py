"""Where the shared material lies, and reading it."""

import gzip
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

VARIABLE = "CYBERVIGIE_SHARED"
REPOSITORY = Path(__file__).resolve().parent.parent


def shared_folder() -> Path | None:
    """The folder ``../shared`` beside the repository, or the one that ``CYBERVIGIE_SHARED`` names; None if absent."""
    folder = Path(os.environ.get(VARIABLE) or REPOSITORY.parent / "shared")
    return folder if (folder / "README.md").is_file() else None


def require_shared() -> Path:
    """The shared folder.

    Raises:
        SystemExit: it is absent.
    """
    folder = shared_folder()
    if folder is None:
        raise SystemExit(f"shared material not found: put it in ../shared or set {VARIABLE}")
    return folder


def read_lines(path: Path) -> Iterator[dict[str, Any]]:
    """The objects of a JSON Lines file, packed or not."""
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8") as stream:
        for line in stream:
            if line.strip():
                yield json.loads(line)
