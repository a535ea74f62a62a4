"""MCP over HTTP ("streamable HTTP"), without sessions: one POST, one JSON reply."""

import contextlib
from collections.abc import AsyncIterator, Collection

from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.api.access import MCP_PATH
from bot.api.observe import Metrics
from bot.api.problems import problem
from bot.mcp.server import build_server
from bot.service import Service


class Endpoint:
    """The ASGI application of ``/mcp``. Keys, rates, sizes and places are those of the layers around it."""

    path = MCP_PATH

    def __init__(self, service: Service, metrics: Metrics, origins: Collection[str]) -> None:
        self._server = build_server(service, metrics, over_http=True)
        self._origins = frozenset(origins)
        self._app: ASGIApp | None = None

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Requests are answered while the block runs."""
        manager = StreamableHTTPSessionManager(self._server, json_response=True, stateless=True)
        async with manager.run():
            self._app = manager.handle_request
            yield
            self._app = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a POST; a browser's only from an allowed origin, which its page cannot forge (DNS rebinding)."""
        scope["route"] = self
        origins = [value.decode("latin-1") for name, value in scope["headers"] if name == b"origin"]
        if any(origin not in self._origins for origin in origins):
            detail = "Cette origine n’est pas autorisée : l’exploitant l’ajoute à CYBERVIGIE_CORS_ORIGINS."
            await problem(403, "origin_refused", detail)(scope, receive, send)
            return
        assert self._app is not None, "a request outside the life of the application"
        await self._app(scope, receive, send)
