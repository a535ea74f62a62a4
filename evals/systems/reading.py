"""A reply in the shape of ``/v1/ask`` as an outcome, every type checked: what is read may lie.

Exported answers have the same shape with fewer fields. A field that is absent is "not told"; a field of the wrong
type, out of range or out of all proportion makes the whole reply bad.
"""

import json
import math
import re
from collections.abc import Iterator
from typing import Any, NoReturn

from bot.model import Status
from evals.model import Outcome, Quote, Retrieved
from evals.systems.checks import facts_of
from evals.systems.ports import Reply

TEXT_MAX = 200_000
LIST_MAX = 200
_LINK = re.compile(r"https?://[^\s<>\"'«»\])}]+", re.IGNORECASE)


class BadReply(Exception):
    """A reply that cannot be used; the message is French and quotes nothing of it."""


def parse_json(content: bytes | str) -> Any:
    """The JSON of a reply.

    Raises:
        BadReply: it is none, or holds numbers or depths that JSON tools refuse.
    """
    try:
        return json.loads(content, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise BadReply("la réponse n’est pas du JSON correct") from error


def _no_constant(name: str) -> NoReturn:
    raise ValueError(name)


class Shape:
    """One JSON object, its fields taken by type."""

    def __init__(self, value: Any, where: str = "la réponse") -> None:
        if not isinstance(value, dict):
            raise BadReply(f"{where} n’est pas un objet JSON")
        self._value = value

    def has(self, name: str) -> bool:
        """Whether a field is there and not null."""
        return self._value.get(name) is not None

    def text(self, name: str, limit: int = TEXT_MAX) -> str | None:
        """A text, None when absent."""
        value = self._value.get(name)
        if value is None:
            return None
        if not isinstance(value, str):
            raise BadReply(f"« {name} » devrait être un texte")
        if len(value) > limit:
            raise BadReply(f"« {name} » a {len(value)} caractères ; {limit} au plus sont lus")
        # A lone surrogate, which JSON can write, is in no file that can be written.
        return value.encode("utf-8", "replace").decode("utf-8")

    def number(self, name: str, low: float = 0.0, high: float = math.inf) -> float | None:
        """A finite number within bounds, None when absent."""
        value = self._value.get(name)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            raise BadReply(f"« {name} » n’est pas un nombre")
        if not low <= value <= high:
            raise BadReply(f"« {name} » est hors de ses bornes")
        return float(value)

    def whole(self, name: str) -> int | None:
        """A whole number from 0, None when absent."""
        value = self.number(name, 0, 2**53)
        if value is not None and value != int(value):
            raise BadReply(f"« {name} » n’est pas un nombre entier")
        return None if value is None else int(value)

    def flag(self, name: str) -> bool | None:
        """True or false, None when absent."""
        value = self._value.get(name)
        if value is not None and not isinstance(value, bool):
            raise BadReply(f"« {name} » n’est ni vrai ni faux")
        return value

    def list(self, name: str, limit: int = LIST_MAX) -> list[Any] | None:
        """A list, None when absent."""
        value = self._value.get(name)
        if value is not None and not isinstance(value, list):
            raise BadReply(f"« {name} » devrait être une liste JSON")
        if value is not None and len(value) > limit:
            raise BadReply(f"« {name} » a {len(value)} éléments ; {limit} au plus sont lus")
        return value

    def shape(self, name: str) -> "Shape | None":
        """An object, None when absent."""
        return Shape(self._value[name], f"« {name} »") if self.has(name) else None


def reply_of(value: Any, question_id: str, *, needs: tuple[str, ...] = ()) -> Reply:
    """The reply that a JSON value makes; ``needs``: fields without which it is no reply.

    Raises:
        BadReply: it is none.
    """
    shape = Shape(value)
    for name in needs:
        if not shape.has(name):
            raise BadReply(f"il manque « {name} »")
    found = shape.list("retrieved")
    notices = shape.list("notices")
    timings = shape.shape("timings_ms")
    # What the search found is not shown to the person who asked.
    shown = tuple(texts({name: part for name, part in value.items() if name != "retrieved"}))
    outcome = Outcome(
        question_id,
        status=status_of(shape.text("status")),
        reason=shape.text("reason"),
        answer=shape.text("answer") or "",
        quotes=tuple(quote_of(item, rank) for rank, item in enumerate(shape.list("citations") or (), start=1)),
        retrieved=None if found is None else tuple(hit_of(item, rank) for rank, item in enumerate(found, start=1)),
        confidence=shape.number("confidence", 0, 1),
        incident=shape.text("incident"),
        notices=None if notices is None else tuple(Shape(item, "un avis").text("code") or "" for item in notices),
        links=links(shown),
        generated=shape.flag("generated"),
        latency_ms=shape.number("latency_ms"),
        server_ms=timings.number("total") if timings else None,
    )
    return Reply(outcome, shown)


def status_of(written: str | None) -> Status | None:
    """A status from its code; None when there is none.

    Raises:
        BadReply: another code.
    """
    try:
        return None if written is None else Status(written)
    except ValueError as error:
        raise BadReply("« status » n’est pas un statut connu") from error


def quote_of(value: Any, rank: int) -> Quote:
    """A citation of a reply; ``rank`` stands in for a marker that it does not give."""
    shape = Shape(value, "une citation")
    return Quote(
        marker=shape.whole("marker") or rank,
        text=shape.text("quote") or "",
        title=shape.text("title"),
        publisher=shape.text("publisher"),
        url=shape.text("url"),
        deep_link=shape.text("deep_link"),
        section=shape.text("section"),
        page=shape.whole("page"),
        document_date=shape.text("document_date"),
        document_id=shape.text("document_id"),
        passage_id=shape.text("passage_id"),
        start=shape.whole("start"),
        end=shape.whole("end"),
        kind=shape.text("kind"),
    )


def hit_of(value: Any, rank: int) -> Retrieved:
    """A passage found, as ``/v1/search`` shows it."""
    shape = Shape(value, "un passage")
    return Retrieved(
        rank=rank,
        score=shape.number("score", -math.inf),
        document_id=shape.text("document_id"),
        passage_id=shape.text("passage_id"),
        title=shape.text("title"),
        publisher=shape.text("publisher"),
        url=shape.text("url"),
        section=shape.text("section"),
        kind=shape.text("kind"),
        facts=facts_of(shape.text("text") or ""),
    )


def texts(value: Any) -> Iterator[str]:
    """Every text of a JSON value, at any depth."""
    waiting = [value]
    while waiting:
        item = waiting.pop()
        if isinstance(item, str):
            yield item
        elif isinstance(item, dict):
            waiting.extend(item.values())
        elif isinstance(item, list):
            waiting.extend(item)


def links(shown: tuple[str, ...]) -> tuple[str, ...]:
    """The addresses in some texts, each once, sorted."""
    found = {match.group().rstrip(".,;:!?") for text in shown for match in _LINK.finditer(text)}
    return tuple(sorted(link.encode("utf-8", "replace").decode("utf-8") for link in found))
