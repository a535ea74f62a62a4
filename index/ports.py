"""What the search engine needs from a model and from an index. Implementers inherit from nothing."""

from collections.abc import Sequence
from typing import Protocol

from index.model import FloatMatrix, FloatVector, Mask, RowArray, ScoredRows


class Embedder(Protocol):
    """A sentence encoder whose vectors have unit length, so that a dot product is a cosine."""

    @property
    def name(self) -> str:
        """Name for people."""
        ...

    @property
    def digest(self) -> str:
        """Changes whenever the vectors could: indexes built with another digest are not comparable."""
        ...

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        ...

    def embed_passages(self, texts: Sequence[str]) -> FloatMatrix:
        """Vectors of texts that are searched, shape (len(texts), dimension)."""
        ...

    def embed_query(self, text: str) -> FloatVector:
        """Vector of a question, shape (dimension,)."""
        ...


class LexicalIndex(Protocol):
    """A term index over the rows 0..n-1 of the passage table."""

    def scores(self, query: str) -> FloatVector:
        """Score of every row, shape (n,); 0 where no term of the query occurs."""
        ...


class VectorStore(Protocol):
    """Nearest rows by dot product."""

    def search(self, vector: FloatVector, k: int, allowed: Mask | None) -> ScoredRows:
        """The ``k`` best rows among ``allowed`` (all when None), best first; fewer when fewer are allowed."""
        ...

    def vectors(self, rows: RowArray) -> FloatMatrix:
        """The stored vectors of some rows, shape (len(rows), dimension)."""
        ...
