"""Two runs on the same questions: ``compare(before, after)``. Differences are paired, question by question.

Only questions in both runs count, with what is expected of them in ``after`` (it judges both), and of each question
only what both systems show (``evals.levelling``): another product is judged as ours is, and ours as it is. The interval
of a difference comes from the same bootstrap draws for both runs, which cancels what easy and hard questions have in
common: it is narrower than two intervals side by side.

A difference is told where the interval leaves 0 out and, for a measure of 0 or 1, McNemar's exact test agrees; for the
measures of the first page, where it also holds with all of them looked at (``evals.significance``).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np

from evals.errors import EvalError
from evals.levelling import levelled
from evals.model import Outcome, Question, Run
from evals.scores.bootstrap import DRAWS, Families, Interval, drawn_values, percentiles
from evals.scores.catalogue import BY_CODE
from evals.scores.families import family_indexes
from evals.scores.judgement import Case, Sight, cases, sight_of
from evals.scores.measures import Measure
from evals.scores.statistics import point
from evals.scores.summary import all_measures
from evals.significance import LEVEL, drawn_p, holm, mcnemar


class NothingInCommon(EvalError):
    """Two runs share no question."""

    code = "nothing_in_common"


class Verdict(StrEnum):
    """What a difference says."""

    BETTER = "better"
    WORSE = "worse"
    UNCLEAR = "unclear"
    """Chance is enough to explain it."""
    SAME = "same"
    """No question of the measure moved it."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One measure in both runs; ``interval`` is of ``after - before``.

    ``exact_p``: of McNemar's test, None where it does not apply. ``adjusted_p``: of a measure of the first page, with
    all of them looked at (Holm); None for another measure.
    """

    code: str
    before: float
    after: float
    interval: Interval
    judged: int
    verdict: Verdict
    exact_p: float | None = None
    adjusted_p: float | None = None

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
    """Two runs side by side. ``cautions``: codes of what makes them less comparable.

    ``one_sided``: codes of measures that one of the runs has and the other does not show.
    """

    before: Run
    after: Run
    common: int
    differences: tuple[Difference, ...]
    """In the order of the catalogue; measures that one of the runs lacks are left out."""
    one_sided: tuple[str, ...]
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
    pairs = [levelled(there[outcome.question_id], outcome) for outcome in outcomes]
    first = replace(before, questions=questions, outcomes=tuple(one for one, _ in pairs))
    second = replace(after, questions=questions, outcomes=tuple(two for _, two in pairs))
    sight = sight_of(before, after)
    old, new = cases(first, sight), cases(second, sight)
    families = family_indexes(questions)
    differences = _differences(all_measures(old, sight), all_measures(new, sight), families, draws=draws)
    alone = [
        _measured(replace(run, questions=questions, outcomes=tuple(own)), families)
        for run, own in ((before, [there[outcome.question_id] for outcome in outcomes]), (after, outcomes))
    ]
    compared = {one.code for one in differences}
    one_sided = tuple(code for code in BY_CODE if code in alone[0] | alone[1] and code not in compared)
    return Comparison(
        before=before,
        after=after,
        common=len(outcomes),
        differences=tuple(_decided(differences)),
        one_sided=one_sided,
        changes=_changes(old, new),
        cautions=tuple(_cautions(before, after, len(outcomes), sight)),
    )


def _measured(run: Run, families: Families) -> set[str]:
    """Codes of what a run measures by itself."""
    sight = sight_of(run)
    measures = all_measures(cases(run, sight), sight)
    return {measure.code for measure in measures if point(measure.statistic, len(families)) is not None}


def _differences(before: list[Measure], after: list[Measure], families: Families, *, draws: int) -> list[Difference]:
    size = len(families)
    values = drawn_values([measure.statistic for measure in before + after], families, draws=draws)
    found = []
    for i, (old, new) in enumerate(zip(before, after, strict=True)):
        first, second = point(old.statistic, size), point(new.statistic, size)
        moves = values[len(before) + i] - values[i]
        moves = moves[~np.isnan(moves)]
        if first is not None and second is not None and len(moves):
            exact = mcnemar(old.statistic, new.statistic)
            found.append(
                Difference(
                    new.code,
                    first,
                    second,
                    percentiles(moves),
                    min(old.judged, new.judged),
                    Verdict.UNCLEAR if moves.any() else Verdict.SAME,
                    exact_p=exact,
                    adjusted_p=max(drawn_p(moves), exact or 0.0) if BY_CODE[new.code].headline else None,
                )
            )
    return found


def _decided(found: Sequence[Difference]) -> list[Difference]:
    """Verdicts, once the measures of the first page are corrected for being looked at together."""
    adjusted = holm({one.code: one.adjusted_p for one in found if one.adjusted_p is not None})
    corrected = [replace(one, adjusted_p=adjusted.get(one.code)) for one in found]
    return [replace(one, verdict=_verdict(one)) for one in corrected]


def _verdict(one: Difference) -> Verdict:
    if one.verdict is Verdict.SAME:
        return Verdict.SAME
    likely = [value for value in (one.exact_p, one.adjusted_p) if value is not None]
    if one.interval.low <= 0 <= one.interval.high or any(value >= LEVEL for value in likely):
        return Verdict.UNCLEAR
    return Verdict.BETTER if (one.interval.low > 0) == BY_CODE[one.code].higher_is_better else Verdict.WORSE


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


def _cautions(before: Run, after: Run, common: int, sight: Sight) -> list[str]:
    found = []
    if sight is not Sight.FACTS and any(question.expected.facts for question in after.questions):
        found.append("facts_by_document" if sight is Sight.DOCUMENTS else "facts_unseen")
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
