"""What agents make of drafts: counted by desk and verdict, and handed to the feedback that questions are drawn from.

A verdict is ``{"reference": "CV-…", "verdict": "accepted" | "edited" | "rejected"}``, with, if wanted, ``reasons`` (the
codes of ``bot.feedback.Complaint``), ``question`` and ``comment``. Texts are kept, masked, for 30 days, only where the
operator keeps texts and the ticket carried the desk's ``evaluation_tag``.
"""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from pydantic import ValidationError

from bot.feedback import Feedback, FeedbackFile, Rating, storable
from bot.helpdesk.errors import HelpdeskError, WebhookRefused
from bot.helpdesk.outbox import Outbox
from bot.helpdesk.outbox_model import Job, State
from bot.helpdesk.verdict_schema import Verdict, VerdictRequest
from bot.model import Reason, Status


class UnknownDraft(HelpdeskError):
    """No draft of that reference was delivered to that desk."""

    code = "unknown_draft"


@dataclass(frozen=True, slots=True)
class Judged:
    """What was done with a verdict. ``kept``: its texts are kept for a while."""

    verdict: Verdict
    first: bool
    kept: bool


class Verdicts:
    """Takes verdicts.

    Args:
        outbox: where the drafts are known.
        feedback: the file of feedback.
        keep_text: whether the operator keeps texts at all.
        public_phones: help lines, which are not masked.
        today: the day of a verdict.
    """

    def __init__(
        self,
        outbox: Outbox,
        feedback: FeedbackFile,
        *,
        keep_text: bool,
        public_phones: frozenset[str],
        today: Callable[[], date],
    ) -> None:
        self._outbox = outbox
        self._feedback = feedback
        self._keep_text = keep_text
        self._phones = public_phones
        self._today = today

    def take(self, desk: str, body: bytes) -> Judged:
        """Count a verdict; a later one on the same draft replaces the earlier and is not counted again as feedback.

        Raises:
            WebhookRefused: the body is not a verdict (``body``).
            UnknownDraft: no such draft.
            OutboxUnavailable, FeedbackUnavailable: a file cannot be used.
        """
        request = _request(body)
        job = self._outbox.job(request.reference)
        if job is None or job.ref.desk != desk or job.state is not State.DELIVERED:
            raise UnknownDraft("aucun brouillon de cette référence n’a été remis à cet outil")
        first = self._outbox.ledger.judge(job.key, request.verdict.value, self._today().isoformat())
        if not first:
            return Judged(request.verdict, first=False, kept=False)
        keeping = self._keep_text and job.evaluation
        question = storable(request.question, self._phones) if keeping else ""
        comment = storable(request.comment, self._phones) if keeping else ""
        self._feedback.add(_feedback(job, request, question, comment))
        return Judged(request.verdict, first=True, kept=bool(question or comment))


def _request(body: bytes) -> VerdictRequest:
    try:
        return VerdictRequest.model_validate(json.loads(body))
    except (ValueError, RecursionError, ValidationError):
        raise WebhookRefused(
            "verdict illisible : reference (CV-…) et verdict (accepted, edited ou rejected) sont attendus", code="body"
        ) from None


def _feedback(job: Job, request: VerdictRequest, question: str, comment: str) -> Feedback:
    # What could not be sent as it stood was not good enough, though a person mended it.
    rating = Rating.UP if request.verdict is Verdict.ACCEPTED else Rating.DOWN
    identity = job.answer_ids[0] if job.answer_ids else hashlib.sha256(job.key.encode()).hexdigest()[:32]
    return Feedback(
        answer_id=identity,
        rating=rating,
        complaints=frozenset(request.reasons),
        status=Status(job.status) if job.status else None,
        reason=Reason(job.reason) if job.reason else None,
        question=question,
        comment=comment,
    )
