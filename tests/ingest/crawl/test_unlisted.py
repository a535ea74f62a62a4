"""Pages that no sitemap lists any more: nothing leaves for one wrong answer, and nothing else keeps it for ever."""

import pytest

from ingest.crawl.errors import BodyRefused

from .scripted import DAY, ROBOTS, Bench, page, sitemap, source, url

MAPPED = source(sitemaps=(url("/s.xml"),))


def site(bench: Bench) -> None:
    """Ten pages; the front page leads to all but the first two, the sitemap lists all."""
    bench.web.put("/", page("Accueil", *(f"/p{number}" for number in range(2, 10))))
    for number in range(10):
        bench.web.put(f"/p{number}", page(f"Page {number}"))
    listing(bench, 10)


def listing(bench: Bench, count: int, skip: int = 0) -> None:
    bench.web.put("/s.xml", sitemap(*(url(f"/p{number}") for number in range(skip, count))))


@pytest.mark.parametrize(("skip", "count"), [(0, 0), (6, 10)])
def test_a_sitemap_that_lost_most_is_not_believed_at_once(bench: Bench, skip: int, count: int) -> None:
    site(bench)
    bench.crawl(MAPPED)
    listing(bench, count, skip)
    bench.crawl_next_day(MAPPED)
    listing(bench, 10)
    bench.crawl_next_day(MAPPED)
    assert all(record.unlisted_since is None for record in bench.pages().values())
    listing(bench, count, skip)
    gone = [bench.crawl_next_day(MAPPED).sources[0].gone for _ in range(3)]
    assert gone == [[], [], [(url("/p0"), "dropped"), (url("/p1"), "dropped")]]


def test_a_sitemap_that_nothing_names_is_forgotten_at_its_second_absence(bench: Bench) -> None:
    site(bench)
    listing(bench, 10, skip=2)
    bench.web.put("/robots.txt", f"{ROBOTS}Sitemap: {url('/s2.xml')}\n")
    bench.web.put("/s2.xml", sitemap(url("/p0"), url("/p1")))
    bench.crawl(MAPPED)
    bench.web.gone("/robots.txt")
    assert bench.crawl_next_day(MAPPED).sources[0].gone == []
    bench.web.put("/robots.txt", f"{ROBOTS}Sitemap: {url('/s2.xml')}\n")
    assert bench.crawl_next_day(MAPPED).sources[0].gone == []
    bench.web.gone("/robots.txt")
    gone = [len(bench.crawl_next_day(MAPPED).sources[0].gone) for _ in range(3)]
    assert gone == [0, 0, 2]


def test_a_page_that_fails_every_time_does_not_keep_the_others(bench: Bench) -> None:
    site(bench)
    bench.web.put("/p9", page("Page 9", "/gros.pdf"))
    bench.web.answers[url("/gros.pdf")] = BodyRefused(url("/gros.pdf"), "trop lourd", code="too_large")
    bench.crawl(MAPPED)
    listing(bench, 10, skip=1)
    gone = [bench.crawl_next_day(MAPPED).sources[0].gone for _ in range(2)]
    assert gone == [[], [(url("/p0"), "dropped")]]


def test_a_dead_second_sitemap_counts_as_gone_after_two_sightings(bench: Bench) -> None:
    both = source(sitemaps=(url("/s.xml"), url("/mort.xml")))
    site(bench)
    bench.crawl(both)
    listing(bench, 10, skip=1)
    gone = [bench.crawl_next_day(both).sources[0].gone for _ in range(2)]
    assert gone == [[], [(url("/p0"), "dropped")]]


def test_one_that_cannot_be_read_today_may_list_everything(bench: Bench) -> None:
    both = source(sitemaps=(url("/s.xml"), url("/mort.xml")))
    site(bench)
    bench.web.put("/mort.xml", status=403)
    bench.crawl(both)
    listing(bench, 10, skip=1)
    assert [bench.crawl_next_day(both).sources[0].gone for _ in range(3)] == [[]] * 3


def test_what_is_listed_again_between_two_sightings_stays(bench: Bench) -> None:
    site(bench)
    bench.crawl(MAPPED)
    for skip in (1, 0, 1):
        listing(bench, 10, skip)
        bench.clock.move(DAY)
        assert bench.crawl(MAPPED).sources[0].gone == []
