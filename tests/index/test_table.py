import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from index.model import SearchFilter
from index.table import PassageTable, head_of, passage_date, topics, write_table
from ingest.chunk import passages
from ingest.model import Document, DocumentKind

from .doubles import document, small_corpus


@pytest.fixture
def table(tmp_path: Path, corpus: list[Document]) -> Iterator[PassageTable]:
    counts = write_table(tmp_path, [(one, passages(one)) for one in corpus])
    assert counts == (5, 6)
    opened = PassageTable(tmp_path)
    yield opened
    opened.close()


def found(table: PassageTable, **fields: object) -> list[str]:
    """Source ids of the documents that pass a filter, each passage once."""
    mask = table.mask(SearchFilter(**fields))  # type: ignore[arg-type]
    assert mask is not None
    assert mask.shape == (len(table),)
    names = []
    for passage in table.passages([int(row) for row in mask.nonzero()[0]]):
        held = table.document(passage.document_id)
        assert held is not None
        names.append(held.source_id)
    return names


def test_passages_come_back_as_they_were_cut(table: PassageTable, corpus: list[Document]) -> None:
    expected = [passage for one in corpus for passage in passages(one)]
    assert table.passages(range(len(table))) == expected
    assert table.passages([4, 0, 4]) == [expected[4], expected[0], expected[4]]
    assert table.passages([]) == []


def test_documents_are_found_by_either_id(table: PassageTable, corpus: list[Document]) -> None:
    for one in corpus:
        assert table.document(one.id) == one == table.document(one.source_id)
    assert table.document("inconnu") is None
    assert table.document("") is None


def test_passages_of_a_document_are_in_reading_order(table: PassageTable, corpus: list[Document]) -> None:
    assert table.passages_of(corpus[0].id) == passages(corpus[0])
    assert len(table.passages_of(corpus[0].id)) == 2
    assert table.passages_of("inconnu") == []


def test_documents_are_given_by_slices(table: PassageTable, corpus: list[Document]) -> None:
    assert table.heads(offset=1, limit=3) == [head_of(document) for document in corpus[1:4]]
    assert table.heads(offset=5, limit=3) == []


def test_emergency_sheet(table: PassageTable) -> None:
    sheet = table.emergency("ransomware")
    assert sheet is not None
    assert sheet.source_id == "urgence-ransomware"
    assert table.emergency("theft") is None


def test_what_a_filter_may_name(table: PassageTable) -> None:
    assert table.publishers == {"CNIL", "ANSSI", "Votre structure"}
    assert table.topics == {"conservation", "acces", "sauvegarde", "urgence"}
    publishers, by_topic, kinds = table.counts()
    assert publishers == {"CNIL": 3, "ANSSI": 2, "Votre structure": 1}
    assert by_topic == {"acces": 2, "conservation": 2, "sauvegarde": 1, "urgence": 1}
    assert kinds == {"official": 4, "digest": 1, "local": 1}


def test_no_filter_is_no_mask(table: PassageTable) -> None:
    assert table.mask(SearchFilter()) is None


@pytest.mark.parametrize(
    ("fields", "names"),
    [
        ({"publishers": {"ANSSI"}}, ["motdepasse", "sauvegarde"]),
        ({"publishers": {"ANSSI", "Votre structure"}}, ["motdepasse", "sauvegarde", "procedure"]),
        ({"publishers": {"Inconnu"}}, []),
        ({"topics": {"acces"}}, ["motdepasse", "sauvegarde"]),
        ({"topics": {"sauvegarde", "urgence"}}, ["sauvegarde", "urgence-ransomware"]),
        ({"kinds": {DocumentKind.LOCAL}}, ["procedure"]),
        ({"kinds": {DocumentKind.DIGEST, DocumentKind.LOCAL}}, ["procedure", "urgence-ransomware"]),
        ({"publishers": {"CNIL"}, "kinds": {DocumentKind.DIGEST}}, ["urgence-ransomware"]),
        ({"publishers": {"ANSSI"}, "topics": {"urgence"}}, []),
    ],
)
def test_values_are_alternatives_and_fields_add_up(
    table: PassageTable, fields: dict[str, set[str]], names: list[str]
) -> None:
    assert found(table, **{name: frozenset(values) for name, values in fields.items()}) == names


@pytest.mark.parametrize(
    ("first", "last", "names"),
    [
        ("2020", None, ["conservation", "conservation", "motdepasse", "urgence-ransomware"]),
        ("2020-07-15", "2020-07-20", ["conservation", "conservation"]),
        ("2020-08", "2021", ["motdepasse"]),
        ("2021-10-08", "2021-10-08", ["motdepasse"]),
        ("2021-10-09", "2022", []),
        ("2018-06", "2018-06-30", ["sauvegarde"]),
        (None, "2018-01", ["sauvegarde"]),
        (None, "2017-12-31", []),
        # The section's own text is of 2023-01, whatever the sheet's date.
        ("2023", "2023", ["urgence-ransomware"]),
        ("2024", None, []),
    ],
)
def test_dates_of_any_precision(table: PassageTable, first: str | None, last: str | None, names: list[str]) -> None:
    assert found(table, date_from=first, date_to=last) == names


def test_date_of_a_section_wins_over_its_document_s() -> None:
    sheet = small_corpus()[-1]
    assert passage_date(sheet, passages(sheet)[0]) == "2023-01"
    plain = document("x", ("", "Texte."), date="2019")
    assert passage_date(plain, passages(plain)[0]) == "2019"


def test_topics_are_read_under_the_names_that_sources_use() -> None:
    assert topics(document("x", ("", "Texte."), themes=("a", "b"), topic=("c",), audience=("d",))) == ("c", "a", "b")


def test_threads_share_a_table(table: PassageTable) -> None:
    expected = table.passages(range(len(table)))
    with ThreadPoolExecutor(8) as pool:
        for result in pool.map(lambda _: table.passages(range(len(table))), range(200)):
            assert result == expected


def test_nothing_can_be_written_to_a_published_table(table: PassageTable) -> None:
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        table._query("DELETE FROM passages")


def test_a_folder_whose_name_needs_escaping(tmp_path: Path, corpus: list[Document]) -> None:
    folder = tmp_path / "été ?#% 100"
    folder.mkdir()
    write_table(folder, [(one, passages(one)) for one in corpus])
    opened = PassageTable(folder)
    assert len(opened) == 6
    opened.close()


def test_writing_where_one_cannot_is_an_os_error(tmp_path: Path, corpus: list[Document]) -> None:
    with pytest.raises(OSError):
        write_table(tmp_path / "absent", [(corpus[0], passages(corpus[0]))])
