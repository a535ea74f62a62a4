"""What the operator asks of a run, and what a run would ask of the sites."""

from dataclasses import dataclass

from ingest.crawl.model import Purpose


@dataclass(frozen=True, slots=True)
class CrawlOptions:
    """How far and how fast. ``None`` means without that limit.

    ``minimum_gap_s``: seconds between the end of a request and the next one to the same host; a source's manifest and
    the host's robots.txt can only raise it.
    """

    minimum_gap_s: float = 2.0
    max_pages: int | None = None
    """Pages asked for in this run, all sources together; robots.txt and sitemaps do not count."""
    max_seconds: float | None = None
    since: str | None = None
    """ISO 8601 UTC: pages checked at or after that time are not asked for again."""
    refresh: bool = False
    """Ask for whole pages, whatever is known of them, and read them again even when their bytes are the same."""
    workers: int = 8
    """Hosts asked at the same time, at most 8."""


@dataclass(frozen=True, slots=True)
class PlannedFetch:
    """A request that a run would begin with."""

    url: str
    source: str
    why: str
    """A :class:`~ingest.crawl.model.Via`: how the address came to be known."""
    conditional: bool
    """Whether an unchanged page would answer without a body."""
    purpose: Purpose = Purpose.PAGE
