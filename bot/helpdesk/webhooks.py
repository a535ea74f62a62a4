"""The addresses that helpdesk tools call: ``POST /v1/helpdesk/{desk}/webhook`` and ``.../verdict``.

In raw ASGI before the limits of the other routes: a tool signs bytes, nests its JSON as it likes, and all its calls
come from one address. What is bounded here instead: size, time, calls taken at once, bytes held by all of them, and
calls refused from one address (a tool whose calls are refused has to be set right first).
"""

import asyncio
import re
from types import SimpleNamespace

import structlog
from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.api.addresses import AddressHash
from bot.api.paths import route_path
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
HELD_MAX = 16 * 1024 * 1024
"""Bytes of bodies held at once."""
REFUSED_MAX = 60
"""Refused calls a minute and address."""
_DIGITS_MAX = 12
_REFUSALS = frozenset({400, 401, 408, 413})
_PATH = re.compile(r"/v1/helpdesk/([a-z0-9-]{1,40})/(webhook|verdict)")
log = structlog.get_logger("cybervigie.helpdesk")


class Webhooks:
    """Answers the calls of the desks; passes every other request on."""

    def __init__(self, app: ASGIApp, *, helpdesk: Helpdesk) -> None:
        self._app = app
        self._helpdesk = helpdesk
        self._places = asyncio.Semaphore(AT_ONCE)
        self._held = 0
        self._refused = MovingWindowRateLimiter(MemoryStorage())
        self._refused_max = RateLimitItemPerMinute(REFUSED_MAX)
        self._addresses = AddressHash()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Take a call, or refuse it with a problem."""
        match = _PATH.fullmatch(route_path(scope)) if scope["type"] == "http" else None
        if match is None or match[1] not in self._helpdesk.desks:
            await self._app(scope, receive, send)
            return
        scope["route"] = SimpleNamespace(path=f"/v1/helpdesk/{{desk}}/{match[2]}")
        address = self._addresses.of(scope)
        if not self._refused.test(self._refused_max, address):
            detail = "Trop d’appels refusés d’affilée depuis votre adresse : réessayez dans une minute."
            response = problem(429, "too_many_refused", detail, headers={"Retry-After": "60"})
        else:
            response = await self._answer(scope, receive, match[1], match[2])
            if response.status_code in _REFUSALS:
                self._refused.hit(self._refused_max, address)
        await response(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive, desk: str, what: str) -> Response:
        if scope["method"] != "POST":
            detail = "Cette adresse n’accepte que POST."
            return problem(405, "method_not_allowed", detail, headers={"Allow": "POST"})
        caller = scope.get("state", {}).get("caller")
        trusted = isinstance(caller, keys.Caller) and caller.may(keys.Scope.HELPDESK)
        headers = _headers(scope)
        length = headers.get("content-length", "0")
        if not length.isdigit() or len(length) > _DIGITS_MAX or int(length) > BODY_MAX:
            return _too_large()
        try:
            self._helpdesk.precheck(desk, what, headers, trusted=trusted)
        except WebhookRefused as refused:
            return _refusal(desk, what, refused)
        body = bytearray()
        try:
            return await self._read(receive, body) or await self._placed(
                desk, what, Incoming(headers, bytes(body)), trusted
            )
        finally:
            self._held -= len(body)

    async def _read(self, receive: Receive, body: bytearray) -> Response | None:
        """Read the whole body; a response where it does not come in time, or there is no room for it."""
        try:
            async with asyncio.timeout(BODY_SECONDS):
                return await self._parts(receive, body)
        except TimeoutError:
            return problem(408, "body_timeout", "Le corps de la requête arrive trop lentement.")

    async def _parts(self, receive: Receive, body: bytearray) -> Response | None:
        """A body that breaks off is refused by its signature."""
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                return None
            part = message.get("body", b"")
            if len(body) + len(part) > BODY_MAX:
                return _too_large()
            if self._held + len(part) > HELD_MAX:
                return _later("overloaded", "Trop d’appels à la fois : réessayez dans un instant.")
            self._held += len(part)
            body += part
            if not message.get("more_body", False):
                return None

    async def _placed(self, desk: str, what: str, incoming: Incoming, trusted: bool) -> Response:
        try:
            async with asyncio.timeout(WAIT_SECONDS):
                await self._places.acquire()
        except TimeoutError:
            return _later("overloaded", "Trop d’appels à la fois : réessayez dans un instant.")
        try:
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
            return _refusal(desk, what, refused)
        except UnknownDraft as unknown:
            return problem(404, unknown.code, f"Verdict refusé : {unknown.message}.")
        except DeskRefused as refused:
            return problem(404, refused.code, f"Appel refusé : {refused.message}.")
        except (OutboxUnavailable, FeedbackUnavailable) as error:
            log.error("helpdesk_call_not_taken", desk=desk, code=error.code)
            return _later("outbox_unavailable", "L’appel n’a pas pu être enregistré : réessayez dans un instant.")
        return JSONResponse({"status": "taken" if taken.fresh else "known" if taken.known else "ignored"})


def _refusal(desk: str, what: str, refused: WebhookRefused) -> Response:
    log.warning("helpdesk_call_refused", desk=desk, what=what, code=refused.code)
    status = 400 if refused.code == "body" else 401
    return problem(status, f"webhook_{refused.code}", f"Appel refusé : {refused.message}.")


def _too_large() -> Response:
    return problem(413, "body_too_large", f"Le corps de la requête dépasse {BODY_MAX // 1024} Kio.")


def _later(code: str, detail: str) -> Response:
    return problem(503, code, detail, headers={"Retry-After": "5"})


def _headers(scope: Scope) -> dict[str, str]:
    """Headers by lower-case name; one that comes twice is joined, and so no valid signature header."""
    found: dict[str, str] = {}
    for raw_name, raw_value in scope["headers"]:
        name, value = raw_name.decode("latin-1").lower(), raw_value.decode("latin-1")
        found[name] = f"{found[name]}, {value}" if name in found else value
    return found
