"""Shape of a verdict (pydantic)."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from bot.feedback import TEXT_MAX, Complaint
from bot.schema import Strict


class Verdict(StrEnum):
    """What became of a draft."""

    ACCEPTED = "accepted"
    EDITED = "edited"
    REJECTED = "rejected"


class VerdictRequest(Strict):
    """An agent's verdict on a draft."""

    reference: Annotated[str, Field(pattern=r"^CV-[A-Z2-7]{16}$", description="Référence du brouillon.")]
    verdict: Verdict
    reasons: Annotated[
        list[Complaint], Field(default_factory=list, max_length=len(Complaint), description="Ce qui n’allait pas.")
    ]
    question: Annotated[str, Field(max_length=TEXT_MAX)] = ""
    comment: Annotated[str, Field(max_length=TEXT_MAX)] = ""
