"""A small HTTP server on the loopback whose replies are scripted, down to the raw bytes."""

import contextlib
import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Request:
    """What was asked: path, headers (names in lower case), and the JSON of the body."""

    path: str
    headers: dict[str, str]
    body: Any
    write: Callable[[bytes], object]
    stopped: threading.Event


Script = Callable[[Request], object]


@dataclass
class Endpoint:
    """A running server: its address, what it was asked, and what it replies."""

    url: str
    script: Script
    requests: list[Request] = field(default_factory=list)


def reply(content: Any, status: int = 200, headers: dict[str, str] | None = None) -> bytes:
    """A whole HTTP reply; ``content``: bytes as they are, anything else as JSON."""
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    lines = [f"HTTP/1.1 {status} x", f"Content-Length: {len(body)}", "Connection: close"]
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


@contextlib.contextmanager
def serving(script: Script) -> Iterator[Endpoint]:
    """The server, stopped at the end. ``script`` writes the reply, or returns what ``reply`` takes."""
    stopped = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            length = int(self.headers.get("content-length", 0))
            body = json.loads(self.rfile.read(length)) if length else None
            request = Request(
                self.path,
                {name.lower(): value for name, value in self.headers.items()},
                body,
                self.wfile.write,
                stopped,
            )
            endpoint.requests.append(request)
            # The other side may have had enough.
            with contextlib.suppress(ConnectionError):
                returned = endpoint.script(request)
                if returned is not None:
                    self.wfile.write(returned if isinstance(returned, bytes) else reply(returned))
            self.close_connection = True

        do_GET = do_POST = answer  # noqa: N815

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    endpoint = Endpoint(f"http://127.0.0.1:{server.server_port}", script)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield endpoint
    finally:
        stopped.set()
        server.shutdown()
        server.server_close()
        thread.join()
