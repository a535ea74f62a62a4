import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.model import BlockKind, Document, DocumentKind, PageMark, ParsedBlock, ParsedDocument, SectionMeta
from ingest.text import assemble, clean, digest_id

HEADING, PARAGRAPH, ITEM, ROW = BlockKind.HEADING, BlockKind.PARAGRAPH, BlockKind.ITEM, BlockKind.ROW


def laid(*blocks: ParsedBlock, title: str = "Titre", **fields: object) -> Document:
    parsed = ParsedDocument(title=title, blocks=blocks, **fields)  # type: ignore[arg-type]
    return assemble(
        parsed, source_id="s", kind=DocumentKind.LOCAL, publisher="P", title=title, media_type="text/markdown"
    )


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("  deux\n\tmots ", "deux mots"),
        ("ﬁchier eﬃcace", "fichier efficace"),
        ("e\u0301tat", "état"),
        ("e\u200b\u0301tat", "état"),
        ("mot\u00ad\u200bcoupé", "motcoupé"),
        ("a \u200b b", "a b"),
        ("question \u00a0? oui", "question\u00a0? oui"),
        ("« \u202f texte \u00a0»", "«\u202ftexte\u00a0»"),
        ("\u202ecaché\U000e0041", "caché"),
        ("\ufeffdébut", "début"),
    ],
)
def test_clean(raw: str, expected: str) -> None:
    assert clean(raw) == expected


@given(st.text())
def test_clean_is_idempotent_and_one_line(text: str) -> None:
    once = clean(text)
    assert clean(once) == once
    assert "\n" not in once
    assert "  " not in once
    assert once == once.strip()


def test_blocks_are_spans_of_the_text() -> None:
    document = laid(
        ParsedBlock(HEADING, "Titre", 1),
        ParsedBlock(PARAGRAPH, "Un alinéa."),
        ParsedBlock(ITEM, "- un", 1),
        ParsedBlock(ITEM, "- deux", 2),
        ParsedBlock(PARAGRAPH, ""),
        ParsedBlock(ROW, "a | b"),
        ParsedBlock(ROW, "c | d"),
    )
    assert document.text == "Titre\n\nUn alinéa.\n\n- un\n  - deux\n\na | b\nc | d"
    assert [document.text[b.start : b.end] for b in document.blocks] == [
        "Titre",
        "Un alinéa.",
        "- un",
        "- deux",
        "a | b",
        "c | d",
    ]


def test_sections_hold_path_anchor_meta_and_exact_text() -> None:
    meta = SectionMeta(facts=("f-01",))
    document = laid(
        ParsedBlock(PARAGRAPH, "Avant."),
        ParsedBlock(HEADING, "Partie", 2, "partie"),
        ParsedBlock(PARAGRAPH, "Un."),
        ParsedBlock(HEADING, "Détail", 4, meta=meta),
        ParsedBlock(HEADING, "Autre", 2),
        ParsedBlock(PARAGRAPH, "Deux."),
    )
    first, detail, other = document.sections
    assert (first.path, first.anchor, document.text[first.start : first.end].strip()) == (("Partie",), "partie", "Un.")
    assert (detail.path, detail.meta, document.text[detail.start : detail.end]) == (("Partie", "Détail"), meta, "")
    assert (other.path, document.text[other.start : other.end]) == (("Autre",), "Deux.")


def test_heading_that_repeats_the_title_is_not_in_the_path() -> None:
    document = laid(ParsedBlock(HEADING, "TITRE", 1), ParsedBlock(HEADING, "Partie", 2))
    assert [section.path for section in document.sections] == [(), ("Partie",)]


def test_pages_begin_where_their_text_begins() -> None:
    document = laid(
        ParsedBlock(PARAGRAPH, "Première page.", pages=(PageMark(0, 1),)),
        ParsedBlock(PARAGRAPH, "Suite sur la page trois.", pages=(PageMark(0, 1), PageMark(10, 3))),
        ParsedBlock(PARAGRAPH, "Fin.", pages=(PageMark(0, 3),)),
        page_labels=("i", None, "1"),
    )
    first, third = document.pages
    assert (first.number, first.label, third.number, third.label) == (1, "i", 3, "1")
    assert document.text[first.start : first.end] == "Première page.\n\nSuite sur "
    assert document.text[third.start : third.end] == "la page trois.\n\nFin."


def test_id_is_stable_and_covers_what_is_said() -> None:
    block = ParsedBlock(PARAGRAPH, "Texte.")
    assert laid(block).id == laid(block).id
    different = [
        laid(ParsedBlock(PARAGRAPH, "Texte !")),
        laid(block, date="2024-05-01"),
        laid(block, url="https://example.org/"),
        laid(block, title="Autre"),
        laid(ParsedBlock(ITEM, "Texte.", 1)),
        laid(block, attributes={"topic": ("x",)}),
    ]
    assert len({laid(block).id, *(document.id for document in different)}) == 7


def test_digest_id_tells_none_from_empty() -> None:
    assert digest_id("d", None) != digest_id("d", "")
    assert len(digest_id("d", "x")) == 20
