"""The published contract. That every response of every other test keeps it is checked by ``contract.Client``."""

from typing import Any

import pytest

from bot.api.problems import MEDIA_TYPE, TITLES
from tests.bot.contract import Client

ROUTES = {
    "/v1/ask": "post",
    "/v1/ask/stream": "post",
    "/v1/search": "post",
    "/v1/documents": "get",
    "/v1/documents/{document_id}": "get",
    "/v1/documents/{document_id}/text": "get",
    "/v1/citations/verify": "post",
    "/v1/feedback": "post",
    "/v1/meta": "get",
    "/healthz": "get",
    "/readyz": "get",
    "/metrics": "get",
}


@pytest.fixture
def contract(client: Client) -> dict[str, Any]:
    response = client.get("/openapi.json")
    assert response.status_code == 200
    found = response.json()
    assert isinstance(found, dict)
    return found


def references(node: object) -> set[str]:
    if isinstance(node, dict):
        found = {node["$ref"]} if isinstance(node.get("$ref"), str) else set()
        return found.union(*(references(value) for value in node.values()))
    if isinstance(node, list):
        return set().union(*(references(value) for value in node))
    return set()


def test_every_route_is_there(contract: dict[str, Any]) -> None:
    assert {path: next(iter(operations)) for path, operations in contract["paths"].items()} == ROUTES
    assert all(len(operations) == 1 for operations in contract["paths"].values())


@pytest.mark.parametrize(("path", "method"), ROUTES.items())
def test_every_error_is_a_problem(contract: dict[str, Any], path: str, method: str) -> None:
    responses = contract["paths"][path][method]["responses"]
    errors = {status: response for status, response in responses.items() if status != "200"}
    assert {"405", "414", "431", "500"} <= set(errors)
    if method == "post":
        assert {"400", "408", "413", "415", "422", "429", "503"} <= set(errors)
    for status, response in errors.items():
        assert response["description"] == TITLES[int(status)]
        assert response["content"] == {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}


def test_schemas_are_complete_and_fastapis_own_error_is_gone(contract: dict[str, Any]) -> None:
    schemas = contract["components"]["schemas"]
    assert references(contract) <= {f"#/components/schemas/{name}" for name in schemas}
    assert not {"HTTPValidationError", "ValidationError"} & set(schemas)
    assert set(schemas["Problem"]["required"]) == {"title", "status", "detail", "code"}
    assert set(schemas["CitationOut"]["properties"]) >= {
        "quote",
        "start",
        "end",
        "document_id",
        "deep_link",
        "page_label",
    }


def test_requests_refuse_unknown_fields(contract: dict[str, Any]) -> None:
    for name in (
        "AskRequest",
        "SearchRequest",
        "Filters",
        "HistoryTurn",
        "VerifyRequest",
        "QuoteToVerify",
        "FeedbackRequest",
    ):
        assert contract["components"]["schemas"][name]["additionalProperties"] is False


@pytest.mark.parametrize("path", ROUTES)
def test_every_route_says_what_it_does_in_french(contract: dict[str, Any], path: str) -> None:
    operation = contract["paths"][path][ROUTES[path]]
    assert operation["tags"]
    assert operation["description"].endswith((".", "?"))


@pytest.mark.parametrize("path", ROUTES)
def test_another_method_is_a_documented_405(client: Client, path: str) -> None:
    for method in {"GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"} - {ROUTES[path].upper()}:
        for options in ({}, {"json": {}}, {"content": b"x"}):
            response = client.request(method, path.replace("{document_id}", "x"), **options)
            assert response.status_code == 405, method
        assert ROUTES[path].upper() in response.headers["allow"]
