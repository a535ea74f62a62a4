"""Answer or abstain: a calibrated probability from several signals, never one raw similarity.

A logistic model over the signals of ``evidence``; its coefficients and the threshold come from ``calibration.json``,
written by ``python -m evals.calibrate``.
"""

import json
import math
from dataclasses import astuple, dataclass, fields
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from bot.evidence import Evidence
from bot.model import Reason

CALIBRATION = Path(__file__).with_name("calibration.json")
FOREIGN_COVERAGE = 0.35
FOREIGN_LINE = 0.86
"""Below both, a question is about something else: of the 24 development questions outside the subject most lie there,
of the 77 answerable ones none with a low probability."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """A logistic model: mean and deviation of each signal, weights, intercept, threshold, and what it promises."""

    signals: tuple[str, ...]
    mean: tuple[float, ...]
    deviation: tuple[float, ...]
    weights: tuple[float, ...]
    intercept: float
    threshold: float
    weak: float
    """Below this the question is taken as outside the subject; between the two, the evidence is weak."""
    promise: dict[str, float]
    """Rates with official texts in the index, on questions that neither weights nor threshold were fitted on."""
    promise_starter: dict[str, float]
    """The same with the starter corpus alone."""

    def probability(self, evidence: Evidence) -> float:
        """Probability that the first hits answer the question, 0..1."""
        values = (np.array(astuple(evidence)) - self.mean) / self.deviation
        return 1.0 / (1.0 + math.exp(-float(values @ np.array(self.weights) + self.intercept)))


@cache
def load_calibration(path: Path = CALIBRATION) -> Calibration:
    """The calibration shipped with the program."""
    content = json.loads(path.read_text(encoding="utf-8"))
    expected = tuple(field.name for field in fields(Evidence))
    if tuple(content["signals"]) != expected:
        raise ValueError(f"{path.name} was made for other signals; run: python -m evals.calibrate")
    values: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in content.items()
    }
    return Calibration(**values)


def decide(probability: float, evidence: Evidence, calibration: Calibration) -> Reason | None:
    """None to answer, else why not.

    A low probability alone means that nothing was found; "outside the subject" is said only when the question's own
    words are not those of the corpus either.
    """
    if probability >= calibration.threshold:
        return None
    if probability >= calibration.weak:
        return Reason.WEAK
    foreign = evidence.coverage < FOREIGN_COVERAGE and evidence.line < FOREIGN_LINE
    return Reason.OUT_OF_SCOPE if foreign else Reason.NOTHING_FOUND
