"""Whether the process lives, whether an index serves, and the measures."""

from fastapi import APIRouter, Request
from fastapi.responses import PlainTextResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.exceptions import HTTPException
from starlette.responses import Response

from bot.api.dependencies import GET_ERRORS, Counted, Served
from bot.api.problems import problem, responses
from bot.schema import Health
from bot.settings import Settings

operations = APIRouter()


@operations.get("/healthz", responses=responses(405, 414, 431, 500), summary="Le processus vit", tags=["service"])
def healthz() -> Health:
    """Répond tant que le processus vit."""
    return Health(status="ok")


@operations.get(
    "/readyz", responses=GET_ERRORS, response_model=Health, summary="Un index est en service", tags=["service"]
)
def readyz(found: Served) -> Health | Response:
    """200 quand un index est en service, 503 sinon."""
    if found.ready:
        return Health(status="ok", detail=found.generation)
    detail = "Aucun index n’est en service : lancez « cybervigie index »."
    return problem(503, "not_ready", detail, headers={"Retry-After": "10"})


@operations.get(
    "/metrics", responses=responses(404, 405, 414, 431, 500), response_class=PlainTextResponse, tags=["service"]
)
def prometheus(request: Request, found: Served, counted: Counted) -> Response:
    """Mesures au format Prometheus : nombres et durées, aucun texte."""
    settings: Settings = request.app.state.settings
    if not settings.metrics:
        raise HTTPException(404)
    counted.ready.set(1 if found.ready else 0)
    if found.ready:
        with found.answerer() as held:
            counted.documents.set(held.engine.manifest.documents)
            counted.passages.set(held.engine.manifest.passages)
    return Response(generate_latest(counted.registry), media_type=CONTENT_TYPE_LATEST)
