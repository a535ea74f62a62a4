"""All the scores of a run: ``score_run(run)``."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from evals.errors import EvalError
from evals.model import Run
from evals.scores.abstention import abstention_measures, ranked_errors
from evals.scores.answers import answer_measures
from evals.scores.bootstrap import DRAWS, SEED, drawn_values, interval_of
from evals.scores.catalogue import CATALOGUE
from evals.scores.emergencies import emergency_measures
from evals.scores.families import family_indexes
from evals.scores.judgement import Case, Sight, cases, sight_of
from evals.scores.latency import latency_measures
from evals.scores.measures import Measure, Score
from evals.scores.privacy import privacy_measures
from evals.scores.ranked import BINS, bin_of, curve_points
from evals.scores.retrieval import retrieval_measures
from evals.scores.slices import Axis, slice_measures
from evals.scores.statistics import point


class NothingToScore(EvalError):
    """A run holds no outcome."""

    code = "nothing_to_score"


@dataclass(frozen=True, slots=True)
class SliceScores:
    """Scores of a slice of ``count`` questions."""

    axis: Axis
    value: str
    count: int
    scores: tuple[Score, ...]


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """Answering the most confident questions, down to ``confidence``: their share, and the share of errors."""

    coverage: float
    risk: float
    confidence: float


@dataclass(frozen=True, slots=True)
class ReliabilityBin:
    """Questions whose confidence is from ``low`` to ``high``: how many, mean confidence, share right."""

    low: float
    high: float
    count: int
    confidence: float
    right: float


@dataclass(frozen=True, slots=True)
class RiskCoverage:
    """The curve; ``coverage``, ``risk``: where the system stands by its own choice of when to answer.

    ``supposed``: refused questions whose error is a supposition (see ``evals.scores.abstention``).
    """

    points: tuple[CurvePoint, ...]
    coverage: float | None
    risk: float | None
    judged: int
    supposed: int


@dataclass(frozen=True, slots=True)
class Scores:
    """Everything measured on a run. ``scores`` in the order of the catalogue, unmeasured ones included.

    ``sight``: by what expected facts were seen.
    """

    count: int
    families: int
    """Questions that are not rewordings of another."""
    draws: int
    seed: int
    scores: tuple[Score, ...]
    slices: tuple[SliceScores, ...]
    curve: RiskCoverage
    reliability: tuple[ReliabilityBin, ...]
    sight: Sight

    def score(self, code: str) -> Score:
        """The score of a measure."""
        return next(score for score in self.scores if score.code == code)


def all_measures(found: Sequence[Case], sight: Sight) -> list[Measure]:
    """Every measure, in the order of the catalogue."""
    measures = [
        *answer_measures(found),
        *abstention_measures(found),
        *emergency_measures(found),
        *privacy_measures(found),
        *retrieval_measures(found, sight),
        *latency_measures(found),
    ]
    by_code = {measure.code: measure for measure in measures}
    assert len(by_code) == len(measures) == len(CATALOGUE)
    return [by_code[definition.code] for definition in CATALOGUE]


def score_run(run: Run, *, draws: int = DRAWS) -> Scores:
    """The scores of the questions asked so far, with 95 % bootstrap intervals.

    Raises:
        NothingToScore: none was asked.
    """
    sight = sight_of(run) if run.outcomes else Sight.NOTHING
    found = cases(run, sight)
    if not found:
        raise NothingToScore("ce passage ne contient aucune réponse ; continuez-le par --resume")
    measures = all_measures(found, sight)
    slices = slice_measures(found, measures)
    every = [*measures, *(measure for part in slices for measure in part.measures)]
    families = family_indexes([case.question for case in found])
    values = drawn_values([measure.statistic for measure in every], families, draws=draws)
    scored = {
        id(measure): Score(
            measure.code,
            point(measure.statistic, len(found)),
            measure.judged,
            interval_of(measure.statistic, drawn, families),
        )
        for measure, drawn in zip(every, values, strict=True)
    }
    return Scores(
        count=len(found),
        families=int(families.max()) + 1,
        draws=draws,
        seed=SEED,
        scores=tuple(scored[id(measure)] for measure in measures),
        slices=tuple(
            SliceScores(part.axis, part.value, part.count, tuple(scored[id(measure)] for measure in part.measures))
            for part in slices
        ),
        curve=_curve(found),
        reliability=_reliability(found),
        sight=sight,
    )


def _curve(found: Sequence[Case]) -> RiskCoverage:
    confidence, errors = ranked_errors(found)
    judged = [case for case in found if case.confidence is not None]
    answered = [case for case in judged if case.answered]
    return RiskCoverage(
        points=tuple(CurvePoint(*values) for values in curve_points(confidence, errors)),
        coverage=len(answered) / len(judged) if judged else None,
        risk=sum(case.error is True for case in answered) / len(answered) if answered else None,
        judged=len(judged),
        supposed=sum(case.supposed for case in judged),
    )


def _reliability(found: Sequence[Case]) -> tuple[ReliabilityBin, ...]:
    confidence, errors = ranked_errors(found)
    known = ~np.isnan(confidence)
    confidence, errors = confidence[known], errors[known]
    place = bin_of(confidence)
    return tuple(
        ReliabilityBin(
            i / BINS,
            (i + 1) / BINS,
            int((place == i).sum()),
            float(confidence[place == i].mean()),
            float(1 - errors[place == i].mean()),
        )
        for i in range(BINS)
        if (place == i).any()
    )
