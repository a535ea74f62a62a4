import gzip
import json
import time
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from ingest.errors import LimitError, ParseError
from ingest.jsonl import parse_jsonl
from ingest.model import ParsedDocument

LINE = {
    "id": "faq-1",
    "publisher": "CNIL",
    "title": "Une question ?",
    "url": "https://example.org/1",
    "licence": "Licence Ouverte",
    "lang": "fr",
    "date": "2018-10-30",
    "themes": ["a", "b"],
    "retrieved_from": "depot@1:f",
    "text": "# Une question ?\n\nUne réponse :\n\n- un ;\n- deux.",
}


def packed(*values: object) -> bytes:
    return "\n".join(json.dumps(value, ensure_ascii=False) for value in values).encode()


def test_line_becomes_a_document() -> None:
    (parsed,) = parse_jsonl(packed(LINE))
    assert isinstance(parsed, ParsedDocument)
    assert (parsed.source_id, parsed.publisher, parsed.title) == ("faq-1", "CNIL", "Une question ?")
    assert (parsed.url, parsed.date, parsed.lang) == ("https://example.org/1", "2018-10-30", "fr")
    assert dict(parsed.attributes) == {"themes": ("a", "b"), "retrieved_from": ("depot@1:f",)}
    assert [block.text for block in parsed.blocks] == ["Une question ?", "Une réponse :", "- un ;", "- deux."]


def test_bad_lines_are_named_and_the_others_go_on() -> None:
    data = b"\n".join(
        [
            packed(LINE),
            b"{oops",
            b"[1]",
            packed({"id": "x"}),
            b"\xff\xfe",
            b"",
            packed(LINE | {"date": "x"}),
            packed(LINE),
        ]
    )
    outcomes = list(parse_jsonl(data, name="f.jsonl"))
    assert [isinstance(outcome, ParsedDocument) for outcome in outcomes] == [True] + [False] * 5 + [True]
    errors = [outcome for outcome in outcomes if isinstance(outcome, ParseError)]
    assert [error.subject for error in errors] == [f"f.jsonl, ligne {n}" for n in (2, 3, 4, 5, 7)]


def test_text_without_front_matter() -> None:
    (parsed,) = parse_jsonl(packed(LINE | {"text": "---\n\nAprès un filet."}))
    assert isinstance(parsed, ParsedDocument)
    assert [block.text for block in parsed.blocks] == ["Après un filet."]


def test_empty_address_is_none() -> None:
    (parsed,) = parse_jsonl(packed(LINE | {"url": ""}))
    assert isinstance(parsed, ParsedDocument)
    assert (parsed.url, parsed.warnings) == (None, ())


def test_gzip_of_several_members() -> None:
    data = gzip.compress(packed(LINE) + b"\n") + gzip.compress(packed(LINE, LINE)) + b"\0" * 10
    assert len([outcome for outcome in parse_jsonl(data) if isinstance(outcome, ParsedDocument)]) == 3


def test_truncated_and_damaged_gzip_give_what_they_hold_then_an_error() -> None:
    whole = gzip.compress(b"\n".join(packed(LINE | {"id": str(n)}) for n in range(2_000)))
    for data in (whole[: len(whole) // 2], whole[:400] + b"\0" * 40 + whole[440:], b"\x1f\x8b", whole[:-3]):
        outcomes = list(parse_jsonl(data))
        assert isinstance(outcomes[-1], ParseError)


def test_decompression_bomb_is_stopped() -> None:
    bomb = gzip.compress(b" " * 64 * 1024 * 1024)
    (error,) = parse_jsonl(bomb)
    assert isinstance(error, LimitError)
    (error,) = parse_jsonl(packed(LINE), max_unpacked=50)
    assert isinstance(error, LimitError)


def test_endless_line_is_an_error_and_the_next_is_read() -> None:
    first, second = parse_jsonl(b'"' + b"a" * (17 * 1024 * 1024) + b'"\n' + packed(LINE))
    assert isinstance(first, LimitError)
    assert isinstance(second, ParsedDocument)


@given(st.binary(max_size=200))
def test_random_bytes_give_documents_or_errors(data: bytes) -> None:
    for outcome in parse_jsonl(data):
        assert isinstance(outcome, ParsedDocument | ParseError)


@given(st.binary(max_size=100))
def test_random_gzip_bytes(data: bytes) -> None:
    for outcome in parse_jsonl(b"\x1f\x8b\x08" + data):
        assert isinstance(outcome, ParsedDocument | ParseError)


def test_official_files(official: Path) -> None:
    start = time.monotonic()
    files = sorted(official.glob("documents-*.jsonl"))
    outcomes = [outcome for file in files for outcome in parse_jsonl(file.read_bytes(), name=file.name)]
    assert [outcome for outcome in outcomes if isinstance(outcome, ParseError)] == []
    assert len(outcomes) == 1613
    assert time.monotonic() - start < 30
