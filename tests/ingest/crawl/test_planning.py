"""A plan, and what is asked for in the end."""

from dataclasses import replace

from ingest.crawl.model import Purpose
from ingest.crawl.options import CrawlOptions
from ingest.crawl.planning import plan

from .scripted import Bench, page, sitemap, source, url


def test_the_plan_is_what_a_run_begins_with(bench: Bench) -> None:
    mapped = source(sitemaps=(url("/s.xml"),))
    with bench.open() as (_, state, _):
        planned = plan([mapped], state=state, options=CrawlOptions(), clock=bench.clock)
    assert [(one.url, one.why, one.conditional, one.purpose) for one in planned] == [
        (url("/robots.txt"), "robots", False, Purpose.ROBOTS),
        (url("/s.xml"), "sitemap", False, Purpose.SITEMAP),
        (url("/"), "start", False, Purpose.PAGE),
    ]
    bench.web.put("/s.xml", sitemap(url("/a"), url("/b")))
    bench.web.put("/", page("Accueil", "/c"))
    for name in "abc":
        bench.web.put(f"/{name}", page(f"Page {name}"))
    bench.crawl(mapped)
    asked, options = len(bench.web.asked), CrawlOptions()
    with bench.open() as (_, state, _):
        planned = plan([mapped], state=state, options=options, clock=bench.clock)
        recent = plan([mapped], state=state, options=replace(options, since="2026-01-01"), clock=bench.clock)
    assert len(bench.web.asked) == asked
    bench.crawl(mapped)
    assert [one.url for one in planned] == [one.url for one in bench.web.asked[asked:]]
    assert all(one.conditional for one in planned)
    assert [one.why for one in planned] == ["sitemap", "start", "sitemap", "sitemap", "link"]
    assert [one.url for one in recent] == [url("/s.xml")]


def test_a_plan_names_what_links_lead_to_again(bench: Bench) -> None:
    one = source()
    bench.web.put("/", page("Accueil", "/a", "/old", "/gone", "/x.zip"))
    bench.web.put("/a", page("Page a"))
    bench.web.put("/b", page("Page b"))
    bench.web.moved("/old", "/b")
    for _ in range(3):
        bench.crawl(one)
    asked = len(bench.web.asked)
    bench.crawl(one)
    again = {request.url for request in bench.web.asked[asked:]}
    with bench.open() as (_, state, _):
        planned = {found.url for found in plan([one], state=state, options=CrawlOptions(), clock=bench.clock)}
        left = plan([one], state=state, options=CrawlOptions(), clock=bench.clock, excluded={url("/a")})
    assert url("/gone") in again
    assert planned == again
    assert url("/a") not in {found.url for found in left}
