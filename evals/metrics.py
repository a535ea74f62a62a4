"""Retrieval metrics with their bootstrap intervals. Gains are the labels themselves (the trec_eval convention)."""

import math
from collections.abc import Mapping, Sequence

import numpy as np

from evals.scores.bootstrap import DRAWS, SEED, draws_of, percentiles


def dcg(gains: Sequence[float]) -> float:
    """Discounted cumulative gain: sum of gain / log2(rank + 1), ranks from 1."""
    return sum(gain / math.log2(rank + 1) for rank, gain in enumerate(gains, start=1))


def ndcg(ranking: Sequence[str], relevant: Mapping[str, float], k: int = 10) -> float:
    """nDCG@k of a ranking of ids (Järvelin and Kekäläinen, 2002); 0 when nothing is relevant."""
    ideal = dcg(sorted(relevant.values(), reverse=True)[:k])
    return dcg([relevant.get(item, 0.0) for item in ranking[:k]]) / ideal if ideal else 0.0


def recall(ranking: Sequence[str], relevant: Mapping[str, float], k: int = 10) -> float:
    """Share of the relevant items among the first k."""
    return len(set(ranking[:k]) & relevant.keys()) / len(relevant) if relevant else 0.0


def reciprocal_rank(ranking: Sequence[str], relevant: Mapping[str, float], k: int = 10) -> float:
    """1 / rank of the first relevant item, 0 beyond k."""
    return next((1 / rank for rank, item in enumerate(ranking[:k], start=1) if item in relevant), 0.0)


def interval(values: Sequence[float], *, draws: int = DRAWS, seed: int = SEED) -> tuple[float, float]:
    """95 % bootstrap interval of the mean, percentile method, each value drawn on its own."""
    each = np.arange(len(values))
    means = np.concatenate([weights @ np.asarray(values) / len(values) for weights in draws_of(each, draws, seed)])
    found = percentiles(means)
    return found.low, found.high
