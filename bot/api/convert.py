"""Between the dataclasses of the program and the shapes of the API."""

import hashlib
from collections.abc import Collection
from dataclasses import replace

from bot.cite import cite, safe_url
from bot.schema import DocumentOut, DocumentSummary, DocumentText, Filters, HitOut, PageOut, SectionOut
from index.model import SearchFilter, SearchHit
from index.table import DocumentHead, head_of
from ingest.model import Document, Span


def to_filter(filters: Filters) -> SearchFilter:
    """The search filter that a request asks for."""
    return SearchFilter(
        publishers=frozenset(filters.publishers),
        topics=frozenset(filters.topics),
        kinds=frozenset(filters.kinds),
        date_from=filters.date_from,
        date_to=filters.date_to,
    )


def hit_out(hit: SearchHit, document: Document, hosts: Collection[str]) -> HitOut:
    """A hit with the place of its passage. ``hosts``: those that may be linked to."""
    place = cite(document, hit.passage, Span(hit.passage.start, hit.passage.end), hit.rank, hosts)
    return HitOut(
        rank=hit.rank,
        score=round(hit.score, 4),
        passage_id=hit.passage.id,
        document_id=document.id,
        text=hit.passage.text,
        publisher=place.publisher,
        title=place.title,
        url=place.url,
        deep_link=place.deep_link,
        section=place.section,
        page=place.page,
        page_label=place.page_label,
        document_date=place.document_date,
        start=hit.passage.start,
        end=hit.passage.end,
        kind=document.kind,
    )


def document_summary(head: DocumentHead, hosts: Collection[str]) -> DocumentSummary:
    """A document in a list, with its address where it may be linked to."""
    return DocumentSummary.model_validate(replace(head, url=safe_url(head.url, hosts)))


def document_out(document: Document, hosts: Collection[str]) -> DocumentOut:
    """A document with its structure."""
    return DocumentOut(
        **document_summary(head_of(document), hosts).model_dump(),
        lang=document.lang,
        licence=document.licence,
        media_type=document.media_type,
        retrieved_at=document.retrieved_at,
        sections=[
            SectionOut(heading=s.heading, path=list(s.path), anchor=s.anchor, start=s.start, end=s.end)
            for s in document.sections
        ],
        page_list=[PageOut(number=p.number, label=p.label, start=p.start, end=p.end) for p in document.pages],
        warnings=list(document.warnings),
    )


def document_text(document: Document) -> DocumentText:
    """The stored text and its SHA-256 (of the UTF-8 bytes)."""
    digest = hashlib.sha256(document.text.encode("utf-8", "surrogatepass")).hexdigest()
    return DocumentText(id=document.id, sha256=digest, text=document.text)
