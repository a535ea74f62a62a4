"""How much of a reply's body is read, by what was asked for and by what came."""

import io
import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from ingest.crawl.decode import Tally, decoded, too_large
from ingest.crawl.errors import BodyRefused
from ingest.crawl.exchange import HEAD_BYTES, Exchange, Timeouts
from ingest.crawl.model import Purpose, Response

_MIB = 1024 * 1024
_HTML = {"text/html", "application/xhtml+xml"}
# Declared types of which no text is read: their bodies are not fetched.
_UNREAD = re.compile(r"(?:image|video|audio|font|model)/|application/(?:vnd\.|(?:x-)?zip\b|msword\b)")
# Readers accept a PDF whose header stands anywhere in its first 1,024 bytes (ISO 32000-1, annex H, note 13).
_PDF_START = 1024
_PDF_MAGIC = b"%PDF-"


@dataclass(frozen=True, slots=True)
class Limits:
    """Bytes of a body, received and decoded alike, and seconds of a request."""

    page_bytes: int = 5 * _MIB
    pdf_bytes: int = 50 * _MIB
    sitemap_bytes: int = 10 * _MIB
    robots_bytes: int = 512 * 1024
    """RFC 9309 (2.5) asks for at least 500 KiB; what comes after is not read."""
    timeouts: Timeouts = field(default_factory=Timeouts)
    pdf_seconds: float = 180.0
    """The whole request, for a PDF."""


def with_body(
    head: Response, purpose: Purpose, chunks: Iterable[bytes], limits: Limits, exchange: Exchange
) -> Response:
    """The reply of which ``head`` has the status and headers, with its body, read from ``chunks`` and decoded.

    What a declared length tells is refused before anything is read. Raises FetchError.
    """
    media_type = head.media_type
    if purpose is Purpose.PAGE and _UNREAD.match(media_type):
        raise BodyRefused(head.url, f"format non lu : {media_type}", code="format")
    if purpose is Purpose.ROBOTS:
        # Cut below, not refused: room for the piece in which the limit falls.
        tally = Tally(head.url, limits.robots_bytes + HEAD_BYTES)
    elif purpose is Purpose.SITEMAP:
        tally = Tally(head.url, limits.sitemap_bytes)
    else:
        tally = Tally(head.url, limits.page_bytes if media_type in _HTML else limits.pdf_bytes)
    if purpose is not Purpose.ROBOTS:
        _check_length(head, tally.limit)
    exchange.enter_body(tally.limit)
    undecided = purpose is Purpose.PAGE and media_type not in _HTML
    content = io.BytesIO()
    for piece in decoded(chunks, head.headers.get("content-encoding", ""), tally):
        content.write(piece)
        if undecided and content.tell() >= _PDF_START:
            _decide(content, head, limits, tally, exchange)
            undecided = False
        if purpose is Purpose.ROBOTS and content.tell() > limits.robots_bytes:
            content.truncate(limits.robots_bytes)
            return replace(head, body=content.getvalue(), wire_bytes=tally.wire, truncated=True)
    if undecided:
        _decide(content, head, limits, tally, exchange)
    return replace(head, body=content.getvalue(), wire_bytes=tally.wire)


def _decide(content: io.BytesIO, head: Response, limits: Limits, tally: Tally, exchange: Exchange) -> None:
    """A PDF has more room and time than a page, whatever it was declared as; what is not one has those of a page."""
    if _PDF_MAGIC in bytes(content.getbuffer()[:_PDF_START]):
        exchange.extend(limits.pdf_seconds)
        return
    tally.cap(limits.page_bytes)
    _check_length(head, limits.page_bytes)


def _check_length(head: Response, limit: int) -> None:
    if int(head.headers.get("content-length", "0")) > limit:
        raise too_large(head.url, limit)
