"""A helpdesk tool that fails on purpose: on loopback, in memory, with what it was given to be counted afterwards.

Two ways of working, as real tools have: an API (tickets read, notes listed and added, no idempotency whatever) and
signed webhooks (``bot.helpdesk.signature``; a ``webhook-id`` is taken once, as Standard Webhooks asks of a receiver).
Faults come before or after the request has been carried out, so that a client cannot know: replies that never come or
come late, 429 with Retry-After, 500, 503, connections reset.
"""

import contextlib
import json
import random
import socket
import struct
import threading
import time
from collections import Counter, defaultdict
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from bot.helpdesk.model import Incoming
from bot.helpdesk.signature import SigningKeys

LATE_SECONDS = 0.5
"""A late reply: longer than the client waits."""
_FAULTS = ("late", "late_after", "429", "500", "500_after", "503", "reset", "reset_after")


class FlakyTool:
    """The tool; ``rate`` of its requests fail in some way, drawn from ``seed``."""

    def __init__(self, tickets: dict[str, dict[str, Any]], keys: SigningKeys, *, rate: float, seed: int) -> None:
        self.tickets = tickets
        self.keys = keys
        self.notes: defaultdict[str, list[str]] = defaultdict(list)
        self.drafts: dict[str, dict[str, Any]] = {}
        self.repeated = 0
        self.faults: Counter[str] = Counter()
        self.requests = 0
        self._rate = rate
        self._rng = random.Random(seed)  # noqa: S311
        self._lock = threading.Lock()
        tool = self

        class Handler(_Handler):
            served = tool

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)

    @property
    def url(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> "FlakyTool":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(timeout=5)

    def fault(self) -> str:
        """What goes wrong with this request; "" for nothing."""
        with self._lock:
            self.requests += 1
            found = self._rng.choice(_FAULTS) if self._rng.random() < self._rate else ""
            if found:
                self.faults[found] += 1
        return found

    def carry_out(self, method: str, path: str, headers: dict[str, str], body: bytes) -> tuple[int, Any]:
        """Status and JSON of a request."""
        parts = path.strip("/").split("/")
        with self._lock:
            if method == "GET" and parts[0] == "tickets" and parts[1] in self.tickets:
                if len(parts) == 3:
                    return 200, self.notes[parts[1]]
                return 200, self.tickets[parts[1]]
            if method == "POST" and parts[0] == "tickets" and parts[2:] == ["notes"]:
                self.notes[parts[1]].append(json.loads(body)["body"])
                return 201, {}
            if method == "POST" and parts == ["drafts"]:
                identifier = self.keys.verify(Incoming(headers, body), time.time())
                self.repeated += identifier in self.drafts
                self.drafts.setdefault(identifier, json.loads(body)["data"])
                return 200, {}
        return 404, {}


class _Handler(BaseHTTPRequestHandler):
    served: FlakyTool

    def do_GET(self) -> None:
        self._serve("GET")

    def do_POST(self) -> None:
        self._serve("POST")

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Nothing is logged."""

    def _serve(self, method: str) -> None:
        length = int(self.headers.get("content-length", "0"))
        body = self.rfile.read(length)
        if len(body) < length:
            # Its sender was killed on the way.
            self.close_connection = True
            return
        headers = {name.lower(): value for name, value in self.headers.items()}
        fault = self.served.fault()
        if fault == "late":
            # Carried out all the same, when the client has given up.
            time.sleep(LATE_SECONDS)
        if fault == "reset":
            self._reset()
            return
        if fault in ("429", "500", "503"):
            self._reply(
                int(fault), {}, {"Retry-After": "1"} if fault == "429" and self.served.requests % 4 == 0 else {}
            )
            return
        status, content = self.served.carry_out(method, self.path, headers, body)
        if fault == "late_after":
            time.sleep(LATE_SECONDS)
        if fault == "reset_after":
            self._reset()
        elif fault == "500_after":
            self._reply(500, {}, {})
        else:
            self._reply(status, content, {})

    def _reply(self, status: int, content: Any, headers: dict[str, str]) -> None:
        sent = json.dumps(content).encode()
        with contextlib.suppress(OSError):
            self.send_response(status)
            for name, value in {
                "Content-Type": "application/json",
                "Content-Length": str(len(sent)),
                **headers,
            }.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(sent)
        self.close_connection = True

    def _reset(self) -> None:
        with contextlib.suppress(OSError):
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()
        self.close_connection = True

    def finish(self) -> None:
        """A connection that was reset has nothing to flush."""
        with contextlib.suppress(OSError, ValueError):
            super().finish()
