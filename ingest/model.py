"""Data types of ingestion: ``ParsedDocument -> Document -> Passage``.

Parsers produce a :class:`ParsedDocument`: blocks in reading order, each knowing its page.
:func:`ingest.text.assemble` turns it into a :class:`Document`: one plain text and spans into it.
Everything after that point (sections, pages, passages, sentences, quotes) is a pair of offsets into
``Document.text``, so a quote is always ``document.text[start:end]`` and nothing else.

Offsets count Unicode code points, start inclusive, end exclusive, as Python slices do.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType


class DocumentKind(StrEnum):
    """Who speaks in a document; shown beside every quote."""

    OFFICIAL = "official"
    """The text of a public body."""
    DIGEST = "digest"
    """Our own summary of an official text (starter corpus)."""
    LOCAL = "local"
    """A document that the operator added without naming an official publisher."""


class BlockKind(StrEnum):
    """What a block of text was on the page."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    ITEM = "item"
    """One item of a list; its text starts with its marker ("- " or "1. ")."""
    ROW = "row"
    """One row of a table, cells separated by " | "."""


@dataclass(frozen=True, slots=True)
class SectionMeta:
    """What a digest says about one of its sections."""

    facts: tuple[str, ...] = ()
    """Ids of the facts that the section carries."""
    questions: tuple[str, ...] = ()
    """Questions that the section answers: indexed as text that finds, never quoted."""
    title: str | None = None
    """Title, address and date of another official text of the same publisher, where the section's
    source is not the document's."""
    url: str | None = None
    date: str | None = None


@dataclass(frozen=True, slots=True)
class PageMark:
    """From ``offset`` (in the block's text) on, the text stands on physical page ``page`` (from 1)."""

    offset: int
    page: int


@dataclass(frozen=True, slots=True)
class ParsedBlock:
    """A block as a parser saw it. ``level``: 1 to 6 for a heading, depth from 1 for an item."""

    kind: BlockKind
    text: str
    level: int = 0
    anchor: str | None = None
    pages: tuple[PageMark, ...] = ()
    meta: SectionMeta | None = None


@dataclass(frozen=True, slots=True)
class ParsedDocument:
    """What a parser found in one file. Fields it could not find are None or empty."""

    title: str | None
    blocks: tuple[ParsedBlock, ...]
    publisher: str | None = None
    url: str | None = None
    date: str | None = None
    """Date of the text: YYYY, YYYY-MM or YYYY-MM-DD."""
    lang: str | None = None
    licence: str | None = None
    kind: DocumentKind | None = None
    source_id: str | None = None
    """The id under which the source itself knows the document."""
    page_labels: tuple[str | None, ...] = ()
    """Printed label of each physical page, in order; empty for a text without pages."""
    attributes: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    """Lists such as ``topic``, ``audience``, ``themes``, ``emergency``, ``reviewed``."""
    warnings: tuple[str, ...] = ()
    """What the reader should know of the parse, in French: pages without text, parts left out."""


@dataclass(frozen=True, slots=True)
class Block:
    """A block's place in the document text."""

    kind: BlockKind
    start: int
    end: int
    level: int = 0


@dataclass(frozen=True, slots=True)
class Section:
    """From a heading to the next one of any level.

    ``path`` holds the headings from the top of the document down to this one, the document's own title left
    out. ``start`` and ``end`` bound the section's text, its heading line excluded.
    """

    heading: str
    level: int
    path: tuple[str, ...]
    anchor: str | None
    start: int
    end: int
    meta: SectionMeta | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """A physical page (``number`` counts from 1, as in ``#page=N``) and the label printed on it."""

    number: int
    label: str | None
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Document:
    """A stored document. ``id`` is a hash of what it says and where it comes from: same input, same id."""

    id: str
    source_id: str
    """Stable name of the text across its versions; one version of it is stored at a time."""
    kind: DocumentKind
    publisher: str
    title: str
    url: str | None
    text: str
    blocks: tuple[Block, ...]
    sections: tuple[Section, ...]
    pages: tuple[Page, ...] = ()
    date: str | None = None
    lang: str = "fr"
    licence: str | None = None
    media_type: str = "text/plain"
    raw_sha256: str | None = None
    retrieved_at: str | None = None
    """When the file was read, ISO 8601 UTC; not part of the id."""
    attributes: dict[str, tuple[str, ...]] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Span:
    """``document.text[start:end]``."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Passage:
    """A run of whole blocks of one section, the unit that is indexed.

    ``context`` (title, headings, a digest's questions) is indexed with the text but never quoted.
    ``sentences`` are the smallest quotable spans, in order, inside ``start:end``.
    """

    id: str
    document_id: str
    section: int
    """Index into ``Document.sections``; -1 for text before the first heading."""
    start: int
    end: int
    text: str
    title: str
    path: tuple[str, ...]
    questions: tuple[str, ...]
    sentences: tuple[Span, ...]
