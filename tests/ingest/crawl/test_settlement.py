import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest.crawl.errors import CrawlError
from ingest.crawl.holdings import Held, Holdings, Settlement
from ingest.store import DocumentStore

from .shelf import NOW, RANKS, Visits, document, published, url

LATER = "2026-12-01T02:00:00Z"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[DocumentStore]:
    with DocumentStore(tmp_path) as opened:
        opened.database.rows("PRAGMA synchronous = OFF")
        yield opened


@pytest.fixture
def holdings(store: DocumentStore) -> Holdings:
    return Holdings(store, ranks=RANKS)


def pages(numbers: range, *, plus: int = 0) -> dict[str, list[int]]:
    return {url(n): [n + plus] for n in numbers}


def test_a_first_visit_is_published(holdings: Holdings, store: DocumentStore) -> None:
    settlement = Visits(holdings)(pages(range(60)))
    assert settlement == Settlement(added=tuple(sorted(url(n) for n in range(60))))
    assert len(published(store)) == 60
    assert {found[0] for found in published(store).values()} == {"crawl:site"}


def test_usual_changes_are_published(holdings: Holdings, store: DocumentStore) -> None:
    visits = Visits(holdings, known=True)
    visits(pages(range(20)))
    settlement = visits({url(0): [100], url(1): None, url(30): [30], url(2): [2]})
    assert settlement == Settlement(added=(url(30),), changed=(url(0),), removed=((url(1), "404"),))
    assert store.get(url(1)) is None
    assert published(store)[url(0)][1] == document(url(0), [100]).text


@pytest.mark.parametrize(("changed", "held"), [(6, False), (7, True)])
def test_a_large_change_waits_and_the_old_documents_stay(
    holdings: Holdings, store: DocumentStore, changed: int, held: bool
) -> None:
    visits = Visits(holdings, known=True)
    visits(pages(range(20)))
    before = published(store)
    settlement = visits(pages(range(changed), plus=100))
    assert (settlement.held is not None) is held
    assert (published(store) == before) is held
    if held:
        assert settlement == Settlement(held="7 passages sur 20 (35\u00a0%) changent ou disparaissent d’un coup")
        assert holdings.held() == [Held("site", 2, NOW, settlement.held, 0, 7, 0)]


def test_many_new_pages_wait_on_a_known_source(holdings: Holdings, store: DocumentStore) -> None:
    visits = Visits(holdings, known=True)
    visits(pages(range(40)))
    assert visits(pages(range(40, 90))).held is not None
    assert len(published(store)) == 40
    assert [(held.added, held.changed, held.removed) for held in holdings.held()] == [(50, 0, 0)]


def test_what_is_approved_is_published(holdings: Holdings, store: DocumentStore) -> None:
    visits = Visits(holdings, known=True)
    visits(pages(range(10)))
    visits({**pages(range(5), plus=100), url(9): None, url(50): [50]})
    settlement = holdings.approve("site", now=LATER)
    assert settlement == Settlement(
        added=(url(50),), changed=tuple(url(n) for n in range(5)), removed=((url(9), "404"),)
    )
    assert holdings.held() == []
    assert published(store)[url(0)][1] == document(url(0), [100]).text
    assert {version.until for version in holdings.versions(url(0))} == {LATER}
    with pytest.raises(CrawlError, match="rien n’attend"):
        holdings.approve("site", now=LATER)


def test_later_runs_add_to_what_waits(holdings: Holdings) -> None:
    visits = Visits(holdings, known=True)
    visits(pages(range(10)))
    first = visits(pages(range(4), plus=100))
    second = visits({url(4): [104], url(11): [11]})
    assert (first.held, second.held) == (
        "4 passages sur 10 (40\u00a0%) changent ou disparaissent d’un coup",
        "5 passages sur 10 (50\u00a0%) changent ou disparaissent d’un coup",
    )
    assert holdings.held() == [Held("site", 3, NOW, second.held or "", 1, 5, 0)]
    assert holdings.approve("site", now=LATER).added == (url(11),)


def test_a_hold_lifts_when_the_site_comes_back(holdings: Holdings, store: DocumentStore) -> None:
    visits = Visits(holdings, known=True)
    visits(pages(range(10)))
    before = published(store)
    assert visits(pages(range(4), plus=100)).held is not None
    settlement = visits(pages(range(4)))
    assert settlement == Settlement()
    assert holdings.held() == []
    assert published(store) == before
    assert store.database.rows("SELECT count(*) FROM crawl_bodies") == [(10,)]


def test_a_hold_lifts_when_enough_of_the_site_comes_back(holdings: Holdings) -> None:
    visits = Visits(holdings, known=True)
    visits(pages(range(10)))
    assert visits(pages(range(4), plus=100)).held is not None
    assert visits(pages(range(1))).changed == (url(1), url(2), url(3))
    assert holdings.held() == []


def test_a_source_does_not_wait_for_another(holdings: Holdings) -> None:
    one, other = Visits(holdings, "une", known=True), Visits(holdings, "autre", known=True)
    one(pages(range(10)))
    other({url(n, "old"): [n + 500] for n in range(10)})
    assert one(pages(range(10), plus=100)).held is not None
    assert other({url(1, "old"): [600]}).changed == (url(1, "old"),)
    assert [held.source for held in holdings.held()] == ["une"]


def test_what_is_rejected_does_not_come_back_by_itself(holdings: Holdings, store: DocumentStore) -> None:
    visits = Visits(holdings, known=True)
    visits(pages(range(10)))
    before = published(store)
    poisoned = {**pages(range(4), plus=100), url(9): None, url(50): [50]}
    visits(poisoned)
    assert holdings.reject("site") == 6
    assert holdings.held() == holdings.pending("site") == []
    for _ in range(2):
        assert visits(poisoned) == Settlement()
        assert published(store) == before
    # Another title for the same text is the same text.
    assert not holdings.stage(9, "site", document(url(0), [100], title="Autre"), raw=None, newest="")
    # What changes again is weighed anew.
    assert visits({url(0): [200], url(50): [51]}) == Settlement(added=(url(50),), changed=(url(0),))
    with pytest.raises(CrawlError, match="rien n’attend"):
        holdings.reject("site")


def test_what_was_rejected_may_be_asked_for_again(holdings: Holdings) -> None:
    visits = Visits(holdings, known=True)
    visits(pages(range(10)))
    poisoned = pages(range(4), plus=100)
    visits(poisoned)
    holdings.reject("site")
    assert holdings.reconsider("site") == 4
    assert holdings.reconsider("site") == 0
    assert visits(poisoned).held is not None


def test_a_rejected_text_that_went_away_and_came_back_is_weighed_again(holdings: Holdings) -> None:
    visits = Visits(holdings, known=True)
    visits(pages(range(10)))
    poisoned = pages(range(4), plus=100)
    visits(poisoned)
    holdings.reject("site")
    visits(pages(range(10)))
    assert visits(poisoned).held is not None


def test_the_removal_of_a_page_that_was_kept_is_not_staged_again(holdings: Holdings, store: DocumentStore) -> None:
    visits = Visits(holdings, known=True)
    visits({url(1): [1], url(2): [2]})
    assert visits({url(1): None, url(2): None}).held is not None
    holdings.reject("site")
    assert visits({url(1): None, url(2): None}) == Settlement()
    assert holdings.confirm(url(1))
    assert visits({url(1): None, url(2): None}).removed == ((url(1), "404"),)
    assert published(store).keys() == {url(2)}


def read_again(holdings: Holdings, run: int, numbers: range, *, plus: int) -> None:
    """Documents made again from the bytes of those of :func:`pages`."""
    for n in numbers:
        raw = repr((url(n), [n])).encode()
        holdings.stage(run, "site", document(url(n), [n + plus], raw=raw), raw=raw, newest="")


def test_what_is_read_otherwise_from_the_same_bytes_is_not_weighed(holdings: Holdings, store: DocumentStore) -> None:
    visits = Visits(holdings, known=True)
    visits(pages(range(20)))
    read_again(holdings, 2, range(20), plus=500)
    settlement = holdings.settle(2, "site", known=True, now=NOW)
    assert (settlement.held, len(settlement.changed)) == (None, 20)
    assert published(store)[url(3)][1] == document(url(3), [503]).text
    assert [version.reason for version in holdings.versions(url(3))] == ["parser"]
    assert visits({url(0): [900]}, now=LATER).held is None, "nor is it a change of the month"
    holdings.rollback("site", 1, now=LATER)
    assert published(store)[url(3)][1] == document(url(3), [3]).text


def test_what_the_site_changes_is_weighed_when_the_rest_is_read_otherwise(
    holdings: Holdings, store: DocumentStore
) -> None:
    visits = Visits(holdings, known=True)
    visits(pages(range(20)))
    read_again(holdings, 2, range(7, 20), plus=500)
    for n in range(7):
        raw = f"poison {n}".encode()
        holdings.stage(2, "site", document(url(n), [n + 500], raw=raw), raw=raw, newest="")
    settlement = holdings.settle(2, "site", known=True, now=NOW)
    assert settlement.held == "7 passages sur 20 (35\u00a0%) changent ou disparaissent d’un coup"
    assert len(settlement.changed) == len(holdings.pending("site")) + 6 == 13
    assert published(store)[url(0)][1] == document(url(0), [0]).text
    # Bytes that wait are not those of the library: reading them otherwise is no way in.
    for n in range(7):
        raw = f"poison {n}".encode()
        holdings.stage(3, "site", document(url(n), [n + 800], raw=raw), raw=raw, newest="")
    assert holdings.settle(3, "site", known=True, now=NOW).held is not None


def test_a_small_source_of_which_most_pages_change_waits(holdings: Holdings) -> None:
    visits = Visits(holdings, known=True)
    visits(pages(range(3)))
    assert visits({url(0): [100]}).held is None
    assert visits({url(1): [101], url(2): [102]}).held is not None


def test_pages_that_get_one_and_the_same_text_wait(holdings: Holdings) -> None:
    visits = Visits(holdings, known=True)
    visits({**pages(range(30)), url("copie"): [29]})
    assert visits({url(29): [129], url("copie"): [129]}).held is None, "two addresses of one guide"
    assert visits({url(50): [150], url(51): [150]}).held is None, "a new guide under two addresses"
    assert visits({url(1): [7]}).held is None, "a text that is there"
    reason = visits({url(4): ["Connectez-vous."], url(5): ["Connectez-vous."]}).held
    assert reason == "2 pages différentes prennent le même texte\u00a0: page d’erreur ou de connexion\u202f?"
    assert visits({url(5): [5]}).held is None


def texts(store: DocumentStore) -> dict[str, str]:
    return {document.source_id: document.id for document in store.documents()}


def history(holdings: Holdings, store: DocumentStore) -> list[dict[str, str]]:
    """Five runs; what was published after each (the first: before any)."""
    visits = Visits(holdings)
    snapshots = [texts(store)]
    for change in (
        pages(range(6)),
        {url(0): [100], url(1): None},
        {url(0): [200], url(1): [1], url(7): [7], url(8, "old"): [7]},
        {url(7): None, url(2): [102]},
        {url(0): [100], url(1): None, url(9): [9]},
    ):
        assert visits(change).held is None
        snapshots.append(texts(store))
    assert len({repr(snapshot) for snapshot in snapshots}) == 6
    return snapshots


@pytest.mark.parametrize("run", range(1, 6))
def test_a_source_goes_back_to_each_of_its_runs_and_forth_again(
    holdings: Holdings, store: DocumentStore, run: int
) -> None:
    snapshots = history(holdings, store)
    settlement = holdings.rollback("site", run, now=LATER)
    assert texts(store) == snapshots[run]
    before, after = snapshots[5], snapshots[run]
    assert set(settlement.added) == after.keys() - before.keys()
    assert {address for address in before.keys() & after.keys() if before[address] != after[address]} == set(
        settlement.changed
    )
    assert {reason for _, reason in settlement.removed} <= {"rollback"}
    holdings.rollback("site", 5, now=LATER)
    assert texts(store) == snapshots[5]
    holdings.rollback("site", run, now=LATER)
    assert texts(store) == snapshots[run]


def test_what_was_rolled_back_does_not_come_back_by_itself(holdings: Holdings, store: DocumentStore) -> None:
    visits = Visits(holdings)
    visits(pages(range(6)))
    changes = {url(0): [100], url(1): None, url(7): [7]}
    visits(changes)
    holdings.rollback("site", 1, now=LATER)
    assert visits(changes) == Settlement()
    assert visits({url(0): [101]}).changed == (url(0),)
    holdings.rollback("site", 3, now=LATER)
    assert published(store).keys() == {url(n) for n in range(6)}
    assert [(version.run, version.reason) for version in holdings.versions(url(0))] == [
        (4, "rollback"),
        (4, "changed"),
        (2, "rollback"),
        (2, "changed"),
    ]


def test_a_rollback_drops_what_waits(holdings: Holdings, store: DocumentStore) -> None:
    visits = Visits(holdings, known=True)
    visits(pages(range(10)))
    visits({url(0): [50]})
    poisoned = pages(range(8), plus=100)
    assert visits(poisoned).held is not None
    holdings.rollback("site", 1, now=LATER)
    assert holdings.held() == holdings.pending("site") == []
    assert published(store)[url(0)][1] == document(url(0), [0]).text
    assert visits(poisoned) == Settlement()


def test_an_approval_is_undone_by_going_back_before_its_run(holdings: Holdings, store: DocumentStore) -> None:
    visits = Visits(holdings, known=True)
    visits(pages(range(10)))
    before = published(store)
    visits(pages(range(4), plus=100))
    holdings.approve("site", now=LATER)
    after = published(store)
    holdings.rollback("site", 1, now=LATER)
    assert published(store) == before
    holdings.rollback("site", 2, now=LATER)
    assert published(store) == after


def test_a_run_that_is_unknown_is_named_with_the_choice(holdings: Holdings) -> None:
    with pytest.raises(CrawlError, match="aucun passage n’y a encore abouti"):
        holdings.rollback("site", 1, now=LATER)
    visits = Visits(holdings)
    visits({url(1): [1]})
    visits({url(1): [2]})
    with pytest.raises(CrawlError, match="passage nº\u00a07 inconnu pour cette source\u202f; choisissez parmi 2, 1"):
        holdings.rollback("site", 7, now=LATER)


def test_a_run_that_did_not_visit_the_source_stands_for_the_last_that_did(
    holdings: Holdings, store: DocumentStore
) -> None:
    holdings.stage(1, "site", document(url(1), [1]), raw=None, newest="")
    holdings.settle(1, "site", known=False, now=NOW)
    holdings.settle(2, "autre", known=False, now=NOW)
    holdings.stage(3, "site", document(url(1), [2]), raw=None, newest="")
    holdings.settle(3, "site", known=False, now=NOW)
    holdings.rollback("site", 2, now=LATER)
    assert store.get(url(1)) == document(url(1), [1])
    with pytest.raises(CrawlError, match="inconnu"):
        holdings.rollback("autre", 1, now=LATER)


@pytest.mark.parametrize("operation", ["settle", "approve", "reject", "rollback", "exclude"])
def test_killed_anywhere_it_is_done_or_not_begun(operation: str, tmp_path: Path) -> None:
    script = Path(__file__).with_name("killed.py")
    done = subprocess.run(
        [sys.executable, str(script), operation, str(tmp_path)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    points, undone, finished = (int(word) for word in done.stdout.split())
    assert points > 6
    assert undone > 0
    assert finished > 0
    assert points == undone + finished
