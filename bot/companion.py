"""The official text beside our digest: ``Companions.of(choice)`` finds one that says what a quoted digest says.

A digest carries questions in users' words, so that it is found first and alone; where the index holds an official text
that says the same, its own words belong beside ours. Whether it does is judged by a logistic model over the likeness of
the two passages, trained on pairs graded by readers (``python -m evals.companions``).
"""

import json
import math
from collections.abc import Sequence
from dataclasses import astuple, dataclass, fields
from functools import cache
from pathlib import Path

from bot.choice import Choice
from bot.quote import choose_quote
from index.lexical import Bm25Index
from index.model import Likeness, SearchFilter
from index.search import SearchEngine
from index.tokens import terms
from ingest.model import DocumentKind, Passage

WEIGHTS = Path(__file__).with_name("companion.json")
LOOKED_AT = 12
"""Passages weighed of those that resemble a digest most."""
COMPARED = 4
"""Sentences of a digest that are compared: it says what matters first."""
OFFICIAL = SearchFilter(kinds=frozenset({DocumentKind.OFFICIAL}))


@dataclass(frozen=True, slots=True)
class Resemblance:
    """Signals that an official passage says what a digest says, in the order of the weights."""

    passage: float
    """Cosine of the two passages."""
    head: float
    """Best cosine of one of its lines and the digest's heading."""
    said: float
    """Best cosine of one of its sentences and one of the digest's first."""
    quoted: float
    """Best mean of a sentence's cosines with the digest's head and with its first sentences."""
    held: float
    """Share of the terms of the digest's first sentences, weighted by rarity, in its headings and quote (0..1)."""
    held_head: float
    """The same of the digest's heading, in its headings and whole text."""
    ours: float
    """Share of the terms of its quote, weighted by rarity, that the digest holds, questions included (0..1)."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """An official quote that may say what a digest says."""

    choice: Choice
    resemblance: Resemblance


@dataclass(frozen=True, slots=True)
class Weights:
    """A logistic model over ``Resemblance``: mean and deviation of each signal, weights, intercept, threshold."""

    signals: tuple[str, ...]
    mean: tuple[float, ...]
    deviation: tuple[float, ...]
    weights: tuple[float, ...]
    intercept: float
    threshold: float

    def probability(self, resemblance: Resemblance) -> float:
        """Probability that a reader finds the quote right beside the digest, 0..1."""
        terms_of = zip(astuple(resemblance), self.mean, self.deviation, self.weights, strict=True)
        return 1 / (1 + math.exp(-self.intercept - sum((x - mean) / dev * weight for x, mean, dev, weight in terms_of)))


@cache
def load_weights(path: Path = WEIGHTS) -> Weights:
    """The weights shipped with the program.

    Raises:
        ValueError: they were made for other signals.
    """
    content = json.loads(path.read_text(encoding="utf-8"))
    expected = tuple(field.name for field in fields(Resemblance))
    if tuple(content["signals"]) != expected:
        raise ValueError(f"{path.name} was made for other signals; run: python -m evals.companions")
    lists = {name: tuple(content[name]) for name in ("signals", "mean", "deviation", "weights")}
    return Weights(**lists, intercept=content["intercept"], threshold=content["threshold"])


class Companions:
    """Finds official texts beside digests, in one generation of the index."""

    def __init__(self, engine: SearchEngine) -> None:
        self._engine = engine
        self._any = DocumentKind.OFFICIAL.value in engine.table.counts()[2]

    def of(self, choice: Choice) -> Choice | None:
        """The official quote that most surely says what a digest says; None where none surely does."""
        if not self._any or choice.document.kind is not DocumentKind.DIGEST:
            return None
        weights = load_weights()
        rated = [(weights.probability(one.resemblance), one.choice) for one in self.candidates(choice)]
        probability, best = max(rated, key=lambda pair: pair[0], default=(0.0, None))
        return best if probability >= weights.threshold else None

    def candidates(self, choice: Choice) -> list[Candidate]:
        """Official quotes that may say what a digest says, by likeness, those that quote nothing left out."""
        ours = choice.hit.passage
        quoted = [n for n, span in enumerate(ours.sentences) if choice.quote.span.start <= span.start]
        first = quoted[0] if quoted else 0
        compared = slice(first, first + COMPARED)
        if not ours.sentences[compared]:
            return []
        found = self._engine.alike(choice.hit.row, LOOKED_AT, sentences=compared, wanted=OFFICIAL)
        return [self._candidate(ours, compared, likeness) for likeness in found]

    def _candidate(self, ours: Passage, compared: slice, likeness: Likeness) -> Candidate:
        hit, lexical = likeness.hit, self._engine.lexical
        document = self._engine.table.document(hit.passage.document_id)
        assert document is not None, "a passage without its document"
        heading = ours.path[-1] if ours.path else ours.title
        told = " ".join(_text(ours, span.start, span.end) for span in ours.sentences[compared])
        theirs = Choice(document, hit, choose_quote(document, hit, f"{heading} {told}", lexical))
        return Candidate(theirs, _resemblance(ours, heading, told, theirs, likeness, lexical))


def _resemblance(
    ours: Passage, heading: str, told: str, theirs: Choice, likeness: Likeness, lexical: Bm25Index
) -> Resemblance:
    hit = likeness.hit
    head = (hit.passage.title, *hit.passage.path)
    return Resemblance(
        passage=hit.signals.dense or 0.0,
        head=likeness.head,
        said=likeness.said,
        quoted=max(hit.sentence_scores),
        held=_share(told, (*head, theirs.text), lexical),
        held_head=_share(heading, (*head, hit.passage.text), lexical),
        ours=_share(theirs.text, (told, ours.title, *ours.path, *ours.questions), lexical),
    )


def _share(text: str, within: Sequence[str], lexical: Bm25Index) -> float:
    """Share of the terms of a text, weighted by rarity, that others hold."""
    weights = lexical.weights(text)
    total = sum(weights.values())
    present = frozenset(terms(" ".join(within)))
    return sum(weight for term, weight in weights.items() if term in present) / total if total else 0.0


def _text(passage: Passage, start: int, end: int) -> str:
    return passage.text[start - passage.start : end - passage.start]
