from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest.crawl.holdings import Change, Holdings
from ingest.store import DocumentStore

from .shelf import NOW, RANKS, Visits, document, published, url


@pytest.fixture
def store(tmp_path: Path) -> Iterator[DocumentStore]:
    with DocumentStore(tmp_path) as opened:
        yield opened


@pytest.fixture
def holdings(store: DocumentStore) -> Holdings:
    return Holdings(store, ranks=RANKS)


def test_what_is_staged_is_seen_at_once_and_published_later(holdings: Holdings, store: DocumentStore) -> None:
    there = document(url(1), [1])
    assert holdings.current(url(1)) is None
    assert holdings.stage(1, "site", there, raw=None, newest="")
    assert holdings.current(url(1)) == there
    assert store.count() == 0
    holdings.settle(1, "site", known=False, now=NOW)
    assert holdings.current(url(1)) == store.get(url(1)) == there


def test_the_same_document_again_is_no_change(holdings: Holdings, store: DocumentStore) -> None:
    Visits(holdings)({url(1): [1]})
    again = document(url(1), [1], raw=b"<p>another nonce</p>")
    assert not holdings.stage(2, "site", again, raw=b"<p>another nonce</p>", newest="2026")
    assert holdings.pending("site") == []
    stored = store.get(url(1))
    assert stored is not None
    assert stored.raw_sha256 != again.raw_sha256


def test_staging_twice_keeps_the_last(holdings: Holdings, store: DocumentStore) -> None:
    for texts in ([1], [2], [2], [3]):
        assert holdings.stage(1, "site", document(url(1), texts), raw=None, newest="")
    holdings.settle(1, "site", known=False, now=NOW)
    assert store.get(url(1)) == document(url(1), [3])
    assert store.database.rows("SELECT count(*) FROM crawl_bodies") == [(1,)]


def test_a_page_that_comes_back_to_what_it_was_leaves_nothing_staged(holdings: Holdings) -> None:
    Visits(holdings)({url(1): [1]})
    assert holdings.stage(2, "site", document(url(1), [2]), raw=None, newest="")
    assert not holdings.stage(2, "site", document(url(1), [1]), raw=None, newest="")
    assert holdings.pending("site") == []
    assert holdings.stage_removal(2, "site", url(1), "404")
    assert not holdings.stage(2, "site", document(url(1), [1]), raw=None, newest="")
    assert holdings.pending("site") == []


def test_a_removal_needs_a_document_of_the_source(holdings: Holdings) -> None:
    Visits(holdings)({url(1): [1]})
    assert not holdings.stage_removal(2, "site", url(2), "404")
    assert not holdings.stage_removal(2, "autre", url(1), "404")
    assert holdings.stage_removal(2, "site", url(1), "404")
    assert holdings.current(url(1)) == document(url(1), [1], raw=repr((url(1), [1])).encode())


def test_a_new_page_that_goes_before_it_was_published_was_never_there(holdings: Holdings) -> None:
    holdings.stage(1, "site", document(url(1), [1]), raw=None, newest="")
    assert not holdings.stage_removal(1, "site", url(1), "404")
    assert holdings.pending("site") == []
    assert holdings.current(url(1)) is None


def test_a_page_that_answers_as_before_takes_its_removal_back(holdings: Holdings) -> None:
    Visits(holdings)({url(1): [1]})
    holdings.stage_removal(2, "site", url(1), "404")
    assert holdings.confirm(url(1))
    assert holdings.pending("site") == []
    assert not holdings.confirm(url(2))
    assert holdings.stage(2, "site", document(url(2), [2]), raw=None, newest="")
    assert holdings.confirm(url(2))
    assert [change.url for change in holdings.pending("site")] == [url(2)]


def test_an_address_dated_anew_without_a_new_text_wins_over_its_twin(holdings: Holdings, store: DocumentStore) -> None:
    visits = Visits(holdings)
    visits({url(1): [1]}, newest="2026-01-02T00:00:00Z")
    visits({url(2): [1]}, newest="2026-01-01T00:00:00Z")
    assert published(store).keys() == {url(1)}
    assert holdings.confirm(url(2))
    assert visits({}).changed == ()
    assert published(store).keys() == {url(1)}
    assert holdings.confirm(url(2), newest="2026-01-03T00:00:00Z")
    assert visits({}).added == (url(2),)
    assert published(store).keys() == {url(2)}
    holdings.rollback("site", 1, now=NOW)
    assert published(store).keys() == {url(1)}


def test_a_change_that_waits_is_dated_anew_too(holdings: Holdings, store: DocumentStore) -> None:
    holdings.stage(1, "site", document(url(1), [1]), raw=None, newest="")
    holdings.confirm(url(1), newest="2026-01-03T00:00:00Z")
    holdings.settle(1, "site", known=False, now=NOW)
    assert store.database.rows("SELECT newest FROM crawl_documents") == [("2026-01-03T00:00:00Z",)]


def test_a_person_sees_what_waits(holdings: Holdings) -> None:
    Visits(holdings)({url(1): [1], url(2): [2], url(3): [3]})
    holdings.stage(2, "site", document(url(1), [9], title="Nouveau titre"), raw=None, newest="")
    holdings.stage(2, "site", document(url(4), [4]), raw=None, newest="")
    holdings.stage(3, "autre", document(url(5), [5]), raw=None, newest="")
    holdings.stage_removal(3, "site", url(2), "410")
    holdings.readdress(3, "site", url(3), url(4))
    assert holdings.pending("site") == [
        Change(url(1), "Nouveau titre", "changed", "changed", 2),
        Change(url(2), "Guide du cabinet", "removed", "410", 3),
        Change(url(3), "Guide du cabinet", "removed", "moved", 3),
        Change(url(4), "Guide du cabinet", "added", "added", 2),
    ]


def test_an_address_gives_way_to_the_one_it_moved_to(holdings: Holdings, store: DocumentStore) -> None:
    visits = Visits(holdings)
    visits({url(1): [1], url(2): [2]})
    holdings.readdress(2, "site", url(1), url(9))
    assert holdings.pending("site") == [], "nothing is known of the new address"
    holdings.stage(2, "site", document(url(9), [1]), raw=None, newest="")
    holdings.readdress(2, "site", url(1), url(9))
    holdings.readdress(2, "site", url(9), url(9))
    settlement = holdings.settle(2, "site", known=True, now=NOW)
    assert (settlement.moved, settlement.removed, settlement.duplicates) == (((url(1), url(9)),), (), ())
    assert published(store).keys() == {url(2), url(9)}
    assert [version.reason for version in holdings.versions(url(1))] == ["moved"]
    holdings.readdress(3, "site", url(2), url(9))
    assert holdings.settle(3, "site", known=True, now=NOW).moved == ((url(2), url(9)),)


def test_a_whole_source_may_move(holdings: Holdings, store: DocumentStore) -> None:
    Visits(holdings)({url(n, "old"): [n] for n in range(40)})
    for n in range(40):
        holdings.stage(2, "site", document(url(n), [n]), raw=None, newest="")
        holdings.readdress(2, "site", url(n, "old"), url(n))
    settlement = holdings.settle(2, "site", known=True, now=NOW)
    assert settlement.held is None
    assert len(settlement.moved) == 40
    assert published(store).keys() == {url(n) for n in range(40)}


def test_an_address_belongs_to_the_source_that_staged_it_last(holdings: Holdings, store: DocumentStore) -> None:
    Visits(holdings, "une")({url(1): [1], url(2): [2]})
    settlement = Visits(holdings, "autre")({url(1): [1]})
    assert settlement.added == (url(1),)
    assert {address: found[0] for address, found in published(store).items()} == {
        url(1): "crawl:autre",
        url(2): "crawl:une",
    }


def test_passages_kept_out_do_not_weigh(holdings: Holdings) -> None:
    visits = Visits(holdings, known=True)
    visits({url(n): [n] for n in range(10)})
    for n in range(4):
        holdings.exclude(url(n), now=NOW)
    assert visits({url(n): [100 + n] for n in range(4)}).held is None
    assert visits({url(n): [200 + n] for n in range(4, 8)}).held is not None
