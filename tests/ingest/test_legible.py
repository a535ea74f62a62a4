"""What is no text is refused, in pages and in PDF files; any real text is read."""

import random

import pytest

from ingest.errors import ParseError
from ingest.html import parse_html
from ingest.legible import is_binary, is_legible

RANDOM = random.Random(5)


@pytest.mark.parametrize(
    "data",
    [
        b"\x00\xff" * 5_000,
        b"\xff" * 10_000,
        RANDOM.randbytes(20_000),
        b"\x89PNG\r\n\x1a\n" + RANDOM.randbytes(3_000),
        bytes(RANDOM.choices(range(160, 256), k=5_000)),
        ("<p>" + "\ufffd\ufffd \ufffd" * 100 + "</p>").encode(),
        b"<p>" + b"|=+-/ " * 200 + b"</p>",
    ],
)
def test_what_is_no_text_is_refused(data: bytes) -> None:
    with pytest.raises(ParseError, match="contenu illisible"):
        parse_html(data)


@pytest.mark.parametrize(
    "text",
    [
        "Oui.",
        "15, 17, 18, 112 : 01 23 45 67 89 ; 3018 ; 116 117",
        "Le médecin protège ses données à l’écart. " * 20,
        "Bảo vệ dữ liệu của bệnh nhân là trách nhiệm của bác sĩ. " * 20,
        "Η προστασία των δεδομένων των ασθενών. " * 20,
        "患者のデータを保護する。" * 40,
        "| 2024 | 12 | 45,3 % | 1 200 € |\n" * 30,
        "\uf0b7 Une puce d’une police de symboles\n" * 30,
    ],
)
def test_texts_are_legible(text: str) -> None:
    assert is_legible(text)
    assert not is_binary(text)


@pytest.mark.parametrize("text", ["\ue001\ue002\ue003 " * 50, "\ufffd" * 100, "ÿ" * 5_000])
def test_glyphs_without_meaning_are_not(text: str) -> None:
    assert not is_legible(text)


def test_a_page_with_a_wrong_charset_is_still_read() -> None:
    page = "<meta charset=utf-8><p>" + "Le médecin protège ses données. " * 20 + "</p>"
    assert parse_html(page.encode("cp1252")).blocks
