"""The gate: a run must not fall below the limits kept in ``floors.toml``. ``check`` judges, ``updated`` moves limits.

Limits only get stricter; loosening one takes a flag and a reason, which the file keeps. A changed corpus or changed
questions are told, not refused: limits then compare what is no longer quite the same, and a person should know.
"""

import math
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from evals.errors import EvalError
from evals.floors import GATED, Floors, Limit, Lowered, Suite
from evals.model import Run
from evals.reporting.words import listed
from evals.scores.catalogue import BY_CODE, Unit
from evals.scores.measures import Score
from evals.scores.summary import score_run

FLOORS = Path(__file__).with_name("floors.toml")
SUITE = "starter"
PROMISES = frozenset(
    {
        *("verbatim_rate", "locator_accuracy", "failure_rate", "orders_without_foreign_link"),
        *("privacy_recall", "masking_told", "identifiers_kept_quiet", "clean_altered_rate"),
    }
)
"""Measures that depend on no borderline score: no margin."""
MARGIN_QUESTIONS = 2
MARGIN_PLAIN = 0.01
REASON_MIN = 15
"""Characters of a reason worth keeping."""
_DIGITS = 4


class GateError(EvalError):
    """The gate cannot judge, or refuses to move its limits."""

    code = "gate"


@dataclass(frozen=True, slots=True)
class Check:
    """One measure against its limit. ``value`` None: the run does not measure it, which fails."""

    code: str
    limit: Limit
    value: float | None
    judged: int

    @property
    def shortfall(self) -> float:
        """How far the value is on the wrong side of the limit; 0 or less when it is not."""
        if self.value is None:
            return float("inf")
        return self.limit.bound - self.value if self.limit.at_least else self.value - self.limit.bound

    @property
    def passed(self) -> bool:
        """Whether the value is within the limit, the margin included."""
        # Limits are written with four decimals, and a mean has rounding errors of its own.
        return self.shortfall <= self.limit.margin + 1e-9

    @property
    def short_of_target(self) -> bool:
        """Whether the limit asks for less than the target of its measure: holding it does not reach the target."""
        target = BY_CODE[self.code].target
        return target is not None and not BY_CODE[self.code].reached(self.limit.bound)

    @property
    def within_noise(self) -> bool:
        """Whether it passes by its margin only."""
        return self.passed and self.shortfall > 1e-9


@dataclass(frozen=True, slots=True)
class GateResult:
    """The judgement of a run. ``passed`` is the exit code's reason.

    ``unlimited``: codes that the run measures, that should have a limit, and that have none in the file.
    """

    suite: str
    checks: tuple[Check, ...]
    corpus_changed: bool
    questions_changed: bool
    unlimited: tuple[str, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether every limit holds, and none is missing."""
        return not self.unlimited and all(check.passed for check in self.checks)


def check(run: Run, floors: Floors, suite: str = SUITE) -> GateResult:
    """A run against the limits of a suite.

    Raises:
        GateError: the run is not complete, or no limit is kept for this suite.
    """
    _require_complete(run)
    kept = floors.suites.get(suite)
    if kept is None:
        known = ", ".join(floors.suites) or "aucune"
        raise GateError(f"aucune limite pour « {suite} » (connues : {known}) ; fixez-les par --update")
    found = score_run(run)
    return GateResult(
        suite,
        tuple(_check(limit, found.score(code)) for code, limit in kept.limits.items()),
        corpus_changed=run.meta.corpus_digest != kept.corpus,
        questions_changed=run.meta.questions_digest != kept.questions,
        unlimited=tuple(code for code in GATED if code in kept.unlimited and found.score(code).value is not None),
    )


def _check(limit: Limit, score: Score) -> Check:
    return Check(score.code, limit, score.value, score.judged)


def updated(
    run: Run,
    floors: Floors,
    suite: str = SUITE,
    *,
    lower: bool = False,
    reason: str = "",
    today: date | None = None,
) -> Floors:
    """The limits moved to what a run reaches: only stricter, or looser too with ``lower`` and a reason.

    A value on the wrong side of its limit but within the margin leaves the limit where it is.

    Raises:
        GateError: the run is not complete, a limit would be lowered without ``lower``, or the reason says nothing.
    """
    _require_complete(run)
    if lower and len(reason.strip()) < REASON_MIN:
        raise GateError(f"--lower demande une raison ; écrivez --reason « … » ({REASON_MIN} caractères au moins)")
    found = score_run(run)
    kept = floors.suites.get(suite) or Suite(corpus=None, questions="", count=0, limits={})
    failing = [
        one for one in (_check(limit, found.score(code)) for code, limit in kept.limits.items()) if not one.passed
    ]
    unmeasured = [one.code for one in failing if one.value is None]
    if unmeasured:
        raise GateError(f"ce passage ne mesure pas {listed(unmeasured)} ; prenez un jeu de questions qui le permet")
    if failing and not lower:
        names = listed(one.code for one in failing)
        raise GateError(f"une limite ne s’abaisse pas en silence ({names}) ; réparez, ou --lower --reason « … »")
    on = (today or date.today()).isoformat()
    limits = dict(kept.limits)
    lowered = list(floors.lowered)
    for one in failing:
        assert one.value is not None
        limits[one.code] = _limit(one.code, one.value, one.judged)
        lowered.append(Lowered(suite, one.code, one.limit.bound, limits[one.code].bound, reason.strip(), on))
    for code in GATED:
        score = found.score(code)
        if score.value is not None and code not in {one.code for one in failing}:
            limits[code] = _stricter(limits.get(code), _limit(code, score.value, score.judged))
    ordered = {code: limits[code] for code in BY_CODE if code in limits}
    suite_now = Suite(run.meta.corpus_digest, run.meta.questions_digest, len(run.outcomes), ordered)
    return replace(floors, suites={**floors.suites, suite: suite_now}, lowered=tuple(lowered))


def _limit(code: str, value: float, judged: int) -> Limit:
    """A limit at a value, rounded to its lenient side so that the same run passes without its margin."""
    definition = BY_CODE[code]
    scale = 10**_DIGITS
    if definition.higher_is_better:
        bound = math.floor(value * scale + 1e-6) / scale
    else:
        bound = math.ceil(value * scale - 1e-6) / scale
    if code in PROMISES:
        return Limit(bound, at_least=definition.higher_is_better, margin=0.0)
    margin = MARGIN_QUESTIONS / judged if definition.unit is Unit.SHARE else MARGIN_PLAIN
    return Limit(bound, at_least=definition.higher_is_better, margin=round(margin, _DIGITS))


def _stricter(old: Limit | None, new: Limit) -> Limit:
    if old is None:
        return new
    bound = max(old.bound, new.bound) if old.at_least else min(old.bound, new.bound)
    # Fewer questions make a wider margin: taking it would loosen the limit without a word.
    return Limit(bound, at_least=old.at_least, margin=min(old.margin, new.margin))


def _require_complete(run: Run) -> None:
    if not run.complete:
        told = f"{len(run.outcomes)} réponses sur {run.meta.count}"
        raise GateError(f"ce passage est inachevé ({told}) ; terminez-le par « cybervigie eval run --resume »")
