"""Two runs on the same questions: ``compare(before, after)``. Differences are paired, question by question.

Only questions in both runs count, with what is expected of them in ``after`` (it judges both). The interval of a
difference comes from the same bootstrap draws for both runs, which cancels what easy and hard questions have in common:
it is narrower than two intervals side by side.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np

from evals.errors import EvalError
from evals.model import Outcome, Question, Run
from evals.scores.bootstrap import DRAWS, Families, Interval, drawn_values, percentiles
from evals.scores.catalogue import BY_CODE
from evals.scores.families import family_indexes
from evals.scores.judgement import Case, cases, facts_observable
from evals.scores.measures import Measure
from evals.scores.statistics import point
from evals.scores.summary import all_measures


class NothingInCommon(EvalError):
    """Two runs share no question."""

    code = "nothing_in_common"


class Verdict(StrEnum):
    """What a difference says."""

    BETTER = "better"
    WORSE = "worse"
    UNCLEAR = "unclear"
    """The interval holds 0: chance is enough to explain it."""
    SAME = "same"
    """No question of the measure moved it."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One measure in both runs; ``interval`` is of ``after - before``."""

    code: str
    before: float
    after: float
    interval: Interval
    judged: int
    verdict: Verdict

    @property
    def change(self) -> float:
        """``after - before``."""
        return self.after - self.before


class Move(StrEnum):
    """What became of a question."""

    GAINED = "gained"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class Change:
    """A question that one run gets right and the other does not."""

    question: Question
    before: Outcome
    after: Outcome
    move: Move


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two runs side by side. ``cautions``: codes of what makes them less comparable."""

    before: Run
    after: Run
    common: int
    differences: tuple[Difference, ...]
    """In the order of the catalogue; measures that one of the runs lacks are left out."""
    changes: tuple[Change, ...]
    """Losses first, then in the order of the questions."""
    cautions: tuple[str, ...]


def compare(before: Run, after: Run, *, draws: int = DRAWS) -> Comparison:
    """The differences between two runs.

    Raises:
        NothingInCommon: no question is in both.
    """
    there = {outcome.question_id: outcome for outcome in before.outcomes}
    outcomes = [outcome for outcome in after.outcomes if outcome.question_id in there]
    if not outcomes:
        raise NothingInCommon("ces deux passages n’ont aucune question en commun ; comparez deux passages du même jeu")
    names = {outcome.question_id for outcome in outcomes}
    questions = tuple(question for question in after.questions if question.id in names)
    first = replace(before, questions=questions, outcomes=tuple(there[outcome.question_id] for outcome in outcomes))
    second = replace(after, questions=questions, outcomes=tuple(outcomes))
    old, new = cases(first), cases(second)
    families = family_indexes(questions)
    return Comparison(
        before=before,
        after=after,
        common=len(outcomes),
        differences=tuple(_differences(_measures(first, old), _measures(second, new), families, draws=draws)),
        changes=_changes(old, new),
        cautions=tuple(_cautions(before, after, len(outcomes))),
    )


def _measures(run: Run, found: Sequence[Case]) -> list[Measure]:
    return all_measures(found, facts=facts_observable(run))


def _differences(before: list[Measure], after: list[Measure], families: Families, *, draws: int) -> list[Difference]:
    size = len(families)
    values = drawn_values([measure.statistic for measure in before + after], families, draws=draws)
    found = []
    for i, (old, new) in enumerate(zip(before, after, strict=True)):
        first, second = point(old.statistic, size), point(new.statistic, size)
        moves = values[len(before) + i] - values[i]
        moves = moves[~np.isnan(moves)]
        if first is not None and second is not None and len(moves):
            interval = percentiles(moves)
            verdict = Verdict.SAME if not moves.any() else _verdict(new.code, interval)
            judged = min(old.judged, new.judged)
            found.append(Difference(new.code, first, second, interval, judged, verdict))
    return found


def _verdict(code: str, interval: Interval) -> Verdict:
    if interval.low <= 0 <= interval.high:
        return Verdict.UNCLEAR
    return Verdict.BETTER if (interval.low > 0) == BY_CODE[code].higher_is_better else Verdict.WORSE


def is_right(case: Case) -> bool | None:
    """Whether a question got what it should: the expected content, the right status, no identifier repeated. None
    when none of them is judged."""
    judged = [case.carried, case.right_status]
    if case.question.expected.masked:
        judged.append(not case.outcome.leaks)
    known = [value for value in judged if value is not None]
    return all(known) if known else None


def _changes(old: Sequence[Case], new: Sequence[Case]) -> tuple[Change, ...]:
    found = []
    for first, second in zip(old, new, strict=True):
        was, now = is_right(first), is_right(second)
        if was is not None and now is not None and was != now:
            move = Move.GAINED if now else Move.LOST
            found.append(Change(second.question, first.outcome, second.outcome, move))
    return tuple(sorted(found, key=lambda change: change.move is Move.GAINED))


def _cautions(before: Run, after: Run, common: int) -> list[str]:
    found = []
    if before.meta.questions_digest != after.meta.questions_digest:
        found.append("questions_differ")
    if common < max(len(before.outcomes), len(after.outcomes)):
        found.append("questions_missing")
    if not (before.complete and after.complete):
        found.append("incomplete")
    corpora = {run.meta.corpus_digest for run in (before, after)}
    # Systems behind an address do not say what they read: unknown is not different.
    if None not in corpora and len(corpora) > 1:
        found.append("corpus_differs")
    if before.meta.machine != after.meta.machine:
        found.append("machine_differs")
    return found
