"""``POST /v1/citations/verify``."""

from typing import Any

import pytest

from tests.bot.contract import Client


@pytest.fixture
def citation(client: Client) -> dict[str, Any]:
    cited = client.ask("Faut-il tester ses sauvegardes ?")["citations"][0]
    return {name: cited[name] for name in ("document_id", "start", "end", "quote")}


def verdict(client: Client, **citation: Any) -> dict[str, Any]:
    response = client.post("/v1/citations/verify", json={"citations": [citation]})
    assert response.status_code == 200
    (found,) = response.json()["results"]
    assert isinstance(found, dict)
    return found


def test_a_true_quote(client: Client, citation: dict[str, Any]) -> None:
    assert verdict(client, **citation) == {"valid": True, "code": "ok", "found_at": citation["start"]}


def test_a_moved_quote_is_found_elsewhere(client: Client, citation: dict[str, Any]) -> None:
    moved = {**citation, "start": citation["start"] - 1, "end": citation["end"] - 1}
    assert verdict(client, **moved) == {"valid": False, "code": "mismatch", "found_at": citation["start"]}


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"quote": "Texte inventé"}, "mismatch"),
        ({"quote": ""}, "mismatch"),
        ({"start": 5, "end": 5, "quote": ""}, "out_of_range"),
        ({"start": 9, "end": 5}, "out_of_range"),
        ({"end": 10**9}, "out_of_range"),
        ({"start": 10**30, "end": 10**30 + 5}, "out_of_range"),
        ({"document_id": "inconnu"}, "unknown_document"),
    ],
)
def test_a_false_quote(client: Client, citation: dict[str, Any], changed: dict[str, Any], code: str) -> None:
    found = verdict(client, **citation | changed)
    assert (found["valid"], found["code"]) == (False, code)


def test_one_letter_is_enough(client: Client, citation: dict[str, Any]) -> None:
    altered = citation["quote"].replace("e", "é", 1)
    assert verdict(client, **citation | {"quote": altered})["valid"] is False


def test_verdicts_come_in_order(client: Client, citation: dict[str, Any]) -> None:
    other = {**citation, "quote": "non"}
    results = client.post("/v1/citations/verify", json={"citations": [other, citation, other]}).json()["results"]
    assert [result["valid"] for result in results] == [False, True, False]


@pytest.mark.parametrize(
    "body",
    [
        {"citations": []},
        {"citations": [{"document_id": "d", "start": 0, "end": 1, "quote": "q"}] * 21},
        {"citations": [{"document_id": "d", "start": -1, "end": 1, "quote": "q"}]},
        {"citations": [{"document_id": "", "start": 0, "end": 1, "quote": "q"}]},
        {"citations": [{"document_id": "d", "start": "a", "end": 1, "quote": "q"}]},
        {"citations": [{"document_id": "d", "start": 0, "end": 1}]},
        {"citations": {"a": 1}},
    ],
)
def test_bad_requests_are_refused(client: Client, body: dict[str, Any]) -> None:
    assert client.post("/v1/citations/verify", json=body).status_code == 422
