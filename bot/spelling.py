"""Misspelt words brought back to words of the corpus, before searching: "consantement" becomes "consentement".

A word is touched only when neither the index nor an ordinary French dictionary knows it, so that a right word that the
corpus lacks (a brand, another subject) stays foreign to it. Candidates sound the same, or are one or two typing errors
away; the sound of French words is kept by a key in the manner of Soundex, with the digraphs of French.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz import process
from rapidfuzz.distance import OSA
from spellchecker import SpellChecker

from index.tokens import fold, stem

SHORT = 4
"""Shorter words are left alone: too many others are near."""
FREE = 6
"""From this length on, one typing error may change the sound too; two from ``LONG`` on."""
LONG = 9
SOUND_DISTANCE = 4
"""A word that sounds the same may differ by this many letters ("otantification" for "authentification")."""
_TOKEN = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_WORD = re.compile(r"[^\W\d_]{3,}")
_ELIDED = re.compile(r"^(qu|[ldjmtsnc])(?=[aeiouyhéèêàâîôûœ])", re.IGNORECASE)

# From the letters of a folded word to its sound, in order. Capitals are sounds of several letters.
_SOUNDS = tuple(
    (re.compile(pattern), sound)
    for pattern, sound in (
        (r"(.)\1", r"\1"),
        (r"ti(?=on|en)", "si"),
        (r"ph", "f"),
        (r"sch|ch|sh", "C"),
        (r"gn", "N"),
        (r"qu|q|k|ck", "k"),
        (r"c(?=[eiy])", "s"),
        (r"c", "k"),
        (r"ge(?=[aou])|g(?=[eiy])", "j"),
        (r"gu(?=[eiy])", "g"),
        (r"eau|au", "o"),
        (r"oeu|eu", "E"),
        (r"ou", "U"),
        (r"oi|oy", "W"),
        (r"(?:[ae]i|i|y)[nm](?![aeiouynm])", "I"),
        (r"[ae][nm](?![aeiouynm])", "A"),
        (r"o[nm](?![aeiouynm])", "O"),
        (r"ai|ei|ay|ey", "e"),
        (r"y", "i"),
        (r"h", ""),
        (r"(?<=[aeiouEUW])s(?=[aeiouEUWAIO])", "z"),
        (r"x", "ks"),
        (r"(?:er|ez|et|ee|es|e)$", "e"),
        (r"[tdpsx]+$", ""),
        (r"(?<=.)e+$", ""),
        (r"(.)\1", r"\1"),
    )
)


@lru_cache(maxsize=100_000)
def sound(word: str) -> str:
    """Key of the sound of a folded word; words that sound the same share it, others seldom do."""
    for pattern, replacement in _SOUNDS:
        word = pattern.sub(replacement, word)
    return word


class Speller:
    """Repairs questions against the words of one corpus. Immutable and safe to share between threads.

    Args:
        texts: what words are taken from.
        known: whether the index holds a term (a stem).
    """

    def __init__(self, texts: Iterable[str], known: Callable[[str], bool]) -> None:
        counts: Counter[str] = Counter()
        for text in texts:
            counts.update(_WORD.findall(text.casefold()))
        self._known = known
        self._french = _french()
        surfaces: dict[str, str] = {}
        # The commonest spelling stands for those that differ by their accents only.
        for word, _ in counts.most_common():
            folded = fold(word)
            # A corpus has its own typing errors: they are no cure for another.
            if len(folded) >= SHORT and (folded in self._french.folded or counts[word] > 2):
                surfaces.setdefault(folded, word)
        self._surfaces = surfaces
        self._counts = {folded: counts[word] for folded, word in surfaces.items()}
        self._choices = list(surfaces)
        by_sound: dict[str, list[str]] = defaultdict(list)
        for folded in surfaces:
            by_sound[sound(folded)].append(folded)
        self._by_sound = dict(by_sound)

    def repaired(self, text: str) -> str:
        """The text with its misspelt words replaced; as it is where every word is known or none is near."""
        return _TOKEN.sub(lambda match: self._word(match.group(), first=match.start() == 0), text)

    def _word(self, token: str, *, first: bool) -> str:
        # In capitals, an acronym; with a capital inside a sentence, a name.
        if (token.isupper() or token[0].isupper()) and not first:
            return token
        if "-" in token or "’" in token or "'" in token:
            return re.sub(r"[^\W\d_]+", lambda part: self._part(part.group()), token)
        return self._part(token)

    def _part(self, word: str) -> str:
        folded = fold(word)
        if len(folded) < SHORT or self._is_word(word):
            return word
        elided = _ELIDED.match(word)
        if elided and len(word) - elided.end() >= SHORT:
            rest = word[elided.end() :]
            if self._is_word(rest):
                return f"{elided.group()}’{rest}"
        return self._nearest(folded) or word

    def _is_word(self, word: str) -> bool:
        folded = fold(word)
        if self._known(stem(folded)):
            return True
        # Accents typed are meant: "cabiné" is no "cabine". Those left out may have been any.
        plain = word.casefold()
        return plain in self._french.accented if plain != folded else folded in self._french.folded

    def _nearest(self, folded: str) -> str | None:
        same = [
            (OSA.distance(folded, word), -self._counts[word], word)
            for word in self._by_sound.get(sound(folded), ())
            if OSA.distance(folded, word) <= SOUND_DISTANCE
        ]
        if same:
            return self._surfaces[min(same)[2]]
        if len(folded) < FREE:
            return None
        allowed = 2 if len(folded) >= LONG else 1
        near = process.extract(folded, self._choices, scorer=OSA.distance, score_cutoff=allowed, limit=None)
        kept = [(distance, -self._counts[word], word) for word, distance, _ in near if word[0] == folded[0]]
        return self._surfaces[min(kept)[2]] if kept else None


@dataclass(frozen=True, slots=True)
class _French:
    """Words of ordinary French."""

    accented: frozenset[str]
    folded: frozenset[str]


@lru_cache(maxsize=1)
def _french() -> _French:
    accented = frozenset(SpellChecker(language="fr").word_frequency.words())
    return _French(accented, frozenset(map(fold, accented)))
