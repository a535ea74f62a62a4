import re
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.chunk import WORDS_MAX, WORDS_TAIL, WORDS_TARGET, passages
from ingest.model import BlockKind, Document, DocumentKind, ParsedBlock, ParsedDocument, Passage, SectionMeta
from ingest.pipeline import starter_document
from ingest.text import assemble

STARTER = sorted((Path(__file__).parents[2] / "corpus" / "starter").glob("*.md"))
HEADING, PARAGRAPH, ITEM, ROW = BlockKind.HEADING, BlockKind.PARAGRAPH, BlockKind.ITEM, BlockKind.ROW


def made(*blocks: ParsedBlock, title: str = "Titre") -> Document:
    parsed = ParsedDocument(title=title, blocks=blocks)
    return assemble(
        parsed, source_id="s", kind=DocumentKind.LOCAL, publisher="P", title=title, media_type="text/markdown"
    )


def heading(text: str, level: int = 2, meta: SectionMeta | None = None) -> ParsedBlock:
    return ParsedBlock(HEADING, text, level, meta=meta)


def paragraph(words: int, name: str = "mot", *, sentence: int = 10) -> ParsedBlock:
    """A paragraph of that many words, in sentences of ten."""
    parts = []
    for start in range(0, words, sentence):
        count = min(sentence, words - start)
        parts.append(" ".join(f"{name}{start + i}" for i in range(count)).capitalize() + ".")
    return ParsedBlock(PARAGRAPH, " ".join(parts))


def item(words: int) -> ParsedBlock:
    return ParsedBlock(ITEM, "- " + " ".join(f"point{i}" for i in range(words)), 1)


def size(passage: Passage) -> int:
    return len(re.findall(r"\w+", passage.text))


def check(document: Document, found: list[Passage]) -> None:
    """What holds for the passages of any document."""
    bounds = [(block.start, block.end) for block in document.blocks if block.kind is not HEADING]
    headings = [(block.start, block.end) for block in document.blocks if block.kind is HEADING]
    assert len({passage.id for passage in found}) == len(found)
    for one, other in pairwise(found):
        assert one.end <= other.start
    for passage in found:
        assert passage.document_id == document.id
        assert document.text[passage.start : passage.end] == passage.text
        assert passage.text.strip()
        # Never across a heading, hence never across a section.
        assert not any(start < passage.end and passage.start < end for start, end in headings)
        if passage.section >= 0:
            section = document.sections[passage.section]
            assert section.start <= passage.start < passage.end <= section.end
            assert passage.path == section.path
        else:
            assert not headings or passage.end <= headings[0][0]
        # Sentences stand inside, in order, apart, and say all that the blocks say.
        assert passage.sentences
        assert passage.start == passage.sentences[0].start
        assert passage.sentences[-1].end == passage.end
        for before, after in pairwise(passage.sentences):
            assert before.end <= after.start
            assert not re.search(r"\w", document.text[before.end : after.start])
        for sentence in passage.sentences:
            assert any(start <= sentence.start < sentence.end <= end for start, end in bounds)
    covered = {at for passage in found for at in range(passage.start, passage.end)}
    for start, end in bounds:
        assert all(at in covered or document.text[at].isspace() for at in range(start, end))


def test_a_short_section_is_one_passage() -> None:
    document = made(heading("Un"), paragraph(30), paragraph(40), heading("Deux"), paragraph(10))
    found = passages(document)
    check(document, found)
    assert [size(passage) for passage in found] == [70, 10]
    assert [passage.path for passage in found] == [("Un",), ("Deux",)]


def test_sections_are_never_joined_however_short() -> None:
    document = made(*(block for i in range(5) for block in (heading(f"T{i}"), paragraph(3))))
    assert [passage.section for passage in passages(document)] == [0, 1, 2, 3, 4]


def test_text_before_the_first_heading_has_no_section() -> None:
    document = made(paragraph(5), heading("Un"), paragraph(5))
    first, second = passages(document)
    assert (first.section, first.path, second.section) == (-1, (), 0)


def test_a_heading_without_text_gives_no_passage() -> None:
    document = made(heading("Vide"), heading("Plein", 3), paragraph(5), heading("Vide encore"))
    (found,) = passages(document)
    assert found.path == ("Vide", "Plein")
    assert passages(made(heading("Seul"))) == []


def test_a_long_section_is_cut_between_blocks() -> None:
    document = made(heading("Long"), *(paragraph(60, f"p{i}x") for i in range(10)))
    found = passages(document)
    check(document, found)
    starts = {block.start for block in document.blocks}
    assert len(found) > 2
    for passage in found:
        assert passage.start in starts
        assert WORDS_TAIL <= size(passage) <= WORDS_MAX


def test_a_long_block_is_cut_between_sentences() -> None:
    document = made(heading("Long"), paragraph(1000))
    found = passages(document)
    check(document, found)
    for passage in found:
        assert passage.text.endswith(".")
        assert size(passage) <= WORDS_MAX
    assert all(size(passage) >= WORDS_TARGET - 10 for passage in found[:-1])


def test_one_endless_sentence_is_kept_whole() -> None:
    document = made(paragraph(600, sentence=600))
    (found,) = passages(document)
    check(document, [found])
    assert size(found) == 600


def test_a_list_stays_with_the_words_that_lead_to_it() -> None:
    lead = ParsedBlock(PARAGRAPH, "Les mesures sont les suivantes :")
    document = made(heading("Mesures"), paragraph(100), lead, *(item(12) for _ in range(12)))
    found = passages(document)
    check(document, found)
    (leading,) = [passage for passage in found if "suivantes :" in passage.text]
    assert leading.text.startswith("Les mesures")
    assert leading.text.count("- ") == 12


def test_a_list_too_long_for_one_passage_is_cut_between_items() -> None:
    document = made(ParsedBlock(PARAGRAPH, "La liste :"), *(item(30) for _ in range(20)))
    found = passages(document)
    check(document, found)
    assert found[0].text.startswith("La liste :")
    for passage in found:
        assert size(passage) <= 1.3 * WORDS_MAX
    for passage in found[1:]:
        assert passage.text.startswith("- ")


def test_a_short_tail_is_joined_to_what_comes_before() -> None:
    document = made(heading("T"), *(paragraph(70, f"p{i}x") for i in range(3)), paragraph(20))
    (found,) = passages(document)
    assert size(found) == 230
    longer = made(heading("T"), paragraph(200), paragraph(30))
    assert [size(passage) for passage in passages(longer)] == [230]
    apart = made(heading("T"), paragraph(200), paragraph(100))
    assert [size(passage) for passage in passages(apart)] == [200, 100]


def test_items_and_rows_are_quoted_whole_and_paragraphs_by_sentence() -> None:
    document = made(
        ParsedBlock(PARAGRAPH, "Une. Deux."), ParsedBlock(ITEM, "- Trois. Quatre.", 1), ParsedBlock(ROW, "Cinq. | Six.")
    )
    (found,) = passages(document)
    quotable = [document.text[span.start : span.end] for span in found.sentences]
    assert quotable == ["Une.", "Deux.", "- Trois. Quatre.", "Cinq. | Six."]


def test_a_section_s_own_source_gives_title_and_questions() -> None:
    meta = SectionMeta(questions=("q1", "q2"), title="Autre texte")
    document = made(heading("Un", meta=meta), paragraph(5), heading("Deux"), paragraph(5))
    first, second = passages(document)
    assert (first.title, first.questions) == ("Autre texte", ("q1", "q2"))
    assert (second.title, second.questions) == ("Titre", ())


def test_ids_are_stable_and_follow_the_document() -> None:
    blocks = (heading("Un"), paragraph(300), heading("Deux"), paragraph(20))
    one, same, other = made(*blocks), made(*blocks), made(*blocks, title="Autre")
    assert passages(one) == passages(same)
    assert not {passage.id for passage in passages(one)} & {passage.id for passage in passages(other)}


BLOCKS = st.one_of(
    st.integers(1, 300).map(paragraph),
    st.integers(1, 60).map(item),
    st.integers(1, 4).map(lambda level: heading(f"Niveau {level}", level)),
    st.just(ParsedBlock(ROW, "a | b")),
    st.just(ParsedBlock(PARAGRAPH, "!?")),
)


@settings(deadline=None)
@given(st.lists(BLOCKS, max_size=25))
def test_any_document_is_cut_without_loss(blocks: list[ParsedBlock]) -> None:
    document = made(*blocks)
    found = passages(document)
    check(document, found)
    # A piece is at most one block over the aim; only a tail may be joined beyond the maximum.
    assert all(size(passage) <= 1.3 * WORDS_MAX for passage in found)


@pytest.mark.parametrize("path", STARTER, ids=[path.stem for path in STARTER])
def test_the_starter_corpus_is_cut_without_loss(path: Path) -> None:
    document = starter_document(path)
    found = passages(document)
    check(document, found)
    assert found
    for passage in found:
        assert size(passage) <= WORDS_MAX
        # Every section of a digest says what it answers.
        assert passage.questions
