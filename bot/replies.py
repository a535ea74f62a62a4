"""Making an ``Answer`` out of what a case fills in."""

import uuid
from dataclasses import replace

from bot.model import Answer, Citation, IndexState, Notice, Reason, Related, Status


def reply(
    status: Status,
    text: str,
    index: IndexState,
    *,
    citations: tuple[Citation, ...] = (),
    confidence: float = 0.0,
    notices: tuple[Notice, ...] = (),
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
    )


def refusal(
    reason: Reason,
    text: str,
    index: IndexState,
    *,
    confidence: float = 0.0,
    notices: tuple[Notice, ...] = (),
    suggestions: tuple[str, ...] = (),
    related: tuple[Related, ...] = (),
) -> Answer:
    """An answer that says why there is none."""
    answer = reply(
        Status.NO_ANSWER, text, index, confidence=confidence, notices=notices, suggestions=suggestions, related=related
    )
    return replace(answer, reason=reason)
