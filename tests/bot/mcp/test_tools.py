"""The MCP server, by the official client, over both transports."""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import httpx2
import pytest
from mcp import Client as McpClient
from mcp import MCPError, StdioServerParameters
from mcp.client.streamable_http import streamable_http_client
from mcp_types import CallToolRequestParams
from starlette.requests import Request

from bot.api.app import create_app
from bot.api.observe import Metrics
from bot.errors import BotError
from bot.keys.keyring import Keyring
from bot.keys.model import Scope
from bot.keys.store import KeyFile
from bot.mcp import loading
from bot.mcp.server import Context, Handlers
from bot.mcp.tools import PAGE_MAX
from bot.service import Service
from bot.settings import Settings
from tests.bot.contract import Client
from tests.bot.live import live
from tests.bot.test_privacy import nir

QUESTION = "Dans quel délai notifier une violation de données à la CNIL ?"
COMMAND = ["-c", "from bot.cli import main; main()", "mcp"]
ORIGIN = "https://assistant.exemple.fr"
Work = Callable[[McpClient], Awaitable[None]]
With = Callable[..., None]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("mcp")


@pytest.fixture(scope="module")
def keyring(folder: Path) -> Iterator[Keyring]:
    settings = Settings(data_dir=folder)
    ring = Keyring(KeyFile(settings.keys_path), settings.pepper_path)
    yield ring
    ring.file.close()


@pytest.fixture(scope="module")
def url(service: Service, folder: Path) -> Iterator[str]:
    settings = Settings(data_dir=folder, rate_per_minute=0, anonymous=False, mcp=True, cors_origins=(ORIGIN,))
    with live(create_app(settings, service)) as address:
        yield f"{address}/mcp"


@pytest.fixture
def over_http(url: str, keyring: Keyring) -> With:
    def run(work: Work, *, scopes: tuple[Scope, ...] = (Scope.ASK, Scope.SEARCH), mode: str = "auto") -> None:
        token = keyring.create("assistant", scopes, per_minute=0).token

        async def connected() -> None:
            async with (
                httpx2.AsyncClient(headers={"authorization": f"Bearer {token}"}) as http,
                McpClient(streamable_http_client(url, http_client=http), mode=mode) as client,
            ):
                await work(client)

        asyncio.run(connected())

    return run


def over_stdio(data: Path, work: Work) -> None:
    environment = {"CYBERVIGIE_DATA_DIR": str(data), "CYBERVIGIE_LOG_LEVEL": "error", "PATH": os.environ["PATH"]}
    server = StdioServerParameters(command=sys.executable, args=COMMAND, env=environment)

    async def connected() -> None:
        async with McpClient(server, read_timeout_seconds=120) as client:
            await work(client)

    asyncio.run(connected())


async def use_every_tool(client: McpClient) -> None:
    tools = {tool.name: tool for tool in (await client.list_tools()).tools}
    assert set(tools) == {"ask_guidance", "search_guidance", "get_document"}
    for tool in tools.values():
        assert tool.annotations is not None
        assert (tool.annotations.read_only_hint, tool.annotations.destructive_hint) == (True, False)
        assert tool.input_schema["additionalProperties"] is False
        assert tool.output_schema is not None
        assert tool.description
    answer = await client.call_tool("ask_guidance", {"question": QUESTION})
    assert not answer.is_error
    told = answer.structured_content
    assert told["status"] == "answered"
    (citation, *_) = told["citations"]
    text = answer.content[0].text  # type: ignore[union-attr]
    assert "72 heures" in text.replace("\u00a0", " ")
    assert "Références" in text
    found = await client.call_tool("search_guidance", {"query": "sauvegarde", "k": 2, "publishers": ["ANSSI"]})
    assert [hit["publisher"] for hit in found.structured_content["hits"]] == ["ANSSI", "ANSSI"]
    # A document by pages is the text that the citation stands in.
    whole, offset = "", 0
    while offset is not None:
        arguments = {"document_id": citation["document_id"], "offset": offset, "limit": 1_000}
        page = (await client.call_tool("get_document", arguments)).structured_content
        whole, offset = whole + page["text"], page["next_offset"]
    assert len(whole) == page["total_characters"]
    assert whole[citation["start"] : citation["end"]] == citation["quote"]
    resource = await client.read_resource(f"cybervigie://documents/{citation['document_id']}")
    assert resource.contents[0].text == whole  # type: ignore[union-attr]


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_every_tool_over_http(over_http: With, mode: str) -> None:
    over_http(use_every_tool, mode=mode)


def test_every_tool_over_the_standard_streams(data_dir: Path) -> None:
    over_stdio(data_dir, use_every_tool)


def test_wrong_arguments_are_told_without_being_repeated(over_http: With) -> None:
    number = nir("1850575012345")

    async def work(client: McpClient) -> None:
        cases: tuple[tuple[str, dict[str, Any], str], ...] = (
            ("ask_guidance", {}, "question"),
            ("ask_guidance", {"question": [number]}, "question"),
            ("ask_guidance", {"question": "x y", number: 1}, "champ inconnu"),
            ("ask_guidance", {"question": number * 100}, "question"),
            ("ask_guidance", {"question": "?"}, "vide"),
            ("ask_guidance", {"question": "x y", "publishers": [number]}, "Éditeur inconnu"),
            ("search_guidance", {"query": "x", "k": 21}, "k"),
            ("get_document", {"document_id": number[:12]}, "identifiant"),
            ("get_document", {"document_id": "x", "limit": PAGE_MAX + 1}, "limit"),
            (number, {}, "Outil inconnu"),
        )
        for name, arguments, told in cases:
            result = await client.call_tool(name, arguments)
            assert result.is_error
            text = result.content[0].text  # type: ignore[union-attr]
            assert told in text
            assert number[:12] not in text
        for address in ("cybervigie://documents/absent", "https://evil.example/", "file:///etc/passwd"):
            with pytest.raises(MCPError) as refused:
                await client.read_resource(address)
            assert "passwd" not in refused.value.message

    over_http(work)


def test_patients_are_masked(over_http: With) -> None:
    number = nir("1850575012345")

    async def work(client: McpClient) -> None:
        result = await client.call_tool("ask_guidance", {"question": f"Combien de temps garder le dossier {number} ?"})
        assert number not in result.model_dump_json()
        assert "personal_data_masked" in [notice["code"] for notice in result.structured_content["notices"]]

    over_http(work)


def test_documents_are_listed_by_pages(over_http: With, service: Service) -> None:
    async def work(client: McpClient) -> None:
        names: list[str] = []
        cursor: str | None = None
        while True:
            page = await client.list_resources(cursor=cursor)
            names += [resource.name for resource in page.resources]
            cursor = page.next_cursor
            if cursor is None:
                break
        with service.answerer() as held:
            assert len(set(names)) == len(names) == held.engine.manifest.documents
        with pytest.raises(MCPError):
            await client.list_resources(cursor="x")
        (template,) = (await client.list_resource_templates()).resource_templates
        assert template.uri_template == "cybervigie://documents/{document_id}"

    over_http(work)


def test_a_key_opens_the_tools_of_its_scopes(over_http: With) -> None:
    async def work(client: McpClient) -> None:
        assert not (await client.call_tool("ask_guidance", {"question": QUESTION})).is_error
        refused = await client.call_tool("search_guidance", {"query": "sauvegarde"})
        assert refused.is_error
        assert "« search »" in refused.content[0].text  # type: ignore[union-attr]

    over_http(work, scopes=(Scope.ASK,))


@pytest.mark.parametrize("request_of_the_sdk", [None, object(), Request({"type": "http", "headers": []})])
def test_over_http_a_caller_that_is_not_known_may_nothing(service: Service, request_of_the_sdk: object) -> None:
    """Whatever the SDK hands over as a request: what is not recognised is not taken for the standard streams."""
    context = cast(Context, SimpleNamespace(request=request_of_the_sdk))
    params = CallToolRequestParams(name="search_guidance", arguments={"query": "sauvegarde"})
    over_http, over_stdio = (Handlers(service, Metrics(), over_http=given) for given in (True, False))
    assert asyncio.run(over_http.call_tool(context, params)).is_error
    assert not asyncio.run(over_stdio.call_tool(context, params)).is_error


MESSAGE = {"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {}}
ACCEPTED = {"accept": "application/json, text/event-stream", "content-type": "application/json"}


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({}, 200),
        ({"authorization": ""}, 401),
        ({"authorization": "Bearer cv_x"}, 401),
        ({"origin": ORIGIN}, 200),
        ({"origin": "https://evil.example"}, 403),
        ({"origin": "null"}, 403),
        ({"origin": f"{ORIGIN}.evil.example"}, 403),
        ({"host": "evil.example", "origin": "http://evil.example"}, 403),
        ({"content-type": "text/plain"}, 415),
    ],
)
def test_what_is_let_in(url: str, keyring: Keyring, changed: dict[str, str], status: int) -> None:
    token = keyring.create("a", [Scope.SEARCH]).token
    headers = {
        key: value for key, value in ({"authorization": f"Bearer {token}"} | ACCEPTED | changed).items() if value
    }
    response = httpx2.post(url, content=json.dumps(MESSAGE), headers=headers)
    assert response.status_code == status
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.headers["cache-control"] == "no-store"
    assert response.headers.get("access-control-allow-origin") == (ORIGIN if changed.get("origin") == ORIGIN else None)


def test_bounds_and_methods(url: str, keyring: Keyring) -> None:
    headers = {"authorization": f"Bearer {keyring.create('a', [Scope.FEEDBACK]).token}"} | ACCEPTED
    assert httpx2.post(url, json=MESSAGE, headers=headers).status_code == 403
    headers["authorization"] = f"Bearer {keyring.create('a', [Scope.ASK], per_minute=0).token}"
    assert httpx2.post(url, content=b" " * 20_000, headers=headers).status_code == 413
    assert httpx2.post(url, content=b"[" * 50, headers=headers).status_code == 400
    assert httpx2.post(url, content=b"{", headers=headers).status_code == 400
    for method in ("GET", "DELETE", "PUT"):
        assert httpx2.request(method, url, headers=headers).status_code == 405


def test_the_address_is_not_there_unless_asked_for(client: Client) -> None:
    assert client.post("/mcp", json=MESSAGE).status_code == 404


def test_standard_output_holds_the_protocol_only(tmp_path: Path) -> None:
    """Without an index, at the most talkative level: logs go elsewhere, and a call says what is missing."""
    question = f"Que faire du dossier de Mme Zébulon, {nir('1850575012345')} ?"
    messages = [
        {
            "jsonrpc": "2.0",
            "id": 1,
            "method": "initialize",
            "params": {
                "protocolVersion": "2025-06-18",
                "capabilities": {},
                "clientInfo": {"name": "essai", "version": "1"},
            },
        },
        {"jsonrpc": "2.0", "method": "notifications/initialized"},
        {"jsonrpc": "2.0", "id": 2, "method": "tools/list"},
        {
            "jsonrpc": "2.0",
            "id": 3,
            "method": "tools/call",
            "params": {"name": "ask_guidance", "arguments": {"question": question}},
        },
        {
            "jsonrpc": "2.0",
            "id": 4,
            "method": "tools/call",
            "params": {"name": "ask_guidance", "arguments": {"question": [question]}},
        },
    ]
    environment = {"CYBERVIGIE_DATA_DIR": str(tmp_path), "CYBERVIGIE_LOG_LEVEL": "debug", "PATH": os.environ["PATH"]}
    with subprocess.Popen(
        [sys.executable, *COMMAND],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        replies: dict[int, Any] = {}
        for message in messages:
            process.stdin.write(json.dumps(message) + "\n")
            process.stdin.flush()
            if "id" in message:
                reply = json.loads(process.stdout.readline())
                replies[reply["id"]] = reply
        process.stdin.close()
        rest, logged = process.stdout.read(), process.stderr.read()
        assert process.wait(timeout=30) == 0
    assert rest == ""
    assert replies[1]["result"]["serverInfo"]["title"] == "CyberVigie"
    assert len(replies[2]["result"]["tools"]) == 3
    assert replies[3]["result"]["isError"]
    assert "Aucun index" in replies[3]["result"]["content"][0]["text"]
    assert "index_refused" in logged
    assert '"tool": "ask_guidance"' in logged
    for secret in ("Zébulon", "18505750"):
        assert secret not in logged + json.dumps(replies)


def test_without_the_library_one_is_told_what_to_install(
    monkeypatch: pytest.MonkeyPatch, service: Service, tmp_path: Path
) -> None:
    for name in [name for name in sys.modules if name.split(".")[0] in ("mcp", "mcp_types")]:
        monkeypatch.delitem(sys.modules, name)
    for name in ("bot.mcp.http", "bot.mcp.server"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    monkeypatch.setitem(sys.modules, "mcp", None)
    monkeypatch.setitem(sys.modules, "mcp_types", None)
    with pytest.raises(BotError) as missing:
        create_app(Settings(data_dir=tmp_path, mcp=True), service)
    assert "cybervigie[mcp]" in missing.value.message
    with pytest.raises(BotError):
        loading.load_server(service, create_app(Settings(data_dir=tmp_path), service).state.metrics)
