"""Ways of reading a question before searching: spelt out, and, of a long story, what it asks."""

import re

from bot.shorthand import spelt_out
from bot.spelling import Speller
from index.search import SearchEngine
from index.tokens import terms, words

PASSAGES_READ = 20_000
"""Passages whose words repair spelling; more would slow the opening of a large index and bring few new words."""
_AT_ONCE = 1_000
_CLAUSE_WORDS = 3
"""Meaningful words of a clause that can be read alone."""
_SENTENCE_END = re.compile(r"(?<=[.!?…])\s+")
# "J’ai ouvert un cabinet, quelles obligations ... ?": what is asked begins after the comma.
_CLAUSE = re.compile(
    r"(?<=[,;:])\s+(?=(?:et |mais |donc |alors )?(?:(?:[àa] partir de|sur|dans|de|[àa]|pour|par|avec|sous) )?"
    r"(?:quel(?:le)?s?|combien|comment|quand|o[uù]|qui|quoi|que|qu['’]est-ce|pourquoi|est-ce|faut-il|dois-je|doit-on|"
    r"puis-je|peut-on|ai-je|suis-je|a-t-on|est-on|lequel|laquelle)\b)",
    re.IGNORECASE,
)


def speller_of(engine: SearchEngine) -> Speller:
    """The speller of an index, made from texts and headings: stored questions may be misspelt."""
    rows = range(min(len(engine.table), PASSAGES_READ))
    read = (engine.table.passages(rows[at : at + _AT_ONCE]) for at in range(0, len(rows), _AT_ONCE))
    known: set[str] = set()
    texts: list[str] = []
    for passage in (passage for passages in read for passage in passages):
        texts.append(passage.text)
        known.update(terms(" ".join((passage.title, *passage.path, passage.text))))
    whole = len(rows) == len(engine.table)
    return Speller(texts, known.__contains__ if whole else engine.lexical.knows)


def readings(question: str) -> tuple[str, ...]:
    """The question, then what it asks alone where it tells something first: its interrogative sentences, and of a
    single one the clause that asks."""
    sentences = [part for part in _SENTENCE_END.split(question) if words(part)]
    asked = [part for part in sentences if part.rstrip().endswith("?")]
    if not asked:
        return (question,)
    found = [question]
    if len(asked) < len(sentences):
        found.append(" ".join(asked))
    parts = _CLAUSE.split(asked[0], maxsplit=1)
    # "..., à quelles conditions ?" asks about what comes before it.
    if len(asked) == 1 and len(parts) == 2 and len(words(parts[1])) >= _CLAUSE_WORDS:
        found.append(parts[1])
    return tuple(found)


def as_searched(question: str, speller: Speller) -> str:
    """The question in ordinary French: text-message forms spelt out, misspelt words repaired."""
    return speller.repaired(spelt_out(question))
