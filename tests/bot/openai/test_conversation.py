"""From the messages of an interface to a question and a history that the service takes."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.errors import BadQuestion
from bot.openai.conversation import asked
from bot.openai.schema import ChatRequest
from bot.schema import HISTORY_CHARS_MAX, HISTORY_TURNS_MAX
from tests.bot.contract import Client


def request(*messages: tuple[str, Any]) -> ChatRequest:
    return ChatRequest.model_validate({"messages": [{"role": role, "content": text} for role, text in messages]})


def test_turns_are_paired_and_other_roles_left_out() -> None:
    found = asked(
        request(
            ("system", "s"),
            ("user", "un"),
            ("assistant", "réponse"),
            ("tool", "t"),
            ("user", "deux"),
            ("user", "trois"),
            ("assistant", "autre"),
            ("assistant", "suite"),
            ("user", "quatre"),
            ("assistant", "amorce"),
        )
    )
    assert found.question == "quatre"
    assert [(turn.question, turn.answer) for turn in found.history] == [
        ("un", "réponse"),
        ("deux", ""),
        ("trois", "autre"),
    ]


def test_the_latest_turns_are_kept() -> None:
    turns = [("user", f"question {i}") for i in range(20)]
    found = asked(request(*turns, ("user", "fin")))
    assert [turn.question for turn in found.history] == [f"question {i}" for i in range(20 - HISTORY_TURNS_MAX, 20)]
    long = [(role, "mot " * 900) for _ in range(6) for role in ("user", "assistant")]
    kept = asked(request(*long, ("user", "fin"))).history
    assert kept
    assert sum(len(turn.question) + len(turn.answer) for turn in kept) <= HISTORY_CHARS_MAX


def test_turns_without_a_word_are_dropped() -> None:
    assert (
        asked(request(("user", " ?! "), ("assistant", "a"), ("user", [{"type": "image_url"}]), ("user", "x y"))).history
        == []
    )


@pytest.mark.parametrize("role", ["assistant", "system", "tool"])
def test_without_a_user_there_is_no_question(role: str) -> None:
    with pytest.raises(BadQuestion):
        asked(request((role, "x")))


PART = st.fixed_dictionaries({"type": st.sampled_from(["text", "image_url"])}, optional={"text": st.text()})
MESSAGES = st.lists(
    st.fixed_dictionaries(
        {"role": st.sampled_from(["system", "user", "assistant", "tool", "x"])},
        optional={
            "content": st.none()
            | st.text(max_size=60)
            | st.integers()
            | st.lists(
                st.fixed_dictionaries({"type": st.sampled_from(["text", "image_url"])}, optional={"text": st.text()})
            )
        },
    ),
    max_size=6,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(MESSAGES, st.sampled_from([None, True, False, "x"]))
def test_whatever_is_sent_is_answered_or_a_bad_request(client: Client, messages: Any, stream: Any) -> None:
    body = json.dumps({"messages": messages, "stream": stream})
    response = client.post("/v1/chat/completions", content=body, headers={"content-type": "application/json"})
    assert response.status_code in (200, 400)
