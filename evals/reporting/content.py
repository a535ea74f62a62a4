"""What a report says, before it is laid out: figures with their words, groups, questions to review, comparison."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from evals.compare import Comparison, compare
from evals.labels import KINDS, REGISTERS
from evals.model import Kind, Register, Run
from evals.reporting import words
from evals.reporting.worst import Fault, Worst, fault_counts, worst_questions
from evals.scores.bootstrap import Interval
from evals.scores.catalogue import BY_CODE, CATALOGUE, GROUPS, Definition
from evals.scores.judgement import Sight, cases
from evals.scores.measures import Score
from evals.scores.slices import FEW, Axis
from evals.scores.summary import Scores, SliceScores, score_run
from evals.systems.identity import PROMISE


@dataclass(frozen=True, slots=True)
class Line:
    """A measure in words. ``tone``: good, caution, danger, or empty without a target; ``state`` says it.

    ``promised``: what the service itself says of the measure, empty where it says nothing.
    """

    code: str
    label: str
    value: str
    interval: str
    exact: bool
    judged: int
    reading: str
    target: str
    tone: str
    state: str
    promised: str


@dataclass(frozen=True, slots=True)
class Family:
    """The measures of one family; ``missing``: labels of those that this run cannot measure."""

    title: str
    lines: tuple[Line, ...]
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """The content of a report. ``comparison`` is with an earlier run, where one is given."""

    run: Run
    scores: Scores
    families: tuple[Family, ...]
    worst: tuple[Worst, ...]
    faults: tuple[tuple[Fault, int], ...]
    comparison: Comparison | None

    @property
    def headline(self) -> list[Line]:
        """The figures of the first page, in the order of the catalogue."""
        return [line for family in self.families for line in family.lines if BY_CODE[line.code].headline]

    @property
    def by_document(self) -> bool:
        """Whether expected facts were seen by the official document cited, not by what the quotes say."""
        expected = any(question.expected.facts for question in self.run.questions)
        return expected and self.scores.sight is Sight.DOCUMENTS

    @property
    def promised(self) -> list[Line]:
        """Measures of which the service says itself what they are worth."""
        return [line for family in self.families for line in family.lines if line.promised]

    @property
    def aimed(self) -> list[Line]:
        """Measures that have a target."""
        return [line for family in self.families for line in family.lines if line.tone]


def build_report(run: Run, against: Run | None = None) -> Report:
    """The report of a run, compared with an earlier one where it is given.

    Raises:
        NothingToScore: the run holds no outcome.
        NothingInCommon: the runs share no question.
    """
    scores = score_run(run)
    worst = worst_questions(cases(run), scores.sight)
    return Report(
        run=run,
        scores=scores,
        families=tuple(_families(scores.scores, run.meta.system.details)),
        worst=tuple(worst),
        faults=tuple(fault_counts(worst)),
        comparison=None if against is None else compare(against, run),
    )


def _families(scores: Sequence[Score], details: Mapping[str, str]) -> list[Family]:
    by_code = {score.code: score for score in scores}
    found = []
    for group, title in GROUPS.items():
        definitions = [definition for definition in CATALOGUE if definition.group is group]
        lines = [line for definition in definitions if (line := _line(definition, by_code[definition.code], details))]
        missing = [definition.label for definition in definitions if by_code[definition.code].value is None]
        found.append(Family(title, tuple(lines), tuple(missing)))
    return found


def _line(definition: Definition, score: Score, details: Mapping[str, str]) -> Line | None:
    if score.value is None:
        return None
    tone, state = _state(definition, score)
    return Line(
        definition.code,
        definition.label,
        words.amount(score.value, definition),
        words.between(score.interval, definition) if score.interval else "",
        score.interval is not None and score.interval.exact,
        score.judged,
        words.reading(score.value, definition),
        words.target(definition),
        tone,
        state,
        _promised(definition, details),
    )


def _promised(definition: Definition, details: Mapping[str, str]) -> str:
    """The rate that the service promises, with its interval where it gives one."""
    told = [details.get(f"{PROMISE}{definition.code}{end}") for end in ("", "_low", "_high")]
    value, low, high = (None if one is None else float(one) for one in told)
    if value is None:
        return ""
    interval = "" if low is None or high is None else f" ({words.between(Interval(low, high), definition)})"
    return f"{words.amount(value, definition)}{interval}"


def _state(definition: Definition, score: Score) -> tuple[str, str]:
    """A target at the end of the scale is reached or not; another one may be within the interval."""
    if definition.target is None or score.value is None or score.interval is None:
        return "", ""
    reached = definition.reached(score.value)
    if definition.target in (0.0, 1.0):
        return ("good", "atteint") if reached else ("danger", "non atteint")
    sides = {definition.reached(score.interval.low), definition.reached(score.interval.high)}
    if len(sides) == 2:
        return "caution", "atteint, à confirmer" if reached else "non atteint, à confirmer"
    return ("good", "atteint") if reached else ("danger", "non atteint")


def slice_label(axis: Axis, value: str) -> str:
    """The French name of a slice."""
    if axis is Axis.KIND:
        return KINDS[Kind(value)]
    if axis is Axis.REGISTER:
        return REGISTERS[Register(value)]
    if axis is Axis.AUDIENCE:
        return words.AUDIENCES.get(value, value)
    return words.TOPICS.get(value, value.replace("_", " ")) if axis is Axis.TOPIC else value


def is_few(score: Score) -> bool:
    """Whether a slice's score stands on too few questions to tell anything."""
    return score.judged < FEW


def axis_slices(scores: Scores, axis: Axis) -> list[SliceScores]:
    """The slices of one axis that measure something, largest first."""
    return [part for part in scores.slices if part.axis is axis and part.scores]
