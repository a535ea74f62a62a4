"""Which addresses are asked for: bounds, rules, decisions of the operator."""

import re

from ingest.crawl.model import Response

from .scripted import GUIDE, ROBOTS, Bench, gaps, page, pdf, sitemap, source, url


def test_since_leaves_recent_pages_alone_but_not_what_they_lead_to(bench: Bench) -> None:
    bench.web.put("/", page("Accueil", "/a"))
    bench.web.put("/a", page("Page A", "/b"))
    bench.web.put("/b", page("Page B"))
    bench.crawl(max_pages=1)
    mark = len(bench.web.asked)
    run = bench.crawl(since="2026-01-01")
    assert [one.url for one in bench.web.asked[mark:]] == [url("/a"), url("/b")]
    assert run.sources[0].finished


def test_what_robots_and_the_manifest_close_leaves(bench: Bench) -> None:
    bench.web.put("/", page("Accueil", "/a", "/b"))
    bench.web.put("/a", page("Page A"))
    bench.web.put("/b", page("Page B"))
    bench.crawl()
    mark = len(bench.web.asked)
    bench.web.put("/robots.txt", "User-agent: *\nDisallow: /a\n")
    closed = source(deny=(re.compile("/b"),))
    bench.clock.move(25 * 3600)
    (summary,) = bench.crawl(closed).sources
    assert summary.gone == [(url("/b"), "scope")]
    assert (url("/a"), "robots") in summary.refused
    (summary,) = bench.crawl_next_day(closed).sources
    assert summary.gone == [(url("/a"), "robots")]
    assert {one.url for one in bench.web.asked[mark:]} == {url("/robots.txt"), url("/")}
    # Open again, they come back.
    bench.web.put("/robots.txt", ROBOTS)
    bench.clock.move(25 * 3600)
    (summary,) = bench.crawl().sources
    assert summary.added == [url("/a"), url("/b")]


def test_what_the_operator_keeps_out_is_not_asked_for(bench: Bench) -> None:
    bench.web.put("/", page("Accueil", "/a"))
    bench.web.put("/a", page("Page A"))
    bench.crawl()
    with bench.open() as (_, _, holdings):
        holdings.exclude(url("/a"), now="2026-11-25T00:00:00Z")
    mark = len(bench.web.asked)
    (summary,) = bench.crawl().sources
    assert [one.url for one in bench.web.asked[mark:]] == [url("/")]
    assert summary.refused == [(url("/a"), "excluded")]


def test_depth_and_number_of_pages_are_bounded(bench: Bench) -> None:
    for number in range(6):
        bench.web.put("/" if number == 0 else f"/{number}", page(f"Page {number}", f"/{number + 1}"))
    bench.crawl(source(max_depth=2))
    assert bench.web.paths() == ["/robots.txt", "/", "/1", "/2"]


def test_pages_beyond_the_source_s_number_are_told(bench: Bench) -> None:
    bench.web.put("/", page("Accueil", *(f"/{number}" for number in range(5))))
    for number in range(5):
        bench.web.put(f"/{number}", page(f"Page {number}", "/0"))
    (summary,) = bench.crawl(source(max_pages=3)).sources
    assert bench.web.paths() == ["/robots.txt", "/", "/0", "/1"]
    assert summary.refused == [(url(f"/{number}"), "pages") for number in (2, 3, 4)]
    assert summary.finished


def test_endless_calendars_end(bench: Bench) -> None:
    def month(request: object) -> Response:
        path = request.url  # type: ignore[attr-defined]
        return Response(
            path, 200, {"content-type": "text/html"}, page(f"Agenda {path}", f"{path}/x", "?page=1").encode()
        )

    bench.web.put("/", page("Accueil", "/agenda", "/agenda/2026/11/25"))
    bench.web.answers.update({url(f"/agenda{'/x' * depth}"): month for depth in range(12)})
    (summary,) = bench.crawl(source(max_depth=5)).sources
    assert len(bench.web.asked) < 12
    assert (url("/agenda/2026/11/25"), "trap") in summary.refused


def test_a_page_found_nearer_than_thought_leads_further(bench: Bench) -> None:
    # /far is first found three links away, then one link away, from a page that a redirect leads to.
    bench.web.put("/", page("Accueil", "/one", "/moved"))
    bench.web.put("/one", page("Un", "/two"))
    bench.web.put("/two", page("Deux", "/far"))
    bench.web.moved("/moved", "/near")
    bench.web.put("/near", page("Près", "/far"))
    bench.web.put("/far", page("Loin", "/further"))
    bench.web.put("/further", page("Plus loin"))
    bench.crawl(source(max_depth=3))
    assert "/further" in bench.documents()


def test_sources_that_share_a_host_take_turns(bench: Bench) -> None:
    general = source("general", sitemaps=(url("/s.xml"),))
    special = source(
        "special", start_urls=(url("/guide.pdf"),), allow=(re.compile(r"/guide\.pdf$"),), formats=("pdf",), max_pages=1
    )
    bench.web.put("/s.xml", sitemap(url("/guide.pdf"), url("/a")))
    bench.web.put("/", page("Accueil", "/guide.pdf", "/a"))
    bench.web.put("/a", page("Page A"))
    bench.web.put("/guide.pdf", pdf("Guide complet de la sauvegarde", GUIDE))
    one, two = bench.crawl(general, special).sources
    assert (one.added, two.added) == ([url("/"), url("/a")], [url("/guide.pdf")])
    assert bench.web.paths().count("/s.xml") == 1
    assert min(gaps(bench)) >= 2.0
    # One of the two alone does not take what is the other's.
    (one,) = bench.crawl(general).sources
    assert (one.added, one.changed, one.gone) == ([], [], [])
    assert bench.pages()["/guide.pdf"].source == "special"
