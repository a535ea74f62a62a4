"""Scores of every passage for every question, kept in memory, so that a trial changes one thing and reranks.

``Lab.shipped`` ranks as :class:`index.search.SearchEngine` does; a test holds the two together.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np

from evals.bench.retrieval import DEPTH
from evals.bench.trials_sets import Material
from evals.bench.trials_store import Terms, Vectors, Weights
from index.build import TITLE_REPEATS, context_lines, label, quotable_lines
from index.fuse import DEFAULT_WEIGHTS, FusionWeights, fuse
from index.lexical import EXPANSION_WEIGHT, Expand
from index.model import FloatVector, RowArray
from index.search import CANDIDATES
from index.tokens import stem, terms, words
from ingest import chunk
from ingest.model import Passage

Rank = Callable[[str], RowArray]
"""Rows of the passages found for a question, given by its id, best first."""
Scores = dict[str, float]
"""nDCG@10 by question."""


@dataclass(frozen=True, slots=True)
class Shape:
    """What is indexed of a passage. The default is what the product indexes."""

    size: float = 1.0
    """Words aimed at, against those of ``ingest.chunk``."""
    titled: bool = True
    """Embedded under its title"""
    headed: bool = True
    """and under its headings."""
    neighbours: bool = False
    """Embedded with the last sentence before it and the first one after it."""
    title_repeats: int = TITLE_REPEATS
    heading_repeats: int = TITLE_REPEATS
    question_lines: bool = True
    """A digest's questions as lines"""
    question_terms: bool = True
    """and in BM25."""


SHIPPED = Shape()


class Lab:
    """One set in one shape. ``texts``: the questions as they are searched, where another wording than their own."""

    def __init__(
        self,
        held: Material,
        vectors: Vectors,
        shape: Shape = SHIPPED,
        *,
        expand: Expand | None = None,
        expansion: float = EXPANSION_WEIGHT,
        texts: dict[str, str] | None = None,
    ) -> None:
        self.held, self.shape = held, shape
        self._expand, self._expansion = expand, expansion
        with _sized(shape.size):
            self.passages = [passage for document in held.documents for passage in chunk.passages(document)]
        self.items = held.items(self.passages)
        self.documents = np.unique([passage.document_id for passage in self.passages], return_inverse=True)[1]
        self.vectors = vectors.texts([*_embedded(self.passages, shape)])
        lines = [[*_context(passage, shape), *quotable_lines(passage)] for passage in self.passages]
        self.heads = np.array([len(_context(passage, shape)) for passage in self.passages])
        self.offsets = np.concatenate([[0], np.cumsum([len(part) for part in lines])])
        self.lines = vectors.texts([line for part in lines for line in part])
        self.terms = Terms([_terms(passage, shape) for passage in self.passages])
        self.texts = {**held.questions, **(texts or {})}
        asked = vectors.questions(list(self.texts.values()))
        self.asked = dict(zip(self.texts, asked, strict=True))

    def weights(self, question: str) -> Weights:
        """Terms of a question: its own at 1, those of the vocabulary at less."""
        own = words(self.texts[question])
        found: Weights = dict(Counter(map(stem, own)))
        added = [] if self._expand is None else [stem(word) for word in self._expand(own)]
        known = set(found)
        for term in added:
            if term not in known:
                found[term] = found.get(term, 0.0) + self._expansion
        return found

    def lexical(self, question: str) -> FloatVector:
        """BM25 of every passage."""
        return self.terms.scores(self.weights(question))

    def dense(self, vector: FloatVector) -> FloatVector:
        """Cosine of every passage."""
        return self.vectors @ vector

    def line(self, vector: FloatVector) -> FloatVector:
        """Best cosine of each passage's lines."""
        best = np.maximum.reduceat(self.lines @ vector, self.offsets[:-1])
        return np.asarray(np.maximum(best, 0.0), dtype=np.float32)

    @cached_property
    def signals(self) -> dict[str, tuple[FloatVector, FloatVector, FloatVector]]:
        """Dense, line and BM25 scores of every passage, by question."""
        return {q: (self.dense(v), self.line(v), self.lexical(q)) for q, v in self.asked.items()}

    @cached_property
    def said(self) -> list[tuple[frozenset[str], list[str]]]:
        """Terms of each passage's title and headings, and of its text in their order."""
        return [(frozenset(terms(label(passage))), terms(passage.text)) for passage in self.passages]

    def pool(self, dense: FloatVector, lexical: FloatVector) -> RowArray:
        """Candidates: the first of both engines."""
        k = min(CANDIDATES, len(dense))
        best = np.argpartition(-lexical, k - 1)[:k]
        near = np.argpartition(-dense, k - 1)[:k]
        return np.unique(np.concatenate([best[lexical[best] > 0], near])).astype(np.int64)

    def fused(self, question: str, weights: FusionWeights = DEFAULT_WEIGHTS) -> tuple[RowArray, FloatVector]:
        """Candidates with their fused scores, best first."""
        dense, line, lexical = self.signals[question]
        rows = self.pool(dense, lexical)
        return ordered(rows, fuse(dense[rows], line[rows], lexical[rows], weights))

    def shipped(self, question: str) -> RowArray:
        """The ranking of the product."""
        return self.fused(question)[0]

    def evaluate(self, rank: Rank) -> Scores:
        """nDCG@10 of every question."""
        return {q: self.held.grade(q, rank(q)[:DEPTH], self.items) for q in self.held.questions}


def ordered(rows: RowArray, scores: FloatVector) -> tuple[RowArray, FloatVector]:
    """Rows and scores, best first; ties by row."""
    order = np.lexsort((rows, -scores))
    return rows[order], scores[order]


@contextmanager
def _sized(factor: float) -> Iterator[None]:
    held = chunk.WORDS_TARGET, chunk.WORDS_MAX, chunk.WORDS_TAIL
    chunk.WORDS_TARGET, chunk.WORDS_MAX, chunk.WORDS_TAIL = (round(factor * words) for words in held)
    try:
        yield
    finally:
        chunk.WORDS_TARGET, chunk.WORDS_MAX, chunk.WORDS_TAIL = held


def _embedded(passages: Sequence[Passage], shape: Shape) -> Iterator[str]:
    """The text that stands for each passage; see :func:`index.build.passage_text`."""
    none = [None]
    for (before, _), (passage, after) in pairwise(pairwise([*none, *passages, *none])):
        assert passage is not None
        text = passage.text
        if shape.neighbours and before is not None and before.document_id == passage.document_id:
            text = f"{quotable_lines(before)[-1]}\n{text}"
        if shape.neighbours and after is not None and after.document_id == passage.document_id:
            text = f"{text}\n{quotable_lines(after)[0]}"
        names = ((passage.title,) if shape.titled else ()) + (passage.path if shape.headed else ())
        yield f"{' – '.join(names)}\n{text}" if names else text


def _context(passage: Passage, shape: Shape) -> list[str]:
    return context_lines(passage)[: None if shape.question_lines else 1]


def _terms(passage: Passage, shape: Shape) -> list[str]:
    """BM25 terms; see :func:`index.build.lexical_terms`."""
    asked = terms(" ".join(passage.questions)) if shape.question_terms else []
    if shape.title_repeats == shape.heading_repeats:
        return terms(label(passage)) * shape.title_repeats + asked + terms(passage.text)
    headings = terms(" – ".join(passage.path)) * shape.heading_repeats
    return terms(passage.title) * shape.title_repeats + headings + asked + terms(passage.text)
