"""Names after a title, "patient" or before "né le".

A name alone cannot be told from any other word by rules; beside one of these words it nearly always can. Once it has
been recognised it is masked wherever the text repeats it ("Mme Durand et son fils Paul Durand").
``static/persons.js`` holds the same rules for the browser.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence

from bot.privacy_births import DATE, NAME_MARK
from bot.privacy_names import without_stated_names
from bot.privacy_words import NOT_NAMES, OF_THINGS, ORDINARY, PARTICLES
from index.tokens import fold

_TURNED = re.compile(r"-(?:t-)?(?:ils?|elles?|on|je|vous|nous|ci|là|la)$")
_WORD = re.compile(r"([^\W\d_][^\W\d_’'-]*(?:[’'-][^\W\d_]+)*)(\.?)")
_TITLE = re.compile(
    r"(?:(M)(?:\.\s?|\s)|(M[Mr]|m[mr]|MR|[Mm](?:me|lle)s?|MMES?|MLLES?|[Mm]onsieur|MONSIEUR|[Mm]adame|MADAME|"
    r"[Mm]ademoiselle|MADEMOISELLE|[DdPp]r|DR|PR|[Dd]octeur|DOCTEUR)(?:\.\s?|\s)|(?:(M(?:me|lle|r)|"
    r"Dr)(?=[A-ZÀ-Ý][a-zà-ÿ]))|"
    r"([Pp]atiente?s?|PATIENTE?S?)\s)\s*"
)
# After these a word in small letters is nearly always a name: "mme dupont".
_HASTY = frozenset({"mme", "mlle", "mr", "madame", "monsieur", "mademoiselle"})
_NAME_WORDS_MAX = 4
_GIVEN_NAMES_MAX = 2
# French words whose accent folding takes away; any other accented word that folds to "le" or "do" is a name: "Dr Lê".
_ACCENTED = frozenset({"là", "où", "dès", "dû", "sûr", "né", "née", "nés", "nées", "à", "même", "très"})
# Bounded: one endless word would otherwise be read again from each of its letters.
_BORN = re.compile(rf"((?:[A-ZÀ-Ý][\w’'-]{{0,40}}[\s,(]{{1,4}}){{1,4}})(n[ée](?:e|\(e\)|·e)?\s+(?:le\s+)?(?={DATE}))")
_PAUSE = re.compile(r"\s*(?:[,;:.?!)\]]|$)")


def without_names(text: str) -> str:
    """The text with names masked where their place gives them away."""
    parts: list[str] = []
    named: list[str] = []
    done = 0
    shouted = _shouted(text)
    for title in _TITLE.finditer(text):
        if title.start() < done or re.match(r"[\w’'-]", text[max(0, title.start() - 1) : title.start()]):
            continue
        end = _name_end(text, title, shouted)
        if end is not None:
            parts += (text[done : title.end()], NAME_MARK)
            named += text[title.end() : end].split()
            done = end
    masked, stated = without_stated_names("".join([*parts, text[done:]]), shouted)
    named += stated
    named += [word for birth in _BORN.finditer(masked) if _born(birth) != birth.group() for word in birth[1].split()]
    return _without_repeated(_BORN.sub(_born, masked), named, shouted)


def _name_end(text: str, title: re.Match[str], shouted: bool) -> int | None:
    """Where the name after a title ends; None when what follows is no name."""
    patient = title[4] is not None
    if patient and shouted:
        return None
    hasty = fold(title[2] or title[3] or "") in _HASTY
    end: int | None = None
    accepted = 0
    for place, word, stop in _words(text, title.end()):
        folded = fold(word).replace("’", "'")
        plain = folded.removeprefix("d'").removeprefix("l'")
        capital = word[0].isupper() or (plain != folded and word[2:3].isupper())
        particle = folded in PARTICLES and not _is_foreign(word)
        if patient and plain in OF_THINGS:
            break
        if capital and len(plain) > 1 and (_is_foreign(word) or (plain not in NOT_NAMES and not particle)):
            end, accepted = place, accepted + 1
        elif capital and particle and len(word) > 1 and not (accepted or shouted or patient) and _closes(text, place):
            # "Dr Le ?": a particle that nothing follows is the name itself.
            return place
        elif (
            accepted == 0
            and hasty
            and not capital
            and len(plain) > 2
            and plain not in NOT_NAMES
            and not _TURNED.search(plain)
        ):
            return place
        elif not particle or (not capital and accepted == 0 and folded in ("la", "le")):
            break
        if accepted == (2 if shouted else _NAME_WORDS_MAX) or stop:
            break
    return end


def _is_foreign(word: str) -> bool:
    """Whether an accent alone tells a short word from a French one: "Lê", "Đô"."""
    lower = word.lower()
    accented = any(unicodedata.combining(char) for char in unicodedata.normalize("NFKD", lower))
    return len(lower) <= 3 and accented and lower not in _ACCENTED


def _closes(text: str, place: int) -> bool:
    """Whether no word follows on the same breath."""
    return _PAUSE.match(text, place) is not None


def _without_repeated(text: str, named: Sequence[str], shouted: bool) -> str:
    """The text with names already recognised masked wherever they stand again, given names before or after included."""
    known: dict[str, bool] = {}
    for name in named:
        for part in (name, *name.split("-")):
            word = _plain(part)
            if len(word) > 2 and word not in NOT_NAMES and word not in PARTICLES:
                known[word] = part[0].isupper()
    found = [(match.start(1), match.end(1), match[1]) for match in _WORD.finditer(text)] if known else []
    parts: list[str] = []
    done = 0
    for i, (begin, _, word) in enumerate(found):
        if begin < done or not _is_repeated(word, known):
            continue
        first = last = i
        if word[0].isupper() and not shouted:
            while i - first < _GIVEN_NAMES_MAX and first > 0 and _joins(text, found[first - 1], found[first], 0):
                first -= 1
            while (
                last - i < _GIVEN_NAMES_MAX and last + 1 < len(found) and _joins(text, found[last], found[last + 1], 1)
            ):
                last += 1
            # A capital that opens a sentence says nothing: "Voici Durand".
            if first < i and _opens(text, found[first][0]):
                first += 1
        parts += (text[done : max(found[first][0], done)], NAME_MARK)
        done = found[last][1]
    return "".join([*parts, text[done:]])


def _is_repeated(word: str, known: Mapping[str, bool]) -> bool:
    plain = _plain(word)
    if plain not in known:
        return False
    # Written with a capital, it is a name again only with one; in small letters, unless it is a common word.
    return word[0].isupper() or plain != fold(word) or (not known[plain] and plain not in ORDINARY)


def _plain(word: str) -> str:
    """A name as it is compared: folded, without elision or punctuation."""
    folded = fold(word).replace("’", "'").strip(",.;:('-)")
    return folded.removeprefix("d'").removeprefix("l'")


_Place = tuple[int, int, str]


def _joins(text: str, one: _Place, other: _Place, asked: int) -> bool:
    """Whether two words are names side by side: a space only between, and the one asked for a capital that may be."""
    word = (one, other)[asked][2]
    close = text[one[1] : other[0]].isspace()
    capital = word[0].isupper() or (word[1:2] in ("'", "’") and word[2:3].isupper())
    return close and len(word) > 1 and capital and _plain(word) not in NOT_NAMES | PARTICLES


def _opens(text: str, place: int) -> bool:
    return text[max(0, place - 20) : place].rstrip()[-1:] in ("", ".", "!", "?")


def _words(text: str, start: int) -> Iterator[tuple[int, str, bool]]:
    """Words from ``start`` on with spaces only between them: where each ends, the word, whether a full stop follows."""
    while match := _WORD.match(text, start):
        yield match.end(1), match[1], bool(match[2])
        start = match.end()
        while start < len(text) and text[start].isspace():
            start += 1


def _born(match: re.Match[str]) -> str:
    words = match[1].split()
    names = [word for word in words if fold(word).strip(",('’") not in NOT_NAMES and len(word) > 1]
    opens = match.start() == 0 or match.string[max(0, match.start() - 20) : match.start()].rstrip()[-1:] in ".!?"
    if not names or (opens and len(names) < 2) or words[0].startswith(("Patient", "PATIENT")):
        return match.group()
    gap = match[1][len(match[1].rstrip(" ,(\u00a0\u202f")) :]
    return f"{NAME_MARK}{gap}{match[2]}"


def _shouted(text: str) -> bool:
    letters = [char for char in text if char.isalpha()]
    return len(letters) > 12 and sum(char.isupper() for char in letters) > 0.7 * len(letters)
