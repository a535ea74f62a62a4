"""A passage chosen to be quoted, and how two of them stand to each other: the same, one within the other, newer."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.quote import Quote
from index.model import SearchHit
from index.table import passage_date, topics
from index.tokens import terms
from ingest.force import Force, force_of
from ingest.model import Document, DocumentKind

DUPLICATE = 0.6
"""Quotes sharing this much of their terms say the same thing; the official one is kept, and of two alike the newer."""
HELD = 0.9
"""A quote that holds this much of another's terms repeats it; of one publisher, the one found first is kept."""
AKIN = 0.35
"""Quotes sharing this much are of one rule: the newer text comes first."""
NEWER_MARGIN = 0.5
"""A newer text comes before a better found one when its fused score is no further below."""
_FIGURE = re.compile(r"\d")


@dataclass(frozen=True, slots=True)
class Choice:
    """A quote of a passage that was found."""

    document: Document
    hit: SearchHit
    quote: Quote

    @property
    def text(self) -> str:
        """The words quoted."""
        return self.document.text[self.quote.span.start : self.quote.span.end]

    @property
    def age(self) -> str:
        """The date of its text; empty where none is known, and for a law, which is in force as amended."""
        number = self.hit.passage.section
        section = self.document.sections[number] if number >= 0 else None
        law = force_of(self.document, section) is Force.LAW
        return "" if law else passage_date(self.document, self.hit.passage) or ""


def same(one: Choice, other: Choice) -> bool:
    """Whether two quotes say the same."""
    return _share(one, other) >= DUPLICATE


def holds(one: Choice, other: Choice) -> bool:
    """Whether a quote says what another one of the same publisher and sort says."""
    alike = (one.document.publisher, one.document.kind) == (other.document.publisher, other.document.kind)
    whole, part = set(terms(one.text)), set(terms(other.text))
    return alike and len(part) > 0 and len(whole & part) / len(part) >= HELD


def replaces(entry: Choice, other: Choice) -> bool:
    """Whether a quote takes the place of one that says the same.

    The official text that of our digest, wherever it stands in the list; of two texts alike, the newer.
    """
    if entry.document.kind is other.document.kind:
        return _comes_before(entry, other)
    return (other.document.kind, entry.document.kind) == (DocumentKind.DIGEST, DocumentKind.OFFICIAL)


def newer_first(chosen: Sequence[Choice]) -> list[Choice]:
    """The quotes in their order; of two neighbours that nearly say the same, the newer text first."""
    ordered = list(chosen)
    for last in range(1, len(ordered)):
        for at in range(last, 0, -1):
            before, after = ordered[at - 1 : at + 1]
            alike = before.document.kind is after.document.kind and _share(before, after) >= AKIN
            if not (alike and _comes_before(after, before)):
                break
            ordered[at - 1 : at + 1] = after, before
    return ordered


def speaks_beside(entry: Choice, chosen: Sequence[Choice]) -> bool:
    """Whether a passage gives figures on the subject of the first one, of a publisher not yet quoted.

    Topics are ours and each publisher's own: they are compared only where both texts are digests.
    """
    first = chosen[0]
    digests = first.document.kind is entry.document.kind is DocumentKind.DIGEST
    return (
        entry.document.publisher not in {choice.document.publisher for choice in chosen}
        and (not digests or bool(set(topics(entry.document)) & set(topics(first.document))))
        and bool(_FIGURE.search(entry.text))
        and bool(_FIGURE.search(first.text))
    )


def _share(one: Choice, other: Choice) -> float:
    """Terms that two quotes share, of all that they hold."""
    first, second = set(terms(one.text)), set(terms(other.text))
    return len(first & second) / len(first | second) if first and second else 0.0


def _comes_before(one: Choice, other: Choice) -> bool:
    """Whether a text is surely newer, and found about as near."""
    known = min(len(one.age), len(other.age))
    newer = known > 0 and one.age[:known] > other.age[:known]
    return newer and one.hit.score >= other.hit.score - NEWER_MARGIN
