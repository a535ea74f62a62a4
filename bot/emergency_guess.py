"""A second look at sentences that no rule recognises: a linear model over the beginnings of their words.

Multinomial logistic regression with one set of weights per incident and one for "ordinary question", trained by
``python -m evals.emergency_weights`` on sentences written for the project. It proposes; ``emergency`` decides, and what
asks, supposes or denies is never proposed. ``emergency_meaning`` is its counterpart on sentence vectors.
"""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path

from bot.incident import Incident

WEIGHTS = Path(__file__).with_name("emergency_weights.json")
ORDINARY = "ordinary"
_LETTERS = 6
_LONGEST = 60
"""Words beyond which a text is a story: too many of them, and something always looks like trouble."""


@dataclass(frozen=True, slots=True)
class Guess:
    """The likeliest incident, and the probability (0 to 1) that there is one at all."""

    incident: Incident
    probability: float
    share: float
    """Of that probability, the part of this incident (0 to 1)."""


def features(text: str) -> set[str]:
    """What the model sees of a plain text: its words' first letters, alone, in pairs, in pairs with one left out."""
    words = [word[:_LETTERS] for word in text.split() if word not in "|?"]
    pairs = {f"{first} {second}" for first, second in pairwise(words)}
    apart = {f"{first} _ {second}" for first, second in zip(words, words[2:], strict=False)}
    return {*words, *pairs, *apart, *(f"^ {word}" for word in words[:1])}


def scores(text: str) -> dict[str, float]:
    """Natural logarithm of the probability of each incident, by slug, and of ``ORDINARY``."""
    weights = _weights()
    found = dict(weights.intercepts)
    for feature in features(text):
        for name, weight in weights.features.get(feature, {}).items():
            found[name] += weight
    return normalised(found)


def guess(text: str) -> Guess | None:
    """The likeliest incident of a plain text; None for a long one."""
    return None if len(text.split()) > _LONGEST else likeliest(scores(text))


def likeliest(logs: Mapping[str, float]) -> Guess:
    """The guess that normalised logarithms of probabilities amount to."""
    odds = {name: math.exp(log) for name, log in logs.items()}
    told = max(1 - odds[ORDINARY], 1e-12)
    best = max(Incident, key=lambda incident: odds[incident.value])
    return Guess(best, told, odds[best.value] / told)


def normalised(logs: Mapping[str, float]) -> dict[str, float]:
    """Logarithms shifted so that their exponentials add up to one."""
    highest = max(logs.values())
    total = highest + math.log(sum(math.exp(log - highest) for log in logs.values()))
    return {name: log - total for name, log in logs.items()}


@dataclass(frozen=True, slots=True)
class _Weights:
    intercepts: dict[str, float]
    features: dict[str, dict[str, float]]


@cache
def _weights() -> _Weights:
    loaded = json.loads(WEIGHTS.read_text(encoding="utf-8"))
    return _Weights(loaded["intercepts"], loaded["features"])
