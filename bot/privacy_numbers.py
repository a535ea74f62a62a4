"""Numbers as people print and type them, beyond their plain form in ``identifiers``.

A NIR with the word "clé" before its key, or grouped as on a Carte Vitale; an IBAN with spaces anywhere; a RIB, whose
key is 97 - (89 bank + 15 branch + 3 account) mod 97, letters read as figures; an ADELI, which has no key, beside its
word.
Not masked: a version of a program that looks like a telephone number, an address of an official body.
``static/identifiers.js`` holds the same rules for the browser.
"""

import re

from stdnum import luhn

from bot import identifiers as ids
from bot.privacy_hosts import OFFICIAL_DOMAINS
from bot.privacy_words import GIVEN_NAMES
from index.tokens import fold

_D = "[0-9Oo]"
_SEP = r"[\s._\-\u2010-\u2015/\u00b7]{0,3}"
# "clé 91", "(clé : 91)", "- cle n° 91", "(91)"
_KEY = r"[\s,;.(\[/\-\u2010-\u2015]{0,3}cl[ée]f?[\s:=.\-]{0,4}(?:n°\s?)?"
NIR = re.compile(
    rf"[1-478](?:{_SEP}{_D}){{4}}{_SEP}(?:2{_SEP}[AB]|{_D}{_SEP}{_D})(?:{_SEP}{_D}){{6}}"
    rf"(?:(?:{_KEY}|\s?\(|{_SEP}){_D}{_SEP}{_D})?(?![0-9])",
    re.IGNORECASE,
)
_AS_PRINTED = re.compile(
    rf"[12]\s{{1,2}}{_D}{{2}}\s{{1,2}}{_D}{{2}}\s{{1,2}}(?:2[AB]|{_D}{{2}})\s{{1,2}}{_D}{{3}}\s{{1,2}}{_D}{{3}}.*",
    re.IGNORECASE | re.DOTALL,
)
_GAP = r"[\s._\-/\u2010-\u2015]{0,3}"
IBAN = re.compile(rf"[A-Za-z]{_GAP}[A-Za-z]{_GAP}{_D}{_GAP}{_D}(?:{_GAP}[A-Za-z0-9]){{11,30}}")
RIB = re.compile(rf"[0-9](?:{_GAP}{_D}){{9}}(?:{_GAP}[A-Za-z0-9]){{11}}{_GAP}{_D}{_GAP}{_D}(?![A-Za-z0-9])")
# Real account numbers hold a letter or two ("0500013M026"): more are words.
_RIB_LETTERS_MAX = 3
_RIB_VALUES = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "12345678912345678923456789")
ADELI = re.compile(r"[0-9](?:[\s._\-]{0,2}[0-9ABab])(?:[\s._\-]{0,2}[0-9]){7}(?![0-9])")
_ADELI_BEFORE = re.compile(r"adeli[^0-9?!]{0,25}$", re.IGNORECASE)
_ADELI_AFTER = re.compile(r"[\s,(:\-]{0,3}(?:n° ?)?adeli", re.IGNORECASE)
RPPS = re.compile(rf"[0-9](?:[\s._\-\u2010-\u2015]{{0,3}}{_D}){{10}}(?![0-9])")
_RPPS_BEFORE = re.compile(r"rpps[^0-9?!]{0,15}$", re.IGNORECASE)
# "10.0.22631.3007": a lone zero, a point and a long group are no telephone number.
_VERSION = re.compile(r"0\.[0-9]{3,}\.")
_INITIAL = re.compile(r"[a-z][._-][a-z-]{2,}")
_TWO_WORDS = re.compile(r"[a-z-]{2,}[._][a-z-]{2,}")
_ROLES = frozenset(
    """
    accueil aide alerte assistance bureau cabinet cert communication contact courrier cpd delegue dpd dpo emploi info
    infos mail mediateur plainte plaintes presse protection rgpd secretariat securite service services signalement
    ssi support usagers webmaster
    """.split()  # noqa: SIM905
)


def nir_end(match: re.Match[str], *, named: bool) -> int | None:
    """A NIR with its key and the bracket around it; the word "clé" or the groups of the card tell one by themselves."""
    written = match.group()
    told = "cl" in written.lower() or _AS_PRINTED.fullmatch(written) is not None
    end = ids.nir_end(match, named=named or told)
    opened = end is not None and "(" in written
    closed = re.compile(r"\s?\)").match(match.string, match.end()) if opened else None
    return closed.end() if closed else end


def iban_end(match: re.Match[str]) -> int | None:
    """An IBAN, without the words after it that look like its last groups; its key decides."""
    places = [place for place, char in enumerate(match.group()) if char.isalnum()]
    number = "".join(match.group()[place] for place in places).upper()
    length = ids.IBAN_LENGTHS.get(number[:2])
    if length is None or len(places) < length:
        return None
    number = number[:length]
    # "de 72 heures…" has a country, two figures and letters: of a hundred such sentences one would have a right key.
    apart = not match.group()[:4].isalnum()
    if apart and sum(char.isdigit() for char in number) < 2 * length / 3:
        return None
    if _mod97(number) == 1 or _mod97(number[:2] + number[2:].replace("O", "0")) == 1:
        return match.start() + places[length - 1] + 1
    return None


def rib_end(match: re.Match[str]) -> int | None:
    """A French bank account with its key."""
    if match.start() and match.string[match.start() - 1].isalnum():
        return None
    number = re.sub("[^0-9A-Z]", "", match.group().upper())
    if sum(char.isalpha() for char in number) > _RIB_LETTERS_MAX:
        return None
    number = number[:10].replace("O", "0") + number[10:21] + number[21:].replace("O", "0")
    bank, branch, account, key = (
        int(part.translate(_RIB_VALUES)) for part in (number[:5], number[5:10], number[10:21], number[21:])
    )
    return match.end() if key == 97 - (89 * bank + 15 * branch + 3 * account) % 97 else None


def adeli_end(match: re.Match[str]) -> int | None:
    """Nine figures beside the word ADELI."""
    start, end, text = match.start(), match.end(), match.string
    if start and text[start - 1] in "0123456789":
        return None
    return end if _ADELI_BEFORE.search(text, max(0, start - 30), start) or _ADELI_AFTER.match(text, end) else None


def rpps_end(match: re.Match[str], *, named: bool, public: frozenset[str]) -> int | None:
    """An RPPS: beside its word, or with its key and, where no professional is spoken of, a usual beginning.

    It is looked for before telephone numbers: "1 0612 345 678" holds one. A whole one is none, nor a help line after
    the figure of a list.
    """
    start = match.start()
    if start and match.string[start - 1] in "0123456789+":
        return None
    if _RPPS_BEFORE.search(match.string, max(0, start - 20), start):
        return match.end()
    digits = re.sub("[^0-9]", "", match.group().upper().replace("O", "0"))
    if ids.PHONE.fullmatch(match.group()) or digits[1:] in public:
        return None
    return match.end() if luhn.is_valid(digits) and (named or digits[0] in "18") else None


def phone_end(match: re.Match[str], public: frozenset[str]) -> int | None:
    """A telephone number that is no version of a program."""
    return None if _VERSION.match(match.group()) else ids.phone_end(match, public)


def email_end(match: re.Match[str]) -> int | None:
    """An address that is no desk of an official body (dpo@cnil.fr); people who work there are people."""
    local, at, domain = match.group().rpartition("@")
    if not at or not _is_official(domain.lower()):
        return match.end()
    before = re.search(r"[\w.+%-]*$", match.string[max(0, match.start() - 64) : match.start()])
    return match.end() if _is_person(fold((before[0] if before else "") + local)) else None


def _is_official(domain: str) -> bool:
    return any(domain == known or domain.endswith(f".{known}") for known in OFFICIAL_DOMAINS)


def _is_person(local: str) -> bool:
    parts = re.split(r"[^a-z]+", local)
    if not GIVEN_NAMES.isdisjoint(parts) or _INITIAL.fullmatch(local):
        return True
    return _TWO_WORDS.fullmatch(local) is not None and _ROLES.isdisjoint(parts)


def _mod97(number: str) -> int:
    moved = number[4:] + number[:4]
    return int("".join(str(int(char, 36)) for char in moved)) % 97
