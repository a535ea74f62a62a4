"""Searching a generation: candidates from both engines, one fused ranking, sentence scores for the quotes."""

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from index.build import LEXICAL_FOLDER, LINES_FILE, OFFSETS_FILE, PASSAGES_FILE
from index.errors import IndexDamaged
from index.fuse import DEFAULT_WEIGHTS, FusionWeights, fuse
from index.generation import Manifest, verify
from index.lexical import Bm25Index, Expand
from index.model import FloatMatrix, FloatVector, Likeness, Mask, RowArray, SearchFilter, SearchHit, SearchMode, Signals
from index.ports import Embedder
from index.table import PassageTable
from index.vectors import FaissStore, cosines, products

CANDIDATES = 100
"""Rows that each engine proposes; the union is scored by both."""

_ALIKE = 50
"""Rows proposed by each vector of a passage, when others like it are looked for."""

EVERYTHING = SearchFilter()


@dataclass(frozen=True, slots=True)
class Query:
    """A question as the engines see it. ``vector`` is None in lexical mode."""

    text: str
    vector: FloatVector | None


class SearchEngine:
    """An open generation. Immutable and safe to share between threads.

    Args:
        folder: the generation's folder; every file is checked against the manifest first.
        embedder: must be the model that the generation was built with.
        expand: equivalent words for the lexical engine.

    Raises:
        IndexDamaged: a file differs from the manifest, or the model is another one.
    """

    def __init__(
        self,
        folder: Path,
        embedder: Embedder,
        *,
        expand: Expand | None = None,
        weights: FusionWeights = DEFAULT_WEIGHTS,
    ) -> None:
        self.manifest: Manifest = verify(folder)
        if self.manifest.model_digest != embedder.digest:
            raise IndexDamaged(str(folder), "index construit avec un autre modèle ; relancez « cybervigie index »")
        self.table = PassageTable(folder)
        self.lexical = Bm25Index.load(folder / LEXICAL_FOLDER, expand)
        self._vectors = FaissStore.load(folder / PASSAGES_FILE, rows=len(self.table))
        self._lines = np.load(folder / LINES_FILE, mmap_mode="r", allow_pickle=False)
        self._offsets = np.load(folder / OFFSETS_FILE, allow_pickle=False)
        self._embedder = embedder
        self._weights = weights

    def close(self) -> None:
        """Close the files."""
        self.table.close()

    def query(self, text: str, mode: SearchMode = SearchMode.HYBRID) -> Query:
        """Prepare a question once for several searches."""
        return Query(text, None if mode is SearchMode.LEXICAL else self._embedder.embed_query(text))

    def search(
        self,
        query: Query | str,
        k: int,
        *,
        mode: SearchMode = SearchMode.HYBRID,
        wanted: SearchFilter = EVERYTHING,
    ) -> list[SearchHit]:
        """The ``k`` best passages that pass the filter, best first; fewer when fewer match."""
        if isinstance(query, str):
            query = self.query(query, mode)
        allowed = self.table.mask(wanted)
        terms = self.lexical.scores(query.text) if mode is not SearchMode.DENSE else None
        rows = self._candidates(query, terms, allowed, max(k, CANDIDATES))
        if len(rows) == 0:
            return []
        lexical = terms[rows] if terms is not None else None
        if query.vector is None or mode is SearchMode.LEXICAL:
            assert lexical is not None
            return self._hits(rows, lexical, k, lexical=lexical)
        dense = products(self._vectors.vectors(rows), query.vector)
        if mode is SearchMode.DENSE:
            return self._hits(rows, dense, k, dense=dense, vector=query.vector)
        assert lexical is not None
        lines = np.array([self._line_scores(int(row), query.vector)[0] for row in rows], dtype=np.float32)
        scores = fuse(dense, lines, lexical, self._weights)
        return self._hits(rows, scores, k, dense=dense, lexical=lexical, vector=query.vector)

    def alike(self, row: int, k: int, *, sentences: slice, wanted: SearchFilter = EVERYTHING) -> list[Likeness]:
        """The ``k`` passages that resemble the passage of a row most, by the mean of their cosines, best first.

        Args:
            row: of the passage table; it is not among the results.
            k: most results; passages without a sentence are left out.
            sentences: those of the passage that are compared, one at least.
            wanted: which documents may be found.
        """
        allowed = self.table.mask(wanted)
        lines, first = self._lines_of(row)
        head, said = lines[:first], lines[first:][sentences]
        vector = self._vectors.vectors(np.array([row]))[0]
        proposed = [self._vectors.search(probe, _ALIKE, allowed).rows for probe in (vector, head[0], said[0])]
        rows = np.unique(np.concatenate(proposed))
        rows = rows[rows != row]
        if len(rows) == 0:
            return []
        dense = products(self._vectors.vectors(rows), vector)
        passages = self.table.passages([int(other) for other in rows])
        found = []
        for other, passage, cosine in zip(rows, passages, dense, strict=True):
            theirs, at = self._lines_of(int(other))
            if at == len(theirs):
                continue
            quotable = theirs[at:]
            to_said = cosines(quotable, said).max(axis=1)
            near = (cosines(quotable, head).max(axis=1) + to_said) / 2
            nearest, spoken = float(products(theirs, head[0]).max()), float(to_said.max())
            hit = SearchHit(
                rank=0,
                score=(float(cosine) + nearest + spoken) / 3,
                row=int(other),
                passage=passage,
                signals=Signals(dense=float(cosine), lexical=None, line=nearest),
                sentence_scores=tuple(float(score) for score in near),
            )
            found.append(Likeness(hit, nearest, spoken))
        found.sort(key=lambda likeness: (-likeness.hit.score, likeness.hit.row))
        return [replace(one, hit=replace(one.hit, rank=rank)) for rank, one in enumerate(found[:k], start=1)]

    def _lines_of(self, row: int) -> tuple[FloatMatrix, int]:
        """Vectors of the lines of a passage, and how many of them come before its first sentence."""
        start, quotable = self._offsets[row]
        lines = np.asarray(self._lines[start : self._offsets[row + 1][0]], dtype=np.float32)
        return lines, int(quotable - start)

    def _candidates(self, query: Query, terms: FloatVector | None, allowed: Mask | None, k: int) -> RowArray:
        found: list[RowArray] = []
        if terms is not None:
            scores = terms if allowed is None else np.where(allowed, terms, 0)
            best = np.argpartition(-scores, k - 1)[:k] if k < len(scores) else np.arange(len(scores))
            found.append(best[scores[best] > 0].astype(np.int64))
        if query.vector is not None:
            found.append(self._vectors.search(query.vector, k, allowed).rows)
        return np.unique(np.concatenate(found)) if found else np.zeros(0, dtype=np.int64)

    def _line_scores(self, row: int, vector: FloatVector) -> tuple[float, FloatVector]:
        """Best cosine over all lines of a passage, and the cosine of each quotable line."""
        lines, first = self._lines_of(row)
        scores = products(lines, vector)
        return float(scores.max(initial=0.0)), scores[first:]

    def _hits(
        self,
        rows: RowArray,
        scores: FloatVector,
        k: int,
        *,
        dense: FloatVector | None = None,
        lexical: FloatVector | None = None,
        vector: FloatVector | None = None,
    ) -> list[SearchHit]:
        # Ties are broken by row, so that equal input gives equal order.
        order = np.lexsort((rows, -scores))[:k]
        passages = self.table.passages([int(row) for row in rows[order]])
        hits = []
        for rank, (i, passage) in enumerate(zip(order, passages, strict=True), start=1):
            best, sentences = self._line_scores(int(rows[i]), vector) if vector is not None else (None, ())
            hits.append(
                SearchHit(
                    rank=rank,
                    score=float(scores[i]),
                    row=int(rows[i]),
                    passage=passage,
                    signals=Signals(
                        dense=None if dense is None else float(dense[i]),
                        lexical=None if lexical is None else float(lexical[i]),
                        line=best,
                    ),
                    sentence_scores=tuple(float(score) for score in sentences),
                )
            )
        return hits
