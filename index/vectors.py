"""Passage vectors: exact search in numpy (the reference) and in FAISS (the engine)."""

import math
from pathlib import Path
from typing import Any

import faiss as _faiss
import numpy as np

from index.errors import IndexDamaged
from index.model import FloatMatrix, FloatVector, Mask, RowArray, ScoredRows

# The type stubs that come with some releases of FAISS are incomplete.
faiss: Any = _faiss

EXACT_MAX = 200_000
"""Up to this many vectors FAISS compares with every one; beyond, it walks an HNSW graph."""
_HNSW_LINKS = 32
_HNSW_BUILD = 200
_HNSW_SEARCH = 256


def products(vectors: FloatMatrix, vector: FloatVector) -> FloatVector:
    """Dot product of each row with ``vector``, shape (n,).

    Each row is summed on its own: with BLAS, the last digits of equal rows depend on where they stand, and ties
    would be broken at random.
    """
    return np.asarray(np.einsum("ij,j->i", vectors, vector), dtype=np.float32)


def cosines(some: FloatMatrix, others: FloatMatrix) -> FloatMatrix:
    """Dot product of each row of one matrix with each of another, shape (n, m); summed like ``products``."""
    return np.asarray(np.einsum("ij,kj->ik", some, others), dtype=np.float32)


class NumpyStore:
    """Every dot product, by numpy: slow and plainly right."""

    def __init__(self, vectors: FloatMatrix) -> None:
        self._vectors = vectors

    def search(self, vector: FloatVector, k: int, allowed: Mask | None) -> ScoredRows:
        """See :class:`index.ports.VectorStore`."""
        scores = products(self._vectors, vector)
        rows = np.arange(len(scores), dtype=np.int64) if allowed is None else np.flatnonzero(allowed)
        order = np.argsort(-scores[rows], kind="stable")[:k]
        return ScoredRows(rows[order], scores[rows][order].astype(np.float32))

    def vectors(self, rows: RowArray) -> FloatMatrix:
        """See :class:`index.ports.VectorStore`."""
        return self._vectors[rows]


class FaissStore:
    """FAISS inner-product index: flat up to ``EXACT_MAX`` vectors, HNSW beyond."""

    def __init__(self, index: Any) -> None:
        self._index = index

    @classmethod
    def build(cls, vectors: FloatMatrix, *, exact_max: int = EXACT_MAX) -> "FaissStore":
        """Index vectors of shape (n, dimension), unit length."""
        if len(vectors) <= exact_max:
            index = faiss.IndexFlatIP(vectors.shape[1])
        else:
            index = faiss.IndexHNSWFlat(vectors.shape[1], _HNSW_LINKS, faiss.METRIC_INNER_PRODUCT)
            index.hnsw.efConstruction = _HNSW_BUILD
            index.hnsw.efSearch = _HNSW_SEARCH
        index.add(np.ascontiguousarray(vectors, dtype=np.float32))
        return cls(index)

    def save(self, path: Path) -> None:
        """Write the index to a file.

        Raises:
            OSError: the disk is full or not writable.
        """
        try:
            faiss.write_index(self._index, str(path))
        except RuntimeError as error:
            raise OSError(f"écriture de {path.name} par FAISS impossible") from error

    @classmethod
    def load(cls, path: Path, *, rows: int) -> "FaissStore":
        """Read an index whose file was checked against its SHA-256 first; ``rows`` is what it must hold.

        Raises:
            IndexDamaged: FAISS cannot read the file, or it holds another number of vectors.
        """
        # A file that lies about its sizes cannot make FAISS allocate more than a few times its own length.
        faiss.set_deserialization_vector_byte_limit(max(64 * 1024 * 1024, 4 * path.stat().st_size))
        try:
            index = faiss.read_index(str(path))
        except RuntimeError as error:
            raise IndexDamaged(str(path), "index vectoriel illisible ; relancez « cybervigie index »") from error
        if index.ntotal != rows:
            raise IndexDamaged(str(path), "nombre de vecteurs inattendu ; relancez « cybervigie index »")
        return cls(index)

    def search(self, vector: FloatVector, k: int, allowed: Mask | None) -> ScoredRows:
        """See :class:`index.ports.VectorStore`."""
        eligible = int(self._index.ntotal if allowed is None else np.count_nonzero(allowed))
        wanted = min(k, eligible)
        if wanted <= 0:
            return ScoredRows(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.float32))
        selector = None if allowed is None else faiss.IDSelectorBitmap(np.packbits(allowed, bitorder="little"))
        parameters = faiss.SearchParameters(sel=selector)
        if isinstance(self._index, faiss.IndexHNSW):
            # The walk meets eligible rows at the rate of the filter: the rarer they are, the further it goes,
            # until looking at each of them costs less.
            effort = math.ceil(max(_HNSW_SEARCH, wanted) * self._index.ntotal / eligible)
            if effort >= eligible:
                return self._scan(vector, wanted, allowed)
            parameters = faiss.SearchParametersHNSW(sel=selector, efSearch=effort)
        scores, rows = self._index.search(vector[None, :], wanted, params=parameters)
        found = rows[0] >= 0
        return ScoredRows(rows[0][found].astype(np.int64), scores[0][found].astype(np.float32))

    def _scan(self, vector: FloatVector, k: int, allowed: Mask | None) -> ScoredRows:
        rows = np.arange(self._index.ntotal, dtype=np.int64) if allowed is None else np.flatnonzero(allowed)
        best = NumpyStore(self.vectors(rows)).search(vector, k, None)
        return ScoredRows(rows[best.rows], best.scores)

    def vectors(self, rows: RowArray) -> FloatMatrix:
        """See :class:`index.ports.VectorStore`."""
        return np.asarray(self._index.reconstruct_batch(rows), dtype=np.float32)
