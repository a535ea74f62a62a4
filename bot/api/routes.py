"""The ``/v1`` routes. Each is a few lines: the work is in ``answer``, ``search`` and ``table``."""

import json
import time
from importlib.metadata import version
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query, Request
from sse_starlette.event import ServerSentEvent
from sse_starlette.sse import EventSourceResponse
from starlette.exceptions import HTTPException
from starlette.responses import Response

from bot.answer import Answerer
from bot.api.convert import document_out, document_summary, document_text, hit_out, to_filter
from bot.api.dependencies import GET_ERRORS, POST_ERRORS, Counted, InService
from bot.api.observe import Metrics
from bot.api.problems import problem, responses
from bot.cite import safe_url
from bot.feedback import RETENTION_DAYS
from bot.model import Answer, Turn
from bot.question import MAX_CHARS, clean_question
from bot.schema import (
    AnswerOut,
    AskRequest,
    DocumentList,
    DocumentOut,
    DocumentText,
    IndexOut,
    MetaOut,
    QuoteToVerify,
    SearchOut,
    SearchRequest,
    Verdict,
    VerifyOut,
    VerifyRequest,
)
from bot.settings import Settings
from ingest.model import Document, DocumentKind

NOTICE = (
    "Assistant automatisé : extraits ou résumés de documents officiels, peut se tromper, ne remplace pas un conseil. "
    "N’indiquez aucune donnée de patient."
)
_NO_COPY = "L’éditeur demande qu’aucune copie de ce document ne soit montrée ; lisez-le chez lui :"

api = APIRouter(prefix="/v1")
DocumentId = Annotated[str, Path(min_length=1, max_length=200, description="Identifiant du document.")]


def _ask(held: Answerer, counted: Metrics, request: AskRequest) -> Answer:
    history = [Turn(clean_question(turn.question), turn.answer) for turn in request.history]
    answer = held.ask(request.question, history, to_filter(request.filters), request.max_citations)
    counted.answers.labels(answer.status.value, answer.reason.value if answer.reason else "").inc()
    if any(notice.code == "personal_data_masked" for notice in answer.notices):
        counted.masked.inc()
    return answer


@api.post("/ask", responses=POST_ERRORS, summary="Poser une question", tags=["réponses"])
def ask(request: AskRequest, held: InService, counted: Counted) -> AnswerOut:
    """Une réponse faite d’extraits cités mot pour mot, ou l’aveu que les textes ne répondent pas."""
    return AnswerOut.model_validate(_ask(held, counted, request))


@api.post(
    "/ask/stream",
    responses={
        200: {"description": "Événements : status, citation, answer, done", "content": {"text/event-stream": {}}},
        **POST_ERRORS,
    },
    response_class=Response,
    summary="Poser une question, réponse en flux",
    tags=["réponses"],
)
def ask_stream(request: AskRequest, held: InService, counted: Counted) -> EventSourceResponse:
    """La même réponse en événements (server-sent events) : une citation par événement, puis la réponse entière."""
    # The answer takes milliseconds: it is made before the stream opens, so that an error still has its status.
    answer = AnswerOut.model_validate(_ask(held, counted, request))
    return EventSourceResponse(_events(answer), ping=15)


async def _events(answer: AnswerOut) -> Any:
    yield ServerSentEvent(json.dumps({"status": answer.status.value}), event="status")
    for citation in answer.citations:
        yield ServerSentEvent(citation.model_dump_json(), event="citation")
    yield ServerSentEvent(answer.model_dump_json(), event="answer")
    yield ServerSentEvent("{}", event="done")


@api.post("/search", responses=POST_ERRORS, summary="Chercher des passages", tags=["recherche"])
def search(request: SearchRequest, held: InService, counted: Counted) -> SearchOut:
    """Les passages les plus proches, sans réponse composée."""
    begun = time.perf_counter()
    wanted = to_filter(request.filters)
    held.check_filter(wanted)
    query = held.searchable(request.query)
    if query.found:
        counted.masked.inc()
    hits = held.engine.search(query.text, request.k, mode=request.mode, wanted=wanted)
    found = [hit_out(hit, _document(held, hit.passage.document_id), held.hosts) for hit in hits]
    elapsed = round((time.perf_counter() - begun) * 1e3, 2)
    index = IndexOut.model_validate(held.index)
    return SearchOut(hits=found, mode=request.mode, index=index, timings_ms={"total": elapsed})


@api.get("/documents", responses=GET_ERRORS, summary="Lister les documents", tags=["documents"])
def documents(
    held: InService,
    offset: Annotated[int, Query(ge=0, le=10_000_000)] = 0,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> DocumentList:
    """Les documents de l’index, par pages."""
    found = held.engine.table.heads(offset=offset, limit=limit)
    total = held.engine.manifest.documents
    return DocumentList(total=total, offset=offset, documents=[document_summary(head, held.hosts) for head in found])


@api.get("/documents/{document_id}", responses=GET_ERRORS, summary="Décrire un document", tags=["documents"])
def document(document_id: DocumentId, held: InService) -> DocumentOut:
    """Un document : éditeur, titre, date, sections, pages."""
    return document_out(_document(held, document_id), held.hosts)


@api.get(
    "/documents/{document_id}/text",
    responses=GET_ERRORS | responses(403),
    response_model=DocumentText,
    summary="Lire le texte d’un document",
    tags=["documents"],
)
def text(document_id: DocumentId, held: InService) -> DocumentText | Response:
    """Le texte enregistré, sur lequel se vérifient les citations : ``text[start:end]``, en points de code Unicode ;
    403 quand l’éditeur demande qu’aucune copie n’en soit montrée."""
    found = _document(held, document_id)
    if "noarchive" in found.attributes:
        return problem(403, "no_archive", f"{_NO_COPY} {safe_url(found.url, held.hosts) or found.publisher}")
    return document_text(found)


@api.post("/citations/verify", responses=POST_ERRORS, summary="Vérifier des citations", tags=["documents"])
def verify(request: VerifyRequest, held: InService) -> VerifyOut:
    """Pour chaque citation : se trouve-t-elle, mot pour mot, à la place indiquée ?"""
    return VerifyOut(
        results=[_verdict(held.engine.table.document(quote.document_id), quote) for quote in request.citations]
    )


def _verdict(found: Document | None, quote: QuoteToVerify) -> Verdict:
    if found is None:
        return Verdict(valid=False, code="unknown_document", found_at=None)
    if (
        quote.quote
        and quote.start < quote.end <= len(found.text)
        and found.text[quote.start : quote.end] == quote.quote
    ):
        return Verdict(valid=True, code="ok", found_at=quote.start)
    at = found.text.find(quote.quote) if quote.quote else -1
    code: Literal["mismatch", "out_of_range"] = (
        "mismatch" if quote.start < quote.end <= len(found.text) else "out_of_range"
    )
    return Verdict(valid=False, code=code, found_at=None if at < 0 else at)


def _document(held: Answerer, document_id: str) -> Document:
    found = held.engine.table.document(document_id)
    if found is None:
        raise HTTPException(404)
    return found


@api.get("/meta", responses=GET_ERRORS, summary="Décrire le service", tags=["service"])
def meta(request: Request, held: InService) -> MetaOut:
    """Version, modèle, index, limites, éditeurs et thèmes que l’on peut filtrer."""
    settings: Settings = request.app.state.settings
    publishers, named, kinds = held.engine.table.counts()
    return MetaOut(
        name="CyberVigie",
        version=version("cybervigie"),
        index=IndexOut.model_validate(held.index),
        model=held.engine.manifest.model,
        documents=held.engine.manifest.documents,
        passages=held.engine.manifest.passages,
        publishers=publishers,
        topics=named,
        kinds=kinds,
        limits={
            "question_characters": MAX_CHARS,
            "body_bytes": settings.body_max,
            "questions_per_minute": settings.rate_per_minute,
            "feedback_text_days": RETENTION_DAYS if settings.feedback_text else 0,
        },
        hosts=sorted(held.hosts),
        promise=held.calibration.promise if DocumentKind.OFFICIAL in kinds else held.calibration.promise_starter,
        notice=NOTICE,
    )
