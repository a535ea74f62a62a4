"""Nothing of a question in logs, metrics or error bodies, whatever happens to it."""

import random
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.answer import Answerer
from bot.service import Service
from bot.settings import Settings
from tests.bot.contract import Client
from tests.bot.test_privacy import nir, spaced

OpenClient = Callable[..., Client]


def canaries(count: int) -> list[tuple[str, tuple[str, ...]]]:
    """Questions, each with secrets of its own."""
    choose = random.Random(7)
    found = []
    for i in range(count):
        number = nir(f"{choose.choice('12')}{choose.randrange(100):02d}0575{choose.randrange(1, 1_000):03d}{i:03d}")
        phone = f"06{choose.randrange(10**8):08d}"
        name = f"Zébulon{i}é"
        email = f"canari{i}@exemple-{i}.fr"
        written = spaced(number) if i % 2 else number
        question = f"Combien de temps garder le dossier de Mme {name} ({written}, {phone}, {email}) ?"
        found.append((question, (number, written, phone, name, email, f"canari{i}")))
    return found


def assert_silent(shown: str, secrets: tuple[str, ...]) -> None:
    # Folded once for all of them, letter by letter: it finds the exact spelling too.
    folded = shown.casefold()
    for secret in secrets:
        assert secret.casefold() not in folded, secret


def test_two_hundred_questions_leave_no_trace(
    open_client: OpenClient, without_index: Client, logs: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    client = open_client()
    questions = canaries(200)
    bodies: list[str] = []

    def send(target: Client, path: str, body: dict[str, object], status: int) -> None:
        response = target.post(path, json=body)
        assert response.status_code == status
        bodies.append(response.text + repr(response.headers))

    for i, (question, _) in enumerate(questions[:80]):
        path = ("/v1/ask", "/v1/ask/stream")[i % 2]
        send(client, path, {"question": question, "history": [{"question": question}]}, 200)
    for question, secrets in questions[80:110]:
        send(client, "/v1/ask", {"question": [question], secrets[3]: question}, 422)
        send(client, "/v1/ask", {"question": question * 20}, 422)
        send(client, "/v1/search", {"query": question, "filters": {"publishers": [question[:200]]}}, 422)
        target = client.get(f"/v1/{secrets[2]}", params={"q": question})
        bodies.append(target.text)
    for question, _ in questions[110:140]:
        send(without_index, "/v1/ask", {"question": question}, 503)

    def fail(*_: object, **__: object) -> None:
        raise ValueError(f"unexpected: {failing}")

    monkeypatch.setattr(Answerer, "_answer", fail)
    monkeypatch.setattr("bot.api.routes.hit_out", fail)
    for failing, _ in questions[140:200]:
        send(client, "/v1/ask", {"question": failing}, 500)
        send(client, "/v1/search", {"query": failing}, 500)
    shown = logs() + client.get("/metrics").text + "".join(bodies)
    assert shown.count('"status": 500') == 120
    assert '"error": "ValueError"' in shown
    assert_silent(shown, tuple(secret for _, secrets in questions for secret in secrets))


def test_a_failure_after_the_start_of_a_response_is_told_without_its_message(
    open_client: OpenClient, logs: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    question, secrets = canaries(1)[0]

    async def broken(_: object) -> object:
        yield {"event": "status", "data": "{}"}
        raise ValueError(question)

    monkeypatch.setattr("bot.api.routes._events", broken)
    client = open_client()
    client.post("/v1/ask/stream", json={"question": question})
    shown = logs()
    assert "unexpected_error" in shown
    assert_silent(shown, secrets)


def test_a_failing_index_is_logged_without_a_question(open_client: OpenClient, logs: Callable[[], str]) -> None:
    service = Service(Settings(data_dir=Path("nowhere")))
    service.refresh()
    client = open_client(service)
    question, secrets = canaries(1)[0]
    client.post("/v1/ask", json={"question": question})
    shown = logs()
    assert "index_refused" in shown
    assert_silent(shown, secrets)


def test_a_log_line_holds_its_fields_and_no_other(open_client: OpenClient, logs: Callable[[], str]) -> None:
    client = open_client()
    client.get("/v1/meta?secret=canari", headers={"user-agent": "canari", "referer": "https://canari.example/"})
    lines = [line for line in logs().splitlines() if '"event": "request"' in line]
    (line,) = lines
    assert "canari" not in line
    assert "203.0.113.9" not in line
    fields = {part.split('"')[1] for part in line.strip("{}").split(", ")}
    assert fields == {"id", "method", "route", "status", "ms", "event", "level", "timestamp"}
