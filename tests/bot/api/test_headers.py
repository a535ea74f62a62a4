"""Security headers on every route and every status. ``contract.Client`` checks the common ones on each response."""

from collections.abc import Callable
from typing import Any

import pytest

from bot.api.headers import API_POLICY, DOCS_POLICY, HSTS, PAGE_POLICY
from bot.openai.refusals import is_ours
from tests.bot.contract import PROBLEM, Client

OpenClient = Callable[..., Client]
ASK = {"question": "Faut-il tester ses sauvegardes ?"}
CHAT = {"messages": [{"role": "user", "content": ASK["question"]}]}
FEEDBACK = {"answer_id": "0" * 32, "rating": "up"}
JSON = {"content-type": "application/json"}

CASES: tuple[tuple[str, str, dict[str, Any], int, str], ...] = (
    ("GET", "/", {}, 200, PAGE_POLICY),
    ("GET", "/static/main.js", {}, 200, PAGE_POLICY),
    ("GET", "/static/style.css", {}, 200, PAGE_POLICY),
    ("GET", "/static/absent.js", {}, 404, PAGE_POLICY),
    ("GET", "/static/..%2f..%2fpyproject.toml", {}, 404, PAGE_POLICY),
    ("GET", "/static/%00", {}, 404, PAGE_POLICY),
    ("POST", "/static/main.js", {"json": {}}, 405, PAGE_POLICY),
    ("GET", "/static/main.js", {"headers": {"range": "bytes=9-,-1,x"}}, 200, PAGE_POLICY),
    ("GET", "/docs", {}, 200, DOCS_POLICY),
    ("GET", "/docs/assets/swagger-ui.css", {}, 200, DOCS_POLICY),
    ("GET", "/docs/assets/absent", {}, 404, DOCS_POLICY),
    ("GET", "/openapi.json", {}, 200, API_POLICY),
    ("GET", "/healthz", {}, 200, API_POLICY),
    ("GET", "/readyz", {}, 200, API_POLICY),
    ("GET", "/metrics", {}, 200, API_POLICY),
    ("GET", "/v1/meta", {}, 200, API_POLICY),
    ("GET", "/v1/emergencies", {}, 200, API_POLICY),
    ("GET", "/v1/documents", {}, 200, API_POLICY),
    ("GET", "/v1/documents?limit=x", {}, 422, API_POLICY),
    ("GET", "/v1/documents/x", {}, 404, API_POLICY),
    ("GET", "/v1/documents/x/text", {}, 404, API_POLICY),
    ("GET", "/absent", {}, 404, API_POLICY),
    ("GET", "/v1/ask/", {}, 404, API_POLICY),
    ("GET", "/v1/ask", {}, 405, API_POLICY),
    ("HEAD", "/absent", {}, 404, API_POLICY),
    ("POST", "/v1/ask", {"json": ASK}, 200, API_POLICY),
    ("POST", "/v1/ask/stream", {"json": ASK}, 200, API_POLICY),
    ("POST", "/v1/search", {"json": {"query": "sauvegarde"}}, 200, API_POLICY),
    ("POST", "/v1/feedback", {"json": FEEDBACK}, 200, API_POLICY),
    ("POST", "/v1/ask", {"content": b"{", "headers": JSON}, 400, API_POLICY),
    ("POST", "/v1/feedback", {"content": b"{", "headers": JSON}, 400, API_POLICY),
    ("GET", "/v1/feedback", {}, 405, API_POLICY),
    ("POST", "/v1/ask", {"json": ASK, "headers": {"authorization": "Bearer cv_no"}}, 401, API_POLICY),
    ("GET", "/v1/meta", {"headers": {"authorization": "Bearer"}}, 401, API_POLICY),
    ("GET", "/v1/meta?access_token=x", {}, 400, API_POLICY),
    ("POST", "/v1/chat/completions", {"json": CHAT}, 200, API_POLICY),
    ("POST", "/v1/chat/completions", {"json": CHAT | {"stream": True}}, 200, API_POLICY),
    ("POST", "/v1/chat/completions", {"json": {}}, 400, API_POLICY),
    ("POST", "/v1/chat/completions", {"json": CHAT, "headers": {"authorization": "Bearer x"}}, 401, API_POLICY),
    ("POST", "/v1/chat/completions", {"content": b" " * 300_000, "headers": JSON}, 413, API_POLICY),
    ("POST", "/v1/chat/completions", {"content": b"x"}, 415, API_POLICY),
    ("GET", "/v1/chat/completions", {}, 405, API_POLICY),
    ("GET", "/v1/models", {}, 200, API_POLICY),
    ("GET", "/v1/models/other", {}, 404, API_POLICY),
    ("POST", "/mcp", {"json": {}}, 404, API_POLICY),
    ("POST", "/v1/feedback", {"content": b" " * 20_000, "headers": JSON}, 413, API_POLICY),
    ("POST", "/v1/feedback", {"content": b"rating=up"}, 415, API_POLICY),
    ("POST", "/v1/feedback", {"json": {}}, 422, API_POLICY),
    ("POST", "/v1/ask", {"content": b" " * 20_000, "headers": JSON}, 413, API_POLICY),
    ("GET", f"/v1/meta?{'x' * 2_100}", {}, 414, API_POLICY),
    ("POST", "/v1/ask", {"content": b"q=1"}, 415, API_POLICY),
    ("POST", "/v1/ask", {"json": {}}, 422, API_POLICY),
    ("POST", "/v1/citations/verify", {"json": {}}, 422, API_POLICY),
    ("GET", "/v1/meta", {"headers": {"x-a": "x" * 17_000}}, 431, API_POLICY),
)


@pytest.mark.parametrize(("method", "path", "options", "status", "policy"), CASES)
def test_every_route_and_status(
    client: Client, method: str, path: str, options: dict[str, Any], status: int, policy: str
) -> None:
    if method == "HEAD":
        # A HEAD has no body for the contract to read; its headers are those of the GET.
        response = super(Client, client).request(method, path, **options)
    else:
        response = client.request(method, path, **options)
    assert response.status_code == status
    assert response.headers["content-security-policy"] == policy
    assert "strict-transport-security" not in response.headers
    assert response.headers.get("access-control-allow-origin") == ("*" if path.startswith("/static/") else None)
    if status >= 400:
        assert response.headers["content-type"] == ("application/json" if is_ours(path) else PROBLEM)


def test_503_and_429_and_500_have_them_too(
    open_client: OpenClient, without_index: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert without_index.post("/v1/ask", json=ASK).status_code == 503
    limited = open_client(rate_per_minute=1)
    assert limited.post("/v1/ask", json=ASK).status_code == 200
    assert limited.post("/v1/ask", json=ASK).status_code == 429
    assert limited.post("/v1/feedback", json=FEEDBACK).status_code == 429
    failing = open_client()
    monkeypatch.setattr("bot.answer.Answerer.ask", lambda *_: 1 / 0)
    for path in ("/v1/ask", "/v1/ask/stream"):
        response = failing.post(path, json=ASK)
        assert (response.status_code, response.json()["code"]) == (500, "internal_error")
    monkeypatch.setattr("bot.api.feedback.FeedbackDesk.take", lambda *_: 1 / 0)
    assert failing.post("/v1/feedback", json=FEEDBACK).status_code == 500


def test_policies_allow_nothing_from_elsewhere() -> None:
    for policy in (API_POLICY, PAGE_POLICY, DOCS_POLICY):
        assert "http" not in policy
        assert "unsafe-eval" not in policy
        assert policy.startswith("default-src 'none'")
    assert "unsafe-inline" not in PAGE_POLICY
    assert "trusted-types 'none'" in PAGE_POLICY
    assert "script-src 'self';" in DOCS_POLICY


def test_static_files_are_revalidated_and_typed(client: Client) -> None:
    response = client.get("/static/main.js")
    assert response.headers["content-type"].startswith("text/javascript")
    assert response.headers["cache-control"] == "no-cache"
    again = client.get("/static/main.js", headers={"if-none-match": response.headers["etag"]})
    assert again.status_code == 304


def test_hsts_only_when_asked_for(open_client: OpenClient) -> None:
    for path in ("/", "/v1/meta", "/absent"):
        assert open_client(hsts=True).get(path).headers["strict-transport-security"] == HSTS


ORIGIN = "https://www.exemple.fr"


@pytest.mark.parametrize(
    ("origin", "allowed"),
    [
        (ORIGIN, True),
        ("https://www.exemple.fr.evil.example", False),
        ("https://evil-www.exemple.fr", False),
        ("http://www.exemple.fr", False),
        ("https://www.exemple.fr:8443", False),
        ("null", False),
        ("", False),
    ],
)
def test_only_exact_origins_may_read(open_client: OpenClient, origin: str, allowed: bool) -> None:
    client = open_client(cors_origins=(ORIGIN,))
    response = client.post("/v1/ask", json=ASK, headers={"origin": origin})
    assert response.headers.get("access-control-allow-origin") == (ORIGIN if allowed else None)
    assert "access-control-allow-credentials" not in response.headers
    refused = client.get("/absent", headers={"origin": origin})
    assert refused.headers.get("access-control-allow-origin") == (ORIGIN if allowed else None)


def test_a_preflight_of_an_allowed_origin(open_client: OpenClient) -> None:
    asked = {
        "origin": ORIGIN,
        "access-control-request-method": "POST",
        "access-control-request-headers": "content-type",
    }
    client = open_client(cors_origins=(ORIGIN,))
    # A preflight is answered before the routes: it is no operation of the contract.
    response = super(Client, client).request("OPTIONS", "/v1/ask", headers=asked)
    assert response.status_code == 200
    assert response.headers["access-control-max-age"] == "600"
    assert response.headers["x-content-type-options"] == "nosniff"


def test_every_response_has_its_own_id(client: Client) -> None:
    ids = {client.get(path).headers["x-request-id"] for path in ("/", "/absent", "/healthz", "/healthz")}
    assert len(ids) == 4


@pytest.mark.parametrize("host", ["evil.example", "evil.example/x?y=", "a" * 300])
def test_the_host_header_is_never_repeated(client: Client, host: str) -> None:
    for path in ("/", "/v1/meta", "/v1/ask/", "/static", "/docs/", "/absent"):
        response = client.get(path, headers={"host": host})
        assert response.status_code in (200, 404)
        assert "location" not in response.headers
        assert host not in response.text
