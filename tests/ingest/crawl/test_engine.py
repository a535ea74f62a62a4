"""The crawl against a web that is a table: what is asked, when, budgets, interruptions."""

import os
import signal
import threading
import time
from pathlib import Path

import pytest

from ingest.crawl import pages as pages_module
from ingest.crawl import reader as reader_module
from ingest.crawl.engine import crawl
from ingest.crawl.interruption import Interruption
from ingest.crawl.model import FetchRequest, PageContent, PageStatus, Response, Via
from ingest.crawl.options import CrawlOptions
from ingest.crawl.reading import Reading
from ingest.sandbox import Sandbox

from .scripted import GUIDE, HOST, ROBOTS, Bench, Notes, Web, gaps, page, pdf, sitemap, source, url


class Killed(BaseException):
    """The program ends here."""


def small_site(bench: Bench) -> None:
    bench.web.put("/robots.txt", f"{ROBOTS}Sitemap: {url('/s.xml')}\n")
    bench.web.put("/s.xml", sitemap(url("/a"), url("/moved")))
    bench.web.put("/", page("Accueil", "/b", "/c.pdf|Le guide du cabinet", "/prive/x"))
    bench.web.put("/a", page("Page A", "/b"))
    bench.web.put("/b", page("Page B", "/d?x=1"))
    bench.web.put("/d?x=1", page("Page D", head='<link rel="canonical" href="/d">'))
    bench.web.put("/d", page("Page D"))
    bench.web.moved("/moved", "/e")
    bench.web.put("/e", page("Page E"))
    bench.web.put("/c.pdf", pdf(None, GUIDE))
    bench.web.put("/", page("Accueil", "/1"), host="autre.test")
    bench.web.put("/1", page("Page 1"), host="autre.test")


def test_a_site_is_read_page_by_page(bench: Bench) -> None:
    bench.web.put("/", page("Accueil", "/a", "/b", "/prive/x", "https://ailleurs.test/", "/image.png"))
    bench.web.put("/a", page("Page A", "/b", "/a"))
    bench.web.put("/b", page("Page B", "/"))
    run = bench.crawl()
    assert bench.web.paths() == ["/robots.txt", "/", "/a", "/b"]
    (summary,) = run.sources
    assert (summary.fetched, summary.unchanged, summary.requests) == (3, 0, 4)
    assert summary.added == [url("/"), url("/a"), url("/b")]
    assert summary.refused == [(url("/prive/x"), "robots")]
    assert summary.finished
    assert summary.documents == 3
    assert summary.last_success == run.ended_at
    assert not run.interrupted
    assert run.budget_reached is None
    document = bench.documents()["/a"]
    assert (document.title, document.publisher, document.url) == ("Page A", "Agence des essais", url("/a"))
    assert document.attributes["topic"] == ("sauvegardes",)
    record = bench.pages()["/b"]
    assert (record.status, record.depth, record.run, record.via) == (PageStatus.OK, 1, 1, Via.LINK)
    assert bench.observer.begun == ["site"]
    assert bench.observer.done == [(url("/"), "added"), (url("/a"), "added"), (url("/b"), "added")]


def test_an_unchanged_site_sends_no_body(bench: Bench) -> None:
    bench.web.put("/", page("Accueil", "/a"))
    bench.web.put("/a", page("Page A"))
    bench.crawl()
    before, mark = bench.image(), len(bench.web.asked)
    bench.clock.move(3600)
    (summary,) = bench.crawl().sources
    again = bench.web.asked[mark:]
    assert [(one.url, getattr(one.reply, "status", 0)) for one in again] == [(url("/"), 304), (url("/a"), 304)]
    assert (summary.fetched, summary.unchanged, summary.added, summary.changed) == (0, 2, [], [])
    after = bench.image()
    assert after["documents"] == before["documents"]
    assert bench.pages()["/a"].checked_at > bench.pages()["/a"].fetched_at  # type: ignore[operator]


def test_a_changed_page_is_read_again_and_one_that_came_up_is_found(bench: Bench) -> None:
    bench.web.put("/", page("Accueil", "/a"))
    bench.web.put("/a", page("Page A"))
    bench.crawl()
    bench.web.put("/a", page("Page A", "/c", text="Ce que conseille la page A a changé depuis la dernière visite."))
    bench.web.put("/c", page("Page C"))
    (summary,) = bench.crawl().sources
    assert (summary.changed, summary.added) == ([url("/a")], [url("/c")])
    assert "a changé" in bench.documents()["/a"].text


def test_two_seconds_between_requests_even_of_two_runs(bench: Bench) -> None:
    bench.web.put("/", page("Accueil", "/a", "/b"))
    bench.web.put("/a", page("Page A"))
    bench.web.put("/b", page("Page B"))
    bench.crawl()
    bench.crawl()
    assert len(bench.web.asked) == 7
    assert min(gaps(bench)) >= 2.0
    assert max(gaps(bench)) < 2.5


def test_the_manifest_and_robots_can_only_slow_down(bench: Bench) -> None:
    bench.web.put("/", page("Accueil"))
    bench.web.put("/robots.txt", "User-agent: *\nCrawl-delay: 7\n")
    bench.crawl(source(min_delay_s=4.0))
    bench.crawl(source(min_delay_s=9.0))
    assert [round(gap) for gap in gaps(bench)] == [7, 9]


def test_hosts_do_not_wait_for_each_other_but_share_nothing(bench: Bench) -> None:
    other = source("autre", ("autre.test",))
    for host in (HOST, "autre.test"):
        bench.web.put("/", page("Accueil", "/a", "/b"), host=host)
        bench.web.put("/a", page("Page A"), host=host)
        bench.web.put("/b", page("Page B"), host=host)
    bench.crawl(source(), other)
    assert min(gaps(bench)) >= 2.0
    assert min(gaps(bench, "autre.test")) >= 2.0
    assert bench.web.asked[-1].ended - bench.web.asked[0].begun < 2 * 4 * 2.0


def test_a_defect_that_a_source_brings_to_light_is_that_source_s(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    for host in (HOST, "autre.test"):
        bench.web.put("/", page("Accueil"), host=host)
    genuine = pages_module.PageVisit.steps

    def failing(self: pages_module.PageVisit, task: object) -> object:
        if self._source.id == "site":
            raise RuntimeError("défaut")
        return genuine(self, task)  # type: ignore[arg-type]

    monkeypatch.setattr(pages_module.PageVisit, "steps", failing)
    failed, well = bench.crawl(source(), source("autre", ("autre.test",))).sources
    assert failed.errors == [(url("/"), "internal")]
    assert not failed.finished
    assert well.finished


def test_a_page_budget_ends_the_run_and_the_next_one_begins_with_the_oldest(bench: Bench) -> None:
    bench.web.put("/", page("Accueil", "/a", "/b", "/c"))
    for name in "abc":
        bench.web.put(f"/{name}", page(f"Page {name}"))
    run = bench.crawl(max_pages=2)
    assert run.budget_reached == "pages"
    assert not run.sources[0].finished
    assert run.sources[0].added == [url("/"), url("/a")]
    mark = len(bench.web.asked)
    run = bench.crawl(max_pages=3)
    assert [one.url for one in bench.web.asked[mark:]] == [url("/"), url("/b"), url("/c")]
    assert bench.crawl().sources[0].finished


def test_a_time_budget_ends_the_run(bench: Bench) -> None:
    bench.web.put("/", page("Accueil", *(f"/{number}" for number in range(9))))
    for number in range(9):
        bench.web.put(f"/{number}", page(f"Page {number}"))
    run = bench.crawl(max_seconds=10)
    assert run.budget_reached == "time"
    assert 4 <= len(bench.web.asked) <= 6
    assert run.sources[0].added
    # Waiting longer than there is time for makes no sense either.
    bench.web.put("/3", status=503, retry_after="30")
    run = bench.crawl(max_seconds=25)
    assert (url("/"), "retry_after") in run.sources[0].errors


def test_killed_anywhere_it_resumes_and_ends_the_same(tmp_path: Path, sandbox: Sandbox) -> None:
    sources = [source(), source("autre", ("autre.test",))]
    undisturbed = Bench(tmp_path / "undisturbed", sandbox)
    small_site(undisturbed)
    expected_run = undisturbed.crawl(*sources)
    expected = undisturbed.image()
    moments = len(undisturbed.observer.notes)
    assert moments > 10
    for moment in range(1, moments + 1, 2):
        bench = Bench(tmp_path / f"killed-{moment}", sandbox)
        small_site(bench)

        def kill(calls: int, moment: int = moment) -> None:
            if calls == moment:
                raise Killed

        with pytest.raises(Killed):
            bench.crawl(*sources, observer=Notes(kill))
        run = bench.crawl(*sources)
        assert bench.image() == expected
        for resumed, whole in zip(run.sources, expected_run.sources, strict=True):
            for name in (
                "added",
                "changed",
                "gone",
                "moved",
                "refused",
                "errors",
                "duplicates",
                "documents",
                "finished",
            ):
                assert getattr(resumed, name) == getattr(whole, name), (moment, name)
        again = [one.url for one in bench.web.asked]
        assert len(again) - len(set(again)) <= len(sources)
        assert min(gaps(bench)) >= 2.0


def test_an_interruption_leaves_the_run_open(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    bench.web.put("/", page("Accueil", "/a", "/b"))
    bench.web.put("/a", page("Page A"))
    bench.web.put("/b", page("Page B"))
    interruptions: list[Interruption] = []
    genuine = Interruption.__init__
    monkeypatch.setattr(Interruption, "__init__", lambda self: (genuine(self), interruptions.append(self))[0])

    def stop(request: object) -> Response:
        interruptions[-1].ask()
        return Response("", 200, {"content-type": "text/html"}, page("Page A").encode())

    bench.web.first("/a", stop)
    run = bench.crawl()
    assert run.interrupted
    assert not run.sources[0].finished
    assert bench.documents() == {}
    mark = len(bench.web.asked)
    run = bench.crawl()
    assert (run.run, run.resumed, run.interrupted) == (1, True, False)
    assert [one.url for one in bench.web.asked[mark:]] == [url("/b")]
    assert run.sources[0].added == [url("/"), url("/a"), url("/b")]
    assert run.sources[0].fetched == 3


def test_a_parser_that_the_same_signal_stopped_says_nothing_of_the_page(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.web.put("/", page("Accueil"))
    genuine = reader_module.read_body

    def stopped(*_: object, **__: object) -> Reading:
        os.kill(os.getpid(), signal.SIGTERM)
        return Reading("text/html", refused="parse")

    monkeypatch.setattr(reader_module, "read_body", stopped)
    assert bench.crawl().interrupted
    monkeypatch.setattr(reader_module, "read_body", genuine)
    (summary,) = bench.crawl().sources
    assert (summary.added, summary.refused) == ([url("/")], [])


def test_a_run_of_other_sources_publishes_nothing_of_the_interrupted_one(bench: Bench) -> None:
    bench.web.put("/", page("Accueil", "/a"))
    bench.web.put("/a", page("Page A"))

    def kill(calls: int) -> None:
        if calls == 3:
            raise Killed

    with pytest.raises(Killed):
        bench.crawl(observer=Notes(kill))
    bench.web.put("/", page("Accueil"), host="autre.test")
    run = bench.crawl(source("autre", ("autre.test",)))
    assert (run.run, run.resumed) == (2, False)
    assert len(bench.documents()) == 1
    assert bench.crawl().sources[0].documents == 2


class OneReader(Sandbox):
    """Reads for every source with one worker: starting one for each takes longer than all they read."""

    def page(self, data: bytes, *, subject: str, url: str, group: str = "") -> PageContent:
        """See :meth:`Sandbox.page`."""
        return super().page(data, subject=subject, url=url)


class Counted:
    """Fetches from a web, each request long enough to meet others. ``most``: requests in progress at once."""

    def __init__(self, web: Web) -> None:
        self._web = web
        self._lock = threading.Lock()
        self._running = 0
        self.most = 0

    def fetch(self, request: FetchRequest) -> Response:
        with self._lock:
            self._running += 1
            self.most = max(self.most, self._running)
        time.sleep(0.05)
        with self._lock:
            self._running -= 1
            return self._web.fetch(request)

    def close(self) -> None:
        self._web.close()


def test_the_engine_asks_for_no_more_than_eight_at_a_time(bench: Bench) -> None:
    hosts = [f"h{number}.test" for number in range(12)]
    for host in hosts:
        bench.web.put("/", page("Accueil"), host=host)
    counted = Counted(bench.web)
    with bench.open() as (store, state, holdings), OneReader() as sandbox:
        run = crawl(
            [source(host.split(".")[0], (host,)) for host in hosts],
            state=state,
            holdings=holdings,
            store=store,
            fetcher=counted,
            sandbox=sandbox,
            clock=bench.clock,
            options=CrawlOptions(workers=50),
            observer=Notes(),
        )
    assert all(one.finished for one in run.sources)
    assert 2 <= counted.most <= 8
