"""A rule: which words together tell of which incident."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot import emergency_words as w
from bot.emergency_stance import tells
from bot.incident import Incident


@dataclass(frozen=True, slots=True)
class Rule:
    """An incident told by ``anchor`` with each of ``beside`` within ``gap`` characters of it, in any order."""

    incident: Incident
    anchor: re.Pattern[str]
    beside: tuple[re.Pattern[str], ...]
    gap: int
    without: re.Pattern[str] | None

    def tells(self, text: str) -> bool:
        """Whether plain text tells of the incident."""
        return any(tells(text, anchor.start(), anchor.end()) for anchor in self._found(text))

    def _found(self, text: str) -> Iterator[re.Match[str]]:
        for anchor in self.anchor.finditer(text):
            around = text[max(0, anchor.start() - self.gap) : anchor.end() + self.gap]
            if self.without is not None and self.without.search(around):
                continue
            if all(word.search(around) for word in self.beside):
                yield anchor


def rule(incident: Incident, anchor: str, *beside: str, gap: int = 70, without: str | None = None) -> Rule:
    """A rule from patterns on plain text; ``gap`` in characters; ``without`` near the anchor: something else."""
    return Rule(
        incident,
        w.any_of(anchor),
        tuple(map(w.any_of, beside)),
        gap,
        None if without is None else w.any_of(without),
    )
