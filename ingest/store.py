"""The document store: one SQLite file for documents, one folder for the bytes they were read from.

    data/documents.sqlite      the documents, as JSON, one current version for each source id
    data/raw/ab/ab12...        raw files by SHA-256

Every change is one transaction: a killed process loses at most the document it was writing. Bytes are written before
the row that names them and removed after it: what a killed process leaves is a file too many, never one too few.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from types import TracebackType
from typing import Self

import msgspec

from ingest.database import Database, Row
from ingest.errors import StoreError
from ingest.model import Document, DocumentKind
from ingest.raw import RawFiles

FORMAT = 1
_RAW_OF = "json_extract(CAST(body AS TEXT), '$.raw_sha256')"
_SCHEMA = (
    """CREATE TABLE IF NOT EXISTS documents (
    source_id TEXT PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    publisher TEXT NOT NULL,
    title TEXT NOT NULL,
    url TEXT,
    characters INTEGER NOT NULL,
    collection TEXT NOT NULL,
    body BLOB NOT NULL
) STRICT""",
    "CREATE INDEX IF NOT EXISTS documents_collection ON documents (collection)",
    f"CREATE INDEX IF NOT EXISTS documents_raw ON documents ({_RAW_OF})",
    # Who else than a document needs raw bytes: what is kept of earlier versions, for example.
    "CREATE TABLE IF NOT EXISTS raw_holds (holder TEXT PRIMARY KEY, sha256 TEXT NOT NULL) STRICT",
    "CREATE INDEX IF NOT EXISTS raw_holds_sha256 ON raw_holds (sha256)",
)
_SUMMARY = "SELECT id, source_id, kind, publisher, title, url, characters, collection FROM documents"
_decoder = msgspec.json.Decoder(Document)


class Outcome(StrEnum):
    """What storing a document did."""

    ADDED = "added"
    UPDATED = "updated"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class StoredSummary:
    """A document without its text. ``collection``: ``starter``, ``added``, or ``crawl:`` and the id of a source."""

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

    ``database`` is the file itself, for those who keep tables of their own beside the documents.

    Raises:
        StoreError: the file cannot be opened, or belongs to another version of the program.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / "documents.sqlite"
        self._raw = RawFiles(folder / "raw")
        self._forgotten: set[str] = set()
        self.database = Database(self._path)
        try:
            self._open()
        except StoreError:
            self.database.close()
            raise

    def _open(self) -> None:
        version = self.database.version()
        if version not in (0, FORMAT):
            reason = f"format {version} inconnu de cette version de CyberVigie ; mettez-la à jour"
            raise StoreError(str(self._path), reason)
        self.database.prepare(("PRAGMA journal_mode = WAL", "PRAGMA synchronous = FULL", *_SCHEMA))
        if version == 0:
            self.database.prepare((f"PRAGMA user_version = {FORMAT}",))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the database."""
        self.database.close()

    def transaction(self) -> AbstractContextManager[None]:
        """All or nothing for the changes made inside; may stand inside another one."""
        return self.database.transaction()

    def put(self, document: Document, *, raw: bytes | None = None, collection: str = "added") -> Outcome:
        """Store a document in place of the version with the same source id."""
        # Bytes are written under the lock of a transaction: no sweep takes them away before their row is there.
        with self.transaction():
            if raw is not None:
                written = self._raw.write(raw)
            row = self.database.row(
                f"SELECT id, collection, {_RAW_OF} FROM documents WHERE source_id = ?",  # noqa: S608
                document.source_id,
            )
            if row is not None and row[:2] == (document.id, collection):
                if raw is not None:
                    self._forget_raw(written)
                return Outcome.UNCHANGED
            self.database.change(
                "INSERT OR REPLACE INTO documents VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                document.source_id,
                document.id,
                document.kind.value,
                document.publisher,
                document.title,
                document.url,
                len(document.text),
                collection,
                msgspec.json.encode(document),
            )
            if row is None:
                return Outcome.ADDED
            self._forget_raw(row[2])
            return Outcome.UPDATED

    def get(self, key: str) -> Document | None:
        """The document whose id or source id is ``key``."""
        row = self.database.row("SELECT body FROM documents WHERE id = ?1 OR source_id = ?1", key)
        with self.database.errors():
            return None if row is None else _decoder.decode(row[0])

    def remove(self, key: str) -> StoredSummary | None:
        """Remove the document whose id or source id is ``key``; its summary, or None when there is none."""
        with self.transaction():
            row = self.database.row(f"{_SUMMARY} WHERE id = ?1 OR source_id = ?1", key)
            if row is None:
                return None
            found = _summary(row)
            raw = self.database.row(f"SELECT {_RAW_OF} FROM documents WHERE source_id = ?", found.source_id)  # noqa: S608
            self.database.change("DELETE FROM documents WHERE source_id = ?", found.source_id)
            self._forget_raw(raw[0] if raw else None)
        return found

    def documents(self) -> Iterator[Document]:
        """Every document, ordered by source id."""
        keys = [row[0] for row in self.database.rows("SELECT source_id FROM documents ORDER BY source_id")]
        for key in keys:
            row = self.database.row("SELECT body FROM documents WHERE source_id = ?", key)
            with self.database.errors():
                document = None if row is None else _decoder.decode(row[0])
            if document is not None:
                yield document

    def summaries(self, collection: str | None = None) -> list[StoredSummary]:
        """Every document without its text, ordered by publisher and title."""
        rows = self.database.rows(
            f"{_SUMMARY} WHERE ?1 IS NULL OR collection = ?1 ORDER BY publisher, title, source_id", collection
        )
        return [_summary(row) for row in rows]

    def count(self) -> int:
        """Number of documents."""
        ((found,),) = self.database.rows("SELECT count(*) FROM documents")
        return int(found)

    def raw_path(self, sha256: str) -> Path:
        """Where the bytes of that SHA-256 stand, if they were kept. The name comes from the hash alone."""
        return self._raw.path(sha256)

    def hold_raw(self, holder: str, raw: bytes) -> None:
        """Keep bytes for ``holder``, until :meth:`release_raw`, whatever becomes of the documents read from them."""
        with self.transaction():
            self.database.change("INSERT OR REPLACE INTO raw_holds VALUES (?, ?)", holder, self._raw.write(raw))

    def release_raw(self, holder: str) -> None:
        """``holder`` needs its bytes no more."""
        with self.transaction():
            for (sha256,) in self.database.rows("SELECT sha256 FROM raw_holds WHERE holder = ?", holder):
                self.database.change("DELETE FROM raw_holds WHERE holder = ?", holder)
                self._forget_raw(sha256)

    def sweep_raw(self) -> None:
        """Remove the raw files that nothing names, once the transaction in progress has ended."""
        self.database.after_commit(self._sweep_raw)

    def _forget_raw(self, sha256: str | None) -> None:
        """Remove bytes when the transaction in progress has ended, unless something still needs them then."""
        if sha256 is not None:
            self._forgotten.add(sha256)
            self.database.after_commit(self._remove_forgotten)

    def _remove_forgotten(self) -> None:
        forgotten, self._forgotten = self._forgotten, set()
        # What cannot be done now is left to a sweep: the change itself is on disk already.
        with suppress(StoreError), self.transaction():
            for sha256 in forgotten:
                if not self._raw_used(sha256):
                    self._raw.remove(sha256)

    def _sweep_raw(self) -> None:
        with suppress(StoreError), self.transaction():
            self._raw.sweep(self._raw_used)

    def _raw_used(self, sha256: str) -> bool:
        # The bytes of crawled documents are held as long as they may be; their documents name them all the same.
        return any(
            self.database.row(f"SELECT 1 FROM {place} = ? LIMIT 1", sha256)  # noqa: S608
            for place in (f"documents WHERE collection NOT GLOB 'crawl:*' AND {_RAW_OF}", "raw_holds WHERE sha256")
        )


def _summary(row: Row) -> StoredSummary:
    return StoredSummary(row[0], row[1], DocumentKind(row[2]), *row[3:])
