"""Sentence vectors through onnxruntime: what serving uses. Imports neither torch nor sentence-transformers."""

import hashlib
import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

from index.errors import ModelError
from index.files import file_sha256
from index.model import FloatMatrix, FloatVector

MANIFEST = "model.json"


@dataclass(frozen=True, slots=True)
class ModelCard:
    """What a prepared model folder says of itself (``model.json``)."""

    name: str
    source: str
    dimension: int
    max_tokens: int
    query_prompt: str
    passage_prompt: str
    precision: str
    parity_mean: float
    parity_min: float
    files: dict[str, str]
    """SHA-256 of each file."""

    @property
    def digest(self) -> str:
        """Hash over everything that the vectors depend on."""
        parts = [self.dimension, self.max_tokens, self.query_prompt, self.passage_prompt, sorted(self.files.items())]
        return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:16]


def read_card(folder: Path) -> ModelCard:
    """The card of a prepared model.

    Raises:
        ModelError: no model has been prepared in ``folder``, or its card cannot be read.
    """
    path = folder / MANIFEST
    try:
        return ModelCard(**json.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        raise ModelError(str(folder), "modèle non préparé ; lancez « cybervigie index »") from None
    except (ValueError, TypeError) as error:
        raise ModelError(str(path), "fiche du modèle illisible ; « cybervigie index » le prépare à nouveau") from error


class OnnxEmbedder:
    """A prepared model. Texts are encoded one at a time: no padding is wasted, and since int8 activations are
    scaled per call, a text's vector never depends on its neighbours in a batch.

    Args:
        folder: a folder written by :func:`index.prepare.prepare_model`.
        threads: texts that :meth:`embed_passages` encodes at the same time. One encoding keeps one thread: on two cores
            two encodings side by side take 1.35 times as many short texts a second as one with two threads.

    Raises:
        ModelError: the folder holds no model, or a file differs from its recorded SHA-256.
    """

    def __init__(self, folder: Path, *, threads: int = 1) -> None:
        self.card = read_card(folder)
        for name, expected in self.card.files.items():
            path = folder / name
            if not path.is_file() or file_sha256(path) != expected:
                raise ModelError(str(path), "fichier absent ou altéré ; « cybervigie index » le prépare à nouveau")
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.enable_truncation(self.card.max_tokens)
        # Some models' tokenizers pad to a fixed length: padding would count as text below.
        self._tokenizer.no_padding()
        self._threads = threads
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(
            str(folder / "model.onnx"), options, providers=["CPUExecutionProvider"]
        )

    @property
    def name(self) -> str:
        """Name of the model and its precision."""
        return f"{self.card.name} ({self.card.precision})"

    @property
    def digest(self) -> str:
        """See :class:`ModelCard`."""
        return self.card.digest

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return self.card.dimension

    def embed_passages(self, texts: Sequence[str]) -> FloatMatrix:
        """Vectors of shape (len(texts), dimension), unit length."""
        if not texts:
            return np.zeros((0, self.dimension), dtype=np.float32)
        prompted = [self.card.passage_prompt + text for text in texts]
        if self._threads == 1:
            return np.stack([self._encode(text) for text in prompted])
        with ThreadPoolExecutor(self._threads) as pool:
            return np.stack(list(pool.map(self._encode, prompted)))

    def embed_query(self, text: str) -> FloatVector:
        """Vector of a question, shape (dimension,), unit length."""
        return self._encode(self.card.query_prompt + text)

    def _encode(self, text: str) -> FloatVector:
        ids = np.array([self._tokenizer.encode(text).ids], dtype=np.int64)
        output = self._session.run(None, {"input_ids": ids, "attention_mask": np.ones_like(ids)})[0]
        return np.asarray(output[0], dtype=np.float32)
