"""Names after a title, "patient" or before "né le", and dates of birth.

A name alone cannot be told from any other word by rules; beside one of these words it nearly always can.
``static/persons.js`` holds the same rules for the browser.
"""

import re
from collections.abc import Iterator

from index.tokens import fold

NAME_MARK = "[nom masqué]"
DATE_MARK = "[date masquée]"
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
_PARTICLES = frozenset(
    {"de", "du", "des", "d", "la", "le", "el", "al", "ben", "bin", "van", "von", "der", "den", "di", "da", "dos"}
)
_NAME_WORDS_MAX = 4
# Words with a capital that follow a title or "patient" without being a name, and words in small letters that do.
_NOT_NAMES = frozenset(
    """
    mon ma mes ton ta tes son sa ses notre nos votre vos leur le la les l un une du des de d qui que qu quoi est
    es sont a as ai ont sur par pour avec dans au aux et ou ni mais donc or car espace ameli doctolib cpam cnil
    ins dmp rgpd hds covid anssi ans has cps dpo mss mssante msp cpts hopital sante medical medicale medicaux
    medecin docteur professeur directeur directrice maire president presidente ministre prefet juge procureur
    avocat notaire infirmier infirmiere pharmacien pharmacienne secretaire dentiste kine sage femme y en se ce cet
    cette ces il elle ils elles on nous vous je j tu me m te t lui ne n pas plus peut peuvent doit doivent veut
    veulent demande demandent refuse refusent souhaite dit appelle appele appelee s si quand comme chez sans sous
    vers ici tout tous toute toutes celui celle ayant etant etait sera serait decede decedee mineur mineure majeur
    majeure hospitalise adulte age agee enfant bebe suivi suivie numero bonjour bonsoir merci microsoft apple
    orange google windows x xx z support technicien technique vient venu venue recoit recu recue envoie avait aura
    inconnu inconnue tres bien svp urgent information informations article loi code veto house zoom whatsapp gmail
    outlook alzheimer parkinson mm mme mmes mlle mr dr pr monsieur madame mademoiselle connecte pro francais
    francaise numerique ecran dossier dossiers portail mobile facebook telephone email mail sms
    """.split()  # noqa: SIM905
)
_MONTH = (
    "janv(?:ier)?|f[ée]vr?(?:ier)?|mars|avr(?:il)?|mai|juin|juil(?:let)?|ao[uû]t|sept(?:embre)?|oct(?:obre)?|"
    "nov(?:embre)?|d[ée]c(?:embre)?"
)
_DATE = (
    rf"(?:[0-9]{{1,2}}(?:er)?[\s/.\-]{{1,3}}(?:[0-9]{{1,2}}|(?:{_MONTH})\.?)[\s/.\-]{{1,3}}(?:(?:19|"
    r"20)[0-9]{2}|[0-9]{2})|"
    r"(?:19|20)[0-9]{2}-[0-9]{2}-[0-9]{2})(?![0-9])"
)
_GLUE = r"[\s:=,()’']{0,3}(?:(?:est|en date du|est le|le|du|un|l[ea]?)\s+)?(?:le\s+)?"
_BIRTH = re.compile(
    rf"((?:n[ée](?:e|\(e\)|·e|\.e)?s?|naissance|naiss\.?|ddn|d\.d\.n\.?){_GLUE})({_DATE}|[0-9]{{8}}(?![0-9]))",
    re.IGNORECASE,
)
_BESIDE_NAME = re.compile(rf"({re.escape(NAME_MARK)}(?:[^.?!]{{0,40}}?[^.?!0-9])?)({_DATE})", re.IGNORECASE)
_BEFORE_NAME = re.compile(rf"({_DATE})([\s,;:()-]{{1,4}}(?:[^\W\d_]+\.?\s)?{re.escape(NAME_MARK)})", re.IGNORECASE)
_BORN = re.compile(rf"((?:[A-ZÀ-Ý][\w’'-]*[\s,(]+){{1,4}})(n[ée](?:e|\(e\)|·e)?\s+(?:le\s+)?(?={_DATE}))")


def without_names(text: str) -> str:
    """The text with names masked where their place gives them away."""
    parts: list[str] = []
    done = 0
    shouted = _shouted(text)
    for title in _TITLE.finditer(text):
        if title.start() < done or re.match(r"[\w’'-]", text[max(0, title.start() - 1) : title.start()]):
            continue
        end = _name_end(text, title, shouted)
        if end is not None:
            parts += (text[done : title.end()], NAME_MARK)
            done = end
    text = "".join([*parts, text[done:]])
    return _BORN.sub(_born, text)


def without_births(text: str) -> str:
    """The text with dates of birth masked, and dates beside a masked name, which are the patient's all the same."""
    text = _BIRTH.sub(lambda found: found[0] if _inside_word(found) else f"{found[1]}{DATE_MARK}", text)
    text = _BESIDE_NAME.sub(rf"\1{DATE_MARK}", text)
    return _BEFORE_NAME.sub(lambda found: found[0] if _inside_word(found) else f"{DATE_MARK}{found[2]}", text)


def _inside_word(match: re.Match[str]) -> bool:
    return match.start() > 0 and match.string[match.start() - 1].isalnum()


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
        if capital and len(plain) > 1 and plain not in _NOT_NAMES and folded not in _PARTICLES:
            end, accepted = place, accepted + 1
        elif (
            accepted == 0
            and hasty
            and not capital
            and len(plain) > 2
            and plain not in _NOT_NAMES
            and not _TURNED.search(plain)
        ):
            return place
        elif folded not in _PARTICLES or (not capital and accepted == 0 and folded in ("la", "le")):
            break
        if accepted == (2 if shouted else _NAME_WORDS_MAX) or stop:
            break
    return end


def _words(text: str, start: int) -> Iterator[tuple[int, str, bool]]:
    """Words from ``start`` on with spaces only between them: where each ends, the word, whether a full stop follows."""
    while match := _WORD.match(text, start):
        yield match.end(1), match[1], bool(match[2])
        start = match.end()
        while start < len(text) and text[start].isspace():
            start += 1


def _born(match: re.Match[str]) -> str:
    words = match[1].split()
    names = [word for word in words if fold(word).strip(",('’") not in _NOT_NAMES and len(word) > 1]
    opens = match.start() == 0 or match.string[: match.start()].rstrip()[-1:] in ".!?"
    if not names or (opens and len(names) < 2) or words[0].startswith(("Patient", "PATIENT")):
        return match.group()
    gap = match[1][len(match[1].rstrip(" ,(\u00a0\u202f")) :]
    return f"{NAME_MARK}{gap}{match[2]}"


def _shouted(text: str) -> bool:
    letters = [char for char in text if char.isalpha()]
    return len(letters) > 12 and sum(char.isupper() for char in letters) > 0.7 * len(letters)
