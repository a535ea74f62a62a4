"""Statistics of errors ranked by confidence: the risk-coverage curve and its summaries, and calibration.

n questions by decreasing confidence, ``errors`` in {0, 1}. Selective risk at k: errors among the k most confident / k.

- AURC: mean of that risk over k = 1..n, lower is better (Geifman and El-Yaniv, 2017). The mean form: no trapezoid, no
  point at coverage 0.
- E-AURC: AURC less that of a perfect ordering of the same errors (Geifman, Uziel and El-Yaniv, 2019).
- AUGRC: errors cumulated / n instead of / k, steadier at low coverage (Traub et al., 2024).

Questions of equal confidence have no order: the curve takes the average over their orders (errors spread evenly over
the tie), which depends neither on the order of a file nor on luck. A question drawn twice is such a tie.
"""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from evals.scores.statistics import Linear, Values, Weights, divided

BINS = 10
"""Bins of equal width of a reliability diagram (Guo et al., 2017)."""


class Summary(StrEnum):
    """What is made of the curve."""

    AURC = "aurc"
    EXCESS = "e_aurc"
    GENERALISED = "augrc"


class _Ranking:
    """Questions sorted by decreasing confidence, in blocks of equal confidence.

    ``confidence``, ``errors``: (n,); NaN confidence leaves a question out.
    """

    def __init__(self, confidence: NDArray[np.float64], errors: NDArray[np.float64]) -> None:
        known = np.flatnonzero(~np.isnan(confidence))
        self.order = known[np.argsort(-confidence[known], kind="stable")]
        ranked = confidence[self.order]
        self.starts = np.flatnonzero(np.r_[True, ranked[1:] != ranked[:-1]]) if len(ranked) else np.zeros(0, np.int64)
        self.errors = errors[self.order]

    def blocks(self, weights: Weights) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Questions and errors of each block: two (draws, blocks)."""
        drawn = weights[:, self.order]
        return (
            np.add.reduceat(drawn, self.starts, axis=1),
            np.add.reduceat(drawn * self.errors, self.starts, axis=1),
        )


def _before(counts: NDArray[np.float64]) -> NDArray[np.float64]:
    found: NDArray[np.float64] = np.cumsum(counts, axis=1) - counts
    return found


def _rate(errors: NDArray[np.float64], counts: NDArray[np.float64]) -> NDArray[np.float64]:
    found: NDArray[np.float64] = np.divide(errors, counts, out=np.zeros_like(errors), where=counts > 0)
    return found


def _whole(values: NDArray[np.float64]) -> NDArray[np.int64]:
    return values.astype(np.int64)


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """A summary of the risk-coverage curve."""

    confidence: NDArray[np.float64]
    errors: NDArray[np.float64]
    summary: Summary

    def values(self, weights: Weights) -> Values:
        """As ``Statistic``."""
        ranking = _Ranking(self.confidence, self.errors)
        if not len(ranking.order):
            return np.full(len(weights), np.nan)
        counts, errors = ranking.blocks(weights)
        total: Values = counts.sum(axis=1)
        wrong: Values = errors.sum(axis=1)
        rate = _rate(errors, counts)
        first, wrong_first = _before(counts), _before(errors)
        area: Values
        with np.errstate(invalid="ignore", divide="ignore"):
            if self.summary is Summary.GENERALISED:
                area = (counts * wrong_first + rate * counts * (counts + 1) / 2).sum(axis=1) / total**2
                return area
            # Over a tie, sum of (wrong_first + j rate) / (first + j) for j = 1..count, by harmonic numbers.
            harmonic = np.r_[0.0, np.cumsum(1 / np.arange(1, int(total.max()) + 1))]
            steps = harmonic[_whole(first + counts)] - harmonic[_whole(first)]
            area = (counts * rate + (wrong_first - rate * first) * steps).sum(axis=1) / total
            if self.summary is Summary.EXCESS:
                right = total - wrong
                area = area - (wrong - right * (harmonic[_whole(total)] - harmonic[_whole(right)])) / total
        return area


@dataclass(frozen=True, slots=True, eq=False)
class RiskAt:
    """Selective risk when a share of the questions, the most confident ones, is answered: k = ceil(coverage n)."""

    confidence: NDArray[np.float64]
    errors: NDArray[np.float64]
    coverage: float

    def values(self, weights: Weights) -> Values:
        """As ``Statistic``."""
        ranking = _Ranking(self.confidence, self.errors)
        if not len(ranking.order):
            return np.full(len(weights), np.nan)
        counts, errors = ranking.blocks(weights)
        kept = np.ceil(self.coverage * counts.sum(axis=1) - 1e-9)
        wrong = (np.clip(kept[:, None] - _before(counts), 0, counts) * _rate(errors, counts)).sum(axis=1)
        return divided(wrong, kept)


@dataclass(frozen=True, slots=True, eq=False)
class CalibrationError(Linear):
    """Expected calibration error: mean over the questions of |share right - mean confidence| of their bin."""

    confidence: NDArray[np.float64]
    errors: NDArray[np.float64]

    @property
    def columns(self) -> NDArray[np.float64]:
        """(n, bins + 1): right - confidence in the question's bin, and 1 when it counts."""
        known = ~np.isnan(self.confidence)
        confidence = np.where(known, self.confidence, 0.0)
        inside = np.eye(BINS)[bin_of(confidence)] * known[:, None]
        gaps = inside * (1 - self.errors - confidence)[:, None]
        return np.concatenate([gaps, known[:, None]], axis=1)

    def finish(self, sums: NDArray[np.float64]) -> Values:
        """The weighted mean of the gaps."""
        gaps, total = np.abs(sums[:, :BINS]).sum(axis=1), sums[:, BINS]
        return divided(gaps, total)


def bin_of(confidence: NDArray[np.float64]) -> NDArray[np.int64]:
    """The bin of each confidence; 1.0 is in the last."""
    place: NDArray[np.int64] = np.minimum(_whole(confidence * BINS), BINS - 1)
    return place


def curve_points(confidence: NDArray[np.float64], errors: NDArray[np.float64]) -> list[tuple[float, float, float]]:
    """(coverage, risk, least confidence) after each block of equal confidence, by decreasing confidence."""
    ranking = _Ranking(confidence, errors)
    if not len(ranking.order):
        return []
    counts, wrong = ranking.blocks(np.ones((1, len(confidence))))
    answered, mistaken = np.cumsum(counts[0]), np.cumsum(wrong[0])
    least = confidence[ranking.order][ranking.starts]
    coverage, risk = answered / answered[-1], mistaken / answered
    return [(float(c), float(r), float(t)) for c, r, t in zip(coverage, risk, least, strict=True)]
