"""What sitemaps list, as it is remembered: what they leave out is believed when they say it twice."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace

from ingest.crawl.admission import MAX_HOST_ADDRESSES
from ingest.crawl.desk import Desk
from ingest.crawl.lanes import Lane
from ingest.crawl.model import PageRecord, PageStatus, Response, Sitemap, SitemapEntry, Via
from ingest.crawl.options import CrawlOptions
from ingest.crawl.outcomes import MISSES, forgotten, missed, present
from ingest.crawl.urls import canonical, is_trap, kind_of
from ingest.manifest import Source

SITEMAP_TYPE = "application/sitemap"
"""In the records of addresses, it tells sitemaps from pages."""


def is_sitemap(record: PageRecord) -> bool:
    """Whether a record is that of a sitemap; its ``url`` is then a :func:`~ingest.crawl.frontier.sitemap_name`."""
    return record.media_type == SITEMAP_TYPE


def sitemap_validators(record: PageRecord, lane: Lane, options: CrawlOptions) -> tuple[str | None, str | None]:
    """ETag and Last-Modified that make the request for a sitemap conditional; None where it must be read whole."""
    if record.status is not PageStatus.OK or record.reason != readers(lane.sources) or options.refresh:
        return None, None
    return record.etag, record.last_modified


def readers(sources: Sequence[Source]) -> str:
    """For whom a sitemap is read: for others, or within other bounds, it must be read again though it is the same."""
    bounds = [
        (source.id, source.hosts, [p.pattern for p in source.allow], [p.pattern for p in source.deny], source.formats)
        for source in sources
    ]
    return hashlib.sha256(repr(bounds).encode()).hexdigest()[:16]


class Listings:
    """What the sitemaps of a lane list. To be called in a transaction."""

    def __init__(self, desk: Desk, lane: Lane) -> None:
        self._desk = desk
        self._lane = lane
        self._readers = readers(lane.sources)

    def keep(self, record: PageRecord, response: Response, found: Sitemap) -> tuple[PageRecord, Sequence[str]]:
        """Remember what a sitemap lists; its record, and the sitemaps that it names.

        One that leaves out more than half of what it listed, or all, may be broken: until it says the same a second
        time, what it listed before counts too.
        """
        state, now = self._desk.state, self._desk.now()
        entries = {url: entry for entry in found.entries if (url := canonical(entry.url)) is not None}
        pages = {} if found.is_index else {url: entry for url, entry in entries.items() if self._counts(url)}
        before = state.listing(record.url)
        lost = [url for url in before if url not in pages]
        record = replace(
            record,
            # What is missing at its end may list pages: nothing is concluded from their not being there.
            status=PageStatus.REFUSED if found.truncated else PageStatus.OK,
            etag=response.headers.get("etag"),
            last_modified=response.headers.get("last-modified"),
            fetched_at=now,
            checked_at=now,
        )
        record = forgotten(missed(self._desk, record)) if 2 * len(lost) > len(before) else present(record)
        doubted = lost if 0 < record.missing < MISSES else []
        if not state.save_listed(record.url, [*pages, *doubted]):
            record = replace(record, status=PageStatus.REFUSED)
        nested = list(entries) if found.is_index else []
        state.save_links(record.url, nested)
        self._remember_all(pages)
        if record.missing >= MISSES:
            record = present(record)
        return replace(record, reason=self._readers), nested

    def miss(self, record: PageRecord) -> PageRecord:
        """The record of a sitemap that is not there; at the second time, what it listed is forgotten."""
        record = missed(self._desk, record)
        if record.missing >= MISSES:
            record = replace(record, status=PageStatus.MISSING)
            self._desk.state.save_listed(record.url, ())
            self._desk.state.save_links(record.url, ())
        return record

    def _counts(self, url: str) -> bool:
        """Whether it matters to a source of the lane that an address is listed."""
        return any(source.allows(url) for source in self._lane.sources) and not is_trap(url)

    def _remember_all(self, entries: dict[str, SitemapEntry]) -> None:
        added = 0
        for url, entry in entries.items():
            if added < MAX_HOST_ADDRESSES:
                added += self._remember(url, entry)

    def _remember(self, url: str, entry: SitemapEntry) -> bool:
        """Keep a listed address of one of the lane's sources; whether it is a new one."""
        state = self._desk.state
        record = state.page(url)
        source = self._lane.owner(url, record.source if record else None)
        if source is None or not source.allows(url) or is_trap(url) or kind_of(url) not in source.formats:
            return False
        known = record or PageRecord(url, source.id, via=Via.SITEMAP, first_seen=self._desk.now())
        via = known.via if known.via is Via.START else Via.SITEMAP
        renewed = replace(known, via=via, lastmod=entry.lastmod or known.lastmod, depth=0)
        if renewed != record:
            state.save_page(renewed)
        return record is None
