"""Following a conversation: what a question means after others ("Et pour un mineur ?"), and whether it is answered.

A follow-up is understood from what it adds. It is searched with the question before it, and the passages found are
ranked by what the new words bring: raised by the search of the new words alone, lowered by the search of the question
before, whose own passage would otherwise come first again. Nothing that the client says was answered is trusted: the
section that answered before is found again from the question.

Whether to answer is the opinion of two readings, both calibrated for questions that stand alone: that the texts treat
the subject (both questions together), and that the passage chosen holds what is newly asked (the new words alone).
"""

import math
from collections.abc import Sequence
from dataclasses import replace

from bot.abstain import Calibration, decide
from bot.ambiguity import is_ambiguous
from bot.citing import ACTS
from bot.datum import holder, without_datum, without_time
from bot.evidence import Expand, weigh
from bot.finding import LOOKED_AT, Finder, Found, Reading
from bot.model import Reason
from bot.question import is_elliptic, leans_on_history, points_back, spelt_with
from bot.reading import readings
from index.lexical import Bm25Index
from index.model import SearchFilter, SearchHit
from index.tokens import words

OWN, BEFORE, SAME_DOCUMENT, REPEATED = 0.5, 0.5, 0.3, 1.5
"""What a passage gains from the search of the new words, loses from that of the question before, gains by being of the
document that answered before, and loses by having been the answer itself where another holds more of the new words
(times how much more); on the scale of fused scores (their deviation is about 1). Settled on the development follow-ups,
where neighbouring values do nearly as well."""
LIKELY = 0.5
"""Probability from which a question that leans on the one before is answered; any other, which merely finds nothing
alone, must reach the threshold of a question asked alone. On the development half, 30 of 37 follow-ups are then
answered by the right passage, and so are 4 of 13 follow-ups that no text answers, and 3 of 88 whole questions that no
text answers either, each asked after another one."""
SHARED_MIN = 0.3
"""Share of the subject of the question before that the heading of a passage on another topic holds to stay on it."""
HOLDER_MIN = 0.5
"""The same where a price, a time or a person is asked for, which passages on any subject hold."""
HOLDERS_AMONG = 5
"""First passages among which the price, time or person asked for is looked for."""
_SURE = 1e-3
"""Probabilities are kept this far from 0 and 1, so that one reading alone cannot decide."""


def subject(questions: Sequence[str]) -> str:
    """What a conversation is about: its last question, after those that it leans on itself.

    Args:
        questions: earlier ones, oldest first, at least one.
    """
    told: list[str] = []
    for question in reversed(questions):
        # Of a story, only what it asks: its other words would outweigh those of the follow-up.
        told.insert(0, readings(question)[-1])
        if not leans(question):
            break
    return " ".join(told)


def leans(question: str) -> bool:
    """Whether a question says by its form, or by how little it says, that it continues another one."""
    return leans_on_history(question) or is_elliptic(question)


def borrows(question: str) -> bool:
    """Whether a question has no subject of its own: read alone, it would be answered on any subject.

    "Combien ça coûte ?" borrows, "Faut-il un DPO ?" does not.
    """
    return leans_on_history(question) or points_back(question) or is_ambiguous(question)


class Follower:
    """Reads follow-ups in one generation of the index. Immutable and safe to share between threads."""

    def __init__(
        self, finder: Finder, lexical: Bm25Index, calibration: Calibration, expand: Expand | None = None
    ) -> None:
        self._finder = finder
        self._lexical = lexical
        self._calibration = calibration
        self._expand = expand

    def follow(self, alone: Reading, question: str, before: str, wanted: SearchFilter) -> Found:
        """A question read after another one.

        Args:
            alone: the reading of the question alone.
            question: cleaned and masked.
            before: what it continues (see ``subject``), masked.
            wanted: which documents may be found.
        """
        found = self._joined(alone, question, before, wanted)
        if found.reason is None:
            return found
        return self._spelt(question, without_datum(before), wanted) or found

    def _spelt(self, question: str, before: str, wanted: SearchFilter) -> Found | None:
        """The follow-up read with its pronoun spelt out, where the texts then answer it on the same subject."""
        spelt = spelt_with(question, before)
        if spelt is None:
            return None
        found = self._finder.judge(self._finder.read(without_time(spelt), wanted), self._calibration)
        holds = holder(question)
        earlier = self._finder.read(before, wanted)
        first = self._kept(found.hits[:1], earlier, before)
        answers = found.reason is None and first and (holds is None or holds(first[0].passage))
        return found if answers else None

    def _joined(self, alone: Reading, question: str, before: str, wanted: SearchFilter) -> Found:
        holds = holder(question) if leans(question) else None
        joined = self._finder.read(f"{without_datum(before) if holds else before} {question}", wanted)
        if not joined.hits:
            return Found(joined, 0.0, Reason.NOTHING_FOUND)
        earlier = self._finder.read(before, wanted)
        ranked = self._without_repetition(_ranked(joined.hits, alone.hits, earlier.hits), earlier.hits, alone.question)
        strayed = leans(question) and not self._kept(ranked[:1], earlier, before)
        if strayed:
            # "Et si c’est un week-end ?" must not lead to another subject: what is left of the one before must answer
            # as surely as for a question asked alone.
            joined = replace(joined, hits=self._kept(joined.hits, earlier, before) or joined.hits)
            alone = replace(alone, hits=self._kept(alone.hits, earlier, before))
            ranked = _ranked(joined.hits, alone.hits, earlier.hits)
            ranked = self._without_repetition(ranked, earlier.hits, alone.question)
        if holds is not None:
            answering = [
                hit for hit in self._kept(ranked[:HOLDERS_AMONG], earlier, before, HOLDER_MIN) if holds(hit.passage)
            ]
            if not answering:
                return Found(replace(joined, hits=ranked), _SURE, Reason.WEAK)
            ranked = [replace(hit, rank=rank) for rank, hit in enumerate(answering, start=1)]
        of_subject = self._calibration.probability(joined.evidence)
        probability = of_subject
        if words(alone.question):
            own = {hit.row: hit for hit in alone.hits}
            chosen = [replace(own.get(hit.row, hit), score=hit.score) for hit in ranked]
            of_passage = self._calibration.probability(weigh(alone.question, chosen, self._lexical, self._expand))
            probability = _both(of_subject, of_passage)
        reading = replace(joined, hits=ranked)
        if probability >= (LIKELY if leans(question) and not strayed else self._calibration.threshold):
            return Found(reading, probability, None)
        reason = decide(min(probability, self._calibration.threshold - _SURE), joined.evidence, self._calibration)
        return Found(reading, probability, reason)

    def _kept(
        self, hits: Sequence[SearchHit], earlier: Reading, before: str, least: float = SHARED_MIN
    ) -> list[SearchHit]:
        """The hits that are on the subject of the question before."""
        # A file of contacts holds a bit of every subject.
        topics = self._finder.topics(earlier.hits[0]) - {"contacts"} if earlier.hits else frozenset()
        return [
            hit
            for hit in hits
            if topics & self._finder.topics(hit) or self._finder.shared(hit, before, ACTS, heading_only=True) >= least
        ]

    def _without_repetition(
        self, ranked: Sequence[SearchHit], earlier: Sequence[SearchHit], question: str
    ) -> list[SearchHit]:
        """The hits, best first, the passage that answered before lowered where another one says what is newly asked."""
        answered = earlier[0].row if earlier else None
        other = next((hit for hit in ranked if hit.row != answered), None)
        same = next((hit for hit in ranked if hit.row == answered), None)
        if other is not None and same is not None:
            more = self._held(question, other) - self._held(question, same) if words(question) else 1.0
            lowered = replace(same, score=same.score - REPEATED * max(more, 0.0))
            ranked = _best_first([lowered if hit is same else hit for hit in ranked])
        return [replace(hit, rank=rank) for rank, hit in enumerate(ranked[:LOOKED_AT], start=1)]

    def _held(self, question: str, hit: SearchHit) -> float:
        """Share of a question's weight that a passage holds, 0..1."""
        return weigh(question, [hit], self._lexical, self._expand).coverage


def _ranked(joined: Sequence[SearchHit], own: Sequence[SearchHit], before: Sequence[SearchHit]) -> list[SearchHit]:
    """All hits of the three searches by what the new words bring, best first."""
    found = {hit.row: hit for hit in (*before, *own, *joined)}
    of_both, of_own, of_before = _scores(joined), _scores(own), _scores(before)
    document = before[0].passage.document_id if before else None

    def score(hit: SearchHit) -> float:
        gained = _score(of_both, hit) + OWN * _score(of_own, hit) - BEFORE * _score(of_before, hit)
        return gained + SAME_DOCUMENT * (hit.passage.document_id == document)

    return _best_first([replace(hit, score=score(hit)) for hit in found.values()])


def _best_first(hits: Sequence[SearchHit]) -> list[SearchHit]:
    # Ties are broken by row, so that equal input gives equal order.
    return sorted(hits, key=lambda hit: (-hit.score, hit.row))


def _scores(hits: Sequence[SearchHit]) -> dict[int, float]:
    return {hit.row: hit.score for hit in hits}


def _score(scores: dict[int, float], hit: SearchHit) -> float:
    """A hit's score, or that of the last one where a search did not find it."""
    return scores.get(hit.row, min(scores.values(), default=0.0))


def _both(one: float, other: float) -> float:
    """The geometric mean of the odds of two probabilities, as a probability."""
    log_odds = [math.log(p / (1 - p)) for p in (min(max(value, _SURE), 1 - _SURE) for value in (one, other))]
    return 1 / (1 + math.exp(-sum(log_odds) / 2))
