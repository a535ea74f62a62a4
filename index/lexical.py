"""French BM25 over the passage table, by bm25s."""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import bm25s
import numpy as np

from index.model import FloatVector
from index.tokens import stem, terms, words

K1 = 1.2
B = 0.75
EXPANSION_WEIGHT = 0.5
"""Weight of terms that the vocabulary adds to a question (acronym <-> long form), against 1 for its own."""

Expand = Callable[[Sequence[str]], Sequence[str]]


class Bm25Index:
    """Term scores of every row. ``expand`` adds equivalent words to a question's own (see ``vocabulary``)."""

    def __init__(self, engine: bm25s.BM25 | None, rows: int, expand: Expand | None = None) -> None:
        self._engine = engine
        self._rows = rows
        self._expand = expand

    @classmethod
    def build(cls, texts: Iterable[Iterable[str]], expand: Expand | None = None) -> "Bm25Index":
        """Index rows given as lists of terms."""
        rows = [list(row) for row in texts]
        if not any(rows):
            return cls(None, len(rows), expand)
        engine = bm25s.BM25(k1=K1, b=B, method="lucene")
        engine.index(rows, show_progress=False)
        return cls(engine, len(rows), expand)

    def save(self, folder: Path) -> None:
        """Write the index as numpy arrays and JSON (no pickle)."""
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "rows").write_text(str(self._rows), encoding="ascii")
        if self._engine is not None:
            self._engine.save(str(folder), show_progress=False)

    @classmethod
    def load(cls, folder: Path, expand: Expand | None = None) -> "Bm25Index":
        """Read what :meth:`save` wrote."""
        rows = int((folder / "rows").read_text(encoding="ascii"))
        if not (folder / "vocab.index.json").is_file():
            return cls(None, rows, expand)
        return cls(bm25s.BM25.load(str(folder), mmap=False, load_corpus=False), rows, expand)

    def scores(self, query: str) -> FloatVector:
        """BM25 score of every row, shape (rows,), expansion terms at ``EXPANSION_WEIGHT``."""
        own = words(query)
        total = self._score([stem(word) for word in own])
        if self._expand is not None:
            added = [stem(word) for word in self._expand(own)]
            known = {stem(word) for word in own}
            total = total + EXPANSION_WEIGHT * self._score([term for term in added if term not in known])
        return total.astype(np.float32)

    def weights(self, query: str) -> dict[str, float]:
        """Inverse document frequency of each term of the query, log(1 + N / df); unknown terms count as df 0.5."""
        return {term: float(np.log1p(self._rows / max(self._frequency(term), 0.5))) for term in terms(query)}

    def knows(self, term: str) -> bool:
        """Whether a term occurs in the index."""
        return self._engine is not None and term in self._engine.vocab_dict

    def _frequency(self, term: str) -> int:
        if self._engine is None or term not in self._engine.vocab_dict:
            return 0
        i = self._engine.vocab_dict[term]
        starts = self._engine.scores["indptr"]
        return int(starts[i + 1] - starts[i])

    def _score(self, query: list[str]) -> FloatVector:
        known = [self._engine.vocab_dict[term] for term in query if self.knows(term)] if self._engine else []
        if self._engine is None or not known:
            return np.zeros(self._rows, dtype=np.float32)
        return np.asarray(self._engine.get_scores_from_ids(known), dtype=np.float32)
