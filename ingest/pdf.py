"""PDF files to blocks: lines in reading order, paragraphs across pages, headings, lists and ruled tables.

PDFium reads the characters; pdfplumber finds the tables. Physical pages count from 1, as in ``#page=N``.
"""

import ctypes
import re
from collections.abc import Sequence
from dataclasses import dataclass

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from ingest.dates import written_date
from ingest.errors import LimitError, ParseError
from ingest.fields import partial_date
from ingest.legible import is_legible
from ingest.model import BlockKind, ParsedBlock, ParsedDocument
from ingest.pdf_blocks import OutlineEntry, blocks
from ingest.pdf_glyphs import page_glyphs
from ingest.pdf_groups import groups, measures
from ingest.pdf_lines import Line, fragments, reading_order
from ingest.pdf_margins import without_running_lines
from ingest.pdf_tables import MAX_PAGES, TableFinder
from ingest.pdf_words import Joiner
from ingest.text import clean

_HEAD = 1024
_TAIL = 64 * 1024
_FILE_NAME = re.compile(
    r"^(?:microsoft (?:word|powerpoint)|untitled|sans titre|document\d*$)|\.\w{2,5}$|_\w+_", re.IGNORECASE
)
_CURE = "téléchargez-le à nouveau"


@dataclass(slots=True)
class _Read:
    """What was read of the pages: fragments outside of margins, heights, and what to warn of."""

    lines: list[list[Line]]
    heights: list[float]
    blank: list[int]
    hidden: int
    tables_left: bool


def parse_pdf(
    data: bytes, *, name: str = "fichier PDF", max_pages: int = 2_000, max_characters: int = 20_000_000
) -> ParsedDocument:
    """The text of a PDF file; ``name`` is its name in error messages.

    Raises ParseError for a file that is no PDF, is damaged, needs a password or has no text that can be read, and
    LimitError for one with too many pages or characters.
    """
    if b"%PDF-" not in data[:_HEAD]:
        raise ParseError(name, f"ce n’est pas un fichier PDF : vérifiez le fichier ou {_CURE}")
    if b"startxref" not in data[-_TAIL:]:
        raise ParseError(name, f"fichier PDF incomplet, sa fin manque : {_CURE}")
    try:
        document = pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        if raw.FPDF_GetLastError() == raw.FPDF_ERR_PASSWORD or "assword" in str(error):
            raise ParseError(name, "PDF protégé par un mot de passe : ajoutez une version sans mot de passe") from error
        raise ParseError(name, f"fichier PDF abîmé : {_CURE}") from error
    try:
        if len(document) > max_pages:
            raise LimitError(name, f"{len(document)} pages, plus de {max_pages} : découpez ce document")
        return _parse(document, data, name, max_characters)
    except pdfium.PdfiumError as error:
        raise ParseError(name, f"fichier PDF abîmé ({error}) : {_CURE}") from error
    finally:
        document.close()


def _parse(document: pdfium.PdfDocument, data: bytes, name: str, max_characters: int) -> ParsedDocument:
    read = _read(document, data, name, max_characters)
    pages = without_running_lines(read.lines, read.heights)
    lines = [line for page in pages for line in reading_order(page)]
    if not lines:
        raise ParseError(name, "aucun texte dans ce PDF (pages numérisées ?) : passez-le à la reconnaissance de texte")
    usual = measures(lines)
    found = tuple(blocks(groups(lines, usual), usual, _outline(document), _joiner(read.lines)))
    if not is_legible(" ".join(block.text for block in found)):
        raise ParseError(
            name, "contenu illisible : les lettres de ce PDF sont mal codées, passez-le à la reconnaissance de texte"
        )
    start = " ".join(block.text for block in found[:40] if block.pages[0].page <= 2)
    info = document.get_metadata_dict(skip_empty=True)
    return ParsedDocument(
        title=_title(info.get("Title", ""), lines, found),
        blocks=found,
        date=written_date(start[:3_000]) or _date(info.get("CreationDate")) or _date(info.get("ModDate")),
        lang=_lang(document),
        page_labels=tuple(clean(document.get_page_label(i)) or None for i in range(len(document))),
        warnings=tuple(_warnings(read)),
    )


def _read(document: pdfium.PdfDocument, data: bytes, name: str, max_characters: int) -> _Read:
    read = _Read([], [], [], 0, False)
    characters = 0
    with TableFinder(data) as finder:
        for index in range(len(document)):
            page = document[index]
            try:
                glyphs = page_glyphs(page)
                characters += len(glyphs.glyphs)
                if characters > max_characters:
                    raise LimitError(name, f"plus de {max_characters:,} caractères : découpez ce document")
                glyphs, tables = finder.extract(page, glyphs, index + 1)
            finally:
                page.close()
            lines = fragments(glyphs, index + 1) + tables
            read.lines.append(lines)
            read.heights.append(glyphs.height)
            read.hidden += glyphs.hidden
            if not any(line.text or line.rows for line in lines):
                read.blank.append(index + 1)
        read.tables_left = finder.pages >= MAX_PAGES
    return read


def _joiner(pages: Sequence[Sequence[Line]]) -> Joiner:
    return Joiner(line.text for page in pages for line in page)


def _warnings(read: _Read) -> list[str]:
    notes = []
    if read.blank:
        numbers = ", ".join(map(str, read.blank[:20])) + (", …" if len(read.blank) > 20 else "")
        notes.append(f"page(s) {numbers} sans texte (numérisées ?)")
    if read.hidden:
        notes.append(f"{read.hidden} caractère(s) caché(s) laissé(s) de côté")
    if read.tables_left:
        notes.append(f"tableaux reconnus sur {MAX_PAGES} pages seulement")
    return notes


def _outline(document: pdfium.PdfDocument) -> list[OutlineEntry]:
    entries = []
    # A damaged outline must not cost the document: the type of its lines shows the headings too.
    try:
        for bookmark in document.get_toc():
            target = bookmark.get_dest()
            index = target.get_index() if target else None
            title = clean(bookmark.get_title() or "")
            if index is not None and title:
                entries.append(OutlineEntry(title, bookmark.level + 1, index + 1))
            if len(entries) >= 5_000:
                break
    except (pdfium.PdfiumError, ValueError, UnicodeError):
        return []
    return entries


def _title(declared: str, lines: Sequence[Line], found: Sequence[ParsedBlock]) -> str | None:
    """The title that the file declares unless it is a file name, else the largest text of the first page."""
    title = clean(declared)
    if len(title) > 5 and " " in title and not _FILE_NAME.search(title):
        return title
    page = lines[0].page
    heads = [block for block in found if block.kind is BlockKind.HEADING and block.pages[0].page == page]
    return min(heads, key=lambda block: block.level).text if heads else None


def _date(value: str | None) -> str | None:
    match = re.match(r"(?:D:)?(\d{4})(\d{2})(\d{2})", value or "")
    return partial_date("-".join(match.groups())) if match else None


def _lang(document: pdfium.PdfDocument) -> str | None:
    size = raw.FPDFCatalog_GetLanguage(document.raw, None, 0)
    if not 2 < size < 100:
        return None
    buffer = (ctypes.c_ushort * (size // 2 + 1))()
    raw.FPDFCatalog_GetLanguage(document.raw, buffer, size)
    match = re.match(r"([A-Za-z]{2,3})(?=$|[-_])", bytes(buffer).decode("utf-16-le", "replace").rstrip("\0"))
    return match[1].lower() if match else None
