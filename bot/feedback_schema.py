"""Shapes of ``POST /v1/feedback`` (pydantic)."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from bot.feedback import TEXT_MAX, Complaint, Rating
from bot.model import Reason, Status
from bot.schema import Out, Strict

Text = Annotated[str, Field(max_length=TEXT_MAX)]


class FeedbackRequest(Strict):
    """An opinion on one answer: fixed codes, and, for whoever agrees, two texts."""

    answer_id: Annotated[str, Field(pattern=r"^[0-9a-f]{32}$", description="`id` de la réponse.")]
    rating: Rating
    reasons: Annotated[
        list[Complaint], Field(default_factory=list, max_length=len(Complaint), description="Ce qui ne va pas.")
    ]
    status: Annotated[Status | None, Field(description="`status` de la réponse.")] = None
    reason: Annotated[Reason | None, Field(description="`reason` de la réponse.")] = None
    question: Annotated[Text | None, Field(description="La question posée ; gardée avec `consent` seulement.")] = None
    comment: Annotated[Text | None, Field(description="Un commentaire ; gardé avec `consent` seulement.")] = None
    # Strict: an agreement is given, never read into a "1" or an "on".
    consent: Annotated[
        bool, Field(strict=True, description="La personne accepte que ses textes, masqués, soient gardés.")
    ] = False


class TextFate(StrEnum):
    """What became of the texts of a feedback."""

    NONE = "none"
    OFF = "off"
    NO_CONSENT = "no_consent"
    KEPT = "kept"
    UNAVAILABLE = "unavailable"


class FeedbackOut(Out):
    """What was done: the opinion is counted; ``text`` says what became of the texts, ``message`` says it in French.

    ``text_days``: how long a kept text stays at most, None when none was kept.
    """

    text: TextFate
    text_days: int | None
    message: str
