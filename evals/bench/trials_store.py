"""What all trials share: vectors by text, and BM25 with a weight for each term of a question."""

import hashlib
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import bm25s
import numpy as np
import scipy.sparse

from index.cache import VectorCache
from index.lexical import K1, B
from index.model import FloatMatrix, FloatVector
from index.ports import Embedder

Weights = dict[str, float]
"""Weight of each term of a question."""


class Vectors:
    """Vectors by text, computed once for all trials: passages and lines in SQLite, a set's questions in a file."""

    def __init__(self, embedder: Embedder, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._embedder = embedder
        self._folder = folder
        self.computed = 0

    def texts(self, texts: Sequence[str]) -> FloatMatrix:
        """Vectors of passages or lines, shape (n, dimension)."""
        cache = VectorCache(self._folder / "vectors.sqlite")
        try:
            found, computed = cache.embed(self._embedder, texts)
        finally:
            cache.close()
        self.computed += computed
        return found

    def questions(self, texts: Sequence[str]) -> FloatMatrix:
        """Vectors of questions, in full precision as the product has them."""
        key = hashlib.sha256("\0".join((self._embedder.digest, *texts)).encode()).hexdigest()[:16]
        path = self._folder / f"questions-{key}.npy"
        if not path.is_file():
            self.computed += len(texts)
            found = np.stack([self._embedder.embed_query(text) for text in texts])
            np.save(path, found, allow_pickle=False)
        return np.asarray(np.load(path, allow_pickle=False), dtype=np.float32)


class Terms:
    """BM25 as :class:`index.lexical.Bm25Index` computes it, with a weight for each term of a question."""

    def __init__(self, rows: Sequence[list[str]]) -> None:
        engine = bm25s.BM25(k1=K1, b=B, method="lucene")
        engine.index(list(rows), show_progress=False)
        held = engine.scores
        self.vocabulary: dict[str, int] = {term: i for term, i in engine.vocab_dict.items() if term}
        shape = (len(rows), len(held["indptr"]) - 1)
        self._columns = scipy.sparse.csc_array((held["data"], held["indices"], held["indptr"]), shape=shape)
        self.counts = [Counter(row) for row in rows]
        self._rows = len(rows)

    def knows(self, term: str) -> bool:
        """Whether a passage has the term."""
        return term in self.vocabulary

    def rarity(self, term: str) -> float:
        """Inverse document frequency, log(1 + N / df), as :meth:`index.lexical.Bm25Index.weights` counts it."""
        i = self.vocabulary.get(term)
        held = 0 if i is None else int(self._columns.indptr[i + 1] - self._columns.indptr[i])
        return float(np.log1p(self._rows / max(held, 0.5)))

    def scores(self, weights: Weights) -> FloatVector:
        """BM25 of every row, shape (rows,)."""
        known = [(self.vocabulary[term], weight) for term, weight in weights.items() if term in self.vocabulary]
        if not known:
            return np.zeros(self._rows, dtype=np.float32)
        columns, values = zip(*known, strict=True)
        return np.asarray(self._columns[:, list(columns)] @ np.array(values, dtype=np.float32), dtype=np.float32)
