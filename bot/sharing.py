"""How much of a question’s subject the head of a passage names, to choose what to offer beside an answer or instead."""

from collections.abc import Callable, Collection, Sequence

from bot.ambiguity import SHARED
from bot.citing import ACTS
from bot.evidence import Expand, held_by_head
from index.lexical import Bm25Index
from index.model import SearchHit
from index.tokens import stem, words

CLOSE = 0.34
"""Share of the subject that a heading names to be offered where nothing was found."""

Shared = Callable[[SearchHit], float]
"""Share of a question's subject, 0..1, that a passage names."""


class Sharing:
    """Measures against one generation of the index. Immutable and safe to share between threads."""

    def __init__(self, lexical: Bm25Index, expand: Expand | None = None) -> None:
        self._lexical = lexical
        self._expand = expand

    def knows(self, question: str) -> bool:
        """Whether a word of a question is of the texts or of the vocabulary."""
        return any(self._lexical.knows(stem(word)) or self._equivalents(word) for word in words(question))

    def is_written(self, question: str) -> bool:
        """Whether a text has a word of a question, or an equivalent of it: none has "fax"."""
        return bool(self._written(question))

    def heading(self, question: str) -> Shared:
        """What the heading of a passage names."""
        return self._shares(question, ACTS, heading_only=True)

    def head(self, question: str) -> Shared:
        """What the title, headings and stored questions of a passage name."""
        return self._shares(question, ACTS, heading_only=False)

    def close(self, question: str) -> Shared:
        """What the heading names of the words that are the question’s own; 0 unless it is enough.

        "Déclarer" and "logiciel" are words of any subject, and a word that no text uses ("URSSAF") is one that no
        heading names.
        """
        own = {stem(word) for word in words(question)} - ACTS - SHARED
        written, weights = self._written(question) & own, self._lexical.weights(question)
        total = sum(weights.get(term, 0.0) for term in own)
        if not written or not total:
            return lambda _: 0.0
        part = sum(weights.get(term, 0.0) for term in written) / total
        shares = self._shares(question, ACTS | SHARED, heading_only=True)

        def share(hit: SearchHit) -> float:
            named = part * shares(hit)
            return named if named >= CLOSE else 0.0

        return share

    def _shares(self, question: str, acts: Collection[str], *, heading_only: bool) -> Shared:
        weights, written = self._lexical.weights(question), self._written(question)

        def counts(term: str) -> float:
            return weights.get(term, 0.0) if term in written and term not in acts else 0.0

        return lambda hit: held_by_head(question, hit, counts, self._expand, heading_only=heading_only)

    def _written(self, question: str) -> frozenset[str]:
        """Stems of the words of a question that the texts hold, or of which they hold an equivalent."""
        knows = self._lexical.knows
        return frozenset(
            stem(word)
            for word in words(question)
            if knows(stem(word)) or any(knows(stem(other)) for other in self._equivalents(word))
        )

    def _equivalents(self, word: str) -> Sequence[str]:
        return self._expand((word,)) if self._expand is not None else ()
