"""Systems under test: what honest ones say is read whole, what lying ones say is a failure of one question."""

import contextlib
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import uvicorn

from bot.abstain import CALIBRATION
from bot.api.app import create_app
from bot.model import Status, Turn
from bot.settings import Settings
from evals.errors import EvalError, ExportError, SystemChanged, SystemDown, SystemRefuses
from evals.model import Kind, Outcome, Question
from evals.systems.chat import Chat
from evals.systems.checks import facts_of, starter_sections
from evals.systems.engine import Engine
from evals.systems.exported import Exported
from evals.systems.ports import Reply, System
from evals.systems.product import Product
from evals.systems.reading import BadReply, reply_of
from evals.systems.wire import Patience, Wire, checked_address

from .endpoint import Endpoint, Request, Script, reply, serving

TEXT = "Titre.\n\nLe dossier se garde vingt ans à compter du dernier passage."
QUOTE = "Le dossier se garde vingt ans"
QUESTION = Question("q1", "Combien de temps garder un dossier ?", Kind.ANSWERABLE)
META = {
    "name": "CyberVigie",
    "version": "9.9",
    "model": "m",
    "documents": 1,
    "passages": 2,
    "index": {"generation": "g1", "built_at": "t"},
}


def citation(**changes: Any) -> dict[str, Any]:
    start = TEXT.index(QUOTE)
    given = {"marker": 1, "quote": QUOTE, "title": "Guide", "publisher": "CNIL", "url": "https://cnil.fr/a"}
    return given | {"document_id": "d1", "start": start, "end": start + len(QUOTE), "page": 2} | changes


def answer(**changes: Any) -> dict[str, Any]:
    given = {"status": "answered", "answer": f"« {QUOTE} » [1]", "citations": [citation()], "confidence": 0.8}
    return given | {"index": META["index"], "notices": [{"code": "contact", "text": "https://x.fr"}]} | changes


def product_script(ask: Any) -> Script:
    def script(request: Request) -> Any:
        paths = {
            "/v1/meta": META,
            "/v1/search": {
                "hits": [{"rank": 1, "score": -0.5, "title": "Guide", "text": "…", "url": "https://cnil.fr/b"}]
            },
            "/v1/documents/d1/text": {"text": TEXT},
            "/v1/documents/d1": {
                "source_id": "starter:urgence-theft--cybermalveillance",
                "page_list": [{"number": 2, "start": 0, "end": len(TEXT)}],
            },
        }
        if request.path == "/v1/ask":
            return ask(request) if callable(ask) else ask
        return paths[request.path]

    return script


def quick(url: str, **given: Any) -> Wire:
    return Wire(url, Patience(timeout_s=given.pop("timeout_s", 5.0), retries=given.pop("retries", 0)), **given)


@pytest.fixture
def opened() -> Iterator[Callable[[System], System]]:
    """Closes the systems that a test opens."""
    systems: list[System] = []

    def keep(system: System) -> System:
        systems.append(system)
        return system

    yield keep
    for system in systems:
        system.close()


Keep = Callable[[System], System]


def test_an_honest_service_is_read_whole_and_its_quotes_are_checked(opened: Keep) -> None:
    with serving(product_script(answer())) as endpoint:
        system = opened(Product(quick(endpoint.url)))
        outcome = system.ask(QUESTION).outcome
    assert (outcome.status, outcome.confidence, outcome.notices) == (Status.ANSWERED, 0.8, ("contact",))
    (quote,) = outcome.quotes
    assert (quote.verbatim, quote.located, quote.page_right, quote.facts) == (True, True, True, None)
    assert outcome.incident == "theft"
    assert outcome.retrieved is not None
    assert [(hit.rank, hit.score, hit.title) for hit in outcome.retrieved] == [(1, -0.5, "Guide")]
    # What the search found was not shown to anybody.
    assert outcome.links == ("https://cnil.fr/a", "https://x.fr")
    assert outcome.latency_ms is not None
    assert outcome.failure is None
    assert system.info.identity["generation"] == "g1"


@pytest.mark.parametrize(
    ("changes", "verdict"),
    [
        ({"start": 0}, (True, False, True)),
        ({"quote": QUOTE.upper()}, (False, False, True)),
        ({"quote": "Titre. Le dossier", "start": 0, "end": 17}, (True, False, True)),
        ({"page": 1}, (True, True, False)),
        ({"start": 10**9, "end": 10**9 + 1}, (True, False, False)),
        ({"start": None, "end": None}, (True, None, None)),
        ({"document_id": "unknown"}, (None, None, None)),
        ({"document_id": "../../secret"}, (None, None, None)),
    ],
)
def test_a_false_citation_is_seen_and_one_that_cannot_be_checked_is_not_presumed(
    opened: Keep, changes: dict[str, Any], verdict: tuple[bool | None, ...]
) -> None:
    def script(request: Request) -> Any:
        if "unknown" in request.path:
            return reply({"code": "not_found"}, 404)
        return product_script(answer(citations=[citation(**changes)]))(request)

    with serving(script) as endpoint:
        outcome = opened(Product(quick(endpoint.url))).ask(QUESTION).outcome
        assert not any("secret" in request.path for request in endpoint.requests)
    (quote,) = outcome.quotes
    assert (quote.verbatim, quote.located, quote.page_right) == verdict


def test_history_is_sent_and_the_search_of_a_follow_up_is_not_told(opened: Keep) -> None:
    follow_up = Question("q2", "et en papier ?", Kind.ANSWERABLE, history=(Turn("Combien ?", "Vingt ans."),))
    with serving(product_script(answer())) as endpoint:
        outcome = opened(Product(quick(endpoint.url))).ask(follow_up).outcome
        (asked,) = [request.body for request in endpoint.requests if request.path == "/v1/ask"]
    assert asked == {"question": "et en papier ?", "history": [{"question": "Combien ?", "answer": "Vingt ans."}]}
    assert outcome.retrieved is None


def never_ending(request: Request) -> None:
    request.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n")
    while not request.stopped.wait(0.05):
        request.write(b" ")


def slow_headers(request: Request) -> None:
    request.write(b"HTTP/1.1 200 OK\r\n")
    while not request.stopped.wait(0.05):
        request.write(b"X-A: b\r\n")


def silent(request: Request) -> None:
    request.stopped.wait(10)


def huge(request: Request) -> None:
    request.write(b"HTTP/1.1 200 OK\r\n\r\n")
    while not request.stopped.is_set():
        request.write(b"[" * 2**20)


LIES: list[tuple[str, Any, str]] = [
    ("not JSON", lambda _: reply(b"<html>oups</html>"), "bad_reply"),
    ("no HTTP", lambda _: b"220 smtp ready\r\n", "bad_reply"),
    ("cut", lambda _: b'HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n{"status"', "bad_reply"),
    ("nothing", lambda _: b"", "bad_reply"),
    ("invalid UTF-8", lambda _: reply(b'{"answer": "\xff"}'), "bad_reply"),
    ("deep", lambda _: reply(b"[" * 100_000), "bad_reply"),
    ("NaN", lambda _: reply(b'{"answer": "a", "status": "answered", "citations": [], "confidence": NaN}'), "bad_reply"),
    ("huge number", lambda _: reply(b'{"confidence": ' + b"9" * 10_000 + b"}"), "bad_reply"),
    ("compressed", lambda _: reply(b"\x1f\x8b", headers={"Content-Encoding": "gzip"}), "bad_reply"),
    ("redirection", lambda _: reply(b"", 302, {"Location": "http://127.0.0.1:1/"}), "http_error"),
    ("server error", lambda _: reply({}, 500), "http_error"),
    ("never ending", never_ending, "timeout"),
    ("slow headers", slow_headers, "timeout"),
    ("silent", silent, "timeout"),
    ("huge", huge, "too_large"),
    ("list", lambda _: [], "bad_reply"),
    ("status", lambda _: answer(status="yes"), "bad_reply"),
    ("confidence", lambda _: answer(confidence=7), "bad_reply"),
    ("confidence type", lambda _: answer(confidence=True), "bad_reply"),
    ("citations", lambda _: answer(citations={"a": 1}), "bad_reply"),
    ("many citations", lambda _: answer(citations=[{}] * 1_000), "bad_reply"),
    ("citation", lambda _: answer(citations=["a"]), "bad_reply"),
    ("offset", lambda _: answer(citations=[citation(start=1.5)]), "bad_reply"),
    ("long answer", lambda _: answer(answer="a" * 300_000), "bad_reply"),
    ("refused", lambda _: reply({"code": "question_too_long", "detail": "Combien de temps"}, 422), "refused"),
]


@pytest.mark.parametrize(("script", "code"), [lie[1:] for lie in LIES], ids=[lie[0] for lie in LIES])
def test_a_lying_service_fails_one_question_and_not_the_run(opened: Keep, script: Any, code: str) -> None:
    with serving(product_script(answer())) as endpoint:
        system = opened(Product(quick(endpoint.url, timeout_s=0.4)))
        endpoint.script = product_script(script)
        begun = time.monotonic()
        outcome = system.ask(QUESTION).outcome
        assert time.monotonic() - begun < 3
        assert outcome.failure is not None
        assert outcome.failure.code == code, outcome.failure
        assert QUESTION.text[:16] not in outcome.failure.message
        endpoint.script = product_script(answer())
        assert system.ask(QUESTION).outcome.failure is None


def test_texts_that_no_file_can_hold_are_repaired(opened: Keep) -> None:
    with serving(product_script(answer(answer="a\ud800b"))) as endpoint:
        outcome = opened(Product(quick(endpoint.url))).ask(QUESTION).outcome
    assert outcome.answer.encode() == b"a?b"


def test_an_address_where_nothing_answers_is_told() -> None:
    with serving(lambda _: None) as endpoint:
        gone = endpoint.url
    wire = quick(gone)
    with pytest.raises(SystemDown, match="rien ne répond"):
        Product(wire)
    wire.close()


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "/v1/meta ne se présente pas comme « CyberVigie »"),
        (META | {"name": "Autre"}, "/v1/meta ne se présente pas comme « CyberVigie »"),
        ([1], "n’est pas un objet JSON"),
        (META | {"index": []}, "« index » n’est pas un objet JSON"),
        (META | {"promise": {"false_answer_rate": "peu"}}, "« false_answer_rate » n’est pas un nombre"),
        (reply(b"<html>Bienvenue</html>"), "n’est pas du JSON correct"),
        (reply({}, 301), "réponse HTTP 301"),
        (reply({}, 405), "réponse HTTP 405"),
        (reply({}, 404), "ce n’est pas un CyberVigie"),
    ],
)
def test_a_server_that_is_no_cybervigie_stops_before_any_question(given: Any, said: str) -> None:
    with serving(lambda _: given) as endpoint:
        wire = quick(endpoint.url)
        with pytest.raises(SystemRefuses) as caught:
            Product(wire)
        wire.close()
        assert {request.path for request in endpoint.requests} == {"/v1/meta"}
    assert said in str(caught.value)
    assert "CyberVigie" in str(caught.value)
    assert "vérifiez l’adresse" in str(caught.value)


def test_what_a_service_promises_is_kept(opened: Keep) -> None:
    promise = {"false_answer_rate": 0.0635, "over_refusal_rate_low": 0.09, "unanswerable": 126}
    meta = META | {"promise": promise}
    with serving(lambda _: meta) as endpoint:
        told = opened(Product(quick(endpoint.url))).info
    assert told.details["promise_false_answer_rate"] == "0.0635"
    assert told.details["promise_over_refusal_rate_low"] == "0.09"
    assert "promise_unanswerable" not in told.details
    # A promise is no part of what is asked: the same index under another one is the same system.
    assert not any("promise" in name for name in told.identity)


@pytest.mark.parametrize("status", [401, 403, 404])
def test_what_would_fail_every_question_stops_at_once(status: int) -> None:
    with serving(lambda _: reply({}, status)) as endpoint:
        wire = quick(endpoint.url)
        with pytest.raises(SystemRefuses):
            Product(wire)
        chat = Chat(wire, "m")
        with pytest.raises(SystemRefuses, match=str(status)):
            chat.ask(QUESTION)
        wire.close()


def test_another_server_is_no_cybervigie() -> None:
    with serving(lambda _: reply(b"<html>")) as endpoint:
        wire = quick(endpoint.url)
        with pytest.raises(SystemRefuses):
            Product(wire)
        wire.close()


def test_an_index_replaced_during_the_run_is_seen(opened: Keep) -> None:
    with serving(product_script(answer(index={"generation": "g2", "built_at": "t"}))) as endpoint:
        system = opened(Product(quick(endpoint.url)))
        with pytest.raises(SystemChanged):
            system.ask(QUESTION)


def test_passing_troubles_are_waited_out_longer_each_time() -> None:
    replies = [reply({}, 503), reply({}, 429, {"Retry-After": "7"}), b"", reply({}, 500), reply({"fine": 1})]
    pauses: list[float] = []
    with serving(lambda _: replies.pop(0)) as endpoint:
        wire = quick(endpoint.url, retries=3, sleep=pauses.append)
        exchange = wire.exchange("/x")
        wire.close()
    assert exchange.content == {"fine": 1}
    assert exchange.attempts == 5
    assert pauses == [1.0, 7.0, 2.0, 4.0]
    assert exchange.latency_ms < 1_000


def test_being_told_to_come_back_for_ever_ends() -> None:
    pauses: list[float] = []
    with serving(lambda _: reply({}, 429, {"Retry-After": "60"})) as endpoint:
        chat = Chat(quick(endpoint.url, sleep=pauses.append), "m")
        failure = chat.ask(QUESTION).outcome.failure
        chat.close()
    assert failure is not None
    assert failure.code == "http_error"
    assert 600 <= sum(pauses) <= 720


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("127.0.0.1:8000", False),
        ("ftp://a.fr", False),
        ("http://a:b@c.fr", False),
        ("https://a.fr?k=v", False),
        ("http://[::1", False),
        ("http://a.fr:port", False),
        ("http://exemple.fr/v1", True),
    ],
)
def test_addresses_that_are_none_or_would_leak_are_refused(address: str, key: bool) -> None:
    with pytest.raises(EvalError):
        checked_address(address, key=key)


def test_good_addresses_pass() -> None:
    assert checked_address("http://127.0.0.1:8000/", key=True) == "http://127.0.0.1:8000"
    assert checked_address("https://exemple.fr/v1", key=True) == "https://exemple.fr/v1"


def completion(content: Any, *, finish: str = "stop", outside: dict[str, Any] | None = None, **message: Any) -> Any:
    return {"choices": [{"message": {"content": content, **message}, "finish_reason": finish}]} | (outside or {})


def chat_outcome(content: Any) -> tuple[Outcome, Endpoint]:
    with serving(lambda _: content) as endpoint:
        chat = Chat(quick(endpoint.url, headers={"authorization": "Bearer secret"}), "modele")
        outcome = chat.ask(Question("q", "Quoi ?", Kind.ANSWERABLE, history=(Turn("Avant ?", "Oui."),))).outcome
        chat.close()
    return outcome, endpoint


def test_a_chat_gets_the_conversation_and_its_json_is_read() -> None:
    inner = json.dumps({"status": "no_answer", "answer": "Rien.", "citations": [{"quote": "x", "url": "https://a.fr"}]})
    outcome, endpoint = chat_outcome(completion(f"```json\n{inner}\n```"))
    assert (outcome.status, outcome.answer, outcome.generated) == (Status.NO_ANSWER, "Rien.", True)
    assert [(quote.text, quote.url, quote.verbatim) for quote in outcome.quotes] == [("x", "https://a.fr", None)]
    (request,) = endpoint.requests
    assert request.path == "/chat/completions"
    assert request.body["model"] == "modele"
    assert [message["role"] for message in request.body["messages"]] == ["system", "user", "assistant", "user"]
    assert request.headers["authorization"] == "Bearer secret"


@pytest.mark.parametrize(
    "given",
    [
        completion("Je ne sais pas.", annotations=[{"type": "url_citation", "url_citation": {"url": "https://a.fr"}}]),
        completion("Je ne sais pas.", context={"citations": [{"content": "mots", "url": "https://a.fr"}]}),
        completion("Je ne sais pas.", outside={"citations": ["https://a.fr"]}),
        completion("Je ne sais pas.", outside={"search_results": [{"title": "A", "url": "https://a.fr"}]}),
    ],
    ids=["OpenAI", "Azure", "addresses", "search results"],
)
def test_citations_around_a_plain_text_are_read_and_no_status_is_guessed(given: Any) -> None:
    outcome, _ = chat_outcome(given)
    assert outcome.status is None
    assert outcome.answer == "Je ne sais pas."
    assert [quote.url for quote in outcome.quotes] == ["https://a.fr"]
    assert outcome.links == ("https://a.fr",)


@pytest.mark.parametrize("given", [completion(None, refusal="Non."), completion("", finish="content_filter")])
def test_a_refusal_meant_for_programs_is_one(given: Any) -> None:
    assert chat_outcome(given)[0].status is Status.NO_ANSWER


@pytest.mark.parametrize(
    "given",
    [
        [],
        {"choices": []},
        {"choices": [{}]},
        {"choices": "a"},
        completion(None),
        completion(["a"]),
        completion("coup", finish="length"),
        completion('{"answer": "a", "status": "maybe"}'),
    ],
)
def test_a_completion_that_holds_no_reply_is_a_failure(given: Any) -> None:
    failure = chat_outcome(reply(given))[0].failure
    assert failure is not None
    assert failure.code == "bad_reply"


def test_a_field_of_the_wrong_sort_is_told_from_one_that_is_too_long() -> None:
    for given, said in (
        ({"choices": "a"}, "« choices » devrait être une liste JSON"),
        ({"choices": [{}] * 300}, "« choices » a 300 éléments ; 200 au plus sont lus"),
        (completion(["a"]), "« content » devrait être un texte"),
    ):
        failure = chat_outcome(reply(given))[0].failure
        assert failure is not None
        assert said in failure.message


def export(path: Path, *lines: Any) -> Exported:
    path.write_text("\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines), encoding="utf-8")
    return Exported(path)


def test_exported_answers_are_matched_by_id(tmp_path: Path) -> None:
    found = export(
        tmp_path / "autre.jsonl",
        {"id": "q1", "answer": "Vingt ans [1]", "citations": [{"quote": "a", "title": "T"}], "latency_ms": 12},
        {"id": "q9", "status": "no_answer"},
    )
    outcome = found.ask(QUESTION).outcome
    assert (outcome.question_id, outcome.status, outcome.latency_ms) == ("q1", None, 12.0)
    assert outcome.quotes[0].marker == 1
    missing = found.ask(Question("q2", "?", Kind.ANSWERABLE)).outcome.failure
    assert missing is not None
    assert missing.code == "missing"
    assert found.unknown(["q1", "q2"]) == 1


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{", "JSON"),
        ({"answer": "a"}, "il manque « id »"),
        ({"id": "b"}, "il manque « answer » ou « status »"),
        ({"id": "b", "answer": ["a"]}, "« answer » devrait être un texte"),
        ({"id": "b", "status": "ok"}, "« status » n’est pas un statut connu"),
        ({"id": "b", "answer": "a", "confidence": 42}, "« confidence » est hors"),
        ({"id": "a", "answer": "a"}, "déjà ligne 1"),
    ],
)
def test_a_bad_export_is_told_by_line(tmp_path: Path, line: Any, said: str) -> None:
    with pytest.raises(ExportError, match="ligne 2") as caught:
        export(tmp_path / "e.jsonl", {"id": "a", "answer": "x"}, line)
    assert said in str(caught.value)


def test_facts_are_those_of_the_section_quoted() -> None:
    section, facts = next((text, facts) for text, facts in starter_sections() if len(text) > 200 and facts)
    assert set(facts) <= set(facts_of(f"  {section[40:160]}\n") or ())
    assert facts_of("Cette phrase n’est dans aucun résumé du projet.") is None
    assert facts_of("les") is None


def test_a_reply_without_what_makes_one_is_bad() -> None:
    with pytest.raises(BadReply, match="il manque « status »"):
        reply_of({"answer": "a"}, "q", needs=("status",))
    assert reply_of({}, "q") == Reply(Outcome("q"))


@pytest.fixture(scope="module")
def indexed(starter_data: Path) -> Settings:
    """The starter corpus, really indexed with the real model."""
    return Settings(data_dir=starter_data, rate_per_minute=0)


@contextlib.contextmanager
def running(settings: Settings) -> Iterator[str]:
    """Our own service on a port of the loopback."""
    server = uvicorn.Server(uvicorn.Config(create_app(settings), port=0, log_level="error", lifespan="on"))
    listening = socket.create_server(("127.0.0.1", 0))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()
        listening.close()


@pytest.mark.model
def test_the_engine_in_process_and_over_http_say_the_same(indexed: Settings, opened: Keep) -> None:
    asked = [
        Question("a", "Combien de temps garder le dossier d’un patient ?", Kind.ANSWERABLE),
        Question("b", "Je viens de cliquer sur un lien dans un faux mail", Kind.EMERGENCY),
        Question("c", "Quelle est la recette du cassoulet ?", Kind.OUT_OF_SCOPE),
        Question("d", "Et pour un mineur ?", Kind.ANSWERABLE, history=(Turn("Combien de temps garder un dossier ?"),)),
        Question("e", "a" * 2_000, Kind.ANSWERABLE),
    ]
    inside = opened(Engine(indexed))
    with running(indexed) as url:
        outside = opened(Product(Wire(url)))
        for question in asked:
            here, there = inside.ask(question).outcome, outside.ask(question).outcome
            if here.failure or there.failure:
                assert question.id == "e"
                assert {here.failure.code, there.failure.code} == {"refused"}  # type: ignore[union-attr]
                continue
            timed = {"latency_ms": None, "server_ms": None}
            assert replace(here, **timed) == replace(there, **timed)
            assert all(quote.verbatim and quote.located and quote.page_right for quote in here.quotes)
    assert inside.ask(asked[0]).outcome.quotes[0].facts
    assert inside.ask(asked[1]).outcome.incident == "clicked"
    assert inside.ask(asked[3]).outcome.retrieved is None


@pytest.mark.model
def test_the_engine_is_what_it_answers_with(indexed: Settings, opened: Keep) -> None:
    first, again = opened(Engine(indexed)), opened(Engine(indexed))
    assert first.info.digest == again.info.digest
    assert first.corpus_digest == again.info.identity["corpus"]
    # The test's index holds no official text: the promise is the one made without.
    starter = json.loads(CALIBRATION.read_text(encoding="utf-8"))["promise_starter"]
    assert float(first.info.details["promise_false_answer_rate"]) == starter["false_answer_rate"]
    elsewhere = opened(Engine(indexed.model_copy(update={"region": "bretagne"})))
    assert elsewhere.info.digest != first.info.digest


@pytest.mark.model
def test_the_engine_shows_what_its_masking_leaves(indexed: Settings, opened: Keep) -> None:
    system = opened(Engine(indexed))
    phone = "06 39 98 12 34"
    turn = Turn("Le RIB de Mme Durand est FR76 3000 6000 0112 3456 7890 189")
    asked = Question("q", f"Puis-je rappeler au {phone} ?", Kind.PRIVACY, history=(turn,))
    masked = system.ask(asked).masked
    assert masked is not None
    assert len(masked) == 2
    assert not any(held in text for text in masked for held in (phone, "3000 6000", "Durand"))
    assert masked[0].startswith("Puis-je rappeler au")
    assert system.ask(replace(asked, text=phone, history=())).masked == ("",)


@pytest.mark.model
def test_a_defect_of_the_engine_fails_one_question(
    indexed: Settings, opened: Keep, monkeypatch: pytest.MonkeyPatch
) -> None:
    system = opened(Engine(indexed))

    def broken(*_: object) -> None:
        raise RuntimeError(QUESTION.text)

    monkeypatch.setattr("bot.answer.Answerer.ask", broken)
    failure = system.ask(QUESTION).outcome.failure
    assert failure is not None
    assert (failure.code, failure.message) == ("defect", "RuntimeError")


def test_a_folder_without_an_index_is_told(tmp_path: Path) -> None:
    with pytest.raises(SystemDown, match="cybervigie index"):
        Engine(Settings(data_dir=tmp_path))
