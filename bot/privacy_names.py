"""Names that no title gives away: those that someone introduces, and those beside a date of birth.

"Jean Dupont" alone is left, as any two words with capitals are. Beside a date that can be a birth, or after "patient :"
or "je m’appelle", a given name, a surname in capitals or two words that name no thing are a person.
``static/stated-names.js`` holds the same rules for the browser.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.privacy_births import DATES, NAME_MARK, RECENT, inside_word, is_birth_like
from bot.privacy_words import GIVEN_NAMES, NAMED_AFTER, NOT_NAMES, OF_THINGS, ORDINARY_GIVEN, PARTICLES
from index.tokens import fold

_WORDS_MAX = 4
_WINDOW = 90
_ADULT_YEARS = 16
_WORD = re.compile(r"[^\W\d_]+(?:[’'-][^\W\d_]+)*")
_BETWEEN = re.compile(r"[\s,;:(/–—-]{1,4}")
_INTRODUCTION = re.compile(
    r"(?P<called>je\sm['’\s]appelle\s|mon\snom\sest\s|(?:il|elle|patiente?|fils|fille)\ss['’\s]appelle\s)|"
    r"(?P<label>(?:patiente?|nom(?:\set\spr[ée]nom|\sde\sfamille|\sde\snaissance|\sdu\spatient|\sde\sla\spatiente)?|"
    r"pr[ée]noms?|identit[ée])\s?[:=]\s?)|"
    r"(?P<said>(?:je\ssuis|c['’]est|moi\sc['’]est|cordialement[,\s]|sign[ée]e?\s?:)\s)",
    re.IGNORECASE,
)

_AGE = re.compile(r"[\s,(]{1,3}[0-9]{1,3}\s?ans(?![a-zà-ÿ])", re.IGNORECASE)
_ENDS = re.compile(r"\s*(?:[,;)\n]|$|pr[ée]noms?\s?[:=]|n[ée]e?\s)", re.IGNORECASE)
_OPENS_LABEL = re.compile(r"(?:^|[.,;:!?(\n]|(?:^|\s)(?:le|la|un|une|du|au|mon|ma|notre|votre))\s*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Run:
    """Words side by side that may be a name, and where they stand."""

    words: tuple[str, ...]
    start: int
    end: int
    follows_thing: bool = False

    @property
    def has_given(self) -> bool:
        return any(_is_given(word) for word in self.words)

    @property
    def is_of_things(self) -> bool:
        return any(fold(word) in OF_THINGS for word in self.words)

    @property
    def has_surname_in_capitals(self) -> bool:
        return any(len(word) > 2 and word.isupper() for word in self.words)

    @property
    def names(self) -> int:
        return sum(fold(word) not in PARTICLES for word in self.words)


def without_stated_names(text: str, shouted: bool) -> tuple[str, list[str]]:
    """The text with such names masked, and their words."""
    spans = sorted((run.start, run.end) for run in (*_introduced(text, shouted), *_beside_births(text, shouted)))
    parts: list[str] = []
    named: list[str] = []
    done = 0
    for start, end in spans:
        if start >= done:
            parts += (text[done:start], NAME_MARK)
            named += text[start:end].split()
            done = end
    return "".join([*parts, text[done:]]), named


def _introduced(text: str, shouted: bool) -> Iterator[_Run]:
    for found in _INTRODUCTION.finditer(text):
        if not inside_word(found) and (run := _run_after(text, found.end())):
            small = _is_small(run.words[0])
            if found["called"] is not None:
                certain = True
            elif small:
                certain = run.has_given and run.names > 1 and found["label"] is not None
            elif found["label"] is not None and not shouted:
                certain = _is_labelled(run, found)
            else:
                certain = run.has_given and run.names > 1 and not run.is_of_things
            if certain:
                yield run


def _is_labelled(run: _Run, found: re.Match[str]) -> bool:
    """Whether words with capitals after a label are a name: they could be a heading ("Patient : Refus De Soins")."""
    if run.is_of_things:
        return False
    if run.has_given or run.has_surname_in_capitals or _AGE.match(found.string, run.end):
        return True
    if not found["label"].lower().startswith("patient"):
        return run.names > 1 or _ENDS.match(found.string, run.end) is not None
    before = found.string[max(0, found.start() - 30) : found.start()]
    return run.names == 2 and _OPENS_LABEL.search(before) is not None


def _beside_births(text: str, shouted: bool) -> Iterator[_Run]:
    for found in DATES.finditer(text):
        if inside_word(found):
            continue
        if is_birth_like(found[0], RECENT):
            run = _run_before(text, found.start())
            if run and _bears_a_birth(run, found, shouted):
                yield run
        if is_birth_like(found[0], _ADULT_YEARS) and (gap := _BETWEEN.match(text, found.end())):
            run = _run_after(text, gap.end())
            if run and run.names > 1 and not run.is_of_things and (run.has_given or _is_half_capital(run, shouted)):
                yield run


def _bears_a_birth(run: _Run, found: re.Match[str], shouted: bool) -> bool:
    if run.names < 2 or run.is_of_things:
        return False
    if run.has_given or _is_half_capital(run, shouted):
        return True
    # Two unknown words with capitals: only with a bracket or a comma, and the birth of a grown person.
    apart = found.string[run.end : found.start()].strip()[:1] in ("(", ",")
    return not (shouted or run.follows_thing) and run.names == 2 and apart and is_birth_like(found[0], _ADULT_YEARS)


def _is_half_capital(run: _Run, shouted: bool) -> bool:
    """A surname in capitals and a given name that is not: "KOUADIO Aya"."""
    return not shouted and run.has_surname_in_capitals and not all(word.isupper() for word in run.words)


def _run_after(text: str, start: int) -> _Run | None:
    """The name from ``start`` on: words with capitals, or one or two in small letters."""
    found: list[re.Match[str]] = []
    place = start
    while len(found) < _WORDS_MAX and (word := _WORD.match(text, place)):
        if not _goes_on(word[0], [one[0] for one in found]):
            break
        found.append(word)
        space = re.compile(r"\s{1,3}").match(text, word.end())
        if space is None:
            break
        place = space.end()
    return _run(_without_particles(found))


def _goes_on(word: str, before: list[str]) -> bool:
    """Whether a word can belong to a name that the words before it begin."""
    folded = fold(word)
    if folded in PARTICLES and (not before or not _is_small(before[0])):
        return True
    if folded in NOT_NAMES or len(word) < 2:
        return False
    small = _is_small(word)
    if before and _is_small(before[0]):
        return small and len(before) == 1 and len(word) > 2 and _is_given(before[0])
    return not small or not before


def _run_before(text: str, end: int) -> _Run | None:
    """The name right before ``end``: words with capitals, or a given name in small letters and the word beside it."""
    begin = max(0, end - _WINDOW)
    tail = list(_WORD.finditer(text, begin, end))
    if begin and tail and tail[0].start() == begin:
        tail = tail[1:]
    if not tail or not _BETWEEN.fullmatch(text[tail[-1].end() : end]):
        return None
    found: list[re.Match[str]] = []
    follows_thing = False
    for word in reversed(tail):
        if found and not text[word.end() : found[0].start()].isspace():
            break
        folded = fold(word[0])
        particle, small = folded in PARTICLES, _is_small(word[0])
        if folded in NAMED_AFTER:
            return None
        follows_thing = folded in OF_THINGS
        if follows_thing or len(found) == _WORDS_MAX or (not particle and _stops(folded)):
            break
        if not particle and found and (small != _is_small(found[-1][0]) or (small and len(found) == 2)):
            break
        found.insert(0, word)
    found = _without_particles(found)
    if not found or (_is_small(found[0][0]) and not _is_small_name(found)):
        return None
    return _run(_without_particles(_without_opening(text, found)), follows_thing)


def _stops(folded: str) -> bool:
    return folded in NOT_NAMES or folded.startswith("patient") or len(folded) < 2


def _is_small(word: str) -> bool:
    """Whether a word is written in small letters, an elision apart: "d’Estaing" is not."""
    return word[0].islower() and not (word[1:2] in ("'", "’") and word[2:3].isupper())


def _is_small_name(found: list[re.Match[str]]) -> bool:
    return len(found) == 2 and any(_is_given(word[0]) for word in found)


def _without_opening(text: str, found: list[re.Match[str]]) -> list[re.Match[str]]:
    """Three words or more, without the one that opens a sentence and owes its capital to that: "Voici Jean Dupont"."""
    first = found[0] if len(found) > 2 else None
    if first is None or _is_given(first[0]) or first[0].isupper():
        return found
    before = text[max(0, first.start() - 20) : first.start()].rstrip()[-1:]
    return found[1:] if before in ("", ".", "!", "?", ":") else found


def _without_particles(found: list[re.Match[str]]) -> list[re.Match[str]]:
    """The words without the particles that end them, or begin them in small letters."""
    while found and fold(found[-1][0]) in PARTICLES:
        found = found[:-1]
    while found and fold(found[0][0]) in PARTICLES and found[0][0][0].islower():
        found = found[1:]
    return found


def _run(found: list[re.Match[str]], follows_thing: bool = False) -> _Run | None:
    if not found:
        return None
    return _Run(tuple(word[0] for word in found), found[0].start(), found[-1].end(), follows_thing)


def _is_given(word: str) -> bool:
    """Whether a word is a given name, or a compound one; in small letters, unless it is an ordinary word too."""
    folded = fold(word)
    first = folded.split("-")[0]
    return (folded in GIVEN_NAMES or first in GIVEN_NAMES) and (word[0].isupper() or first not in ORDINARY_GIVEN)
