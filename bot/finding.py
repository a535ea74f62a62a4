"""Finding what may answer a question, and weighing whether it does: ``Finder.look(question)``."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from bot.abstain import Calibration, decide
from bot.evidence import Evidence, Expand, weigh
from bot.model import Reason
from bot.reading import as_searched, readings, speller_of
from index.model import SearchFilter, SearchHit
from index.search import EVERYTHING, SearchEngine

LOOKED_AT = 20
"""Hits looked at; the evidence is calibrated on this many."""
FOLLOWED = 0.5
"""Weight of a follow-up read alone against the same read with the question before it."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A question as it was searched, what came back, and the evidence that it gives."""

    question: str
    hits: Sequence[SearchHit]
    evidence: Evidence

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
        searched = as_searched(question, self._speller)
        found = (self._read(text, wanted, kept) for text in readings(searched))
        return max(found, key=lambda reading: reading.strength)

    def follow(self, question: str, before: str, wanted: SearchFilter = EVERYTHING) -> Reading:
        """A question read with the one before it, which it leans on.

        The words of the question before alone would find again what answered it: hits are ranked by what the new
        question finds of them as well.
        """
        joined = self.read(f"{before} {question}", wanted)
        own = {hit.row: hit.score for hit in self.read(question, wanted).hits}
        floor = min(own.values(), default=0.0)
        ranked = sorted(joined.hits, key=lambda hit: -(hit.score + FOLLOWED * own.get(hit.row, floor)))
        hits = [replace(hit, rank=rank) for rank, hit in enumerate(ranked, start=1)]
        return replace(joined, hits=hits)

    def judge(self, reading: Reading, calibration: Calibration) -> Found:
        """Whether to answer."""
        if not reading.hits:
            return Found(reading, 0.0, Reason.NOTHING_FOUND)
        probability = calibration.probability(reading.evidence)
        return Found(reading, probability, decide(probability, reading.evidence, calibration))

    def stands_alone(self, hit: SearchHit, found: Found, calibration: Calibration) -> bool:
        """Whether a further passage would answer the question by itself, were it found in the same company."""
        alone = weigh(found.question, [hit], self._engine.lexical, self._expand)
        first = found.reading.evidence
        met = replace(alone, standing=first.standing, lead=first.lead, agreement=first.agreement)
        return calibration.probability(met) >= calibration.threshold

    def _read(self, question: str, wanted: SearchFilter, kept: Callable[[SearchHit], bool]) -> Reading:
        found = self._engine.search(question, LOOKED_AT, wanted=wanted)
        hits = [hit for hit in found if not self._is_sheet(hit) and kept(hit)]
        return Reading(question, hits, weigh(question, hits, self._engine.lexical, self._expand))

    def _is_sheet(self, hit: SearchHit) -> bool:
        # A sheet's steps are for its own emergency: quoted beside another question they could be the wrong gesture.
        document = self._engine.table.document(hit.passage.document_id)
        return document is not None and bool(document.attributes.get("emergency"))
