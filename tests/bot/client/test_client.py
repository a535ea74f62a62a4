"""The typed client: held to the contract field by field, and to its manners with a service that fails."""

import inspect
import json
import re
import socket
import subprocess
import sys
import threading
import typing
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx2
import pytest
from pydantic import BaseModel

from bot.api.app import create_app
from bot.client import ApiError, Client, KeyRefused, TooBusy, UnexpectedReply, Unreachable
from bot.client.exchange import Exchange
from bot.feedback import Complaint, Rating
from bot.keys.keyring import Keyring
from bot.keys.model import Scope
from bot.keys.store import KeyFile
from bot.model import Status
from bot.openai.refusals import is_ours
from bot.schema import AnswerOut, CitationOut, Filters, HistoryTurn, VerifyOut
from bot.service import Service
from bot.settings import Settings
from tests.bot.live import live

QUESTION = "Dans quel délai notifier une violation de données à la CNIL ?"
ELSEWHERE = {"/metrics": "for Prometheus, not for programs"}
"""Operations that the client leaves out, besides OpenAI's, which have their own client, and the helpdesk's webhooks."""
Handler = Callable[[httpx2.Request], httpx2.Response]


class Recorder(httpx2.BaseTransport):
    """Passes requests on, and remembers them."""

    def __init__(self) -> None:
        self.inner = httpx2.HTTPTransport()
        self.requests: list[httpx2.Request] = []

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        self.requests.append(request)
        return self.inner.handle_request(request)

    def close(self) -> None:
        self.inner.close()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("client")


@pytest.fixture(scope="module")
def key(folder: Path) -> Iterator[str]:
    settings = Settings(data_dir=folder)
    ring = Keyring(KeyFile(settings.keys_path), settings.pepper_path)
    yield ring.create("programme", [Scope.ASK, Scope.SEARCH, Scope.FEEDBACK], per_minute=0).token
    ring.file.close()


@pytest.fixture(scope="module")
def url(service: Service, folder: Path) -> Iterator[str]:
    with live(create_app(Settings(data_dir=folder, rate_per_minute=0, anonymous=False), service)) as address:
        yield address


@pytest.fixture(scope="module")
def recorder() -> Recorder:
    return Recorder()


@pytest.fixture(scope="module")
def client(url: str, key: str, recorder: Recorder) -> Iterator[Client]:
    with Client(url, key, transport=recorder) as opened:
        yield opened


@pytest.fixture(scope="module")
def contract(service: Service, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return create_app(Settings(data_dir=tmp_path_factory.mktemp("contract")), service).openapi()


def faked(handler: Handler, **options: Any) -> tuple[Client, list[float]]:
    """A client of a service that is a function, and the waits it made."""
    waits: list[float] = []
    options = {"sleep": waits.append} | options
    return Client("https://cv.example", "cv_k", transport=httpx2.MockTransport(handler), **options), waits


def problem(status: int, code: str = "overloaded", **headers: str) -> httpx2.Response:
    body = {"title": "t", "status": status, "detail": "Réessayez.", "code": code}
    kind = {"content-type": "application/problem+json"}
    return httpx2.Response(status, json=body, headers=kind | {name.replace("_", "-"): v for name, v in headers.items()})


def test_every_operation_and_field_of_the_contract(
    client: Client, recorder: Recorder, contract: dict[str, Any]
) -> None:
    filters = Filters(publishers=["CNIL"], kinds=["digest"], date_from="2000", date_to="2100", topics=[])  # type: ignore[list-item]
    answer = client.ask(QUESTION, history=[HistoryTurn(question="a b", answer="c")], filters=filters, max_citations=2)
    cited = answer.citations[0].document_id
    events = client.ask_stream(QUESTION, history=[HistoryTurn(question="a b")], filters=filters)
    replies: dict[tuple[str, str], Any] = {
        ("post", "/v1/ask"): answer,
        ("post", "/v1/ask/stream"): list(events),
        ("post", "/v1/search"): client.search("sauvegarde", k=1, filters=filters),
        ("get", "/v1/documents"): client.documents(offset=1, limit=2),
        ("get", "/v1/documents/{document_id}"): client.document(cited),
        ("get", "/v1/documents/{document_id}/text"): client.text(cited),
        ("post", "/v1/citations/verify"): VerifyOut(results=client.verify(answer.citations)),
        ("post", "/v1/feedback"): client.feedback(
            answer, Rating.DOWN, reasons=[Complaint.WRONG], question="q", comment="c", consent=True
        ),
        ("get", "/v1/emergencies"): client.emergencies(),
        ("get", "/v1/meta"): client.meta(),
        ("get", "/healthz"): client.alive(),
        ("get", "/readyz"): client.ready(),
    }
    operations = {
        (method, path): operation
        for path, methods in contract["paths"].items()
        for method, operation in methods.items()
        if path not in ELSEWHERE and not is_ours(path) and not path.startswith(("/v1/helpdesk/", "/widget"))
    }
    assert set(replies) == set(operations)
    sent = {request.url.path: request for request in recorder.requests}
    schemas = contract["components"]["schemas"]
    for (method, path), operation in operations.items():
        request = sent[path.replace("{document_id}", cited)]
        assert request.method == method.upper()
        if "requestBody" in operation:
            wanted = operation["requestBody"]["content"]["application/json"]["schema"]
            assert_complete(json.loads(request.content), wanted, schemas, path)
        queries = {one["name"] for one in operation.get("parameters", ()) if one["in"] == "query"}
        assert queries == set(request.url.params)
        reply = operation["responses"]["200"]["content"].get("application/json", {}).get("schema")
        if path != "/v1/ask/stream":
            # The reply is read with the very model of the contract, whose fields are those it declares.
            got = replies[method, path]
            assert isinstance(got, BaseModel)
            assert reply == {"$ref": f"#/components/schemas/{type(got).__name__}"}
            assert set(type(got).model_fields) == set(schemas[type(got).__name__]["properties"])
    assert isinstance(replies["post", "/v1/ask/stream"][0], Status)


def assert_complete(sent: Any, schema: dict[str, Any], schemas: dict[str, Any], place: str) -> None:
    """Every field that the contract knows is sent, however deep."""
    if "$ref" in schema:
        schema = schemas[schema["$ref"].rpartition("/")[2]]
    if isinstance(sent, dict) and "properties" in schema:
        assert set(sent) == set(schema["properties"]), place
        for name, value in sent.items():
            assert_complete(value, schema["properties"][name], schemas, f"{place}.{name}")
    elif isinstance(sent, list) and sent and "items" in schema:
        assert_complete(sent[0], schema["items"], schemas, f"{place}[]")


def test_every_method_is_typed_and_told() -> None:
    for name, method in inspect.getmembers(Client, inspect.isfunction):
        if not name.startswith("_"):
            hints = typing.get_type_hints(method, globalns=vars(sys.modules["bot.client.client"]) | {"httpx2": httpx2})
            assert set(hints) == set(inspect.signature(method).parameters) - {"self"} | {"return"}
            assert inspect.getdoc(method)


def test_an_answer_and_its_proof(client: Client) -> None:
    answer = client.ask(QUESTION)
    assert answer.status is Status.ANSWERED
    citation = answer.citations[0]
    assert client.text(citation.document_id).text[citation.start : citation.end] == citation.quote
    assert [verdict.valid for verdict in client.verify(answer.citations)] == [True] * len(answer.citations)
    status, *citations, last = client.ask_stream(QUESTION)
    assert status is Status.ANSWERED
    assert all(isinstance(one, CitationOut) for one in citations)
    assert isinstance(last, AnswerOut)
    assert last.citations == answer.citations
    documents = list(client.every_document())
    assert len({document.id for document in documents}) == client.documents(limit=1).total


def test_refusals_are_exceptions_with_their_code(client: Client, url: str) -> None:
    with pytest.raises(ApiError) as empty:
        client.ask("?")
    assert (empty.value.status, empty.value.code) == (422, "question_empty")
    assert re.fullmatch(r"[0-9a-f]{32}", empty.value.request_id or "")
    with pytest.raises(ApiError) as wrong:
        client.search("x", k=99)
    assert wrong.value.errors[0]["field"] == "k"
    with pytest.raises(ApiError) as absent:
        client.document("absent")
    assert absent.value.status == 404
    with Client(url) as nobody, pytest.raises(KeyRefused) as refused:
        list(nobody.ask_stream(QUESTION))
    assert refused.value.code == "key_required"
    for escaping in ("../meta", "a/b", "", "é", "a?b"):
        with pytest.raises(ValueError, match="letters"):
            client.document(escaping)


@pytest.mark.parametrize("status", [429, 503])
def test_a_busy_service_is_asked_again_when_it_says(status: int) -> None:
    replies = iter([problem(status, retry_after="3"), problem(status), httpx2.Response(200, json={"status": "ok"})])
    client, waits = faked(lambda _: next(replies))
    assert client.ready().status == "ok"
    assert waits[0] == 3.0
    assert 0 <= waits[1] <= 2.0


def test_retries_end_and_long_waits_are_not_made() -> None:
    client, waits = faked(lambda _: problem(503, retry_after="1"), retries=2)
    with pytest.raises(TooBusy) as busy:
        client.meta()
    assert (busy.value.retry_after, waits) == (1.0, [1.0, 1.0])
    client, waits = faked(lambda _: problem(429, "quota_exceeded", retry_after="40000"))
    with pytest.raises(TooBusy) as spent:
        client.meta()
    assert (spent.value.code, spent.value.retry_after, waits) == ("quota_exceeded", 40_000.0, [])


def test_only_a_connection_that_failed_is_tried_again() -> None:
    tries = 0

    def refuse(request: httpx2.Request) -> httpx2.Response:
        nonlocal tries
        tries += 1
        raise httpx2.ConnectError(f"refused {request.content!r}")

    client, waits = faked(refuse)
    with pytest.raises(Unreachable) as unreachable:
        client.ask("CANARI secret ?")
    assert (tries, len(waits)) == (3, 2)
    assert "CANARI" not in str(unreachable.value)

    def stall(_: httpx2.Request) -> httpx2.Response:
        nonlocal tries
        tries += 1
        raise httpx2.ReadTimeout("slow")

    tries = 0
    with pytest.raises(Unreachable):
        faked(stall)[0].ask("a b")
    assert tries == 1


@pytest.mark.parametrize(
    "reply",
    [
        httpx2.Response(200, text="<html>mandataire</html>"),
        httpx2.Response(200, json={"status": "answered"}),
        httpx2.Response(502, text="<html>CANARI</html>"),
        httpx2.Response(302, headers={"location": "https://evil.example/"}),
        httpx2.Response(500, json=["CANARI"]),
    ],
)
def test_what_is_not_of_this_service_is_told_so(reply: httpx2.Response) -> None:
    with pytest.raises(UnexpectedReply) as unexpected:
        faked(lambda _: reply)[0].ask("a b")
    assert "CANARI" not in str(unexpected.value)


@pytest.mark.parametrize(
    "stream",
    ["", 'event: status\r\ndata: {"status": "answered"}\r\n\r\n', "event: status\ndata: x\n\n", "data: {}\n\n"],
)
def test_a_stream_cut_or_garbled_is_no_answer(stream: str) -> None:
    with pytest.raises(UnexpectedReply):
        list(faked(lambda _: httpx2.Response(200, text=stream))[0].ask_stream("a b"))


def test_a_key_never_travels_in_clear_nor_shows() -> None:
    for unsafe in ("http://service.example", "http://192.0.2.1:8000"):
        with pytest.raises(ValueError, match="https"):
            Client(unsafe, "cv_secret")
        Client(unsafe).close()
    for local in ("http://127.0.0.1:8000", "http://localhost", "http://[::1]:8000", "https://service.example/cv"):
        Client(local, "cv_secret").close()
    for address in (
        "service.example",
        "ftp://service.example",
        "https://",
        "https://u:p@service.example",
        "https://a?b=c",
    ):
        with pytest.raises(ValueError, match="url"):
            Client(address, "cv_secret")
    client, _ = faked(lambda request: problem(401, request.headers["authorization"]))
    assert "cv_k" not in repr(client) + repr(vars(client))
    seen: list[str] = []

    def record(request: httpx2.Request) -> httpx2.Response:
        seen.append(f"{request.url} {request.headers['authorization']}")
        return httpx2.Response(302, headers={"location": "https://evil.example/"})

    with pytest.raises(UnexpectedReply):
        faked(record)[0].meta()
    assert seen == ["https://cv.example/v1/meta Bearer cv_k"]


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "[::1]"])
def test_a_key_for_this_machine_passes_through_no_proxy(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """HTTP_PROXY is set on many hospital machines: the key would travel to it in clear."""
    received: list[bytes] = []

    class Proxy(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            received.append(self.requestline.encode() + bytes(self.headers))
            self.send_error(404)

        def log_message(self, *args: object) -> None:
            """Nothing on the terminal."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Proxy) as proxy, socket.create_server(("127.0.0.1", 0)) as nobody:
        thread = threading.Thread(target=proxy.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.server_port}")
        for name in ("NO_PROXY", "no_proxy", "REQUEST_METHOD"):
            monkeypatch.delenv(name, raising=False)
        port = nobody.getsockname()[1]
        nobody.close()
        with Client(f"http://{host}:{port}", "cv_secret", retries=0, timeout=2) as client, pytest.raises(Unreachable):
            client.meta()
        proxy.shutdown()
        thread.join(5)
    assert received == []


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("size", [1, 7, 10_000])
def test_a_stream_is_cut_at_the_ends_of_its_lines_only(end: str, size: int) -> None:
    """A text may hold U+2028, U+0085 and their like, at which Python cuts lines too."""
    text = "Gardez\u2028vos\u0085textes\x0b\x1c\u2029é"
    content = f'event: x{end}data: "{text}"{end}{end}event: done{end}data: {{}}'.encode()
    pieces = (content[at : at + size] for at in range(0, len(content), size))
    transport = httpx2.MockTransport(lambda _: httpx2.Response(200, content=pieces))
    exchange = Exchange("https://cv.example", None, timeout=1, retries=0, max_wait=1, transport=transport)
    with exchange.lines("/v1/ask/stream", {}) as lines:
        assert list(lines) == ["event: x", f'data: "{text}"', "", "event: done", "data: {}"]


def test_connections_are_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    closed: list[bool] = []
    monkeypatch.setattr(Exchange, "close", lambda _: closed.append(True))
    with faked(lambda _: problem(404))[0] as client, pytest.raises(ApiError):
        client.meta()
    assert closed == [True]


def test_the_client_loads_neither_engine_nor_model() -> None:
    heavy = ("faiss", "onnxruntime", "tokenizers", "bm25s", "fastapi", "uvicorn", "lxml", "torch")
    program = f"import sys, bot.client; print([name for name in {heavy!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=120)
    assert done.stdout.strip() == "[]"
