"""What becomes of the pages of a source: errors, and what publishers ask of robots."""

import pytest

from ingest.crawl import reader as reader_module
from ingest.crawl.model import PageStatus, Response

from .scripted import Bench, gaps, page, source, unreachable, url


def test_retry_after_is_kept_and_the_page_read_in_the_end(bench: Bench) -> None:
    bench.web.put("/", page("Accueil", "/a"))
    bench.web.put("/a", page("Page A"))
    bench.web.first("/a", Response("", 429, {"retry-after": "30"}), Response("", 503, {}))
    (summary,) = bench.crawl().sources
    assert [round(gap) for gap in gaps(bench)] == [2, 2, 30, 60 * 2]
    assert summary.errors == []
    assert summary.finished


def test_a_host_that_asks_for_an_hour_is_left_and_remembered(bench: Bench) -> None:
    bench.web.put("/", page("Accueil", "/a"))
    bench.web.put("/a", status=503, retry_after="3600")
    (summary,) = bench.crawl().sources
    assert summary.errors == [(url("/a"), "503"), (url("/"), "retry_after")]
    assert not summary.finished
    assert summary.added == [url("/")]
    mark = len(bench.web.asked)
    (summary,) = bench.crawl().sources
    assert (len(bench.web.asked), summary.errors) == (mark, [(url("/"), "retry_after")])
    bench.clock.move(3700)
    bench.web.put("/a", page("Page A"))
    assert bench.crawl().sources[0].finished


def test_failures_are_tried_again_twice(bench: Bench) -> None:
    bench.web.put("/", page("Accueil", "/a", "/b"))
    bench.web.put("/a", page("Page A"))
    bench.web.put("/b", page("Page B"))
    bench.web.first("/a", unreachable(), Response("", 502, {}))
    (summary,) = bench.crawl().sources
    # What failed waits behind the others.
    assert bench.web.paths() == ["/robots.txt", "/", "/a", "/b", "/a", "/a"]
    assert summary.errors == []
    assert len(summary.added) == 3


def test_what_keeps_failing_is_an_error_and_keeps_its_document(bench: Bench) -> None:
    bench.web.put("/", page("Accueil", "/a"))
    bench.web.put("/a", page("Page A"))
    bench.crawl()
    bench.web.put("/a", status=500)
    (summary,) = bench.crawl().sources
    assert summary.errors == [(url("/a"), "500")]
    assert summary.finished
    assert "/a" in bench.documents()
    assert bench.pages()["/a"].status is PageStatus.ERROR
    bench.web.put("/a", page("Page A"))
    (summary,) = bench.crawl().sources
    assert (summary.errors, summary.unchanged) == ([], 2)
    assert bench.pages()["/a"].status is PageStatus.OK


def test_five_failures_in_a_row_and_the_host_is_left_the_others_go_on(bench: Bench) -> None:
    bench.web.put("/", page("Accueil", *(f"/{number}" for number in range(9))))
    for number in range(9):
        bench.web.answers[url(f"/{number}")] = unreachable(code="connect")
    bench.web.put("/", page("Accueil"), host="autre.test")
    down, well = bench.crawl(source(), source("autre", ("autre.test",))).sources
    assert len(bench.web.paths()) == 2 + 5
    assert (url("/"), "unreachable") in down.errors
    assert not down.finished
    assert well.finished
    assert down.added == [url("/")]


def test_a_site_with_broken_pages_is_not_a_site_that_is_down(bench: Bench) -> None:
    broken = [f"/broken{number}" for number in range(4)]
    bench.web.put("/", page("Accueil", *broken, "/z"))
    for path in broken:
        bench.web.put(path, status=500)
    bench.web.put("/z", page("Page Z"))
    (summary,) = bench.crawl().sources
    assert summary.finished
    assert summary.errors == [(url(path), "500") for path in broken]


def test_a_defect_that_a_page_brings_to_light_is_that_page_s_error(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.web.put("/", page("Accueil", "/a", "/b"))
    bench.web.put("/a", page("Page A"))
    bench.web.put("/b", page("Page B"))
    genuine = reader_module.crawled_document

    def failing(*arguments: object, url: str, **fields: object) -> object:
        if url.endswith("/a"):
            raise RuntimeError("défaut")
        return genuine(*arguments, url=url, **fields)  # type: ignore[arg-type]

    monkeypatch.setattr(reader_module, "crawled_document", failing)
    (summary,) = bench.crawl().sources
    assert summary.errors == [(url("/a"), "internal")]
    assert summary.added == [url("/"), url("/b")]
    assert summary.fetched == 2
    assert ("error", "page_failed") in [note[:2] for note in bench.observer.notes]


def test_a_page_gone_for_two_runs_leaves(bench: Bench) -> None:
    others = ["/c", "/d", "/e"]
    bench.web.put("/", page("Accueil", "/a", "/b", *others))
    for path in others:
        bench.web.put(path, page(f"Page {path}"))
    bench.web.put("/a", page("Page A"))
    bench.web.put("/b", page("Page B"))
    bench.crawl()
    bench.web.gone("/a")
    bench.web.put("/b", page("Page introuvable", text="La page que vous cherchez n’existe plus."))
    (summary,) = bench.crawl().sources
    assert summary.gone == []
    assert summary.refused == [(url("/a"), "404"), (url("/b"), "soft_404")]
    assert {"/a", "/b"} <= bench.documents().keys()
    # The same outage of one afternoon is one sighting.
    bench.clock.move(3600)
    assert bench.crawl().sources[0].gone == []
    (summary,) = bench.crawl_next_day().sources
    assert summary.gone == [(url("/a"), "404"), (url("/b"), "soft_404")]
    assert summary.refused == []
    assert set(bench.documents()) == {"/", *others}
    # It is back, and linked again.
    bench.web.put("/a", page("Page A"))
    (summary,) = bench.crawl().sources
    assert summary.added == [url("/a")]


def test_one_absence_is_forgotten_when_the_page_is_back(bench: Bench) -> None:
    bench.web.put("/", page("Accueil", "/a"))
    bench.web.put("/a", page("Page A"))
    for present in (True, False, True, False):
        if present:
            bench.web.put("/a", page("Page A"))
        else:
            bench.web.gone("/a")
        (summary,) = bench.crawl().sources
        assert summary.gone == []
    assert "/a" in bench.documents()


def test_redirects_that_lead_nowhere(bench: Bench) -> None:
    bench.web.put("/", page("Accueil", "/loop", "/out", "/deep/page", "/dead", "/self"))
    bench.web.moved("/loop", "/loop2")
    bench.web.moved("/loop2", "/loop")
    bench.web.moved("/out", "https://ailleurs.test/x")
    bench.web.moved("/deep/page", "/")
    bench.web.moved("/dead", "/none")
    bench.web.moved("/self", "/self#ici")
    (summary,) = bench.crawl().sources
    assert dict(summary.refused) == {
        url("/loop"): "redirects",
        url("/loop2"): "redirects",
        url("/out"): "moved_outside",
        url("/deep/page"): "soft_404",
        url("/dead"): "404",
        url("/none"): "404",
        url("/self"): "redirects",
    }
    assert summary.moved == []
    assert summary.finished
    assert not bench.web.paths("ailleurs.test")


def test_a_chain_of_redirects_ends_after_five(bench: Bench) -> None:
    bench.web.put("/", page("Accueil", "/r0"))
    for number in range(9):
        bench.web.moved(f"/r{number}", f"/r{number + 1}")
    (summary,) = bench.crawl().sources
    assert bench.web.paths()[2:] == [f"/r{number}" for number in range(6)]
    assert {reason for _, reason in summary.refused} == {"redirects"}


def test_a_page_moved_away_leaves_after_two_runs(bench: Bench) -> None:
    bench.web.put("/", page("Accueil", "/a"))
    bench.web.put("/a", page("Page A"))
    bench.crawl()
    bench.web.moved("/a", "https://ailleurs.test/")
    assert bench.crawl().sources[0].gone == []
    assert bench.crawl_next_day().sources[0].gone == [(url("/a"), "moved_outside")]


def test_a_page_kept_to_itself_stays_stored(bench: Bench) -> None:
    bench.web.put("/", page("Accueil", "/a"))
    bench.web.put("/a", page("Page A"))
    bench.crawl()
    bench.web.put("/a", status=403)
    for _ in range(3):
        (summary,) = bench.crawl().sources
        assert summary.refused == [(url("/a"), "access")]
    assert "/a" in bench.documents()


def test_a_page_that_the_law_withdraws_leaves_after_two_sightings(bench: Bench) -> None:
    bench.web.put("/", page("Accueil", "/a"))
    bench.web.put("/a", page("Page A"))
    bench.crawl()
    bench.web.put("/a", status=451)
    assert bench.crawl_next_day().sources[0].gone == []
    assert bench.crawl_next_day().sources[0].gone == [(url("/a"), "451")]
