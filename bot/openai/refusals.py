"""Errors on OpenAI's addresses, in OpenAI's shape: every problem of ours, whichever layer it comes from."""

import json
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.api.paths import route_path
from bot.api.problems import MEDIA_TYPE
from bot.openai.schema import ErrorDetail, ErrorReply

PREFIXES = ("/v1/chat", "/v1/models")
_TYPES = {401: "authentication_error", 403: "permission_error", 429: "rate_limit_error"}


def is_ours(path: str) -> bool:
    """Whether a path is one of OpenAI's."""
    return any(path == prefix or path.startswith(f"{prefix}/") for prefix in PREFIXES)


def responses(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """OpenAPI entries for the errors that a route can give."""
    entry: dict[str, Any] = {"model": ErrorReply, "description": "Erreur, dans la forme d’OpenAI"}
    return {**dict.fromkeys(statuses, entry), "default": entry}


class Refusals:
    """Rewrites the problems of the layers inside it; 422 becomes 400, which is OpenAI's word for it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; rewrite the reply if it is a problem."""
        if scope["type"] != "http" or not is_ours(route_path(scope)):
            await self._app(scope, receive, send)
            return
        held: Message | None = None
        body = bytearray()

        async def rewrite(message: Message) -> None:
            nonlocal held
            if message["type"] == "http.response.start" and _is_problem(message):
                held = message
                return
            if held is None:
                await send(message)
                return
            body.extend(message.get("body", b""))
            if not message.get("more_body", False):
                start, content = _rewritten(held, bytes(body))
                held = None
                await send(start)
                await send({"type": "http.response.body", "body": content})

        await self._app(scope, receive, rewrite)


def _is_problem(start: Message) -> bool:
    return any(
        name.lower() == b"content-type" and value.startswith(MEDIA_TYPE.encode()) for name, value in start["headers"]
    )


def _rewritten(start: Message, body: bytes) -> tuple[Message, bytes]:
    problem = json.loads(body)
    status = 400 if start["status"] == 422 else int(start["status"])
    kind = _TYPES.get(status, "server_error" if status >= 500 else "invalid_request_error")
    fields = [error["field"] for error in problem.get("errors", ()) if error.get("field")]
    detail = ErrorDetail(
        message=problem["detail"], type=kind, param=fields[0] if fields else None, code=problem["code"]
    )
    content = ErrorReply(error=detail).model_dump_json().encode()
    replaced = {b"content-type", b"content-length"}
    headers = [(name, value) for name, value in start["headers"] if name.lower() not in replaced]
    headers += [(b"content-type", b"application/json"), (b"content-length", str(len(content)).encode())]
    return {**start, "status": status, "headers": headers}, content
