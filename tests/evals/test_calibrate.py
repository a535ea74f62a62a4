"""Fitting the decision to answer, on numbers made by hand."""

from dataclasses import replace

import numpy as np
import pytest

from bot.service import STARTER
from evals.calibrate import FALSE_ANSWERS_MAX, Table, apart, content_of, fit, nested, rates, threshold_of, trade
from evals.calibration_data import WITHHELD, near_misses, reworded, unseen, withhold, written
from evals.shared import REPOSITORY
from ingest.pipeline import starter_document
from ingest.slugs import read_facts


def table(*, size: int = 400, seed: int = 1, told: float = 2.0) -> Table:
    """Questions in groups of four; the first signal tells answerable ones apart by ``told`` deviations."""
    chance = np.random.default_rng(seed)
    labels = np.repeat(chance.integers(0, 2, size // 4), 4)
    signals = chance.normal(size=(size, 3))
    signals[:, 0] += told * labels
    groups = np.array([f"q{i // 4}" for i in range(size)])
    return Table(signals, labels, np.ones(size), groups, np.ones(size, bool), np.ones(size, bool))


def test_the_threshold_is_the_lowest_that_keeps_false_answers_down() -> None:
    made = table()
    found = fit(made).probabilities(made.signals)
    threshold = threshold_of(made, found)
    wrong = made.labels == 0
    assert (found[wrong] >= threshold).mean() <= FALSE_ANSWERS_MAX
    assert (found[wrong] >= threshold - 0.02).mean() > (found[wrong] >= threshold).mean()


def test_what_is_not_judged_does_not_move_the_threshold() -> None:
    made = table()
    found = fit(made).probabilities(made.signals)
    highest = np.argsort(-found * (made.labels == 0))[:5]
    judged = made.judged.copy()
    judged[highest] = False
    assert threshold_of(replace(made, judged=judged), found) < threshold_of(made, found)


def test_questions_are_judged_by_models_that_saw_nothing_of_their_group() -> None:
    # Signals that tell groups apart but not labels: only a model that saw a group could know its label.
    chance = np.random.default_rng(0)
    labels = np.repeat(np.array([0, 1] * 20), 4)
    own = np.repeat(np.eye(40), 4, axis=0)
    groups = np.repeat(np.array([f"q{i}" for i in range(40)]), 4)
    ones = np.ones(160, bool)
    made = Table(own + chance.normal(scale=0.01, size=own.shape), labels, np.ones(160), groups, ones, ones)
    seen = fit(made).probabilities(made.signals)
    unseen = apart(made, 8)
    assert ((seen > 0.5) == labels).mean() > 0.9
    assert ((unseen > 0.5) == labels).mean() < 0.7


def test_rates_are_over_judged_questions_with_the_official_texts() -> None:
    made = table(size=8)
    made = replace(
        made,
        labels=np.array([0, 0, 0, 1, 1, 1, 1, 1]),
        judged=np.array([1, 1, 1, 1, 1, 1, 1, 0], bool),
        mixed=np.array([1, 1, 0, 1, 1, 1, 1, 1], bool),
    )
    answered = np.array([1, 0, 1, 1, 1, 1, 0, 0], bool)
    assert rates(made, answered, "x_") == {
        # Wilson's intervals of 1 of 2 and of 1 of 4.
        "x_false_answer_rate": 0.5,
        "x_false_answer_rate_low": 0.0945,
        "x_false_answer_rate_high": 0.9055,
        "x_over_refusal_rate": 0.25,
        "x_over_refusal_rate_low": 0.0456,
        "x_over_refusal_rate_high": 0.6994,
        "x_unanswerable": 2,
        "x_answerable": 4,
    }


def test_nested_choice_answers_what_is_clear_and_keeps_the_rest_back() -> None:
    made = table(told=6.0)
    answered = nested(made)
    assert answered[made.labels == 1].mean() > 0.95
    assert answered[made.labels == 0].mean() < 0.08


def test_the_same_questions_give_the_same_calibration() -> None:
    made, held = table(), table(seed=2)
    assert content_of(made, held) == content_of(made, held)
    promise = content_of(made, held)["promise"]
    assert isinstance(promise, dict)
    assert promise["answerable"] == int((held.labels == 1).sum())


def test_withheld_questions_leave_their_sections() -> None:
    documents = [starter_document(path) for path in sorted(STARTER.glob("*.md"))]
    kept, asked = withhold(documents)
    assert len(asked) > 300
    before = {question for d in documents for s in d.sections if s.meta for question in s.meta.questions}
    after = {question for d in kept for s in d.sections if s.meta for question in s.meta.questions}
    assert before - after == {question.text for question in asked}
    assert all(question.facts for question in asked)
    groups = [question.group for question in asked]
    assert {groups.count(group) for group in groups} == {WITHHELD}
    assert [question.text for question in withhold(documents)[1]] == [question.text for question in asked]


@pytest.mark.parametrize("half", ["dev", "held"])
def test_halves_share_no_group(half: str) -> None:
    other = {"dev": "held", "held": "dev"}[half]
    groups = {question.group for question in written(half)}
    assert groups
    assert groups.isdisjoint(question.group for question in written(other))


def test_the_trade_goes_from_caution_to_coverage() -> None:
    made = table(told=1.0)
    found = trade(made, fit(made).probabilities(made.signals))
    shares, thresholds, false, refused = (list(column) for column in zip(*found, strict=True))
    assert all(wrong <= share for share, wrong in zip(shares, false, strict=True))
    assert thresholds == sorted(thresholds, reverse=True)
    assert refused == sorted(refused, reverse=True)
    assert refused[0] > refused[-1]


def test_the_acceptance_set_has_rates_of_its_own() -> None:
    made, held = table(), table(seed=2)
    accepted = np.arange(len(made.labels)) < 100
    promise = content_of(made, held, accepted)["promise"]
    assert isinstance(promise, dict)
    assert promise["acceptance_answerable"] + promise["acceptance_unanswerable"] == 100
    assert "acceptance_answerable" not in content_of(made, held)["promise"]  # type: ignore[operator]


def test_questions_to_calibrate_on_are_apart_from_those_that_measure() -> None:
    facts = read_facts(REPOSITORY / "corpus" / "facts.txt")
    hasty, missing, kept = list(reworded()), list(near_misses()), list(unseen())
    assert {fact for asked in (*hasty, *kept) for fact in asked.facts} <= set(facts)
    assert all(asked.facts for asked in hasty)
    assert sum(asked.answerable for asked in kept) >= 70
    assert sum(not asked.answerable for asked in kept) >= 49
    texts = [asked.text for asked in (*hasty, *missing, *kept, *written("dev"), *written("held"))]
    assert len(texts) == len(set(texts))
