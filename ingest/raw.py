"""The bytes that documents were read from: one file for each content, named by its SHA-256 alone."""

import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from ingest.errors import StoreError
from ingest.system_words import system_words

_WRITING = ".writing-"


class RawFiles:
    """Files ``ab/ab12...`` of a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def path(self, sha256: str) -> Path:
        """Where the bytes of that SHA-256 stand, if they were kept."""
        return self._folder / sha256[:2] / sha256

    def write(self, raw: bytes) -> str:
        """Keep bytes, on disk when this returns; their SHA-256.

        Raises:
            StoreError: they cannot be written.
        """
        sha256 = hashlib.sha256(raw).hexdigest()
        path = self.path(sha256)
        if path.is_file():
            return sha256
        try:
            made = not path.parent.is_dir()
            path.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(dir=path.parent, prefix=_WRITING) as scratch:
                written = Path(scratch) / path.name
                with written.open("wb") as stream:
                    stream.write(raw)
                    stream.flush()
                    os.fsync(stream.fileno())
                written.replace(path)
            _sync(path.parent)
            if made:
                _sync(self._folder)
        except OSError as error:
            reason = f"écriture impossible ({system_words(error)}) ; libérez de l’espace disque, vérifiez les droits"
            raise StoreError(str(path), reason) from error
        return sha256

    def remove(self, sha256: str) -> None:
        """Remove the bytes of that SHA-256. A file that resists is left to a later sweep."""
        with suppress(OSError):
            self.path(sha256).unlink(missing_ok=True)

    def sweep(self, used: Callable[[str], bool]) -> None:
        """Remove what a killed program left: files of which ``used`` is false, and unfinished ones."""
        for found in self._folder.glob("*/*"):
            if found.name.startswith(_WRITING):
                shutil.rmtree(found, ignore_errors=True)
            elif not used(found.name):
                self.remove(found.name)


def _sync(folder: Path) -> None:
    """A file renamed is on disk when its folder is."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
