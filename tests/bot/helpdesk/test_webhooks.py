"""The addresses that tools call: forgery and replay over HTTP, counted by reason, across restarts, without a trace."""

import asyncio
import contextlib
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from prometheus_client import CollectorRegistry
from starlette.applications import Starlette
from starlette.testclient import TestClient

from bot.helpdesk.hub import Helpdesk
from bot.helpdesk.outbox_model import State
from bot.helpdesk.secret import Secret
from bot.helpdesk.signature import SigningKeys
from bot.helpdesk.webhooks import BODY_MAX, HELD_MAX, REFUSED_MAX, Webhooks

from .helpdesks import OTHER_SECRET, SECRET, MemoryDesk, generic, helpdesk

PATH = "/v1/helpdesk/aide/webhook"
CANARY = "Zorblaxovitch 06 39 98 12 34"
OPEN = (State.WAITING,)


@contextlib.contextmanager
def served(
    folder: Path, desk: Any = None, secrets: tuple[str, ...] = (SECRET,)
) -> Iterator[tuple[TestClient, Helpdesk]]:
    made = helpdesk(folder, desk or generic(time.time, secrets), registry=CollectorRegistry())
    with TestClient(Webhooks(Starlette(), helpdesk=made)) as client:
        yield client, made
    made.outbox.close()


def body(number: int = 1, **changed: Any) -> bytes:
    data = {"ticket": str(number), "message": f"m{number}", "text": f"Combien de temps, Mme {CANARY} ?", **changed}
    return json.dumps({"type": "message.created", "data": data}).encode()


def signed(content: bytes, identifier: str = "c1", *, age: float = 0.0, secret: str = SECRET) -> dict[str, str]:
    made = SigningKeys([Secret(secret)]).headers(identifier, content, time.time() - age)
    return {"content-type": "application/json", **made}


def outcomes(made: Helpdesk) -> dict[str, float]:
    (family,) = made.counts.calls.collect()
    return {one.labels["outcome"]: one.value for one in family.samples if one.name.endswith("_total")}


def test_a_signed_call_is_taken_once(tmp_path: Path) -> None:
    with served(tmp_path) as (client, made):
        reply = client.post(PATH, content=body(), headers=signed(body()))
        assert (reply.status_code, reply.json()) == (200, {"status": "taken"})
        (job,) = made.outbox.jobs(OPEN)
        assert (job.ref.ticket, job.ref.article, job.attempts) == ("1", "m1", 0)


@pytest.mark.parametrize(
    ("why", "status"),
    [
        ("altered", 401),
        ("reserialised", 401),
        ("old", 401),
        ("future", 401),
        ("no id", 401),
        ("no time", 401),
        ("no signature", 401),
        ("wrong secret", 401),
        ("unsigned", 401),
        ("twice the header", 401),
        ("not json", 400),
        ("no ticket", 400),
    ],
)
def test_a_forged_call_is_refused_and_counted(tmp_path: Path, why: str, status: int) -> None:
    sent, headers = body(), signed(body())
    expected = "signature"
    match why:
        case "altered":
            sent = sent.replace(b"m1", b"m2")
        case "reserialised":
            sent = json.dumps(json.loads(sent), separators=(",", ":")).encode()
        case "old":
            headers, expected = signed(sent, age=301), "time"
        case "future":
            headers, expected = signed(sent, age=-302), "time"
        case "no id" | "no time" | "no signature":
            removed = {"no id": "webhook-id", "no time": "webhook-timestamp", "no signature": "webhook-signature"}[why]
            headers, expected = {k: v for k, v in headers.items() if k != removed}, "header"
        case "wrong secret":
            headers = signed(sent, secret=OTHER_SECRET)
        case "unsigned":
            headers, expected = {}, "header"
        case "twice the header":
            headers, expected = {**headers, "Webhook-Id": "c1"}, "header"
        case "not json":
            sent, expected = b"[1]", "body"
            headers = signed(sent)
        case "no ticket":
            sent, expected = body(ticket=""), "body"
            headers = signed(sent)
    with served(tmp_path) as (client, made):
        given = [*headers.items()]
        reply = client.post(PATH, content=sent, headers=given)
        assert reply.status_code == status
        assert reply.headers["content-type"] == "application/problem+json"
        assert reply.json()["code"] == f"webhook_{expected}"
        assert CANARY not in reply.text
        assert made.outbox.counts() == {}
        assert outcomes(made) == {expected: 1}


def test_a_repeated_id_does_nothing_even_after_a_restart(tmp_path: Path) -> None:
    with served(tmp_path) as (client, made):
        assert client.post(PATH, content=body(), headers=signed(body())).json() == {"status": "taken"}
        assert client.post(PATH, content=body(), headers=signed(body())).json() == {"status": "known"}
        # Under the same id, signed anew, with another content.
        assert client.post(PATH, content=body(2), headers=signed(body(2))).json() == {"status": "known"}
        assert outcomes(made) == {"taken": 1, "replay": 2}
    with served(tmp_path) as (client, made):
        assert client.post(PATH, content=body(2), headers=signed(body(2))).json() == {"status": "known"}
        assert len(made.outbox.jobs(OPEN)) == 1


def test_the_same_message_under_another_id_is_one_job(tmp_path: Path) -> None:
    with served(tmp_path) as (client, made):
        for identifier in ("c1", "c2"):
            assert client.post(PATH, content=body(), headers=signed(body(), identifier)).status_code == 200
        assert len(made.outbox.jobs(OPEN)) == 1


def test_both_secrets_of_a_rotation_are_accepted(tmp_path: Path) -> None:
    with served(tmp_path, secrets=(OTHER_SECRET, SECRET)) as (client, _):
        for number, secret in enumerate((SECRET, OTHER_SECRET)):
            headers = signed(body(number), f"c{number}", secret=secret)
            assert client.post(PATH, content=body(number), headers=headers).json() == {"status": "taken"}


def test_events_that_bring_no_message_are_ignored(tmp_path: Path) -> None:
    sent = b'{"type": "ticket.closed", "data": {"deep": [[[[[[[[]]]]]]]]}}'
    with served(tmp_path) as (client, made):
        assert client.post(PATH, content=sent, headers=signed(sent)).json() == {"status": "ignored"}
        assert outcomes(made) == {"ignored": 1}


def test_what_is_stored_is_masked(tmp_path: Path) -> None:
    with served(tmp_path) as (client, made):
        client.post(
            PATH, content=body(subject=f"Pour Mme {CANARY}"), headers=signed(body(subject=f"Pour Mme {CANARY}"))
        )
        work = made.outbox.claim(["aide"], 60)
        assert work is not None
        assert work.ticket is not None
        assert "[nom masqué]" in work.ticket.text
        assert "[téléphone masqué]" in work.ticket.subject
        for path in tmp_path.rglob("*"):
            assert not path.is_file() or b"Zorblax" not in path.read_bytes()


def test_sizes_methods_and_unknown_desks(tmp_path: Path) -> None:
    with served(tmp_path) as (client, made):
        big = b" " * (BODY_MAX + 1)
        assert client.post(PATH, content=big, headers=signed(b"")).status_code == 413
        assert client.get(PATH).status_code == 405
        assert client.get(PATH).headers["allow"] == "POST"
        assert client.post("/v1/helpdesk/autre/webhook", content=b"{}").status_code == 404
        assert client.post("/v1/helpdesk/aide/../webhook", content=b"{}").status_code == 404
        assert made.outbox.counts() == {}


def test_a_desk_that_is_polled_takes_no_call(tmp_path: Path) -> None:
    with served(tmp_path, MemoryDesk()) as (client, _):
        reply = client.post(PATH, content=body(), headers=signed(body()))
        assert (reply.status_code, reply.json()["code"]) == (404, "no_webhook")


def test_an_outbox_that_cannot_be_written_asks_for_a_repetition(tmp_path: Path) -> None:
    with served(tmp_path) as (client, made):
        (tmp_path / "outbox.sqlite").mkdir()
        reply = client.post(PATH, content=body(), headers=signed(body()))
        assert (reply.status_code, reply.headers["retry-after"]) == (503, "5")
        (tmp_path / "outbox.sqlite").rmdir()
        # It was not noted as seen: its repetition is taken.
        assert client.post(PATH, content=body(), headers=signed(body())).json() == {"status": "taken"}
        assert len(made.outbox.jobs(OPEN)) == 1


class Caller:
    """A connection, as raw ASGI shows it: sends what it is told, and waits."""

    def __init__(self, headers: dict[str, str], *parts: bytes, address: str = "192.0.2.1") -> None:
        self.read = 0
        self.status = 0
        self.end = asyncio.Event()
        self._parts = [*parts]
        listed = [(name.encode(), value.encode()) for name, value in headers.items()]
        self.scope = {"type": "http", "method": "POST", "path": PATH, "headers": listed, "client": (address, 1)}

    async def receive(self) -> dict[str, Any]:
        self.read += 1
        if self._parts:
            return {"type": "http.request", "body": self._parts.pop(0), "more_body": True}
        await self.end.wait()
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(self, message: Any) -> None:
        self.status = message.get("status", self.status)


def test_a_call_that_cannot_be_authentic_is_refused_before_its_body_is_read(tmp_path: Path) -> None:
    made = helpdesk(tmp_path, generic(time.time))
    door = Webhooks(Starlette(), helpdesk=made)
    old = signed(body(), age=400)
    long = {**signed(body()), "content-length": str(BODY_MAX + 1)}
    for headers, status in ((old, 401), ({}, 401), (long, 413), ({**long, "content-length": "x"}, 413)):
        caller = Caller(headers, body())
        asyncio.run(door(caller.scope, caller.receive, caller.send))
        assert (caller.status, caller.read) == (status, 0)
    assert outcomes(made) == {"time": 1, "header": 1}


def test_what_slow_calls_hold_together_is_bounded(tmp_path: Path) -> None:
    made = helpdesk(tmp_path, generic(time.time))
    door = Webhooks(Starlette(), helpdesk=made)
    part = b" " * (BODY_MAX // 2)

    async def crowd() -> list[int]:
        callers = [Caller(signed(b""), part, part) for _ in range(40)]
        tasks = [asyncio.create_task(door(one.scope, one.receive, one.send)) for one in callers]
        for _ in range(1_000):
            await asyncio.sleep(0)
        assert door._held <= HELD_MAX
        refused = [one.status for one in callers].count(503)
        assert refused >= 40 - HELD_MAX // BODY_MAX * 2
        for one in callers:
            one.end.set()
        await asyncio.gather(*tasks)
        assert door._held == 0
        return [one.status for one in callers]

    # Those that were let in are read to their end, and refused by their signature.
    assert set(asyncio.run(crowd())) == {401, 503}
    made.outbox.close()


def test_an_address_whose_calls_are_refused_must_wait(tmp_path: Path) -> None:
    made = helpdesk(tmp_path, generic(time.time))
    door = Webhooks(Starlette(), helpdesk=made)

    def called(headers: dict[str, str], address: str) -> int:
        caller = Caller(headers, body(), address=address)
        caller.end.set()
        asyncio.run(door(caller.scope, caller.receive, caller.send))
        return caller.status

    forged = signed(body(), secret=OTHER_SECRET)
    assert [called(forged, "192.0.2.9") for _ in range(REFUSED_MAX)] == [401] * REFUSED_MAX
    assert called(forged, "192.0.2.9") == 429
    # The tool, at its own address, is not concerned; what it repeats is no refusal.
    assert [called(signed(body()), "192.0.2.1") for _ in range(REFUSED_MAX + 5)] == [200] * (REFUSED_MAX + 5)
    made.outbox.close()


def test_a_call_without_its_text_is_told_and_one_with_an_empty_text_is_taken(tmp_path: Path) -> None:
    with served(tmp_path) as (client, _):
        for number, text in enumerate((None, 12)):
            sent = body(number, text=text)
            reply = client.post(PATH, content=sent, headers=signed(sent, f"c{number}"))
            assert (reply.status_code, "« text »" in reply.json()["detail"]) == (400, True)
        sent = body(5, text="")
        assert client.post(PATH, content=sent, headers=signed(sent, "c5")).json() == {"status": "taken"}
