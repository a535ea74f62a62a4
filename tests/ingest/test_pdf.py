import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pypdf
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from reportlab.pdfgen.canvas import Canvas

from ingest.errors import IngestError, LimitError, ParseError
from ingest.model import BlockKind, Document, DocumentKind, PageMark, ParsedDocument
from ingest.pdf import parse_pdf
from ingest.pdf_words import Joiner
from ingest.text import assemble

HEADING, PARAGRAPH, ITEM, ROW = BlockKind.HEADING, BlockKind.PARAGRAPH, BlockKind.ITEM, BlockKind.ROW
PdfMaker = Callable[..., bytes]


def texts(parsed: ParsedDocument) -> list[str]:
    return [block.text for block in parsed.blocks]


def shape(parsed: ParsedDocument) -> list[tuple[BlockKind, int, str]]:
    return [(block.kind, block.level, block.text) for block in parsed.blocks]


def laid(parsed: ParsedDocument) -> Document:
    return assemble(
        parsed, source_id="s", kind=DocumentKind.LOCAL, publisher="P", title="T", media_type="application/pdf"
    )


def drawn(*lines: tuple[float, float, str] | tuple[float, float, str, float, str]) -> Callable[[Canvas], None]:
    """A page with texts at (x, y), in Helvetica 10 unless size and font follow."""

    def draw(canvas: Canvas) -> None:
        for x, y, text, *rest in lines:
            size, font = rest or (10, "Helvetica")
            canvas.setFont(font, size)
            canvas.drawString(x, y, text)

    return draw


def test_columns_are_read_one_after_the_other(two_columns: bytes) -> None:
    parsed = parse_pdf(two_columns)
    assert parsed.title == "Protéger les postes du cabinet"
    heading, columns, last = parsed.blocks
    assert (heading.kind, heading.level) == (HEADING, 1)
    order = re.findall(r"Colonne de (gauche|droite), ligne (\d+)", columns.text)
    assert order == [(side, str(n)) for side in ("gauche", "droite") for n in range(1, 11)]
    assert last.text.startswith("Une phrase sur toute la largeur")


def test_ruled_table_is_rows_in_its_place_and_not_twice(ruled_table: bytes) -> None:
    assert shape(parse_pdf(ruled_table)) == [
        (PARAGRAPH, 0, "Les délais à retenir sont les suivants."),
        (ROW, 0, "Document | Durée | Texte"),
        (ROW, 0, "Dossier du patient | Vingt ans | Code de la santé"),
        (ROW, 0, "Double des feuilles | Trois mois | Code de la sécurité sociale"),
        (PARAGRAPH, 0, "Au-delà de ces délais, le cabinet détruit les documents."),
    ]


def test_framed_text_is_no_table(make_pdf: PdfMaker) -> None:
    def page(canvas: Canvas) -> None:
        for y in (500, 600, 700):
            canvas.rect(50, y, 400, 60)
            drawn((60, y + 40, f"Un encadré à la hauteur {y}."))(canvas)

    assert shape(parse_pdf(make_pdf(page))) == [
        (PARAGRAPH, 0, f"Un encadré à la hauteur {y}.") for y in (700, 600, 500)
    ]


def test_running_lines_and_page_numbers_are_removed(running_lines: bytes) -> None:
    assert texts(parse_pdf(running_lines)) == [f"Le texte propre à la page numéro {n} se lit ici." for n in range(1, 6)]


def test_headings_that_differ_by_a_number_are_no_running_lines(make_pdf: PdfMaker) -> None:
    pages = [
        drawn((60, 780, f"Fiche {n}", 18, "Helvetica-Bold"), (60, 700, f"Le texte de la fiche {n}."))
        for n in range(1, 7)
    ]
    assert [block.text for block in parse_pdf(make_pdf(*pages)).blocks if block.kind is HEADING] == [
        f"Fiche {n}" for n in range(1, 7)
    ]


def test_words_cut_at_line_ends_are_mended_and_compounds_keep_their_hyphen(cut_words: bytes) -> None:
    assert texts(parse_pdf(cut_words)) == [
        "Le professionnel vérifie chaque mois que la sauvegarde fonctionne ; la sauvegarde est chiffrée. Le "
        "sous-traitant rend compte de ses contrôles, et vous pouvez vous-même les demander. Un rendez-vous annuel "
        "avec le prestataire suffit le plus souvent."
    ]


@pytest.mark.parametrize(
    ("before", "line", "expected"),
    [
        ("le rançon-", "giciel", "le rançongiciel"),
        ("le mé-", "decin", "le médecin"),
        ("un logiciel anti-", "virus", "un logiciel anti-virus"),
        ("Saint-", "Denis", "Saint-Denis"),
        ("en 2020-", "2021", "en 2020-2021"),
        ("a-t-", "il", "a-t-il"),
        ("une incise -", "ici", "une incise - ici"),
        ("voir https://example.org/guide/", "page.html", "voir https://example.org/guide/page.html"),
        ("fin.", "Suite", "fin. Suite"),
    ],
)
def test_joining_lines(before: str, line: str, expected: str) -> None:
    joined, offset = Joiner(["le médecin", "un anti-virus"]).join(before, line)
    assert joined == expected
    assert joined[offset:] == line


def test_printed_labels_and_physical_pages(labelled_pages: bytes) -> None:
    document = laid(parse_pdf(labelled_pages))
    assert [(page.number, page.label) for page in document.pages] == [(1, "i"), (2, "ii"), (3, "1"), (4, "2")]
    assert [document.text[page.start : page.end].strip() for page in document.pages][2] == "Premier chapitre du texte."


def test_scanned_pages_are_told(with_scanned_page: bytes) -> None:
    parsed = parse_pdf(with_scanned_page)
    assert parsed.warnings == ("page(s) 2, 3 sans texte (numérisées ?)",)
    assert texts(parsed) == ["Une page écrite."]


def test_letters_without_meaning_are_refused(make_pdf: PdfMaker) -> None:
    garbage = make_pdf(drawn(*((60, 700 - 20 * line, "ÿþý ÐÑ " * 8) for line in range(20))))
    with pytest.raises(ParseError, match="contenu illisible"):
        parse_pdf(garbage)


def test_outline_gives_headings_and_levels(outlined: bytes) -> None:
    assert [(level, text) for kind, level, text in shape(parse_pdf(outlined)) if kind is HEADING] == [
        (1, "Gérer les accès"),
        (2, "Choisir un mot de passe"),
        (2, "Le renouveler"),
    ]


def test_paragraph_goes_on_across_pages_and_notes(across_pages: bytes) -> None:
    parsed = parse_pdf(across_pages)
    note, long, other = parsed.blocks
    assert note.text.startswith("1 Une note de bas de page")
    assert long.text == (
        "La personne qui constate une violation de données en informe sans attendre le responsable du cabinet, "
        "qui en tient le registre et prévient la CNIL dans le délai prévu."
    )
    offset = long.text.index("le registre")
    assert long.pages == (PageMark(0, 1), PageMark(offset, 2))
    assert other.pages == (PageMark(0, 2),)
    second = laid(parsed).pages[1]
    assert laid(parsed).text[second.start :].startswith("le registre et prévient")


def test_items_and_their_levels(make_pdf: PdfMaker) -> None:
    page = drawn(
        (60, 700, "Le cabinet :"),
        (70, 688, "• sauvegarde ses données chaque"),
        (78, 676, "soir ;"),
        (90, 664, "– sur un disque ;"),
        (90, 652, "– hors du cabinet ;"),
        (70, 640, "• chiffre ses postes."),
        (60, 610, "1. Débrancher le câble."),
        (60, 598, "2. Prévenir le prestataire."),
    )
    assert shape(parse_pdf(make_pdf(page))) == [
        (PARAGRAPH, 0, "Le cabinet :"),
        (ITEM, 1, "- sauvegarde ses données chaque soir ;"),
        (ITEM, 2, "- sur un disque ;"),
        (ITEM, 2, "- hors du cabinet ;"),
        (ITEM, 1, "- chiffre ses postes."),
        (ITEM, 1, "1. Débrancher le câble."),
        (ITEM, 1, "2. Prévenir le prestataire."),
    ]


def test_dash_in_a_sentence_is_no_bullet(make_pdf: PdfMaker) -> None:
    page = drawn(
        (60, 700, "Le mot de passe est long et personnel"), (60, 688, "– il n'est confié à personne – et change.")
    )
    assert texts(parse_pdf(make_pdf(page))) == [
        "Le mot de passe est long et personnel – il n'est confié à personne – et change."
    ]


def test_numbered_recommendations_are_headings(make_pdf: PdfMaker) -> None:
    bold = (10, "Helvetica-Bold")
    page = drawn(
        (60, 760, "Les mots de passe", 16, "Helvetica-Bold"),
        (60, 730, "R1", *bold),
        (90, 730, "Choisir des mots de passe longs", *bold),
        (60, 716, "Il est recommandé de choisir une phrase entière."),
        (60, 680, "R2", *bold),
        (60, 666, "Ne pas les réutiliser", *bold),
        (60, 652, "Chaque service a le sien, comme le dit R1 ci-dessus."),
    )
    assert shape(parse_pdf(make_pdf(page))) == [
        (HEADING, 1, "Les mots de passe"),
        (HEADING, 2, "R1 Choisir des mots de passe longs"),
        (PARAGRAPH, 0, "Il est recommandé de choisir une phrase entière."),
        (HEADING, 2, "R2 Ne pas les réutiliser"),
        (PARAGRAPH, 0, "Chaque service a le sien, comme le dit R1 ci-dessus."),
    ]


def test_call_of_a_note_is_no_part_of_the_word(make_pdf: PdfMaker) -> None:
    def page(canvas: Canvas) -> None:
        x = 60.0
        for text, raised in (("La violation", ""), ("12", "raised"), (" est notifiée sur 20 m", ""), ("2", "raised")):
            size = 6 if raised else 10
            drawn((x, 704 if raised else 700, text, size, "Helvetica"))(canvas)
            x += canvas.stringWidth(text, "Helvetica", size)

    assert texts(parse_pdf(make_pdf(page))) == ["La violation est notifiée sur 20 m2"]


def test_contents_lines_are_left_out(make_pdf: PdfMaker) -> None:
    page = drawn((60, 700, "1 Les accès ............................ 4"), (60, 660, "Le texte commence ici."))
    assert texts(parse_pdf(make_pdf(page))) == ["Le texte commence ici."]


def test_hidden_text_is_left_out_and_counted(make_pdf: PdfMaker) -> None:
    def page(canvas: Canvas) -> None:
        drawn((60, 700, "Visible."), (60, 650, "minuscule", 0.5, "Helvetica"), (-900, 600, "dehors"))(canvas)
        text = canvas.beginText(60, 550)
        text.setTextRenderMode(3)
        text.textLine("invisible")
        canvas.drawText(text)

    parsed = parse_pdf(make_pdf(page))
    assert texts(parsed) == ["Visible."]
    assert parsed.warnings == ("24 caractère(s) caché(s) laissé(s) de côté",)


def test_turned_page_is_read_upright(make_pdf: PdfMaker) -> None:
    def page(canvas: Canvas) -> None:
        canvas.rotate(90)
        drawn((60, -100, "Première ligne du tableau,"), (60, -112, "suite de la ligne."))(canvas)

    assert texts(parse_pdf(make_pdf(page))) == ["Première ligne du tableau, suite de la ligne."]


def test_title_and_date(make_pdf: PdfMaker) -> None:
    page = drawn((60, 760, "Le grand titre", 20, "Helvetica-Bold"), (60, 700, "Mis à jour le 5 mars 2024."))
    assert parse_pdf(make_pdf(page, title="Guide du cabinet")).title == "Guide du cabinet"
    assert parse_pdf(make_pdf(page, title="guide_v2.docx")).title == "Le grand titre"
    assert parse_pdf(make_pdf(page)).date == "2024-03-05"
    assert parse_pdf(make_pdf(drawn((60, 700, "Sans date.")))).date == "2000-01-01"


def test_files_that_cannot_be_read(make_pdf: PdfMaker, with_scanned_page: bytes) -> None:
    whole = make_pdf(drawn((60, 700, "Texte.")))
    cases = {
        b"": "pas un fichier PDF",
        b"<html>": "pas un fichier PDF",
        whole[:-200]: "incomplet",
        b"%PDF-1.4\nstartxref": "abîmé",
        make_pdf(drawn((60, 700, "Texte.")), password="secret"): "mot de passe",
        make_pdf(lambda canvas: canvas.rect(0, 0, 100, 100)): "aucun texte",
    }
    for data, told in cases.items():
        with pytest.raises(ParseError, match=told):
            parse_pdf(data)
    with pytest.raises(LimitError, match="pages"):
        parse_pdf(with_scanned_page, max_pages=2)
    with pytest.raises(LimitError, match="caractères"):
        parse_pdf(whole, max_characters=3)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_damaged_files_raise_only_ingest_errors(ruled_table: bytes, data: st.DataObject) -> None:
    damaged = bytearray(ruled_table)
    for _ in range(data.draw(st.integers(1, 12))):
        damaged[data.draw(st.integers(9, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    try:
        parsed = parse_pdf(bytes(damaged))
    except IngestError:
        return
    document = laid(parsed)
    assert [document.text[block.start : block.end] for block in document.blocks] == texts(parsed)


WORD = re.compile(r"[^\W_]+")


def page_words(text: str) -> Counter[str]:
    return Counter(word.casefold() for word in WORD.findall(text))


@pytest.mark.parametrize(("file", "pages"), [("monaidecyber-cgu.pdf", 10), ("monaidecyber-charte.pdf", 3)])
def test_official_files_lose_nothing_but_page_numbers(official: Path, file: str, pages: int) -> None:
    """pypdf, another reader, is the witness: the same words on the same physical page."""
    path = official / "raw" / file
    document = laid(parse_pdf(path.read_bytes()))
    witness = pypdf.PdfReader(path).pages
    assert [page.number for page in document.pages] == list(range(1, pages + 1))
    for page, other in zip(document.pages, witness, strict=True):
        ours, theirs = page_words(document.text[page.start : page.end]), page_words(other.extract_text())
        assert theirs - ours == Counter([str(page.number), str(pages)])
        assert not ours - theirs


@pytest.mark.parametrize(
    ("file", "page", "sentence"),
    [
        ("monaidecyber-cgu.pdf", 1, "Aidant cyber : La personne physique employée par un service de l’État"),
        ("monaidecyber-cgu.pdf", 2, "La preuve contraire peut être rapportée."),
        (
            "monaidecyber-cgu.pdf",
            6,
            "L’adresse de messagerie professionnelle est conservée un an chez l’hébergeur Brevo.",
        ),
        ("monaidecyber-cgu.pdf", 10, "L’Entité Aidée peut choisir elle-même un Aidant cyber figurant dans l’annuaire."),
        ("monaidecyber-charte.pdf", 1, "Participer à un atelier « Devenir Aidant MonAideCyber » dispensé par l’ANSSI"),
        (
            "monaidecyber-charte.pdf",
            2,
            "Je m’engage à transmettre à chaque Entité Aidée qui la demande la présente charte.",
        ),
        ("monaidecyber-charte.pdf", 3, "réaliser à minima 2 diagnostics sur une durée de 12 mois."),
    ],
)
def test_official_sentences_stand_on_their_physical_page(official: Path, file: str, page: int, sentence: str) -> None:
    text = laid(parse_pdf((official / "raw" / file).read_bytes()))
    plain = text.text.replace("\u00a0", " ").replace("\u202f", " ")
    start = plain.index(sentence)
    assert [found.number for found in text.pages if found.start <= start < found.end] == [page]


def test_official_sentence_across_two_pages(official: Path) -> None:
    document = laid(parse_pdf((official / "raw" / "monaidecyber-cgu.pdf").read_bytes()))
    turn = next(page.start for page in document.pages if page.number == 3)
    around = document.text[turn - 32 : turn + 41]
    assert around == "fournies (adresse de messagerie électronique). Si leurs coordonnées ne so"


def test_official_headings(official: Path) -> None:
    document = laid(parse_pdf((official / "raw" / "monaidecyber-cgu.pdf").read_bytes()))
    paths = {section.heading: section.path for section in document.sections}
    assert paths["2. Fondement juridique des traitements"] == (
        "I. Dispositions communes",
        "F. Données à caractère personnel",
        "1. Stipulations communes aux trois traitements de données à caractère personnel",
        "2. Fondement juridique des traitements",
    )
