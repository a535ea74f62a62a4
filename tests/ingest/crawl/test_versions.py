from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest.crawl.errors import CrawlError
from ingest.crawl.holdings import Holdings, Version
from ingest.store import DocumentStore

from .shelf import NOW, RANKS, Visits, document, url


@pytest.fixture
def store(tmp_path: Path) -> Iterator[DocumentStore]:
    with DocumentStore(tmp_path) as opened:
        opened.database.rows("PRAGMA synchronous = OFF")
        yield opened


def texts(store: DocumentStore) -> dict[str, str]:
    return {found.source_id: found.text for found in store.documents()}


def test_earlier_versions_are_listed_newest_first_and_read(store: DocumentStore) -> None:
    holdings = Holdings(store, ranks=RANKS)
    visits = Visits(holdings)
    for texts in ([1], [2], None, [3]):
        visits({url(1): texts, url(2): [5], url(3): [6]})
    first, second = (document(url(1), [n]) for n in (1, 2))
    assert holdings.versions(url(1)) == [
        Version(url(1), second.id, second.title, 3, NOW, "404"),
        Version(url(1), first.id, first.title, 2, NOW, "changed"),
    ]
    assert holdings.versions(url(2)) == []
    earlier = holdings.version(first.id)
    assert earlier is not None
    assert (earlier.text, earlier.title) == (first.text, first.title)
    assert holdings.version("inconnu") is None
    assert holdings.version(document(url(1), [3]).id) is None, "the current one is in the store"


def test_the_last_five_versions_are_kept(store: DocumentStore) -> None:
    holdings = Holdings(store, ranks=RANKS)
    visits = Visits(holdings)
    snapshots = {}
    for run in range(1, 10):
        visits({url(1): [run], url(2): [100]} if run == 1 else {url(1): [run]})
        snapshots[run] = texts(store)
    assert [version.run for version in holdings.versions(url(1))] == [9, 8, 7, 6, 5]
    assert store.database.rows("SELECT count(*) FROM crawl_bodies") == [(7,)]
    with pytest.raises(CrawlError, match="ne sont plus gardées\u202f; choisissez parmi 9, 8, 7, 6, 5, 4"):
        holdings.rollback("site", 3, now=NOW)
    assert texts(store) == snapshots[9]
    holdings.rollback("site", 4, now=NOW)
    assert texts(store) == snapshots[4]


def test_a_page_that_changes_at_each_visit_does_not_take_from_the_others(store: DocumentStore) -> None:
    holdings = Holdings(store, ranks=RANKS, versions_kept=2)
    visits = Visits(holdings)
    visits({url(1): [1], url(2): [50], url(3): [51]})
    visits({url(2): [52]})
    for run in range(3, 9):
        visits({url(1): [run]})
    assert [len(holdings.versions(url(n))) for n in (1, 2, 3)] == [2, 1, 0]


def test_a_rollback_counts_among_the_versions(store: DocumentStore) -> None:
    holdings = Holdings(store, ranks=RANKS)
    visits = Visits(holdings)
    visits({url(1): [1], url(2): [50]})
    visits({url(1): [2]})
    for run in (1, 2, 1, 2):
        holdings.rollback("site", run, now=NOW)
        assert texts(store)[url(1)] == document(url(1), [run]).text
    assert [version.reason for version in holdings.versions(url(1))] == [*["rollback"] * 4, "changed"]
    holdings.rollback("site", 1, now=NOW)
    with pytest.raises(CrawlError, match="ne sont plus gardées"):
        holdings.rollback("site", 1, now=NOW)
    holdings.rollback("site", 2, now=NOW)
    assert texts(store)[url(1)] == document(url(1), [2]).text
