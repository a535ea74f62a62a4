"""Pages that are there: what is kept of them, and when their bytes are read again."""

from collections.abc import Callable
from typing import Any, cast

import pytest

from ingest.crawl import pages as pages_module
from ingest.crawl import reader as reader_module
from ingest.crawl.model import PageContent, PageStatus, Response
from ingest.errors import LimitError, ParseError, ReaderLateError
from ingest.sandbox import Sandbox

from .scripted import GUIDE, Bench, page, pdf, source, url


def test_the_same_bytes_without_validators_are_unchanged(bench: Bench) -> None:
    bench.web.put("/", page("Accueil"), etag="")
    bench.web.answers[url("/")] = Response(url("/"), 200, {"content-type": "text/html"}, page("Accueil").encode())
    bench.crawl()
    (summary,) = bench.crawl().sources
    assert (summary.fetched, summary.unchanged, summary.changed) == (1, 1, [])


def test_refresh_asks_for_whole_pages(bench: Bench) -> None:
    bench.web.put("/", page("Accueil"))
    bench.crawl()
    (summary,) = bench.crawl(refresh=True).sources
    assert (summary.fetched, summary.unchanged) == (1, 1)
    assert bench.web.asked[-1].request.etag is None


def test_what_the_publisher_asks_of_robots(bench: Bench) -> None:
    bench.web.put("/", page("Accueil", "/noindex", "/nosnippet", "/nofollow", "/noarchive", "/header", "/js", "/en"))
    bench.web.put("/noindex", page("Sans index", "/from-noindex", head='<meta name="robots" content="noindex">'))
    bench.web.put("/from-noindex", page("Page liée"))
    bench.web.put("/nosnippet", page("Sans extrait", head='<meta name="robots" content="nosnippet">'))
    bench.web.put("/nofollow", page("Sans suite", "/hidden", head='<meta name="robots" content="nofollow">'))
    bench.web.put("/hidden", page("Cachée"))
    bench.web.put("/noarchive", page("Sans copie"), x_robots_tag="noarchive")
    bench.web.put("/header", page("Sans index"), x_robots_tag="noindex")
    bench.web.put(
        "/js",
        '<html><head><title>App</title></head><body><div id="root"></div><script src="/a.js"></script></body></html>',
    )
    english = "This is what the page says to you, and that is not for a reader of this site that has not the language."
    bench.web.put("/en", page("In English", text=english, lang="en"))
    (summary,) = bench.crawl().sources
    assert dict(summary.refused) == {
        url("/noindex"): "noindex",
        url("/nosnippet"): "nosnippet",
        url("/header"): "noindex",
        url("/js"): "javascript",
        url("/en"): "language",
    }
    assert set(bench.documents()) == {"/", "/nofollow", "/noarchive", "/from-noindex"}
    assert "/hidden" not in bench.web.paths()
    kept = bench.documents()["/noarchive"]
    assert kept.attributes["noarchive"] == ("1",)
    assert kept.raw_sha256 not in bench.raw()
    assert bench.documents()["/"].raw_sha256 in bench.raw()
    assert not bench.pages()["/noarchive"].archived
    # The second time bodies come only where "unchanged" would not say enough, and the same pages are refused.
    before, mark = dict(summary.refused), len(bench.web.asked)
    (summary,) = bench.crawl().sources
    assert (summary.fetched, dict(summary.refused)) == (3, before)
    whole = {one.url for one in bench.web.asked[mark:] if one.request.etag is None}
    assert whole == {url("/noindex"), url("/nosnippet"), url("/header")}


def test_a_stored_page_that_is_not_to_be_shown_any_more_leaves_after_two_sightings(bench: Bench) -> None:
    bench.web.put("/", page("Accueil", "/a"))
    bench.web.put("/a", page("Page A"))
    bench.crawl()
    bench.web.put("/a", page("Page A"), x_robots_tag="noindex")
    (summary,) = bench.crawl().sources
    assert (summary.gone, summary.refused) == ([], [(url("/a"), "noindex")])
    (summary,) = bench.crawl_next_day().sources
    assert summary.gone == [(url("/a"), "noindex")]
    assert bench.pages()["/a"].status is PageStatus.REFUSED


def test_a_header_set_by_mistake_lifts_with_the_header(bench: Bench) -> None:
    paths = [f"/p{number}" for number in range(4)]
    bench.web.put("/", page("Accueil", *paths))
    for path in paths:
        bench.web.put(path, page(f"Page {path}"))
    bench.crawl()
    for path in paths:
        bench.web.put(path, page(f"Page {path}"), x_robots_tag="noindex")
    bench.crawl_next_day()
    (summary,) = bench.crawl_next_day().sources
    assert summary.held is not None
    for path in paths:
        bench.web.put(path, page(f"Page {path}"))
    (summary,) = bench.crawl_next_day().sources
    assert (summary.held, summary.gone, len(bench.documents())) == (None, [], 5)
    assert bench.pages()["/p0"].status is PageStatus.OK


class Failing:
    """A sandbox in which pages of some addresses fail, ``times`` times."""

    def __init__(self, sandbox: Sandbox, error: Callable[[str], ParseError], end: str, times: int) -> None:
        self._sandbox = sandbox
        self._error = error
        self._end = end
        self.times = times

    def page(self, data: bytes, *, subject: str, url: str, **others: Any) -> PageContent:
        if url.endswith(self._end) and self.times:
            self.times -= 1
            raise self._error(subject)
        return self._sandbox.page(data, subject=subject, url=url, **others)


def renewed(bench: Bench) -> None:
    bench.web.put("/", page("Accueil", "/a"))
    bench.web.put("/a", page("Page A", "/b"))
    bench.web.put("/b", page("Page B"))
    bench.crawl()
    bench.web.put("/a", page("Page A", "/b", text="La page A conseille autre chose au cabinet depuis hier."))


def test_what_the_parser_refused_once_is_read_again_not_confirmed(bench: Bench) -> None:
    renewed(bench)
    sandbox = bench.sandbox
    bench.sandbox = cast(Sandbox, Failing(sandbox, lambda subject: LimitError(subject, "trop long"), "/a", 1))
    (summary,) = bench.crawl_next_day().sources
    assert summary.refused == [(url("/a"), "limit")]
    assert (bench.pages()["/a"].etag, bench.pages()["/a"].parser) == (None, 0)
    with bench.open() as (_, state, _):
        assert state.links(url("/a")) == (url("/b"),)
    (summary,) = bench.crawl_next_day().sources
    assert (summary.gone, summary.changed) == ([], [url("/a")])
    assert bench.pages()["/a"].missing == 0


def test_a_lost_worker_is_replaced_once_and_then_an_error(bench: Bench) -> None:
    renewed(bench)
    sandbox = bench.sandbox
    failing = Failing(sandbox, lambda subject: ReaderLateError(subject, "trop lent"), "/a", 4)
    bench.sandbox = cast(Sandbox, failing)
    for _ in range(2):
        (summary,) = bench.crawl_next_day().sources
        assert (summary.errors, summary.refused, summary.gone) == ([(url("/a"), "reader_lost")], [], [])
        assert "/a" in bench.documents()
    failing.times = 1
    (summary,) = bench.crawl_next_day().sources
    assert (summary.errors, summary.changed) == ([], [url("/a")])


def test_a_page_of_which_nothing_is_held_is_asked_for_whole(bench: Bench) -> None:
    bench.web.put("/", page("Accueil"))
    bench.crawl()
    bench.web.put("/", page("Accueil", "/a"))
    bench.web.put("/a", page("Page A"))
    bench.crawl_next_day()
    with bench.open() as (_, _, holdings):
        holdings.rollback("site", 1, now="2026-11-25T00:00:00Z")
        holdings.reconsider("site")
    bench.crawl_next_day()
    assert "/a" not in bench.documents()
    assert bench.crawl_next_day().sources[0].added == [url("/a")]


def test_a_copy_is_given_up_when_the_publisher_asks_for_none(bench: Bench) -> None:
    bench.web.put("/", page("Accueil"))
    bench.crawl()
    assert len(bench.raw()) == 1
    bench.web.put("/", page("Accueil"), x_robots_tag="noarchive")
    bench.crawl()
    assert bench.documents()["/"].attributes["noarchive"] == ("1",)
    assert not bench.pages()["/"].archived


def test_a_file_knows_where_it_was_found_and_a_page_its_files(bench: Bench) -> None:
    bench.web.put("/", page("Accueil", "/guide.pdf|Télécharger", "/fiche"))
    bench.web.put("/fiche", page("La fiche", "/f/doc_12.pdf|Télécharger le guide des sauvegardes (PDF, 1,2 Mo)"))
    bench.web.put("/guide.pdf", pdf("Guide complet de la sauvegarde", GUIDE))
    bench.web.put("/f/doc_12.pdf", pdf("Microsoft Word - doc_12.docx", GUIDE + "\nEncore une règle, pour finir."))
    (summary,) = bench.crawl().sources
    # Files wait for the pages that tell what they are.
    assert bench.web.paths() == ["/robots.txt", "/", "/fiche", "/guide.pdf", "/f/doc_12.pdf"]
    documents = bench.documents()
    assert documents["/fiche"].attributes["attachments"] == (url("/f/doc_12.pdf"),)
    named = documents["/f/doc_12.pdf"]
    assert named.title == "Guide des sauvegardes"
    assert named.attributes["landing_url"] == (url("/fiche"),)
    assert named.attributes["landing_title"] == ("La fiche",)
    assert documents["/guide.pdf"].title == "Guide complet de la sauvegarde"
    assert (named.media_type, len(named.pages)) == ("application/pdf", 1)
    assert len(summary.added) == 4


def test_a_file_first_found_without_its_page_learns_of_it_without_being_fetched(bench: Bench) -> None:
    bench.web.put("/", page("Accueil"))
    bench.web.put("/doc.pdf", pdf("Guide complet de la sauvegarde", GUIDE))
    starts = source(start_urls=(url("/doc.pdf"), url("/")))
    bench.crawl(starts)
    assert "landing_url" not in bench.documents()["/doc.pdf"].attributes
    bench.web.put("/", page("Accueil", "/doc.pdf|Guide"))
    bench.crawl(starts)
    (summary,) = bench.crawl(starts).sources
    assert bench.documents()["/doc.pdf"].attributes["landing_url"] == (url("/"),)
    assert summary.fetched == 0
    assert bench.crawl(starts).sources[0].changed == []


def test_formats_of_the_source(bench: Bench) -> None:
    bench.web.put("/", page("Accueil", "/doc.pdf", "/lettre.docx", "/fichier"))
    bench.web.put("/fichier", b"PK\x03\x04", content_type="application/zip")
    (summary,) = bench.crawl(source(formats=("html",))).sources
    assert dict(summary.refused) == {url("/doc.pdf"): "format", url("/fichier"): "format"}
    assert "/doc.pdf" not in bench.web.paths()


def test_a_new_parser_reads_what_was_kept(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    bench.web.put("/", page("Accueil", "/a"))
    bench.web.put("/a", page("Page A"), x_robots_tag="noarchive")
    bench.crawl()
    for module in (pages_module, reader_module):
        monkeypatch.setattr(module, "PARSER_VERSION", 2)
    (summary,) = bench.crawl().sources
    assert [one.request.etag is None for one in bench.web.asked[-2:]] == [False, True]
    assert (summary.fetched, summary.unchanged) == (1, 2)
    assert {record.parser for record in bench.pages().values()} == {2}


def test_a_page_that_is_dated_anew_without_changing_is_the_newest_of_its_twins(bench: Bench) -> None:
    bench.web.put("/", page("Accueil", "/a", "/b"))
    for path in ("/a", "/b"):
        bench.web.put(path, page("Guide"), last_modified="Mon, 01 Jan 2024 00:00:00 GMT")
    bench.crawl()
    assert set(bench.documents()) == {"/", "/a"}
    bench.web.put("/b", page("Guide"), last_modified="Wed, 01 Jan 2025 00:00:00 GMT")
    assert bench.crawl_next_day().sources[0].fetched == 0
    assert set(bench.documents()) == {"/", "/b"}
