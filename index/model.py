"""Data types of the index: filters, scored rows, hits."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from ingest.model import DocumentKind, Passage

FloatVector = npt.NDArray[np.float32]
FloatMatrix = npt.NDArray[np.float32]
RowArray = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


class SearchMode(StrEnum):
    """Which engines are asked."""

    HYBRID = "hybrid"
    DENSE = "dense"
    LEXICAL = "lexical"


@dataclass(frozen=True, slots=True)
class SearchFilter:
    """Which documents may be found. Values of one field are alternatives; fields add up; empty means any.

    ``date_from`` and ``date_to`` are YYYY[-MM[-DD]], inclusive; an undated document passes neither.
    """

    publishers: frozenset[str] = frozenset()
    topics: frozenset[str] = frozenset()
    kinds: frozenset[DocumentKind] = frozenset()
    date_from: str | None = None
    date_to: str | None = None


@dataclass(frozen=True, slots=True)
class ScoredRows:
    """Rows of the passage table with scores, best first; both arrays have the same length."""

    rows: RowArray
    scores: FloatVector


@dataclass(frozen=True, slots=True)
class Signals:
    """Raw evidence for one hit, each None where its engine did not look."""

    dense: float | None
    """Cosine of question and passage."""
    lexical: float | None
    """BM25 score."""
    line: float | None
    """Best cosine of the question and one line of the passage: heading, digest question or sentence."""


@dataclass(frozen=True, slots=True)
class SearchHit:
    """A passage found. ``score`` compares within one result list only."""

    rank: int
    score: float
    row: int
    passage: Passage
    signals: Signals
    sentence_scores: tuple[float, ...] = ()
    """Cosine of the question with each of ``passage.sentences``."""


@dataclass(frozen=True, slots=True)
class Likeness:
    """A passage that resembles another one, by the vectors that the index stores: nothing is embedded.

    ``hit`` has no BM25 score; its ``line`` is ``head``, and its ``sentence_scores`` are means of two cosines: with the
    nearest line of the other's head, and with the nearest of its sentences compared.
    """

    hit: SearchHit
    head: float
    """Best cosine of one of its lines and the nearest heading of the other."""
    said: float
    """Best cosine of one of its sentences and one of the other's sentences compared."""
