"""Slices: the same few measures on the questions of one publisher, topic, audience, kind or register.

Few questions tell little: under ``FEW``, a slice is shown with a warning and without a verdict.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from evals.model import Question
from evals.scores.judgement import Case
from evals.scores.measures import Measure
from evals.scores.statistics import Ratio
from evals.starter import official_documents
from index.tokens import fold

FEW = 10
SLICED = ("expected_cited", "status_right", "hit_3")
"""Measures shown by slice."""


class Axis(StrEnum):
    """What questions are grouped by."""

    KIND = "kind"
    REGISTER = "register"
    AUDIENCE = "audience"
    TOPIC = "topic"
    PUBLISHER = "publisher"


def audience(told: str) -> str:
    """One spelling of an audience: "Sage_femme", "sage femme" and "sage-femme" are one."""
    return "-".join(fold(told).replace("_", " ").replace("-", " ").split())


def publishers(question: Question) -> Collection[str]:
    """The publisher that a question names, else those of the official texts that its facts come from."""
    if question.publisher:
        return [question.publisher]
    return {document.publisher for fact in question.expected.facts for document in official_documents().get(fact, ())}


_VALUES: Mapping[Axis, Callable[[Case], Iterable[str]]] = {
    Axis.KIND: lambda case: [case.question.kind.value],
    Axis.REGISTER: lambda case: [case.question.register.value],
    Axis.AUDIENCE: lambda case: map(audience, case.question.audience),
    Axis.TOPIC: lambda case: case.question.topics,
    Axis.PUBLISHER: lambda case: publishers(case.question),
}


@dataclass(frozen=True, slots=True, eq=False)
class SliceMeasures:
    """The questions of a slice, and the measures restricted to them."""

    axis: Axis
    value: str
    count: int
    measures: tuple[Measure, ...]


def slice_measures(found: Sequence[Case], measures: Iterable[Measure]) -> list[SliceMeasures]:
    """Every slice that holds a question, largest first within its axis; a question may be in several."""
    by_code = {measure.code: measure for measure in measures}
    slices = []
    for axis, values_of in _VALUES.items():
        values = [frozenset(values_of(case)) for case in found]
        inside = [
            SliceMeasures(axis, value, sum(value in held for held in values), _within(values, value, by_code))
            for value in sorted(frozenset().union(*values))
        ]
        slices += sorted(inside, key=lambda part: (-part.count, part.value))
    return slices


def _within(values: Sequence[frozenset[str]], value: str, by_code: Mapping[str, Measure]) -> tuple[Measure, ...]:
    mask = np.array([float(value in held) for held in values])
    found = []
    for code in SLICED:
        whole = by_code[code].statistic
        assert isinstance(whole, Ratio)
        part = Ratio(whole.above * mask, whole.below * mask)
        if part.judged:
            found.append(Measure(code, part, part.judged))
    return tuple(found)
