"""Small documents, passages and hits made by hand."""

from collections.abc import Sequence
from typing import Any

from index.build import lexical_terms
from index.lexical import Bm25Index
from index.model import SearchHit, Signals
from ingest.chunk import passages
from ingest.model import BlockKind, Document, DocumentKind, PageMark, ParsedBlock, ParsedDocument, Passage
from ingest.text import assemble

HEADING, PARAGRAPH, ITEM, ROW = BlockKind.HEADING, BlockKind.PARAGRAPH, BlockKind.ITEM, BlockKind.ROW


def heading(text: str, *, anchor: str | None = None, **more: Any) -> ParsedBlock:
    return ParsedBlock(HEADING, text, level=2, anchor=anchor, **more)


def paragraph(text: str, page: int | None = None) -> ParsedBlock:
    return ParsedBlock(PARAGRAPH, text, pages=(PageMark(0, page),) if page else ())


def item(text: str) -> ParsedBlock:
    return ParsedBlock(ITEM, f"- {text}", level=1)


def row(text: str) -> ParsedBlock:
    return ParsedBlock(ROW, text)


def document(
    *blocks: ParsedBlock,
    url: str | None = "https://www.cnil.fr/fr/texte",
    kind: DocumentKind = DocumentKind.OFFICIAL,
    publisher: str = "CNIL",
    title: str = "Un texte",
    date: str | None = "2023-05",
    labels: tuple[str | None, ...] = (),
) -> Document:
    parsed = ParsedDocument(title=title, blocks=blocks, url=url, date=date, page_labels=labels)
    return assemble(parsed, source_id="source", kind=kind, publisher=publisher, title=title, media_type="text/html")


def only_passage(made: Document) -> Passage:
    (passage,) = passages(made)
    return passage


def hit(passage: Passage, scores: Sequence[float] = ()) -> SearchHit:
    return SearchHit(1, 1.0, 0, passage, Signals(0.9, 5.0, 0.9), tuple(scores))


def lexical(made: Document) -> Bm25Index:
    return Bm25Index.build(map(lexical_terms, passages(made)))
