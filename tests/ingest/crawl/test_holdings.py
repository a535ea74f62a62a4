import time
from dataclasses import replace
from pathlib import Path

import pytest

from ingest.crawl.holdings import Held, Holdings, newest_of, sources_held
from ingest.crawl.model import PageRecord
from ingest.store import DocumentStore

from .shelf import NOW, RANKS, document, published, url

PAGE = PageRecord("https://site.example.fr/", "site")


@pytest.mark.parametrize(
    ("last_modified", "lastmod", "newest"),
    [
        (None, None, ""),
        ("Thu, 02 Jan 2025 03:04:05 GMT", "2026-01-01", "2025-01-02T03:04:05Z"),
        ("Thu, 02 Jan 2025 03:04:05 +0200", None, "2025-01-02T01:04:05Z"),
        ("Thursday, 02-Jan-25 03:04:05 GMT", None, "2025-01-02T03:04:05Z"),
        ("yesterday", "2026-01-01", "2026-01-01"),
        ("", "2026-01", "2026-01"),
        (None, "2026-01-01T10:00:00+02:00", "2026-01-01T08:00:00Z"),
        (None, "2026-01-01T10:00:00.123Z", "2026-01-01T10:00:00Z"),
        (None, "2026-01-01T10:00:00", "2026-01-01T10:00:00Z"),
        (None, "0001-01-01T00:00:00+14:00", ""),
        ("Thu, 99 Jan 2025 03:04:05 GMT", "hier", ""),
    ],
)
def test_an_address_is_dated_by_its_server_then_by_its_sitemap(
    last_modified: str | None, lastmod: str | None, newest: str
) -> None:
    assert newest_of(replace(PAGE, last_modified=last_modified, lastmod=lastmod)) == newest


@pytest.mark.parametrize(
    ("sources", "words"), [([], ""), (["cnom"], "cnom"), (["ans", "cnom", "has"], "ans, cnom et has")]
)
def test_held_sources_in_words(sources: list[str], words: str) -> None:
    assert sources_held([Held(source, 1, NOW, "", 0, 0, 0) for source in sources]) == words


def test_a_store_from_before_the_crawler_keeps_its_documents(tmp_path: Path) -> None:
    with DocumentStore(tmp_path) as store:
        store.put(document(url("mine"), [9]))
    with DocumentStore(tmp_path) as store:
        holdings = Holdings(store, ranks=RANKS)
        assert holdings.held() == holdings.excluded() == []
        holdings.stage(1, "site", document(url(1), [1]), raw=None, newest="")
        holdings.settle(1, "site", known=False, now=NOW)
    with DocumentStore(tmp_path) as store:
        assert {address: found[0] for address, found in published(store).items()} == {
            url("mine"): "added",
            url(1): "crawl:site",
        }
        assert Holdings(store, ranks=RANKS).current(url(1)) == document(url(1), [1])


def test_a_large_source_settles_and_goes_back_in_no_time(tmp_path: Path) -> None:
    with DocumentStore(tmp_path) as store:
        holdings = Holdings(store, ranks=RANKS)
        with store.transaction():
            for n in range(400):
                holdings.stage(1, "site", document(url(n), range(5 * n, 5 * n + 5)), raw=None, newest="")
            holdings.settle(1, "site", known=False, now=NOW)
        for n in range(3):
            holdings.stage(2, "site", document(url(n), [9000 + n]), raw=None, newest="")
        begun = time.perf_counter()
        assert len(holdings.settle(2, "site", known=True, now=NOW).changed) == 3
        assert time.perf_counter() - begun < 2
        for n in range(400):
            holdings.stage(3, "site", document(url(n), [n, 20000 + n]), raw=None, newest="")
        assert holdings.settle(3, "site", known=True, now=NOW).held is not None
        holdings.approve("site", now=NOW)
        begun = time.perf_counter()
        assert len(holdings.rollback("site", 2, now=NOW).changed) == 400
        assert time.perf_counter() - begun < 4
