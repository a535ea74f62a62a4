"""Contracts: what every vector store and every embedder does, whichever it is."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from index.errors import IndexDamaged
from index.lexical import Bm25Index
from index.model import FloatMatrix, FloatVector, Mask
from index.ports import Embedder, LexicalIndex, VectorStore
from index.tokens import terms
from index.vectors import FaissStore, NumpyStore

from .doubles import FakeEmbedder

ROWS, DIMENSION = 3000, 32


def unit_vectors(count: int, seed: int = 1) -> FloatMatrix:
    vectors = np.random.default_rng(seed).standard_normal((count, DIMENSION)).astype(np.float32)
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), dtype=np.float32)


VECTORS = unit_vectors(ROWS)
QUERIES = unit_vectors(20, seed=2)
REFERENCE = NumpyStore(VECTORS)


@dataclass(frozen=True)
class Engine:
    """A way to make a store, and the least recall that it promises against the reference."""

    make: Callable[[FloatMatrix], VectorStore]
    recall: float = 1.0


ENGINES = {
    "numpy": Engine(NumpyStore),
    "flat": Engine(FaissStore.build),
    "hnsw": Engine(lambda vectors: FaissStore.build(vectors, exact_max=0), recall=0.95),
}


@pytest.fixture(scope="module", params=list(ENGINES))
def engine(request: pytest.FixtureRequest) -> tuple[VectorStore, float]:
    found = ENGINES[request.param]
    return found.make(VECTORS), found.recall


def recall(store: VectorStore, vector: FloatVector, k: int, allowed: Mask | None) -> float:
    """Share of the reference's rows that the store finds; checks all that holds for each result."""
    expected, found = REFERENCE.search(vector, k, allowed), store.search(vector, k, allowed)
    assert found.rows.dtype == np.int64
    assert found.scores.dtype == np.float32
    assert found.rows.shape == found.scores.shape
    assert len(set(found.rows.tolist())) == len(found.rows)
    assert (np.diff(found.scores) <= 0).all()
    assert allowed is None or allowed[found.rows].all()
    np.testing.assert_allclose(found.scores, VECTORS[found.rows] @ vector, atol=1e-5)
    assert len(found.rows) == len(expected.rows)
    return len(set(found.rows.tolist()) & set(expected.rows.tolist())) / max(1, len(expected.rows))


@pytest.mark.parametrize("k", [1, 10, 100])
def test_store_finds_the_nearest_rows(engine: tuple[VectorStore, float], k: int) -> None:
    store, least = engine
    assert np.mean([recall(store, query, k, None) for query in QUERIES]) >= least


@pytest.mark.parametrize("share", [0.5, 0.05, 0.002])
def test_store_searches_inside_the_mask(engine: tuple[VectorStore, float], share: float) -> None:
    store, least = engine
    allowed = np.random.default_rng(3).random(ROWS) < share
    assert allowed.any()
    assert np.mean([recall(store, query, 10, allowed) for query in QUERIES]) >= least


def test_store_finds_the_one_allowed_row(engine: tuple[VectorStore, float]) -> None:
    store, _ = engine
    for row in (0, 7, 8, ROWS - 1):
        allowed = np.zeros(ROWS, dtype=np.bool_)
        allowed[row] = True
        assert store.search(-VECTORS[row], 10, allowed).rows.tolist() == [row]


def test_store_gives_all_when_more_is_asked_than_allowed(engine: tuple[VectorStore, float]) -> None:
    store, _ = engine
    allowed = np.zeros(ROWS, dtype=np.bool_)
    allowed[10:25] = True
    assert sorted(store.search(QUERIES[0], 100, allowed).rows.tolist()) == list(range(10, 25))
    assert len(store.search(QUERIES[0], ROWS + 5, None).rows) == ROWS


@pytest.mark.parametrize("k", [0, 10])
def test_store_gives_nothing_under_an_empty_mask(engine: tuple[VectorStore, float], k: int) -> None:
    store, _ = engine
    found = store.search(QUERIES[0], k, np.zeros(ROWS, dtype=np.bool_))
    assert (len(found.rows), len(found.scores)) == (0, 0)
    assert len(store.search(QUERIES[0], 0, None).rows) == 0


def test_store_gives_back_its_vectors(engine: tuple[VectorStore, float]) -> None:
    store, _ = engine
    rows = np.array([5, 0, 5, ROWS - 1], dtype=np.int64)
    np.testing.assert_allclose(store.vectors(rows), VECTORS[rows], atol=1e-6)
    assert store.vectors(np.zeros(0, dtype=np.int64)).shape == (0, DIMENSION)


def test_store_gives_equal_results_to_equal_questions(engine: tuple[VectorStore, float]) -> None:
    store, _ = engine
    once, again = (store.search(QUERIES[0], 50, None) for _ in range(2))
    assert once.rows.tolist() == again.rows.tolist()


@pytest.mark.parametrize("exact_max", [ROWS, 0], ids=["flat", "hnsw"])
def test_faiss_store_is_the_same_once_saved_and_loaded(tmp_path: Path, exact_max: int) -> None:
    built = FaissStore.build(VECTORS, exact_max=exact_max)
    built.save(tmp_path / "rows.faiss")
    loaded = FaissStore.load(tmp_path / "rows.faiss", rows=ROWS)
    allowed = np.arange(ROWS) % 3 == 0
    for mask in (None, allowed):
        before, after = built.search(QUERIES[0], 20, mask), loaded.search(QUERIES[0], 20, mask)
        assert before.rows.tolist() == after.rows.tolist()


@pytest.fixture(params=["fake", pytest.param("onnx", marks=pytest.mark.model)])
def embedder(request: pytest.FixtureRequest) -> Embedder:
    found: Embedder = request.getfixturevalue(request.param)
    return found


TEXTS = [
    "Le dossier médical est conservé vingt ans.",
    "mdp",
    "",
    " \n\t",
    "ﷺ" * 100,
    "😀" * 600,
    "a\u0000b\u202ec",
    "Une phrase longue. " * 400,
]


def test_embedder_gives_unit_vectors(embedder: Embedder) -> None:
    vectors = embedder.embed_passages(TEXTS)
    assert vectors.shape == (len(TEXTS), embedder.dimension)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-3)
    question = embedder.embed_query(TEXTS[0])
    assert question.shape == (embedder.dimension,)
    assert question.dtype == np.float32
    assert np.linalg.norm(question) == pytest.approx(1, abs=1e-3)


def test_embedder_gives_an_empty_matrix_for_no_text(embedder: Embedder) -> None:
    assert embedder.embed_passages([]).shape == (0, embedder.dimension)


def test_embedder_vector_depends_on_the_text_alone(embedder: Embedder) -> None:
    together = embedder.embed_passages(TEXTS)
    for i, text in enumerate(TEXTS):
        np.testing.assert_array_equal(together[i], embedder.embed_passages([text])[0])
    np.testing.assert_array_equal(together[::-1], embedder.embed_passages(TEXTS[::-1]))
    np.testing.assert_array_equal(embedder.embed_query(TEXTS[0]), embedder.embed_query(TEXTS[0]))


def test_embedder_brings_near_what_means_the_same(embedder: Embedder) -> None:
    question = embedder.embed_query("Combien de temps conserver un dossier médical ?")
    near, far = embedder.embed_passages(["Le dossier médical se conserve vingt ans.", "Les chats dorment beaucoup."])
    assert question @ near > question @ far + 0.02


def test_embedder_names_itself(embedder: Embedder) -> None:
    assert embedder.name
    assert embedder.digest


def test_digest_tells_embedders_apart() -> None:
    assert FakeEmbedder("a").digest != FakeEmbedder("b").digest


def test_lexical_index_scores_every_row() -> None:
    index: LexicalIndex = Bm25Index.build([terms("dossier, dossier"), [], terms("archives")])
    scores = index.scores("les dossiers")
    assert scores.shape == (3,)
    assert scores.dtype == np.float32
    assert scores[0] > 0
    assert scores[1:].tolist() == [0, 0]


def test_store_of_another_size_is_refused(tmp_path: Path) -> None:
    FaissStore.build(VECTORS[:10]).save(tmp_path / "rows.faiss")
    with pytest.raises(IndexDamaged, match="relancez"):
        FaissStore.load(tmp_path / "rows.faiss", rows=11)
