"""The passage table of a generation: documents and passages in SQLite, filter columns in memory."""

import sqlite3
import threading
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from index.model import Mask, SearchFilter
from ingest.model import Document, DocumentKind, Passage

FILE = "documents.sqlite"
_SCHEMA = """
CREATE TABLE documents (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, source_id TEXT NOT NULL, head BLOB NOT NULL,
    body BLOB NOT NULL
) STRICT;
CREATE TABLE passages (row INTEGER PRIMARY KEY, document INTEGER NOT NULL, body BLOB NOT NULL) STRICT;
CREATE TABLE facets (
    row INTEGER PRIMARY KEY, publisher TEXT NOT NULL, kind TEXT NOT NULL, topics TEXT NOT NULL, date TEXT
) STRICT;
CREATE TABLE emergencies (incident TEXT PRIMARY KEY, id TEXT NOT NULL) STRICT;
CREATE INDEX documents_source ON documents (source_id);
CREATE INDEX passages_document ON passages (document);
"""
_TOPIC_KEYS = ("topic", "topics", "themes")
_RECENT = 128
_RECENT_CHARS = 100_000
"""Documents kept decoded: so many, none longer than this (about 13 MB of text at most)."""


@dataclass(frozen=True, slots=True)
class DocumentHead:
    """A document without its text and structure."""

    id: str
    source_id: str
    kind: DocumentKind
    publisher: str
    title: str
    url: str | None
    date: str | None
    topics: tuple[str, ...]
    characters: int
    pages: int


_heads = msgspec.json.Decoder(DocumentHead)
_documents = msgspec.json.Decoder(Document)
_passages = msgspec.json.Decoder(Passage)


def topics(document: Document) -> tuple[str, ...]:
    """The topics that a document declares."""
    return tuple(value for key in _TOPIC_KEYS for value in document.attributes.get(key, ()))


def head_of(document: Document) -> DocumentHead:
    """The document without its text and structure."""
    return DocumentHead(
        id=document.id,
        source_id=document.source_id,
        kind=document.kind,
        publisher=document.publisher,
        title=document.title,
        url=document.url,
        date=document.date,
        topics=topics(document),
        characters=len(document.text),
        pages=len(document.pages),
    )


def passage_date(document: Document, passage: Passage) -> str | None:
    """Date of the official text that a passage comes from: its section's, else its document's."""
    meta = document.sections[passage.section].meta if passage.section >= 0 else None
    return (meta.date if meta and meta.date else None) or document.date


def write_table(folder: Path, entries: Iterable[tuple[Document, Sequence[Passage]]]) -> tuple[int, int]:
    """Write documents and passages; passages are numbered in order. Returns how many of each.

    Raises:
        OSError: the disk is full or not writable.
    """
    try:
        with closing(sqlite3.connect(folder / FILE, isolation_level=None)) as db:
            return _write(db, entries)
    except sqlite3.OperationalError as error:
        raise OSError(f"écriture de {FILE} impossible : {error}") from error


def _write(db: sqlite3.Connection, entries: Iterable[tuple[Document, Sequence[Passage]]]) -> tuple[int, int]:
    documents = row = 0
    # The file is synced and checked as a whole when the generation is sealed: no journal is needed here.
    db.execute("PRAGMA journal_mode = OFF")
    db.execute("PRAGMA synchronous = OFF")
    db.executescript(_SCHEMA)
    db.execute("BEGIN")
    for document, passages in entries:
        encoded = msgspec.json.encode(document)
        head = msgspec.json.encode(head_of(document))
        db.execute(
            "INSERT INTO documents VALUES (?, ?, ?, ?, ?)", (documents, document.id, document.source_id, head, encoded)
        )
        # Only the program's own sheets answer emergencies: no added document can take their place.
        sheet = document.kind is DocumentKind.DIGEST
        for incident in document.attributes.get("emergency", ()) if sheet else ():
            db.execute("INSERT OR IGNORE INTO emergencies VALUES (?, ?)", (incident, document.id))
        named = "\n".join(topics(document))
        for passage in passages:
            db.execute("INSERT INTO passages VALUES (?, ?, ?)", (row, documents, msgspec.json.encode(passage)))
            facets = (row, document.publisher, document.kind.value, named, passage_date(document, passage))
            db.execute("INSERT INTO facets VALUES (?, ?, ?, ?, ?)", facets)
            row += 1
        documents += 1
    db.execute("COMMIT")
    return documents, row


class PassageTable:
    """Passages by row, documents by id, and masks for filters. Safe to share between threads."""

    def __init__(self, folder: Path) -> None:
        # immutable: the generation never changes once published, so SQLite needs no lock and no journal.
        uri = f"{(folder / FILE).absolute().as_uri()}?mode=ro&immutable=1"
        self._db = sqlite3.connect(uri, uri=True, check_same_thread=False)
        self._lock = threading.Lock()
        rows = self._query("SELECT publisher, kind, topics, date FROM facets ORDER BY row")
        self._size = len(rows)
        self._publishers = np.array([row[0] for row in rows], dtype=object)
        self._kinds = np.array([row[1] for row in rows], dtype=object)
        self._topics = [frozenset(row[2].split("\n")) - {""} for row in rows]
        self._dates = [row[3] for row in rows]
        self.publishers = frozenset(str(name) for name in self._publishers)
        """Publishers that a filter may name."""
        self.topics = frozenset().union(*self._topics) if self._topics else frozenset()
        """Topics that a filter may name."""
        self._recent: OrderedDict[str, Document] = OrderedDict()
        self._emergencies = {str(slug): str(key) for slug, key in self._query("SELECT incident, id FROM emergencies")}

    def __len__(self) -> int:
        return self._size

    def close(self) -> None:
        """Close the database."""
        self._db.close()

    def passages(self, rows: Sequence[int]) -> list[Passage]:
        """The passages of some rows, in the order given."""
        marks = ",".join("?" * len(rows))
        found = dict(self._query(f"SELECT row, body FROM passages WHERE row IN ({marks})", rows))  # noqa: S608
        return [_passages.decode(found[row]) for row in rows]

    def document(self, key: str) -> Document | None:
        """The document with that id or source id; those read last are kept decoded."""
        with self._lock:
            found = self._recent.get(key)
            if found is not None:
                self._recent.move_to_end(key)
                return found
        rows = self._query("SELECT body FROM documents WHERE id = ?1 OR source_id = ?1 LIMIT 1", (key,))
        if not rows:
            return None
        document = _documents.decode(rows[0][0])
        if len(document.text) <= _RECENT_CHARS:
            with self._lock:
                self._recent[key] = document
                while len(self._recent) > _RECENT:
                    self._recent.popitem(last=False)
        return document

    def passages_of(self, document_id: str) -> list[Passage]:
        """The passages of a document, in reading order."""
        rows = self._query(
            "SELECT p.body FROM passages p JOIN documents d ON d.number = p.document WHERE d.id = ? ORDER BY p.row",
            (document_id,),
        )
        return [_passages.decode(row[0]) for row in rows]

    def emergency(self, incident: str) -> Document | None:
        """The emergency sheet of an incident, by its slug."""
        return self.document(self._emergencies[incident]) if incident in self._emergencies else None

    def heads(self, *, offset: int, limit: int) -> list[DocumentHead]:
        """A slice of the documents, without their text, in the order of the store."""
        rows = self._query("SELECT head FROM documents ORDER BY number LIMIT ? OFFSET ?", (limit, offset))
        return [_heads.decode(row[0]) for row in rows]

    def counts(self) -> tuple[dict[str, int], dict[str, int], dict[str, int]]:
        """Passages by publisher, by topic and by kind."""
        publishers = _count(str(name) for name in self._publishers)
        kinds = _count(str(kind) for kind in self._kinds)
        return publishers, _count(topic for names in self._topics for topic in names), kinds

    def mask(self, wanted: SearchFilter) -> Mask | None:
        """Rows that pass a filter, shape (rows,); None when all do."""
        if wanted == SearchFilter():
            return None
        mask = np.ones(self._size, dtype=np.bool_)
        if wanted.publishers:
            mask &= np.isin(self._publishers, list(wanted.publishers))
        if wanted.kinds:
            mask &= np.isin(self._kinds, [DocumentKind(kind).value for kind in wanted.kinds])
        if wanted.topics:
            mask &= np.array([not wanted.topics.isdisjoint(names) for names in self._topics], dtype=np.bool_)
        if wanted.date_from or wanted.date_to:
            dates = [_within(date, wanted.date_from, wanted.date_to) for date in self._dates]
            mask &= np.array(dates, dtype=np.bool_)
        return mask

    def _query(self, statement: str, values: Sequence[str | int] = ()) -> list[tuple[Any, ...]]:
        with self._lock:
            return self._db.execute(statement, values).fetchall()


def _count(values: Iterable[str]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for value in values:
        counts[value] = counts.get(value, 0) + 1
    return dict(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))


def _within(date: str | None, first: str | None, last: str | None) -> bool:
    """Whether a date of any precision may lie within bounds of any precision ("2018" lies within from "2018-06")."""
    if date is None:
        return False
    if first and date < first[: len(date)]:
        return False
    return not (last and date[: len(last)] > last)
