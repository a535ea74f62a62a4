"""Finding what may answer a question, and weighing whether it does: ``Finder.look(question)``."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace

from bot.abstain import Calibration, decide
from bot.evidence import Evidence, Expand, held_by_head, weigh
from bot.model import Reason
from bot.question import core
from bot.reading import as_searched, readings, speller_of
from bot.stored import stores
from index.model import SearchFilter, SearchHit
from index.search import EVERYTHING, SearchEngine
from index.table import topics
from index.tokens import stem, words

STORED = 0.97
"""Probability of an answer to a question that the corpus holds word for word."""
_STORED_AMONG = 8
LOOKED_AT = 20
"""Hits looked at; the evidence is calibrated on this many."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A question as it was searched, what came back, and the evidence that it gives."""

    question: str
    hits: Sequence[SearchHit]
    evidence: Evidence
    wanted: SearchFilter = EVERYTHING
    """Which documents might be found."""

    @property
    def strength(self) -> float:
        """What the readings of one question are compared by."""
        return self.evidence.line + 0.2 * self.evidence.coverage


@dataclass(frozen=True, slots=True)
class Found:
    """The best reading of a question, and how likely it is to be answered."""

    reading: Reading
    probability: float
    reason: Reason | None
    """Why not to answer; None to answer."""
    exact: bool = False
    """Whether one of the first passages was written to answer this very question."""

    @property
    def question(self) -> str:
        """As it was searched."""
        return self.reading.question

    @property
    def hits(self) -> Sequence[SearchHit]:
        """Passages that may answer, best first; no step of an emergency sheet."""
        return self.reading.hits


class Finder:
    """Looks into one generation of the index. Immutable and safe to share between threads."""

    def __init__(self, engine: SearchEngine, expand: Expand | None = None) -> None:
        self._engine = engine
        self._expand = expand
        self._speller = speller_of(engine)

    def read(
        self, question: str, wanted: SearchFilter = EVERYTHING, kept: Callable[[SearchHit], bool] = lambda _: True
    ) -> Reading:
        """The reading of a question that finds the most.

        Args:
            question: cleaned and masked.
            wanted: which documents may be found.
            kept: which of the hits found count; calibration leaves some out.
        """
        searched = as_searched(core(question), self._speller)
        found = (self._read(text, wanted, kept) for text in readings(searched))
        return max(found, key=lambda reading: reading.strength)

    def judge(self, reading: Reading, calibration: Calibration) -> Found:
        """Whether to answer."""
        if not reading.hits:
            return Found(reading, 0.0, Reason.NOTHING_FOUND)
        probability = calibration.probability(reading.evidence)
        if any(stores(hit.passage, reading.question) for hit in reading.hits[:_STORED_AMONG]):
            return Found(reading, max(probability, STORED), None, exact=True)
        reason = decide(probability, reading.evidence, calibration)
        if reason is Reason.OUT_OF_SCOPE and self._names_ours(reading.question):
            reason = Reason.NOTHING_FOUND
        return Found(reading, probability, reason)

    def _names_ours(self, question: str) -> bool:
        """Whether a word is of our vocabulary though no text uses it ("fax"): the subject is ours, the text missing."""
        if self._expand is None:
            return False
        lacking = (word for word in words(question) if not self._engine.lexical.knows(stem(word)))
        return any(self._expand((word,)) for word in lacking)

    def shared(self, hit: SearchHit, question: str, acts: Collection[str], *, heading_only: bool = False) -> float:
        """Share of a question's subject that a passage's heading holds, and its stored questions, 0..1.

        Args:
            hit: a further passage; the text alone of one on another subject often has all words of the question.
            question: as it was searched.
            acts: stems that say nothing of the subject.
        """
        lexical = self._engine.lexical
        weights = lexical.weights(question)

        def counts(term: str) -> float:
            return weights.get(term, 0.0) if term not in acts and lexical.knows(term) else 0.0

        return held_by_head(question, hit, counts, self._expand, heading_only=heading_only)

    def topics(self, hit: SearchHit) -> frozenset[str]:
        """Topics of the document of a hit."""
        document = self._engine.table.document(hit.passage.document_id)
        return frozenset(topics(document)) if document is not None else frozenset()

    def stands_alone(self, hit: SearchHit, found: Found, calibration: Calibration) -> bool:
        """Whether a further passage would answer the question by itself, were it found in the same company."""
        alone = weigh(found.question, [hit], self._engine.lexical, self._expand)
        first = found.reading.evidence
        met = replace(alone, standing=first.standing, lead=first.lead, agreement=first.agreement)
        return calibration.probability(met) >= calibration.threshold

    def _read(self, question: str, wanted: SearchFilter, kept: Callable[[SearchHit], bool]) -> Reading:
        found = self._engine.search(question, LOOKED_AT, wanted=wanted)
        hits = [hit for hit in found if not self._is_sheet(hit) and kept(hit)]
        return Reading(question, hits, weigh(question, hits, self._engine.lexical, self._expand), wanted)

    def _is_sheet(self, hit: SearchHit) -> bool:
        # A sheet's steps are for its own emergency: quoted beside another question they could be the wrong gesture.
        document = self._engine.table.document(hit.passage.document_id)
        return document is not None and bool(document.attributes.get("emergency"))
