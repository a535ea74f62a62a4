"""Who calls: the bearer of a key, or anyone. Bad keys, missing rights and spent quotas are refused before any body.

A key comes in ``Authorization: Bearer`` and nowhere else: an address ends in logs and histories (OWASP API Security;
RFC 6750 section 5.3 says the same of bearer tokens).
"""

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator
from typing import Final
from urllib.parse import unquote_to_bytes

import structlog
from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from prometheus_client import CollectorRegistry, Counter
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.api.access import OPEN, SIGNED, scopes_of
from bot.api.addresses import AddressHash
from bot.api.paths import route_path
from bot.api.problems import problem
from bot.keys import model
from bot.keys.errors import KeysError, KeysUnavailable, Refused
from bot.keys.keyring import Keyring
from bot.keys.model import Caller, Key
from bot.keys.quota import FLUSH_SECONDS, Quota

_IN_ADDRESS = re.compile(rb"cv_[0-9a-z]{10}_|[?&](?:api_?key|access_token)=[^&]", re.IGNORECASE)
_CHALLENGE: Final = 'Bearer realm="CyberVigie"'
log = structlog.get_logger("cybervigie.keys")


class Desk:
    """Keys, their quotas, and the counts of what was let in and refused: ids of keys at most, never a secret."""

    def __init__(self, keyring: Keyring, registry: CollectorRegistry) -> None:
        self.keyring = keyring
        self.quota = Quota(keyring.file)
        self.calls = Counter(
            "cybervigie_key_calls", "Calls with a key, by key and outcome", ["key", "outcome"], registry=registry
        )
        self.refusals = Counter(
            "cybervigie_auth_refusals", "Requests refused for their key, by reason", ["reason"], registry=registry
        )

    @contextlib.asynccontextmanager
    async def counting(self) -> AsyncIterator[None]:
        """Calls written down every few seconds while the block runs, and when it ends."""
        task = asyncio.create_task(self._flush_often())
        try:
            yield
        finally:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
            await asyncio.to_thread(self._flush)
            self.keyring.file.close()

    async def _flush_often(self) -> None:
        while True:
            await asyncio.sleep(FLUSH_SECONDS)
            await asyncio.to_thread(self._flush)

    def _flush(self) -> None:
        try:
            self.quota.flush()
        except KeysUnavailable as error:
            log.warning("key_calls_not_written", reason=error.message)


class Authentication:
    """Names the caller in ``scope["state"]["caller"]``, or refuses: 400, 401, 403, 429, 503."""

    def __init__(self, app: ASGIApp, *, desk: Desk, anonymous: bool, failures_per_minute: int) -> None:
        self._app = app
        self._desk = desk
        self._anonymous = anonymous
        self._nobody = Caller(anonymous=OPEN if anonymous else frozenset())
        self._failures = MovingWindowRateLimiter(MemoryStorage())
        self._failures_max = RateLimitItemPerMinute(failures_per_minute)
        self._addresses = AddressHash()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with its caller."""
        wanted = scopes_of(route_path(scope)) if scope["type"] == "http" else None
        if wanted is None:
            await self._app(scope, receive, send)
            return
        caller = self._caller(scope, wanted)
        if isinstance(caller, Response):
            await caller(scope, receive, send)
            return
        scope.setdefault("state", {})["caller"] = caller
        await self._app(scope, receive, send)

    def _caller(self, scope: Scope, wanted: frozenset[model.Scope]) -> Caller | Response:
        if _key_in_address(scope):
            self._desk.refusals.labels("in_address").inc()
            return _refusal(
                400,
                "key_in_url",
                "Une clé ne se met jamais dans une adresse, qui reste dans des journaux : envoyez-la dans l’en-tête "
                "« Authorization: Bearer », et faites révoquer celle-ci.",
            )
        sent = [value for name, value in scope["headers"] if name == b"authorization"]
        tokens = [value[6:].strip() for value in sent if value[:7].lower() in (b"bearer ", b"bearer")]
        if not tokens:
            return self._without_key(route_path(scope), wanted)
        try:
            if len(sent) > 1:
                raise Refused("key_invalid", "malformed", "Envoyez un seul en-tête « Authorization ».")
            key = self._desk.keyring.verify(tokens[0].decode("latin-1"))
        except Refused as refused:
            if refused.reason == "malformed" and route_path(scope).startswith(f"{SIGNED}/"):
                # A tool's own token, which is not for us: its signature is what counts.
                return self._nobody
            return self._refused(scope, refused)
        except KeysError as error:
            log.error("keys_unavailable", reason=error.message)
            detail = "Les clés ne peuvent pas être vérifiées pour le moment : réessayez dans un instant."
            return problem(503, "keys_unavailable", detail, headers={"Retry-After": "10"})
        return self._with_key(key, wanted)

    def _without_key(self, path: str, wanted: frozenset[model.Scope]) -> Caller | Response:
        if path.startswith(f"{SIGNED}/"):
            return self._nobody
        if self._anonymous and wanted & OPEN:
            return self._nobody
        self._desk.refusals.labels("missing").inc()
        detail = "Ce service demande une clé : l’exploitant vous en donne une, à envoyer en « Authorization: Bearer »."
        return _refusal(401, "key_required", detail, challenge=_CHALLENGE)

    def _refused(self, scope: Scope, refused: Refused) -> Response:
        self._desk.refusals.labels(refused.reason).inc()
        address = self._addresses.of(scope)
        if not self._failures.hit(self._failures_max, address):
            detail = "Trop de clés refusées d’affilée depuis votre adresse : réessayez dans une minute."
            return problem(429, "too_many_bad_keys", detail, headers={"Retry-After": "60"})
        return _refusal(401, refused.code, refused.message, challenge=f'{_CHALLENGE}, error="invalid_token"')

    def _with_key(self, key: Key, wanted: frozenset[model.Scope]) -> Caller | Response:
        if not any(key.may(scope) for scope in wanted):
            self._desk.calls.labels(key.id, "forbidden").inc()
            names = " ou ".join(f"« {scope.value} »" for scope in sorted(wanted))
            challenge = f'{_CHALLENGE}, error="insufficient_scope"'
            return _refusal(403, "scope_missing", f"Cette clé n’ouvre pas le droit {names}.", challenge=challenge)
        wait = self._desk.quota.take(key)
        if wait:
            self._desk.calls.labels(key.id, "quota").inc()
            detail = f"Le quota de cette clé est épuisé : réessayez dans {_delay(wait)}."
            return problem(429, "quota_exceeded", detail, headers={"Retry-After": str(wait)})
        self._desk.calls.labels(key.id, "accepted").inc()
        return Caller(key)


def _delay(seconds: int) -> str:
    """A wait as people say it, rounded up: "45 s", "12 min", "3 h 42 min"."""
    if seconds < 120:
        return f"{seconds}\u00a0s"
    hours, minutes = divmod(-(-seconds // 60), 60)
    told = ([f"{hours}\u00a0h"] if hours else []) + ([f"{minutes}\u00a0min"] if minutes else [])
    return "\u00a0".join(told)


def _key_in_address(scope: Scope) -> bool:
    address = (scope.get("raw_path") or scope["path"].encode()) + b"?" + (scope.get("query_string") or b"")
    return bool(_IN_ADDRESS.search(unquote_to_bytes(address)))


def _refusal(status: int, code: str, detail: str, *, challenge: str | None = None) -> Response:
    return problem(status, code, detail, headers={"WWW-Authenticate": challenge} if challenge else None)
