"""Sites that embed the assistant: pages on a loopback origin of their own, each with its policy and its hostility."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class HostSite:
    """A web site: ``pages`` by path, each a body and its headers."""

    def __init__(self) -> None:
        self.pages: dict[str, tuple[str, dict[str, str]]] = {}
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"site": self}))
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
        self.origin = f"http://127.0.0.1:{self._server.server_address[1]}"
        # Another site to the browser, which gives its pages and their frames processes of their own.
        self.elsewhere = self.origin.replace("127.0.0.1", "localhost")

    def __enter__(self) -> "HostSite":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def put(self, path: str, body: str, **headers: str) -> str:
        """Serve ``body`` at ``path``; its address. Underscores of header names stand for hyphens."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.pages[path] = ("<!doctype html><html lang=fr><meta charset=utf-8><title>Site</title>" + body, named)
        return self.origin + path


class _Handler(BaseHTTPRequestHandler):
    site: HostSite

    def do_GET(self) -> None:
        body, headers = self.site.pages.get(self.path.split("?")[0], ("", {}))
        self.send_response(200 if body else 204)
        for name, value in {"Content-Type": "text/html; charset=utf-8", **headers}.items():
            self.send_header(name, value)
        content = body.encode()
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Say nothing."""
