"""Sources that change by small steps."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ingest.crawl.baselines import Baselines
from ingest.crawl.holdings import Holdings
from ingest.store import DocumentStore

from .shelf import NOW, RANKS, Visits, document, published, url


@pytest.fixture
def store(tmp_path: Path) -> Iterator[DocumentStore]:
    with DocumentStore(tmp_path) as opened:
        opened.database.rows("PRAGMA synchronous = OFF")
        yield opened


@pytest.fixture
def holdings(store: DocumentStore) -> Holdings:
    return Holdings(store, ranks=RANKS)


def day(number: int) -> str:
    return (datetime(2026, 11, 25, 2, tzinfo=UTC) + timedelta(days=number)).strftime("%Y-%m-%dT%H:%M:%SZ")


def pages(numbers: range, *, plus: int = 0) -> dict[str, list[int]]:
    return {url(n): [n + plus] for n in numbers}


def digests(*numbers: int) -> set[bytes]:
    return {n.to_bytes(16, "big") for n in numbers}


@pytest.fixture
def baselines(holdings: Holdings, store: DocumentStore) -> Baselines:
    return Baselines(store.database)


def test_the_moment_that_counts_is_a_month_ago_or_the_first_one(baselines: Baselines, store: DocumentStore) -> None:
    assert baselines.of("site", now=day(0)) is None
    for number in range(0, 50, 5):
        baselines.take("site", digests(number), now=day(number))
    assert baselines.of("site", now=day(45)) == digests(15)
    assert baselines.of("site", now=day(44)) == digests(15), "older ones are forgotten"
    assert baselines.of("site", now=day(90)) == digests(45)
    assert baselines.of("other", now=day(45)) is None
    assert store.database.rows("SELECT count(*) FROM crawl_baselines") == [(7,)]


def test_nightly_runs_keep_a_copy_every_few_days(baselines: Baselines, store: DocumentStore) -> None:
    for number in range(100):
        baselines.take("site", digests(number), now=day(number))
    assert store.database.rows("SELECT count(*) <= 12 FROM crawl_baselines") == [(1,)]
    found = baselines.of("site", now=day(99))
    assert found is not None
    assert found <= digests(66, 67, 68, 69)


def test_a_document_cut_otherwise_counts_as_having_always_been_so(baselines: Baselines) -> None:
    baselines.take("site", digests(1, 2, 3), now=day(0))
    baselines.translate("site", digests(2, 3), digests(20))
    assert baselines.of("site", now=day(1)) == digests(1, 20)
    baselines.translate("site", digests(1, 8, 9), digests(10))
    assert baselines.of("site", now=day(1)) == digests(20), "most of it is new"


def test_a_source_replaced_by_a_quarter_at_a_time_waits_before_most_of_it_is(
    holdings: Holdings, store: DocumentStore
) -> None:
    visits = Visits(holdings, known=True)
    visits(pages(range(40)))
    outcomes = [visits(pages(range(first, first + 10), plus=100), now=day(first)).held for first in (0, 10, 20)]
    assert outcomes == [None, None, "30 passages sur 40 (75\u00a0%) ont changé ou disparu, peu à peu, en un mois"]
    assert published(store)[url(20)][1] == document(url(20), [20]).text


def test_a_source_that_grows_a_little_at_a_time_waits_before_most_of_it_is_new(holdings: Holdings) -> None:
    visits = Visits(holdings, known=True)
    visits(pages(range(90)))
    assert visits(pages(range(90, 130)), now=day(1)).held is None
    reason = visits(pages(range(130, 140)), now=day(2)).held
    assert reason == "50 passages nouveaux, peu à peu, en un mois, pour 90 connus"
    assert visits(pages(range(140, 190)), now=day(3)).held is not None


def test_small_steps_over_a_long_time_pass(holdings: Holdings) -> None:
    visits = Visits(holdings, known=True)
    visits(pages(range(40)))
    for step in range(8):
        first = 10 * (step % 4)
        assert visits(pages(range(first, first + 10), plus=100 * (step + 1)), now=day(31 * step + 31)).held is None


def test_time_alone_does_not_lift_a_hold(holdings: Holdings) -> None:
    visits = Visits(holdings, known=True)
    visits(pages(range(40)))
    for first in (0, 10):
        assert visits(pages(range(first, first + 10), plus=100), now=day(first)).held is None
    assert visits(pages(range(20, 30), plus=100), now=day(20)).held is not None
    assert visits({}, now=day(200)).held is not None


def test_what_a_person_approved_of_is_what_counts_from_then_on(holdings: Holdings) -> None:
    visits = Visits(holdings, known=True)
    visits(pages(range(40)))
    for first in (0, 10, 20):
        visits(pages(range(first, first + 10), plus=100), now=day(first))
    holdings.approve("site", now=day(21))
    assert visits(pages(range(30, 40), plus=100), now=day(22)).held is None
    assert visits(pages(range(10), plus=200), now=day(23)).held is None
    assert visits(pages(range(10, 20), plus=200), now=day(24)).held is not None


def test_a_rollback_is_what_counts_from_then_on(holdings: Holdings) -> None:
    visits = Visits(holdings, known=True)
    visits(pages(range(40)))
    visits(pages(range(10), plus=100), now=day(1))
    visits(pages(range(10, 20), plus=100), now=day(2))
    holdings.rollback("site", 1, now=day(3))
    assert visits(pages(range(10), plus=200), now=day(4)).held is None
    assert visits(pages(range(10, 20), plus=200), now=day(5)).held is None
    assert visits(pages(range(20, 30), plus=200), now=day(6)).held is not None


def test_an_address_that_the_operator_keeps_out_is_no_change(holdings: Holdings) -> None:
    visits = Visits(holdings, known=True)
    visits(pages(range(40)))
    for number in range(25):
        holdings.exclude(url(number), now=NOW)
    assert visits({url(30): [130]}, now=day(1)).held is None
