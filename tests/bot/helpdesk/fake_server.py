"""A loopback HTTP server that plays a tool: what it was asked is recorded, and any call can be made to fail."""

import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit


class Break(Enum):
    """How a call breaks off: before it is carried out, or after, its reply lost."""

    BEFORE = auto()
    AFTER = auto()


@dataclass(frozen=True)
class Fault:
    """What happens to the next call that it fits: a broken connection, or a reply in the place of the tool's."""

    breaks: Break | None = None
    status: int = 0
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b"Retry later\n"
    method: str = ""
    path: str = ""

    def fits(self, request: "Request") -> bool:
        return self.method in ("", request.method) and self.path in request.path


@dataclass(frozen=True)
class Request:
    """A call: header names in lower case, the query decoded."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> dict[str, Any]:
        found = json.loads(self.body or b"{}")
        assert isinstance(found, dict)
        return found


@dataclass(frozen=True)
class Response:
    """A reply; ``value`` is sent as JSON, bytes as they are."""

    status: int
    value: object = None
    headers: Mapping[str, str] = field(default_factory=dict)


class FakeServer:
    """Subclasses answer; used as a context manager. ``faults`` are used up one by one, in order."""

    def __init__(self) -> None:
        self.requests: list[Request] = []
        self.faults: list[Fault] = []
        self.mistakes: list[str] = []
        """Calls that the documentation does not allow."""
        self.broke = False
        """Whether a fault was used."""
        fake = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def _serve(self) -> None:
                fake._handle(self)

            def log_message(self, *args: object) -> None:
                """Nothing on the terminal."""

        for method in ("GET", "POST", "PUT", "DELETE", "PATCH"):
            setattr(Handler, f"do_{method}", Handler._serve)

        self._lock = threading.Lock()
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._http.server_port}"

    def answer(self, request: Request) -> Response:
        """What the tool answers."""
        raise NotImplementedError

    def paths(self) -> list[str]:
        """What was asked, as "GET /path"."""
        return [f"{request.method} {request.path}" for request in self.requests]

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._http.shutdown()
        self._thread.join(5)
        self._http.server_close()
        if kind is None:
            assert not self.mistakes

    def _handle(self, handler: BaseHTTPRequestHandler) -> None:
        parts = urlsplit(handler.path)
        length = int(handler.headers.get("Content-Length") or 0)
        headers = {name.lower(): value for name, value in handler.headers.items()}
        query = dict(parse_qsl(parts.query, keep_blank_values=True))
        request = Request(handler.command, parts.path, query, headers, handler.rfile.read(length))
        with self._lock:
            self.requests.append(request)
            fault = next((one for one in self.faults if one.fits(request)), None)
            if fault is not None:
                self.faults.remove(fault)
                self.broke = True
            handler.close_connection = True
            if fault is not None and fault.breaks is Break.BEFORE:
                return
            if fault is not None and fault.status:
                _send(handler, Response(fault.status, fault.body, fault.headers))
                return
            try:
                response = self.answer(request)
            except (AssertionError, KeyError) as error:
                self.mistakes.append(f"{request.method} {request.path}: {error!r}")
                response = Response(500, {"error": "fake"})
            if fault is None:
                _send(handler, response)


def _send(handler: BaseHTTPRequestHandler, response: Response) -> None:
    body = response.value if isinstance(response.value, bytes) else json.dumps(response.value).encode()
    handler.send_response(response.status)
    headers = {"Content-Type": "application/json; charset=utf-8", **response.headers, "Content-Length": str(len(body))}
    for name, value in headers.items():
        handler.send_header(name, value)
    handler.end_headers()
    handler.wfile.write(body)
