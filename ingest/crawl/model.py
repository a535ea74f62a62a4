"""Data types of the crawler: ``FetchRequest -> Response -> PageContent -> Document``, and what a run reports.

Addresses in these types are canonical (:func:`ingest.crawl.urls.canonical`) unless a field says otherwise. Times are
ISO 8601 UTC strings (``2026-11-25T02:00:00Z``) where stored, seconds of the clock where computed with.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from ingest.model import ParsedDocument

PRODUCT = "CyberVigie"
"""How robots.txt and robots directives name the crawler (RFC 9309, 2.2.1)."""

PARSER_VERSION = 1
"""Raise it when parsing changes what is stored: pages are then parsed again from their kept bytes, not fetched."""


class Purpose(StrEnum):
    """What a request is for; decides the limits of its reply."""

    PAGE = "page"
    SITEMAP = "sitemap"
    ROBOTS = "robots"


@dataclass(frozen=True, slots=True)
class FetchRequest:
    """One GET. ``hosts`` are the exact hosts that may be contacted; ``etag`` and ``last_modified`` make it
    conditional and are sent as the server gave them."""

    url: str
    purpose: Purpose
    hosts: frozenset[str]
    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True, slots=True)
class Response:
    """A reply, whatever its status. The body is read, decoded and bounded for status 200 only, else empty.

    ``headers``: names in lower case; a repeated name is joined with ", " (X-Robots-Tag: with a new line).
    ``address``: the IP contacted. ``wire_bytes``: body bytes received before decoding. ``truncated``: robots.txt beyond
    512 KiB, cut there.
    """

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes = b""
    wire_bytes: int = 0
    seconds: float = 0.0
    address: str = ""
    truncated: bool = False

    @property
    def media_type(self) -> str:
        """``text/html`` of ``Content-Type: text/html; charset=utf-8``; empty when not declared."""
        return self.headers.get("content-type", "").split(";")[0].strip().lower()


@dataclass(frozen=True, slots=True)
class Link:
    """A link of a page. ``url``: absolute, as written (not canonical). ``text``: its words, white space folded."""

    url: str
    text: str = ""
    nofollow: bool = False


@dataclass(frozen=True, slots=True)
class Discovery:
    """What a page says to crawlers, and where it leads."""

    links: tuple[Link, ...] = ()
    canonical: str | None = None
    """``<link rel="canonical">``, absolute, as written."""
    directives: frozenset[str] = frozenset()
    """Of meta robots (general, or naming us), lower case: noindex, nofollow, noarchive, nosnippet; none is split."""
    refresh: str | None = None
    """Target of a meta refresh of at most 10 seconds."""
    soft_missing: bool = False
    """A page that says "not found" with status 200."""
    javascript_only: bool = False
    """Next to no text without JavaScript."""


@dataclass(frozen=True, slots=True)
class PageContent:
    """A parsed HTML page: its text, or why it has none, and what was discovered on it all the same."""

    document: ParsedDocument | None
    failure: str | None
    discovery: Discovery


@dataclass(frozen=True, slots=True)
class SitemapEntry:
    """An address of a sitemap, as written; ``lastmod`` as YYYY-MM-DD or longer, None when absent or malformed."""

    url: str
    lastmod: str | None = None


@dataclass(frozen=True, slots=True)
class Sitemap:
    """A parsed sitemap: pages, or further sitemaps (``is_index``).

    ``truncated``: beyond 50,000 entries, or unreadable from some place on: what it does not list may still exist.
    """

    entries: tuple[SitemapEntry, ...]
    is_index: bool = False
    truncated: bool = False


class Via(StrEnum):
    """How an address came to be known."""

    START = "start"
    SITEMAP = "sitemap"
    LINK = "link"
    REDIRECT = "redirect"
    CANONICAL = "canonical"


class PageStatus(StrEnum):
    """Where a known address stands after its last visit."""

    NEW = "new"
    """Never answered."""
    OK = "ok"
    """A document was made of it (it may be a duplicate of another address)."""
    MISSING = "missing"
    """404, 410, 451 or a page that says so; ``missing`` counts the sightings."""
    REDIRECT = "redirect"
    """Leads to ``moved_to``."""
    REFUSED = "refused"
    """Seen, and not stored: noindex, no text, JavaScript only, format; ``reason`` says which."""
    ERROR = "error"
    """The last visit failed; what was stored before stays."""


@dataclass(frozen=True, slots=True)
class PageRecord:
    """What is remembered of an address between runs."""

    url: str
    source: str
    status: PageStatus = PageStatus.NEW
    depth: int = 0
    via: Via = Via.LINK
    etag: str | None = None
    last_modified: str | None = None
    raw_sha256: str | None = None
    media_type: str | None = None
    parser: int = 0
    """PARSER_VERSION that read it."""
    archived: bool = True
    """False where the publisher asks that no copy be kept: the bytes are then not stored."""
    moved_to: str | None = None
    permanent: bool = False
    """Whether ``moved_to`` was told for good (301, 308)."""
    missing: int = 0
    """Times it was found missing, at least :data:`ingest.crawl.outcomes.SIGHTINGS_APART_S` apart."""
    missing_since: str | None = None
    """First of those times."""
    unlisted_since: str | None = None
    """Since when no sitemap lists it and no page links to it."""
    reason: str | None = None
    lastmod: str | None = None
    """From the sitemap."""
    landing_url: str | None = None
    landing_title: str | None = None
    """For a PDF: the page that links to it, and that page's title; link_text: the words of the link."""
    link_text: str | None = None
    first_seen: str | None = None
    fetched_at: str | None = None
    """Last reply with a body."""
    checked_at: str | None = None
    """Last reply that confirmed or renewed what is stored (200 or 304)."""
    changed_at: str | None = None
    """Last time its text changed."""
    run: int = 0
    """Last run that visited it."""


@dataclass(frozen=True, slots=True)
class HostRecord:
    """What is remembered of a host: when it was last asked, until when it asked to be left alone, its robots.txt.

    Times are Unix seconds. ``robots_status``: HTTP status of the last robots.txt, 0 when unreachable, None: never.
    """

    host: str
    last_request_at: float = 0.0
    not_before: float = 0.0
    robots_body: bytes | None = None
    robots_status: int | None = None
    robots_at: float = 0.0


@dataclass(frozen=True, slots=True)
class Task:
    """An address of the frontier. ``hops``: redirects followed to get there, from ``origin``."""

    url: str
    source: str
    purpose: Purpose = Purpose.PAGE
    depth: int = 0
    via: Via = Via.LINK
    hops: int = 0
    origin: str | None = None
    attempts: int = 0
    lastmod: str | None = None


@dataclass(slots=True)
class SourceSummary:
    """What a run did for one source. Lists hold addresses, or (address, reason code)."""

    source: str
    requests: int = 0
    wire_bytes: int = 0
    fetched: int = 0
    """Replies with a body."""
    unchanged: int = 0
    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    gone: list[tuple[str, str]] = field(default_factory=list)
    """Left the index; the reason: 404, 410, soft_404, dropped, noindex, moved_outside, redirected."""
    moved: list[tuple[str, str]] = field(default_factory=list)
    """(old address, new address)."""
    duplicates: list[tuple[str, str]] = field(default_factory=list)
    """(address, address under which the same text is kept)."""
    refused: list[tuple[str, str]] = field(default_factory=list)
    """Not read, or read and not stored; reasons: robots, noindex, nosnippet, javascript, format, no_text, limit, ..."""
    errors: list[tuple[str, str]] = field(default_factory=list)
    """(address, FetchError.code or HTTP status)."""
    hidden_passages: int = 0
    """Pieces of hidden text that were dropped."""
    held: str | None = None
    """Why the source's changes wait for a person; None: published."""
    finished: bool = False
    """Everything known of the source was visited; False: budget, interruption or unreachable host."""
    addresses: int = 0
    """Addresses taken up in the run, what they redirect to not counted: at most the source's ``max_pages``."""
    settled: bool = False
    """Its changes are published or held: a resumed run has nothing more to do for it."""
    documents: int = 0
    """Documents of the source in the store after the run."""
    last_success: str | None = None
    """End of the last run that visited the whole source."""


@dataclass(slots=True)
class RunSummary:
    """What a run did."""

    run: int
    begun_at: str
    ended_at: str | None = None
    resumed: bool = False
    interrupted: bool = False
    budget_reached: str | None = None
    """``pages`` or ``time``."""
    sources: list[SourceSummary] = field(default_factory=list)
