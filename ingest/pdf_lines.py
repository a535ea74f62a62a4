"""From the characters of a PDF page to its lines in reading order.

Characters make fragments (text on one baseline without a wide gap); fragments are put into columns, and those of a
column that share a baseline make a line.
"""

import itertools
import statistics
from collections.abc import Iterator
from dataclasses import dataclass

from ingest.pdf_glyphs import Glyph, PageGlyphs
from ingest.text import clean

_BULLETS = "•‣▪■□●○◦➢➤►▶✓✔❖➔→∙·\uf0b7\uf0a7\uf0d8\uf0fc\uf076\uf0e0\uf0a8"
_UNITS = frozenset(("m", "cm", "km", "mm", "dm"))
_GUTTER = 8.0
_COLUMN_LINES = 3


@dataclass(slots=True)
class Line:
    """Text between ``left`` and ``right`` on the baseline ``y`` of page ``page``, from 1.

    ``mark`` is the bullet that it begins with, which ``text`` leaves out, and ``body`` where its text begins; ``first``
    is the width of its first word, ``edge`` the right edge of its column, ``column`` the column's number.
    ``rows`` holds the rows of a table, whose ``text`` is empty.
    """

    text: str
    page: int
    left: float
    right: float
    y: float
    size: float
    bold: bool
    first: float
    mark: str = ""
    body: float = 0.0
    column: int = 0
    edge: float = 0.0
    rows: tuple[str, ...] = ()

    @property
    def written(self) -> str:
        """The text with its mark, for a mark that is no bullet after all."""
        return f"{self.mark} {self.text}".strip()


def fragments(page: PageGlyphs, number: int) -> list[Line]:
    """The fragments of a page in the order in which it draws them."""
    found: list[Line] = []
    run: list[Glyph] = []
    for glyph in page.glyphs:
        if run and _breaks(run[-1], glyph):
            found.extend(_fragment(run, number))
            run = []
        if glyph.char not in "\r\n":
            run.append(glyph)
    found.extend(_fragment(run, number))
    return found


def _breaks(before: Glyph, glyph: Glyph) -> bool:
    if glyph.char in "\r\n":
        return True
    size = max(before.size, glyph.size)
    if not size:
        return False
    if abs(glyph.y - before.y) > 0.45 * size or glyph.left < before.left - 0.5 * size:
        return True
    # A space that is a character belongs to the text however wide it is drawn; a gap may separate columns.
    written = before.char.isspace() and not before.generated
    return glyph.left - before.right > (4.0 if written else 1.0) * size


def _fragment(run: list[Glyph], number: int) -> Iterator[Line]:
    drawn = [glyph for glyph in run if not glyph.char.isspace()]
    if not drawn:
        return
    size = statistics.median(glyph.size for glyph in drawn)
    base = statistics.median(glyph.y for glyph in drawn)
    text = clean("".join(_written(run, size, base)))
    mark = drawn[0].char if _is_bullet(drawn, size) else ""
    if mark:
        # Symbol fonts draw their bullets in the private area, which cleaning has removed.
        text = clean(text.removeprefix(mark))
        drawn = drawn[1:] or drawn
    elif not text:
        return
    letters = [glyph for glyph in drawn if glyph.char.isalnum()] or drawn
    yield Line(
        text=text,
        page=number,
        left=next(glyph.left for glyph in run if not glyph.char.isspace()),
        right=max(glyph.right for glyph in drawn),
        y=base,
        size=round(size, 1),
        bold=all(glyph.bold for glyph in letters),
        first=_first_word(run[run.index(drawn[0]) :]),
        mark=mark,
        body=drawn[0].left,
    )


def _first_word(run: list[Glyph]) -> float:
    word = list(itertools.takewhile(lambda glyph: not glyph.char.isspace(), run))
    return word[-1].right - word[0].left


def _is_bullet(drawn: list[Glyph], size: float) -> bool:
    first, second = drawn[0], drawn[1] if len(drawn) > 1 else None
    gap = second.left - first.right if second else size
    if first.char in _BULLETS:
        return True
    if first.char in "–—-":
        return gap > 0.15 * size
    # Word processors draw the bullet of the second level as an "o" of another font.
    return first.char == "o" and gap > 0.3 * size and (second is None or second.font != first.font)


def _written(run: list[Glyph], size: float, base: float) -> Iterator[str]:
    """The characters of a run, a space where only the distance shows one; calls of notes are left out."""
    word = ""
    before: Glyph | None = None
    for glyph in run:
        if before and not before.char.isspace() and not glyph.char.isspace() and glyph.left - before.right > 0.3 * size:
            yield " "
            word = word if glyph.size < 0.8 * size else ""
        raised = glyph.char in "0123456789*" and glyph.size < 0.8 * size and glyph.y < base - 0.15 * size
        # A small raised number after a word calls a note; after a number or a unit it is an exponent.
        if raised and len(word) > 1 and not word[-1].isdigit() and word not in _UNITS:
            before = glyph
            continue
        # PDFium infers a space before a raised character too: the word before it is still the one it is beside.
        if not glyph.char.isspace():
            word = glyph.char if before is not None and before.char.isspace() else word + glyph.char
        elif not glyph.generated:
            word = ""
        before = glyph
        yield glyph.char


def reading_order(found: list[Line]) -> list[Line]:
    """The lines of a page: columns one after the other, what spans them between."""
    ordered: list[Line] = []
    for column, group in enumerate(_columns(sorted(found, key=lambda item: (item.y, item.left)), 0)):
        lines = list(_joined(group))
        texts = [line for line in lines if not line.rows]
        edge = max((line.right for line in texts), default=0.0)
        for line in lines:
            line.column, line.edge = column, edge
        ordered.extend(lines)
    return ordered


def _columns(found: list[Line], depth: int) -> Iterator[list[Line]]:
    """Groups of fragments in reading order; each group is a column, or a part of the page of its full width."""
    gutter = _gutter(found) if depth < 3 else None
    if gutter is None:
        if found:
            yield found
        return
    band: list[Line] = []
    for item in [*found, None]:
        if item is not None and (item.right <= gutter or item.left >= gutter):
            band.append(item)
            continue
        left = [part for part in band if part.right <= gutter]
        right = [part for part in band if part.left >= gutter]
        yield from _columns(left, depth + 1)
        yield from _columns(right, depth + 1)
        band = []
        if item is not None:
            yield [item]


def _gutter(found: list[Line]) -> float | None:
    """The middle of the widest vertical gap that few fragments cross, with text of some width on both sides."""
    if len(found) < 2 * _COLUMN_LINES:
        return None
    left, right = min(item.left for item in found), max(item.right for item in found)
    best: tuple[float, float] | None = None
    starts = sorted(
        {item.left for item in found if left + 0.2 * (right - left) < item.left < right - 0.1 * (right - left)}
    )
    for start in starts:
        before = [item for item in found if item.right <= start - 1]
        after = [item for item in found if item.left >= start - 1]
        crossing = len(found) - len(before) - len(after)
        if not before or crossing > 0.25 * len(found):
            continue
        width = start - max(item.right for item in before)
        if width < _GUTTER or not _is_column(before, right - left) or not _is_column(after, right - left):
            continue
        if best is None or width > best[0]:
            best = (width, start - width / 2)
    return best[1] if best else None


def _is_column(found: list[Line], width: float) -> bool:
    """Whether fragments make a column of text, and not the numbers or labels beside one."""
    if len(found) < _COLUMN_LINES:
        return False
    wide = [item for item in found if item.right - item.left > 0.2 * width or item.rows]
    return len(wide) >= max(2, 0.4 * len(found))


def _joined(found: list[Line]) -> Iterator[Line]:
    """The lines of a column: fragments that share a baseline, from left to right."""
    rows: list[list[Line]] = []
    for item in found:
        last = rows[-1] if rows else None
        if (
            last
            and not item.rows
            and not last[0].rows
            and abs(item.y - last[0].y) <= 0.35 * max(item.size, last[0].size)
        ):
            last.append(item)
        else:
            rows.append([item])
    for row in rows:
        row.sort(key=lambda item: item.left)
        line = row[0]
        # Joined once: thousands of fragments on one line, each added to what stands before it, would take minutes.
        texts = [line.text]
        for item in row[1:]:
            if line.mark and not any(texts):
                line.first, line.body, line.bold, line.size = item.first, item.left, item.bold, item.size
            texts.append(clean(item.written))
            line.right = max(line.right, item.right)
            line.bold = line.bold and item.bold
            line.size = max(line.size, item.size)
        if len(row) > 1:
            line.text = clean(" ".join(texts))
        if line.text or line.rows:
            yield line
