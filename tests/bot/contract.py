"""A client that holds every response of every test to the contract: documented status, problems, headers, no echo."""

import json
import re
from typing import Any

from fastapi import FastAPI
from starlette.testclient import TestClient

from bot.openai.refusals import is_ours
from bot.openai.schema import ErrorReply
from bot.schema import Problem

COMMON_HEADERS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-resource-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
    "x-frame-options": "DENY",
}
# The page's own files, for the frames of opaque origin too.
STATIC = ("/static/", "/static-")
STATIC_HEADERS = {"cross-origin-resource-policy": "cross-origin", "access-control-allow-origin": "*"}
PROBLEM = "application/problem+json"
_DOCUMENTED: dict[tuple[object, ...], list[tuple[re.Pattern[str], dict[str, Any]]]] = {}
"""What the contract says of each path, by what it depends on: making it takes longer than most tests."""


class Client(TestClient):
    """A test client whose every response is checked, errors of the application included."""

    def __init__(self, app: FastAPI) -> None:
        super().__init__(app, raise_server_exceptions=False, client=("203.0.113.9", 4242))
        self.fastapi = app
        self.checked = 0

    def request(self, method: str, url: Any, **options: Any) -> Any:  # type: ignore[override]
        """Ask, and check the reply."""
        response = super().request(method, url, **{"follow_redirects": False} | options)
        self._check(method, response)
        self.checked += 1
        return response

    def ask(self, question: str, **options: Any) -> dict[str, Any]:
        """The body of a successful ``/v1/ask``."""
        response = self.post("/v1/ask", json={"question": question, **options})
        assert response.status_code == 200, response.text
        body: dict[str, Any] = response.json()
        return body

    def _check(self, method: str, response: Any) -> None:
        path, status = response.request.url.path, response.status_code
        # Its routes say themselves who may frame and include them: tests/bot/widget/test_routes.py holds them to it.
        own = path.startswith("/widget/")
        for name, value in (COMMON_HEADERS | (STATIC_HEADERS if path.startswith(STATIC) else {})).items():
            assert own or response.headers.get(name) == value, (path, status, name)
        assert "default-src 'none'" in response.headers["content-security-policy"]
        assert own or "frame-ancestors 'none'" in response.headers["content-security-policy"]
        assert re.fullmatch(r"[0-9a-f]{32}", response.headers["x-request-id"])
        assert "server" not in response.headers
        if path == "/v1/emergencies" and status == 200:
            assert response.headers["cache-control"] == "no-cache"
        elif not own and not path.startswith((*STATIC, "/docs/")) and status != 304:
            assert response.headers["cache-control"] == "no-store"
        documented = self._documented(method, path)
        if documented is not None:
            assert str(status) in documented, f"{method} {path} gave {status}: undocumented"
        if status >= 400 and is_ours(path):
            # OpenAI's shape on OpenAI's addresses.
            assert response.headers["content-type"] == "application/json", (path, status)
            assert status != 422
            assert response.json() == ErrorReply.model_validate(response.json()).model_dump()
        elif status >= 400 and not (own and response.headers["content-type"].startswith("text/html")):
            assert response.headers["content-type"] == PROBLEM, (path, status)
            body = response.json()
            Problem.model_validate(body)
            assert set(body) <= {"type", "title", "status", "detail", "code", "errors"}
            assert body["status"] == status
            assert re.fullmatch(r"[a-z_]+", body["code"])
            assert body["detail"]
            assert body["detail"][0].isupper()

    def _documented(self, method: str, path: str) -> dict[str, Any] | None:
        """The documented responses of a request; None for a path that the contract does not have."""
        paths = tuple(str(getattr(route, "path", route)) for route in self.fastapi.routes)
        key = (self.fastapi.state.settings.anonymous, *paths)
        if key not in _DOCUMENTED:
            _DOCUMENTED[key] = [
                (re.compile(re.sub(r"\{\w+\}", "[^/]+", template)), operations)
                for template, operations in self.fastapi.openapi()["paths"].items()
            ]
        for template, operations in _DOCUMENTED[key]:
            if template.fullmatch(path):
                # A method that a path does not have is a 405 of the path: documented with its methods.
                operation = operations.get(method.lower()) or next(iter(operations.values()))
                responses: dict[str, Any] = operation["responses"]
                return responses
        return None


def events(text: str) -> list[tuple[str, Any]]:
    """The events of a server-sent stream: name and decoded data."""
    found = []
    for block in filter(None, re.split(r"\r?\n\r?\n", text)):
        fields = dict(line.split(": ", 1) for line in block.splitlines() if not line.startswith(":"))
        if fields:
            found.append((fields["event"], json.loads(fields["data"])))
    return found
