"""Sitemaps: nested, hostile, and what they bring forward."""

import itertools

from ingest.crawl.model import Via

from .scripted import Bench, page, sitemap, source, url


def test_sitemaps_are_read_nested_and_once(bench: Bench) -> None:
    bench.web.put("/robots.txt", f"Sitemap: {url('/index.xml')}\nSitemap: https://ailleurs.test/s.xml\n")
    bench.web.put("/index.xml", sitemap(url("/index.xml"), url("/s1.xml"), "https://ailleurs.test/s2.xml", index=True))
    bench.web.put("/s1.xml", sitemap(url("/a"), url("/b?utm_source=x"), "https://ailleurs.test/c", "pas une adresse"))
    bench.web.put("/", page("Accueil"))
    bench.web.put("/a", page("Page A"))
    bench.web.put("/b", page("Page B"))
    (summary,) = bench.crawl().sources
    assert bench.web.paths() == ["/robots.txt", "/index.xml", "/s1.xml", "/", "/a", "/b"]
    assert summary.added == [url("/"), url("/a"), url("/b")]
    assert bench.pages()["/a"].via is Via.SITEMAP
    mark = len(bench.web.asked)
    bench.crawl()
    assert all(one.reply.status == 304 for one in bench.web.asked[mark:])  # type: ignore[union-attr]
    assert len(bench.web.asked) - mark == 5


def test_what_the_sitemap_says_has_changed_comes_first(bench: Bench) -> None:
    mapped = source(sitemaps=(url("/s.xml"),))
    bench.web.put("/s.xml", sitemap(url("/a"), url("/z|2020-01-01")))
    bench.web.put("/", page("Accueil"))
    bench.web.put("/a", page("Page A"))
    bench.web.put("/z", page("Page Z"))
    bench.crawl(mapped)
    bench.web.put("/s.xml", sitemap(url("/a"), url("/z|2099-01-01")))
    mark = len(bench.web.asked)
    bench.crawl(mapped)
    assert [one.url for one in bench.web.asked[mark:]] == [url("/s.xml"), url("/z"), url("/"), url("/a")]


def test_hostile_sitemaps(bench: Bench) -> None:
    chain = [f"/n{number}.xml" for number in range(6)]
    for here, following in itertools.pairwise(chain):
        bench.web.put(here, sitemap(url(following), index=True))
    bench.web.put("/bomb.xml", '<!DOCTYPE x [<!ENTITY a "b">]><urlset>&a;</urlset>')
    bench.web.put("/moved.xml", status=301, location="https://ailleurs.test/s.xml")
    bench.web.put("/", page("Accueil"))
    names = (url(chain[0]), url("/bomb.xml"), url("/moved.xml"), url("/prive/s.xml"))
    (summary,) = bench.crawl(source(sitemaps=names)).sources
    assert [path for path in bench.web.paths() if path.startswith("/n")] == chain[:4]
    assert summary.errors == [(url("/bomb.xml"), "parse")]
    assert {(url("/moved.xml"), "moved_outside"), (url("/prive/s.xml"), "robots"), (url("/n4.xml"), "depth")} <= set(
        summary.refused
    )
