"""Everything that tells an emergency from a question about one, weighed together: ``probability(signs)``.

The two linear models and the rules each hear trouble in a question that only speaks of it; how the question is turned
(whether it asks, supposes, denies, marks itself as a question, names something digital) tells them apart. A logistic
model over these signs, trained by ``python -m evals.emergency_weights`` on what the two models say of sentences left
out of their training. Sentences that no rule was written for weigh more in it: on the others rules look infallible.
"""

import json
import math
from collections.abc import Collection, Mapping
from dataclasses import astuple, dataclass, fields
from functools import cache
from pathlib import Path

from bot.emergency_guess import ORDINARY
from bot.emergency_stance import asks, calls, denies, puts_a_question
from bot.emergency_things import has_everyday_cause, names_something_digital
from bot.incident import Incident

WEIGHTS = Path(__file__).with_name("emergency_signs.json")
_BOUND = 12.0
"""Log-odds beyond which a model is only sure of what it was trained on."""


@dataclass(frozen=True, slots=True)
class Signs:
    """What a question shows, in the order of the weights. Flags are 0 or 1."""

    words: float
    """Log-odds of an incident by the beginnings of words."""
    meaning: float
    """Log-odds of an incident by the sentence vector."""
    rule: float
    """A rule names an incident."""
    asks: float
    """It asks about a subject, or supposes."""
    denies: float
    """It says that nothing was done."""
    digital: float
    """It names something digital, or data."""
    everyday: float
    """It gives an everyday cause (an update, a forgotten password)."""
    length: float
    """Logarithm of one more than the number of words."""
    marked: float
    """It puts a question, with its mark, other than what to do now."""
    calls: float
    """It calls for help, or asks what to do now."""


def signs_of(
    text: str, by_rule: Collection[Incident], words: Mapping[str, float], meaning: Mapping[str, float]
) -> Signs:
    """The signs of a question.

    Args:
        text: a question made plain (``emergency_text``).
        by_rule: incidents that the rules name.
        words: logarithms of probabilities by ``emergency_guess``.
        meaning: the same by ``emergency_meaning``.
    """
    return Signs(
        words=log_odds(words),
        meaning=log_odds(meaning),
        rule=float(bool(by_rule)),
        asks=float(asks(text)),
        denies=float(denies(text)),
        digital=float(names_something_digital(text)),
        everyday=float(has_everyday_cause(text)),
        length=math.log1p(len(text.split())),
        marked=float(puts_a_question(text)),
        calls=float(calls(text)),
    )


def log_odds(logs: Mapping[str, float]) -> float:
    """Log-odds that a distribution, given by its logarithms, holds any incident."""
    ordinary = logs[ORDINARY]
    told = -math.expm1(min(ordinary, 0.0))
    return max(-_BOUND, min(_BOUND, (math.log(told) if told > 0 else -math.inf) - ordinary))


@dataclass(frozen=True, slots=True)
class _Weights:
    mean: tuple[float, ...]
    deviation: tuple[float, ...]
    weights: tuple[float, ...]
    intercept: float


def probability(signs: Signs) -> float:
    """Probability, 0..1, that something has happened."""
    model = _weights()
    given = zip(astuple(signs), model.mean, model.deviation, model.weights, strict=True)
    return 1 / (1 + math.exp(-model.intercept - sum((x - mean) / dev * weight for x, mean, dev, weight in given)))


@cache
def _weights() -> _Weights:
    loaded = json.loads(WEIGHTS.read_text(encoding="utf-8"))
    if loaded["signs"] != [field.name for field in fields(Signs)]:
        raise ValueError(f"{WEIGHTS.name} was made for other signs; run: python -m evals.emergency_weights")
    lists = {name: tuple(loaded[name]) for name in ("mean", "deviation", "weights")}
    return _Weights(**lists, intercept=loaded["intercept"])
