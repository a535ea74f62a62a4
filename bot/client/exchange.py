"""One exchange with the service: the key, retries, and errors as exceptions."""

import contextlib
import ipaddress
import random
import re
import time
from collections.abc import Callable, Iterator, Mapping
from importlib.metadata import version
from typing import Any, TypeVar
from urllib.parse import urlsplit

from pydantic import BaseModel, ValidationError

from bot.client.errors import ApiError, KeyRefused, TooBusy, UnexpectedReply, Unreachable
from bot.schema import Problem

try:
    import httpx2
except ModuleNotFoundError:
    raise ImportError("the client needs httpx2: pip install 'cybervigie[client]'") from None

Body = TypeVar("Body", bound=BaseModel)
_LINE_END = re.compile(r"\r\n|\n|\r(?!\Z)")
_BUSY = frozenset({429, 503})
_BACKOFF_SECONDS = 0.5
_RANDOM = random.SystemRandom()


class Exchange:
    """Sends requests, again when the service says to come back or cannot be reached.

    Args:
        url: address of the service, without ``/v1``.
        key: sent as ``Authorization: Bearer``; over https or to this machine only.
        timeout: seconds for a connection, and for each silence of a reply.
        retries: further attempts after a 429, a 503 or a failed connection, none of which was an answer.
        max_wait: seconds that one wait may last; a longer ``Retry-After`` is an error at once.
        transport: another way to reach the service (tests, proxies).
        sleep: how to wait.

    Raises:
        ValueError: the address is none, or would carry the key in clear.
    """

    def __init__(
        self,
        url: str,
        key: str | None,
        *,
        timeout: float,
        retries: int,
        max_wait: float,
        transport: httpx2.BaseTransport | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.username:
            raise ValueError("url must be like https://service.example, without a query or credentials")
        if key is not None and parts.scheme == "http" and not _is_local(parts.hostname):
            raise ValueError("a key travels over https only: it would be readable on the way")
        headers = {"user-agent": f"cybervigie-client/{version('cybervigie')}"}
        if key is not None:
            headers["authorization"] = f"Bearer {key}"
        self._http = httpx2.Client(
            base_url=url.rstrip("/"),
            headers=headers,
            timeout=timeout,
            follow_redirects=False,
            transport=transport,
            # A proxy named by the environment would get the key in clear: what goes to this machine stays on it.
            trust_env=parts.scheme == "https" or not _is_local(parts.hostname),
        )
        self._retries = retries
        self._max_wait = max_wait
        self._sleep = sleep

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def get(self, path: str, reply: type[Body], params: Mapping[str, Any] | None = None) -> Body:
        """Read something."""
        with self._response("GET", path, params=params) as response:
            return _body(response, reply)

    def post(self, path: str, content: Mapping[str, Any], reply: type[Body]) -> Body:
        """Send JSON and read what it gives."""
        with self._response("POST", path, json=content) as response:
            return _body(response, reply)

    @contextlib.contextmanager
    def lines(self, path: str, content: Mapping[str, Any]) -> Iterator[Iterator[str]]:
        """Send JSON and read the lines of what it gives, as they come."""
        with self._response("POST", path, json=content) as response:
            yield _lines(response)

    @contextlib.contextmanager
    def _response(self, method: str, path: str, **more: Any) -> Iterator[httpx2.Response]:
        attempt = 0
        while True:
            try:
                response = self._http.send(self._http.build_request(method, path, **more), stream=True)
            except (httpx2.ConnectError, httpx2.ConnectTimeout) as error:
                # Nothing was received on the other side: asking again cannot do anything twice.
                if attempt >= self._retries:
                    raise Unreachable(f"no connection to the service ({type(error).__name__})") from None
                self._sleep(_backoff(attempt, self._max_wait))
            except httpx2.TransportError as error:
                raise Unreachable(f"no whole reply from the service ({type(error).__name__})") from None
            else:
                wait = _wait(response, attempt, self._max_wait) if response.status_code in _BUSY else None
                if wait is None or attempt >= self._retries:
                    break
                response.close()
                self._sleep(wait)
            attempt += 1
        with contextlib.closing(response):
            if response.status_code != 200:
                raise _error(response)
            yield response


def _wait(response: httpx2.Response, attempt: int, longest: float) -> float | None:
    asked = _retry_after(response)
    if asked is None:
        return _backoff(attempt, longest)
    return asked if asked <= longest else None


def _backoff(attempt: int, longest: float) -> float:
    """Exponential, with full jitter, so that many clients do not come back together."""
    return min(longest, _RANDOM.uniform(0.0, _BACKOFF_SECONDS * float(2 ** (attempt + 1))))


def _retry_after(response: httpx2.Response) -> float | None:
    text = response.headers.get("retry-after", "")
    return float(text) if text.isdecimal() and len(text) < 8 else None


def _body(response: httpx2.Response, reply: type[Body]) -> Body:
    try:
        return reply.model_validate_json(_content(response))
    except ValidationError as error:
        places = sorted({".".join(map(str, entry["loc"])) for entry in error.errors()})[:5]
        raise UnexpectedReply(f"the reply is no {reply.__name__}: {', '.join(places)}") from None


def _content(response: httpx2.Response) -> bytes:
    try:
        return response.read()
    except httpx2.TransportError as error:
        raise Unreachable(f"the reply was cut ({type(error).__name__})") from None


def _lines(response: httpx2.Response) -> Iterator[str]:
    """Lines as server-sent events have them: ended by CR LF, LF or CR (HTML Living Standard, 9.2.5), and by no other
    character at which ``str.splitlines`` would cut a text, such as U+2028 or U+0085."""
    rest = ""
    try:
        for text in response.iter_text():
            # A CR at the end may be half of a CR LF.
            *whole, rest = _LINE_END.split(rest + text)
            yield from whole
        if rest:
            yield rest.removesuffix("\r")
    except httpx2.TransportError as error:
        raise Unreachable(f"the reply was cut ({type(error).__name__})") from None


def _error(response: httpx2.Response) -> Exception:
    status = response.status_code
    try:
        problem = Problem.model_validate_json(_content(response))
    except ValidationError:
        return UnexpectedReply(f"the service answered {status} with something else than a problem; check the address")
    kind = KeyRefused if status in (401, 403) else TooBusy if status in _BUSY else ApiError
    return kind(
        status,
        problem.code,
        problem.detail,
        errors=[{name: str(value) for name, value in error.items()} for error in problem.errors or ()],
        retry_after=_retry_after(response),
        request_id=response.headers.get("x-request-id"),
    )


def _is_local(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
