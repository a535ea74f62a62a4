"""Answer or abstain: a calibrated probability from several signals, never one raw similarity.

Cosines of the E5 family all lie between 0.75 and 0.9, so none of them alone separates what the corpus answers from
what it does not. A logistic model over a few signals does better; its coefficients and the threshold come from
``calibration.json``, written by ``python -m evals.calibrate``.
"""

import json
import math
from collections.abc import Sequence
from dataclasses import astuple, dataclass, fields
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from bot.model import Reason
from index.lexical import Bm25Index
from index.model import SearchHit
from index.tokens import terms

CALIBRATION = Path(__file__).with_name("calibration.json")
_TOP = 3
FOREIGN_COVERAGE = 0.35
FOREIGN_LINE = 0.86
"""Below both, a question is about something else: of the 24 development questions outside the subject most lie there,
of the 77 answerable ones none with a low probability."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """Signals that the hits of a question give. All are higher when an answer is likelier."""

    dense: float
    """Best cosine of question and passage among the first hits."""
    line: float
    """Best cosine of question and one heading, digest question or sentence among the first hits."""
    coverage: float
    """Share of the question's terms, weighted by rarity, found in the best covering passage of the first hits."""
    known: float
    """Share of the question's terms, weighted by rarity, that occur anywhere in the corpus (0..1)."""
    standing: float
    """Cosine of the first hit above the mean of the list, in deviations."""
    agreement: float
    """1 when the first hit is also first for both engines among the list, 0.5 for one, 0 for none."""


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
    """Cross-validated rates on the development questions."""

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


def weigh(question: str, hits: Sequence[SearchHit], lexical: Bm25Index) -> Evidence:
    """The evidence that hits give for a question; all zero when there is none."""
    weights = lexical.weights(question)
    total = sum(weights.values())
    if not hits or not total:
        return Evidence(0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
    dense = np.array([hit.signals.dense or 0.0 for hit in hits])
    bm25 = np.array([hit.signals.lexical or 0.0 for hit in hits])
    spread = float(dense.std()) or 1.0
    held = [_terms(hit) for hit in hits[:_TOP]]
    # As integers: two numpy booleans add up to True, not to 2.
    first = int(dense.argmax() == 0) + int(bm25.argmax() == 0 and bm25[0] > 0)
    return Evidence(
        dense=float(dense[:_TOP].max()),
        line=max(hit.signals.line or 0.0 for hit in hits[:_TOP]),
        coverage=max(sum(weight for term, weight in weights.items() if term in present) for present in held) / total,
        known=sum(weight for term, weight in weights.items() if lexical.knows(term)) / total,
        standing=float(dense[0] - dense.mean()) / spread,
        agreement=first / 2,
    )


def _terms(hit: SearchHit) -> set[str]:
    passage = hit.passage
    return set(terms(" ".join((passage.title, *passage.path, *passage.questions, passage.text))))


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
