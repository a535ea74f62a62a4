"""The prepared model as serving reads it; what every embedder does is in ``test_ports``."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from index.embed import MANIFEST, OnnxEmbedder, read_card
from index.errors import ModelError

from .tiny_model import expected, write_model


def test_vectors_are_those_of_the_model(tmp_path: Path) -> None:
    embedder = OnnxEmbedder(write_model(tmp_path))
    texts = ["le mot de passe est long", "dossier", "inconnu"]
    np.testing.assert_allclose(embedder.embed_passages(texts), [expected(text) for text in texts], atol=1e-6)
    assert (embedder.dimension, embedder.name) == (8, "petit (float32)")


def test_a_tokenizer_that_pads_to_a_fixed_length_changes_nothing(tmp_path: Path) -> None:
    padded = OnnxEmbedder(write_model(tmp_path, padding=16))
    np.testing.assert_allclose(padded.embed_query("le dossier"), expected("le dossier"), atol=1e-6)


def test_prompts_come_before_the_text(tmp_path: Path) -> None:
    embedder = OnnxEmbedder(write_model(tmp_path, query_prompt="mot ", passage_prompt="passe "))
    np.testing.assert_allclose(embedder.embed_query("dossier"), expected("mot dossier"), atol=1e-6)
    np.testing.assert_allclose(embedder.embed_passages(["dossier"])[0], expected("passe dossier"), atol=1e-6)


def test_texts_are_cut_at_the_model_s_length(tmp_path: Path) -> None:
    embedder = OnnxEmbedder(write_model(tmp_path, max_tokens=4))
    np.testing.assert_allclose(embedder.embed_query("le mot " + "long " * 99), expected("le mot"), atol=1e-6)


def test_threads_share_an_embedder(tmp_path: Path) -> None:
    embedder = OnnxEmbedder(write_model(tmp_path))
    with ThreadPoolExecutor(8) as pool:
        for vector in pool.map(embedder.embed_query, ["le dossier est long"] * 200):
            np.testing.assert_allclose(vector, expected("le dossier est long"), atol=1e-6)


def test_digest_changes_with_what_vectors_depend_on_and_with_nothing_else(tmp_path: Path) -> None:
    card = read_card(write_model(tmp_path))
    changed = [
        replace(card, max_tokens=17),
        replace(card, query_prompt="x"),
        replace(card, passage_prompt="x"),
        replace(card, files={**card.files, "model.onnx": "0"}),
    ]
    assert len({card.digest, *(other.digest for other in changed)}) == 5
    assert replace(card, name="autre", parity_mean=0.5).digest == card.digest


def test_no_model_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="modèle non préparé ; lancez « cybervigie index »"):
        OnnxEmbedder(tmp_path)


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"name": 1}', "\u00e9"])
def test_a_card_that_is_none_says_what_to_do(tmp_path: Path, content: str) -> None:
    (tmp_path / MANIFEST).write_text(content, encoding="utf-8")
    with pytest.raises(ModelError, match="« cybervigie index » le prépare"):
        OnnxEmbedder(tmp_path)


@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json"])
def test_an_altered_or_missing_file_is_refused(tmp_path: Path, name: str) -> None:
    path = write_model(tmp_path) / name
    content = path.read_bytes()
    path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    with pytest.raises(ModelError, match="altéré ; « cybervigie index »"):
        OnnxEmbedder(tmp_path)
    path.unlink()
    with pytest.raises(ModelError, match="absent"):
        OnnxEmbedder(tmp_path)
