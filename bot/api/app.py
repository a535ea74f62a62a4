"""``create_app``: the one place where the API, its limits and the chat page are put together."""

import contextlib
from collections.abc import AsyncIterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

import fastapi_offline
from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.responses import FileResponse, HTMLResponse
from fastapi.routing import APIRoute
from fastapi.staticfiles import StaticFiles
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.responses import Response
from starlette.routing import Route

from bot.api import access, problems
from bot.api.authentication import Authentication, Desk
from bot.api.emergencies import emergencies
from bot.api.feedback import FeedbackDesk, feedback
from bot.api.headers import SecurityHeaders
from bot.api.limits import Admission, Allowance, RateLimit, RequestLimits
from bot.api.observe import Metrics, Observe
from bot.api.operations import operations
from bot.api.routes import api
from bot.feedback import FeedbackFile
from bot.helpdesk.opening import open_helpdesk
from bot.helpdesk.webhooks import Webhooks
from bot.keys.keyring import Keyring
from bot.keys.store import KeyFile
from bot.mcp.loading import load_endpoint
from bot.openai.refusals import Refusals
from bot.openai.routes import CHAT_PATH, DEPTH_MAX, chat
from bot.schema import Problem
from bot.service import Service
from bot.settings import Settings
from bot.widget.desk import Widget
from bot.widget.front import front_page
from bot.widget.opaque import OpaqueFrames
from bot.widget.routes import widget

STATIC = Path(__file__).parent.parent / "static"
SWAGGER = Path(fastapi_offline.__file__).parent / "static"
DOCS = "/docs"
POSTS = tuple(
    route.path
    for route in (*api.routes, *feedback.routes, *chat.routes)
    if isinstance(route, APIRoute) and "POST" in (route.methods or ())
)
_DESCRIPTION = (
    "Réponses aux questions de cybersécurité et de protection des données des professionnels de santé libéraux, faites "
    "d’extraits de textes officiels cités mot pour mot. Toute erreur est un `application/problem+json` dont `code` est "
    "stable."
)


def create_app(settings: Settings | None = None, service: Service | None = None) -> FastAPI:
    """The ASGI application; the index is loaded when it starts and followed while it runs."""
    settings = settings or Settings()
    service = service or Service(settings)
    metrics = Metrics()
    embedded = Widget.open(settings)
    desk = FeedbackDesk(FeedbackFile(settings.feedback_path), metrics.registry, keep_text=settings.feedback_text)
    keys = Desk(Keyring(KeyFile(settings.keys_path), settings.pepper_path), metrics.registry)
    mcp = load_endpoint(service, metrics, settings.cors_origins) if settings.mcp else None
    posts = (*POSTS, access.MCP_PATH) if mcp is not None else POSTS

    helpdesk = open_helpdesk(settings, service, metrics.registry)

    @contextlib.asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        service.start()
        async with desk.pruning(), keys.counting(), mcp.running() if mcp is not None else contextlib.nullcontext():
            with helpdesk.working() if helpdesk is not None else contextlib.nullcontext():
                yield
        service.stop()

    app = FastAPI(
        title="CyberVigie",
        version=version("cybervigie"),
        description=_DESCRIPTION,
        license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
        docs_url=None,
        redoc_url=None,
        openapi_url="/openapi.json" if settings.docs else None,
        lifespan=lifespan,
        # A redirection would repeat the address, built on whatever Host header was sent.
        redirect_slashes=False,
        # Outermost first: every response is logged and has its headers, an unexpected error included; then what is
        # cheap to refuse is refused. A body is read before a place is taken, so that a slow one holds none.
        middleware=[
            Middleware(Observe, metrics=metrics),
            Middleware(SecurityHeaders, hsts=settings.hsts, page=frozenset({"/"}), docs=DOCS),
            Middleware(OpaqueFrames, passes=embedded.passes, prefix="/v1/"),
            *_cors(settings),
            Middleware(Refusals),
            Middleware(problems.Unexpected),
            Middleware(
                Authentication,
                desk=keys,
                anonymous=settings.anonymous,
                failures_per_minute=settings.auth_failures_per_minute,
            ),
            *([Middleware(Webhooks, helpdesk=helpdesk)] if helpdesk is not None else []),
            Middleware(
                RateLimit,
                per_minute=settings.rate_per_minute,
                burst=settings.rate_burst,
                paths=posts,
            ),
            Middleware(
                RequestLimits,
                body_max=settings.body_max,
                json_paths=posts,
                others={
                    CHAT_PATH: Allowance(settings.chat_body_max, DEPTH_MAX),
                    access.MCP_PATH: Allowance(settings.body_max, DEPTH_MAX),
                },
            ),
            Middleware(
                Admission,
                in_flight=settings.encoders,
                queue=settings.queue,
                queue_ms=settings.queue_ms,
                prefix=("/v1/", access.MCP_PATH),
            ),
        ],
    )
    app.state.settings, app.state.service, app.state.metrics, app.state.feedback = settings, service, metrics, desk
    problems.install(app)
    app.include_router(api)
    app.include_router(feedback)
    app.include_router(chat)
    app.include_router(emergencies)
    app.include_router(operations)
    app.state.widget = embedded
    app.include_router(widget)
    app.mount(embedded.assets.prefix, embedded.assets)
    if mcp is not None:
        app.router.routes.append(Route(mcp.path, mcp, methods=["POST"]))
    _pages(app, settings)
    _openapi(app, settings)
    return app


def _cors(settings: Settings) -> list[Middleware]:
    if not settings.cors_origins:
        return []
    return [
        Middleware(
            CORSMiddleware,
            allow_origins=list(settings.cors_origins),
            allow_methods=["GET", "POST"],
            allow_headers=["content-type", "authorization", "x-request-id"],
            allow_credentials=False,
            expose_headers=["retry-after", "x-request-id"],
            max_age=600,
        )
    ]


def _pages(app: FastAPI, settings: Settings) -> None:
    @app.api_route("/", methods=["GET", "HEAD"], include_in_schema=False)
    def page() -> Response:
        embedded: Widget = app.state.widget
        return HTMLResponse(front_page(embedded.operator, embedded.feedback_days, embedded.assets.prefix))

    if settings.docs:

        @app.get(DOCS, include_in_schema=False)
        async def docs() -> Response:
            return FileResponse(STATIC / "docs.html", media_type="text/html; charset=utf-8")

        app.mount(f"{DOCS}/assets", StaticFiles(directory=SWAGGER))
    app.mount("/static", StaticFiles(directory=STATIC))


def _openapi(app: FastAPI, settings: Settings) -> None:
    """The contract, with the problem schema that every error refers to, and without FastAPI's own 422."""

    def build() -> dict[str, Any]:
        if app.openapi_schema is None:
            contract = get_openapi(
                title=app.title,
                version=app.version,
                description=app.description,
                license_info=app.license_info,
                routes=app.routes,
            )
            schemas = contract["components"]["schemas"]
            schemas["Problem"] = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
            for name in ("HTTPValidationError", "ValidationError"):
                schemas.pop(name, None)
            access.declare(contract, anonymous=settings.anonymous)
            app.openapi_schema = contract
        return app.openapi_schema

    app.openapi = build  # type: ignore[method-assign]
