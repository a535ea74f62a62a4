"""Fusing the evidence of several engines into one score.

Each engine's scores are standardised over the candidates of the question (zero mean, unit deviation), then
summed with fixed weights. On three French sets this beats reciprocal-rank fusion; see
``docs/retrieval-experiments.md``.
"""

from dataclasses import dataclass

import numpy as np

from index.model import FloatVector


@dataclass(frozen=True, slots=True)
class FusionWeights:
    """Weights of the passage vector, of the best matching line (title, question or sentence) and of BM25."""

    dense: float = 0.35
    line: float = 0.35
    lexical: float = 0.30


DEFAULT_WEIGHTS = FusionWeights()


def standardise(scores: FloatVector) -> FloatVector:
    """Scores with zero mean and unit deviation; all zero when they do not differ. Shape (n,)."""
    if len(scores) == 0:
        return scores
    deviation = float(scores.std())
    if deviation < 1e-9:
        return np.zeros_like(scores)
    return np.asarray((scores - scores.mean()) / deviation, dtype=np.float32)


def fuse(dense: FloatVector, line: FloatVector, lexical: FloatVector, weights: FusionWeights) -> FloatVector:
    """Weighted sum of the standardised scores of the same candidates. Shape (n,)."""
    return np.asarray(
        weights.dense * standardise(dense) + weights.line * standardise(line) + weights.lexical * standardise(lexical),
        dtype=np.float32,
    )
