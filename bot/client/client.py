"""The client: one method for each operation of the contract, typed by the models of the contract itself."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from pydantic import ValidationError

from bot.client.errors import UnexpectedReply
from bot.client.exchange import Exchange
from bot.emergency_schema import EmergenciesOut
from bot.feedback import Complaint, Rating
from bot.feedback_schema import FeedbackOut
from bot.model import Status
from bot.schema import (
    AnswerOut,
    CitationOut,
    DocumentList,
    DocumentOut,
    DocumentSummary,
    DocumentText,
    Filters,
    Health,
    HistoryTurn,
    MetaOut,
    QuoteToVerify,
    SearchOut,
    Verdict,
    VerifyOut,
)
from index.model import SearchMode

if TYPE_CHECKING:
    import httpx2

Event = Status | CitationOut | AnswerOut
_PAGE = 200


class Client:
    """Asks a CyberVigie service. Safe to share between threads; close it, or use it in a ``with`` block.

    Every method raises ApiError (KeyRefused, TooBusy), Unreachable or UnexpectedReply. The arguments are those of
    :class:`bot.client.exchange.Exchange`.
    """

    def __init__(
        self,
        url: str,
        key: str | None = None,
        *,
        timeout: float = 10.0,
        retries: int = 2,
        max_wait: float = 30.0,
        transport: httpx2.BaseTransport | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._exchange = Exchange(
            url, key, timeout=timeout, retries=retries, max_wait=max_wait, transport=transport, sleep=sleep
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._exchange.close()

    def ask(
        self,
        question: str,
        *,
        history: Sequence[HistoryTurn] = (),
        filters: Filters | None = None,
        max_citations: int = 3,
    ) -> AnswerOut:
        """The answer to a question."""
        return self._exchange.post("/v1/ask", _asked(question, history, filters, max_citations), AnswerOut)

    def ask_stream(
        self,
        question: str,
        *,
        history: Sequence[HistoryTurn] = (),
        filters: Filters | None = None,
        max_citations: int = 3,
    ) -> Iterator[Event]:
        """The same as it is made: a status, the citations, the answer."""
        content = _asked(question, history, filters, max_citations)
        with self._exchange.lines("/v1/ask/stream", content) as lines:
            name = ""
            for line in lines:
                field, _, value = line.partition(": ")
                if field == "event":
                    name = value
                elif field == "data" and name == "done":
                    return
                elif field == "data":
                    yield _event(name, value)
        raise UnexpectedReply("the stream ended before its end")

    def search(
        self,
        query: str,
        *,
        k: int = 5,
        mode: SearchMode = SearchMode.HYBRID,
        filters: Filters | None = None,
    ) -> SearchOut:
        """The passages nearest to a query."""
        content = {"query": query, "k": k, "mode": mode.value, "filters": _filters(filters)}
        return self._exchange.post("/v1/search", content, SearchOut)

    def documents(self, *, offset: int = 0, limit: int = 50) -> DocumentList:
        """A page of the documents."""
        return self._exchange.get("/v1/documents", DocumentList, {"offset": offset, "limit": limit})

    def every_document(self) -> Iterator[DocumentSummary]:
        """All documents, page after page."""
        offset = 0
        while (page := self.documents(offset=offset, limit=_PAGE)).documents:
            yield from page.documents
            offset += len(page.documents)

    def document(self, document_id: str) -> DocumentOut:
        """A document with its structure."""
        return self._exchange.get(f"/v1/documents/{_segment(document_id)}", DocumentOut)

    def text(self, document_id: str) -> DocumentText:
        """The text that citations are checked against: ``text[start:end]``, in Unicode code points."""
        return self._exchange.get(f"/v1/documents/{_segment(document_id)}/text", DocumentText)

    def verify(self, citations: Sequence[CitationOut | QuoteToVerify]) -> list[Verdict]:
        """Whether each quote, 20 at most, stands word for word where it is said to."""
        fields = ("document_id", "start", "end", "quote")
        content = {"citations": [{name: getattr(citation, name) for name in fields} for citation in citations]}
        return self._exchange.post("/v1/citations/verify", content, VerifyOut).results

    def feedback(
        self,
        answer: AnswerOut,
        rating: Rating,
        *,
        reasons: Sequence[Complaint] = (),
        question: str | None = None,
        comment: str | None = None,
        consent: bool = False,
    ) -> FeedbackOut:
        """Say whether an answer helped. The texts are kept only where operator and person (``consent``) agree."""
        content = {
            "answer_id": answer.id,
            "rating": rating.value,
            "reasons": [reason.value for reason in reasons],
            "status": answer.status.value,
            "reason": answer.reason.value if answer.reason else None,
            "question": question,
            "comment": comment,
            "consent": consent,
        }
        return self._exchange.post("/v1/feedback", content, FeedbackOut)

    def emergencies(self) -> EmergenciesOut:
        """Every emergency sheet, to be kept for when the network is cut."""
        return self._exchange.get("/v1/emergencies", EmergenciesOut)

    def meta(self) -> MetaOut:
        """Version, model, index, limits, publishers and topics of the service."""
        return self._exchange.get("/v1/meta", MetaOut)

    def ready(self) -> Health:
        """That an index is in service, else TooBusy."""
        return self._exchange.get("/readyz", Health)

    def alive(self) -> Health:
        """That the process answers."""
        return self._exchange.get("/healthz", Health)


def _asked(
    question: str, history: Sequence[HistoryTurn], filters: Filters | None, max_citations: int
) -> dict[str, Any]:
    return {
        "question": question,
        "history": [turn.model_dump() for turn in history],
        "filters": _filters(filters),
        "max_citations": max_citations,
    }


def _filters(filters: Filters | None) -> dict[str, Any]:
    return (filters or Filters()).model_dump(mode="json")


def _event(name: str, data: str) -> Event:
    try:
        if name == "status":
            return Status(json.loads(data)["status"])
        return CitationOut.model_validate_json(data) if name == "citation" else AnswerOut.model_validate_json(data)
    except (ValidationError, ValueError, KeyError, TypeError):
        raise UnexpectedReply(f"the stream holds an event that is no {name or 'event'}") from None


def _segment(text: str) -> str:
    """One segment of a path: an identifier of ours is letters and digits, and nothing else may leave its place."""
    if not text.isalnum() or not text.isascii():
        raise ValueError("a document's identifier is made of letters and digits")
    return text
