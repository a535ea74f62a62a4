"""Acronyms and synonyms: the words that mean the same, for searching, and long forms, for answers.

The table is a CSV file of five columns, one entry a line:

    acronym     the acronym or the word
    long_form   its long form, or an explanation
    synonyms    forms separated by ";" that mean the same, in both directions
    narrower    forms that lead to the entry, which does not lead to them: "Dropbox" finds "cloud"
    use         long    long form searched and shown in answers
                gloss   explanation shown in answers, not searched
                search  searched only
"""

import csv
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from index.errors import SearchIndexError
from index.tokens import fold, stem, words

_COLUMNS = ["acronym", "long_form", "synonyms", "narrower", "use"]
_USES = {"long", "gloss", "search"}
_WORD = re.compile(r"\w+(?:-\w+)*")
# Also ordinary words after a number: "20 ans" is not about an agency.
_NOT_AFTER_NUMBER = frozenset({"ans"})
_NUMBERS = frozenset({"deux", "trois", "cinq", "huit", "dix", "quinze", "vingt", "vingts", "trente", "quelques"})


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the table."""

    acronym: str
    long_form: str
    synonyms: tuple[str, ...]
    narrower: tuple[str, ...]
    use: str

    def equivalents(self) -> tuple[str, ...]:
        """Every form that may stand for another."""
        searched = (self.long_form,) if self.long_form and self.use != "gloss" else ()
        return (self.acronym, *searched, *self.synonyms)


class Vocabulary:
    """A table of acronyms and synonyms, ready for lookups."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self.entries = tuple(entries)
        self._matches = _matches(self.entries)
        self._longest: dict[str, int] = {}
        for key in self._matches:
            self._longest[key[0]] = max(self._longest.get(key[0], 0), len(key))
        self._long_forms = {fold(entry.acronym): entry.long_form for entry in self.entries if entry.long_form}
        self._shown = _shown(self.entries)
        self._shown_longest = max(map(len, self._shown), default=0)

    @classmethod
    def load(cls, path: Path) -> Self:
        """The table in the CSV file ``path``. Raises SearchIndexError, naming the line, when it is malformed."""
        return cls(_read(path))

    def expand(self, query: Sequence[str]) -> list[str]:
        """Words to add to a question, given as ``index.tokens.words`` gives it; none that it already has.

        Words come in the order of the question, then of the table; inflected forms count as the same word.
        """
        present, extra = {stem(word) for word in query}, list[str]()
        for brought in self._found([_root(word) for word in query]):
            for word in brought:
                if (stemmed := stem(word)) not in present:
                    present.add(stemmed)
                    extra.append(word)
        return extra

    def long_form(self, acronym: str) -> str | None:
        """What ``acronym`` stands for, whatever its case and accents; None when it is not in the table."""
        return self._long_forms.get(fold(acronym))

    def first_use(self, text: str) -> list[tuple[str, str]]:
        """Acronyms that ``text`` uses without giving their long form, in order of appearance, each once."""
        tokens = _WORD.findall(text)
        folded = fold(_plain(text))
        found: dict[str, str] = {}
        at = 0
        while at < len(tokens):
            step = 1
            for length in range(min(self._shown_longest, len(tokens) - at), 0, -1):
                entry = self._shown.get(tuple(tokens[at : at + length]))
                if entry is None:
                    continue
                step = length
                if fold(_plain(entry.long_form)) not in folded:
                    found.setdefault(entry.acronym, entry.long_form)
                break
            at += step
        return list(found.items())

    def _found(self, roots: Sequence[str]) -> Iterator[tuple[str, ...]]:
        """What each form found brings, from left to right; the longest form wins: "PC portable" is no "portable"."""
        at = 0
        while at < len(roots):
            step = 1
            for length in range(min(self._longest.get(roots[at], 0), len(roots) - at), 0, -1):
                extra = self._matches.get(tuple(roots[at : at + length]))
                if extra is None:
                    continue
                if length == 1 and roots[at] in _NOT_AFTER_NUMBER and at and _is_number(roots[at - 1]):
                    continue
                yield extra
                step = length
                break
            at += step


def _root(word: str) -> str:
    """What inflected forms of a word share; acronyms of four letters stay whole, or DPIA would be DPI."""
    if len(word) > 4:
        return stem(word)
    return word[:3] if len(word) == 4 and word.endswith("s") else word


def _is_number(word: str) -> bool:
    return word.isdigit() or word in _NUMBERS


def _plain(text: str) -> str:
    return text.replace("’", "'").replace("\u00a0", " ").replace("\u202f", " ")


def _read(path: Path) -> Iterator[Entry]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise SearchIndexError(str(path), f"vocabulaire illisible ({error}) : rétablissez ce fichier") from error
    rows = csv.reader(text.splitlines())
    header = next(rows, [])
    if header != _COLUMNS:
        raise SearchIndexError(f"{path}:1", f"en-tête inattendu : écrivez « {','.join(_COLUMNS)} »")
    seen: dict[str, int] = {}
    for row in rows:
        where = f"{path}:{rows.line_num}"
        if not row:
            continue
        if len(row) != len(_COLUMNS):
            cure = "mettez entre guillemets les textes qui contiennent une virgule"
            raise SearchIndexError(where, f"{len(row)} colonnes au lieu de {len(_COLUMNS)} : {cure}")
        acronym, long_form, synonyms, narrower, use = (cell.strip() for cell in row)
        if not acronym or use not in _USES:
            raise SearchIndexError(where, "donnez un sigle, et « long », « gloss » ou « search » en dernière colonne")
        if use != "search" and not long_form:
            raise SearchIndexError(where, f"« {acronym} » n’a pas de forme longue : donnez-la, ou écrivez « search »")
        if acronym in seen:
            raise SearchIndexError(where, f"« {acronym} » est déjà à la ligne {seen[acronym]} : réunissez les deux")
        seen[acronym] = rows.line_num
        yield Entry(acronym, long_form, _forms(synonyms), _forms(narrower), use)


def _forms(cell: str) -> tuple[str, ...]:
    return tuple(form.strip() for form in cell.split(";") if form.strip())


def _matches(entries: Iterable[Entry]) -> dict[tuple[str, ...], tuple[str, ...]]:
    """For each form, as roots: the words that it brings."""
    extra: dict[tuple[str, ...], dict[str, None]] = {}
    for entry in entries:
        equivalents = [found for form in entry.equivalents() if (found := words(form))]
        brought = dict.fromkeys(word for found in equivalents for word in _without_parts(found))
        narrower = [found for form in entry.narrower if (found := words(form))]
        for found in [*equivalents, *narrower]:
            extra.setdefault(tuple(_root(word) for word in found), {}).update(brought)
    return {key: tuple(brought) for key, brought in extra.items()}


def _without_parts(found: Sequence[str]) -> Iterator[str]:
    """``words`` gives "wi-fi" as wifi, wi, fi: the joined word is enough, passages have it too."""
    joined = ""
    for word in found:
        if len(word) < len(joined) and word in joined:
            continue
        joined = word
        yield word


def _shown(entries: Iterable[Entry]) -> Mapping[tuple[str, ...], Entry]:
    shown: dict[tuple[str, ...], Entry] = {}
    for entry in entries:
        if entry.use == "search":
            continue
        shown[tuple(_WORD.findall(entry.acronym))] = entry
        if entry.acronym.islower():
            shown[tuple(_WORD.findall(entry.acronym.capitalize()))] = entry
    return shown
