"""What is refused before any route sees it."""

import asyncio
import json
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import pytest
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.api import limits
from bot.api.app import create_app
from bot.api.limits import Admission, RateLimit, RequestLimits
from bot.service import Service
from bot.settings import Settings
from tests.bot.contract import Client

OpenClient = Callable[..., Client]
ASK = {"question": "Faut-il tester ses sauvegardes ?"}
JSON = {"content-type": "application/json"}


def limited(app: ASGIApp, body_max: int) -> RequestLimits:
    return RequestLimits(app, body_max=body_max, json_paths=("/v1/ask",))


def body_of(size: int) -> bytes:
    return json.dumps(ASK).encode().ljust(size)


def test_a_body_up_to_the_cap_passes(client: Client) -> None:
    assert client.post("/v1/ask", content=body_of(16 * 1024), headers=JSON).status_code == 200
    response = client.post("/v1/ask", content=body_of(16 * 1024 + 1), headers=JSON)
    assert (response.status_code, response.json()["code"]) == (413, "body_too_large")


def test_a_streamed_body_over_the_cap_is_cut(client: Client) -> None:
    def chunks() -> Iterator[bytes]:
        yield from (b" " * 1_000 for _ in range(100))

    response = client.post("/v1/ask", content=chunks(), headers=JSON)
    assert "content-length" not in response.request.headers
    assert response.status_code == 413


@pytest.mark.parametrize("length", ["-1", "abc", "9" * 30, "9" * 5_000, "+5", "1.5", "٣"])
def test_a_false_length_is_refused(length: str) -> None:
    sent = call(limited(echo, 100), headers=[(b"content-length", length.encode())], body=[b"{}"])
    assert sent[0]["status"] == 413


def test_nothing_of_a_body_over_the_cap_reaches_the_application() -> None:
    seen: list[bytes] = []

    async def watch(scope: Scope, receive: Receive, send: Send) -> None:
        seen.append((await receive())["body"])

    assert call(limited(watch, 10), body=[b"12345", b"123456", b"7" * 10**6])[0]["status"] == 413
    assert seen == []


@pytest.mark.parametrize("depth", [6, 50, 5_000])
def test_deep_json_is_refused_before_it_is_parsed(client: Client, depth: int) -> None:
    for opening, closing in (("[", "]"), ('{"a":', "}")):
        nested = (opening * depth + "1" + closing * depth)[: 16 * 1024]
        response = client.post("/v1/ask", content=nested, headers=JSON)
        assert (response.status_code, response.json()["code"]) == (400, "json_too_deep")


def test_brackets_inside_a_text_are_no_depth(client: Client) -> None:
    question = r"Faut-il tester ses sauvegardes \" [[[[[[[[{{{{{{{{ ?"
    assert client.post("/v1/ask", content=f'{{"question": "{question}"}}', headers=JSON).status_code == 200


def test_a_slow_body_times_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "BODY_SECONDS", 0.1)

    async def drip() -> Message:
        await asyncio.sleep(0.04)
        return {"type": "http.request", "body": b" ", "more_body": True}

    begun = time.monotonic()
    sent = call(limited(echo, 10_000), receive=drip)
    assert sent[0]["status"] == 408
    assert time.monotonic() - begun < 1


def test_a_client_that_leaves_is_no_error() -> None:
    messages = iter([{"type": "http.request", "body": b'{"a"', "more_body": True}, {"type": "http.disconnect"}])

    async def leave() -> Message:
        return next(messages)

    assert call(limited(echo, 100), receive=leave)[0]["status"] == 200


@pytest.mark.parametrize(
    "kind", ["", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "application/jsonp", "json"]
)
def test_another_content_type_is_refused(client: Client, kind: str) -> None:
    response = client.post("/v1/ask", content=json.dumps(ASK), headers={"content-type": kind})
    assert (response.status_code, response.json()["code"]) == (415, "unsupported_media_type")


@pytest.mark.parametrize("kind", ["application/json", "application/json; charset=utf-8", "Application/JSON"])
def test_json_by_any_spelling_passes(client: Client, kind: str) -> None:
    assert client.post("/v1/ask", content=json.dumps(ASK), headers={"content-type": kind}).status_code == 200


def test_long_addresses_and_headers_are_refused(client: Client) -> None:
    assert client.get(f"/v1/meta?{'a' * 2_040}").status_code == 200
    assert client.get(f"/v1/meta?{'a' * 2_041}").json()["code"] == "url_too_long"
    assert client.get(f"/{'a' * 2_100}").json()["code"] == "url_too_long"
    assert client.get("/v1/meta", headers={"x-long": "a" * 16_400}).json()["code"] == "headers_too_large"
    assert client.get("/v1/meta", headers={f"x-{i}": "a" * 100 for i in range(200)}).status_code == 431


def test_the_burst_then_the_minute_are_limited(open_client: OpenClient) -> None:
    client = open_client(rate_per_minute=5, rate_burst=3)
    statuses = [client.post("/v1/search", json={"query": "mot"}).status_code for _ in range(5)]
    assert statuses == [200, 200, 200, 429, 429]
    response = client.post("/v1/ask", json=ASK)
    assert response.json()["code"] == "rate_limited"
    assert 1 <= int(response.headers["retry-after"]) <= 11
    # What costs nothing is not limited.
    assert {client.get(path).status_code for path in ("/", "/healthz", "/v1/meta", "/v1/documents")} == {200}


def test_bad_requests_count_too(open_client: OpenClient) -> None:
    client = open_client(rate_per_minute=3, rate_burst=3)
    statuses = [client.post("/v1/ask", content=b"{", headers=JSON).status_code for _ in range(4)]
    assert statuses == [400, 400, 400, 429]


def statuses_of(*hosts: str) -> list[int]:
    limited = RateLimit(echo, per_minute=1, burst=1, paths=("/v1/ask",))
    return [call(limited, client=(host, 1))[0]["status"] for host in hosts]


def test_addresses_count_apart() -> None:
    assert statuses_of("192.0.2.1", "192.0.2.2", "192.0.2.1") == [200, 200, 429]


def test_ipv6_counts_by_64() -> None:
    assert statuses_of("2001:db8:0:1::1", "2001:db8:0:1:ffff::2", "2001:db8:0:2::1") == [200, 429, 200]


def test_ipv4_mapped_addresses_count_as_ipv4() -> None:
    assert statuses_of("::ffff:192.0.2.1", "::ffff:192.0.2.2", "192.0.2.1") == [200, 200, 429]


def test_a_nameless_client_is_limited_too() -> None:
    assert statuses_of("testclient", "testclient") == [200, 429]
    limited = RateLimit(echo, per_minute=1, burst=1, paths=("/v1/ask",))
    assert [call(limited, client=None)[0]["status"] for _ in range(2)] == [200, 429]


def test_addresses_are_kept_as_a_salted_hash() -> None:
    limited = RateLimit(echo, per_minute=1, burst=1, paths=("/v1/ask",))
    call(limited, client=("192.0.2.77", 1))
    kept = str(vars(limited._limiter.storage))
    assert "192.0.2.77" not in kept
    other = RateLimit(echo, per_minute=1, burst=1, paths=("/v1/ask",))
    assert limited._key({"client": ("192.0.2.77", 1)}) != other._key({"client": ("192.0.2.77", 1)})


def test_too_many_at_once_are_refused_and_served_again_after(
    open_client: OpenClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = open_client(in_flight=1, queue=1, queue_ms=50)
    entered, leave = threading.Event(), threading.Event()
    original = client.fastapi.state.service.answerer

    def held() -> Any:
        entered.set()
        assert leave.wait(10)
        return original()

    monkeypatch.setattr(client.fastapi.state.service, "answerer", held)
    results: list[int] = []
    first = threading.Thread(target=lambda: results.append(client.post("/v1/ask", json=ASK).status_code))
    first.start()
    assert entered.wait(10)
    refused = client.post("/v1/ask", json=ASK)
    assert (refused.status_code, refused.json()["code"]) == (503, "overloaded")
    assert int(refused.headers["retry-after"]) > 0
    assert client.get("/healthz").status_code == 200
    leave.set()
    first.join()
    assert results == [200]
    assert client.post("/v1/ask", json=ASK).status_code == 200


def test_the_queue_is_bounded_and_a_freed_place_goes_to_who_waits() -> None:
    async def scenario() -> list[int]:
        gate = asyncio.Event()

        async def wait(scope: Scope, receive: Receive, send: Send) -> None:
            await gate.wait()
            await echo(scope, receive, send)

        admission = Admission(wait, in_flight=2, queue=3, queue_ms=2_000, prefix="/v1/")
        calls = [asyncio.create_task(acall(admission)) for _ in range(8)]
        while sum(task.done() for task in calls) < 3:
            await asyncio.sleep(0.001)
        gate.set()
        statuses = [(await task)[0]["status"] for task in calls]
        assert (await acall(admission))[0]["status"] == 200
        return statuses

    assert sorted(asyncio.run(scenario())) == [200] * 5 + [503] * 3


def test_a_failure_frees_its_place() -> None:
    async def fail(scope: Scope, receive: Receive, send: Send) -> None:
        raise RuntimeError

    async def scenario() -> None:
        admission = Admission(fail, in_flight=1, queue=0, queue_ms=1, prefix="/v1/")
        for _ in range(3):
            with pytest.raises(RuntimeError):
                await acall(admission)

    asyncio.run(scenario())


def test_a_slow_body_holds_no_place(service: Service) -> None:
    """With one place only, a client that never finishes its body keeps nobody out."""
    app = create_app(Settings(in_flight=1, queue=0, queue_ms=1, rate_per_minute=0), service)

    async def scenario() -> int:
        forever = asyncio.Event()

        async def stall() -> Message:
            await forever.wait()
            raise AssertionError

        slow = [asyncio.create_task(acall(app, receive=stall)) for _ in range(5)]
        await asyncio.sleep(0.05)
        status = int((await acall(app, body=[json.dumps(ASK).encode()]))[0]["status"])
        for task in slow:
            assert not task.done()
            task.cancel()
        await asyncio.gather(*slow, return_exceptions=True)
        return status

    assert asyncio.run(scenario()) == 200


def test_other_protocols_pass_through() -> None:
    seen: list[str] = []

    async def note(scope: Scope, receive: Receive, send: Send) -> None:
        seen.append(scope["type"])

    async def scenario() -> None:
        for layer in (
            limited(note, 1),
            RateLimit(note, per_minute=1, burst=1, paths=()),
            Admission(note, in_flight=1, queue=1, queue_ms=1, prefix="/"),
        ):
            await layer({"type": "lifespan"}, never, nowhere)

    asyncio.run(scenario())
    assert seen == ["lifespan"] * 3


async def echo(scope: Scope, receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b""})


async def never() -> Message:
    raise AssertionError


async def nowhere(_: Message) -> None:
    raise AssertionError


def call(app: ASGIApp, **options: Any) -> list[Message]:
    return asyncio.run(acall(app, **options))


async def acall(
    app: ASGIApp,
    *,
    headers: list[tuple[bytes, bytes]] | None = None,
    body: list[bytes] | None = None,
    receive: Callable[[], Awaitable[Message]] | None = None,
    client: tuple[str, int] | None = ("192.0.2.1", 1),
) -> list[Message]:
    """What a raw ASGI application sends in reply to a POST."""
    parts = body or [b"{}"]
    messages = [{"type": "http.request", "body": part, "more_body": i + 1 < len(parts)} for i, part in enumerate(parts)]
    pending = iter(messages)

    async def from_body() -> Message:
        return next(pending)

    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "method": "POST",
        "path": "/v1/ask",
        "raw_path": b"/v1/ask",
        "query_string": b"",
        "headers": [(b"content-type", b"application/json"), *(headers or [])],
        "client": client,
    }
    await app(scope, receive or from_body, send)
    return sent
