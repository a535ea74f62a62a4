"""Levels of the headings of a page, so that each question keeps its whole answer and each box its place."""

from collections.abc import Iterator
from contextlib import contextmanager

from bs4 import Tag

from ingest.html_words import HEADING

_LAST = 6


def heading_level(node: Tag) -> int:
    """1 to 6 for a heading (``h1`` to ``h6``, or ``role="heading"``), 0 for anything else."""
    if HEADING.fullmatch(node.name):
        return int(node.name[1])
    if node.get("role") != "heading":
        return 0
    level = str(node.get("aria-level") or "2").strip()
    return int(level) if level in {"1", "2", "3", "4", "5", "6"} else 2


class Outline:
    """Gives each heading its level.

    A question without a heading tag stands one level below the last true heading; headings inside its answer stand
    below it and leave the level of the next question alone. A heading with a category word stands below that word.
    """

    def __init__(self) -> None:
        self._outer = 1
        """Level of the last heading that is in no answer."""
        self._question = 0
        """Level, before any shift, of the question whose answer is being read; 0 outside of answers."""
        self._shift = 0
        self._last = 1
        self._floor = 0

    def open(self, level: int, *, labelled: bool, opens: bool) -> int:
        """The level of a heading. ``level``: 0 for a question without one; ``labelled``: a category word stands one
        level above it; ``opens``: what follows in the same element stands below it."""
        asked = level == 0
        level = max(level or self._outer + 1, self._floor)
        if self._question and level > self._question and not asked:
            level += self._shift
        else:
            self._question = level if asked or labelled else 0
            self._shift = int(labelled)
            if not asked:
                self._outer = level
            level += self._shift
        self._last = min(level, _LAST)
        if opens:
            self._floor = level + 1
        return self._last

    def bold(self) -> int:
        """The level of a line in bold that serves as a heading."""
        return min(self._last + 1, _LAST)

    @contextmanager
    def within(self, *, box: bool) -> Iterator[None]:
        """Inside an element: what was opened in it ends with it. What a box titles stands below the text around."""
        floor, state = self._floor, (self._outer, self._question, self._shift, self._last)
        if box:
            self._floor = max(self._floor, self._last + 1)
        yield
        self._floor = floor
        if box:
            self._outer, self._question, self._shift, self._last = state
