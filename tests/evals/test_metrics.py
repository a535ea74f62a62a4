"""Our metrics against definitions worked by hand and against ranx."""

import math

import pytest

from evals.metrics import interval, ndcg, recall, reciprocal_rank


def test_ndcg_by_hand() -> None:
    ranking = ["x", "b", "a"]
    relevant = {"a": 2.0, "b": 1.0}
    expected = (1 / math.log2(3) + 2 / math.log2(4)) / (2 / math.log2(2) + 1 / math.log2(3))
    assert ndcg(ranking, relevant) == pytest.approx(expected)


def test_a_perfect_ranking_scores_one_and_an_empty_one_zero() -> None:
    assert ndcg(["a", "b"], {"a": 1.0, "b": 1.0}) == pytest.approx(1.0)
    assert ndcg([], {"a": 1.0}) == 0.0
    assert ndcg(["a"], {}) == 0.0


def test_items_beyond_k_do_not_count() -> None:
    ranking = [str(i) for i in range(20)]
    assert ndcg(ranking, {"15": 1.0}) == 0.0
    assert recall(ranking, {"15": 1.0, "3": 1.0}) == 0.5
    assert reciprocal_rank(ranking, {"15": 1.0}) == 0.0
    assert reciprocal_rank(ranking, {"3": 1.0}) == 0.25


# Here with what numba makes of it (half a minute); TestRetrieval compares with ranx as it is written.
@pytest.mark.long
@pytest.mark.filterwarnings("ignore")
def test_agrees_with_ranx() -> None:
    ranx = pytest.importorskip("ranx")
    relevant = {"q1": {"a": 2, "b": 1}, "q2": {"c": 1}, "q3": {"z": 1}}
    rankings = {"q1": ["x", "a", "b"], "q2": ["c", "y"], "q3": ["x", "y", "w"]}
    run = ranx.Run({q: {item: 1.0 / (i + 1) for i, item in enumerate(items)} for q, items in rankings.items()})
    scores = ranx.evaluate(ranx.Qrels(relevant), run, ["ndcg@10", "recall@10", "mrr@10"])
    grades = {q: {item: float(grade) for item, grade in found.items()} for q, found in relevant.items()}
    mean = {
        "ndcg@10": sum(ndcg(rankings[q], grades[q]) for q in rankings) / 3,
        "recall@10": sum(recall(rankings[q], grades[q]) for q in rankings) / 3,
        "mrr@10": sum(reciprocal_rank(rankings[q], grades[q]) for q in rankings) / 3,
    }
    assert scores == pytest.approx(mean)


def test_interval_holds_the_mean_and_is_repeatable() -> None:
    values = [0.0, 1.0, 1.0, 0.5, 0.25] * 20
    low, high = interval(values)
    assert low < sum(values) / len(values) < high
    assert (low, high) == interval(values)
