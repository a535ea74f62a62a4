"""Citations: a quote with its publisher, title, date, section, page and a link that opens the place."""

import datetime
from collections.abc import Collection
from urllib.parse import quote as percent_encode
from urllib.parse import urlsplit, urlunsplit

from bot.age import age_of
from bot.errors import QuoteMismatch
from bot.model import Citation
from index.table import PassageTable, passage_date
from ingest.force import force_of
from ingest.manifest import https_host
from ingest.model import BlockKind, Document, DocumentKind, Page, Passage, Section, Span

_FRAGMENT_WORDS = 5
_FRAGMENT_MIN_CHARS = 12
_HEADS = 1_000


def cite(
    document: Document,
    passage: Passage,
    span: Span,
    marker: int,
    hosts: Collection[str],
    today: datetime.date | None = None,
) -> Citation:
    """The citation of ``document.text[span]``. ``hosts``: those that may be linked to; ``today``: for the text's age.

    Raises:
        QuoteMismatch: the span lies outside the passage, or the passage outside its document.
    """
    text = document.text[span.start : span.end]
    inside = passage.start <= span.start < span.end <= passage.end <= len(document.text)
    if not inside or document.text[passage.start : passage.end] != passage.text or not text.strip():
        raise QuoteMismatch(f"passage {passage.id} : citation introuvable à sa place dans le document {document.id}")
    section = document.sections[passage.section] if passage.section >= 0 else None
    meta = section.meta if section else None
    url = (meta.url if meta and meta.url else None) or document.url
    page = page_at(document, span.start)
    date = passage_date(document, passage)
    force = force_of(document, section)
    about = " ".join((document.publisher, passage.title, *passage.path, text))
    return Citation(
        marker=marker,
        quote=text,
        publisher=shown(document.publisher),
        title=passage.title,
        url=safe_url(url, hosts),
        deep_link=deep_link(document, section, span, safe_url(url, hosts)),
        section=passage.path[-1] if passage.path else None,
        page=page.number if page else None,
        page_label=page.label if page else None,
        document_date=date,
        retrieved_at=document.retrieved_at,
        document_id=document.id,
        passage_id=passage.id,
        start=span.start,
        end=span.end,
        kind=document.kind,
        media_type=None if document.kind is DocumentKind.DIGEST or not document.url else document.media_type,
        force=force,
        age=age_of(date, force, about, today or datetime.date.today()),
    )


def shown(name: str) -> str:
    """A publisher's name with the apostrophe of French typography; filters keep the name as it is declared."""
    return name.replace("'", "’")


def page_at(document: Document, offset: int) -> Page | None:
    """The page that holds an offset; None for a text without pages."""
    return next((page for page in document.pages if page.start <= offset < page.end), None)


def safe_url(url: str | None, hosts: Collection[str]) -> str | None:
    """The address if it may be shown as a link: https, without user or port, on one of ``hosts``; else None.

    A file that an operator adds declares the address it likes: it must not make a link to anywhere.
    """
    address = url.strip() if url else ""
    return address if https_host(address) in hosts else None


def linked_hosts(table: PassageTable, hosts: Collection[str]) -> frozenset[str]:
    """Hosts that answers may link to: those given, and those that our own digests in the index name."""
    found = set(hosts)
    at = 0
    while heads := table.heads(offset=at, limit=_HEADS):
        at += len(heads)
        for document in (table.document(head.id) for head in heads if head.kind is DocumentKind.DIGEST):
            sections = document.sections if document is not None else ()
            addresses = [
                document.url if document else None,
                *(section.meta.url for section in sections if section.meta),
            ]
            found |= {host for url in addresses if url and (host := https_host(url))}
    return frozenset(found)


def deep_link(document: Document, section: Section | None, span: Span, url: str | None) -> str | None:
    """A link to the place of the quote: ``#page=N``, the section's anchor, or a text fragment.

    A digest is not the text at its address, so its link opens that text at the top.
    """
    if url is None or document.kind is DocumentKind.DIGEST:
        return url
    parts = urlsplit(url)
    if document.pages:
        page = page_at(document, span.start)
        fragment = f"page={page.number}" if page else ""
    elif section is not None and section.anchor:
        fragment = percent_encode(section.anchor, safe="")
    elif parts.fragment:
        return url
    else:
        fragment = _text_fragment(document, span)
    return urlunsplit(parts._replace(fragment=fragment)) if fragment else url


def _text_fragment(document: Document, span: Span) -> str:
    """``:~:text=first words,last words`` (WICG Scroll To Text Fragment): a browser scrolls to it and marks it."""
    lines = []
    for block in document.blocks:
        if block.kind is BlockKind.HEADING or block.end <= span.start or block.start >= span.end:
            continue
        line = document.text[max(block.start, span.start) : min(block.end, span.end)]
        if block.kind is BlockKind.ITEM:
            line = line.split(" ", 1)[-1]
        if block.kind is BlockKind.ROW:
            line = line.split(" | ", 1)[0]
        lines.append(line.split())
    if not lines or not lines[0]:
        return ""
    first = " ".join(lines[0][:_FRAGMENT_WORDS])
    last = " ".join(lines[-1][-_FRAGMENT_WORDS:])
    if len(lines) == 1 and len(lines[0]) <= 2 * _FRAGMENT_WORDS:
        first, last = " ".join(lines[0]), ""
    if len(first) < _FRAGMENT_MIN_CHARS and not last:
        return ""
    encoded = [percent_encode(part, safe="").replace("-", "%2D") for part in (first, last) if part]
    return ":~:text=" + ",".join(encoded)
