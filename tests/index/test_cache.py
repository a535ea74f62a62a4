import sqlite3
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from index.cache import VectorCache
from index.errors import BuildError

from .doubles import FakeEmbedder

TEXTS = [f"texte numéro {i}" for i in range(200)]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "vectors.sqlite"


@pytest.fixture
def cache(path: Path) -> Iterator[VectorCache]:
    opened = VectorCache(path)
    yield opened
    opened.close()


def test_vectors_are_those_of_the_embedder(cache: VectorCache, fake: FakeEmbedder) -> None:
    vectors, computed = cache.embed(fake, TEXTS)
    assert (vectors.shape, computed) == ((200, fake.dimension), 200)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(vectors, FakeEmbedder().embed_passages(TEXTS), atol=1e-3)


def test_known_texts_are_not_embedded_again(cache: VectorCache, fake: FakeEmbedder) -> None:
    first, _ = cache.embed(fake, TEXTS[:100])
    fake.embedded.clear()
    second, computed = cache.embed(fake, TEXTS[50:150])
    assert (fake.embedded, computed) == (TEXTS[100:150], 50)
    np.testing.assert_array_equal(second[:50], first[50:])


def test_a_vector_is_the_same_computed_or_read(cache: VectorCache, fake: FakeEmbedder) -> None:
    computed, _ = cache.embed(fake, TEXTS)
    read, none = cache.embed(fake, TEXTS)
    assert none == 0
    np.testing.assert_array_equal(computed, read)


def test_a_text_given_twice_is_embedded_once(cache: VectorCache, fake: FakeEmbedder) -> None:
    seen: list[int] = []
    vectors, computed = cache.embed(fake, ["a", "b", "a", "a"], progress=seen.append)
    assert (fake.embedded, computed, sum(seen)) == (["a", "b"], 2, 4)
    np.testing.assert_array_equal(vectors[0], vectors[2])


def test_another_model_meets_no_old_vector(cache: VectorCache, fake: FakeEmbedder) -> None:
    cache.embed(fake, TEXTS[:10])
    other = FakeEmbedder("fake-2")
    assert cache.embed(other, TEXTS[:10])[1] == 10
    assert cache.embed(fake, TEXTS[:10])[1] == 0


def test_a_build_stopped_midway_resumes(path: Path, cache: VectorCache) -> None:
    stopped = FakeEmbedder(fail_after=150)
    with pytest.raises(KeyboardInterrupt):
        cache.embed(stopped, TEXTS)
    cache.close()
    again = VectorCache(path)
    fake = FakeEmbedder()
    assert again.embed(fake, TEXTS)[1] == len(fake.embedded) < 100
    again.close()


def test_progress_counts_every_text_once(cache: VectorCache, fake: FakeEmbedder) -> None:
    cache.embed(fake, TEXTS[:30])
    seen: list[int] = []
    cache.embed(fake, TEXTS, progress=seen.append)
    assert seen[0] == 30
    assert sum(seen) == len(TEXTS)


def test_keep_forgets_the_others(cache: VectorCache, fake: FakeEmbedder) -> None:
    cache.embed(FakeEmbedder("old"), TEXTS[:5])
    cache.embed(fake, TEXTS[:10])
    assert cache.keep(fake, TEXTS[:4]) == 5 + 6
    assert cache.embed(fake, TEXTS[:4])[1] == 0
    assert cache.embed(fake, TEXTS[4:10])[1] == 6
    assert cache.keep(fake, TEXTS[:10]) == 0


def test_no_text_gives_an_empty_matrix(cache: VectorCache, fake: FakeEmbedder) -> None:
    vectors, computed = cache.embed(fake, [])
    assert (vectors.shape, computed) == ((0, fake.dimension), 0)


def test_a_file_that_is_no_cache_is_an_error_with_a_cure(path: Path) -> None:
    path.write_bytes(b"not a database" * 100)
    with pytest.raises(BuildError, match="supprimez ce fichier"):
        VectorCache(path)


def test_a_damaged_cache_is_an_error_with_a_cure(path: Path, cache: VectorCache, fake: FakeEmbedder) -> None:
    cache.embed(fake, TEXTS)
    cache.close()
    content = path.read_bytes()
    path.write_bytes(content[:4096] + b"\xff" * (len(content) - 4096))
    damaged = VectorCache(path)
    with pytest.raises(BuildError, match="supprimez ce fichier"):
        damaged.embed(fake, TEXTS)
    damaged.close()


def test_a_folder_that_cannot_be_opened_is_an_error_with_a_cure(tmp_path: Path) -> None:
    with pytest.raises(BuildError, match="vérifiez les droits"):
        VectorCache(tmp_path / "absent" / "vectors.sqlite")


def test_a_full_disk_says_so_and_loses_nothing(path: Path, cache: VectorCache, fake: FakeEmbedder) -> None:
    cache.embed(fake, TEXTS[:64])
    pages = sqlite3.connect(path)
    # The same effect as a full disk: the file may not grow.
    cache._db.execute(f"PRAGMA max_page_count = {pages.execute('PRAGMA page_count').fetchone()[0]}")
    pages.close()
    with pytest.raises(BuildError, match="libérez de l’espace disque"):
        cache.embed(fake, TEXTS)
    cache._db.execute("PRAGMA max_page_count = 100000")
    assert cache.embed(fake, TEXTS)[1] == len(TEXTS) - 64
