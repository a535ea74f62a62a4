"""Bytes of messages to text, whatever is said of them."""

import binascii
import codecs
import quopri
import re

# Codecs that a hostile message must not reach ("idna" takes quadratic time, "unicode_escape" writes what it wants).
_KNOWN = re.compile(
    r"utf-?(?:8|16(?:-?[bl]e)?|32(?:-?[bl]e)?)|(?:x-)?(?:windows|cp)-?125\d|iso[-_]?8859[-_]?\d{1,2}|latin-?\d|koi8-[ru]|"
    r"(?:x-)?mac(?:intosh|-?roman)|cp-?(?:437|850|858|932|949)|ibm(?:437|850|858)|gb(?:2312|k|18030)|big5|euc-?(?:jp|kr)|"
    r"shift[-_]?jis|iso-2022-jp",
    re.IGNORECASE,
)
_LATIN = re.compile(r"iso[-_]?8859[-_]?1|latin-?1")
_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/]")


def decoded(data: bytes, charset: str) -> str:
    """The text of ``data``, which may be cut off in the middle of a character.

    What is valid UTF-8 is read as such even if declared otherwise: other text hardly ever is by chance. ISO 8859-1 is
    read as Windows-1252, as browsers do (Encoding Standard, 4.2). What fits nothing is read as Windows-1252.
    """
    declared = charset.strip().strip("\"'").lower()
    if "2022" not in declared and not re.search(r"utf-?(?:16|32)", declared):
        try:
            return data.decode("utf-8").lstrip("\ufeff")
        except UnicodeDecodeError:
            pass
    if _KNOWN.fullmatch(declared) and not _LATIN.fullmatch(declared):
        try:
            return codecs.getincrementaldecoder(_python_name(declared))("strict").decode(data).lstrip("\ufeff")
        except (LookupError, UnicodeError):
            pass
    return data.decode("cp1252", "replace")


def untransferred(data: bytes, encoding: str) -> bytes:
    """The content of a part under a transfer encoding (RFC 2045, section 6), which may be cut off or damaged; empty
    for an encoding that is none."""
    match encoding.strip().lower():
        case "base64":
            kept = _NOT_BASE64.sub(b"", data)
            kept = kept[:-1] if len(kept) % 4 == 1 else kept
            return binascii.a2b_base64(kept + b"=" * (-len(kept) % 4))
        case "quoted-printable":
            return quopri.decodestring(data)
        case "" | "7bit" | "8bit" | "binary":
            return data
        case _:
            return b""


def _python_name(name: str) -> str:
    name = name.removeprefix("x-").replace("windows-", "cp").replace("macintosh", "mac-roman")
    return "mac-roman" if name == "macroman" else name
