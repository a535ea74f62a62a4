"""Emergencies: recognised, with the right sheet, and nothing else taken for one."""

from collections.abc import Sequence

from bot.model import Status
from evals.model import Kind
from evals.scores.judgement import Case
from evals.scores.measures import Measure, measured
from evals.scores.statistics import mean


def emergency_measures(found: Sequence[Case]) -> list[Measure]:
    """Measures of emergencies. An ordinary question is one of which no right status is an emergency."""
    return [
        measured("emergency_recall", mean([_raised(case) if _is_emergency(case) else None for case in found])),
        measured("incident_right", mean([_right_sheet(case) for case in found])),
        measured("false_alarm_rate", mean([_raised(case) if _is_ordinary(case) else None for case in found])),
    ]


def _is_emergency(case: Case) -> bool:
    return case.question.right_statuses == {Status.EMERGENCY} or case.question.kind is Kind.EMERGENCY


def _is_ordinary(case: Case) -> bool:
    right = case.question.right_statuses
    return bool(right) and Status.EMERGENCY not in right


def _raised(case: Case) -> bool | None:
    if case.outcome.failure:
        return False
    return None if case.outcome.status is None else case.outcome.status is Status.EMERGENCY


def _right_sheet(case: Case) -> bool | None:
    """Of the emergencies recognised: another sheet can give the opposite gesture."""
    expected = case.question.expected.incident
    if expected is None or not _raised(case) or case.outcome.incident is None:
        return None
    return case.outcome.incident == expected.value
