"""Abstention: both wrong directions side by side, the risk-coverage curve, calibration.

Answered: a status of answer or emergency. Anything else (refusal, question asked back, failure) gives the user no
answer and is an abstention. A question whose status may be either is not judged here, nor is an emergency, which has
measures of its own.

Risk and calibration rank all judged questions by the system's confidence. Answering an unanswerable question is an
error. What a refused question would have got is not known: it is taken as right when one of the first passages found
carries what is expected (``Case.supposed``), wrong otherwise. ``ece_answered`` supposes nothing: it is over the answers
that were given.
"""

from collections.abc import Sequence

import numpy as np

from bot.model import Status
from evals.scores.judgement import Case
from evals.scores.measures import Measure, array, measured
from evals.scores.ranked import CalibrationError, Curve, RiskAt, Summary
from evals.scores.statistics import F1, share


def ranked_errors(
    found: Sequence[Case],
) -> tuple[np.ndarray[tuple[int], np.dtype[np.float64]], np.ndarray[tuple[int], np.dtype[np.float64]]]:
    """Confidence (NaN where nothing is to be judged) and errors, both (n,)."""
    return array([case.confidence for case in found]), np.array([float(case.error is True) for case in found])


def abstention_measures(found: Sequence[Case]) -> list[Measure]:
    """Measures of when the system answers."""
    told = [case.answerable is not None and case.answered is not None for case in found]
    abstained = [is_told and not case.answered for case, is_told in zip(found, told, strict=True)]
    without = [is_told and not case.answerable for case, is_told in zip(found, told, strict=True)]
    having = [is_told and bool(case.answerable) for case, is_told in zip(found, told, strict=True)]
    answered = [bool(case.answered) for case in found]
    asked = [case.outcome.status is Status.CLARIFY for case in found]
    confidence, errors = ranked_errors(found)
    judged = int((~np.isnan(confidence)).sum())
    certain = np.where(answered, confidence, np.nan)
    ranked = [Measure(summary.value, Curve(confidence, errors, summary), judged) for summary in Summary] + [
        Measure("risk_80", RiskAt(confidence, errors, 0.80), judged),
        Measure("risk_95", RiskAt(confidence, errors, 0.95), judged),
        Measure("ece", CalibrationError(confidence, errors), judged),
        Measure("ece_answered", CalibrationError(certain, errors), int((~np.isnan(certain)).sum())),
    ]
    return [
        measured("false_answer_rate", share(answered, without)),
        measured("over_refusal_rate", share(abstained, having)),
        measured("asked_back_rate", share(asked, having)),
        measured("abstention_precision", share(without, abstained)),
        measured("abstention_recall", share(abstained, without)),
        Measure("abstention_f1", F1(np.array(abstained, float), np.array(without, float)), sum(told)),
        *ranked,
    ]
