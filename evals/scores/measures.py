"""A measure: a name in the catalogue, and the statistic that computes it over the questions of a run."""

from dataclasses import dataclass

import numpy as np

from evals.scores.bootstrap import Interval
from evals.scores.statistics import Ratio, Statistic


@dataclass(frozen=True, slots=True, eq=False)
class Measure:
    """``code``: as in ``evals.scores.catalogue``. ``judged``: questions that count in it."""

    code: str
    statistic: Statistic
    judged: int


def measured(code: str, statistic: Ratio) -> Measure:
    """A ratio over the questions that it judges."""
    return Measure(code, statistic, statistic.judged)


@dataclass(frozen=True, slots=True)
class Score:
    """A measure with its value. ``value`` None: nothing to measure it on."""

    code: str
    value: float | None
    judged: int
    interval: Interval | None = None


def array(values: list[float | None]) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """(n,), NaN for None."""
    return np.array([np.nan if value is None else value for value in values], dtype=np.float64)
