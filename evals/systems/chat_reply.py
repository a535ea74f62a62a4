"""What a chat completion says: the JSON that was asked for, or plain text with the citations the server adds.

The status is read from a ``status`` field, a ``refusal`` or a ``content_filter``, which are meant for programs. From
a plain text none is inferred: "je ne sais pas" can open an answer, and a refusal can read like one.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from bot.model import Status
from evals.model import Outcome, Quote
from evals.systems.ports import Reply
from evals.systems.reading import BadReply, Shape, links, parse_json, reply_of, texts

_FENCED = re.compile(r"\s*```(?:json)?\s*\n(.*?)\n?```\s*", re.DOTALL)


def chat_reply(content: Any, question_id: str) -> Reply:
    """The reply that a ``chat.completion`` object holds.

    Raises:
        BadReply: it holds none.
    """
    shape = Shape(content)
    choices = shape.list("choices")
    if not choices:
        raise BadReply("il manque « choices »")
    choice = Shape(choices[0], "« choices[0] »")
    message = choice.shape("message")
    if message is None:
        raise BadReply("il manque « message »")
    if message.text("refusal") or choice.text("finish_reason") == "content_filter":
        shown = tuple(texts(message.text("refusal") or ""))
        return Reply(Outcome(question_id, status=Status.NO_ANSWER, answer=message.text("refusal") or ""), shown)
    text = message.text("content")
    if text is None:
        raise BadReply("il manque « content »")
    if choice.text("finish_reason") == "length":
        raise BadReply("réponse coupée par la limite de longueur du modèle")
    structured = _structured(text)
    if structured is not None:
        return reply_of(structured, question_id)
    quotes = tuple(_around(shape, message))
    shown = (text, *(part for quote in quotes for part in (quote.text, quote.url or "") if part))
    return Reply(Outcome(question_id, answer=text, quotes=quotes, links=links(shown)), shown)


def _structured(text: str) -> Any:
    """The JSON object that a text is, alone or in a fence; None when it is prose."""
    fenced = _FENCED.fullmatch(text)
    inner = fenced[1] if fenced else text
    if not inner.lstrip().startswith("{"):
        return None
    try:
        value = parse_json(inner)
    except BadReply:
        return None
    return value if isinstance(value, dict) and "answer" in value else None


def _around(shape: Shape, message: Shape) -> Iterator[Quote]:
    """Citations beside a plain text, in the four shapes in use.

    ``message.annotations`` (url_citation, OpenAI), ``message.context.citations`` (Azure), ``search_results`` or
    ``citations`` beside ``choices`` or in the message (Perplexity and several RAG servers: objects or addresses).
    """
    context = message.shape("context")
    found = [
        *(message.list("annotations") or ()),
        *((context.list("citations") if context else None) or ()),
        *(message.list("citations") or ()),
        *(shape.list("search_results") or shape.list("citations") or ()),
    ]
    for marker, item in enumerate(found, start=1):
        if isinstance(item, str):
            yield Quote(marker, "", url=item.encode("utf-8", "replace").decode("utf-8"))
            continue
        given = Shape(item, "une citation")
        given = given.shape("url_citation") or given
        quote = Quote(marker, given.text("quote") or given.text("content") or given.text("snippet") or "")
        yield replace(quote, title=given.text("title"), url=given.text("url"), publisher=given.text("publisher"))
