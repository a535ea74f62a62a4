import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from ingest.crawl.model import HostRecord, PageRecord, PageStatus, Purpose, RunSummary, SourceSummary, Task, Via
from ingest.crawl.state import CrawlState
from ingest.store import DocumentStore

BEGUN, ENDED, LATER = "2026-11-01T02:00:00Z", "2026-11-01T03:00:00Z", "2026-11-25T02:00:00Z"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[DocumentStore]:
    with DocumentStore(tmp_path) as opened:
        yield opened


@pytest.fixture
def state(store: DocumentStore) -> CrawlState:
    return CrawlState(store)


def url(place: int | str) -> str:
    return f"https://site.example.fr/{place}"


def ended(state: CrawlState, sources: list[str], *, finished: bool = True, at: str = ENDED) -> RunSummary:
    summary = state.open_run(sources, now=BEGUN)
    summary.sources = [SourceSummary(source, finished=finished, last_success=at) for source in sources]
    summary.ended_at = at
    state.close_run(summary)
    return summary


def test_a_run_ends_as_it_was_told(state: CrawlState) -> None:
    summary = state.open_run(["b", "a"], now=BEGUN)
    assert summary == RunSummary(1, begun_at=BEGUN)
    summary.sources = [
        SourceSummary("b", requests=3, gone=[(url(1), "404")], held="à voir", finished=True),
        SourceSummary("a", errors=[(url(2), "dns")], duplicates=[(url(3), url(4))]),
    ]
    summary.budget_reached, summary.ended_at = "pages", ENDED
    state.close_run(summary)
    assert state.runs() == [summary]
    assert state.open_run(["b", "a"], now=LATER).run == 2


def test_an_unfinished_run_of_the_same_sources_goes_on(state: CrawlState, store: DocumentStore) -> None:
    run = state.open_run(["a", "b"], now=BEGUN).run
    state.save_source(run, SourceSummary("b", requests=1))
    state.save_source(run, SourceSummary("a", requests=5))
    state.save_source(run, SourceSummary("b", requests=2, added=[url(1)]))
    state.enqueue(run, Task(url(1), "a"))
    again = CrawlState(store).open_run(["b", "a"], now=LATER)
    assert (again.run, again.resumed, again.begun_at, again.ended_at) == (run, True, BEGUN, None)
    assert again.sources == [SourceSummary("b", requests=2, added=[url(1)]), SourceSummary("a", requests=5)]
    assert [task.url for task in state.queued(run)] == [url(1)]


def test_an_unfinished_run_of_other_sources_is_closed_first(state: CrawlState) -> None:
    first = state.open_run(["a", "b"], now=BEGUN).run
    state.save_source(first, SourceSummary("a", finished=True))
    state.enqueue(first, Task(url(1), "b"))
    second = state.open_run(["a"], now=LATER)
    assert (second.run, second.resumed, second.sources) == (first + 1, False, [])
    newest, oldest = state.runs()
    assert (newest.run, newest.ended_at) == (second.run, None)
    assert (oldest.interrupted, oldest.ended_at) == (True, LATER)
    assert oldest.sources == [SourceSummary("a", finished=True)]
    assert state.queued(first) == []


def test_runs_come_newest_first_and_limited(state: CrawlState) -> None:
    for _ in range(4):
        ended(state, ["a"])
    assert [summary.run for summary in state.runs()] == [4, 3, 2, 1]
    assert [summary.run for summary in state.runs(limit=2)] == [4, 3]


def test_the_last_success_is_that_of_a_run_that_visited_the_whole_source(state: CrawlState) -> None:
    assert state.last_success("a") is None
    ended(state, ["a", "b"])
    ended(state, ["a"], finished=False, at=LATER)
    assert (state.last_success("a"), state.last_success("b"), state.last_success("c")) == (ENDED, ENDED, None)


def test_a_run_that_lay_unfinished_does_not_make_a_source_look_fresh(state: CrawlState) -> None:
    run = state.open_run(["a", "b"], now=BEGUN).run
    state.save_source(run, SourceSummary("a", last_success=BEGUN))
    assert state.last_success("a") is None
    state.save_source(run, SourceSummary("a", finished=True, last_success=ENDED))
    assert state.last_success("a") == ENDED
    state.open_run(["b"], now=LATER)
    assert state.last_success("a") == ENDED


def test_an_address_is_queued_once_a_run(state: CrawlState) -> None:
    run = state.open_run(["a"], now=BEGUN).run
    assert state.enqueue(run, Task(url(1), "a"))
    assert not state.enqueue(run, Task(url(1), "a", depth=3))
    state.finish(run, url(1))
    assert not state.enqueue(run, Task(url(1), "a"))
    assert state.queued(run) == []
    assert state.enqueue(run + 1, Task(url(1), "a"))


def test_tasks_come_in_order_with_robots_and_sitemaps_first(state: CrawlState) -> None:
    run = state.open_run(["a", "b"], now=BEGUN).run
    tasks = [
        Task(url(1), "a", via=Via.START),
        Task(url(2), "b", depth=2, hops=1, origin=url(0), lastmod="2026-01-02"),
        Task(url("sitemap.xml"), "a", Purpose.SITEMAP),
        Task(url(3), "a"),
        Task(url("robots.txt"), "b", Purpose.ROBOTS),
    ]
    for task in tasks:
        state.enqueue(run, task)
    assert state.queued(run) == [tasks[2], tasks[4], tasks[0], tasks[1], tasks[3]]
    assert state.queued(run, "b") == [tasks[4], tasks[1]]
    state.finish(run, url(1))
    assert state.queued(run, "a") == [tasks[2], tasks[3]]


def test_a_task_put_back_keeps_its_place_and_its_attempts(state: CrawlState) -> None:
    run = state.open_run(["a"], now=BEGUN).run
    for place in range(3):
        state.enqueue(run, Task(url(place), "a"))
    state.finish(run, url(0))
    state.requeue(run, Task(url(0), "a", attempts=2))
    assert [(task.url, task.attempts) for task in state.queued(run)] == [(url(0), 2), (url(1), 0), (url(2), 0)]


def test_only_pages_count_for_the_budget(state: CrawlState) -> None:
    run = state.open_run(["a", "b"], now=BEGUN).run
    for task in (
        Task(url("robots.txt"), "a", Purpose.ROBOTS),
        Task(url("sitemap.xml"), "a", Purpose.SITEMAP),
        Task(url(1), "a"),
        Task(url(2), "a"),
        Task(url(3), "b"),
    ):
        state.enqueue(run, task)
    state.finish(run, url(1))
    state.finish(run, url("robots.txt"))
    assert state.counts(run) == {"a": (1, 2), "b": (0, 1)}
    assert state.counts(run + 1) == {}


def test_a_page_comes_back_as_it_was(state: CrawlState) -> None:
    assert state.page(url(1)) is None
    record = PageRecord(
        url(1), "a", PageStatus.MISSING, 2, Via.SITEMAP, 'W/"é"', missing=1, lastmod="2026-01", archived=False, run=7
    )
    state.save_page(record)
    assert state.page(url(1)) == record
    moved = replace(record, status=PageStatus.REDIRECT, moved_to=url(2), source="b")
    state.save_page(moved)
    state.save_page(PageRecord(url(0), "a"))
    assert state.pages() == [PageRecord(url(0), "a"), moved]
    assert state.pages("a") == [PageRecord(url(0), "a")]


def test_a_sitemap_lists_what_it_listed_last(state: CrawlState) -> None:
    state.save_listed(url("one.xml"), [url(1), url(2), url(1)])
    state.save_listed(url("two.xml"), [url(2)])
    assert [state.listed(url(place)) for place in (1, 2, 3)] == [True, True, False]
    assert (state.listing(url("one.xml")), state.listing(url("none.xml"))) == ([url(1), url(2)], [])
    state.save_listed(url("one.xml"), [url(3)])
    assert [state.listed(url(place)) for place in (1, 2, 3)] == [False, True, True]
    state.save_listed(url("two.xml"), [])
    assert not state.listed(url(2))


def test_a_host_comes_back_as_it_was(state: CrawlState) -> None:
    host = "site.example.fr"
    assert state.host(host) == HostRecord(host)
    record = HostRecord(host, 1764032400.123456, 1764032460.5, b"User-agent: *\n\xff", 200, 1764032000.25)
    state.save_host(record)
    assert state.host(host) == record
    for changed in (
        replace(record, last_request_at=1764032500.5),
        replace(record, robots_body=None, robots_status=0, robots_at=1764119000.0),
        replace(record, robots_body=b"", robots_status=None),
        HostRecord(host),
    ):
        state.save_host(changed)
        assert state.host(host) == changed


def test_a_request_does_not_write_the_robots_file_again(state: CrawlState, store: DocumentStore) -> None:
    record = HostRecord("site.example.fr", 1.0, 0.0, b"x" * 500_000, 200, 1.0)
    state.save_host(record)
    log = store.raw_path("0" * 64).parents[2] / "documents.sqlite-wal"
    store.database.rows("PRAGMA wal_checkpoint(TRUNCATE)")
    state.save_host(replace(record, last_request_at=2.0))
    assert 0 < log.stat().st_size < 50_000
    assert state.host("site.example.fr").robots_body == record.robots_body


def test_a_page_and_its_document_change_together(state: CrawlState) -> None:
    def stopped() -> None:
        with state.transaction():
            state.save_page(PageRecord(url(1), "a"))
            state.save_links(url(1), [url(2)])
            state.save_host(HostRecord("site.example.fr", 5.0))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stopped()
    assert (state.pages(), state.links(url(1)), state.host("site.example.fr").last_request_at) == ([], (), 0.0)


def test_a_store_from_before_the_crawler_gains_its_tables(tmp_path: Path) -> None:
    with DocumentStore(tmp_path) as store:
        assert store.database.rows("SELECT name FROM sqlite_master WHERE name LIKE 'crawl%'") == []
        CrawlState(store).save_page(PageRecord(url(1), "a"))
        CrawlState(store).save_page(PageRecord(url(2), "a"))
    db = sqlite3.connect(tmp_path / "documents.sqlite")
    assert db.execute("PRAGMA user_version").fetchone() == (1,)
    db.close()
    with DocumentStore(tmp_path) as store:
        assert [record.url for record in CrawlState(store).pages()] == [url(1), url(2)]
