"""From the lines of a PDF to groups: the lines of one paragraph, heading or item, across columns and pages."""

import re
import statistics
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from ingest.pdf_lines import Line

NUMBERED = re.compile(r"(?:\d{1,2}(?:[.)]|°|\.-)|\(?[a-z]\)|\([ivx0-9]{1,3}\)|[ivx]{1,4}[.)])\s+(?=\S)")
RECOMMENDATION = re.compile(r"(R ?\d{1,3}(?:\+{1,2}|-{1,2})?)(?![\w.,)])\s*[:.–—-]?\s*(?!(?:et|ou|à)\b)")
_ENDED = re.compile(r"[.!?:;…][»”\")\]\u00a0\u202f ]*$")
_CONTENTS = re.compile(r"(?:\.\s?|…\s?|_\s?){4,200}\s*\w{0,5}\s*$")
_LOOSE = 1.35
"""Lines further apart than this many times the usual step belong to two paragraphs."""
_SMALL = 0.87


@dataclass(slots=True)
class Group:
    """The lines of one block; ``item`` tells that they make an item of a list."""

    lines: list[Line]
    item: bool = False

    @property
    def first(self) -> Line:
        return self.lines[0]

    @property
    def last(self) -> Line:
        return self.lines[-1]

    @property
    def size(self) -> float:
        return statistics.median(line.size for line in self.lines)

    @property
    def bold(self) -> bool:
        return all(line.bold for line in self.lines)


@dataclass(frozen=True, slots=True)
class Measures:
    """What is usual in a document: size of the type, step from line to line in that size, weight."""

    body: float
    step: float
    bold: bool


def measures(lines: Sequence[Line]) -> Measures:
    """Measure the lines of a document."""
    sizes: Counter[float] = Counter()
    for line in lines:
        sizes[round(line.size * 2) / 2] += len(line.text)
    body = max(sizes.most_common(1)[0][0], 1.0) if sizes else 10.0
    usual = [line for line in lines if abs(line.size - body) < 0.6]
    steps = [
        after.y - before.y
        for before, after in pairwise(usual)
        if _beside(before, after) and 0.8 * body < after.y - before.y < 2.2 * body
    ]
    # The most frequent step, to half a point: paragraphs of one line would pull a median upwards.
    step = Counter(round(value * 2) / 2 for value in steps).most_common(1)[0][0] / body if steps else 1.2
    return Measures(body, max(step, 1.0), sum(line.bold for line in usual) > 0.6 * len(usual))


def _beside(before: Line, after: Line) -> bool:
    return before.page == after.page and before.column == after.column


def groups(lines: Sequence[Line], usual: Measures) -> list[Group]:
    """The groups of a document in reading order; lines of a table of contents are left out."""
    found: list[Group] = []
    for line in lines:
        if _CONTENTS.search(line.text):
            continue
        group = found[-1] if found else None
        if group is not None and _continues(group, line, usual):
            if line.mark:
                # A dash in the middle of a sentence, at the start of a line: no bullet.
                line.text, line.mark = line.written, ""
            group.lines.append(line)
            continue
        crossed = _across_notes(found, line, usual)
        if crossed is not None:
            # The notes at the foot of a page come before the paragraph that they interrupt.
            found.append(found.pop(crossed))
            found[-1].lines.append(line)
            continue
        found.append(Group([line], item=_starts_item(group, line)))
    return found


def _starts_item(group: Group | None, line: Line) -> bool:
    if line.mark:
        return True
    return not line.bold and NUMBERED.match(line.text) is not None


def _across_notes(found: list[Group], line: Line, usual: Measures) -> int | None:
    """The index of the group that ``line`` continues beyond the notes at the foot of the page before."""
    index = len(found) - 1
    while index >= 0 and found[index].first.page == line.page - 1 and found[index].size <= _SMALL * usual.body:
        index -= 1
    if index in {-1, len(found) - 1} or not _continues(found[index], line, usual):
        return None
    return index


def _continues(group: Group, line: Line, usual: Measures) -> bool:
    last = group.last
    if line.rows or last.rows or not 0.92 <= (line.size or 1) / (last.size or 1) <= 1.08:
        return False
    ended = _ENDED.search(last.text) is not None
    middle = not ended and line.text[:1].islower()
    if line.mark and not (line.mark in "–—-" and _in_sentence(group, line, ended)):
        return False
    if line.bold != last.bold and not middle:
        return False
    if RECOMMENDATION.match(line.text) and (ended or line.bold or _far(last, line, usual)):
        return False
    if not _beside(last, line):
        return _continues_elsewhere(group, line, ended=ended, middle=middle)
    if line.y <= last.y or _far(last, line, usual):
        return False
    if NUMBERED.match(line.text) and (ended or group.item or group.bold) and not middle:
        return False
    if ended and _fits(last, line):
        return False
    if group.item:
        outside = line.left < group.first.left - 2
        hanging = group.first.body > group.first.left + 2 and line.left >= group.first.body - 0.7 * line.size
        return not outside and (hanging or not ended or len(group.lines) > 1)
    indented = line.left > max(last.left, group.first.left if len(group.lines) > 1 else last.left) + 0.8 * line.size
    return not (ended and indented)


def _continues_elsewhere(group: Group, line: Line, *, ended: bool, middle: bool) -> bool:
    """Whether a line at the top of a column or a page continues the group that ends the one before."""
    last = group.last
    # Text goes on at the top of the next column or page, not below on the same page.
    below = line.page == last.page and line.y > last.y
    if ended or below or NUMBERED.match(line.text) or line.page > last.page + 1:
        return False
    if middle or last.text.endswith("-"):
        return True
    return not group.bold and not _fits(last, line)


def _in_sentence(group: Group, line: Line, ended: bool) -> bool:
    last = group.last
    return not ended and not group.item and not last.text.endswith(",") and abs(line.left - last.left) < 0.5 * line.size


def _far(last: Line, line: Line, usual: Measures) -> bool:
    large = line.size > 1.08 * usual.body
    return line.y - last.y > (1.5 if large else _LOOSE * usual.step) * max(line.size, last.size)


def _fits(last: Line, line: Line) -> bool:
    """Whether the first word of ``line`` had room at the end of ``last``: the break between them is then meant."""
    return last.right + 0.3 * line.size + line.first < last.edge
