import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest.crawl.links import BYTES_A_PAGE, BYTES_A_SITEMAP, LINKS_A_PAGE
from ingest.crawl.model import PageRecord, PageStatus
from ingest.crawl.state import CrawlState
from ingest.sandbox import Sandbox
from ingest.store import DocumentStore

from .scripted import ROBOTS, Bench, page, sitemap, source
from .scripted import url as site

NOW = "2026-11-25T02:00:00Z"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[DocumentStore]:
    with DocumentStore(tmp_path) as opened:
        yield opened


@pytest.fixture
def state(store: DocumentStore) -> CrawlState:
    return CrawlState(store)


def url(place: int | str) -> str:
    return f"https://site.example.fr/{place}"


def addresses(store: DocumentStore) -> set[str]:
    return {found for (found,) in store.database.rows("SELECT url FROM crawl_addresses")}


def test_links_keep_their_order_and_are_replaced(state: CrawlState) -> None:
    assert state.links(url(1)) == ()
    state.save_links(url(1), [url(5), url(3), url(5), url(4)])
    assert state.links(url(1)) == (url(5), url(3), url(4))
    state.save_links(url(2), [url(4)])
    state.save_links(url(1), iter([url(4)]))
    assert state.links(url(1)) == (url(4),)
    state.save_links(url(1), [])
    assert (state.links(url(1)), state.links(url(2))) == ((), (url(4),))


@pytest.mark.parametrize("status", PageStatus)
def test_only_the_links_of_pages_that_are_there_count(state: CrawlState, status: PageStatus) -> None:
    state.save_links(url(1), [url(2)])
    assert not state.linked(url(2)), "an unknown page"
    state.save_page(PageRecord(url(1), "a", status))
    assert state.linked(url(2)) is (status in (PageStatus.OK, PageStatus.ERROR))
    assert not state.linked(url(1))


def test_a_page_does_not_keep_itself_alive(state: CrawlState) -> None:
    state.save_page(PageRecord(url(1), "a", PageStatus.OK))
    state.save_links(url(1), [url(1)])
    assert not state.linked(url(1))


def test_of_very_many_links_the_first_are_kept(state: CrawlState, store: DocumentStore) -> None:
    targets = [url(place) for place in range(2, 5_000)]
    state.save_links(url(1), targets)
    assert state.links(url(1)) == tuple(targets[:LINKS_A_PAGE])
    assert len(addresses(store)) == LINKS_A_PAGE + 1


def test_of_very_long_links_no_more_are_kept_than_a_page_may_have(state: CrawlState, store: DocumentStore) -> None:
    state.save_links(url(1), (url(f"{place}-{'q' * 2_000}") for place in range(400)))
    assert 0 < sum(map(len, state.links(url(1)))) <= BYTES_A_PAGE
    assert sum(map(len, addresses(store))) < BYTES_A_PAGE + 100


def test_the_end_of_a_run_forgets_the_addresses_that_nothing_leads_to(state: CrawlState, store: DocumentStore) -> None:
    state.save_listed(url("one.xml"), [url(7), url(8)])
    state.save_links(url(1), [url(2), url(3)])
    state.save_links(url(4), [url(2)])
    state.save_links(url(1), [url(5)])
    state.save_listed(url("one.xml"), [url(7)])
    state.close_run(state.open_run(["a"], now=NOW))
    assert addresses(store) == {url(place) for place in (1, 2, 4, 5, 7, "one.xml")}
    assert (state.links(url(1)), state.links(url(4)), state.listed(url(7))) == ((url(5),), (url(2),), True)


def test_links_out_of_bounds_and_traps_are_not_kept(tmp_path: Path, sandbox: Sandbox) -> None:
    bench = Bench(tmp_path / "data", sandbox)
    trap = "/agenda/2026/11/25"
    bench.web.put("/", page("Accueil", "/a", "/ailleurs/b", trap, "https://autre.test/c"))
    bench.web.put("/a", page("A"))
    bench.crawl(source(deny=(re.compile("/ailleurs"),)))
    with bench.open() as (_, state, _):
        assert state.links(site("/")) == (site("/a"),)


def test_of_a_very_long_sitemap_the_beginning_is_kept(state: CrawlState, store: DocumentStore) -> None:
    assert state.save_listed(url("one.xml"), [url(place) for place in range(10_000)])
    assert not state.save_listed(url("one.xml"), [url(f"{place}-{'q' * 2_000}") for place in range(1_000)])
    assert sum(map(len, state.listing(url("one.xml")))) <= BYTES_A_SITEMAP
    state.close_run(state.open_run(["a"], now=NOW))
    assert sum(map(len, addresses(store))) <= BYTES_A_SITEMAP + 100


def test_what_a_sitemap_lists_out_of_bounds_is_not_kept(tmp_path: Path, sandbox: Sandbox) -> None:
    bench = Bench(tmp_path / "data", sandbox)
    bench.web.put("/robots.txt", f"{ROBOTS}Sitemap: {site('/s.xml')}\n", content_type="text/plain")
    bench.web.put("/s.xml", sitemap(site("/a"), site("/ailleurs/b"), site("/agenda/2026/11/25")))
    for path in ("/", "/a"):
        bench.web.put(path, page(path))
    bench.crawl(source(deny=(re.compile("/ailleurs"),)))
    with bench.open() as (_, state, _):
        assert [state.listed(site(path)) for path in ("/a", "/ailleurs/b", "/agenda/2026/11/25")] == [
            True,
            False,
            False,
        ]
