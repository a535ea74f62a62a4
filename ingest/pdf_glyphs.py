"""The characters that a PDF page draws, with their place, size and weight.

Coordinates are in points from the top left corner of the page as it is read, rotation undone.
"""

import ctypes
import math
import re
from collections import Counter
from dataclasses import dataclass

import pypdfium2 as pdfium
import pypdfium2.raw as raw

_BOLD_NAME = re.compile(r"bold|black|heavy|demi", re.IGNORECASE)
_BOLD_WEIGHT = 600
_LEAST_SIZE = 1.5
_MARGIN = 5.0
_NAME_BYTES = 128
_HYPHEN_CODES = frozenset((0x02, 0x2D, 0xAD, 0x2010, 0xFFFE))


@dataclass(slots=True)
class Glyph:
    """One character with its box. ``generated``: a space or a break that PDFium infers from a distance."""

    char: str
    left: float
    right: float
    y: float
    """Baseline, downwards from the top of the page."""
    size: float
    bold: bool
    generated: bool
    font: str


@dataclass(slots=True)
class PageGlyphs:
    """The upright characters of a page in the order in which it draws them.

    ``hidden`` counts characters drawn invisible, tiny or off the page: they are left out. ``upright`` is False when
    the text runs along the page's other side, as on a landscape table: its coordinates are then turned.
    """

    glyphs: list[Glyph]
    width: float
    height: float
    hidden: int
    upright: bool
    origin: tuple[float, float] = (0.0, 0.0)
    """The page's left and top edges in the coordinates of the file."""


@dataclass(frozen=True, slots=True)
class _Font:
    name: str
    size: float
    bold: bool
    visible: bool
    angle: int
    """Quarter turns of the baseline, anticlockwise; -1 for any other angle, which no running text has."""


@dataclass(slots=True)
class _Raw:
    """A character in the coordinates of the page: box and origin."""

    char: str
    generated: bool
    font: _Font | None
    box: tuple[float, float, float, float]
    origin: tuple[float, float]


def page_glyphs(page: pdfium.PdfPage) -> PageGlyphs:
    """Read the characters of a page."""
    area = tuple(page.get_bbox())
    text = page.get_textpage()
    try:
        characters = _characters(text)
    finally:
        text.close()
    scanned: bool | None = None
    shown: list[_Raw] = []
    hidden = 0
    for item in characters:
        if item.font is not None and not item.char.isspace():
            # Invisible text over an image is the text layer of a scan; without an image it is hidden.
            if not item.font.visible and scanned is None:
                scanned = any(part.type == raw.FPDF_PAGEOBJ_IMAGE for part in page.get_objects(max_depth=3))
            if not _inside(item.origin, area) or item.font.size < _LEAST_SIZE or not (item.font.visible or scanned):
                hidden += 1
                continue
        shown.append(item)
    turns = Counter(item.font.angle for item in shown if item.font and item.font.angle >= 0 and not item.char.isspace())
    quarter = turns.most_common(1)[0][0] if turns else 0
    left, bottom, right, top = _turned(area, quarter)
    glyphs = [
        Glyph(
            char=item.char,
            left=(box := _turned(item.box, quarter))[0] - left,
            right=box[2] - left,
            y=top - _turned((*item.origin, *item.origin), quarter)[1],
            size=item.font.size if item.font else 0.0,
            bold=item.font.bold if item.font else False,
            generated=item.generated,
            font=item.font.name if item.font else "",
        )
        for item in shown
        if item.font is None or item.font.angle == quarter
    ]
    return PageGlyphs(glyphs, right - left, top - bottom, hidden, quarter == 0, (area[0], area[3]))


def _inside(point: tuple[float, float], area: tuple[float, ...]) -> bool:
    left, bottom, right, top = area
    return left - _MARGIN <= point[0] <= right + _MARGIN and bottom - _MARGIN <= point[1] <= top + _MARGIN


def _turned(box: tuple[float, ...], quarter: int) -> tuple[float, float, float, float]:
    """A box (left, bottom, right, top) once the page is turned so that its text is upright."""
    left, bottom, right, top = box
    if not quarter:
        return left, bottom, right, top
    if quarter == 1:
        return bottom, -right, top, -left
    if quarter == 3:
        return -top, left, -bottom, right
    return -right, -top, -left, -bottom


def _characters(text: pdfium.PdfTextPage) -> list[_Raw]:
    handle = text.raw
    fonts: dict[int | None, _Font] = {}
    left, right, bottom, top, x, y = (ctypes.c_double() for _ in range(6))
    found: list[_Raw] = []
    for i in range(text.count_chars()):
        generated = raw.FPDFText_IsGenerated(handle, i) == 1
        code = raw.FPDFText_GetUnicode(handle, i)
        # PDFium marks a hyphen at the end of a line by a code of its own.
        hyphen = code in _HYPHEN_CODES and raw.FPDFText_IsHyphen(handle, i) == 1
        char = "-" if hyphen else chr(code) if code else "\ufffd"
        raw.FPDFText_GetCharBox(handle, i, left, right, bottom, top)
        raw.FPDFText_GetCharOrigin(handle, i, x, y)
        font = None if generated else _font(handle, i, fonts)
        found.append(
            _Raw(char, generated, font, (left.value, bottom.value, right.value, top.value), (x.value, y.value))
        )
    return found


def _font(handle: object, index: int, fonts: dict[int | None, _Font]) -> _Font:
    """The font of a character; the characters of one text object share theirs."""
    item = raw.FPDFText_GetTextObject(handle, index)
    key = ctypes.addressof(item.contents) if item else None
    if key not in fonts:
        matrix = raw.FS_MATRIX()
        raw.FPDFText_GetMatrix(handle, index, matrix)
        # The slant of a false italic is in the matrix too: only its first column tells the direction of the text.
        quarters = math.atan2(matrix.b, matrix.a) / (math.pi / 2)
        angle = round(quarters) % 4 if abs(quarters - round(quarters)) < 0.05 else -1
        size = raw.FPDFText_GetFontSize(handle, index) * math.hypot(matrix.c, matrix.d)
        buffer, flags = ctypes.create_string_buffer(_NAME_BYTES), ctypes.c_int()
        raw.FPDFText_GetFontInfo(handle, index, buffer, _NAME_BYTES, flags)
        name = buffer.value.decode("utf-8", "replace")
        bold = raw.FPDFText_GetFontWeight(handle, index) >= _BOLD_WEIGHT or _BOLD_NAME.search(name) is not None
        visible = raw.FPDFTextObj_GetTextRenderMode(item) != raw.FPDF_TEXTRENDERMODE_INVISIBLE if item else True
        fonts[key] = _Font(name, size, bold, visible, angle)
    return fonts[key]
