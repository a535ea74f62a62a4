"""The document store: one SQLite file for documents, one folder for the bytes they were read from.

    data/documents.sqlite      the documents, as JSON, one current version for each source id
    data/raw/ab/ab12...        raw files by SHA-256

Every change is one transaction: a killed process loses at most the document it was writing.
"""

import hashlib
import os
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from types import TracebackType
from typing import Self

import msgspec

from ingest.errors import StoreError
from ingest.model import Document, DocumentKind

FORMAT = 1
_SCHEMA = """
CREATE TABLE IF NOT EXISTS documents (
    source_id TEXT PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    publisher TEXT NOT NULL,
    title TEXT NOT NULL,
    url TEXT,
    characters INTEGER NOT NULL,
    collection TEXT NOT NULL,
    body BLOB NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS documents_collection ON documents (collection);
"""
_decoder = msgspec.json.Decoder(Document)


class Outcome(StrEnum):
    """What storing a document did."""

    ADDED = "added"
    UPDATED = "updated"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class StoredSummary:
    """A document without its text. ``collection``: ``starter`` or ``added``."""

    id: str
    source_id: str
    kind: DocumentKind
    publisher: str
    title: str
    url: str | None
    characters: int
    collection: str


class DocumentStore:
    """Documents by id and by source id. A context manager.

    Raises:
        StoreError: the file cannot be opened, or belongs to another version of the program.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._path = folder / "documents.sqlite"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._db = sqlite3.connect(self._path, timeout=30, isolation_level=None, check_same_thread=False)
        except (sqlite3.Error, OSError) as error:
            raise self._inaccessible(error) from error
        try:
            self._open()
        except sqlite3.Error as error:
            self._db.close()
            raise self._inaccessible(error) from error
        except StoreError:
            self._db.close()
            raise

    def _open(self) -> None:
        version = self._db.execute("PRAGMA user_version").fetchone()[0]
        if version not in (0, FORMAT):
            reason = f"format {version} inconnu de cette version de CyberVigie ; mettez-la à jour"
            raise StoreError(str(self._path), reason)
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = FULL")
        self._db.executescript(_SCHEMA)
        self._db.execute(f"PRAGMA user_version = {FORMAT}")

    def _inaccessible(self, error: Exception) -> StoreError:
        reason = f"base de documents inaccessible ({error}) ; vérifiez les droits et l’espace disque"
        return StoreError(str(self._path), reason)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the database."""
        self._db.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing for the changes made inside."""
        with self._errors():
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._db.execute("COMMIT")
            except BaseException:
                # A full disk may have ended the transaction already.
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                raise

    def put(self, document: Document, *, raw: bytes | None = None, collection: str = "added") -> Outcome:
        """Store a document in place of the version with the same source id."""
        if raw is not None:
            self._put_raw(raw)
        with self._errors():
            row = self._db.execute("SELECT id FROM documents WHERE source_id = ?", (document.source_id,)).fetchone()
            if row is not None and row[0] == document.id:
                return Outcome.UNCHANGED
            self._db.execute(
                "INSERT OR REPLACE INTO documents VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    document.source_id,
                    document.id,
                    document.kind.value,
                    document.publisher,
                    document.title,
                    document.url,
                    len(document.text),
                    collection,
                    msgspec.json.encode(document),
                ),
            )
        return Outcome.ADDED if row is None else Outcome.UPDATED

    def get(self, key: str) -> Document | None:
        """The document whose id or source id is ``key``."""
        with self._errors():
            row = self._db.execute("SELECT body FROM documents WHERE id = ?1 OR source_id = ?1", (key,)).fetchone()
            return None if row is None else _decoder.decode(row[0])

    def remove(self, key: str) -> StoredSummary | None:
        """Remove the document whose id or source id is ``key``; its summary, or None when there is none."""
        found = next((summary for summary in self.summaries() if key in (summary.id, summary.source_id)), None)
        if found is not None:
            with self._errors():
                raw = self._raw_of(found.source_id)
                self._db.execute("DELETE FROM documents WHERE source_id = ?", (found.source_id,))
            self._forget_raw(raw)
        return found

    def _raw_of(self, source_id: str) -> str | None:
        row = self._db.execute(
            "SELECT json_extract(CAST(body AS TEXT), '$.raw_sha256') FROM documents WHERE source_id = ?", (source_id,)
        ).fetchone()
        return row[0] if row else None

    def _forget_raw(self, sha256: str | None) -> None:
        """Remove the bytes of a document that is gone, unless another one was read from the same."""
        if sha256 is None:
            return
        with self._errors():
            used = self._db.execute(
                "SELECT 1 FROM documents WHERE json_extract(CAST(body AS TEXT), '$.raw_sha256') = ? LIMIT 1", (sha256,)
            ).fetchone()
        if used is None:
            self.raw_path(sha256).unlink(missing_ok=True)

    def documents(self) -> Iterator[Document]:
        """Every document, ordered by source id."""
        with self._errors():
            keys = [row[0] for row in self._db.execute("SELECT source_id FROM documents ORDER BY source_id")]
        for key in keys:
            with self._errors():
                row = self._db.execute("SELECT body FROM documents WHERE source_id = ?", (key,)).fetchone()
                document = None if row is None else _decoder.decode(row[0])
            if document is not None:
                yield document

    def summaries(self, collection: str | None = None) -> list[StoredSummary]:
        """Every document without its text, ordered by publisher and title."""
        with self._errors():
            rows = self._db.execute(
                "SELECT id, source_id, kind, publisher, title, url, characters, collection FROM documents"
                " WHERE ?1 IS NULL OR collection = ?1 ORDER BY publisher, title, source_id",
                (collection,),
            ).fetchall()
        return [StoredSummary(r[0], r[1], DocumentKind(r[2]), *r[3:]) for r in rows]

    def count(self) -> int:
        """Number of documents."""
        with self._errors():
            return int(self._db.execute("SELECT count(*) FROM documents").fetchone()[0])

    def raw_path(self, sha256: str) -> Path:
        """Where the bytes of that SHA-256 stand, if they were kept. The name comes from the hash alone."""
        return self._folder / "raw" / sha256[:2] / sha256

    def _put_raw(self, raw: bytes) -> None:
        path = self.raw_path(hashlib.sha256(raw).hexdigest())
        if path.is_file():
            return
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(dir=path.parent, prefix=".writing-") as scratch:
                written = Path(scratch) / path.name
                with written.open("wb") as stream:
                    stream.write(raw)
                    stream.flush()
                    os.fsync(stream.fileno())
                written.replace(path)
        except OSError as error:
            reason = (
                f"écriture impossible ({error.strerror or error}) ; libérez de l’espace disque, vérifiez les droits"
            )
            raise StoreError(str(path), reason) from error

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, msgspec.MsgspecError, UnicodeDecodeError) as error:
            reason = f"base de documents illisible ou pleine ({error}) ; vérifiez l’espace disque et les droits"
            raise StoreError(str(self._path), reason) from error
