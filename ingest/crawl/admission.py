"""Which addresses of a source are asked for: those within its bounds, by the rules of the hosts, each once a run."""

from collections import Counter, deque
from collections.abc import Iterable
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from ingest.crawl.desk import Desk
from ingest.crawl.documents import Landing
from ingest.crawl.frontier import Frontier
from ingest.crawl.lanes import Lane
from ingest.crawl.model import PageRecord, PageStatus, SourceSummary, Task, Via
from ingest.crawl.outcomes import absent, checked_since, forgotten, list_refusal
from ingest.crawl.urls import is_trap, kind_of
from ingest.manifest import Source

MAX_HOST_ADDRESSES = 2_000
"""Addresses of a host in one run (security.md, "crawl scope")."""
MAX_HOPS = 5
_DECISIONS_KEPT = 20_000
_STRENGTH = {Via.START: 0, Via.SITEMAP: 1}


@dataclass(frozen=True, slots=True)
class Offer:
    """An address that could be asked for: how it was found, and how many links from a start page."""

    url: str
    via: Via
    depth: int = 0
    hops: int = 0
    origin: str | None = None
    lastmod: str | None = None
    landing: Landing | None = None


def unwanted(source: Source, url: str) -> str | None:
    """Why an address is not worth a request, by its looks alone (a reason code)."""
    if is_trap(url):
        return "trap"
    kind = kind_of(url)
    return "format" if kind == "other" or (kind == "pdf" and "pdf" not in source.formats) else None


class Admission:
    """The door of one source's frontier. To be called in a transaction."""

    def __init__(self, desk: Desk, lane: Lane, source: Source, summary: SourceSummary, frontier: Frontier) -> None:
        self._desk = desk
        self._lane = lane
        self._source = source
        self._summary = summary
        self._frontier = frontier
        self._allowed: dict[str, bool] = {}
        visited = [page.url for one in lane.sources for page in desk.state.pages(one.id) if page.run == desk.run]
        self._by_host = Counter(urlsplit(url).hostname or "" for url in (*visited, *frontier))

    def offer(self, offers: Iterable[Offer]) -> None:
        """Take up what may be asked for. An address that needs no request (``since``), or that turns out to be nearer
        to a start page than was thought, leads on to the links that are known of it."""
        offered = deque(offers)
        while offered:
            offered.extend(self._take(offered.popleft()))

    def links(self, record: PageRecord) -> list[Offer]:
        """The links of a page, as they are remembered; none of one that is gone."""
        if record.status not in (PageStatus.OK, PageStatus.REFUSED):
            return []
        here = Landing(record.url)
        return [Offer(url, Via.LINK, record.depth + 1, landing=here) for url in self._desk.state.links(record.url)]

    def within(self, url: str) -> bool:
        """Whether an address is within the bounds of a source of the lane."""
        return any(source.allows(url) for source in self._lane.sources)

    def permitted(self, url: str) -> bool:
        """Whether the host's rules, and the host's being there at all, let the address be asked for."""
        allowed = self._allowed.get(url)
        if allowed is None:
            rules = self._lane.rules.get(urlsplit(url).hostname or "")
            allowed = self._allowed[url] = rules is not None and rules.allows(url)
            if len(self._allowed) > _DECISIONS_KEPT:
                self._allowed.clear()
        return allowed

    def belongs(self, url: str) -> bool:
        """Whether an address is this source's to ask for."""
        record = self._desk.state.page(url)
        found = self._lane.owner(url, record.source if record else None)
        return found is self._source and found.allows(url)

    def _take(self, offer: Offer) -> list[Offer]:
        desk, url = self._desk, offer.url
        record = desk.state.page(url)
        if self._lane.owner(url, record.source if record else None) is not self._source:
            return []
        if not self._source.allows(url) or (record is None and offer.depth > self._source.limits.max_depth):
            return []
        task = Task(url, self._source.id, depth=offer.depth, via=offer.via, hops=offer.hops, origin=offer.origin)
        if reason := self._refusal(offer):
            self._refuse(task, record, reason)
            return []
        known = self._remembered(offer, record)
        nearer = record is not None and known.depth < record.depth
        recent = checked_since(known, desk.options.since) and known.run != desk.run
        if not recent:
            came_up = url in self._frontier or known.run == desk.run
            if not came_up and self._full(task):
                list_refusal(self._summary, url, "pages")
                return []
            if not came_up:
                # The record first: the frontier's order depends on it.
                desk.state.save_page(known)
                if self._frontier.add(task):
                    self._count(task)
                    return []
        elif self._frontier.skip(task):
            desk.state.save_page(replace(known, run=desk.run))
            return self.links(known)
        if known != record:
            desk.state.save_page(known)
        return self.links(known) if nearer and known.run == desk.run else []

    def _refusal(self, offer: Offer) -> str | None:
        url = offer.url
        if url in self._desk.excluded:
            return "excluded"
        if reason := unwanted(self._source, url):
            return reason
        rules = self._lane.rules.get(urlsplit(url).hostname or "")
        return "robots" if rules is not None and rules.reachable and not self.permitted(url) else None

    def _refuse(self, task: Task, record: PageRecord | None, reason: str) -> None:
        """Pictures and archives that pages link to are no refusals worth telling."""
        if reason == "format" and kind_of(task.url) == "other" and record is None:
            return
        list_refusal(self._summary, task.url, reason)
        if record is not None and reason == "robots" and self._frontier.skip(task):
            self._desk.state.save_page(absent(self._desk, forgotten(record), PageStatus.REFUSED, reason))

    def _remembered(self, offer: Offer, record: PageRecord | None) -> PageRecord:
        """The address's record with what the offer tells of it. The page nearest to a start page that leads to a file
        is its landing page, for as long as it is there."""
        if record is None:
            seen = self._desk.now()
            record = PageRecord(offer.url, self._source.id, depth=offer.depth, via=offer.via, first_seen=seen)
        via = min(record.via, offer.via, key=lambda via: _STRENGTH.get(via, 2))
        record = replace(
            record,
            source=self._source.id,
            via=record.via if _STRENGTH.get(via, 2) == 2 else via,
            depth=min(record.depth, offer.depth),
            lastmod=offer.lastmod or record.lastmod,
        )
        landing = offer.landing
        if landing is None or kind_of(offer.url) != "pdf" or not self._takes_landing(record, landing):
            return record
        title = landing.title
        if not title and (page := self._desk.holdings.current(landing.url)) is not None:
            title = page.title
        return replace(
            record,
            landing_url=landing.url,
            landing_title=title or None,
            link_text=landing.link_text or None,
            # What is stored says where the file was found: it is to be made again from the kept bytes.
            parser=0 if record.checked_at else record.parser,
        )

    def _takes_landing(self, record: PageRecord, landing: Landing) -> bool:
        if record.landing_url is None:
            return True
        if record.landing_url == landing.url:
            told = (landing.title, landing.link_text)
            return bool(landing.link_text) and told != (record.landing_title or "", record.link_text or "")
        there, here = self._desk.state.page(record.landing_url), self._desk.state.page(landing.url)
        if there is None or there.status in (PageStatus.MISSING, PageStatus.REDIRECT):
            return True
        # Not by who came first: a page that had to be asked for twice comes late.
        return record.checked_at is None and here is not None and (here.depth, here.url) < (there.depth, there.url)

    def _full(self, task: Task) -> bool:
        """Whether the source or the host has had its share; what a redirect leads to stands for what it came from."""
        if self._by_host[urlsplit(task.url).hostname or ""] >= MAX_HOST_ADDRESSES:
            return True
        return not task.hops and self._summary.addresses >= self._source.limits.max_pages

    def _count(self, task: Task) -> None:
        self._by_host[urlsplit(task.url).hostname or ""] += 1
        self._summary.addresses += not task.hops
