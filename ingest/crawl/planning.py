"""What a visit begins with: start pages and the pages that are known, in the order of their urgency."""

from collections import deque
from collections.abc import Callable, Collection, Iterator, Sequence
from urllib.parse import urlsplit

from ingest.crawl.admission import Offer, unwanted
from ingest.crawl.clock import SystemClock
from ingest.crawl.frontier import sitemap_name
from ingest.crawl.lanes import Lane, lanes_of
from ingest.crawl.listings import is_sitemap, sitemap_validators
from ingest.crawl.model import PageRecord, PageStatus, Purpose, Via
from ingest.crawl.options import CrawlOptions, PlannedFetch
from ingest.crawl.outcomes import MISSES, checked_since
from ingest.crawl.pages import validators
from ingest.crawl.ports import Clock
from ingest.crawl.robots import Robots, fresh
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
    sources: Sequence[Source],
    *,
    state: CrawlState,
    options: CrawlOptions,
    held: Callable[[str], bool] = lambda _: False,
    excluded: Collection[str] = (),
    clock: Clock | None = None,
) -> list[PlannedFetch]:
    """The requests that a run would make if no site had changed, in its order for each source; nothing is asked of
    anyone. ``held``: whether an address has a document; ``excluded``: addresses that the operator keeps out.

    What new pages and sitemaps would lead to is not known before they are read.
    """
    now = (clock or SystemClock()).now()
    planned: list[PlannedFetch] = []
    for lane in lanes_of(sources):
        hosts: set[str] = set()
        for source in lane.sources:
            planned.extend(_rules(source, state, now, hosts))
            planned.extend(_sitemaps(lane, source, state, options))
            planned.extend(_pages(lane, source, state, options, held, excluded))
    place = {source.id: number for number, source in enumerate(sources)}
    return sorted(planned, key=lambda fetch: place[fetch.source])


def _rules(source: Source, state: CrawlState, now: float, hosts: set[str]) -> Iterator[PlannedFetch]:
    for host in source.hosts:
        record = state.host(host)
        if host not in hosts and (record.robots_status is None or not fresh(record.robots_at, now)):
            yield PlannedFetch(f"https://{host}/robots.txt", source.id, "robots", False, Purpose.ROBOTS)
        hosts.add(host)


def _sitemaps(lane: Lane, source: Source, state: CrawlState, options: CrawlOptions) -> Iterator[PlannedFetch]:
    named = [url for written in source.sitemaps if (url := canonical(written)) is not None]
    for host in source.hosts:
        found = _robots(state, host).sitemaps(f"https://{host}/robots.txt")
        named += [url for url in found if urlsplit(url).hostname in source.hosts]
    for url in dict.fromkeys(named):
        record = state.page(sitemap_name(url))
        conditional = record is not None and sitemap_validators(record, lane, options) != (None, None)
        yield PlannedFetch(url, source.id, Via.SITEMAP, conditional, Purpose.SITEMAP)


def _pages(
    lane: Lane,
    source: Source,
    state: CrawlState,
    options: CrawlOptions,
    held: Callable[[str], bool],
    excluded: Collection[str],
) -> Iterator[PlannedFetch]:
    rules = {host: _robots(state, host) for host in source.hosts}
    offers = deque(first_offers(state, lane, source, held=held))
    seen = {offer.url for offer in offers}
    room = source.limits.max_pages
    while offers and room:
        offer = offers.popleft()
        record = state.page(offer.url)
        host = rules.get(urlsplit(offer.url).hostname or "")
        barred = host is not None and host.reachable and not host.allows(offer.url)
        if barred or unwanted(source, offer.url) or offer.url in excluded:
            continue
        if record is not None and record.status in (PageStatus.OK, PageStatus.REFUSED):
            for url in state.links(offer.url):
                known = state.page(url)
                near = known is not None or record.depth < source.limits.max_depth
                owner = lane.owner(url, known.source if known else None)
                if url not in seen and near and owner is source and source.allows(url):
                    seen.add(url)
                    offers.append(Offer(url, known.via if known else Via.LINK, record.depth + 1))
        if checked_since(record, options.since):
            continue
        room -= 1
        conditional = record is not None and validators(record, options) != (None, None)
        yield PlannedFetch(offer.url, source.id, offer.via, conditional)


def _robots(state: CrawlState, host: str) -> Robots:
    record = state.host(host)
    return Robots(record.robots_status, record.robots_body)


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
