"""``GET /v1/emergencies``: every emergency sheet at once, for a page that keeps them for when the network is cut.

A page asks for them at the first gesture of its reader: they are written and compressed once a generation, like a file.
"""

import gzip
import hashlib
import threading
from dataclasses import dataclass
from typing import Any, Final
from weakref import WeakKeyDictionary

from fastapi import APIRouter, Request
from fastapi.responses import Response

from bot.answer import Answerer
from bot.api.dependencies import GET_ERRORS, InService
from bot.compose import INCIDENTS
from bot.emergency_schema import EmergenciesOut, EmergencySheet
from bot.schema import AnswerOut, IndexOut

emergencies = APIRouter(prefix="/v1")
_NOT_MODIFIED: Final[dict[int | str, dict[str, Any]]] = {
    304: {"description": "Inchangées depuis l’étiquette donnée (If-None-Match)"}
}


@dataclass(frozen=True, slots=True)
class Sheets:
    """The reply of one generation, as it is and compressed, and its entity tag (RFC 9110, 8.8.3)."""

    content: bytes
    compressed: bytes
    tag: str

    @classmethod
    def of(cls, held: Answerer) -> "Sheets":
        """The sheets of ``held``, written."""
        told = EmergenciesOut(
            sheets=[
                EmergencySheet(incident=incident, name=INCIDENTS[incident], answer=AnswerOut.model_validate(answer))
                for incident, answer in held.emergency_sheets().items()
            ],
            index=IndexOut.model_validate(held.index),
        )
        content = told.model_dump_json().encode()
        # Weak: the two encodings are the same sheets, not the same bytes.
        return cls(content, gzip.compress(content, 9, mtime=0), f'W/"{hashlib.sha256(content).hexdigest()[:16]}"')


_written: WeakKeyDictionary[Answerer, Sheets] = WeakKeyDictionary()
_lock = threading.Lock()


def _sheets(held: Answerer) -> Sheets:
    with _lock:
        if held not in _written:
            _written[held] = Sheets.of(held)
        return _written[held]


@emergencies.get(
    "/emergencies",
    response_model=EmergenciesOut,
    responses=GET_ERRORS | _NOT_MODIFIED,
    summary="Lire les fiches d’urgence",
    tags=["réponses"],
)
def sheets(held: InService, request: Request) -> Response:
    """Les fiches d’urgence de l’index, chacune telle que ``/v1/ask`` la donne, à garder pour une coupure du réseau."""
    found = _sheets(held)
    headers = {"ETag": found.tag, "Cache-Control": "no-cache", "Vary": "Accept-Encoding"}
    if found.tag.removeprefix("W/") in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    content = found.content
    if "gzip" in request.headers.get("accept-encoding", ""):
        headers["Content-Encoding"], content = "gzip", found.compressed
    return Response(content, headers=headers, media_type="application/json")
