"""What a page's bytes hold: its text, or why none is kept, and where it leads."""

from dataclasses import dataclass, replace

from ingest.crawl.documents import hidden_passages, is_french
from ingest.crawl.model import Discovery, Link
from ingest.crawl.urls import canonical
from ingest.crawl.visit import Missing, Moved, leads_home
from ingest.errors import LimitError, ParseError, ReaderLostError
from ingest.manifest import Source
from ingest.model import ParsedDocument
from ingest.sandbox import Format, Sandbox

HTML = "text/html"
PDF = "application/pdf"
_HTML_TYPES = frozenset({"", HTML, "application/xhtml+xml"})
# Types under which servers send what they do not know; the bytes tell.
_VAGUE_TYPES = frozenset({"application/octet-stream", "binary/octet-stream", "text/plain", "application/x-download"})
_PDF_MAGIC = b"%PDF-"
_PDF_START = 1024
"""A PDF's header may stand anywhere in its first bytes (ISO 32000-1, annex H, note 13)."""
_KEPT_OUT = ("noindex", "nosnippet")


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read. ``document`` is set unless ``refused`` or ``elsewhere`` says why not.

    ``canonical``: the address under which the publisher wants the text known, when it is another one. ``archived``:
    whether a copy of the bytes may be kept. ``links`` are those to follow.
    """

    media_type: str
    document: ParsedDocument | None = None
    refused: str | None = None
    elsewhere: Moved | Missing | None = None
    links: tuple[Link, ...] = ()
    canonical: str | None = None
    archived: bool = True
    hidden: int = 0


def withdrawal(directives: frozenset[str]) -> str | None:
    """The directive by which a publisher keeps a page out of what we show."""
    return next((name for name in _KEPT_OUT if name in directives), None)


def sniffed_type(declared: str, body: bytes) -> str | None:
    """``text/html`` or ``application/pdf``, by the bytes and by the declared type; None for anything else."""
    start = body[:_PDF_START].lstrip()
    if start.startswith(_PDF_MAGIC) or (_PDF_MAGIC in body[:_PDF_START] and not start.startswith(b"<")):
        return PDF
    if declared in _HTML_TYPES:
        return HTML
    markup = start[:300].lower()
    return HTML if declared in _VAGUE_TYPES and (b"<html" in markup or b"<!doctype html" in markup) else None


def read_body(
    sandbox: Sandbox, body: bytes, *, url: str, source: Source, declared: str, directives: frozenset[str]
) -> Reading:
    """Read a page of a source in the sandbox. ``declared``: its media type; ``directives``: of its headers.

    Raises ReaderLostError where the sandbox's worker was lost, which says nothing of the page.
    """
    media_type = sniffed_type(declared, body)
    if media_type is None:
        return Reading(declared or "application/octet-stream", refused="format")
    if media_type == PDF:
        return _checked(_pdf(sandbox, body, url, source, directives))
    return _checked(_page(sandbox, body, url, source, directives))


def _pdf(sandbox: Sandbox, body: bytes, url: str, source: Source, directives: frozenset[str]) -> Reading:
    reading = Reading(PDF, archived="noarchive" not in directives)
    if reason := withdrawal(directives):
        return replace(reading, refused=reason)
    if "pdf" not in source.formats:
        return replace(reading, refused="format")
    try:
        return replace(reading, document=sandbox.parse(Format.PDF, body, subject=url, url=url, group=source.id))
    except ReaderLostError:
        raise
    except ParseError as error:
        return replace(reading, refused=_failure(error.reason, limit=isinstance(error, LimitError)))


def _page(sandbox: Sandbox, body: bytes, url: str, source: Source, directives: frozenset[str]) -> Reading:
    reading = Reading(HTML)
    try:
        content = sandbox.page(body, subject=url, url=url, group=source.id)
    except ReaderLostError:
        raise
    except ParseError as error:
        return replace(reading, refused=_failure(error.reason, limit=isinstance(error, LimitError)))
    found = content.discovery
    directives |= found.directives
    reading = replace(
        reading,
        document=content.document,
        archived="noarchive" not in directives,
        links=() if "nofollow" in directives else tuple(link for link in found.links if not link.nofollow),
        canonical=_canonical(found, url),
    )
    if found.refresh is not None:
        return replace(reading, document=None, elsewhere=Moved(canonical(found.refresh, base=url)))
    if found.soft_missing:
        return replace(reading, document=None, elsewhere=Missing("soft_404"))
    if reason := withdrawal(directives):
        return replace(reading, document=None, refused=reason)
    if "html" not in source.formats:
        return replace(reading, document=None, refused="format")
    if found.javascript_only:
        return replace(reading, document=None, refused="javascript")
    if content.document is None:
        return replace(reading, refused=_failure(content.failure or "", limit=False))
    return reading


def _canonical(found: Discovery, url: str) -> str | None:
    """The address that a page gives as its own. Templates that give the front page's everywhere are not believed."""
    address = canonical(found.canonical, base=url) if found.canonical else None
    if address is None or address == url or leads_home(address, origin=url):
        return None
    return address


def _checked(reading: Reading) -> Reading:
    """The same, without a document that has no text or is not in French."""
    document = reading.document
    if document is None:
        return reading
    if not any(block.text for block in document.blocks):
        return replace(reading, document=None, refused="no_text")
    if not is_french(document):
        return replace(reading, document=None, refused="language")
    return replace(reading, hidden=hidden_passages(document))


def _failure(reason: str, *, limit: bool) -> str:
    """A parser's French reason as a code of the report."""
    if limit:
        return "limit"
    return "no_text" if reason.startswith("aucun texte") else "parse"
