"""Cutting French text into sentences: the smallest spans that a quote may be made of."""

import re
from collections.abc import Iterator

from ingest.model import Span

# Words before a full stop that do not end a sentence: titles, references to legal texts, common shortenings.
_ABBREVIATIONS = frozenset(
    """
    m mm mme mmes mlle dr drs pr me st ste art al p pp ex cf etc env réf ref tél n no vol chap fig éd ed
    l r d lo c-à-d c.-à-d i.e e.g p.ex av j.-c sté cie adm dép min max approx resp suppl ann §
    """.split()  # noqa: SIM905
)
# A match starts only where a run of marks starts, or a page of leader dots would take quadratic time.
_END = re.compile(r"(?<![.!?…])[.!?…]+[»”\"')\]]*(?:[\u00a0\u202f ]?»)?(?=[ \u00a0\n])")
_OPENING = re.compile(r"[ \u00a0\u202f\n]*[«“\"'(\[–—-]*[ \u00a0\u202f]*([0-9A-ZÀÂÄÇÉÈÊËÎÏÔÖÙÛÜŸŒÆ•])")
_LAST_WORD = re.compile(r"([\w.&§’'-]+)[.!?…]+$")
_LONGEST_ABBREVIATION = 20
# "1.", "2.3.", "IV." before the text that they number.
_NUMBER = re.compile(r"[\W_]*(?:\d{1,3}(?:\.\d{1,3})*|[IVXLC]{1,6})")


def sentence_spans(text: str, start: int = 0, end: int | None = None) -> Iterator[Span]:
    """Spans of the sentences of ``text[start:end]`` in order, surrounding white space left out.

    A full stop ends a sentence when a capital, a digit or an opening quote follows and the word before it is
    not an abbreviation or an initial; the number of a paragraph stays with it. ``;`` and ``:`` never end one.
    """
    stop = len(text) if end is None else end
    begin = start
    for match in _END.finditer(text, start, stop):
        if not _OPENING.match(text, match.end(), stop):
            continue
        if match.group().startswith("."):
            if _is_abbreviation(text[max(begin, match.start() - _LONGEST_ABBREVIATION) : match.start() + 1]):
                continue
            if _NUMBER.fullmatch(text, begin, match.start()):
                continue
        yield from _trimmed(text, begin, match.end())
        begin = match.end()
    yield from _trimmed(text, begin, stop)


def _is_abbreviation(head: str) -> bool:
    found = _LAST_WORD.search(head)
    if found is None:
        return False
    word = found.group(1).casefold().strip("('’")
    # "l’art. 5": the article before the apostrophe is not part of the word.
    word = re.split("[’']", word)[-1].strip(".")
    return word in _ABBREVIATIONS or (len(word) == 1 and word.isalpha())


def _trimmed(text: str, start: int, end: int) -> Iterator[Span]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if start < end:
        yield Span(start, end)
