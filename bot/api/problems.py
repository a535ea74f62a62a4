"""Errors over HTTP: ``application/problem+json``, in French for people, with a stable code for programs.

What the client sent is never repeated in an error: it could be a patient's data.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.errors import BadQuestion, NotReady, UnknownFilter
from bot.schema import Problem

MEDIA_TYPE = "application/problem+json"
TITLES = {
    400: "Requête illisible",
    401: "Authentification requise",
    403: "Accès refusé",
    404: "Introuvable",
    405: "Méthode non permise",
    408: "Délai dépassé",
    413: "Requête trop volumineuse",
    414: "Adresse trop longue",
    415: "Format non pris en charge",
    422: "Requête incorrecte",
    429: "Trop de questions",
    431: "En-têtes trop volumineux",
    500: "Erreur interne",
    503: "Service momentanément indisponible",
}
_DETAILS = {
    400: ("bad_json", "Le corps de la requête n’est pas du JSON valide."),
    404: ("not_found", "Cette adresse n’existe pas : consultez /docs."),
    405: ("method_not_allowed", "Cette adresse n’accepte pas cette méthode : consultez /docs."),
}
_FIELD_ERRORS = {
    "missing": "champ obligatoire absent",
    "extra_forbidden": "champ inconnu : retirez-le",
    "string_type": "texte attendu",
    "string_too_short": "texte vide ou trop court",
    "string_too_long": "texte trop long",
    "string_pattern_mismatch": "format incorrect",
    "bool_type": "vrai ou faux attendu",
    "int_type": "nombre entier attendu",
    "int_parsing": "nombre entier attendu",
    "int_from_float": "nombre entier attendu",
    "greater_than_equal": "valeur trop petite",
    "less_than_equal": "valeur trop grande",
    "list_type": "liste attendue",
    "too_long": "liste trop longue",
    "too_short": "liste trop courte",
    "enum": "valeur non prévue",
    "literal_error": "valeur non prévue",
    "model_attributes_type": "objet attendu",
    "dict_type": "objet attendu",
    "history_too_long": "historique trop long",
    "string_unicode": "texte illisible (Unicode incorrect)",
}
_ERRORS_MAX = 20
log = structlog.get_logger("cybervigie.api")


def problem(
    status: int,
    code: str,
    detail: str,
    *,
    errors: Sequence[Mapping[str, Any]] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """A problem+json response."""
    body = Problem(
        title=TITLES.get(status, "Erreur"),
        status=status,
        detail=detail,
        code=code,
        errors=None if errors is None else [dict(error) for error in errors],
    )
    content = body.model_dump(exclude_none=True)
    return JSONResponse(content, status_code=status, media_type=MEDIA_TYPE, headers=dict(headers or {}))


def responses(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """OpenAPI entries for the errors that a route can give."""
    schema = {"$ref": "#/components/schemas/Problem"}
    return {status: {"description": TITLES[status], "content": {MEDIA_TYPE: {"schema": schema}}} for status in statuses}


def install(app: FastAPI) -> None:
    """Answer every error with a problem."""
    app.add_exception_handler(BadQuestion, _bad_question)
    app.add_exception_handler(UnknownFilter, _unknown_filter)
    app.add_exception_handler(NotReady, _not_ready)
    app.add_exception_handler(RequestValidationError, _validation)
    app.add_exception_handler(HTTPException, _http)


async def _bad_question(_: Request, error: Exception) -> Response:
    assert isinstance(error, BadQuestion)
    return problem(422, error.code, error.message)


async def _unknown_filter(_: Request, error: Exception) -> Response:
    assert isinstance(error, UnknownFilter)
    return problem(422, error.code, error.message)


async def _not_ready(_: Request, error: Exception) -> Response:
    assert isinstance(error, NotReady)
    detail = "Aucun index n’est en service pour le moment : réessayez dans un instant."
    return problem(503, error.code, detail, headers={"Retry-After": "10"})


async def _validation(_: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    if any(entry["type"].startswith("json_") for entry in error.errors()):
        return problem(400, *_DETAILS[400])
    entries = [_field_error(entry) for entry in error.errors()[:_ERRORS_MAX]]
    detail = "Certains champs sont incorrects : " + " ; ".join(
        f"{entry['field']} : {entry['message']}" if entry["field"] else entry["message"] for entry in entries[:5]
    )
    return problem(422, "invalid_request", f"{detail}.", errors=entries)


def _field_error(entry: Mapping[str, Any]) -> dict[str, str]:
    """Where and why, without the value. The name of an unknown field is the client's own text: left out."""
    place = [part for part in entry["loc"] if part not in ("body", "query", "path")]
    if entry["type"] == "extra_forbidden":
        place = place[:-1]
    message = _FIELD_ERRORS.get(entry["type"], "valeur incorrecte")
    return {"field": ".".join(str(part) for part in place), "message": message, "code": entry["type"]}


async def _http(_: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    code, detail = _DETAILS.get(error.status_code, ("http_error", TITLES.get(error.status_code, "Erreur")))
    return problem(error.status_code, code, detail, headers=error.headers)


class Unexpected:
    """Answers an unexpected error with a problem, inside the headers and the log of every other response.

    The type and place of the error are logged, never its message, which could hold the question.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        started = False

        async def watched(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self._app(scope, receive, watched)
        except Exception as error:
            if scope["type"] != "http":
                raise
            log.error("unexpected_error", error=type(error).__name__, place=_place(error))
            if started:
                raise ResponseCut("a response failed after its start; see unexpected_error in the log") from None
            detail = "Une erreur inattendue s’est produite ; réessayez, puis signalez-la à l’exploitant."
            await problem(500, "internal_error", detail)(scope, receive, send)


class ResponseCut(Exception):
    """Tells the server to close the connection: half a response must not pass for a whole one."""


def _place(error: Exception) -> str:
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_code.co_qualname}:{trace.tb_lineno}" if trace else ""
