"""The published contract. That every response of every other test keeps it is checked by ``contract.Client``."""

from collections.abc import Callable
from typing import Any

import pytest

from bot.api.access import SCHEME
from bot.api.problems import MEDIA_TYPE, TITLES
from bot.openai.refusals import is_ours
from tests.bot.contract import Client

OpenClient = Callable[..., Client]

ROUTES = {
    "/v1/ask": "post",
    "/v1/ask/stream": "post",
    "/v1/search": "post",
    "/v1/documents": "get",
    "/v1/documents/{document_id}": "get",
    "/v1/documents/{document_id}/text": "get",
    "/v1/citations/verify": "post",
    "/v1/feedback": "post",
    "/v1/chat/completions": "post",
    "/v1/models": "get",
    "/v1/models/{model}": "get",
    "/v1/emergencies": "get",
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
    errors = {status: response for status, response in responses.items() if status not in {"200", "304"}}
    if is_ours(path):
        # OpenAI's own words, and its own shape: 422 is 400 there.
        assert {"400", "401", "403", "404", "405", "414", "429", "431", "500", "503", "default"} <= set(errors)
        assert "422" not in errors
        for response in errors.values():
            assert response["content"] == {"application/json": {"schema": {"$ref": "#/components/schemas/ErrorReply"}}}
        return
    assert {"405", "414", "431", "500"} <= set(errors)
    if method == "post":
        assert {"400", "408", "413", "415", "422", "429", "503"} <= set(errors)
    for status, response in errors.items():
        assert response["description"] == TITLES[int(status)]
        assert response["content"] == {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}


def test_every_call_of_the_api_names_its_key_and_the_refusals(contract: dict[str, Any]) -> None:
    assert contract["components"]["securitySchemes"][SCHEME]["scheme"] == "bearer"
    for path, operations in contract["paths"].items():
        (operation,) = operations.values()
        if not path.startswith("/v1/"):
            assert "security" not in operation
            continue
        assert {"401", "403", "429"} <= set(operation["responses"])
        # Open to anyone by default; with a key, only to those of the right scope.
        assert operation["security"][0] == {}
        assert all(list(one) == [SCHEME] for one in operation["security"][1:])
    scopes = {
        path: contract["paths"][path]["post"]["security"][1] for path in ("/v1/ask", "/v1/search", "/v1/feedback")
    }
    assert [one[SCHEME] for one in scopes.values()] == [["ask"], ["search"], ["feedback"]]


def test_a_closed_api_says_that_a_key_is_needed(open_client: OpenClient) -> None:
    contract = open_client(anonymous=False).get("/openapi.json").json()
    for path, operations in contract["paths"].items():
        for operation in operations.values():
            assert ({} in operation.get("security", [{}])) == (not path.startswith("/v1/"))


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
            response = client.request(method, path.replace("{document_id}", "x").replace("{model}", "x"), **options)
            assert response.status_code == 405, method
        assert ROUTES[path].upper() in response.headers["allow"]
