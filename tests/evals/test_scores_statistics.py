"""Statistics and their intervals against definitions worked out the long way."""

import itertools
import math

import numpy as np
import pytest

from evals.model import Kind
from evals.scores.bootstrap import drawn_values, draws_of, interval_of, percentiles
from evals.scores.families import family_indexes, family_of
from evals.scores.ranked import CalibrationError, Curve, RiskAt, Summary, bin_of, curve_points
from evals.scores.statistics import F1, Quantile, Ratio, mean, point, share

from .runs import question

NONE = float("nan")


def long_way(confidence: list[float], errors: list[float]) -> tuple[float, float]:
    """AURC and AUGRC, averaged over every order of equal confidences."""
    groups = [
        [error for value, error in zip(confidence, errors, strict=True) if value == level]
        for level in sorted(set(confidence), reverse=True)
    ]
    curves = []
    for orders in itertools.product(*(itertools.permutations(group) for group in groups)):
        ranked = np.cumsum([error for group in orders for error in group])
        curves.append((np.mean(ranked / np.arange(1, len(ranked) + 1)), np.mean(ranked / len(ranked))))
    aurc, augrc = np.mean(curves, axis=0)
    return float(aurc), float(augrc)


def worth(summary: Summary, confidence: list[float], errors: list[float]) -> float | None:
    return point(Curve(np.array(confidence), np.array(errors), summary), len(errors))


class TestCurve:
    CONFIDENCE = (0.9, 0.4, 0.9, 0.7, 0.4, 0.4, 0.1)
    ERRORS = (0.0, 1.0, 1.0, 0.0, 0.0, 1.0, 1.0)

    def test_the_mean_form_with_ties_averaged_over_their_orders(self) -> None:
        aurc, augrc = long_way(list(self.CONFIDENCE), list(self.ERRORS))
        assert worth(Summary.AURC, list(self.CONFIDENCE), list(self.ERRORS)) == pytest.approx(aurc)
        assert worth(Summary.GENERALISED, list(self.CONFIDENCE), list(self.ERRORS)) == pytest.approx(augrc)

    def test_the_order_of_the_file_changes_nothing(self) -> None:
        backwards = worth(Summary.AURC, list(self.CONFIDENCE[::-1]), list(self.ERRORS[::-1]))
        assert backwards == pytest.approx(worth(Summary.AURC, list(self.CONFIDENCE), list(self.ERRORS)))

    def test_by_hand(self) -> None:
        assert worth(Summary.AURC, [0.9, 0.8, 0.7], [0.0, 1.0, 0.0]) == pytest.approx((0 + 1 / 2 + 1 / 3) / 3)
        assert worth(Summary.GENERALISED, [0.9, 0.8, 0.7], [0.0, 1.0, 0.0]) == pytest.approx((0 + 1 + 1) / 3 / 3)

    def test_a_perfect_order_has_no_excess(self) -> None:
        assert worth(Summary.EXCESS, [0.9, 0.8, 0.2, 0.1], [0, 0, 1, 1]) == pytest.approx(0)
        excess = ((1 + 1 + 2 / 3 + 1 / 2) - (0 + 0 + 1 / 3 + 1 / 2)) / 4
        assert worth(Summary.EXCESS, [0.9, 0.8, 0.2, 0.1], [1, 1, 0, 0]) == pytest.approx(excess)

    def test_a_drawn_question_counts_as_often_as_it_was_drawn(self) -> None:
        curve = Curve(np.array([0.9, 0.5, 0.1]), np.array([0.0, 1.0, 1.0]), Summary.AURC)
        expected, _ = long_way([0.9, 0.9, 0.1], [0.0, 0.0, 1.0])
        assert curve.values(np.array([[2.0, 0.0, 1.0]]))[0] == pytest.approx(expected)

    def test_questions_without_confidence_are_left_out(self) -> None:
        with_more = worth(Summary.AURC, [0.9, NONE, 0.7], [0.0, 1.0, 1.0])
        assert with_more == pytest.approx(worth(Summary.AURC, [0.9, 0.7], [0.0, 1.0]))
        assert worth(Summary.AURC, [NONE], [1.0]) is None

    def test_risk_at_a_coverage(self) -> None:
        confidence, errors = np.array([0.9, 0.8, 0.7, 0.6, 0.5]), np.array([0.0, 0.0, 1.0, 0.0, 1.0])
        assert point(RiskAt(confidence, errors, 0.80), 5) == pytest.approx(1 / 4)
        assert point(RiskAt(confidence, errors, 0.95), 5) == pytest.approx(2 / 5)
        # Four of five, two of which are tied: half an error of the tie is expected.
        tied = np.array([0.9, 0.8, 0.7, 0.6, 0.6])
        assert point(RiskAt(tied, np.array([0.0, 0, 0, 0, 1]), 0.80), 5) == pytest.approx(0.5 / 4)

    def test_points_after_each_confidence(self) -> None:
        assert curve_points(np.array([0.5, 0.9, 0.9]), np.array([1.0, 0.0, 1.0])) == [
            (pytest.approx(2 / 3), 0.5, 0.9),
            (1.0, pytest.approx(2 / 3), 0.5),
        ]


class TestCalibration:
    def test_by_hand(self) -> None:
        confidence, errors = np.array([0.95, 0.92, 0.15, NONE]), np.array([0.0, 1.0, 1.0, 1.0])
        gap = abs((1 - 0.95) + (0 - 0.92)) + abs(0 - 0.15)
        assert point(CalibrationError(confidence, errors), 4) == pytest.approx(gap / 3)

    def test_bins(self) -> None:
        assert bin_of(np.array([0.0, 0.0999, 0.1, 0.999, 1.0])).tolist() == [0, 0, 1, 9, 9]


class TestRates:
    def test_what_is_not_judged_counts_nowhere(self) -> None:
        assert point(mean([True, None, False, True]), 4) == pytest.approx(2 / 3)
        assert point(share([True, True, False], [True, False, True]), 3) == 0.5
        assert point(mean([None]), 1) is None
        assert point(mean([]), 0) is None

    def test_f1(self) -> None:
        found, relevant = np.array([1.0, 1, 1, 0]), np.array([1.0, 0, 1, 1])
        precision = recall = 2 / 3
        assert point(F1(found, relevant), 4) == pytest.approx(2 * precision * recall / (precision + recall))

    def test_a_quantile_is_an_observed_value(self) -> None:
        observed = np.array([30.0, NONE, 10.0, 20.0, 40.0])
        assert point(Quantile(observed, 0.5), 5) == 20.0
        assert point(Quantile(observed, 0.95), 5) == 40.0
        assert Quantile(observed, 0.5).values(np.array([[1.0, 5, 0, 0, 0], [0, 9, 0, 0, 0]])).tolist()[0] == 30.0


class TestBootstrap:
    def test_vectorised_draws_give_what_a_loop_gives(self) -> None:
        random = np.random.default_rng(5)
        size = 30
        confidence, errors = random.random(size), (random.random(size) < 0.4).astype(float)
        quotes = random.integers(0, 4, size).astype(float)
        statistics = [
            Ratio(np.minimum(quotes, errors), quotes),
            Curve(confidence, errors, Summary.EXCESS),
            CalibrationError(confidence, errors),
            Quantile(confidence, 0.9),
        ]
        families = np.arange(size)
        values = drawn_values(statistics, families, draws=50)
        (weights,) = draws_of(families, 50)
        assert (weights.sum(axis=1) == size).all()
        for draw, counts in enumerate(weights.astype(int)):
            again = np.repeat(np.arange(size), counts)
            repeated = [
                Ratio(np.minimum(quotes, errors)[again], quotes[again]),
                Curve(confidence[again], errors[again], Summary.EXCESS),
                CalibrationError(confidence[again], errors[again]),
                Quantile(confidence[again], 0.9),
            ]
            assert values[:, draw] == pytest.approx([point(statistic, size) for statistic in repeated])

    def test_the_interval_of_a_mean_is_that_of_the_normal_law(self) -> None:
        values = np.random.default_rng(1).random(400)
        statistic = mean([float(value) for value in values])
        (drawn,) = drawn_values([statistic], np.arange(400))
        interval = interval_of(statistic, drawn, np.arange(400))
        assert interval is not None
        half = 1.96 * values.std() / math.sqrt(400)
        assert interval.low == pytest.approx(values.mean() - half, abs=half / 10)
        assert interval.high == pytest.approx(values.mean() + half, abs=half / 10)
        assert not interval.exact

    def test_rewordings_are_drawn_together(self) -> None:
        families = np.repeat(np.arange(40), 5)
        outcomes = [bool(family % 2) for family in families]
        clustered, alone = (
            percentiles(drawn_values([mean(outcomes)], groups)[0]) for groups in (families, np.arange(200))
        )
        # Five rewordings that always agree are worth one question: the interval is wider by the square root of 5.
        assert (clustered.high - clustered.low) / (alone.high - alone.low) == pytest.approx(math.sqrt(5), rel=0.1)

    def test_no_failure_is_no_certainty(self) -> None:
        statistic = mean([True] * 30)
        (drawn,) = drawn_values([statistic], np.arange(30))
        interval = interval_of(statistic, drawn, np.arange(30))
        assert interval is not None
        assert interval.exact
        assert (interval.low, interval.high) == (pytest.approx(0.025 ** (1 / 30)), 1.0)
        never = interval_of(mean([False] * 30), drawn * 0, np.repeat([0, 1], 15))
        assert never is not None
        # Two families only, however many rewordings.
        assert never.high == pytest.approx(1 - 0.025 ** (1 / 2))

    def test_nothing_to_measure(self) -> None:
        statistic = mean([None, None])
        (drawn,) = drawn_values([statistic], np.arange(2), draws=10)
        assert interval_of(statistic, drawn, np.arange(2)) is None

    def test_families(self) -> None:
        assert family_of("ans-fax.no-accents") == family_of("ans-fax.sms") == "ans-fax"
        # A point alone makes no family: another file may number its questions 1.1, 1.2.
        assert family_of("guide.2") == "guide.2"
        questions = [question(name, Kind.ANSWERABLE) for name in ("a.plain", "b", "a.sms", "c.1")]
        assert family_indexes(questions).tolist() == [0, 1, 0, 2]
