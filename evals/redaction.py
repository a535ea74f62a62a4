"""What a reply repeats of a question, and what masking left of its identifiers: counted, and kept out of what is
written."""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import msgspec

from evals.model import HIDDEN, Outcome, Question
from evals.systems.checks import plain
from evals.systems.ports import Reply
from ingest.text import clean

_CHARS_MIN = 3
_PIECE_CHARS = 6
"""Characters of a number that are too many to be left of it."""
_ECHO_WORDS = 5
"""A question of fewer words can be a heading of the texts: repeating it tells nothing of who asked."""


def recorded(reply: Reply, question: Question, *, keep_texts: bool) -> Outcome:
    """The outcome to write: repeated identifiers counted, and hidden with the repeated question unless texts are
    kept."""
    patterns = [_spaced(identifier) for identifier in question.expected.masked if _characters(identifier)]
    leaks = sum(any(pattern.search(text) for text in reply.shown) for pattern in patterns)
    outcome = replace(reply.outcome, leaks=leaks, **_masking(reply, question))
    if keep_texts:
        return outcome
    outcome = replace(outcome, answer=_without_echo(outcome, question))
    if not leaks:
        return outcome
    hidden = _hide(msgspec.to_builtins(outcome), patterns)
    return msgspec.convert({**hidden, "question_id": outcome.question_id}, Outcome)


def _masking(reply: Reply, question: Question) -> dict[str, Any]:
    if reply.masked is None:
        return {}
    left = sum(any(_is_left(identifier, text) for text in reply.masked) for identifier in question.expected.masked)
    return {"unmasked": left, "altered": plain(reply.masked[0]) != plain(clean(question.text))}


def _is_left(identifier: str, text: str) -> bool:
    """Whether an identifier, or a long piece of a number, still stands in a masked text."""
    found = _characters(identifier)
    pieces = [identifier]
    if 2 * sum(char.isdigit() for char in found) > len(found):
        pieces += [found[i : i + _PIECE_CHARS] for i in range(len(found) - _PIECE_CHARS + 1)]
    return any(_spaced(piece).search(text) for piece in pieces if _characters(piece))


def _characters(identifier: str) -> str:
    found = "".join(char for char in identifier if char.isalnum())
    return found if len(found) >= _CHARS_MIN else ""


def _spaced(identifier: str) -> re.Pattern[str]:
    """The identifier, however it is spaced and punctuated."""
    between = r"[\s.\-_/()\u00b7\u2010-\u2015]*"
    return re.compile(between.join(re.escape(char) for char in _characters(identifier)), re.IGNORECASE)


def _hide(value: Any, patterns: Sequence[re.Pattern[str]]) -> Any:
    if isinstance(value, str):
        for pattern in patterns:
            value = pattern.sub(HIDDEN, value)
        return value
    if isinstance(value, list | tuple):
        return [_hide(item, patterns) for item in value]
    if isinstance(value, dict):
        return {name: _hide(item, patterns) for name, item in value.items()}
    return value


def _without_echo(outcome: Outcome, question: Question) -> str:
    words = question.text.split()
    if len(words) < _ECHO_WORDS or any(plain(question.text) in plain(quote.text) for quote in outcome.quotes):
        return outcome.answer
    return re.sub(r"\s+".join(re.escape(word) for word in words), HIDDEN, outcome.answer, flags=re.IGNORECASE)
