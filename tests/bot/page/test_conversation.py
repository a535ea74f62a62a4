"""The conversation: history sent with each question, forgotten on demand, stored nowhere."""

from typing import Any

import pytest

from tests.bot.page_replies import answered, body
from tests.bot.page_stub import Reply, Stub

from .browser import ask, field, send

expect = pytest.importorskip("playwright.sync_api").expect


def test_history_keeps_six_turns(page: Any, stub: Stub) -> None:
    stub.answer = lambda request: Reply(body("clarify", f"réponse à {request['question']}"))
    for number in range(8):
        ask(page, f"question {number}")
    history = stub.asked[-1]["history"]
    assert [turn["question"] for turn in history] == [f"question {number}" for number in range(1, 7)]
    assert history[-1]["answer"] == "réponse à question 6"


def test_history_keeps_six_thousand_characters(page: Any, stub: Stub) -> None:
    stub.says(Reply(body("clarify", "🙂" * 2_500)))
    for _ in range(4):
        ask(page, "q" * 100)
    history = stub.asked[-1]["history"]
    assert sum(len(turn["question"]) + len(turn["answer"]) for turn in history) == 6_000
    assert history[-1]["answer"] == "🙂" * 2_500


def test_an_answer_longer_than_the_limit_is_shortened(page: Any, stub: Stub) -> None:
    stub.says(Reply(body("clarify", "a" * 9_000)))
    ask(page, "un")
    ask(page, "deux")
    [turn] = stub.asked[-1]["history"]
    assert turn == {"question": "un", "answer": "a" * 5_998}


def test_a_new_conversation_forgets(page: Any, stub: Stub) -> None:
    ask(page)
    page.get_by_role("button", name="Nouvelle conversation").click()
    expect(page.locator(".turn")).to_have_count(0)
    expect(page.locator("#welcome")).to_be_visible()
    expect(field(page)).to_be_focused()
    ask(page, "Autre chose")
    assert stub.asked[-1]["history"] == []


def test_a_new_conversation_drops_the_reply_under_way(page: Any, stub: Stub) -> None:
    held = stub.hold()
    stub.says(Reply(answered(), held=held))
    with page.expect_event("requestfailed") as dropped:
        send(page)
        expect(page.locator("#status")).not_to_have_text("")
        page.get_by_role("button", name="Nouvelle conversation").click()
    assert dropped.value.url.endswith("/v1/ask/stream")
    held.set()
    # Whatever the dropped reply could still write would stand before that of the next question.
    stub.says(Reply(answered()))
    ask(page, "Autre chose")
    expect(page.locator(".turn")).to_have_count(1)
    expect(page.locator(".question")).to_contain_text("Autre chose")
    expect(page.locator(".sheet")).to_have_count(1)
    expect(page.get_by_role("alert")).to_have_text("")


def test_nothing_is_stored(page: Any) -> None:
    ask(page)
    stored = "async () => [localStorage.length, sessionStorage.length, (await indexedDB.databases()).length]"
    assert page.evaluate(stored) == [0, 0, 0]
    assert page.context.cookies() == []
