"""A server on the loopback that serves the real page and canned replies of the service."""

import contextlib
import html
import json
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from bot.widget.bundle import bundle, style

from .page_replies import HOSTS, answered, emergency

STATIC = Path(__file__).parents[2] / "bot" / "static"
HELD_S = 30
TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
)
# A page like that of a widget: the conversation with options, and what it told its host.
MOUNTED = """<!doctype html><html lang="fr"><meta charset="utf-8"><title>Hôte</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="/static/style.css"><script type="module" src="/mount.js"></script>
<div id="chat" data-options="{options}"></div></html>"""
MOUNT = """import { mount } from "/static/chat.js";
const root = document.getElementById("chat");
window.chat = mount(root, JSON.parse(root.dataset.options));
window.told = [];
for (const name of ["question", "answer", "error", "reset", "close"]) {
  window.chat.on(name, (detail) => window.told.push([name, detail]));
}
"""


@dataclass
class Reply:
    """What ``/v1/ask`` sends: a body (text as it is, anything else as JSON), or a cut connection.

    ``held``: sent only once this is set (``Stub.fresh`` and the end of the stub set it too), so that no test depends
    on how fast the machine is. ``events``: how many events the stream sends before it is cut; None for all of them.
    """

    body: Any = None
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    held: threading.Event | None = None
    cut: bool = False
    events: int | None = None


def meta(**changes: Any) -> dict[str, Any]:
    """What ``/v1/meta`` says that the page reads."""
    return {"hosts": list(HOSTS), "limits": {"feedback_text_days": 0}} | changes


class Stub:
    """``answer`` decides the reply from the request; ``asked`` holds the questions, ``paths`` the addresses."""

    def __init__(self) -> None:
        self.answer: Callable[[dict[str, Any]], Reply] = lambda _request: Reply(answered())
        self.asked: list[dict[str, Any]] = []
        self.opinions: list[dict[str, Any]] = []
        self.paths: list[str] = []
        self.options: dict[str, Any] = {}
        self.opinion = Reply({"message": "Merci, votre avis est compté."})
        self.meta: Any = meta()
        self.sheets: Any = {}
        self._holds: list[threading.Event] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"stub": self}))
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/"

    def __enter__(self) -> "Stub":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._release()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def fresh(self) -> None:
        """Forget what was received, and be in good health again."""
        self._release()
        self.says(Reply(answered()))
        self.opinions.clear()
        self.paths.clear()
        self.options = {}
        self.opinion = Reply({"message": "Merci, votre avis est compté."})
        self.meta = meta()
        self.sheets = {"sheets": [{"incident": "ransomware", "name": "Rançongiciel", "answer": emergency()}]}

    def hold(self) -> threading.Event:
        """An event for ``Reply.held``."""
        event = threading.Event()
        self._holds.append(event)
        return event

    def _release(self) -> None:
        for event in self._holds:
            event.set()
        self._holds.clear()

    def says(self, reply: Reply) -> None:
        """Send this reply from now on."""
        self.asked.clear()
        self.answer = lambda _request: reply


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"  # one connection for the thirty files of the page
    stub: Stub

    def do_GET(self) -> None:
        self.stub.paths.append(self.path)
        if self.path in ("/v1/meta", "/v1/emergencies"):
            told = self.stub.meta if self.path == "/v1/meta" else self.stub.sheets
            self._reply(told if isinstance(told, Reply) else Reply(told))
        elif self.path == "/mounted":
            page = MOUNTED.replace("{options}", html.escape(json.dumps(self.stub.options)))
            self._send(200, TYPES[".html"], page.encode())
        elif self.path == "/mount.js":
            self._send(200, TYPES[".js"], MOUNT.encode())
        else:
            path = STATIC / ("index.html" if self.path == "/" else self.path.removeprefix("/static/"))
            if path.parent == STATIC and path.is_file():
                kept = {} if path.suffix == ".html" else {"Cache-Control": "max-age=3600"}
                # The page's script and style as the service makes them, of all their parts.
                join = {"main.js": bundle, "style.css": style}.get(path.name)
                self._send(200, TYPES[path.suffix], join(path.name, STATIC) if join else path.read_bytes(), kept)
            else:
                self._send(404, "text/plain", b"")

    def do_POST(self) -> None:
        request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.stub.paths.append(self.path)
        if self.path == "/v1/feedback":
            self.stub.opinions.append(request)
            self._reply(self.stub.opinion)
            return
        # The same question asked again without streaming is still one question.
        if self.path == "/v1/ask/stream" or self.stub.paths[-2:-1] != ["/v1/ask/stream"]:
            self.stub.asked.append(request)
        reply = self.stub.answer(request)
        if self.path == "/v1/ask/stream" and reply.status == 200 and not reply.cut:
            self._stream(reply)
        else:
            self._reply(reply)

    def _reply(self, reply: Reply) -> None:
        self._wait(reply)
        if reply.cut:
            self._cut()
            return
        body = reply.body if isinstance(reply.body, str) else json.dumps(reply.body)
        kind = "application/json" if reply.status == 200 else "application/problem+json"
        self._send(reply.status, kind, body.encode(), reply.headers)

    def _stream(self, reply: Reply) -> None:
        """The events of a reply as the service sends them, all of them or the first ones."""
        self._wait(reply)
        events = []
        if isinstance(reply.body, dict) and isinstance(reply.body.get("citations"), list):
            events = [("status", {"status": reply.body["status"]})]
            events += [("citation", one) for one in reply.body["citations"]]
        raw = reply.body if isinstance(reply.body, str) else json.dumps(reply.body)
        lines = [f"event: {name}\r\ndata: {json.dumps(data)}\r\n\r\n" for name, data in events]
        lines += [f"event: answer\r\ndata: {raw}\r\n\r\n", ": ping\r\n\r\n", "event: done\r\ndata: {}\r\n\r\n"]
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            self._head(200, "text/event-stream", {"Connection": "close"})
            self.wfile.write("".join(lines[: reply.events]).encode())
        self.close_connection = True
        if reply.events is not None:
            self._cut()

    def _wait(self, reply: Reply) -> None:
        if reply.held is not None:
            reply.held.wait(HELD_S)

    def _cut(self) -> None:
        with contextlib.suppress(OSError):
            self.connection.shutdown(socket.SHUT_RDWR)
        self.close_connection = True

    def _send(self, status: int, media_type: str, body: bytes, headers: dict[str, str] | None = None) -> None:
        # The page may have given up waiting.
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            self._head(status, media_type, {"Content-Length": str(len(body)), **(headers or {})})
            self.wfile.write(body)

    def _head(self, status: int, media_type: str, headers: dict[str, str]) -> None:
        self.send_response(status)
        fixed = {"Content-Type": media_type, "Content-Security-Policy": CSP, "X-Content-Type-Options": "nosniff"}
        for name, value in {**fixed, **headers}.items():
            self.send_header(name, value)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""
