"""Reading the API from a frame of an opaque origin: only with a pass that the frame's own document holds.

In a page of this very host the frame is sandboxed without ``allow-same-origin`` (else its scripts could undo the
sandbox), so its requests carry ``Origin: null``. Any sandboxed page of the web sends that too: a reply to ``null`` is
made readable only for a pass, signed here, that no other origin can read.
"""

import base64
import binascii
import hashlib
import hmac
import secrets
import threading
import time
from pathlib import Path

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.api.paths import route_path
from bot.api.problems import problem
from bot.keys.errors import KeysUnavailable
from bot.keys.pepper import load_pepper

HEADER = "x-cybervigie-frame"
LIFETIME_S = 12 * 3600
"""A working day; a frame that stays open longer is given a new pass by the page around it."""
_STAMP = 8
_SEAL = 16
# The secret may serve other ends too: what is derived for one is of no use to another.
_USE = b"cybervigie widget passes 1"
_EXPIRED = "Le laissez-passer de ce cadre n’est plus valable : rechargez la page."
log = structlog.get_logger("cybervigie.widget")


class Passes:
    """Passes issued with the document of a frame and checked with its requests; none is stored.

    ``path``: the secret that signs them, so that they outlive a restart and hold on every instance that shares it; made
    at the first pass if ``create``. Without one, or if it cannot be used, they hold in this process alone.
    """

    def __init__(self, path: Path | None = None, *, create: bool = True) -> None:
        self._path = path
        self._create = create
        self._lock = threading.Lock()
        self._derived: bytes | None = None

    def issue(self, now: float | None = None) -> str:
        """A pass that holds for ``LIFETIME_S`` seconds from ``now`` (Unix time)."""
        stamp = int(time.time() if now is None else now).to_bytes(_STAMP, "big")
        return base64.urlsafe_b64encode(stamp + self._seal(stamp)).decode("ascii")

    def holds(self, text: str, now: float | None = None) -> bool:
        """Whether ``text`` is a pass signed with this secret that is still valid."""
        try:
            given = base64.b64decode(text, altchars=b"-_", validate=True)
        except (binascii.Error, ValueError):
            return False
        stamp, seal = given[:_STAMP], given[_STAMP:]
        age = (time.time() if now is None else now) - int.from_bytes(stamp, "big")
        return len(given) == _STAMP + _SEAL and hmac.compare_digest(seal, self._seal(stamp)) and -60 <= age < LIFETIME_S

    def _seal(self, stamp: bytes) -> bytes:
        return hmac.digest(self._key(), stamp, hashlib.sha256)[:_SEAL]

    def _key(self) -> bytes:
        with self._lock:
            if self._derived is None:
                self._derived = hmac.digest(self._secret(), _USE, hashlib.sha256)
            return self._derived

    def _secret(self) -> bytes:
        if self._path is not None:
            try:
                return load_pepper(self._path, create=self._create)
            except KeysUnavailable as error:
                log.warning("passes_of_this_process_only", reason=error.message)
        return secrets.token_bytes(32)


class OpaqueFrames:
    """Lets a frame of an opaque origin that holds a pass read the replies of ``prefix`` (raw ASGI).

    A pass that holds no more is refused before anything is done, readably: the frame can get another and ask again.
    """

    def __init__(self, app: ASGIApp, *, passes: Passes, prefix: str) -> None:
        self._app = app
        self._passes = passes
        self._prefix = prefix

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer the preflight of ``Origin: null``; make the reply readable when the request has a pass."""
        if scope["type"] != "http" or not route_path(scope).startswith(self._prefix):
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        if headers.get("origin") != "null":
            await self._app(scope, receive, send)
            return
        if scope["method"] == "OPTIONS" and "access-control-request-method" in headers:
            await Response(status_code=204, headers=_PREFLIGHT)(scope, receive, send)
            return
        if HEADER not in headers:
            await self._app(scope, receive, send)
            return

        async def readable(message: Message) -> None:
            if message["type"] == "http.response.start":
                reply = MutableHeaders(scope=message)
                reply["Access-Control-Allow-Origin"] = "null"
                reply["Access-Control-Expose-Headers"] = f"retry-after, x-request-id, {HEADER}"
                reply.add_vary_header("Origin")
            await send(message)

        if self._passes.holds(headers[HEADER]):
            await self._app(scope, receive, readable)
        else:
            await problem(403, "pass_expired", _EXPIRED, headers={HEADER: "expired"})(scope, receive, readable)


_PREFLIGHT = {
    "Access-Control-Allow-Origin": "null",
    "Access-Control-Allow-Methods": "GET, POST",
    "Access-Control-Allow-Headers": f"content-type, {HEADER}",
    "Access-Control-Max-Age": "600",
    "Vary": "Origin",
}
