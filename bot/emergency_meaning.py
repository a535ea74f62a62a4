"""What a sentence means, whatever its words: a linear model over the vector that the search engine's encoder gives it.

Rules and beginnings of words know only what someone thought of; the vector of "je vois mes documents se renommer devant
moi" lies near those of ransomware without sharing a word with them. Multinomial logistic regression as in
``emergency_guess``, trained on the same sentences by ``python -m evals.emergency_weights``. The weights fit the encoder
that they were trained on and no other: with another one there is no meaning to look at, and the words alone decide.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from bot.emergency_guess import normalised
from bot.shorthand import spelt_out
from index.model import FloatMatrix, FloatVector

WEIGHTS = Path(__file__).with_name("emergency_meaning.json")

Encode = Callable[[str], FloatVector]
"""The unit vector of a text as a question, shape (dimension,)."""


def as_encoded(question: str) -> str:
    """The text whose vector is looked at: small letters (panic writes in capitals), short messages spelt out."""
    return spelt_out(question.casefold())


def encoder_name(name: str) -> str:
    """A model's name without its precision: int8 and float32 vectors of one model differ too little to matter."""
    return name.split(" (")[0]


def scores(question: str, encode: Encode) -> dict[str, float]:
    """Natural logarithm of the probability of each incident, by slug, and of ``emergency_guess.ORDINARY``."""
    weights = _weights()
    found = weights.matrix @ encode(as_encoded(question)) + weights.intercepts
    return normalised({name: float(score) for name, score in zip(weights.names, found, strict=True)})


def fits(model: str) -> bool:
    """Whether the weights were trained on the encoder of that name (``index`` manifest, ``model``)."""
    return encoder_name(model) == _weights().encoder


@dataclass(frozen=True, slots=True)
class _Weights:
    encoder: str
    names: tuple[str, ...]
    matrix: FloatMatrix
    """Shape (names, dimension)."""
    intercepts: FloatVector
    """Shape (names,)."""


@cache
def _weights() -> _Weights:
    loaded = json.loads(WEIGHTS.read_text(encoding="utf-8"))
    names = tuple(sorted(loaded["weights"]))
    matrix = np.array([loaded["weights"][name] for name in names], dtype=np.float32)
    intercepts = np.array([loaded["intercepts"][name] for name in names], dtype=np.float32)
    return _Weights(loaded["encoder"], names, matrix, intercepts)
