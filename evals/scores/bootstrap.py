"""Bootstrap intervals: questions drawn with replacement, the same draws for every measure and for both runs compared.

A draw is a row of counts (how many times each question was drawn), so that a measure of all draws is a few matrix
operations. Percentile method, 95 % (Efron and Tibshirani, An Introduction to the Bootstrap, 1993, chapter 13). What is
drawn is a family of questions (``evals.scores.families``) with all that its questions gave, quotes included: a cluster
bootstrap, since rewordings succeed or fail together.

A rate of 0 or 1 never varies from draw to draw: the bootstrap would claim certainty after three questions. Its
interval is then the exact binomial one (Clopper and Pearson, Biometrika, 1934), over the families judged.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evals.scores.statistics import Linear, Ratio, Statistic, Values

DRAWS = 10_000
SEED = 20_240_611
LEVEL = 0.95
_CELLS = 2_000_000
"""Counts held in memory at once (16 MB)."""
Families = NDArray[np.int64]
"""The number of each question's family, from 0: (n,)."""


@dataclass(frozen=True, slots=True)
class Interval:
    """A 95 % interval. ``exact``: from the binomial law rather than from draws."""

    low: float
    high: float
    exact: bool = False


def draws_of(families: Families, draws: int = DRAWS, seed: int = SEED) -> Iterator[NDArray[np.float64]]:
    """Blocks of counts, (some draws, n); a seed gives the same draws for the same families."""
    random = np.random.default_rng(seed)
    size = int(families.max()) + 1
    rows = max(1, _CELLS // len(families))
    for begin in range(0, draws, rows):
        count = min(rows, draws - begin)
        drawn = random.integers(0, size, (count, size)) + np.arange(count)[:, None] * size
        counts = np.bincount(drawn.ravel(), minlength=count * size).reshape(count, size)
        yield counts[:, families].astype(np.float64)


def drawn_values(
    statistics: Sequence[Statistic], families: Families, *, draws: int = DRAWS, seed: int = SEED
) -> NDArray[np.float64]:
    """What each statistic is worth in each draw: (statistics, draws); NaN where a draw holds nothing to measure."""
    linear = [(i, statistic) for i, statistic in enumerate(statistics) if isinstance(statistic, Linear)]
    ranked = [(i, statistic) for i, statistic in enumerate(statistics) if not isinstance(statistic, Linear)]
    columns = [statistic.columns for _, statistic in linear]
    stacked = np.concatenate([np.zeros((len(families), 0)), *columns], axis=1)
    ends = np.cumsum([part.shape[1] for part in columns])
    blocks = []
    for weights in draws_of(families, draws, seed):
        found = np.empty((len(statistics), len(weights)))
        for (i, statistic), sums in zip(linear, np.split(weights @ stacked, ends, axis=1), strict=False):
            found[i] = statistic.finish(sums)
        for i, other in ranked:
            found[i] = other.values(weights)
        blocks.append(found)
    return np.concatenate(blocks, axis=1)


def interval_of(statistic: Statistic, values: Values, families: Families) -> Interval | None:
    """The interval of a statistic from its drawn values; None when it cannot be measured."""
    kept = values[~np.isnan(values)]
    if not len(kept):
        return None
    if isinstance(statistic, Ratio) and (rate := statistic.unanimous()) is not None:
        count = len(np.unique(families[statistic.below > 0]))
        bound = ((1 - LEVEL) / 2) ** (1 / count)
        return Interval(bound, 1.0, exact=True) if rate else Interval(0.0, 1 - bound, exact=True)
    return percentiles(kept)


def percentiles(values: Values) -> Interval:
    """The 95 % of drawn values that stand in the middle."""
    low, high = np.percentile(values, [100 * (1 - LEVEL) / 2, 100 * (1 + LEVEL) / 2])
    return Interval(float(low), float(high))
