"""The addresses that helpdesk tools call: ``POST /v1/helpdesk/{desk}/webhook`` and ``.../verdict``.

In raw ASGI before the limits of the other routes: a tool signs bytes, nests its JSON as it likes, and all its calls
come from one address. What is bounded here instead: size, time, and calls taken at once.
"""

import asyncio
import re
from types import SimpleNamespace

import structlog
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.api.problems import problem
from bot.errors import FeedbackUnavailable
from bot.helpdesk.errors import DeskRefused, OutboxUnavailable, WebhookRefused
from bot.helpdesk.hub import Helpdesk
from bot.helpdesk.model import Incoming
from bot.helpdesk.verdicts import UnknownDraft
from bot.keys import model as keys

BODY_MAX = 2 * 1024 * 1024
"""Bytes of a call: tools send the whole ticket with its history."""
BODY_SECONDS = 10.0
AT_ONCE = 8
WAIT_SECONDS = 2.0
_PATH = re.compile(r"/v1/helpdesk/([a-z0-9-]{1,40})/(webhook|verdict)")
log = structlog.get_logger("cybervigie.helpdesk")


class Webhooks:
    """Answers the calls of the desks; passes every other request on."""

    def __init__(self, app: ASGIApp, *, helpdesk: Helpdesk) -> None:
        self._app = app
        self._helpdesk = helpdesk
        self._places = asyncio.Semaphore(AT_ONCE)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Take a call, or refuse it with a problem."""
        match = _PATH.fullmatch(scope["path"]) if scope["type"] == "http" else None
        if match is None or match[1] not in self._helpdesk.desks:
            await self._app(scope, receive, send)
            return
        scope["route"] = SimpleNamespace(path=f"/v1/helpdesk/{{desk}}/{match[2]}")
        response = await self._answer(scope, receive, match[1], match[2])
        await response(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive, desk: str, what: str) -> Response:
        if scope["method"] != "POST":
            detail = "Cette adresse n’accepte que POST."
            return problem(405, "method_not_allowed", detail, headers={"Allow": "POST"})
        try:
            async with asyncio.timeout(BODY_SECONDS):
                body = await _body(receive)
        except TimeoutError:
            return problem(408, "body_timeout", "Le corps de la requête arrive trop lentement.")
        if body is None:
            return problem(413, "body_too_large", f"Le corps de la requête dépasse {BODY_MAX // 1024} Kio.")
        incoming = Incoming(_headers(scope), body)
        try:
            async with asyncio.timeout(WAIT_SECONDS):
                await self._places.acquire()
        except TimeoutError:
            return _later("overloaded", "Trop d’appels à la fois : réessayez dans un instant.")
        try:
            caller = scope.get("state", {}).get("caller")
            trusted = isinstance(caller, keys.Caller) and caller.may(keys.Scope.HELPDESK)
            return await asyncio.to_thread(self._take, desk, what, incoming, trusted)
        finally:
            self._places.release()

    def _take(self, desk: str, what: str, incoming: Incoming, trusted: bool) -> Response:
        try:
            if what == "verdict":
                judged = self._helpdesk.judge(desk, incoming, trusted=trusted)
                return JSONResponse({"status": "counted" if judged and judged.first else "known"})
            taken = self._helpdesk.receive(desk, incoming)
        except WebhookRefused as refused:
            log.warning("helpdesk_call_refused", desk=desk, what=what, code=refused.code)
            status = 400 if refused.code == "body" else 401
            return problem(status, f"webhook_{refused.code}", f"Appel refusé : {refused.message}.")
        except UnknownDraft as unknown:
            return problem(404, unknown.code, f"Verdict refusé : {unknown.message}.")
        except DeskRefused as refused:
            return problem(404, refused.code, f"Appel refusé : {refused.message}.")
        except (OutboxUnavailable, FeedbackUnavailable) as error:
            log.error("helpdesk_call_not_taken", desk=desk, code=error.code)
            return _later("outbox_unavailable", "L’appel n’a pas pu être enregistré : réessayez dans un instant.")
        return JSONResponse({"status": "taken" if taken.fresh else "known" if taken.known else "ignored"})


def _later(code: str, detail: str) -> Response:
    return problem(503, code, detail, headers={"Retry-After": "5"})


async def _body(receive: Receive) -> bytes | None:
    """The whole body; None beyond the limit. One that breaks off is refused by its signature."""
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return bytes(body)
        body += message.get("body", b"")
        if len(body) > BODY_MAX:
            return None
        if not message.get("more_body", False):
            return bytes(body)


def _headers(scope: Scope) -> dict[str, str]:
    """Headers by lower-case name; one that comes twice is joined, and so no valid signature header."""
    found: dict[str, str] = {}
    for raw_name, raw_value in scope["headers"]:
        name, value = raw_name.decode("latin-1").lower(), raw_value.decode("latin-1")
        found[name] = f"{found[name]}, {value}" if name in found else value
    return found
