"""Citation recall and precision after ALCE (Gao et al., "Enabling Large Language Models to Generate Text with
Citations", EMNLP 2023; ``compute_autoais``), with a lexical stand-in for its entailment model.

ALCE: a statement is supported when the passages that it cites, together, entail it; without a citation, or with a
number that leads nowhere, it is not. A citation is needed when its statement is supported, unless it does not entail
the statement alone while the others still do without it; when the statement is not supported, none is.

Two things differ here, and make these figures incomparable with published ones:

- *Entailment is lexical*: a quote entails a statement when it holds four fifths of its index terms (French stems,
  function words left out) and all its numbers. For an answer made of quotes this is exact. For a rewritten one it
  sees an added figure or an unrelated source, not a lost negation: read it as an upper bound.
- *Statements*: a quotation between « » stands as one statement with the marker that follows it, since the sentences
  of a quote are cited together. Of an answer that says it was not generated, the wording around quotes is fixed and
  claims nothing: only what is quoted or bears a marker counts. Of any other, every sentence does, but for lead-ins
  that end with a colon.

A quote that was checked and is not word for word in its source supports nothing.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from bot.model import Status
from evals.model import Outcome
from index.tokens import terms
from ingest.sentences import sentence_spans

COVERED_MIN = 0.8
_MARKER = re.compile(r"\[(\d{1,3})\]")
_LISTED = re.compile(r"\[(\d{1,3}(?:\s*[,;]\s*\d{1,3})+)\]")
_AFTER_STOP = re.compile(r"([.!?…]+)[ \u00a0\u202f]*((?:\[\d{1,3}\])+)")
_CLOSING = re.compile(r"[\s\u00a0\u202f]*»?[\s\u00a0\u202f.]*((?:\[\d{1,3}\][\s\u00a0\u202f]*)+)")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)?")


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence or a quotation of an answer, and the numbers that it cites."""

    text: str
    cited: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class CitationCount:
    """Of one answer: statements and those supported, citations and those needed."""

    statements: int = 0
    supported: int = 0
    citations: int = 0
    needed: int = 0


def entails(text: str, statement: str) -> bool:
    """The lexical stand-in: see the module."""
    wanted = terms(statement)
    if not wanted:
        return False
    held = set(terms(text))
    numbers = {number.replace(",", ".") for number in _NUMBER.findall(text)}
    covered = sum(term in held for term in wanted) / len(wanted)
    return covered >= COVERED_MIN and all(number.replace(",", ".") in numbers for number in _NUMBER.findall(statement))


def statements(outcome: Outcome) -> Iterator[Statement]:
    """The statements of an answer."""
    rest = _LISTED.sub(lambda match: "".join(f"[{n.strip()}]" for n in re.split("[,;]", match[1])), outcome.answer)
    for quote in sorted(outcome.quotes, key=lambda quote: -len(quote.text)):
        at = rest.find(quote.text) if quote.text else -1
        closing = _CLOSING.match(rest, at + len(quote.text)) if at >= 0 else None
        if closing:
            yield Statement(quote.text, _numbers(closing[1]))
            rest = f"{rest[:at]}\n{rest[closing.end() :]}"
    # "... 72 heures. [1]": the marker belongs to the sentence before it.
    for line in _AFTER_STOP.sub(r"\2\1", rest).split("\n"):
        for span in sentence_spans(line):
            sentence = line[span.start : span.end]
            cited, text = _numbers(sentence), _MARKER.sub("", sentence).strip(" \u00a0\u202f«»")
            claims = cited or not (outcome.generated is False or text.rstrip().endswith(":"))
            if claims and terms(text):
                yield Statement(text, cited)


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(dict.fromkeys(int(number) for number in _MARKER.findall(text)))


def citation_count(outcome: Outcome) -> CitationCount:
    """The counts of one answer; an abstention states nothing."""
    if outcome.status in (Status.NO_ANSWER, Status.CLARIFY):
        return CitationCount()
    sources = {quote.marker: quote.text for quote in outcome.quotes if quote.verbatim is not False}
    known = {quote.marker for quote in outcome.quotes}
    total = supported = citations = needed = 0
    for statement in statements(outcome):
        total += 1
        citations += len(statement.cited)
        if statement.cited and known.issuperset(statement.cited) and _together(sources, statement.cited, statement):
            supported += 1
            needed += sum(_is_needed(sources, number, statement) for number in statement.cited)
    return CitationCount(total, supported, citations, needed)


def _together(sources: dict[int, str], cited: Collection[int], statement: Statement) -> bool:
    return entails("\n".join(sources.get(number, "") for number in cited), statement.text)


def _is_needed(sources: dict[int, str], number: int, statement: Statement) -> bool:
    others = [other for other in statement.cited if other != number]
    return not others or _together(sources, [number], statement) or not _together(sources, others, statement)
