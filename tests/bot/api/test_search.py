"""``POST /v1/search``."""

import pytest

from tests.bot.contract import Client


@pytest.mark.parametrize("mode", ["hybrid", "dense", "lexical"])
def test_passages_are_true_to_their_document(client: Client, mode: str) -> None:
    response = client.post("/v1/search", json={"query": "mot de passe", "k": 4, "mode": mode})
    body = response.json()
    assert (response.status_code, body["mode"]) == (200, mode)
    assert [hit["rank"] for hit in body["hits"]] == [1, 2, 3, 4]
    scores = [hit["score"] for hit in body["hits"]]
    assert scores == sorted(scores, reverse=True)
    for hit in body["hits"]:
        text = client.get(f"/v1/documents/{hit['document_id']}/text").json()["text"]
        assert text[hit["start"] : hit["end"]] == hit["text"]
    assert "mot de passe" in body["hits"][0]["text"].casefold() or "mots de passe" in body["hits"][0]["text"].casefold()


def test_filters_are_inside_the_search(client: Client) -> None:
    body = client.post("/v1/search", json={"query": "dossier", "k": 20, "filters": {"publishers": ["CNIL"]}}).json()
    assert {hit["publisher"] for hit in body["hits"]} == {"CNIL"}
    assert len(body["hits"]) == 20
    none = client.post("/v1/search", json={"query": "dossier", "filters": {"kinds": ["local"]}}).json()
    assert none["hits"] == []


def test_words_of_no_document_find_nothing_by_words(client: Client) -> None:
    body = client.post("/v1/search", json={"query": "zzzxqw", "mode": "lexical"}).json()
    assert body["hits"] == []


@pytest.mark.parametrize(
    "body",
    [
        {"query": ""},
        {"query": "\u200b"},
        {"query": "x" * 1_001},
        {"query": "x", "k": 0},
        {"query": "x", "k": 21},
        {"query": "x", "k": 1.5},
        {"query": "x", "mode": "magic"},
        {"query": "x", "filters": {"kinds": ["x"]}},
        {"query": "x", "filters": {"date_from": "demain"}},
        {"query": "x", "filters": {"auteur": ["x"]}},
        {"query": "x", "unknown": 1},
        {"question": "x"},
        {},
    ],
)
def test_bad_searches_are_refused(client: Client, body: dict[str, object]) -> None:
    assert client.post("/v1/search", json=body).status_code == 422
