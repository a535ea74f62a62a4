"""Making an ``Answer`` out of what a case fills in."""

import uuid
from dataclasses import replace

from bot import compose
from bot.model import Answer, Citation, Contact, IndexState, Notice, Reason, Related, Status


def reply(
    status: Status,
    text: str,
    index: IndexState,
    *,
    citations: tuple[Citation, ...] = (),
    confidence: float = 0.0,
    notices: tuple[Notice, ...] = (),
    contacts: tuple[Contact, ...] = (),
    suggestions: tuple[str, ...] = (),
    related: tuple[Related, ...] = (),
) -> Answer:
    """An answer under a new id; it gets its times at the end."""
    return Answer(
        id=uuid.uuid4().hex,
        status=status,
        reason=None,
        answer=text,
        citations=citations,
        confidence=round(confidence, 4),
        notices=notices,
        suggestions=suggestions,
        related=related,
        index=index,
        timings_ms={},
        contacts=contacts,
    )


def refusal(
    reason: Reason,
    text: str,
    index: IndexState,
    *,
    confidence: float = 0.0,
    notices: tuple[Notice, ...] = (),
    contacts: tuple[Contact, ...] = (),
    suggestions: tuple[str, ...] = (),
    related: tuple[Related, ...] = (),
) -> Answer:
    """An answer that says why there is none. Outside the subject, it offers questions that can be asked."""
    if reason is Reason.OUT_OF_SCOPE and not suggestions:
        suggestions = compose.OPENINGS
    answer = reply(
        Status.NO_ANSWER,
        text,
        index,
        confidence=confidence,
        notices=notices,
        contacts=contacts,
        suggestions=suggestions,
        related=related,
    )
    return replace(answer, reason=reason)
