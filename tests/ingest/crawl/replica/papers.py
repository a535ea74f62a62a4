"""PDF files of the replica sites, in our own words: guides with a title, headings and numbered recommendations."""

import io
from collections.abc import Sequence

from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

Part = tuple[str, Sequence[str]]
"""A heading, and the lines below it."""


_INVARIANT_DATE = b"D:20000101000000+00'00'"


def guide(title: str, pages: Sequence[Sequence[Part]], *, created: str, name: str | None = None) -> bytes:
    """A PDF; the first page opens with the title. ``created``: YYYY-MM-DD.

    ``name``: the title of its properties (default: the title).
    """
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=A4, invariant=1)
    canvas.setTitle(title if name is None else name)
    canvas.setAuthor("Réplique")
    for number, parts in enumerate(pages, start=1):
        y = 780.0
        if number == 1:
            canvas.setFont("Helvetica-Bold", 22)
            canvas.drawString(60, y, title)
            y -= 50
        for heading, lines in parts:
            canvas.setFont("Helvetica-Bold", 14)
            canvas.drawString(60, y, heading)
            y -= 24
            canvas.setFont("Helvetica", 10)
            for line in lines:
                canvas.drawString(60, y, line)
                y -= 12
            y -= 24
        canvas.showPage()
    canvas.save()
    # reportlab's reproducible files all have one date.
    return buffer.getvalue().replace(_INVARIANT_DATE, f"D:{created.replace('-', '')}000000+00'00'".encode())


def scanned() -> bytes:
    """A PDF without text: a picture of a page."""
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=A4, invariant=1)
    canvas.rect(50, 50, 400, 700, fill=1)
    canvas.showPage()
    canvas.save()
    return buffer.getvalue()


BROKEN = b"%PDF-1.7\n1 0 obj << /Type /Catalog /Pages 2 0 R >> endobj\n2 0 obj << /Kids [2 0 R] /Count 99999999 >>"
"""A PDF that is cut in the middle and whose page tree holds itself."""
