"""Whether what was read is text at all: binary data sent as a page and glyphs without meaning are not."""

import re
import unicodedata

_MEANINGLESS = frozenset(("Cc", "Cn", "Co", "Cs"))
"""Categories of characters that no text consists of: controls, private use, unassigned."""
_WORD = re.compile(r"[^\W\d_]{2,30}")
_RUN = re.compile(r"[^\W\d_]+")
_MOST_CONTROLS = 0.05
_MOST_MEANINGLESS = 0.2
_LEAST_ALPHANUMERIC = 0.3
_LEAST_IN_WORDS = 0.5
_ENOUGH = 20
"""Characters under which nothing is concluded."""
_MANY_LETTERS = 200
_LEAST_ALPHABET = 3
_LEAST_ASCII = 0.5
"""Share of letters without a mark; nine in ten in French, two in three in Vietnamese."""
_END_OF_LATIN = "\u0250"
_LOOKED_AT = 200_000


def is_binary(text: str) -> bool:
    """Whether decoded bytes were no text: more than one character in twenty is a control or could not be decoded."""
    sample = text[:_LOOKED_AT]
    bad = sum(char == "\ufffd" or (char < " " and char not in "\t\n\r\f") or "\x7f" <= char < "\xa0" for char in sample)
    return len(sample) >= _ENOUGH and bad > _MOST_CONTROLS * len(sample)


def is_legible(text: str) -> bool:
    """Whether people could read a text, in whatever language: it has letters or figures, and words.

    Texts of a few characters are taken as they are; those in another script than Latin are not asked for words.
    """
    sample = "".join(text[:_LOOKED_AT].split())
    if len(sample) < _ENOUGH:
        return True
    bad = sum(char == "\ufffd" or unicodedata.category(char) in _MEANINGLESS for char in sample)
    if bad > _MOST_MEANINGLESS * len(sample):
        return False
    if sum(unicodedata.category(char)[0] in "LNM" for char in sample) < _LEAST_ALPHANUMERIC * len(sample):
        return False
    runs = _RUN.findall(text[:_LOOKED_AT])
    letters = sum(map(len, runs))
    if letters < _MANY_LETTERS:
        return True
    latin = [char for run in runs for char in run if char < _END_OF_LATIN]
    if len(latin) < letters / 2:
        return True
    if sum(map(str.isascii, latin)) < _LEAST_ASCII * len(latin) or len(set(latin)) < _LEAST_ALPHABET:
        return False
    return sum(len(run) for run in runs if _WORD.fullmatch(run)) >= _LEAST_IN_WORDS * letters
