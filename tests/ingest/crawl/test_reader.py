"""Pages that are there: what is kept of them, and when their bytes are read again."""

import pytest

from ingest.crawl import pages as pages_module
from ingest.crawl import reader as reader_module
from ingest.crawl.model import PageStatus, Response

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
    # The second time nobody sends a body, and the same pages are refused for the same reasons.
    before = dict(summary.refused)
    (summary,) = bench.crawl().sources
    assert (summary.fetched, dict(summary.refused)) == (0, before)


def test_a_stored_page_that_is_not_to_be_shown_any_more_leaves_at_once(bench: Bench) -> None:
    bench.web.put("/", page("Accueil", "/a"))
    bench.web.put("/a", page("Page A"))
    bench.crawl()
    bench.web.put("/a", page("Page A"), x_robots_tag="noindex")
    (summary,) = bench.crawl().sources
    assert summary.gone == [(url("/a"), "noindex")]
    assert bench.pages()["/a"].status is PageStatus.REFUSED


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
