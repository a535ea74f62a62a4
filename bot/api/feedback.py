"""``POST /v1/feedback``: opinions on answers, counted always, their texts kept only where operator and user agree."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Annotated

import structlog
from fastapi import APIRouter, Depends, Request
from prometheus_client import CollectorRegistry, Counter

from bot.api.dependencies import POST_ERRORS, Served
from bot.errors import FeedbackUnavailable
from bot.feedback import RETENTION_DAYS, Feedback, FeedbackFile, storable
from bot.feedback_schema import FeedbackOut, FeedbackRequest, TextFate

_DAY_S = 86_400
_MESSAGES = {
    TextFate.NONE: "Merci, votre avis est compté.",
    TextFate.OFF: "Merci, votre avis est compté. Ce service ne garde aucun texte : le vôtre n’est ni lu ni conservé.",
    TextFate.NO_CONSENT: "Merci, votre avis est compté. Sans votre accord, votre texte n’est ni lu ni conservé.",
    TextFate.KEPT: (
        "Merci, votre avis est compté. Votre texte, où les identifiants reconnus sont masqués, est gardé "
        f"{RETENTION_DAYS} jours au plus."
    ),
    TextFate.UNAVAILABLE: "Merci, votre avis est compté. Votre texte n’a pas pu être conservé.",
}
log = structlog.get_logger("cybervigie.feedback")
feedback = APIRouter(prefix="/v1")


class FeedbackDesk:
    """Takes feedback: what is counted where, and what may be kept."""

    def __init__(self, file: FeedbackFile, registry: CollectorRegistry, *, keep_text: bool) -> None:
        self._file = file
        self._keep_text = keep_text
        self._opinions = Counter(
            "cybervigie_feedback",
            "Feedback by rating, and status and reason of the answer",
            ["rating", "status", "reason"],
            registry=registry,
        )
        self._complaints = Counter("cybervigie_feedback_reasons", "Complaints by code", ["code"], registry=registry)
        self._texts = Counter("cybervigie_feedback_texts", "What became of texts", ["fate"], registry=registry)

    def take(self, request: FeedbackRequest, public_phones: frozenset[str]) -> TextFate:
        """Count a feedback, keep its texts if they may be; what became of them."""
        question = comment = ""
        fate = self._allowed(request)
        if fate is TextFate.KEPT:
            question = storable(request.question or "", public_phones)
            comment = storable(request.comment or "", public_phones)
            fate = TextFate.KEPT if question or comment else TextFate.NONE
        complaints = frozenset(request.reasons)
        try:
            self._file.add(
                Feedback(
                    answer_id=request.answer_id,
                    rating=request.rating,
                    complaints=complaints,
                    status=request.status,
                    reason=request.reason,
                    question=question,
                    comment=comment,
                )
            )
        except FeedbackUnavailable as error:
            # Counting in memory goes on: a full or read-only disk is the operator's matter, not the visitor's.
            log.warning("feedback_not_written", reason=error.message)
            fate = TextFate.UNAVAILABLE if fate is TextFate.KEPT else fate
        self._opinions.labels(request.rating.value, request.status or "", request.reason or "").inc()
        for complaint in complaints:
            self._complaints.labels(complaint.value).inc()
        self._texts.labels(fate.value).inc()
        return fate

    def _allowed(self, request: FeedbackRequest) -> TextFate:
        if not request.question and not request.comment:
            return TextFate.NONE
        if not self._keep_text:
            return TextFate.OFF
        return TextFate.KEPT if request.consent else TextFate.NO_CONSENT

    @contextlib.asynccontextmanager
    async def pruning(self) -> AsyncIterator[None]:
        """Texts that are too old deleted now and every day while the block runs, whatever the setting is today."""
        await asyncio.to_thread(self._prune)
        task = asyncio.create_task(self._prune_daily())
        try:
            yield
        finally:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

    async def _prune_daily(self) -> None:
        while True:
            await asyncio.sleep(_DAY_S)
            await asyncio.to_thread(self._prune)

    def _prune(self) -> None:
        try:
            deleted = self._file.prune()
        except FeedbackUnavailable as error:
            log.warning("feedback_not_pruned", reason=error.message)
        else:
            if deleted:
                log.info("feedback_pruned", texts=deleted)


def desk(request: Request) -> FeedbackDesk:
    """The desk of this application."""
    found: FeedbackDesk = request.app.state.feedback
    return found


@feedback.post("/feedback", responses=POST_ERRORS, summary="Donner son avis sur une réponse", tags=["réponses"])
def give(request: FeedbackRequest, taken_by: Annotated[FeedbackDesk, Depends(desk)], served: Served) -> FeedbackOut:
    """L’avis est compté. Les textes ne sont gardés, masqués et pour un temps, que si l’exploitant l’a décidé et si la
    personne l’accepte (`consent`) ; la réponse dit ce qu’il en est."""
    fate = taken_by.take(request, served.contacts.phones)
    days = RETENTION_DAYS if fate is TextFate.KEPT else None
    return FeedbackOut(text=fate, text_days=days, message=_MESSAGES[fate])
