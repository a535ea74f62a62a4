"""The adapter's file and card, and merging it."""

import hashlib
import json
import struct
from pathlib import Path

import numpy as np
import pytest

from index import adapter
from index.adapter import Adapter, card_path, merge, read_adapter, shipped
from index.bundled import SHA256
from index.errors import ModelError

A = np.array([[1.0, 2.0, 3.0]], dtype=np.float16)
B = np.array([[0.5], [-1.0]], dtype=np.float16)


def safetensors(tensors: dict[str, np.ndarray], dtype: str = "F16") -> bytes:
    """A safetensors file by hand: length, JSON header, tensors."""
    header: dict[str, object] = {"__metadata__": {"format": "np"}}
    body = b""
    for name, values in tensors.items():
        data = values.tobytes()
        header[name] = {"dtype": dtype, "shape": list(values.shape), "data_offsets": [len(body), len(body) + len(data)]}
        body += data
    text = json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + body


def write(folder: Path, data: bytes, **card: object) -> Path:
    path = folder / "petit.safetensors"
    path.write_bytes(data)
    fields = {"sha256": hashlib.sha256(data).hexdigest(), "base": {"sha256": "b" * 64}} | card
    card_path(path).write_text(json.dumps(fields), encoding="utf-8")
    return path


def test_an_adapter_is_read_with_its_card(tmp_path: Path) -> None:
    found = read_adapter(write(tmp_path, safetensors({"w.weight.a": A, "w.weight.b": B})))
    assert (found.name, found.base_sha256) == ("petit", "b" * 64)
    assert list(found.factors) == ["w.weight"]
    a, b = found.factors["w.weight"]
    assert a.dtype == b.dtype == np.float32
    np.testing.assert_array_equal(a, A)
    np.testing.assert_array_equal(b, B)


def test_the_library_writes_what_is_read(tmp_path: Path) -> None:
    library = pytest.importorskip("safetensors.numpy")
    data = library.save({"x.b": B, "x.a": A, "y.a": A * 2, "y.b": B * 3}, metadata={"format": "np"})
    factors = read_adapter(write(tmp_path, data)).factors
    np.testing.assert_array_equal(factors["y"][0], A * 2)
    np.testing.assert_array_equal(factors["x"][1], B)
    assert list(factors) == ["x", "y"]


def test_merging_adds_the_product_and_leaves_the_rest() -> None:
    before = np.arange(6, dtype=np.float32).reshape(2, 3)
    other = np.ones(4, dtype=np.float32)
    factors = {"w": (A.astype(np.float32), B.astype(np.float32))}
    merged = merge({"w": before, "v": other}, Adapter("petit", "", "", factors))
    np.testing.assert_allclose(merged["w"], [[0.5, 2.0, 3.5], [2.0, 2.0, 2.0]])
    assert merged["v"] is other
    # The plain weights are not touched.
    np.testing.assert_array_equal(before, np.arange(6).reshape(2, 3))


@pytest.mark.parametrize(
    "factors",
    [
        {"absent": (A, B)},
        {"w": (A[:, :2], B)},
        {"w": (A, B[:1])},
        {"w": (np.concatenate([A, A]), B)},
    ],
)
def test_an_adapter_of_another_model_is_refused(factors: dict[str, tuple[np.ndarray, np.ndarray]]) -> None:
    with pytest.raises(ModelError, match="adaptateur d’un autre modèle"):
        merge({"w": np.zeros((2, 3), dtype=np.float32)}, Adapter("petit", "", "", factors))


def test_an_altered_file_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path, safetensors({"w.a": A, "w.b": B}))
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    with pytest.raises(ModelError, match=r"SHA-256 inattendue ; réinstallez .*bundled-plain"):
        read_adapter(path)


@pytest.mark.parametrize("card", ["absent", "{", "[]", '{"sha256": "x"}'])
def test_an_adapter_without_a_good_card_is_refused(tmp_path: Path, card: str) -> None:
    path = write(tmp_path, safetensors({"w.a": A, "w.b": B}))
    if card == "absent":
        card_path(path).unlink()
    else:
        card_path(path).write_text(card, encoding="utf-8")
    with pytest.raises(ModelError, match="adaptateur ou fiche illisible"):
        read_adapter(path)


def test_a_missing_matrix_or_another_precision_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"matrice manquante \(w\.b\)"):
        read_adapter(write(tmp_path, safetensors({"w.a": A})))
    with pytest.raises(ModelError, match=r"type de tenseur inattendu \(F32\)"):
        read_adapter(write(tmp_path, safetensors({"w.a": A.astype(np.float32)}, dtype="F32")))


def test_the_last_adapter_is_the_one_shipped(tmp_path: Path) -> None:
    assert shipped(tmp_path) is None
    assert shipped(tmp_path / "absent") is None
    for name in ("cybervigie-2", "cybervigie-1"):
        (tmp_path / f"{name}.safetensors").touch()
    assert shipped(tmp_path) == tmp_path / "cybervigie-2.safetensors"


def test_what_ships_is_small_and_says_where_it_comes_from() -> None:
    path = shipped()
    if path is None:
        # None is: then no card stands alone either.
        assert not list(adapter.FOLDER.glob("*"))
        return
    assert path.stat().st_size < 8 * 2**20
    found = read_adapter(path)
    assert found.base_sha256 == SHA256
    card = json.loads(card_path(path).read_text(encoding="utf-8"))
    assert {"recipe", "step", "examples_sha256", "held_out_ndcg10", "measured"} <= card.keys()
    for source, data in card["data"].items():
        assert data["licence"], source
        assert all(len(digest) == 64 for digest in data["files"].values())
        # Licences: no text of the CNIL, nothing of the RGPD conversion.
        assert not any("cnil" in name or "rgpd" in name for name in data["files"] if not name.startswith("corpus/"))
    assert "/work" not in card_path(path).read_text(encoding="utf-8")
    for name, (a, b) in found.factors.items():
        assert name.startswith("encoder.layer.")
        assert np.isfinite(a).all()
        assert np.isfinite(b).all()
        assert np.abs(b).max() > 0
