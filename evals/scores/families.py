"""Families of questions: several ways to put one question are no independent evidence, and are drawn together.

A family is what stands before the point of an id whose ending names a register: ``ans-fax.plain`` and ``ans-fax.sms``
are of the family ``ans-fax``. Any other question is a family of its own.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from evals.model import Question, Register

_REGISTERS = frozenset(register.value for register in Register)


def family_of(question_id: str) -> str:
    """The name of a question's family."""
    stem, point, ending = question_id.rpartition(".")
    return stem if point and ending.replace("-", "_") in _REGISTERS else question_id


def family_indexes(questions: Sequence[Question]) -> NDArray[np.int64]:
    """The number of each question's family, from 0, in order of appearance: (n,)."""
    numbers: dict[str, int] = {}
    return np.array([numbers.setdefault(family_of(question.id), len(numbers)) for question in questions], np.int64)
