"""``/v1/chat/completions`` and ``/v1/models``: the answers of ``/v1/ask`` for interfaces that speak OpenAI's API."""

from datetime import datetime

from fastapi import APIRouter
from sse_starlette.sse import EventSourceResponse
from starlette.exceptions import HTTPException
from starlette.responses import Response

from bot.answer import Answerer
from bot.api import routes
from bot.api.dependencies import Counted, InService
from bot.openai.conversation import asked
from bot.openai.refusals import responses
from bot.openai.reply import completion, stream
from bot.openai.schema import MODEL, ChatCompletion, ChatRequest, ModelList, ModelOut

CHAT_PATH = "/v1/chat/completions"
DEPTH_MAX = 12
"""Deeper than elsewhere: tools and images nest deep, and are to be refused by name."""
_POST_ERRORS = responses(400, 401, 403, 404, 405, 408, 413, 414, 415, 429, 431, 500, 503)
_GET_ERRORS = responses(400, 401, 403, 404, 405, 414, 429, 431, 500, 503)
_TAGS: list[str] = ["compatibilité OpenAI"]

chat = APIRouter(prefix="/v1")


@chat.post(
    "/chat/completions",
    responses={
        200: {"description": "Une réponse, ou des fragments en flux", "content": {"text/event-stream": {}}},
        **_POST_ERRORS,
    },
    response_model=ChatCompletion,
    summary="Poser une question, à la manière d’OpenAI",
    tags=[*_TAGS],
)
def complete(request: ChatRequest, held: InService, counted: Counted) -> ChatCompletion | Response:
    """La réponse citée de `/v1/ask`, en message Markdown. Le dernier message de l’utilisateur est la question, les
    précédents l’historique ; les consignes « system » et les réglages d’un modèle de langue sont ignorés : aucun
    modèle ne répond, et `usage` compte donc 0 jeton."""
    whole = completion(routes.ask(asked(request), held, counted), routes.NOTICE)
    if not request.stream:
        return whole
    usage = request.stream_options is not None and bool(request.stream_options.include_usage)
    return EventSourceResponse(stream(whole, usage=usage), ping=15)


@chat.get("/models", responses=_GET_ERRORS, summary="Lister les modèles, à la manière d’OpenAI", tags=[*_TAGS])
def models(held: InService) -> ModelList:
    """Le seul « modèle » : l’assistant lui-même."""
    return ModelList(data=[_model(held)])


@chat.get("/models/{model}", responses=_GET_ERRORS, summary="Décrire un modèle, à la manière d’OpenAI", tags=[*_TAGS])
def model(model: str, held: InService) -> ModelOut:
    """L’assistant ; tout autre nom est introuvable."""
    if model != MODEL:
        raise HTTPException(404)
    return _model(held)


def _model(held: Answerer) -> ModelOut:
    return ModelOut(created=int(datetime.fromisoformat(held.index.built_at).timestamp()))
