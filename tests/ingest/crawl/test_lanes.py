"""Sources that share hosts take turns."""

import re

from ingest.crawl.lanes import Lane, lanes_of

from .scripted import source


def test_sources_that_share_a_host_share_a_lane() -> None:
    sources = [
        source("a", ("a.test",)),
        source("b", ("b.test", "c.test")),
        source("c", ("d.test",)),
        source("d", ("c.test", "e.test")),
        source("e", ("a.test", "e.test")),
    ]
    assert [[one.id for one in lane.sources] for lane in lanes_of(sources)] == [["a", "b", "d", "e"], ["c"]]


def test_an_address_belongs_to_one_source() -> None:
    general = source("general")
    guides = source("guides", start_urls=("https://site.test/guides/un%20guide.pdf",), allow=(re.compile("/guides/"),))
    lane = Lane([general, guides])
    start, other = "https://site.test/guides/un%20guide.pdf", "https://site.test/guides/autre.pdf"
    assert lane.owner(start, None) is guides
    assert lane.owner(start, "general") is guides
    assert lane.owner(other, None) is general
    assert lane.owner(other, "guides") is guides
    # Known as that of a source that this run does not visit.
    assert lane.owner(other, "ailleurs") is None
    assert Lane([guides]).owner("https://site.test/", "guides") is None
