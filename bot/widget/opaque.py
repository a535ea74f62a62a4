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
import time

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

HEADER = "x-cybervigie-frame"
LIFETIME_S = 12 * 3600
"""Longer than a working day with the page open."""
_STAMP = 8
_SEAL = 16


class Passes:
    """Passes of one process: issued with the document of a frame, checked with its requests; nothing is stored."""

    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)

    def issue(self, now: float | None = None) -> str:
        """A pass that holds for ``LIFETIME_S`` seconds from ``now`` (Unix time)."""
        stamp = int(time.time() if now is None else now).to_bytes(_STAMP, "big")
        return base64.urlsafe_b64encode(stamp + self._seal(stamp)).decode("ascii")

    def holds(self, text: str, now: float | None = None) -> bool:
        """Whether ``text`` is a pass of this process that is still valid."""
        try:
            given = base64.b64decode(text, altchars=b"-_", validate=True)
        except (binascii.Error, ValueError):
            return False
        stamp, seal = given[:_STAMP], given[_STAMP:]
        age = (time.time() if now is None else now) - int.from_bytes(stamp, "big")
        return len(given) == _STAMP + _SEAL and hmac.compare_digest(seal, self._seal(stamp)) and -60 <= age < LIFETIME_S

    def _seal(self, stamp: bytes) -> bytes:
        return hmac.digest(self._key, stamp, hashlib.sha256)[:_SEAL]


class OpaqueFrames:
    """Lets a frame of an opaque origin that holds a pass read the replies of ``prefix`` (raw ASGI)."""

    def __init__(self, app: ASGIApp, *, passes: Passes, prefix: str) -> None:
        self._app = app
        self._passes = passes
        self._prefix = prefix

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer the preflight of ``Origin: null``; make the reply readable when the request has a pass."""
        if scope["type"] != "http" or not scope["path"].startswith(self._prefix):
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        if headers.get("origin") != "null":
            await self._app(scope, receive, send)
            return
        if scope["method"] == "OPTIONS" and "access-control-request-method" in headers:
            await Response(status_code=204, headers=_PREFLIGHT)(scope, receive, send)
            return
        if not self._passes.holds(headers.get(HEADER, "")):
            await self._app(scope, receive, send)
            return

        async def readable(message: Message) -> None:
            if message["type"] == "http.response.start":
                reply = MutableHeaders(scope=message)
                reply["Access-Control-Allow-Origin"] = "null"
                reply["Access-Control-Expose-Headers"] = "retry-after, x-request-id"
                reply.add_vary_header("Origin")
            await send(message)

        await self._app(scope, receive, readable)


_PREFLIGHT = {
    "Access-Control-Allow-Origin": "null",
    "Access-Control-Allow-Methods": "GET, POST",
    "Access-Control-Allow-Headers": f"content-type, {HEADER}",
    "Access-Control-Max-Age": "600",
    "Vary": "Origin",
}
