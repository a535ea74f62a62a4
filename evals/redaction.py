"""What a reply repeats of a question: counted, and kept out of what is written."""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import msgspec

from evals.model import HIDDEN, Outcome, Question
from evals.systems.checks import plain
from evals.systems.ports import Reply

_CHARS_MIN = 3
_ECHO_WORDS = 5
"""A question of fewer words can be a heading of the texts: repeating it tells nothing of who asked."""


def recorded(reply: Reply, question: Question, *, keep_texts: bool) -> Outcome:
    """The outcome to write: repeated identifiers counted, and hidden with the repeated question unless texts are
    kept."""
    patterns = [_spaced(identifier) for identifier in question.expected.masked if _characters(identifier)]
    leaks = sum(any(pattern.search(text) for text in reply.shown) for pattern in patterns)
    outcome = replace(reply.outcome, leaks=leaks)
    if keep_texts:
        return outcome
    outcome = replace(outcome, answer=_without_echo(outcome, question))
    if not leaks:
        return outcome
    hidden = _hide(msgspec.to_builtins(outcome), patterns)
    return msgspec.convert({**hidden, "question_id": outcome.question_id}, Outcome)


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
