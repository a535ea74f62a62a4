"""The end of a source's visit: what can only be said once all its pages were seen, then its changes published.

redirects       an address that leads to a page of ours gives way to it; one that leads nowhere is missing
canonical       a page gives way to the one that it names as its own address, where that one is there
dropped         a page that its sitemap listed leaves when nothing on the site leads to it any more
"""

from dataclasses import replace

from ingest.crawl.desk import Desk
from ingest.crawl.lanes import Lane
from ingest.crawl.model import PageRecord, PageStatus, SourceSummary, Via
from ingest.crawl.outcomes import MISSES, absent, forgotten, list_refusal
from ingest.crawl.published import COLLECTION
from ingest.crawl.reader import CANONICAL
from ingest.crawl.sitemaps import is_sitemap
from ingest.manifest import Source

_MAX_CHAIN = 10


def close_source(desk: Desk, lane: Lane, source: Source, summary: SourceSummary, *, finished: bool) -> None:
    """Draw the conclusions of a visit and publish its changes, in one transaction. ``finished``: everything known of
    the source was visited."""
    with desk.state.transaction():
        pages = {page.url: page for page in desk.state.pages(source.id) if not is_sitemap(page)}
        for page in pages.values():
            if page.status is PageStatus.REDIRECT and page.run == desk.run:
                _follow_redirect(desk, summary, page)
        for page in pages.values():
            if page.moved_to and (page.status is PageStatus.OK or page.reason == CANONICAL):
                _follow_canonical(desk, summary, page)
        if finished and not summary.errors:
            _drop_unlisted(desk, lane, source)
        _settle(desk, source, summary, finished=finished)


def _destination(desk: Desk, page: PageRecord, *, canonical: bool) -> PageRecord | None:
    """Where redirects (and, with ``canonical``, pages' own addresses) lead; None when they go round in circles or
    further than anyone looked."""
    seen = {page.url}
    here: PageRecord | None = page
    for _ in range(_MAX_CHAIN):
        assert here is not None
        onwards = here.status is PageStatus.REDIRECT or (
            canonical and (here.status is PageStatus.OK or here.reason == CANONICAL)
        )
        if not onwards or here.moved_to is None:
            return here
        if here.moved_to in seen:
            return None
        seen.add(here.moved_to)
        here = desk.state.page(here.moved_to)
        if here is None:
            return None
    return None


def _follow_redirect(desk: Desk, summary: SourceSummary, page: PageRecord) -> None:
    end = _destination(desk, page, canonical=False)
    if end is None:
        list_refusal(summary, page.url, "redirects")
        desk.state.save_page(replace(absent(desk, page, page.status, "redirects"), moved_to=page.moved_to))
    elif end.status is PageStatus.OK or end.reason == CANONICAL:
        summary.moved.append((page.url, end.url))
        desk.holdings.readdress(desk.run, page.source, page.url, _kept_address(desk, end))
        desk.state.save_page(replace(page, missing=0, reason=None))
    elif end.status in (PageStatus.MISSING, PageStatus.REFUSED):
        reason = end.reason or "404"
        list_refusal(summary, page.url, reason)
        desk.state.save_page(replace(absent(desk, page, page.status, reason), moved_to=page.moved_to))


def _kept_address(desk: Desk, page: PageRecord) -> str:
    end = _destination(desk, page, canonical=True)
    return end.url if end is not None and end.status is PageStatus.OK else page.url


def _follow_canonical(desk: Desk, summary: SourceSummary, page: PageRecord) -> None:
    end = _destination(desk, page, canonical=True)
    if end is not None and end.url != page.url and end.status is PageStatus.OK:
        desk.holdings.readdress(desk.run, page.source, page.url, end.url)
        if page.run == desk.run:
            list_refusal(summary, page.url, CANONICAL)
        desk.state.save_page(replace(page, status=PageStatus.REFUSED, reason=CANONICAL))
    elif page.reason == CANONICAL and end is not None and end.status in (PageStatus.MISSING, PageStatus.REFUSED):
        # The page has to speak for itself again, and nothing of it was kept: the next visit asks for the whole of it.
        desk.state.save_page(replace(forgotten(page), reason=None, moved_to=None, status=PageStatus.NEW))


def _drop_unlisted(desk: Desk, lane: Lane, source: Source) -> None:
    """Stage the removal of pages known by a sitemap that no sitemap lists and no page links to any more; only when
    every sitemap was read to its end."""
    sitemaps = [page for one in lane.sources for page in desk.state.pages(one.id) if is_sitemap(page)]
    read = [page for page in sitemaps if page.run == desk.run]
    if not read or any(page.status is not PageStatus.OK for page in read):
        return
    for page in sitemaps:
        if page.run != desk.run and page.source == source.id:
            desk.state.save_listed(page.url, ())
    starts = set(lane.starts(source))
    for page in desk.state.pages(source.id):
        known = page.via is Via.SITEMAP and page.status is PageStatus.OK and page.url not in starts
        if known and not is_sitemap(page) and not desk.state.listed(page.url) and not desk.state.linked(page.url):
            desk.holdings.stage_removal(desk.run, source.id, page.url, "dropped")
            gone = replace(forgotten(page), status=PageStatus.MISSING, reason="dropped", missing=MISSES)
            desk.state.save_page(gone)


def _settle(desk: Desk, source: Source, summary: SourceSummary, *, finished: bool) -> None:
    last = desk.state.last_success(source.id)
    now = desk.now()
    done = desk.holdings.settle(desk.run, source.id, known=last is not None, now=now)
    summary.added = list(done.added)
    summary.changed = list(done.changed)
    summary.gone = list(done.removed)
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
