"""Any OpenAI-compatible chat endpoint: ``POST {base}/chat/completions``, one question a call, temperature 0.

The system message asks for JSON with ``status``, ``answer`` and ``citations``; what comes back is read by
``chat_reply``, which also knows the citations that such servers add around a plain text.
"""

import hashlib
from dataclasses import replace
from importlib.resources import files

from evals.model import Failure, Outcome, Question, SystemInfo
from evals.systems.chat_reply import chat_reply
from evals.systems.checks import checked
from evals.systems.identity import system_info
from evals.systems.ports import Reply
from evals.systems.reading import BadReply
from evals.systems.wire import Wire, WireFailure, failure_of

INSTRUCTIONS = files("evals.systems").joinpath("instructions.txt").read_text(encoding="utf-8")
_WRONG = {
    401: "la clé est absente ou refusée",
    403: "l’accès est refusé à cette clé",
    404: "adresse ou modèle inconnu (l’adresse finit souvent par /v1)",
}


class Chat:
    """A chat model behind an OpenAI-compatible endpoint. ``instructions``: the system message, empty for none."""

    def __init__(self, wire: Wire, model: str, instructions: str = INSTRUCTIONS) -> None:
        self._wire = wire
        self._model = model
        self._instructions = instructions
        digest = hashlib.sha256(instructions.encode()).hexdigest()
        identity = {"address": wire.address, "model": model, "instructions": digest}
        self._info = system_info("openai", f"{model} ({wire.address})", identity=identity)

    @property
    def info(self) -> SystemInfo:
        """The address, the model and the instructions."""
        return self._info

    @property
    def corpus_digest(self) -> str | None:
        """A chat endpoint does not tell what it answers from."""
        return None

    def ask(self, question: Question) -> Reply:
        """The reply; its quotes cannot be checked, their texts are not shown."""
        messages = [{"role": "system", "content": self._instructions}] if self._instructions else []
        for turn in question.history:
            messages.append({"role": "user", "content": turn.question})
            if turn.answer:
                messages.append({"role": "assistant", "content": turn.answer})
        messages.append({"role": "user", "content": question.text})
        body = {"model": self._model, "messages": messages, "temperature": 0, "stream": False}
        try:
            exchange = self._wire.exchange("/chat/completions", body)
            reply = chat_reply(exchange.content, question.id)
        except WireFailure as error:
            return Reply(Outcome(question.id, failure=failure_of(error, _WRONG)))
        except BadReply as error:
            return Reply(Outcome(question.id, failure=Failure("bad_reply", str(error))))
        outcome = replace(reply.outcome, latency_ms=exchange.latency_ms, attempts=exchange.attempts, generated=True)
        return replace(reply, outcome=checked(outcome, None))

    def close(self) -> None:
        """Close the connections."""
        self._wire.close()
