import pytest

from ingest.crawl.gate import FLOOR_NEW, Balance, drift, verdict


def passages(begin: int, end: int) -> frozenset[bytes]:
    return frozenset(n.to_bytes(16, "big") for n in range(begin, end))


def balance(
    before: int, *, gone: int = 0, new: int = 0, concerned: int = 100, left: int = 100, there: int = 100, alike: int = 0
) -> Balance:
    return Balance(passages(0, before), passages(gone, before + new), concerned, left, there, alike)


@pytest.mark.parametrize(("gone", "held"), [(0, False), (30, False), (31, True), (99, True)])
def test_more_than_thirty_percent_of_the_passages_waits(gone: int, held: bool) -> None:
    reason = verdict(balance(100, gone=gone), known=True)
    assert (reason is not None) is held
    if reason:
        assert reason == f"{gone} passages sur 100 ({gone}\u00a0%) changent ou disparaissent d’un coup"


@pytest.mark.parametrize(
    ("gone", "concerned", "held"), [(4, 2, False), (4, 3, True), (19, 1, False), (20, 1, True), (20, 2, True)]
)
def test_the_share_counts_from_three_documents_or_twenty_passages_on(gone: int, concerned: int, held: bool) -> None:
    before = 10 if gone == 4 else 50
    assert (verdict(balance(before, gone=gone, concerned=concerned), known=True) is not None) is held


@pytest.mark.parametrize(("before", "held"), [(4, False), (5, True)])
def test_a_small_source_of_which_nothing_is_left_waits(before: int, held: bool) -> None:
    reason = verdict(balance(before, gone=before, new=before, concerned=1, left=1), known=False)
    assert (reason is not None) is held
    if reason:
        assert "rien ne reste" in reason


def test_a_source_that_disappears_waits_however_small() -> None:
    reason = verdict(balance(1, gone=1, concerned=1, left=0), known=False)
    assert reason is not None
    assert "disparaît" in reason


@pytest.mark.parametrize(
    ("before", "new", "held"),
    [(10, FLOOR_NEW - 1, False), (10, FLOOR_NEW, True), (60, 60, False), (60, 61, True), (FLOOR_NEW, FLOOR_NEW, False)],
)
def test_new_passages_wait_when_they_outnumber_those_that_were_there(before: int, new: int, held: bool) -> None:
    assert (verdict(balance(before, new=new), known=True) is not None) is held
    assert verdict(balance(before, new=new), known=False) is None


def test_the_first_filling_passes() -> None:
    assert verdict(balance(0, new=5000), known=True) is None
    assert verdict(balance(0, left=0), known=True) is None


@pytest.mark.parametrize(("there", "concerned", "held"), [(1, 1, False), (2, 1, False), (3, 2, True), (4, 2, False)])
def test_the_share_counts_where_most_of_several_documents_change(there: int, concerned: int, held: bool) -> None:
    reason = verdict(balance(10, gone=4, concerned=concerned, there=there), known=True)
    assert (reason is not None) is held
    assert verdict(balance(10, gone=3, concerned=concerned, there=there), known=True) is None


def test_different_documents_that_get_one_and_the_same_text_wait() -> None:
    assert verdict(balance(100, gone=2, concerned=2, alike=1), known=False) is None
    reason = verdict(balance(100, gone=2, concerned=2, alike=2), known=False)
    assert reason == "2 pages différentes prennent le même texte\u00a0: page d’erreur ou de connexion\u202f?"


@pytest.mark.parametrize(
    ("there", "gone", "new", "held"),
    [
        (100, 50, 50, False),
        (100, 51, 0, True),
        (100, 0, 51, True),
        (8, 4, 0, False),
        (4, 4, 0, False),
        (9, 5, 0, True),
        (10, 0, FLOOR_NEW - 1, False),
        (10, 0, FLOOR_NEW, True),
    ],
)
def test_a_source_that_becomes_another_one_little_by_little_waits(there: int, gone: int, new: int, held: bool) -> None:
    reason = drift(passages(0, there), passages(gone, there + new))
    assert (reason is not None) is held
