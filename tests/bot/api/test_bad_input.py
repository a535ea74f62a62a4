"""Whatever is sent: a clear 4xx or a normal answer, never a 500, never an echo of the input in an error."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.bot.contract import Client

CANARY = "CANARI7f3a"
NIR = "206127511100564"
JSON = {"content-type": "application/json"}
POSTS = ("/v1/ask", "/v1/ask/stream", "/v1/search", "/v1/citations/verify", "/v1/feedback")


def check(client: Client, path: str, content: str | bytes) -> int:
    """Send, and check that an error repeats nothing, neither in its body nor in its headers."""
    response = client.post(path, content=content, headers=JSON)
    assert response.status_code in (200, 400, 413, 422), response.status_code
    if response.status_code != 200:
        shown = (response.text + repr(response.headers)).casefold()
        assert CANARY.casefold() not in shown
        assert NIR not in shown
    return int(response.status_code)


QUESTIONS = {
    "empty": ("", 422),
    "spaces": ("   \n\t", 422),
    "10,000 characters": (CANARY * 1_000, 422),
    "1,001 characters": ("a" * 1_001, 422),
    "NUL": (f"sauvegarde\x00 {CANARY}", 200),
    "only NUL": ("\x00" * 20, 422),
    "bidi": ("\u202eedragevuas\u202c de\u2066 \u2069dossiers", 200),
    "only bidi": ("\u202e\u202d\u2066\u2069", 422),
    "tags": ("sauvegarde\U000e0049\U000e0067\U000e006e", 200),
    "5,000 times the same emoji": ("🙂" * 5_000, 422),
    "1,000 times the same emoji": ("🙂" * 1_000, 422),
    "999 emojis and a word": ("🙂" * 990 + "sauvegarde", 200),
    "U+FDFA repeated": ("\ufdfa" * 1_000, 200),
    "combining marks": ("a" + "\u0301" * 999, 200),
    "hangul": ("\u1100\u1161\u11a8" * 300, 200),
    "spaces of every width": ("mot\u2003de\u3000passe\u202f?", 200),
    "a family of emojis": ("👨‍👩‍👧‍👦 dossier", 200),
    "markup": ("<script>alert(1)</script> sauvegarde", 200),
    "SQL": ("'; DROP TABLE passages; -- sauvegarde", 200),
    "regex": ("(a+)+$ sauvegarde [[[", 200),
    "template": ("{{7*7}} ${jndi:ldap://x} sauvegarde", 200),
    "digits": ("9" * 1_000, 200),
    "one letter": ("a", 200),
    "mathematical letters": ("𝕔𝕠𝕞𝕓𝕚𝕖𝕟 𝕕𝕖 𝕥𝕖𝕞𝕡𝕤", 200),
    "very long word": ("é" * 1_000, 200),
}


@pytest.mark.parametrize("name", QUESTIONS)
@pytest.mark.parametrize("escaped", [True, False])
def test_questions(client: Client, name: str, escaped: bool) -> None:
    question, status = QUESTIONS[name]
    content = json.dumps({"question": question}, ensure_ascii=escaped)
    found = check(client, "/v1/ask", content)
    assert found == (413 if len(content.encode()) > 16 * 1024 else status)
    searched = json.dumps({"query": question}, ensure_ascii=escaped)
    assert check(client, "/v1/search", searched) == (413 if len(searched.encode()) > 16 * 1024 else status)


BODIES = {
    "nothing": ("", 422),
    "not JSON": (f"question={CANARY}", 400),
    "cut JSON": (f'{{"question": "{CANARY}', 400),
    "two values": ('{"question": "a b"} {}', 400),
    "a trailing comma": ('{"question": "a b",}', 400),
    "Latin-1": ('{"question": "é"}'.encode("latin-1"), 400),
    "UTF-16": ('{"question": "sauvegarde"}'.encode("utf-16"), 200),
    "a byte order mark": (b'\xef\xbb\xbf{"question": "sauvegarde"}', 200),
    "a NUL byte": (b"\x00", 400),
    "a lone surrogate": (r'{"question": "\ud800"}', 422),
    "a lone surrogate in a text": (rf'{{"question": "sauvegarde \udfff {CANARY}"}}', 422),
    "a lone surrogate in a key": (rf'{{"question": "a b", "\ud800{CANARY}": 1}}', 422),
    "a number": ("12", 422),
    "null": ("null", 422),
    "a list": (f'["{CANARY}"]', 422),
    "a text": (f'"{CANARY}"', 422),
    "a question that is a number": (f'{{"question": {NIR}}}', 422),
    "a question that is a list": (f'{{"question": ["{NIR}"]}}', 422),
    "a question that is an object": (f'{{"question": {{"{CANARY}": "{NIR}"}}}}', 422),
    "a question that is null": ('{"question": null}', 422),
    "an unknown field": (f'{{"question": "a b", "{CANARY}": "{NIR}"}}', 422),
    "an unknown filter": (f'{{"question": "a b", "filters": {{"{CANARY}": ["{NIR}"]}}}}', 422),
    "an unknown publisher": (f'{{"question": "a b", "filters": {{"publishers": ["{CANARY} {NIR}"]}}}}', 422),
    "a huge integer": (f'{{"question": "a b", "max_citations": {"9" * 400}}}', 422),
    "an integer too long to read": (f'{{"question": "a b", "max_citations": {"9" * 5_000}}}', 400),
    "a huge float": ('{"question": "a b", "max_citations": 1e999}', 422),
    "NaN": ('{"question": "a b", "max_citations": NaN}', 422),
    "Infinity": ('{"question": "a b", "max_citations": -Infinity}', 422),
    "half a citation": ('{"question": "a b", "max_citations": 1.5}', 422),
    "duplicate keys": (f'{{"question": "{CANARY}", "question": "sauvegarde"}}', 200),
    "deep nesting": ('{"question": ' + "[" * 2_000 + "]" * 2_000 + "}", 400),
    "an unclosed nesting": ("[" * 10_000, 400),
    "a date that is none": (f'{{"question": "a b", "filters": {{"date_from": "{CANARY}"}}}}', 422),
    "many wrong turns": ('{"question": "a b", "history": [' + ",".join([f'"{CANARY}"'] * 900) + "]}", 422),
}


@pytest.mark.parametrize("name", BODIES)
def test_bodies(client: Client, name: str) -> None:
    content, status = BODIES[name]
    assert check(client, "/v1/ask", content) == status
    for path in POSTS[1:]:
        assert check(client, path, content) in (200, 400, 422)


def test_an_error_says_where_without_saying_what(client: Client) -> None:
    body = {"question": "x" * 1_001, "max_citations": NIR, "filters": {"kinds": [CANARY]}, CANARY: NIR}
    response = client.post("/v1/ask", json=body)
    errors = {(error["field"], error["code"]) for error in response.json()["errors"]}
    assert errors == {
        ("question", "string_too_long"),
        ("max_citations", "less_than_equal"),
        ("filters.kinds.0", "enum"),
        ("", "extra_forbidden"),
    }
    assert "texte trop long" in response.json()["detail"]


def test_errors_are_few_however_many_mistakes(client: Client) -> None:
    body = {"citations": [{"a": 1}] * 20}
    assert len(client.post("/v1/citations/verify", json=body).json()["errors"]) <= 20


@pytest.mark.parametrize(
    "path",
    [
        f"/{CANARY}",
        f"/v1/{CANARY}?q={NIR}",
        f"/v1/documents/{CANARY}{NIR}",
        f"/static/{CANARY}",
        f"/docs/assets/{CANARY}",
    ],
)
def test_addresses_are_not_repeated(client: Client, path: str) -> None:
    response = client.get(path)
    assert response.status_code == 404
    assert CANARY not in response.text + repr(response.headers)
    assert NIR not in response.text


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=40),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=12,
)
REQUESTS = st.fixed_dictionaries(
    {},
    optional={
        "question": st.text(max_size=200) | JSON_VALUES,
        "query": st.text(max_size=200) | JSON_VALUES,
        "history": JSON_VALUES,
        "filters": st.dictionaries(st.sampled_from(["publishers", "topics", "kinds", "date_from", "x"]), JSON_VALUES),
        "max_citations": JSON_VALUES,
        "k": JSON_VALUES,
        "citations": JSON_VALUES,
        "answer_id": st.just("0" * 32) | JSON_VALUES,
        "rating": st.sampled_from(["up", "down", "x"]) | JSON_VALUES,
        "reasons": st.lists(st.sampled_from(["wrong", "other", "x"])) | JSON_VALUES,
        "status": st.sampled_from(["answered", "x"]) | JSON_VALUES,
        "comment": JSON_VALUES,
        "consent": JSON_VALUES,
    },
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(POSTS), REQUESTS)
def test_any_json(client: Client, path: str, body: dict[str, Any]) -> None:
    check(client, path, json.dumps(body))


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(POSTS), st.binary(max_size=300))
def test_any_bytes(client: Client, path: str, body: bytes) -> None:
    check(client, path, body)
