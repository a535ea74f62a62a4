"""Shapes of ``GET /v1/emergencies`` (pydantic)."""

from bot.incident import Incident
from bot.schema import AnswerOut, IndexOut, Out


class EmergencySheet(Out):
    """The sheet of one kind of emergency: its stable name for programs, its name for people, the answer itself."""

    incident: Incident
    name: str
    answer: AnswerOut


class EmergenciesOut(Out):
    """All the sheets of the index; those that it does not hold are left out."""

    sheets: list[EmergencySheet]
    index: IndexOut
