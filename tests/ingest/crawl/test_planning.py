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
