"""PDF files made at test time, in our own words, and the real official files where they are at hand."""

import io
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from reportlab.lib.pagesizes import A4
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Table, TableStyle

from ingest.sandbox import Sandbox

WIDTH, HEIGHT = A4
Draw = Callable[[Canvas], None]
PdfMaker = Callable[..., bytes]


def write(canvas: Canvas, x: float, y: float, lines: list[str], *, size: float = 10, font: str = "Helvetica") -> float:
    """Write lines downwards from ``y``; the height below the last one."""
    canvas.setFont(font, size)
    for line in lines:
        canvas.drawString(x, y, line)
        y -= 1.2 * size
    return y


@pytest.fixture
def make_pdf() -> PdfMaker:
    """A function that makes a PDF of the pages drawn by the functions given to it."""

    def make(*pages: Draw, title: str | None = None, prepare: Draw | None = None, password: str | None = None) -> bytes:
        buffer = io.BytesIO()
        encrypt = StandardEncryption(password, canPrint=0) if password else None
        canvas = Canvas(buffer, pagesize=A4, invariant=1, encrypt=encrypt)
        if title:
            canvas.setTitle(title)
        if prepare:
            prepare(canvas)
        for draw in pages:
            draw(canvas)
            canvas.showPage()
        canvas.save()
        return buffer.getvalue()

    return make


@pytest.fixture
def two_columns(make_pdf: PdfMaker) -> bytes:
    def page(canvas: Canvas) -> None:
        write(canvas, 60, 780, ["Protéger les postes du cabinet"], size=18, font="Helvetica-Bold")
        left = [f"Colonne de gauche, ligne {n} du premier texte qui" for n in range(1, 11)]
        right = [f"Colonne de droite, ligne {n} du second texte qui" for n in range(1, 11)]
        # Drawn line by line across the page, as some programs do: the reading order is in the places only.
        for i, (one, other) in enumerate(zip(left, right, strict=True)):
            write(canvas, 60, 740 - 12 * i, [one])
            write(canvas, 310, 740 - 12 * i, [other])
        write(
            canvas,
            60,
            600,
            ["Une phrase sur toute la largeur de la page, sous les deux colonnes du texte, termine le tout."],
        )

    return make_pdf(page)


@pytest.fixture
def ruled_table(make_pdf: PdfMaker) -> bytes:
    def page(canvas: Canvas) -> None:
        write(canvas, 60, 780, ["Les délais à retenir sont les suivants."])
        data = [
            ["Document", "Durée", "Texte"],
            ["Dossier du patient", "Vingt ans", "Code de la santé"],
            ["Double des feuilles", "Trois mois", "Code de la sécurité sociale"],
        ]
        table = Table(data, colWidths=[150, 100, 180])
        table.setStyle(TableStyle([("GRID", (0, 0), (-1, -1), 0.5, "black")]))
        table.wrapOn(canvas, WIDTH, HEIGHT)
        table.drawOn(canvas, 60, 690)
        write(canvas, 60, 660, ["Au-delà de ces délais, le cabinet détruit les documents."])

    return make_pdf(page)


@pytest.fixture
def running_lines(make_pdf: PdfMaker) -> bytes:
    def page(number: int) -> Draw:
        def draw(canvas: Canvas) -> None:
            write(canvas, 60, 815, ["Guide du cabinet - version 2"], size=8)
            write(canvas, 60, 700, [f"Le texte propre à la page numéro {number} se lit ici."])
            write(canvas, 500, 30, [f"Page {number} sur 5"], size=8)

        return draw

    return make_pdf(*(page(number) for number in range(1, 6)))


@pytest.fixture
def cut_words(make_pdf: PdfMaker) -> bytes:
    lines = [
        "Le professionnel vérifie chaque mois que la sauve-",
        "garde fonctionne ; la sauvegarde est chiffrée. Le sous-",
        "traitant rend compte de ses contrôles, et vous pouvez vous-",
        "même les demander. Un rendez-vous annuel avec le presta-",
        "taire suffit le plus souvent.",
    ]
    return make_pdf(lambda canvas: write(canvas, 60, 700, lines) and None)


@pytest.fixture
def labelled_pages(make_pdf: PdfMaker) -> bytes:
    def prepare(canvas: Canvas) -> None:
        canvas.addPageLabel(0, style="ROMAN_LOWER", start=1)
        canvas.addPageLabel(2, style="ARABIC", start=1)

    texts = [
        "Avertissement au lecteur.",
        "Sommaire commenté.",
        "Premier chapitre du texte.",
        "Second chapitre du texte.",
    ]
    pages = [lambda canvas, text=text: write(canvas, 60, 600, [text]) and None for text in texts]
    return make_pdf(*pages, prepare=prepare)


@pytest.fixture
def with_scanned_page(make_pdf: PdfMaker) -> bytes:
    def scan(canvas: Canvas) -> None:
        canvas.rect(50, 50, 400, 700, fill=1)

    return make_pdf(lambda canvas: write(canvas, 60, 600, ["Une page écrite."]) and None, scan, scan)


@pytest.fixture
def outlined(make_pdf: PdfMaker) -> bytes:
    def page(canvas: Canvas) -> None:
        for level, title, y in (
            (0, "Gérer les accès", 760),
            (1, "Choisir un mot de passe", 640),
            (1, "Le renouveler", 520),
        ):
            canvas.bookmarkHorizontal(title, 0, y + 12)
            canvas.addOutlineEntry(title, title, level)
            # The same type as the text: only the outline tells that these are headings.
            write(canvas, 60, y, [title])
            write(canvas, 60, y - 30, [f"Un texte assez long explique ici, sous « {title} », ce qu'il faut faire."])

    return make_pdf(page)


@pytest.fixture
def across_pages(make_pdf: PdfMaker) -> bytes:
    first = [
        "La personne qui constate une violation de données en informe",
        "sans attendre le responsable du cabinet, qui en tient",
    ]
    second = ["le registre et prévient la CNIL dans le délai prévu.", ""]

    def one(canvas: Canvas) -> None:
        write(canvas, 60, 120, first)
        write(canvas, 60, 60, ["1 Une note de bas de page en petits caractères."], size=7)

    def two(canvas: Canvas) -> None:
        y = write(canvas, 60, 760, second)
        write(canvas, 60, y - 12, ["Un autre alinéa commence ensuite sur la même page."])

    return make_pdf(one, two)


@pytest.fixture(scope="session")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as shared:
        yield shared


@pytest.fixture(scope="session")
def official() -> Path:
    """The folder of real official files: ``$CYBERVIGIE_SHARED`` or ``shared`` beside the repository."""
    root = Path(__file__).resolve().parents[2]
    folder = Path(os.environ.get("CYBERVIGIE_SHARED") or root.parent / "shared") / "official"
    if not folder.is_dir():
        pytest.skip("official files absent: set CYBERVIGIE_SHARED to the folder that holds official/")
    return folder
