"""Statistics of weighted questions: what a measure is worth when question i counts ``weights[i]`` times.

    weights (draws, n) --> values (draws,)

With weights of 1 it is the measure itself; with the counts of a bootstrap draw, the measure of that draw.
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]
Weights = NDArray[np.float64]


class Statistic(Protocol):
    """A measure of weighted questions."""

    def values(self, weights: Weights) -> Values:
        """(draws, n) counts to (draws,) values; NaN where there is nothing to measure."""
        ...


class Linear(ABC):
    """A statistic of weighted sums: ``values(w) == finish(w @ columns)``. ``columns``: (n, c)."""

    __slots__ = ()

    @property
    @abstractmethod
    def columns(self) -> NDArray[np.float64]:
        """What is summed."""

    @abstractmethod
    def finish(self, sums: NDArray[np.float64]) -> Values:
        """(draws, c) sums to (draws,) values."""

    def values(self, weights: Weights) -> Values:
        """As ``Statistic``."""
        return self.finish(weights @ self.columns)


def point(statistic: Statistic, size: int) -> float | None:
    """The measure itself, None when there is nothing to measure."""
    if not size:
        return None
    value = float(statistic.values(np.ones((1, size)))[0])
    return None if np.isnan(value) else value


def divided(above: Values, below: Values) -> Values:
    """Quotients, NaN over nothing."""
    found: Values = np.divide(above, below, out=np.full_like(above, np.nan), where=below > 0)
    return found


@dataclass(frozen=True, slots=True, eq=False)
class Ratio(Linear):
    """Sum of ``above`` / sum of ``below``: a mean when ``below`` is 0 or 1, a rate over quotes when it is more.

    ``below`` is 0 for a question that is not judged.
    """

    above: NDArray[np.float64]
    below: NDArray[np.float64]

    @property
    def columns(self) -> NDArray[np.float64]:
        """(n, 2)."""
        return np.stack([self.above, self.below], axis=1)

    def finish(self, sums: NDArray[np.float64]) -> Values:
        """The quotient."""
        return divided(sums[:, 0], sums[:, 1])

    def unanimous(self) -> int | None:
        """0 or 1 when every question judged says so, None otherwise."""
        judged = self.below > 0
        rates = (rate for rate in (0, 1) if np.array_equal(self.above[judged], rate * self.below[judged]))
        return next(rates, None) if judged.any() else None

    @property
    def judged(self) -> int:
        """Questions that count."""
        return int((self.below > 0).sum())


def mean(values: Sequence[float | bool | None]) -> Ratio:
    """The mean of what is not None."""
    above = np.array([0.0 if value is None else float(value) for value in values])
    return Ratio(above, np.array([float(value is not None) for value in values]))


def share(part: Sequence[bool], whole: Sequence[bool]) -> Ratio:
    """The share of ``whole`` that is also in ``part``."""
    return mean([is_part if is_whole else None for is_part, is_whole in zip(part, whole, strict=True)])


@dataclass(frozen=True, slots=True, eq=False)
class F1(Linear):
    """Harmonic mean of precision and recall: 2 tp / (found + relevant)."""

    found: NDArray[np.float64]
    relevant: NDArray[np.float64]

    @property
    def columns(self) -> NDArray[np.float64]:
        """(n, 2)."""
        return np.stack([2 * self.found * self.relevant, self.found + self.relevant], axis=1)

    def finish(self, sums: NDArray[np.float64]) -> Values:
        """The quotient."""
        return divided(sums[:, 0], sums[:, 1])


@dataclass(frozen=True, slots=True, eq=False)
class Quantile:
    """The smallest value that at least ``share`` of the questions do not exceed (inverse distribution function)."""

    observed: NDArray[np.float64]
    """NaN where not observed."""
    share: float

    def values(self, weights: Weights) -> Values:
        """As ``Statistic``."""
        known = np.flatnonzero(~np.isnan(self.observed))
        if not len(known):
            return np.full(len(weights), np.nan)
        order = known[np.argsort(self.observed[known], kind="stable")]
        below = np.cumsum(weights[:, order], axis=1)
        first = np.argmax(below >= self.share * below[:, -1:], axis=1)
        return np.where(below[:, -1] > 0, self.observed[order][first], np.nan)
