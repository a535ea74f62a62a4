import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest.crawl.holdings import Holdings
from ingest.errors import StoreError
from ingest.store import DocumentStore

from .shelf import NOW, RANKS, Visits, document, url


@pytest.fixture
def store(tmp_path: Path) -> Iterator[DocumentStore]:
    with DocumentStore(tmp_path) as opened:
        opened.database.rows("PRAGMA synchronous = OFF")
        yield opened


def raw_of(place: int, texts: list[int], host: str = "new") -> str:
    """SHA-256 of the bytes that ``Visits`` gives such a page."""
    return hashlib.sha256(repr((url(place, host), texts)).encode()).hexdigest()


def kept(store: DocumentStore) -> set[str]:
    return {path.name for path in store.raw_path("0" * 64).parents[1].glob("*/*")}


def test_bytes_are_kept_as_long_as_a_version_needs_them(store: DocumentStore) -> None:
    visits = Visits(Holdings(store, ranks=RANKS, versions_kept=1))
    visits({url(1): [1], url(2): [50], url(3): [51]})
    always = {raw_of(2, [50]), raw_of(3, [51])}
    assert kept(store) == {raw_of(1, [1]), *always}
    visits({url(1): [2]})
    assert kept(store) == {raw_of(1, [1]), raw_of(1, [2]), *always}
    visits({url(1): [3]})
    assert kept(store) == {raw_of(1, [2]), raw_of(1, [3]), *always}
    visits({url(1): None})
    assert kept(store) == {raw_of(1, [3]), *always}


def test_bytes_of_what_was_rejected_go_with_it(store: DocumentStore) -> None:
    holdings = Holdings(store, ranks=RANKS)
    visits = Visits(holdings, known=True)
    visits({url(n): [n] for n in range(4)})
    before = kept(store)
    assert visits({url(n): [50 + n] for n in range(4)}).held
    assert kept(store) == before | {raw_of(n, [50 + n]) for n in range(4)}
    holdings.reject("site")
    assert kept(store) == before


def test_bytes_of_two_addresses_are_kept_until_both_are_gone(store: DocumentStore) -> None:
    holdings = Holdings(store, ranks=RANKS, versions_kept=0)
    raw = b"%PDF-1.7 the same file"
    for address in (url(1, "old"), url(1, "new")):
        holdings.stage(1, "site", document(address, [1], raw=raw), raw=raw, newest="")
    holdings.stage(1, "site", document(url(2), [2]), raw=None, newest="")
    holdings.settle(1, "site", known=False, now=NOW)
    sha256 = hashlib.sha256(raw).hexdigest()
    for address in (url(1, "new"), url(1, "old")):
        assert kept(store) == {sha256}
        holdings.stage_removal(2, "site", address, "404")
        holdings.settle(2, "site", known=False, now=NOW)
    assert kept(store) == set()


def test_no_bytes_are_kept_where_the_publisher_asks_for_no_copy(store: DocumentStore) -> None:
    holdings = Holdings(store, ranks=RANKS)
    holdings.stage(1, "site", document(url(1), [1], raw=b"x"), raw=None, newest="")
    holdings.settle(1, "site", known=False, now=NOW)
    assert kept(store) == set()
    assert store.count() == 1


def test_bytes_are_given_up_when_the_publisher_asks_for_no_copy_any_more(store: DocumentStore) -> None:
    holdings = Holdings(store, ranks=RANKS)
    visits = Visits(holdings)
    visits({url(1): [1], url(2): [50], url(3): [51]})
    visits({url(1): [2]})
    always = {raw_of(2, [50]), raw_of(3, [51])}
    assert kept(store) == {raw_of(1, [1]), raw_of(1, [2]), *always}
    now = document(url(1), [2], title="Sans copie", raw=repr((url(1), [2])).encode())
    assert holdings.stage(3, "site", now, raw=None, newest="")
    assert kept(store) == always
    holdings.settle(3, "site", known=True, now=NOW)
    assert kept(store) == always
    assert [version.reason for version in holdings.versions(url(1))] == ["parser", "changed"]
    holdings.rollback("site", 1, now=NOW)
    assert kept(store) == always


def test_bytes_staged_in_a_transaction_that_failed_are_swept_later(store: DocumentStore) -> None:
    holdings = Holdings(store, ranks=RANKS)

    def stopped() -> None:
        with store.transaction():
            holdings.stage(1, "site", document(url(1), [1], raw=b"x"), raw=b"x", newest="")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stopped()
    assert kept(store) == {hashlib.sha256(b"x").hexdigest()}
    assert holdings.current(url(1)) is None
    holdings.settle(1, "site", known=False, now=NOW)
    assert kept(store) == set()


def test_a_document_removed_from_the_store_leaves_its_bytes_to_the_library(store: DocumentStore) -> None:
    visits = Visits(Holdings(store, ranks=RANKS))
    visits({url(1): [1]})
    assert store.remove(url(1)) is not None
    assert kept(store) == {raw_of(1, [1])}
    visits({})
    assert store.count() == 1


def test_a_damaged_copy_is_an_error_in_french(store: DocumentStore) -> None:
    holdings = Holdings(store, ranks=RANKS)
    holdings.stage(1, "site", document(url(1), [1]), raw=None, newest="")
    store.database.change("UPDATE crawl_bodies SET packed = ?", b"not packed")
    with pytest.raises(StoreError, match=r"copie illisible .* vérifiez le disque"):
        holdings.current(url(1))
