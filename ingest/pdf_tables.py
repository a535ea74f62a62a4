"""Ruled tables of a PDF page: their place and their rows."""

import io
import logging
import warnings
from dataclasses import dataclass, replace
from types import TracebackType
from typing import Any, Self

import pdfplumber
import pypdfium2 as pdfium
import pypdfium2.raw as raw

from ingest.pdf_glyphs import Glyph, PageGlyphs
from ingest.pdf_lines import Line, fragments, reading_order
from ingest.pdf_words import Joiner

# Each repair of a damaged file is logged as a warning there; what matters to the reader is in our own warnings.
logging.getLogger("pdfminer").setLevel(logging.ERROR)

MAX_PAGES = 120
"""Pages on which tables are looked for: pdfplumber reads a page ten times slower than PDFium."""
MAX_GLYPHS = 20_000
"""A page that writes more is no page to be read (a full A4 page has some 6,000): its text is kept as lines."""
_RULES = 4
_TOO_MANY = 4_000
_LONGEST_CELL = 1_500


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in the coordinates of :mod:`ingest.pdf_glyphs`."""

    left: float
    top: float
    right: float
    bottom: float

    def holds(self, glyph: Glyph) -> bool:
        """Whether the middle of a glyph lies inside."""
        return self.left <= (glyph.left + glyph.right) / 2 <= self.right and self.top <= glyph.y - 1 <= self.bottom


class TableFinder:
    """Finds tables with pdfplumber, opened at the first page that needs it. A context manager."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._file: Any = None
        self.pages = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        # Not closed: that would make pdfplumber read every page of a damaged file, and it holds bytes, no handle.
        self._file = None

    def extract(self, page: pdfium.PdfPage, glyphs: PageGlyphs, number: int) -> tuple[PageGlyphs, list[Line]]:
        """The page's glyphs outside of its tables, and each table as a line that holds its rows."""
        if not glyphs.upright or page.get_rotation() or self.pages >= MAX_PAGES:
            return glyphs, []
        if len(glyphs.glyphs) > MAX_GLYPHS or not _ruled(page):
            return glyphs, []
        self.pages += 1
        joiner = Joiner(line.text for line in fragments(glyphs, number))
        tables: list[Line] = []
        left = glyphs.glyphs
        for outer, cells in self._tables(number, glyphs.origin):
            rows = [_row(row, left, glyphs, number, joiner) for row in cells]
            filled = [row for row in rows if sum(map(bool, row)) > 1]
            if len(filled) < 2 or any(len(cell) > _LONGEST_CELL for row in rows for cell in row):
                continue
            texts = tuple(" | ".join(row) for row in rows if any(row))
            tables.append(Line("", number, outer.left, outer.right, outer.top, 0.0, False, 0.0, rows=texts))
            left = [glyph for glyph in left if not outer.holds(glyph)]
        return replace(glyphs, glyphs=left), tables

    def _tables(self, number: int, origin: tuple[float, float]) -> list[tuple[Box, list[list[Box]]]]:
        """The outline and the cells of each table of a page, merged cells once."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            # pdfplumber reads the file anew and may refuse what PDFium accepts: the page's text is then kept as lines.
            try:
                if self._file is None:
                    self._file = pdfplumber.open(io.BytesIO(self._data))
                page = self._file.pages[number - 1]
                found = page.find_tables()
                shift = (origin[0], origin[1] - page.height - page.mediabox[1])
                boxes = [
                    (_box(table.bbox, shift), [[_box(cell, shift) for cell in row.cells if cell] for row in table.rows])
                    for table in found
                ]
                page.close()
            except Exception:
                return []
        return boxes


def _box(box: tuple[float, float, float, float], shift: tuple[float, float]) -> Box:
    return Box(box[0] - shift[0], box[1] + shift[1], box[2] - shift[0], box[3] + shift[1])


def _row(cells: list[Box], inside: list[Glyph], page: PageGlyphs, number: int, joiner: Joiner) -> list[str]:
    texts = []
    for cell in cells:
        held = replace(page, glyphs=[glyph for glyph in inside if cell.holds(glyph)])
        text = ""
        for line in reading_order(fragments(held, number)):
            text, _ = joiner.join(text, line.written)
        texts.append(text)
    return texts


def _ruled(page: pdfium.PdfPage) -> bool:
    """Whether the page draws enough lines or boxes for a table."""
    rules = 0
    for count, item in enumerate(page.get_objects(filter=[raw.FPDF_PAGEOBJ_PATH], max_depth=4)):
        if count > _TOO_MANY:
            return False  # a drawing
        left, bottom, right, top = item.get_bounds()
        width, height = right - left, top - bottom
        rules += (width > 15 and height > 8) or (width > 30 and height < 3) or (height > 8 and width < 3)
    return rules >= _RULES
