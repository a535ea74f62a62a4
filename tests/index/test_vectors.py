"""What is FAISS's alone; what every store shares is in ``test_ports``."""

from pathlib import Path

import faiss
import numpy as np
import pytest

from index.errors import IndexDamaged
from index.model import FloatMatrix
from index.vectors import FaissStore, NumpyStore


def vectors(count: int) -> FloatMatrix:
    found = np.random.default_rng(0).standard_normal((count, 16)).astype(np.float32)
    return np.asarray(found / np.linalg.norm(found, axis=1, keepdims=True), dtype=np.float32)


def saved_type(path: Path) -> type:
    return type(faiss.read_index(str(path)))


def test_small_sets_are_compared_one_by_one_and_large_ones_walked(tmp_path: Path) -> None:
    FaissStore.build(vectors(20), exact_max=20).save(tmp_path / "flat")
    FaissStore.build(vectors(21), exact_max=20).save(tmp_path / "graph")
    assert issubclass(saved_type(tmp_path / "flat"), faiss.IndexFlat)
    assert issubclass(saved_type(tmp_path / "graph"), faiss.IndexHNSW)


def test_reference_breaks_ties_by_row() -> None:
    many = np.repeat(vectors(1), 301, axis=0)
    assert NumpyStore(many).search(many[0], 301, None).rows.tolist() == list(range(301))
    same = many[:5]
    assert NumpyStore(same).search(same[0], 3, None).rows.tolist() == [0, 1, 2]
    assert NumpyStore(same).search(same[0], 3, np.array([0, 1, 1, 0, 1], dtype=np.bool_)).rows.tolist() == [1, 2, 4]


@pytest.mark.parametrize("content", [b"", b"not an index", b"\0" * 1000])
def test_a_file_that_is_no_index_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x").write_bytes(content)
    with pytest.raises(IndexDamaged, match="relancez « cybervigie index »"):
        FaissStore.load(tmp_path / "x", rows=1)


def test_a_cut_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x"
    FaissStore.build(vectors(50)).save(path)
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(IndexDamaged):
        FaissStore.load(path, rows=50)


def test_writing_where_one_cannot_is_an_os_error(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="x"):
        FaissStore.build(vectors(3)).save(tmp_path / "absent" / "x")


def test_a_full_disk_is_an_os_error() -> None:
    if not Path("/dev/full").exists():
        pytest.skip("no /dev/full on this system")
    with pytest.raises(OSError, match="FAISS"):
        FaissStore.build(vectors(5000)).save(Path("/dev/full"))
