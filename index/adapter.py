"""Low-rank corrections of the embedded weights (LoRA, Hu et al. 2021, arXiv:2106.09685): ``adapters/NAME.safetensors``.

An adapter holds two thin matrices for each corrected weight ``W`` of shape (out, in): ``a`` of shape (rank, in) and
``b`` of shape (out, rank); the corrected weight is ``W + b @ a``. They are merged once, when the model is prepared:
serving costs nothing more. A card of the same name (JSON) says what they were trained on and what was measured.

A safetensors file is a u64 length, a JSON header of that length, then raw tensors: it holds no code, and is read here
without a library so that a card can be checked where neither torch nor safetensors is installed.
"""

import hashlib
import json
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from index.errors import ModelError

FloatArray = npt.NDArray[np.float32]

FOLDER = Path(__file__).with_name("adapters")
_CURE = "réinstallez CyberVigie, ou choisissez « CYBERVIGIE_MODEL=bundled-plain »"


@dataclass(frozen=True, slots=True)
class Adapter:
    """An adapter that was read and checked against its card."""

    name: str
    sha256: str
    base_sha256: str
    """SHA-256 of the weights file that it corrects."""
    factors: dict[str, tuple[FloatArray, FloatArray]]
    """By parameter name: ``a`` of shape (rank, in) and ``b`` of shape (out, rank)."""


def shipped(folder: Path = FOLDER) -> Path | None:
    """The adapter that comes with the program, the last by name; None when there is none."""
    return max(folder.glob("*.safetensors"), default=None)


def card_path(weights: Path) -> Path:
    """The card beside an adapter's weights."""
    return weights.with_suffix(".json")


def read_adapter(path: Path) -> Adapter:
    """Read an adapter and check it against its card.

    Raises:
        ModelError: the file or its card is absent, damaged, or one is not that of the other.
    """
    try:
        data = path.read_bytes()
        card: dict[str, Any] = json.loads(card_path(path).read_text(encoding="utf-8"))
        expected, base = str(card["sha256"]), str(card["base"]["sha256"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelError(str(path), f"adaptateur ou fiche illisible ; {_CURE}") from error
    digest = hashlib.sha256(data).hexdigest()
    if digest != expected:
        raise ModelError(str(path), f"empreinte SHA-256 inattendue ; {_CURE}")
    tensors = _read_tensors(data)
    names = {name.rpartition(".")[0] for name in tensors}
    try:
        factors = {name: (tensors[f"{name}.a"], tensors[f"{name}.b"]) for name in sorted(names)}
    except KeyError as error:
        raise ModelError(str(path), f"matrice manquante ({error.args[0]}) ; {_CURE}") from None
    return Adapter(path.stem, digest, base, factors)


def merge(tensors: Mapping[str, FloatArray], adapter: Adapter) -> dict[str, FloatArray]:
    """The weights corrected by the adapter; those that it does not name are unchanged.

    Raises:
        ModelError: it corrects a weight that the model lacks, or one of another shape.
    """
    merged = dict(tensors)
    for name, (a, b) in adapter.factors.items():
        if name not in merged or merged[name].shape != (b.shape[0], a.shape[1]) or a.shape[0] != b.shape[1]:
            raise ModelError(adapter.name, f"adaptateur d’un autre modèle ({name}) ; {_CURE}")
        merged[name] = merged[name] + b @ a
    return merged


def _read_tensors(data: bytes) -> dict[str, FloatArray]:
    """Half-precision tensors of a safetensors file, as float32."""
    (size,) = struct.unpack_from("<Q", data)
    header: dict[str, Any] = json.loads(data[8 : 8 + size])
    found: dict[str, FloatArray] = {}
    for name, entry in header.items():
        if name == "__metadata__":
            continue
        if entry["dtype"] != "F16":
            raise ModelError(name, f"type de tenseur inattendu ({entry['dtype']}) ; {_CURE}")
        start, end = entry["data_offsets"]
        values = np.frombuffer(data, "<f2", (end - start) // 2, 8 + size + start)
        found[name] = values.reshape(entry["shape"]).astype(np.float32)
    return found
