"""A running CyberVigie over HTTP: ``/v1/ask`` answers, ``/v1/search`` shows the search, the texts check the quotes."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from evals.errors import SystemChanged, SystemRefuses
from evals.model import Failure, Outcome, Question, SystemInfo
from evals.systems.checks import checked
from evals.systems.identity import PROMISED, promised, system_info
from evals.systems.ports import Reply, StoredText
from evals.systems.reading import BadReply, Shape, reply_of
from evals.systems.wire import BODY_MAX, Exchange, Wire, WireFailure, failure_of

NAME = "CyberVigie"
RETRIEVED = 10
_SHEET = re.compile(r"starter:urgence-([a-z-]+?)--")
_WRONG = {401: "la clé est refusée", 403: "l’accès est refusé", 404: "ce n’est pas un CyberVigie : /v1 est absent"}


class HttpLibrary:
    """The texts that a running service shows; each is fetched once."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._known: dict[str, StoredText | None] = {}

    def stored(self, document_id: str) -> StoredText | None:
        """The text of a document, None when the service does not show it."""
        if not re.fullmatch(r"[\w:.-]{1,200}", document_id):
            return None
        if document_id not in self._known:
            try:
                self._known[document_id] = self._fetch(document_id)
            except (WireFailure, BadReply):
                self._known[document_id] = None
        return self._known[document_id]

    def _fetch(self, document_id: str) -> StoredText:
        text = Shape(self._wire.exchange(f"/v1/documents/{document_id}/text").content)
        about = Shape(self._wire.exchange(f"/v1/documents/{document_id}").content)
        pages = [Shape(page, "une page") for page in about.list("page_list", BODY_MAX) or ()]
        sheet = _SHEET.match(about.text("source_id") or "")
        return StoredText(
            text.text("text", BODY_MAX) or "",
            tuple((page.whole("number") or 0, page.whole("start") or 0, page.whole("end") or 0) for page in pages),
            sheet[1] if sheet else None,
        )


class Product:
    """A running CyberVigie.

    Raises:
        SystemDown: nothing answers at the address.
        SystemRefuses: what answers is no CyberVigie, or refuses the key.
    """

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._library = HttpLibrary(wire)
        try:
            meta = Shape(wire.exchange("/v1/meta").content)
            if meta.text("name") != NAME:
                raise BadReply(f"/v1/meta ne se présente pas comme « {NAME} »")
            index = meta.shape("index")
            self._generation = index.text("generation") if index else None
            version, model = meta.text("version") or "?", meta.text("model") or "?"
            counts = {name: str(meta.whole(name)) for name in ("documents", "passages") if meta.has(name)}
            details = counts | promised(_promise(meta))
        except WireFailure as error:
            reason = _WRONG.get(error.status or 0, f"/v1/meta ne répond pas comme un CyberVigie ({error})")
            raise SystemRefuses(f"{wire.address} : {reason} ; vérifiez l’adresse") from error
        except BadReply as error:
            raise SystemRefuses(
                f"{wire.address} : ce n’est pas un CyberVigie ({error}) ; vérifiez l’adresse"
            ) from error
        identity = {"address": wire.address, "version": version, "model": model, "generation": self._generation or "?"}
        self._info = system_info("http", f"CyberVigie {version} ({wire.address})", identity=identity, details=details)

    @property
    def info(self) -> SystemInfo:
        """The address, the version, the model and the generation of the index."""
        return self._info

    @property
    def corpus_digest(self) -> str | None:
        """Not told by the API; the generation is in ``info``."""
        return None

    def ask(self, question: Question) -> Reply:
        """The answer, its quotes checked against the texts that the service shows."""
        body = {"question": question.text, "history": _history(question)}
        try:
            exchange = self._wire.exchange("/v1/ask", body)
            self._same_index(exchange.content)
            reply = reply_of(exchange.content, question.id, needs=("status", "answer", "citations"))
            retrieved = reply_of({"retrieved": self._retrieved(question)}, question.id).outcome.retrieved
        except WireFailure as error:
            return Reply(Outcome(question.id, failure=failure_of(error, _WRONG)))
        except BadReply as error:
            return Reply(Outcome(question.id, failure=Failure("bad_reply", str(error))))
        return replace(reply, outcome=self._completed(reply.outcome, exchange, retrieved))

    def _completed(self, outcome: Outcome, exchange: Exchange, retrieved: Any) -> Outcome:
        return replace(
            checked(outcome, self._library),
            retrieved=retrieved,
            latency_ms=exchange.latency_ms,
            attempts=exchange.attempts,
        )

    def _same_index(self, content: Any) -> None:
        index = Shape(content).shape("index")
        generation = index.text("generation") if index else None
        if generation != self._generation:
            raise SystemChanged(
                f"{self._wire.address} : l’index a changé pendant le passage ; recommencez dans un autre dossier"
            )

    def _retrieved(self, question: Question) -> Any:
        if question.history:
            # What was searched is the question completed by the service, which it does not show.
            return None
        content = self._wire.exchange("/v1/search", {"query": question.text, "k": RETRIEVED}).content
        return Shape(content).list("hits")

    def close(self) -> None:
        """Close the connections."""
        self._wire.close()


def _promise(meta: Shape) -> dict[str, float]:
    told = meta.shape("promise")
    found = {name: told.number(name, 0, 1) for name in PROMISED} if told else {}
    return {name: value for name, value in found.items() if value is not None}


def _history(question: Question) -> list[Mapping[str, str]]:
    return [{"question": turn.question, "answer": turn.answer} for turn in question.history]
