"""The MCP server of the official SDK over our tools; needs the extra ``mcp``."""

import logging
import time
from collections.abc import Callable
from importlib.metadata import version
from typing import Any, TypeVar

import anyio.to_thread
import mcp_types as types
import structlog
from mcp.server import Server
from mcp.server.context import ServerRequestContext
from mcp.shared.exceptions import MCPError
from starlette.requests import Request

from bot.answer import Answerer
from bot.api.observe import Metrics
from bot.errors import NotReady
from bot.keys.model import Caller, Scope
from bot.mcp import resources
from bot.mcp.errors import ToolRefused
from bot.mcp.tools import BY_NAME, TOOLS, Done, ToolSpec, call
from bot.schema import DocumentSummary
from bot.service import Service

INSTRUCTIONS = (
    "CyberVigie cite mot pour mot des textes officiels français de cybersécurité et de protection des données pour les "
    "professionnels de santé libéraux. Citez les extraits sans les changer, avec leur éditeur et leur lien ; quand "
    "« status » vaut « no_answer », dites que les textes ne répondent pas ; quand il vaut « emergency », donnez "
    "d’abord les gestes, dans l’ordre. N’envoyez aucune donnée de patient."
)
log = structlog.get_logger("cybervigie.mcp")
Context = ServerRequestContext[Any, Any]
_Given = TypeVar("_Given")


def build_server(service: Service, metrics: Metrics, *, over_http: bool) -> Server[Any]:
    """A server that answers from the service's index, one generation a call.

    ``over_http``: each call has the rights of its caller, and none where the caller is not known. Else all calls come
    over the standard streams, whose other end started us, and may everything.
    """
    # The SDK's own lines may quote what a client sent; ours tell what matters.
    logging.getLogger("mcp").setLevel(logging.CRITICAL + 1)
    handlers = Handlers(service, metrics, over_http=over_http)
    return Server(
        "cybervigie",
        version=version("cybervigie"),
        title="CyberVigie",
        instructions=INSTRUCTIONS,
        on_list_tools=handlers.list_tools,
        on_call_tool=handlers.call_tool,
        on_list_resources=handlers.list_resources,
        on_list_resource_templates=handlers.list_templates,
        on_read_resource=handlers.read_resource,
        get_tool_input_schema=lambda name: BY_NAME[name].arguments.model_json_schema() if name in BY_NAME else None,
    )


class Handlers:
    """What the server does with each request of the protocol."""

    def __init__(self, service: Service, metrics: Metrics, *, over_http: bool) -> None:
        self._service = service
        self._metrics = metrics
        self._over_http = over_http

    async def list_tools(self, _: Context, __: types.PaginatedRequestParams | None) -> types.ListToolsResult:
        """The three tools."""
        return types.ListToolsResult(tools=[_tool(spec) for spec in TOOLS])

    async def call_tool(self, context: Context, params: types.CallToolRequestParams) -> types.CallToolResult:
        """What a tool gives, or why not, in words for the assistant."""
        spec = BY_NAME.get(params.name)
        if spec is None:
            return _error("Outil inconnu : voyez la liste des outils.")
        arguments = params.arguments or {}
        try:
            done = await self._work(
                context, spec.name, spec.scope, lambda held: call(spec, held, self._metrics, arguments)
            )
        except ToolRefused as refused:
            return _error(refused.message)
        return _result(done)

    async def list_resources(
        self, context: Context, params: types.PaginatedRequestParams | None
    ) -> types.ListResourcesResult:
        """A page of documents."""
        cursor = params.cursor if params is not None else None
        try:
            found, following = await self._work(
                context, "list_resources", Scope.SEARCH, lambda held: resources.listed(held, cursor)
            )
        except ToolRefused as refused:
            raise MCPError(types.INVALID_PARAMS, refused.message) from None
        return types.ListResourcesResult(resources=[_resource(one) for one in found], next_cursor=following)

    async def list_templates(
        self, _: Context, __: types.PaginatedRequestParams | None
    ) -> types.ListResourceTemplatesResult:
        """How a document is addressed."""
        template = types.ResourceTemplate(
            name="document",
            title="Document",
            uri_template=resources.TEMPLATE,
            description="Le texte d’un document, sur lequel se vérifient les citations.",
            mime_type="text/plain",
        )
        return types.ListResourceTemplatesResult(resource_templates=[template])

    async def read_resource(
        self, context: Context, params: types.ReadResourceRequestParams
    ) -> types.ReadResourceResult:
        """The text of a document."""
        uri = str(params.uri)
        try:
            text = await self._work(context, "read_resource", Scope.SEARCH, lambda held: resources.read(held, uri))
        except ToolRefused as refused:
            raise MCPError(types.INVALID_PARAMS, refused.message) from None
        contents = types.TextResourceContents(uri=uri, mime_type="text/plain", text=text)
        return types.ReadResourceResult(contents=[contents])

    async def _work(self, context: Context, name: str, scope: Scope, done: Callable[[Answerer], _Given]) -> _Given:
        """Do something with the index, in a thread; whatever goes wrong becomes a ToolRefused."""
        if self._over_http and not _caller(context).may(scope):
            raise ToolRefused(f"Ceci demande une clé qui ouvre le droit « {scope.value} ».")
        begun, error = time.perf_counter(), True
        try:
            result = await anyio.to_thread.run_sync(self._held, done)
            error = False
        except NotReady:
            raise ToolRefused("Aucun index n’est en service pour le moment : réessayez dans un instant.") from None
        except ToolRefused:
            raise
        except Exception as unexpected:
            # The type only: the message could hold the question.
            log.error("unexpected_error", error=type(unexpected).__name__, tool=name)
            detail = "Une erreur inattendue s’est produite ; réessayez, puis signalez-la à l’exploitant."
            raise ToolRefused(detail) from None
        finally:
            log.info("mcp", tool=name, error=error, ms=round((time.perf_counter() - begun) * 1e3, 1))
        return result

    def _held(self, done: Callable[[Answerer], _Given]) -> _Given:
        with self._service.answerer() as held:
            return done(held)


def _tool(spec: ToolSpec) -> types.Tool:
    return types.Tool(
        name=spec.name,
        title=spec.title,
        description=spec.description,
        input_schema=spec.arguments.model_json_schema(),
        output_schema=spec.result.model_json_schema(mode="serialization"),
        annotations=types.ToolAnnotations(
            title=spec.title, read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False
        ),
    )


def _resource(document: DocumentSummary) -> types.Resource:
    return types.Resource(
        name=document.id,
        title=document.title,
        uri=f"{resources.PREFIX}{document.id}",
        description=", ".join(filter(None, (document.publisher, document.date, document.url))),
        mime_type="text/plain",
    )


def _result(done: Done) -> types.CallToolResult:
    return types.CallToolResult(
        content=[types.TextContent(type="text", text=done.text)],
        structured_content=done.structure.model_dump(mode="json"),
    )


def _error(message: str) -> types.CallToolResult:
    return types.CallToolResult(content=[types.TextContent(type="text", text=message)], is_error=True)


def _caller(context: Context) -> Caller:
    """Who calls over HTTP; nobody, who may nothing, where the request does not tell."""
    request = context.request
    found = getattr(request.state, "caller", None) if isinstance(request, Request) else None
    return found if isinstance(found, Caller) else Caller()
