"""``POST /v1/ask/stream``: the same answer as server-sent events."""

import pytest

from tests.bot.contract import Client, events
from tests.bot.emergency_sentences import PANIC

QUESTION = "Dans quel délai notifier une violation de données à la CNIL ?"


@pytest.mark.parametrize("question", [QUESTION, PANIC["theft"][0], "Quelle est la capitale du Pérou ?", "Bonjour"])
def test_events_in_order_carry_the_whole_answer(client: Client, question: str) -> None:
    response = client.post("/v1/ask/stream", json={"question": question})
    assert response.status_code == 200
    assert response.headers["content-type"].startswith("text/event-stream")
    found = events(response.text)
    whole = client.ask(question)
    names = [name for name, _ in found]
    assert names == ["status", *["citation"] * len(whole["citations"]), "answer", "done"]
    assert found[0][1] == {"status": whole["status"]}
    assert [data for name, data in found if name == "citation"] == whole["citations"]
    answer = found[-2][1]
    varying = ("id", "timings_ms")
    assert {key: value for key, value in answer.items() if key not in varying} == {
        key: value for key, value in whole.items() if key not in varying
    }
    assert found[-1][1] == {}


def test_an_error_comes_before_the_stream_with_its_status(client: Client) -> None:
    response = client.post("/v1/ask/stream", json={"question": "?"})
    assert (response.status_code, response.json()["code"]) == (422, "question_empty")
