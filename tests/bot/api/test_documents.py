"""``/v1/documents``: what citations are checked against."""

import hashlib

import pytest

from tests.bot.contract import Client


def test_pages_of_the_list_cover_everything_once(client: Client) -> None:
    seen: list[str] = []
    total = client.get("/v1/documents").json()["total"]
    for offset in range(0, total + 40, 40):
        page = client.get("/v1/documents", params={"offset": offset, "limit": 40}).json()
        assert (page["total"], page["offset"]) == (total, offset)
        seen += [document["id"] for document in page["documents"]]
    assert len(seen) == len(set(seen)) == total > 50


def test_a_document_and_its_text(client: Client) -> None:
    summary = client.get("/v1/documents?limit=1").json()["documents"][0]
    whole = client.get(f"/v1/documents/{summary['id']}").json()
    assert summary.items() <= whole.items()
    text = client.get(f"/v1/documents/{summary['id']}/text").json()
    assert text["sha256"] == hashlib.sha256(text["text"].encode()).hexdigest()
    assert len(text["text"]) == whole["characters"]
    assert whole["url"].startswith("https://")
    for section in whole["sections"]:
        assert 0 <= section["start"] <= section["end"] <= whole["characters"]


@pytest.mark.parametrize(
    "path", ["/v1/documents/canari", "/v1/documents/canari/text", "/v1/documents/..%2f..%2fetc", "/v1/documents/%00"]
)
def test_an_unknown_document_is_not_found(client: Client, path: str) -> None:
    response = client.get(path)
    assert (response.status_code, response.json()["code"]) == (404, "not_found")
    assert "canari" not in response.text


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=201", "offset=-1", "offset=x", "limit=1e9", f"offset={'9' * 400}", "limit=%ff"]
)
def test_bad_pages_are_refused(client: Client, query: str) -> None:
    assert client.get(f"/v1/documents?{query}").status_code == 422


def test_a_list_beyond_the_end_is_empty(client: Client) -> None:
    assert client.get("/v1/documents?offset=9999999").json()["documents"] == []


def test_too_long_an_id_is_refused(client: Client) -> None:
    assert client.get(f"/v1/documents/{'x' * 300}").status_code == 422


def test_without_an_index(without_index: Client) -> None:
    for path in ("/v1/documents", "/v1/documents/x", "/v1/documents/x/text", "/v1/meta"):
        assert without_index.get(path).status_code == 503
