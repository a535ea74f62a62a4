"""The end of a source's visit: what can only be said once all its pages were seen, then its changes published.

canonical       a page gives way to the one that it names as its own address, where that one says the same
redirects       an address that leads for good to its text gives way to it; one that leads elsewhere is missing
dropped         a page that its sitemap listed leaves when nothing on the site leads to it any more
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from ingest.crawl.desk import Desk
from ingest.crawl.lanes import Lane
from ingest.crawl.likeness import stands_in
from ingest.crawl.listings import is_sitemap
from ingest.crawl.model import PageRecord, PageStatus, SourceSummary
from ingest.crawl.outcomes import absent, forgotten, list_refusal, present
from ingest.crawl.published import COLLECTION
from ingest.crawl.reader import CANONICAL
from ingest.crawl.unlisted import drop_unlisted
from ingest.manifest import Source

_MAX_CHAIN = 10
_CROWD = 3
"""Addresses that lead to one page without any of their texts: the site's way to say that they are gone."""


def close_source(desk: Desk, lane: Lane, source: Source, summary: SourceSummary, *, finished: bool) -> None:
    """Draw the conclusions of a visit and publish its changes, in one transaction. ``finished``: everything known of
    the source was visited."""
    with desk.state.transaction():
        pages = [page for page in desk.state.pages(source.id) if not is_sitemap(page)]
        for page in pages:
            if page.moved_to and (page.status is PageStatus.OK or page.reason == CANONICAL):
                _follow_canonical(desk, summary, page)
        redirects = [page for page in pages if page.status is PageStatus.REDIRECT and page.run == desk.run]
        _follow_redirects(desk, summary, redirects)
        if finished:
            drop_unlisted(desk, lane, source)
        _settle(desk, source, summary, finished=finished)


def _route(desk: Desk, page: PageRecord, *, canonical: bool) -> list[PageRecord]:
    """Where redirects (and, with ``canonical``, pages' own addresses) lead, the page first; empty when they go round in
    circles or further than anyone looked."""
    route: list[PageRecord] = []
    here: PageRecord | None = page
    while here is not None and len(route) < _MAX_CHAIN and here.url not in {one.url for one in route}:
        route.append(here)
        onwards = here.status is PageStatus.REDIRECT or (
            canonical and (here.status is PageStatus.OK or here.reason == CANONICAL)
        )
        if not onwards or here.moved_to is None:
            return route
        here = desk.state.page(here.moved_to)
    return []


def _follow_redirects(desk: Desk, summary: SourceSummary, redirects: Sequence[PageRecord]) -> None:
    strayed: list[tuple[PageRecord, str]] = []
    provisional: list[PageRecord] = []
    for page in redirects:
        route = _route(desk, page, canonical=False)
        end = route[-1] if route else None
        if end is None:
            _miss(desk, summary, page, "redirects")
        elif end.status is PageStatus.OK or end.reason == CANONICAL:
            kept = _kept_address(desk, end)
            text, there = desk.holdings.current(page.url), desk.holdings.current(kept)
            if text is not None and there is not None and not stands_in(text, there):
                strayed.append((page, end.url))
            elif text is not None and not all(hop.permanent for hop in route[:-1]):
                provisional.append(page)
            else:
                desk.holdings.readdress(desk.run, page.source, page.url, kept)
                desk.state.save_page(present(page))
        elif end.status in (PageStatus.MISSING, PageStatus.REFUSED):
            _miss(desk, summary, page, end.reason or "404")
    ends = Counter(end for _, end in strayed)
    for page, end_url in strayed:
        _miss(desk, summary, page, "soft_404" if ends[end_url] >= _CROWD else "redirected")
    for page in provisional:
        _miss(desk, summary, page, "redirected")


def _miss(desk: Desk, summary: SourceSummary, page: PageRecord, reason: str) -> None:
    """The text of an address is not where it leads, or not for good."""
    list_refusal(summary, page.url, reason)
    desk.state.save_page(absent(desk, page, page.status, reason))


def _kept_address(desk: Desk, page: PageRecord) -> str:
    route = _route(desk, page, canonical=True)
    return route[-1].url if route and route[-1].status is PageStatus.OK else page.url


def _follow_canonical(desk: Desk, summary: SourceSummary, page: PageRecord) -> None:
    route = _route(desk, page, canonical=True)
    end = route[-1] if route else None
    if end is not None and end.url != page.url and end.status is PageStatus.OK:
        if page.status is PageStatus.OK:
            text, there = desk.holdings.current(page.url), desk.holdings.current(end.url)
            if text is None or there is None:
                return
            if not stands_in(text, there):
                desk.state.save_page(replace(page, moved_to=None))
                return
        desk.holdings.readdress(desk.run, page.source, page.url, end.url)
        if page.run == desk.run:
            list_refusal(summary, page.url, CANONICAL)
        desk.state.save_page(replace(page, status=PageStatus.REFUSED, reason=CANONICAL))
    elif page.reason == CANONICAL and end is not None and end.status in (PageStatus.MISSING, PageStatus.REFUSED):
        # The page has to speak for itself again, and nothing of it was kept: the next visit asks for the whole of it.
        desk.state.save_page(replace(forgotten(page), reason=None, moved_to=None, status=PageStatus.NEW))


def _settle(desk: Desk, source: Source, summary: SourceSummary, *, finished: bool) -> None:
    last = desk.state.last_success(source.id)
    now = desk.now()
    done = desk.holdings.settle(desk.run, source.id, known=last is not None, now=now)
    summary.added = list(done.added)
    summary.changed = list(done.changed)
    summary.gone = list(done.removed)
    summary.moved = list(done.moved)
    summary.duplicates = list(done.duplicates)
    summary.held = done.held
    left = {url for url, _ in done.removed}
    summary.refused = [(url, reason) for url, reason in summary.refused if url not in left]
    summary.documents = len(desk.store.summaries(f"{COLLECTION}{source.id}"))
    summary.finished = finished
    # The end of the run, where this one was whole, is told when it has come.
    summary.last_success = last
    summary.settled = True
    desk.state.save_source(desk.run, summary)
