"""What a visit begins with: start pages and the pages that are known, in the order of their urgency."""

from collections.abc import Callable, Iterator, Sequence
from urllib.parse import urlsplit

from ingest.crawl.admission import Offer
from ingest.crawl.clock import SystemClock
from ingest.crawl.frontier import sitemap_name
from ingest.crawl.lanes import Lane, lanes_of
from ingest.crawl.model import PARSER_VERSION, PageRecord, PageStatus, Purpose, Via
from ingest.crawl.options import CrawlOptions, PlannedFetch
from ingest.crawl.outcomes import MISSES, checked_since
from ingest.crawl.ports import Clock
from ingest.crawl.robots import Robots, fresh
from ingest.crawl.sitemaps import is_sitemap
from ingest.crawl.state import CrawlState
from ingest.crawl.urls import canonical
from ingest.manifest import Source


def first_offers(state: CrawlState, lane: Lane, source: Source, *, held: Callable[[str], bool]) -> list[Offer]:
    """The start pages and those that are known: first what the sitemap says has changed, then the start pages, then
    those whose last check is the oldest. ``held``: whether an address has a document."""
    known = {
        page.url: page
        for page in state.pages(source.id)
        if not is_sitemap(page) and source.allows(page.url) and _to_visit(state, page, held)
    }
    offers = {url: Offer(url, page.via, page.depth) for url, page in known.items()}
    offers |= {url: Offer(url, Via.START) for url in lane.starts(source)}
    return sorted(offers.values(), key=lambda offer: _urgency(offer, known.get(offer.url)))


def plan(
    sources: Sequence[Source], *, state: CrawlState, options: CrawlOptions, clock: Clock | None = None
) -> list[PlannedFetch]:
    """The requests that a run would begin with, in its order for each source; nothing is asked of anyone.

    What pages and sitemaps would lead to is not known before they are read.
    """
    now = (clock or SystemClock()).now()
    planned: list[PlannedFetch] = []
    for lane in lanes_of(sources):
        hosts: set[str] = set()
        for source in lane.sources:
            planned.extend(_rules(source, state, now, hosts))
            planned.extend(_sitemaps(source, state, options))
            planned.extend(_pages(lane, source, state, options))
    place = {source.id: number for number, source in enumerate(sources)}
    return sorted(planned, key=lambda fetch: place[fetch.source])


def _rules(source: Source, state: CrawlState, now: float, hosts: set[str]) -> Iterator[PlannedFetch]:
    for host in source.hosts:
        record = state.host(host)
        if host not in hosts and (record.robots_status is None or not fresh(record.robots_at, now)):
            yield PlannedFetch(f"https://{host}/robots.txt", source.id, "robots", False, Purpose.ROBOTS)
        hosts.add(host)


def _sitemaps(source: Source, state: CrawlState, options: CrawlOptions) -> Iterator[PlannedFetch]:
    named = [url for written in source.sitemaps if (url := canonical(written)) is not None]
    for host in source.hosts:
        found = _robots(state, host).sitemaps(f"https://{host}/robots.txt")
        named += [url for url in found if urlsplit(url).hostname in source.hosts]
    for url in dict.fromkeys(named):
        known = _conditional(state.page(sitemap_name(url)), options)
        yield PlannedFetch(url, source.id, Via.SITEMAP, known, Purpose.SITEMAP)


def _pages(lane: Lane, source: Source, state: CrawlState, options: CrawlOptions) -> Iterator[PlannedFetch]:
    rules = {host: _robots(state, host) for host in source.hosts}
    offers = first_offers(state, lane, source, held=lambda _: False)
    for offer in offers[: source.limits.max_pages]:
        record = state.page(offer.url)
        host = rules.get(urlsplit(offer.url).hostname or "")
        if host is not None and host.reachable and not host.allows(offer.url):
            continue
        if checked_since(record, options.since):
            continue
        yield PlannedFetch(offer.url, source.id, offer.via, _conditional(record, options))


def _robots(state: CrawlState, host: str) -> Robots:
    record = state.host(host)
    return Robots(record.robots_status, record.robots_body)


def _conditional(record: PageRecord | None, options: CrawlOptions) -> bool:
    if record is None or options.refresh or record.status not in (PageStatus.OK, PageStatus.REFUSED):
        return False
    read = is_sitemap(record) or record.parser >= PARSER_VERSION
    return read and (record.etag is not None or record.last_modified is not None)


def _to_visit(state: CrawlState, page: PageRecord, held: Callable[[str], bool]) -> bool:
    """Whether a known page is asked for again though nothing that was read in this run leads to it."""
    if page.status is PageStatus.REDIRECT:
        return state.listed(page.url) or held(page.url)
    return page.status is not PageStatus.MISSING or page.missing < MISSES or state.listed(page.url)


def _urgency(offer: Offer, page: PageRecord | None) -> tuple[bool, bool, str, str]:
    checked = (page.checked_at if page else None) or ""
    dated = (page.lastmod if page else None) or ""
    # "2026-11-25" is compared with a moment of that day by its day.
    renewed = bool(checked) and dated > checked[: len(dated)]
    return not renewed, offer.via is not Via.START, checked, offer.url
