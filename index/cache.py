"""Vectors already computed, by model and text: what makes a build incremental, and a killed one resume."""

import hashlib
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from index.errors import BuildError
from index.model import FloatMatrix
from index.ports import Embedder

_BATCH = 64
_LOOKUP = 500
_SCHEMA = "CREATE TABLE IF NOT EXISTS vectors (key BLOB PRIMARY KEY, vector BLOB NOT NULL) STRICT, WITHOUT ROWID"

Progress = Callable[[int], None]


class VectorCache:
    """Half-precision vectors in SQLite, written in small transactions.

    A key is a SHA-256 over the model's digest and the text, so a new model never meets old vectors.

    Raises:
        BuildError: from every method, when the file cannot be read or written.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        with self._errors():
            self._db = sqlite3.connect(path, timeout=30, isolation_level=None)
            try:
                self._db.execute("PRAGMA journal_mode = WAL")
                # A cache may lose its last transaction in a power cut: the texts are embedded again.
                self._db.execute("PRAGMA synchronous = NORMAL")
                self._db.execute(_SCHEMA)
            except sqlite3.Error:
                self._db.close()
                raise

    def close(self) -> None:
        """Close the database."""
        self._db.close()

    def embed(
        self, embedder: Embedder, texts: Sequence[str], *, progress: Progress = lambda _: None
    ) -> tuple[FloatMatrix, int]:
        """Vectors of the texts, shape (len(texts), dimension), and how many had to be computed.

        ``progress`` is told how many texts more are done.
        """
        keys = [_key(embedder, text) for text in texts]
        unique = dict(zip(keys, texts, strict=True))
        found = self._find(list(unique))
        missing = [key for key in unique if key not in found]
        progress(len(texts) - sum(1 for key in keys if key not in found))
        copies = dict.fromkeys(missing, 0)
        for key in keys:
            if key in copies:
                copies[key] += 1
        for start in range(0, len(missing), _BATCH):
            batch = missing[start : start + _BATCH]
            vectors = embedder.embed_passages([unique[key] for key in batch]).astype(np.float16)
            rows = [(key, row.tobytes()) for key, row in zip(batch, vectors, strict=True)]
            with self._errors():
                self._change("INSERT OR REPLACE INTO vectors VALUES (?, ?)", rows)
            found.update(zip(batch, vectors, strict=True))
            progress(sum(copies[key] for key in batch))
        if not keys:
            return np.zeros((0, embedder.dimension), dtype=np.float32), 0
        return np.stack([found[key] for key in keys]).astype(np.float32), len(missing)

    def keep(self, embedder: Embedder, texts: Sequence[str]) -> int:
        """Forget every vector but those of these texts under this model; how many went."""
        keep = {_key(embedder, text) for text in texts}
        with self._errors():
            gone = [(key,) for (key,) in self._db.execute("SELECT key FROM vectors") if key not in keep]
            self._change("DELETE FROM vectors WHERE key = ?", gone)
        return len(gone)

    def _find(self, keys: list[bytes]) -> dict[bytes, np.ndarray[tuple[int], np.dtype[np.float16]]]:
        found: dict[bytes, np.ndarray[tuple[int], np.dtype[np.float16]]] = {}
        for start in range(0, len(keys), _LOOKUP):
            part = keys[start : start + _LOOKUP]
            marks = ",".join("?" * len(part))
            with self._errors():
                rows = self._db.execute(f"SELECT key, vector FROM vectors WHERE key IN ({marks})", part)  # noqa: S608
                found.update((key, np.frombuffer(blob, dtype=np.float16)) for key, blob in rows)
        return found

    def _change(self, statement: str, rows: Sequence[tuple[bytes, ...]]) -> None:
        """Apply a statement to many rows: all or none."""
        self._db.execute("BEGIN")
        try:
            self._db.executemany(statement, rows)
            self._db.execute("COMMIT")
        except BaseException:
            # A full disk may have ended the transaction already.
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
            raise

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.OperationalError as error:
            cure = "libérez de l’espace disque, vérifiez les droits et relancez : rien n’est perdu"
            raise BuildError(str(self._path), f"cache de vecteurs inaccessible ({error}) ; {cure}") from error
        except sqlite3.Error as error:
            cure = "supprimez ce fichier et relancez"
            raise BuildError(str(self._path), f"cache de vecteurs illisible ({error}) ; {cure}") from error


def _key(embedder: Embedder, text: str) -> bytes:
    return hashlib.sha256(f"{embedder.digest}\0{text}".encode("utf-8", "surrogatepass")).digest()
