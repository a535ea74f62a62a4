"""JSON over HTTP with a system that may be slow, down or lying: bounded in time, size and patience.

One deadline covers a whole exchange, address look-up and a body that never ends included, which needs an event loop;
it stays inside this module, callers see plain functions. Connections that fail, cut replies and the statuses 429,
500, 502, 503 and 504 are tried again, later each time; anything else is an answer.
"""

import asyncio
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import httpx

from evals.errors import EvalError, SystemDown, SystemRefuses
from evals.model import Failure
from evals.systems.reading import BadReply, parse_json

BODY_MAX = 4 * 1024 * 1024
BACKOFF_S = 1.0
"""Before the second try; twice as long before each of the next."""
WAIT_MAX_S = 60.0
PATIENCE_S = 600.0
"""Seconds spent on one question at most for being asked to come back later (429)."""
_TRANSIENT = {500, 502, 503, 504}
_TOO_MANY = 429
_STATED = re.compile(rb'"(?:code|type|param)"\s*:\s*"([A-Za-z0-9_.-]{1,60})"')
_LOCAL = {"localhost", "127.0.0.1", "::1"}


class WireFailure(Exception):
    """An exchange that gave nothing usable. ``code`` as in ``Failure``; ``status``: of the reply, if there was one."""

    def __init__(self, code: str, message: str, *, status: int | None = None, body: bytes = b"") -> None:
        super().__init__(message)
        self.code = code
        self.status = status
        self.body = body


def failure_of(error: WireFailure, wrong: Mapping[int, str]) -> Failure:
    """The failure of one question; ``wrong`` says which statuses mean that every question would fail, and why.

    Raises:
        SystemRefuses: the status is one of those.
    """
    if error.status is not None and error.status in wrong:
        raise SystemRefuses(f"{wrong[error.status]} (réponse HTTP {error.status})") from error
    if error.status is not None and 400 <= error.status < 500 and error.status != _TOO_MANY:
        # Only a code: the words of an error reply could repeat the question.
        found = _STATED.search(error.body)
        stated = f" ({found[1].decode()})" if found else ""
        return Failure("refused", f"question refusée{stated} (réponse HTTP {error.status})")
    return Failure(error.code, str(error))


@dataclass(frozen=True, slots=True)
class Exchange:
    """A reply: its JSON, the milliseconds of the attempt that gave it, and how many attempts it took."""

    content: Any
    latency_ms: float
    attempts: int


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait: seconds for one exchange, and how many times to try again."""

    timeout_s: float = 30.0
    retries: int = 3


def checked_address(address: str, *, key: bool) -> str:
    """A base address, without its last slash.

    Raises:
        EvalError: it is none, holds a password, or would show the key to whoever listens.
    """
    try:
        parts = urlsplit(address.strip())
        host = parts.hostname
        parts.port  # noqa: B018 (raises when it is no number)
    except ValueError as error:
        raise EvalError(f"« {address} » n’est pas une adresse ; donnez par exemple http://127.0.0.1:8000") from error
    if parts.scheme not in {"http", "https"} or not host:
        raise EvalError(f"« {address} » n’est pas une adresse ; donnez par exemple http://127.0.0.1:8000")
    if "@" in parts.netloc or parts.query or parts.fragment:
        raise EvalError("l’adresse est écrite dans les résultats : retirez-en mot de passe et paramètres")
    if key and parts.scheme == "http" and host not in _LOCAL:
        raise EvalError(f"la clé partirait en clair vers {host} ; donnez une adresse https")
    return address.strip().rstrip("/")


class Wire:
    """Exchanges with one base address. Redirections are not followed: the key goes where it was meant to."""

    def __init__(
        self,
        address: str,
        patience: Patience = Patience(),
        headers: Mapping[str, str] | None = None,
        *,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.address = address
        self._patience = patience
        self._sleep = sleep
        self._runner = asyncio.Runner()
        # Compressed bodies are not asked for: a small one can hide an endless one.
        wanted = {"accept": "application/json", "accept-encoding": "identity", **(headers or {})}
        self._client = httpx.AsyncClient(headers=wanted, timeout=httpx.Timeout(patience.timeout_s))

    def close(self) -> None:
        """Close the connections."""
        self._runner.run(self._client.aclose())
        self._runner.close()

    def exchange(self, path: str, body: Any = None) -> Exchange:
        """The JSON reply to a GET, or to a POST of ``body``.

        Raises:
            SystemDown: nothing answers at the address, however often it is tried.
            WireFailure: a reply that is none.
        """
        tries, attempts, waited = 0, 0, 0.0
        while True:
            attempts += 1
            begun = time.perf_counter()
            try:
                content = self._runner.run(self._attempt(path, body))
                return Exchange(content, round((time.perf_counter() - begun) * 1e3, 2), attempts)
            except _Later as error:
                if error.counted:
                    tries += 1
                if tries > self._patience.retries or waited > PATIENCE_S:
                    raise error.reason from None
                pause = min(error.after_s or BACKOFF_S * 2 ** max(0, tries - 1), WAIT_MAX_S)
                waited += pause
                self._sleep(pause)

    async def _attempt(self, path: str, body: Any) -> Any:
        try:
            async with asyncio.timeout(self._patience.timeout_s):
                return await self._reply(path, body)
        except TimeoutError as error:
            raise _Later(self._slow()) from error
        except httpx.TimeoutException as error:
            raise _Later(self._slow()) from error
        except (httpx.ConnectError, httpx.ProxyError) as error:
            reason = f"rien ne répond à {self.address} ; vérifiez l’adresse, et que le service est lancé"
            raise _Later(SystemDown(reason)) from error
        except httpx.HTTPError as error:
            raise _Later(WireFailure("bad_reply", f"échange coupé ({type(error).__name__})")) from error

    def _slow(self) -> WireFailure:
        return WireFailure("timeout", f"pas de réponse entière en {self._patience.timeout_s:g}\u00a0s")

    async def _reply(self, path: str, body: Any) -> Any:
        method = "GET" if body is None else "POST"
        async with self._client.stream(method, self.address + path, json=body) as reply:
            coded = reply.headers.get("content-encoding", "identity")
            content = bytearray()
            async for part in reply.aiter_raw():
                content += part
                if len(content) > BODY_MAX:
                    raise WireFailure(
                        "too_large", f"réponse de plus de {BODY_MAX // 2**20}\u00a0Mio", status=reply.status_code
                    )
            if reply.status_code != httpx.codes.OK:
                raise self._refused(reply, bytes(content))
            if coded != "identity":
                raise WireFailure("bad_reply", "réponse compressée, non demandée")
            try:
                return parse_json(bytes(content))
            except BadReply as error:
                raise WireFailure("bad_reply", str(error)) from error

    def _refused(self, reply: httpx.Response, body: bytes) -> "WireFailure | _Later":
        status = reply.status_code
        failure = WireFailure("http_error", f"réponse HTTP {status}", status=status, body=body)
        if status != _TOO_MANY and status not in _TRANSIENT:
            return failure
        try:
            after = float(reply.headers.get("retry-after", "nan"))
        except ValueError:
            after = 0.0
        # A date, or nonsense: wait as if nothing had been said.
        return _Later(failure, after_s=after if 0 < after < PATIENCE_S else 0.0, counted=status != _TOO_MANY)


class _Later(Exception):
    """Worth another try: after so many seconds if the reply says so, else for ``reason``."""

    def __init__(self, reason: WireFailure | SystemDown, *, after_s: float = 0.0, counted: bool = True) -> None:
        super().__init__(str(reason))
        self.reason = reason
        self.after_s = after_s
        self.counted = counted
