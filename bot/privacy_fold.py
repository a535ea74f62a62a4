"""The text as identifiers are read in it: plain figures and spaces, nothing invisible, and the way back from there.

"０６ １２…", Arabic digits or a zero-width space between two figures are the same number to whoever copies it.
``static/plain-text.js`` holds the same for the browser.
"""

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

_MARK = re.compile(r"(\[[^\]\[]{3,40} masquée?\])")
_ORDINALS = "ªº"
# Regular expressions of Python and of browsers disagree on whether they are an "i" in another case.
_TURKISH = str.maketrans("İı", "Ii")


def plain(text: str) -> tuple[str, Sequence[int]]:
    """The plain text, and where each of its characters begins in ``text``, its end included."""
    if text.isascii():
        return text, range(len(text) + 1)
    read: list[str] = []
    places: list[int] = []
    for place, char in enumerate(text):
        one = _plain_char(char)
        if read and unicodedata.category(char)[0] == "M":
            composed = unicodedata.normalize("NFC", read[-1] + char)
            if len(composed) == 1:
                read[-1] = composed
                continue
        if one:
            read.append(one)
            places.append(place)
    return "".join(read), [*places, len(text)]


@lru_cache(maxsize=4_096)
def _plain_char(char: str) -> str:
    category = unicodedata.category(char)
    if category == "Nd":
        return str(unicodedata.decimal(char))
    if category == "Cf":
        return ""
    if category == "Zs":
        return " "
    # Superscripts ("m²"), fractions and ordinals ("nº") are no figures and no letters of a number or a name.
    if category in ("No", "Nl"):
        return "*"
    one = unicodedata.normalize("NFKC", char).translate(_TURKISH)
    return one if len(one) == 1 and char not in _ORDINALS else char


def as_typed(text: str, read: str, places: Sequence[int], masked: str) -> str:
    """``masked``, which is the plain text ``read`` with marks in place of words, with the rest as ``text`` has it.

    Each piece is looked for after the one before it. Should it stand earlier than it truly does, it is still the same
    plain text, so nothing that was masked can come back.
    """
    if read == text:
        return masked
    pieces = _MARK.split(masked)
    parts: list[str] = []
    done = 0
    for i in range(0, len(pieces), 2):
        piece = pieces[i]
        last = i == len(pieces) - 1
        start = len(read) - len(piece) if last else read.find(piece, done)
        if start < done or not read.startswith(piece, start):
            return masked
        parts.append(text[places[start] if start else 0 : places[start + len(piece)]])
        parts += pieces[i + 1 : i + 2]
        done = start + len(piece) + 1
    return "".join(parts)
