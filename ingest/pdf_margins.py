"""Running headers, footers and page numbers: what stands at the same place of several pages."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from ingest.pdf_lines import Line

_ZONE = 0.14
"""Part of the page's height, at the top and at the bottom, where headers and footers stand."""
_STEP = 4.0
_NUMBER = re.compile(
    r"(?:page|p\.)?\s*[–—-]?\s*(?:\d{1,4}|[ivxlc]{1,6})\s*(?:(?:/|sur|of|de)\s*\d{1,4})?\s*[–—-]?", re.IGNORECASE
)
_DIGITS = re.compile(r"\d{1,5}")

_Key = tuple[str, int, int]
"""Text with its page number masked, place on the page, difference between that number and the page (or 0)."""


def without_running_lines(pages: Sequence[list[Line]], heights: Sequence[float]) -> list[list[Line]]:
    """The fragments of each page without the running ones.

    The same words at the same height run when they are on three pages, on two where they are the first or the last
    of the page. Words that differ by a number run when the number goes with the page and the type is no larger than
    the text: "Fiche 1", "Fiche 2" are headings. A page number is known by its form alone.
    """
    seen = Counter(
        key
        for lines, height in zip(pages, heights, strict=True)
        for key in {key for line in lines if _in_zone(line, height) for key in _keys(line)}
    )
    sizes = Counter(round(line.size) for lines in pages for line in lines for _ in range(0, len(line.text), 20))
    body = sizes.most_common(1)[0][0] if sizes else 0
    kept: list[list[Line]] = []
    for lines, height in zip(pages, heights, strict=True):
        texts = [line.y for line in lines if not line.rows]
        ends = {min(texts), max(texts)} if texts else set()
        kept.append([line for line in lines if not _runs(line, height, seen, body, line.y in ends or len(pages) <= 4)])
    return kept


def _runs(line: Line, height: float, seen: Counter[_Key], body: float, outermost: bool) -> bool:
    if not _in_zone(line, height):
        return False
    if _NUMBER.fullmatch(line.text) and not 0.07 * height < line.y < 0.9 * height:
        return True
    small = line.size <= 1.1 * body and not line.bold
    for key in _keys(line):
        numbered = "#" in key[0]
        if seen[key] >= (2 if outermost else 3) and (small or not numbered):
            return True
    return False


def _keys(line: Line) -> Iterator[_Key]:
    text = line.written.casefold()
    # A line near the border of two steps counts in both.
    for place in {round(line.y / _STEP), round(line.y / _STEP + 0.5)}:
        yield text.replace("#", ""), place, 0
        for number in _DIGITS.finditer(text):
            masked = f"{text[: number.start()]}#{text[number.end() :]}"
            yield masked, place, int(number[0]) - line.page


def _in_zone(line: Line, height: float) -> bool:
    return not line.rows and (line.y < _ZONE * height or line.y > (1 - _ZONE) * height)
