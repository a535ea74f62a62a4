"""Nothing of the text of a feedback in logs, metrics, errors or files, whatever happens to it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.bot.api.test_log_privacy import assert_silent, canaries
from tests.bot.contract import Client

OpenClient = Callable[..., Client]
ID = "0123456789abcdef0123456789abcdef"


@pytest.fixture
def everything(logs: Callable[[], str], tmp_path: Path) -> Callable[[], str]:
    """What was logged, and what is on the disk."""

    def read() -> str:
        files = [path.read_bytes().decode("utf-8", "replace") for path in tmp_path.rglob("*") if path.is_file()]
        return logs() + "".join(files)

    return read


def test_sixty_feedbacks_leave_no_trace_of_an_identifier(
    open_in: OpenClient, tmp_path: Path, everything: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    kept, counted = (open_in(tmp_path, feedback_text=keep) for keep in (True, False))
    nowhere = open_in(tmp_path / "absent", feedback_text=True)
    texts = canaries(60)
    replies: list[str] = []

    def send(target: Client, status: int, **body: object) -> None:
        response = target.post("/v1/feedback", json={"answer_id": ID, "rating": "down", "consent": True} | body)
        assert response.status_code == status
        replies.append(response.text + repr(response.headers))

    for text, _ in texts[:20]:
        send(kept, 200, question=text, comment=text)
        send(counted, 200, question=text, comment=text)
        send(nowhere, 200, question=text, comment=text)
    for text, secrets in texts[20:40]:
        send(kept, 422, question=[text], comment=text * 20)
        send(kept, 422, rating=text, reasons=[text], answer_id=text, **{secrets[3]: text})

    def fail(*_: object) -> None:
        raise ValueError(f"unexpected: {failing}")

    monkeypatch.setattr("bot.api.feedback.storable", fail)
    for failing, _ in texts[40:]:
        send(kept, 500, question=failing)
    shown = everything() + kept.get("/metrics").text + "".join(replies)
    assert "feedback_not_written" in shown
    assert '"error": "ValueError"' in shown
    assert "masqué]" in shown
    for _, secrets in texts:
        assert_silent(shown, secrets)


def test_the_words_of_a_text_are_in_its_file_only(
    open_in: OpenClient,
    tmp_path: Path,
    logs: Callable[[], str],
) -> None:
    client = open_in(tmp_path, feedback_text=True)
    body = {"answer_id": ID, "rating": "down", "consent": True, "question": "zorglub ?", "comment": "zorglub !"}
    reply = client.post("/v1/feedback", json=body)
    assert reply.json()["text"] == "kept"
    assert b"zorglub" in (tmp_path / "feedback" / "feedback.sqlite").read_bytes()
    shown = logs() + client.get("/metrics").text + reply.text
    assert '"route": "/v1/feedback"' in shown
    assert "zorglub" not in shown
    assert ID not in shown
