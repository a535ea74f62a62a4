"""Bytes to text, whatever is declared."""

import base64

import pytest

from bot.helpdesk.mailbox_charset import decoded, untransferred

TEXT = "Où déclarer l’incident ? « Ici », dès aujourd’hui…"


@pytest.mark.parametrize("charset", ["utf-8", "UTF8", '"utf-8"', "us-ascii", "", "iso-8859-1", "x-inconnu", "idna"])
def test_utf8_is_read_whatever_is_declared(charset: str) -> None:
    assert decoded(TEXT.encode(), charset) == TEXT


@pytest.mark.parametrize("charset", ["iso-8859-1", "ISO_8859-1", "latin1", "windows-1252", "cp1252", "us-ascii", ""])
def test_windows_1252_is_read_under_its_usual_names(charset: str) -> None:
    assert decoded(TEXT.encode("cp1252"), charset) == TEXT


@pytest.mark.parametrize(
    ("name", "codec"),
    [("iso-8859-15", "iso8859-15"), ("macintosh", "mac-roman"), ("x-mac-roman", "mac-roman"), ("utf-16", "utf-16")],
)
def test_other_charsets_are_read(name: str, codec: str) -> None:
    assert decoded("Sécurité à l'hôpital".encode(codec), name) == "Sécurité à l'hôpital"


def test_japanese_mail_is_read() -> None:
    assert decoded("安全".encode("iso-2022-jp"), "ISO-2022-JP") == "安全"


@pytest.mark.parametrize(
    "charset", ["zip", "hex", "rot13", "punycode", "unicode_escape", "undefined", "base64", "mbcs"]
)
def test_codecs_that_are_no_charsets_are_never_called(charset: str) -> None:
    assert decoded(b"caf\xe9 \\x41 --", charset) == "café \\x41 --"


def test_a_text_cut_within_a_character_keeps_the_rest() -> None:
    assert decoded("données".encode()[:5], "utf-8") == "donn"
    assert decoded("caf\xe9".encode("latin-1"), "iso-8859-1") == "café"


def test_transfer_encodings_are_undone_even_when_cut_or_damaged() -> None:
    whole = base64.encodebytes(TEXT.encode() * 20)
    assert untransferred(whole, "BASE64").decode() == TEXT * 20
    cut = untransferred(whole[:101], "base64")
    assert TEXT.encode().startswith(cut[:20])
    assert len(cut) >= 70
    assert untransferred(b"b2s=!!!", " Base64 ") == b"ok"
    assert untransferred(b"caf=C3=A9 =ZZ =", "quoted-printable").startswith("café =ZZ".encode())
    assert untransferred(b"tel quel", "8bit") == b"tel quel"
    assert untransferred(b"begin 644 x\n#0V%T\n", "x-uuencode") == b""
