"""What a request must pass before any route sees it: size, depth, rate, and a place among those being answered.

Refusing in raw ASGI, before the body is parsed, keeps most of the throughput under overload.
"""

import asyncio
import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from limits import RateLimitItemPerMinute, RateLimitItemPerSecond
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.api.addresses import AddressHash
from bot.api.paths import route_path
from bot.api.problems import problem
from bot.keys.model import Caller

URL_MAX = 2 * 1024
HEADERS_MAX = 16 * 1024
DEPTH_MAX = 5
BODY_SECONDS = 5.0
_DIGITS_MAX = 12
_STRING = re.compile(rb'"(?:[^"\\]|\\.)*+(?:"|\\?\Z)', re.DOTALL)
_STEPS = np.zeros(256, np.int32)
_STEPS[list(b"[{")] = 1
_STEPS[list(b"]}")] = -1


@dataclass(frozen=True, slots=True)
class Allowance:
    """What the body of a request may be: so many bytes, JSON nested so deep."""

    body_max: int
    depth_max: int = DEPTH_MAX


class RequestLimits:
    """Refuses oversized addresses, headers and bodies, slow bodies and deep JSON; ``json_paths`` take only JSON.

    ``others``: paths whose bodies may be something else than ``body_max`` and five levels.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        body_max: int,
        json_paths: Sequence[str],
        others: Mapping[str, Allowance] | None = None,
    ) -> None:
        self._app = app
        self._allowance = Allowance(body_max)
        self._others = dict(others or {})
        self._json_paths = frozenset(json_paths)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Read the body within bounds, then replay it to the application."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if len(scope.get("raw_path") or b"") + len(scope.get("query_string") or b"") > URL_MAX:
            await problem(414, "url_too_long", "L’adresse dépasse 2 Kio.")(scope, receive, send)
            return
        if sum(len(name) + len(value) for name, value in scope["headers"]) > HEADERS_MAX:
            await problem(431, "headers_too_large", "Les en-têtes dépassent 16 Kio.")(scope, receive, send)
            return
        # Part of a small file is never worth having, and a range gone wrong is answered outside our problems.
        scope["headers"] = [(name, value) for name, value in scope["headers"] if name != b"range"]
        if scope["method"] not in {"POST", "PUT", "PATCH"}:
            await self._app(scope, receive, send)
            return
        headers, path = dict(scope["headers"]), route_path(scope)
        kind = headers.get(b"content-type", b"").split(b";")[0].strip().lower()
        # Elsewhere there is nothing to post: that is for the routes to say.
        if kind != b"application/json" and scope["method"] == "POST" and path in self._json_paths:
            detail = "Envoyez du JSON, avec l’en-tête « Content-Type: application/json »."
            await problem(415, "unsupported_media_type", detail)(scope, receive, send)
            return
        allowed = self._others.get(path, self._allowance)
        too_large = problem(413, "body_too_large", f"Le corps de la requête dépasse {allowed.body_max // 1024} Kio.")
        length = headers.get(b"content-length", b"0")
        if not length.isdigit() or len(length) > _DIGITS_MAX or int(length) > allowed.body_max:
            await too_large(scope, receive, send)
            return
        try:
            async with asyncio.timeout(BODY_SECONDS):
                body = await _read(receive, allowed.body_max)
        except TimeoutError:
            await problem(408, "body_timeout", "Le corps de la requête arrive trop lentement.")(scope, receive, send)
            return
        if body is None:
            await too_large(scope, receive, send)
            return
        if _depth(body) > allowed.depth_max:
            detail = f"Le JSON dépasse {allowed.depth_max} niveaux d’imbrication."
            await problem(400, "json_too_deep", detail)(scope, receive, send)
            return
        await self._app(scope, _replay(body, receive), send)


async def _read(receive: Receive, limit: int) -> bytes | None:
    """The whole body; None beyond the limit."""
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return bytes(body)
        body += message.get("body", b"")
        if len(body) > limit:
            return None
        if not message.get("more_body", False):
            return bytes(body)


def _replay(body: bytes, receive: Receive) -> Receive:
    sent = False

    async def replay() -> Message:
        nonlocal sent
        if not sent:
            sent = True
            return {"type": "http.request", "body": body, "more_body": False}
        return await receive()

    return replay


def _depth(body: bytes) -> int:
    """Deepest nesting of a JSON text, strings skipped; meaningless but harmless on anything else.

    Linear in the size of whatever is sent, and mostly outside Python: a history may have 256 KiB.
    """
    steps = _STEPS[np.frombuffer(_STRING.sub(b"", body), np.uint8)]
    return int(np.cumsum(steps).max(initial=0))


class RateLimit:
    """Per address: so many questions a minute, and a burst. Addresses are kept in memory as a salted hash.

    Who has a key has its quotas instead.
    """

    def __init__(self, app: ASGIApp, *, per_minute: int, burst: int, paths: Sequence[str]) -> None:
        self._app = app
        self._paths = frozenset(paths)
        self._items = (RateLimitItemPerMinute(per_minute), RateLimitItemPerSecond(burst, 10)) if per_minute else ()
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        self._key = AddressHash().of

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer 429 with Retry-After."""
        caller: Caller | None = scope.get("state", {}).get("caller")
        known = caller is not None and caller.key is not None
        if scope["type"] == "http" and route_path(scope) in self._paths and scope["method"] == "POST" and not known:
            key = self._key(scope)
            for item in self._items:
                if self._limiter.test(item, key):
                    continue
                wait = max(1, int(self._limiter.get_window_stats(item, key).reset_time - time.time()) + 1)
                detail = f"Trop de questions d’affilée : réessayez dans {wait} s."
                await problem(429, "rate_limited", detail, headers={"Retry-After": str(wait)})(scope, receive, send)
                return
            for item in self._items:
                self._limiter.hit(item, key)
        await self._app(scope, receive, send)


class Admission:
    """So many requests at a time, a short bounded queue for the rest, then 503 with Retry-After."""

    def __init__(
        self, app: ASGIApp, *, in_flight: int, queue: int, queue_ms: int, prefix: str | tuple[str, ...]
    ) -> None:
        self._app = app
        self._prefix = prefix
        self._places = asyncio.Semaphore(in_flight)
        self._queue = queue
        self._wait = queue_ms / 1000
        self._waiting = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on when a place is free in time."""
        if scope["type"] != "http" or not route_path(scope).startswith(self._prefix):
            await self._app(scope, receive, send)
            return
        if not await self._admitted():
            detail = "Le service est très sollicité : réessayez dans un instant."
            await problem(503, "overloaded", detail, headers={"Retry-After": "2"})(scope, receive, send)
            return
        try:
            await self._app(scope, receive, send)
        finally:
            self._places.release()

    async def _admitted(self) -> bool:
        if self._places.locked():
            if self._waiting >= self._queue:
                return False
            self._waiting += 1
            try:
                async with asyncio.timeout(self._wait):
                    await self._places.acquire()
            except TimeoutError:
                return False
            finally:
                self._waiting -= 1
            return True
        await self._places.acquire()
        return True
