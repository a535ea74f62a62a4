"""Ways of reading a question before searching: spelt out, and, of a long story, what it asks."""

import re

from bot.shorthand import spelt_out
from bot.spelling import Speller
from index.search import SearchEngine
from index.tokens import words

PASSAGES_READ = 20_000
"""Passages whose words repair spelling; more would slow the opening of a large index and bring few new words."""
_AT_ONCE = 1_000
_SENTENCE_END = re.compile(r"(?<=[.!?…])\s+")


def speller_of(engine: SearchEngine) -> Speller:
    """The speller of an index, made from its own passages."""
    rows = range(min(len(engine.table), PASSAGES_READ))
    read = (engine.table.passages(rows[at : at + _AT_ONCE]) for at in range(0, len(rows), _AT_ONCE))
    return Speller((passage.text for passages in read for passage in passages), engine.lexical.knows)


def readings(question: str) -> tuple[str, ...]:
    """The question, then its interrogative sentences alone where it has others: a story is told for one question."""
    sentences = [part for part in _SENTENCE_END.split(question) if words(part)]
    asked = [part for part in sentences if part.rstrip().endswith("?")]
    if not asked or len(asked) == len(sentences):
        return (question,)
    return question, " ".join(asked)


def as_searched(question: str, speller: Speller) -> str:
    """The question in ordinary French: text-message forms spelt out, misspelt words repaired."""
    return speller.repaired(spelt_out(question))
