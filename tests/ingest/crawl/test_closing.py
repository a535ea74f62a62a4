"""What can only be said once a source was visited: redirects, own addresses, pages that nothing leads to."""

from ingest.crawl.model import PageStatus, Via

from .scripted import Bench, page, sitemap, source, url


def test_a_redirect_updates_the_address(bench: Bench) -> None:
    bench.web.put("/", page("Accueil", "/old"))
    bench.web.put("/old", page("Le guide"))
    bench.crawl()
    bench.web.moved("/old", "/new")
    bench.web.put("/new", page("Le guide"))
    (summary,) = bench.crawl().sources
    assert summary.moved == [(url("/old"), url("/new"))]
    assert set(bench.documents()) == {"/", "/new"}
    record = bench.pages()["/old"]
    assert (record.status, record.moved_to) == (PageStatus.REDIRECT, url("/new"))
    assert bench.pages()["/new"].via is Via.REDIRECT


def test_a_page_s_own_address_is_the_one_kept(bench: Bench) -> None:
    def own(path: str) -> str:
        return f'<link rel="canonical" href="{path}">'

    bench.web.put("/", page("Accueil", "/a?print=1", "/b", "/c", head=own("/")))
    bench.web.put("/a?print=1", page("Page A", head=own("/a")))
    bench.web.put("/a", page("Page A", head=own("/a")))
    bench.web.put("/b", page("Page B", head=own("/gone")))
    bench.web.put("/c", page("Page C", head=own("https://ailleurs.test/c")))
    (summary,) = bench.crawl().sources
    assert set(bench.documents()) == {"/", "/a", "/b", "/c"}
    assert dict(summary.refused) == {url("/a?print=1"): "canonical", url("/gone"): "404"}
    before = bench.image()["documents"]
    (summary,) = bench.crawl().sources
    assert bench.image()["documents"] == before
    assert summary.fetched == 0
    # The address that it gave as its own goes: the page speaks for itself again.
    bench.web.gone("/a")
    bench.web.put("/a?print=1", page("Page A", head=own("/a"), text="La page A, la seule qui reste de ce texte."))
    for _ in range(3):
        bench.crawl()
    assert set(bench.documents()) == {"/", "/a?print=1", "/b", "/c"}


def test_a_page_dropped_from_the_sitemap_leaves_unless_something_leads_to_it(bench: Bench) -> None:
    mapped = source(sitemaps=(url("/s.xml"),))
    bench.web.put("/s.xml", sitemap(url("/a"), url("/b"), url("/")))
    bench.web.put("/", page("Accueil", "/b"))
    bench.web.put("/a", page("Page A"))
    bench.web.put("/b", page("Page B"))
    bench.crawl(mapped)
    bench.web.put("/s.xml", status=500)
    assert bench.crawl(mapped).sources[0].gone == []
    bench.web.put("/s.xml", sitemap(url("/c")))
    bench.web.put("/c", page("Page C"))
    (summary,) = bench.crawl(mapped).sources
    assert summary.gone == [(url("/a"), "dropped")]
    assert set(bench.documents()) == {"/", "/b", "/c"}
    bench.web.put("/s.xml", sitemap(url("/a"), url("/c")))
    assert bench.crawl(mapped).sources[0].added == [url("/a")]
