"""``Origin: null`` reads the API with a pass of this service, and with nothing else."""

import base64
from pathlib import Path
from typing import Any

import pytest

from bot.widget.opaque import HEADER, LIFETIME_S, Passes
from tests.bot.contract import Client

NULL = {"origin": "null"}
ASK = {"question": "Faut-il tester ses sauvegardes ?"}


def readable(response: Any) -> bool:
    return bool(response.headers.get("access-control-allow-origin"))


def test_a_pass_holds_for_a_day_of_work() -> None:
    passes = Passes()
    text = passes.issue(1_000_000.0)
    assert passes.holds(text, 1_000_000.0)
    assert passes.holds(text, 1_000_000.0 + LIFETIME_S - 1)
    assert not passes.holds(text, 1_000_000.0 + LIFETIME_S)
    assert not passes.holds(text, 1_000_000.0 - 3_600)
    assert not Passes().holds(text, 1_000_000.0)


def test_a_pass_outlives_a_restart_and_holds_on_another_instance(tmp_path: Path) -> None:
    secret = tmp_path / "widget" / "secret"
    text = Passes(secret).issue(0)
    assert Passes(secret).holds(text, 0)
    assert Passes(secret, create=False).holds(text, 0)
    assert secret.stat().st_mode & 0o077 == 0
    assert not Passes(tmp_path / "other" / "secret").holds(text, 0)


def test_a_secret_that_cannot_be_used_leaves_passes_of_one_process(tmp_path: Path) -> None:
    open_to_all = tmp_path / "secret"
    open_to_all.write_bytes(b"x" * 64)
    open_to_all.chmod(0o644)
    for path in (open_to_all, tmp_path / "absent" / "folder" / "secret"):
        passes = Passes(path)
        assert passes.holds(passes.issue(0), 0)
        assert not Passes(path).holds(passes.issue(0), 0)


def test_a_changed_pass_does_not_hold() -> None:
    passes = Passes()
    given = base64.urlsafe_b64decode(passes.issue(0))
    for place in range(len(given)):
        changed = bytearray(given)
        changed[place] ^= 1
        assert not passes.holds(base64.urlsafe_b64encode(bytes(changed)).decode(), 0)
    for text in ("", "=", "é", "a" * 10_000, base64.urlsafe_b64encode(given + b"x").decode()):
        assert not passes.holds(text, 0)


def test_a_frame_with_its_pass_reads_the_reply(client: Client) -> None:
    key = client.fastapi.state.widget.passes.issue()
    response = client.post("/v1/ask", json=ASK, headers=NULL | {HEADER: key})
    assert response.headers["access-control-allow-origin"] == "null"
    assert "origin" in response.headers["vary"].lower()
    refused = client.post("/v1/ask", json={}, headers=NULL | {HEADER: key})
    assert refused.status_code == 422
    assert readable(refused)


def test_a_pass_that_holds_no_more_is_refused_before_anything_is_done(client: Client) -> None:
    expired = client.fastapi.state.widget.passes.issue(0)
    given = {"status": "answered", "useful": True}
    for headers in (NULL | {HEADER: expired}, NULL | {HEADER: "x"}):
        for reply in (
            client.post("/v1/ask", json=ASK, headers=headers),
            client.post("/v1/feedback", json=given, headers=headers),
        ):
            assert (reply.status_code, reply.json()["code"], reply.headers[HEADER]) == (403, "pass_expired", "expired")
            assert reply.headers["access-control-allow-origin"] == "null"
            assert HEADER in reply.headers["access-control-expose-headers"]


@pytest.mark.parametrize("headers", [{}, NULL, {"origin": "https://a.example", HEADER: "pass"}])
def test_nobody_else_does(client: Client, headers: dict[str, str]) -> None:
    if headers.get(HEADER) == "pass":
        headers = headers | {HEADER: client.fastapi.state.widget.passes.issue()}
    assert not readable(client.post("/v1/ask", json=ASK, headers=headers))
    assert not readable(client.get("/v1/meta", headers=headers))


def test_only_the_api_is_made_readable(client: Client) -> None:
    key = client.fastapi.state.widget.passes.issue()
    for path in ("/", "/healthz", "/openapi.json"):
        assert not readable(client.get(path, headers=NULL | {HEADER: key}))


def test_the_preflight(client: Client) -> None:
    asked = NULL | {"access-control-request-method": "POST", "access-control-request-headers": f"content-type,{HEADER}"}
    # Outside the contract of the API: a preflight is the browser's, not a caller's.
    preflight = super(Client, client).request
    response = preflight("OPTIONS", "/v1/ask", headers=asked)
    assert response.status_code == 204
    assert response.headers["access-control-allow-headers"] == f"content-type, {HEADER}"
    assert "access-control-allow-credentials" not in response.headers
    assert preflight("OPTIONS", "/v1/ask", headers=asked | {"origin": "https://a.example"}).status_code == 405
