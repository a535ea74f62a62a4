"""``POST /v1/feedback``."""

import asyncio
import stat
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from prometheus_client import CollectorRegistry
from prometheus_client.parser import text_string_to_metric_families

from bot.api.feedback import FeedbackDesk
from bot.feedback import RETENTION_DAYS, Feedback, FeedbackFile, Rating
from bot.settings import Settings
from tests.bot.contract import Client

OpenClient = Callable[..., Client]
ID = "0123456789abcdef0123456789abcdef"
QUESTION = "Combien de temps garder le dossier de Mme Zorglub ?"
OLD = Feedback(ID, Rating.DOWN, question="Une question sur ZORGLUB")
TEXTS = {"question": QUESTION, "comment": "Appelez-moi au 06 12 34 56 78"}


@pytest.fixture
def file(tmp_path: Path) -> FeedbackFile:
    return FeedbackFile(Settings(data_dir=tmp_path).feedback_path)


def give(client: Client, **body: Any) -> dict[str, Any]:
    response = client.post("/v1/feedback", json={"answer_id": ID, "rating": "down"} | body)
    assert response.status_code == 200, response.text
    found: dict[str, Any] = response.json()
    assert set(found) == {"text", "text_days", "message"}
    assert found["message"].startswith("Merci, votre avis est compté.")
    assert (found["text_days"] is not None) == (found["text"] == "kept")
    return found


def samples(client: Client) -> dict[tuple[Any, ...], float]:
    return {
        (sample.name, *sorted(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(client.get("/metrics").text)
        for sample in family.samples
        if not sample.name.endswith("_created")
    }


def test_an_opinion_on_a_real_answer(open_in: OpenClient, tmp_path: Path, file: FeedbackFile) -> None:
    client = open_in(tmp_path)
    answer = client.ask("Quelle est la capitale du Pérou ?")
    state = {"answer_id": answer["id"], "status": answer["status"], "reason": answer["reason"]}
    assert give(client, **state, reasons=["not_found", "wrong", "wrong"])["text"] == "none"
    give(client, rating="up")
    found = samples(client)
    labels = (("rating", "down"), ("reason", "out_of_scope"), ("status", "no_answer"))
    assert found["cybervigie_feedback_total", *labels] == 1
    assert found["cybervigie_feedback_total", ("rating", "up"), ("reason", ""), ("status", "")] == 1
    assert found["cybervigie_feedback_reasons_total", ("code", "wrong")] == 1
    assert found["cybervigie_feedback_texts_total", ("fate", "none")] == 2
    assert sum(tally.times for tally in file.tallies() if not tally.code) == 2


@pytest.mark.parametrize(
    ("keep", "consent", "fate", "said"),
    [
        (False, True, "off", "ni lu ni conservé"),
        (False, False, "off", "ni lu ni conservé"),
        (True, False, "no_consent", "Sans votre accord"),
        (True, True, "kept", f"{RETENTION_DAYS} jours"),
    ],
)
def test_texts_are_kept_only_when_operator_and_user_agree(
    open_in: OpenClient, tmp_path: Path, file: FeedbackFile, keep: bool, consent: bool, fate: str, said: str
) -> None:
    client = open_in(tmp_path, feedback_text=keep)
    reply = give(client, **TEXTS, consent=consent)
    assert reply["text"] == fate
    assert said in reply["message"]
    assert len(file.tallies()) == 1
    written = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert b"Zorglub" not in written
    assert b"34 56" not in written
    if fate != "kept":
        assert file.texts() == ()
        assert b"Combien" not in written
        return
    (kept,) = file.texts()
    assert kept.feedback.question == "Combien de temps garder le dossier de Mme [nom masqué] ?"
    assert kept.feedback.comment == "Appelez-moi au [téléphone masqué]"
    assert {stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "feedback").iterdir()} == {0o600}


def test_by_default_no_text_is_kept(open_in: OpenClient, tmp_path: Path) -> None:
    assert Settings().feedback_text is False
    client = open_in(tmp_path)
    assert client.get("/v1/meta").json()["limits"]["feedback_text_days"] == 0
    assert give(client, **TEXTS, consent=True)["text"] == "off"
    allowed = open_in(tmp_path, feedback_text=True)
    assert allowed.get("/v1/meta").json()["limits"]["feedback_text_days"] == RETENTION_DAYS


def test_the_operator_turns_texts_on_by_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CYBERVIGIE_FEEDBACK_TEXT", "true")
    assert Settings().feedback_text is True


@pytest.mark.parametrize("texts", [{}, {"question": ""}, {"question": "\u200b", "comment": " "}])
def test_no_text_at_all(open_in: OpenClient, tmp_path: Path, texts: dict[str, str]) -> None:
    client = open_in(tmp_path, feedback_text=True)
    assert give(client, **texts, consent=True)["text"] == "none"


def test_help_lines_are_left_readable(open_in: OpenClient, tmp_path: Path, file: FeedbackFile) -> None:
    client = open_in(tmp_path, feedback_text=True)
    phone = "08 05 80 58 17"
    give(client, comment=f"Le {phone} ne répond pas", consent=True)
    (kept,) = file.texts()
    assert phone in kept.feedback.comment


@pytest.mark.parametrize("broken", ["no data folder", "not a database"])
def test_a_file_that_cannot_be_used_loses_the_text_not_the_service(
    open_in: OpenClient, tmp_path: Path, broken: str
) -> None:
    data = tmp_path / "data"
    if broken == "not a database":
        (data / "feedback").mkdir(parents=True)
        (data / "feedback" / "feedback.sqlite").write_text("x" * 10_000)
    client = open_in(data, feedback_text=True)
    assert give(client, **TEXTS, consent=True)["text"] == "unavailable"
    assert give(client)["text"] == "none"
    labels = (("rating", "down"), ("reason", ""), ("status", ""))
    assert samples(client)["cybervigie_feedback_total", *labels] == 2


def test_it_needs_no_index(without_index: Client) -> None:
    give(without_index)


def test_it_is_limited_with_the_questions(open_in: OpenClient, tmp_path: Path) -> None:
    client = open_in(tmp_path, rate_per_minute=2, rate_burst=2)
    assert client.post("/v1/search", json={"query": "mot"}).status_code == 200
    give(client)
    response = client.post("/v1/feedback", json={"answer_id": ID, "rating": "up"})
    assert (response.status_code, response.json()["code"]) == (429, "rate_limited")


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"rating": "CANARI"}, "rating"),
        ({"rating": None}, "rating"),
        ({"answer_id": "CANARI"}, "answer_id"),
        ({"answer_id": f"{ID}\n"}, "answer_id"),
        ({"answer_id": ID.upper()}, "answer_id"),
        ({"reasons": ["CANARI"]}, "reasons.0"),
        ({"reasons": ["wrong"] * 7}, "reasons"),
        ({"reasons": "wrong"}, "reasons"),
        ({"status": "CANARI"}, "status"),
        ({"reason": "CANARI"}, "reason"),
        ({"question": "CANARI" * 200}, "question"),
        ({"comment": ["CANARI"]}, "comment"),
        ({"consent": "true"}, "consent"),
        ({"consent": 1}, "consent"),
        ({"CANARI": 1}, ""),
    ],
)
def test_bad_feedback_is_refused_without_an_echo(client: Client, changed: dict[str, Any], field: str) -> None:
    response = client.post("/v1/feedback", json={"answer_id": ID, "rating": "up"} | changed)
    assert (response.status_code, response.json()["code"]) == (422, "invalid_request")
    assert [error["field"] for error in response.json()["errors"]] == [field]
    assert "canari" not in response.text.casefold()


def test_old_texts_are_deleted_at_start_even_when_texts_are_off(open_in: OpenClient, tmp_path: Path) -> None:
    path = Settings(data_dir=tmp_path).feedback_path
    before = datetime.now(UTC).date() - timedelta(days=RETENTION_DAYS)
    FeedbackFile(path, today=lambda: before).add(OLD)
    assert b"ZORGLUB" in path.read_bytes()
    open_in(tmp_path, feedback_text=False)
    assert b"ZORGLUB" not in path.read_bytes()


def test_old_texts_are_deleted_while_the_service_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.api.feedback._DAY_S", 0.02)
    path = Settings(data_dir=tmp_path).feedback_path
    day = date(2026, 3, 1)
    file = FeedbackFile(path, today=lambda: day)
    file.add(OLD)

    async def a_month_passes() -> None:
        nonlocal day
        async with FeedbackDesk(file, CollectorRegistry(), keep_text=True).pruning():
            await asyncio.sleep(0.1)
            assert b"ZORGLUB" in path.read_bytes()
            day += timedelta(days=RETENTION_DAYS)
            async with asyncio.timeout(5):
                while b"ZORGLUB" in path.read_bytes():
                    await asyncio.sleep(0.02)

    asyncio.run(a_month_passes())
    assert file.texts() == ()


def test_a_damaged_file_does_not_keep_the_service_from_starting(open_in: OpenClient, tmp_path: Path) -> None:
    (tmp_path / "feedback").mkdir()
    (tmp_path / "feedback" / "feedback.sqlite").write_text("x" * 10_000)
    assert open_in(tmp_path).get("/readyz").status_code == 200
