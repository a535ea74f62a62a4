"""Pages that sitemaps made known, and that no sitemap lists and no page links to any more."""

from dataclasses import replace

from ingest.crawl.desk import Desk
from ingest.crawl.lanes import Lane
from ingest.crawl.listings import Listings, is_sitemap
from ingest.crawl.model import PageRecord, PageStatus, Via
from ingest.crawl.outcomes import MISSES, forgotten, seen_before
from ingest.manifest import Source


def drop_unlisted(desk: Desk, lane: Lane, source: Source) -> None:
    """Stage the removal of the source's unlisted pages at their second sighting, where every sitemap that is there was
    read to its end. Sitemaps that nothing names any more are forgotten at their second absence. To be called after a
    visit of the whole source, in a transaction."""
    sitemaps = [page for one in lane.sources for page in desk.state.pages(one.id) if is_sitemap(page)]
    listings = Listings(desk, lane)
    for sitemap in sitemaps:
        if sitemap.run != desk.run and sitemap.source == source.id and sitemap.missing < MISSES:
            desk.state.save_page(listings.miss(sitemap))
    read = [sitemap for sitemap in sitemaps if sitemap.run == desk.run and not _gone(sitemap)]
    if not read or any(sitemap.status is not PageStatus.OK for sitemap in read):
        return
    starts = set(lane.starts(source))
    for page in desk.state.pages(source.id):
        known = page.via is Via.SITEMAP and page.status is PageStatus.OK and page.url not in starts
        if known and not is_sitemap(page):
            _look(desk, page)


def _gone(sitemap: PageRecord) -> bool:
    return sitemap.status is PageStatus.MISSING and sitemap.missing >= MISSES


def _look(desk: Desk, page: PageRecord) -> None:
    if desk.state.listed(page.url) or desk.state.linked(page.url):
        if page.unlisted_since is not None:
            desk.state.save_page(replace(page, unlisted_since=None))
    elif page.unlisted_since is None:
        desk.state.save_page(replace(page, unlisted_since=desk.now()))
    elif seen_before(desk, page.unlisted_since):
        desk.holdings.stage_removal(desk.run, page.source, page.url, "dropped")
        gone = replace(forgotten(page), status=PageStatus.MISSING, reason="dropped", missing=MISSES)
        desk.state.save_page(replace(gone, missing_since=page.unlisted_since, unlisted_since=None))
