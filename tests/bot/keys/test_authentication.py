"""Keys over HTTP: who is let in where, how refusals look, and that a secret is nowhere to be read."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi.routing import APIRoute
from prometheus_client import CollectorRegistry
from starlette.routing import Mount, Route
from starlette.testclient import TestClient

from bot.api.access import MCP_PATH, PUBLIC, scopes_of
from bot.api.authentication import Authentication, Desk
from bot.keys.keyring import Keyring
from bot.keys.model import Scope
from bot.keys.tokens import new_token
from bot.service import Service
from tests.bot.contract import Client

OpenApi = Callable[..., Client]
QUESTION = "Faut-il tester ses sauvegardes ?"
CALLS: dict[str, tuple[str, str, dict[str, Any] | None, frozenset[Scope]]] = {
    "ask": ("POST", "/v1/ask", {"question": QUESTION}, frozenset({Scope.ASK})),
    "stream": ("POST", "/v1/ask/stream", {"question": QUESTION}, frozenset({Scope.ASK})),
    "chat": (
        "POST",
        "/v1/chat/completions",
        {"messages": [{"role": "user", "content": QUESTION}]},
        frozenset({Scope.ASK}),
    ),
    "models": ("GET", "/v1/models", None, frozenset({Scope.ASK})),
    "search": ("POST", "/v1/search", {"query": "sauvegarde"}, frozenset({Scope.SEARCH})),
    "documents": ("GET", "/v1/documents", None, frozenset({Scope.ASK, Scope.SEARCH})),
    "verify": (
        "POST",
        "/v1/citations/verify",
        {"citations": [{"document_id": "x", "start": 0, "end": 1, "quote": "x"}]},
        frozenset({Scope.ASK, Scope.SEARCH}),
    ),
    "feedback": ("POST", "/v1/feedback", {"answer_id": "0" * 32, "rating": "up"}, frozenset({Scope.FEEDBACK})),
    "meta": ("GET", "/v1/meta", None, frozenset(Scope)),
}


def bearer(token: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token}"}


def status(client: Client, call: str, headers: dict[str, str] | None = None) -> int:
    method, path, body, _ = CALLS[call]
    options = {} if body is None else {"json": body}
    return int(client.request(method, path, headers=headers, **options).status_code)


def code(response: Any) -> str:
    body = response.json()
    return str(body["error"]["code"] if "error" in body else body["code"])


@pytest.mark.parametrize("anonymous", [True, False])
def test_scopes_open_what_they_name_and_nothing_else(open_api: OpenApi, own_keys: Keyring, anonymous: bool) -> None:
    client = open_api(anonymous=anonymous)
    tokens = {scope: own_keys.create(scope.value, [scope]).token for scope in Scope}
    for call, (_, _, _, scopes) in CALLS.items():
        assert status(client, call) == (200 if anonymous else 401), call
        for scope, token in tokens.items():
            allowed = scope in scopes or scope is Scope.ADMIN
            assert status(client, call, bearer(token)) == (200 if allowed else 403), (call, scope)


def test_pages_and_health_take_no_key(open_api: OpenApi) -> None:
    client = open_api(anonymous=False)
    for path in ("/", "/healthz", "/readyz", "/metrics", "/openapi.json", "/static/main.js"):
        assert client.get(path).status_code == 200
        # Nor do they mind one: a page behind another service's authentication keeps working.
        assert client.get(path, headers=bearer("x")).status_code == 200
        assert scopes_of(path) is None
    assert client.get("/v1/absent").status_code == 401
    # What nobody thought of is closed as well.
    for path in ("/v1", "/v1x", "/v1/absent", "/V1/meta", "//v1/meta", "/staticx", "/widgetx", "/admin", ""):
        assert scopes_of(path) == frozenset(Scope), path
    assert client.get("/absent").status_code == 401
    assert open_api().get("/absent").status_code == 404


def test_every_route_is_public_by_name_or_takes_a_key(open_api: OpenApi) -> None:
    app = open_api(mcp=True).fastapi
    paths = {str(route.path) for route in app.routes if isinstance(route, Route | APIRoute | Mount)}
    assert {"/v1/ask", "/mcp", "/metrics", "/widget/{site_id}"} & paths
    public = {path for path in paths if scopes_of(path if path != "/static" else "/static/x") is None}
    assert all(path in PUBLIC or path.startswith(("/docs/", "/static", "/widget/")) for path in public)
    assert {path for path in paths - public if not path.startswith(("/v1/", MCP_PATH))} <= {"/widget"}


def test_a_prefix_changes_nothing(open_api: OpenApi, own_keys: Keyring) -> None:
    """ASGI's ``root_path``, of ``uvicorn --root-path`` and of an application within another."""
    closed = open_api(anonymous=False).fastapi
    token = own_keys.create("a", [Scope.ASK, Scope.SEARCH, Scope.FEEDBACK]).token
    client = TestClient(closed, root_path="/assistant", raise_server_exceptions=False)
    for call, (method, path, body, _) in CALLS.items():
        options: dict[str, Any] = {} if body is None else {"json": body}
        for url in (f"/assistant{path}", path):
            assert client.request(method, url, **options).status_code == 401, (call, url)
        found = client.request(method, f"/assistant{path}", headers=bearer(token), **options)
        assert found.status_code == 200, call
    assert client.get("/assistant/healthz").status_code == client.get("/assistant/").status_code == 200
    assert "script-src 'self'" in client.get("/assistant/").headers["content-security-policy"]
    # The limits and the shapes of replies follow the route too.
    sent = {**bearer(token), "content-type": "text/plain"}
    assert client.post("/assistant/v1/ask", content=b"{}", headers=sent).status_code == 415
    chat = client.post("/assistant/v1/chat/completions", json={"messages": []}, headers=bearer(token))
    assert (chat.status_code, "error" in chat.json()) == (400, True)
    limited = TestClient(
        open_api(rate_per_minute=1, rate_burst=1).fastapi, root_path="/assistant", raise_server_exceptions=False
    )
    seen = [limited.post("/assistant/v1/search", json={"query": "sauvegarde"}).status_code for _ in range(3)]
    assert seen == [200, 429, 429]


def test_refusals_say_what_to_do_and_challenge(open_api: OpenApi, own_keys: Keyring) -> None:
    closed, opened = open_api(anonymous=False), open_api()
    key = own_keys.create("a", [Scope.SEARCH])
    missing = closed.post("/v1/ask", json={"question": QUESTION})
    assert (missing.status_code, code(missing)) == (401, "key_required")
    assert missing.headers["www-authenticate"] == 'Bearer realm="CyberVigie"'
    forbidden = opened.post("/v1/ask", json={"question": QUESTION}, headers=bearer(key.token))
    assert (forbidden.status_code, code(forbidden)) == (403, "scope_missing")
    assert "« ask »" in forbidden.json()["detail"]
    assert 'error="insufficient_scope"' in forbidden.headers["www-authenticate"]
    invalid = opened.get("/v1/meta", headers=bearer(new_token(key.key.id)))
    assert (invalid.status_code, code(invalid)) == (401, "key_invalid")
    assert 'error="invalid_token"' in invalid.headers["www-authenticate"]


@pytest.mark.parametrize("spelling", ["Bearer {}", "bearer {}", "BEARER   {}", "Bearer {} "])
def test_the_scheme_is_spelt_as_one_likes(open_api: OpenApi, own_keys: Keyring, spelling: str) -> None:
    client = open_api(anonymous=False)
    sent = {"authorization": spelling.format(own_keys.create("a", [Scope.ASK]).token)}
    assert client.get("/v1/meta", headers=sent).status_code == 200


@pytest.mark.parametrize("sent", ["Bearer", "Bearer ", "Bearer x y", "Bearer \xe9\xff", "Bearer cv_", "Bearer cv_a_b"])
def test_a_bearer_that_is_no_key_is_refused_even_where_none_is_needed(open_api: OpenApi, sent: str) -> None:
    response = open_api().get("/v1/meta", headers={"authorization": sent.encode("latin-1")})
    assert (response.status_code, code(response)) == (401, "key_invalid")


def test_another_scheme_is_somebody_elses_matter(open_api: OpenApi) -> None:
    assert open_api().get("/v1/meta", headers={"authorization": "Basic eDp5"}).status_code == 200
    assert open_api(anonymous=False).get("/v1/meta", headers={"authorization": "Basic eDp5"}).status_code == 401


def test_a_signed_webhook_may_carry_the_tokens_of_its_tool(keyring: Keyring) -> None:
    seen: list[Any] = []

    async def note(scope: Any, receive: Any, send: Any) -> None:
        seen.append(scope["state"]["caller"])

    layer = Authentication(note, desk=Desk(keyring, CollectorRegistry()), anonymous=False, failures_per_minute=10)
    narrow, wide = (keyring.create("a", [scope]).token for scope in (Scope.ASK, Scope.HELPDESK))
    sent: list[int] = []

    async def send(message: Any) -> None:
        sent.append(message.get("status", 0))

    async def call(*tokens: str) -> None:
        for token in tokens:
            headers = [(b"authorization", f"Bearer {token}".encode())] if token else []
            path = "/v1/helpdesk/glpi/webhook"
            await layer({"type": "http", "path": path, "query_string": b"", "headers": headers}, None, send)  # type: ignore[arg-type]

    asyncio.run(call("", "glpi-own-token", wide))
    assert [(caller.key is None, caller.may(Scope.HELPDESK)) for caller in seen] == [
        (True, False),
        (True, False),
        (False, True),
    ]
    asyncio.run(call(narrow, new_token("abcdefgh01")))
    assert len(seen) == 3
    assert sent[::2] == [403, 401]


def test_two_authorizations_are_refused(open_api: OpenApi, own_keys: Keyring) -> None:
    token = own_keys.create("a", [Scope.ASK]).token
    sent = [("authorization", f"Bearer {token}"), ("authorization", "Bearer x")]
    assert open_api().get("/v1/meta", headers=sent).status_code == 401


@pytest.mark.parametrize(
    "address",
    [
        "/v1/meta?key={}",
        "/v1/meta?x=1&api_key=abc",
        "/v1/meta?access_token=abc",
        "/v1/documents/{}",
        "/v1/meta?q=cv%5F{}",
    ],
)
def test_a_key_in_an_address_is_refused_wherever_it_would_be_good(
    open_api: OpenApi, own_keys: Keyring, address: str
) -> None:
    token = own_keys.create("a", [Scope.ADMIN]).token
    shown = token.removeprefix("cv_") if "%5F" in address else token
    response = open_api().get(address.format(shown), headers=bearer(token))
    assert (response.status_code, code(response)) == (400, "key_in_url")
    assert token not in response.text


def test_a_revoked_key_is_refused_at_the_next_request(open_api: OpenApi, own_keys: Keyring) -> None:
    client, issued = open_api(), own_keys.create("a", [Scope.ASK])
    assert status(client, "ask", bearer(issued.token)) == 200
    own_keys.file.revoke(issued.key.id)
    response = client.post("/v1/ask", json={"question": QUESTION}, headers=bearer(issued.token))
    assert (response.status_code, code(response)) == (401, "key_revoked")


def test_both_secrets_of_a_rotation_are_good(open_api: OpenApi, own_keys: Keyring) -> None:
    client, old = open_api(), own_keys.create("a", [Scope.ASK])
    new = own_keys.rotate(old.key.id, overlap=timedelta(days=1))
    assert {status(client, "ask", bearer(one.token)) for one in (old, new)} == {200}


def test_bad_keys_are_limited_by_address_and_good_ones_never(open_api: OpenApi, own_keys: Keyring) -> None:
    client, good = open_api(), own_keys.create("a", [Scope.ASK]).token
    bad = bearer(new_token("abcdefgh01"))
    statuses = [client.get("/v1/meta", headers=bad).status_code for _ in range(12)]
    assert statuses == [401] * 10 + [429] * 2
    refused = client.get("/v1/meta", headers=bad)
    assert (code(refused), refused.headers["retry-after"]) == ("too_many_bad_keys", "60")
    # A neighbour behind the same address is not punished, nor are those who need no key.
    assert client.get("/v1/meta", headers=bearer(good)).status_code == 200
    assert client.get("/v1/meta").status_code == 200


def test_a_key_has_its_own_quota_instead_of_the_limit_of_its_address(open_api: OpenApi, own_keys: Keyring) -> None:
    client = open_api(rate_per_minute=2, rate_burst=2)
    many = bearer(own_keys.create("a", [Scope.ASK], per_minute=0).token)
    few = bearer(own_keys.create("b", [Scope.ASK], per_minute=3).token)
    assert [status(client, "ask", many) for _ in range(6)] == [200] * 6
    assert [status(client, "ask", few) for _ in range(4)] == [200, 200, 200, 429]
    refused = client.post("/v1/ask", json={"question": QUESTION}, headers=few)
    assert code(refused) == "quota_exceeded"
    assert 1 <= int(refused.headers["retry-after"]) <= 61
    assert [status(client, "ask") for _ in range(3)] == [200, 200, 429]


def test_calls_are_counted_by_key_and_written_when_the_service_stops(
    service: Service, folder: Path, own_keys: Keyring, open_api: OpenApi
) -> None:
    issued = own_keys.create("nom confidentiel", [Scope.ASK])
    client = open_api()
    for call in ("ask", "ask", "search"):
        status(client, call, bearer(issued.token))
    client.get("/v1/meta", headers=bearer("x"))
    shown = client.get("/metrics").text
    assert f'cybervigie_key_calls_total{{key="{issued.key.id}",outcome="accepted"}} 2.0' in shown
    assert f'cybervigie_key_calls_total{{key="{issued.key.id}",outcome="forbidden"}} 1.0' in shown
    assert 'cybervigie_auth_refusals_total{reason="malformed"} 1.0' in shown
    assert "confidentiel" not in shown
    client.__exit__(None, None, None)
    client.__enter__()
    (key,) = own_keys.file.keys()
    assert key.used_today == 2
    assert key.last_used is not None


def test_keys_that_cannot_be_read_let_nobody_in(open_api: OpenApi, own_keys: Keyring, folder: Path) -> None:
    token = own_keys.create("a", [Scope.ADMIN]).token
    (folder / "keys" / "pepper").write_bytes(b"x")
    client = open_api()
    response = client.get("/v1/meta", headers=bearer(token))
    assert (response.status_code, code(response)) == (503, "keys_unavailable")
    assert str(folder) not in response.text
    assert client.get("/v1/meta").status_code == 200


def test_no_secret_is_shown_on_any_route_whatever_its_status(
    open_api: OpenApi, own_keys: Keyring, logs: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    good, narrow = own_keys.create("a", [Scope.ADMIN], per_minute=0), own_keys.create("b", [Scope.FEEDBACK])
    spent, gone = own_keys.create("c", [Scope.ADMIN], per_day=1), own_keys.create("d", [Scope.ADMIN])
    own_keys.file.revoke(gone.key.id)
    tokens = [one.token for one in (good, narrow, spent, gone)] + [new_token("abcdefgh01")]
    client = open_api(mcp=True)
    paths = [
        template.replace("{document_id}", "x").replace("{model}", "x") for template in client.fastapi.openapi()["paths"]
    ]
    shown: list[str] = []
    seen: set[int] = set()
    for path in [*paths, "/", "/docs", "/absent", "/v1/absent", "/mcp", "/static/main.js"]:
        for token in tokens:
            for method, options in (
                ("GET", {}),
                ("POST", {"json": {"question": f"{token} ?", "query": token, "answer_id": token}}),
                ("POST", {"content": token.encode()}),
                ("GET", {"params": {"key": token}}),
            ):
                # The client of the contract would hold /mcp to our problems: the protocol has its own errors.
                response = super(Client, client).request(method, path, headers=bearer(token), **options)  # type: ignore[arg-type]
                seen.add(response.status_code)
                shown.append(response.text + repr(response.headers))
    monkeypatch.setattr("bot.answer.Answerer.ask", lambda *_: 1 / 0)
    failed = client.post("/v1/ask", json={"question": QUESTION}, headers=bearer(good.token))
    shown += [failed.text + repr(failed.headers), client.get("/metrics").text, logs()]
    assert seen | {failed.status_code} >= {200, 400, 401, 403, 404, 405, 415, 422, 429, 500}
    everything = "".join(shown)
    for token in tokens:
        assert token not in everything
        assert token.split("_")[2] not in everything
