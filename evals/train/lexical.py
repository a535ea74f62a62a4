"""What BM25 says of a batch, given to the loss so that the encoder learns the rest.

The product adds BM25 to its cosines. An encoder trained alone learns above all to compare words, which BM25 does
already: it gets better by itself and worse in the sum (``docs/retrieval-experiments.md``). Gao et al. 2021 (CLEAR,
arXiv:2004.13969) train it on what the lexical engine leaves undone.
"""

import math
from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np

from index.model import FloatMatrix
from index.tokens import terms

K1, B = 1.2, 0.75


class Lexical:
    """BM25 with the rarities and the mean length of ``texts``."""

    def __init__(self, texts: Iterable[str]) -> None:
        held = [terms(text) for text in dict.fromkeys(texts)]
        frequency = Counter(term for found in held for term in set(found))
        self._mean = sum(map(len, held)) / max(1, len(held))
        self._rarity = {term: math.log(1 + (len(held) - n + 0.5) / (n + 0.5)) for term, n in frequency.items()}

    def scores(self, queries: Sequence[str], texts: Sequence[str]) -> FloatMatrix:
        """BM25 of every question and text, each row with zero mean and unit deviation. Shape (queries, texts)."""
        counts = [Counter(terms(text)) for text in texts]
        norms = [K1 * (1 - B + B * sum(count.values()) / self._mean) for count in counts]
        rows = np.zeros((len(queries), len(texts)), dtype=np.float32)
        for i, query in enumerate(queries):
            asked = [(term, self._rarity.get(term, 0.0)) for term in set(terms(query))]
            for j, (count, norm) in enumerate(zip(counts, norms, strict=True)):
                rows[i, j] = sum(w * count[t] * (K1 + 1) / (count[t] + norm) for t, w in asked if t in count)
        deviation = rows.std(axis=1, keepdims=True)
        return np.where(deviation > 1e-6, (rows - rows.mean(axis=1, keepdims=True)) / np.maximum(deviation, 1e-6), 0.0)
