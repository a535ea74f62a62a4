"""Numbers and addresses that identify a person: NIR, RPPS, IBAN, bank card, telephone, e-mail.

Where a number has a check digit, it decides. Keys: NIR, 97 - (13 digits mod 97), Corsica's 2A and 2B read as 19 and 18
(python-stdnum follows the same rule); RPPS, Luhn; IBAN, ISO 13616 (mod 97 and the length of its country); bank cards,
ISO/IEC 7812 (13 to 19 digits, Luhn, first digits 2 to 6).
Numbers of a practice that stand in public directories (SIRET, SIREN, FINESS, NAF) and object identifiers are left.

``static/identifiers.js`` holds the same rules for the browser; a test runs both on the same table.
"""

import re
from collections.abc import Callable

from stdnum import luhn
from stdnum.fr import nir

_SEP = r"[\s._\-\u2010-\u2015/\u00b7]{0,3}"
# Scanned cards and tired hands write the letter O for a zero.
_D = "[0-9Oo]"
EMAIL = re.compile(
    r"[\w.+%-]{1,64}(?:@|\s@\s|\s?[(\[]\s?(?:at|AT|arobase)\s?[)\]]\s?|\s(?:arobase|AROBASE)\s)[\w-]{1,63}"
    r"(?:(?:\.|\spoint\s)[\w-]{1,63}){0,6}(?:\.|\s(?:point|POINT)\s)[A-Za-z]{2,24}(?!\w)"
)
NIR_WORDS = re.compile(
    r"s[ée]cu(?!r)|s[ée]curit[ée] sociale|(?:^|[^a-zà-ÿ])(?:nir|nss|ins|num(?:[ée]ro)? ?ss|n°? ?ss|"
    r"carte vitale|vitale)(?![a-zà-ÿ])|"
    r"immatriculation|assur[ée]e?s?(?![a-zà-ÿ])",
    re.IGNORECASE,
)
_PATIENT_BEFORE = re.compile(r"patiente?s?(?![a-zà-ÿ])[^.?!]{0,30}$", re.IGNORECASE)
_OBJECT_IDENTIFIER = "1225012131"
PHONE = re.compile(
    rf"(?:(?:\+|00){_SEP}33{_SEP}(?:\(0\){_SEP})?[1-9]|33{_SEP}[67]|"
    rf"\(?[0Oo]{_SEP}[1-9]\)?)(?:{_SEP}{_D}){{8}}(?![0-9])|"
    r"(?:\+|00)[1-9](?:[\s.\-]?[0-9]){7,13}(?![0-9])"
)
# Service lines are written so, people's numbers are not.
_SERVICE = re.compile(r"0\s8[0-9]{2}\s[0-9]{3}\s[0-9]{3}")
_DATE_FIRST = re.compile(r"[0-9]{1,2}([/.\-])[0-9]{1,2}\1(?:19|20)[0-9]{2}")
RPPS_WORDS = re.compile(
    r"rpps|praticien|m[ée]decin|docteur|(?:^|[^a-zà-ÿ])dr(?![a-zà-ÿ])|infirmi|pharmacien|sage-femme|(?:^|"
    r"[^a-zà-ÿ])kin[ée]|"
    r"professionnel",
    re.IGNORECASE,
)
CARD = re.compile(r"[2-6](?:[\s._\-\u2010-\u2015]{0,2}[0-9]){12,18}(?![0-9])")
CARD_WORDS = re.compile(
    r"carte|(?:^|[^a-zà-ÿ])(?:cb|visa|amex|master ?card|maestro)(?![a-zà-ÿ])|cryptogramme|expir", re.IGNORECASE
)
# Sixteen digits that begin like a French or foreign bank's, or fifteen like American Express: a card without a word.
_CARD_ALONE = re.compile(r"(?:4[0-9]|5[1-5]|2[2-7]|6[05])[0-9]{14}|3[47][0-9]{13}")
# Luhn numbers of other things, named just before: an establishment, a telephone, a SIM card, a patient.
_NO_CARD_BEFORE = re.compile(r"(?:siret|siren|imei|iccid|sim|finess|nir|ins|vitale)[^.?!0-9]{0,25}$", re.IGNORECASE)
_LENGTHS = (
    "AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 DO28 EE20 EG29 "
    "ES24 FI18 FK18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HN28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 "
    "LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29 "
    "PT25 QA29 RO24 RS22 RU33 SA24 SC31 SD18 SE24 SI19 SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20 "
    "YE30"
)
IBAN_LENGTHS = {code[:2]: int(code[2:]) for code in _LENGTHS.split()}
"""Characters of an IBAN, by country."""

Judge = Callable[[re.Match[str]], int | None]
"""Where what is to be masked ends; None when the match is something else."""


def replaced(text: str, pattern: re.Pattern[str], judge: Judge, mark: str) -> str:
    """The text with ``mark`` for each match that the judge accepts; a refused one is looked into again."""
    parts: list[str] = []
    done = looked = 0
    while match := pattern.search(text, looked):
        end = judge(match)
        if end is None:
            looked = match.start() + 1
        else:
            parts += (text[done : match.start()], mark)
            done = looked = end
    return "".join([*parts, text[done:]])


def nir_end(match: re.Match[str], *, named: bool) -> int | None:
    """A NIR. ``named``: the text speaks of one, so that its key may be missing or mistyped."""
    if _follows(match, "0123456789"):
        return None
    digits = _zeros(re.sub(r"[^0-9ABO]", "", match.group().upper()))
    month = int(digits[3:5])
    if not (1 <= month <= 12 or 20 <= month <= 42 or month >= 50) or digits.startswith(_OBJECT_IDENTIFIER):
        return None
    if len(digits) == 15 and nir.is_valid(digits):
        return match.end()
    patient = _PATIENT_BEFORE.search(match.string, max(0, match.start() - 45), match.start())
    return match.end() if named or (patient and len(digits) == 13) else None


def card_end(match: re.Match[str], *, named: bool) -> int | None:
    """A bank card. ``named``: the text speaks of one, so that its length and beginning may be less usual."""
    if _follows(match, "0123456789+"):
        return None
    digits = re.sub(r"[^0-9]", "", match.group())
    if not luhn.is_valid(digits) or _NO_CARD_BEFORE.search(match.string, max(0, match.start() - 40), match.start()):
        return None
    return match.end() if named or _CARD_ALONE.fullmatch(digits) else None


def phone_end(match: re.Match[str], public: frozenset[str]) -> int | None:
    """A telephone number that is no public help line, and no date followed by an hour."""
    letter = match.group()[0] in "Oo"
    if _follows(match, "0123456789+") or (letter and match.start() and match.string[match.start() - 1].isalpha()):
        return None
    if _DATE_FIRST.match(match.group()) or _SERVICE.fullmatch(match.group()):
        return None
    digits = re.sub(r"[^0-9]", "", _zeros(match.group().upper()).replace("(0)", ""))
    digits = re.sub("^(?:00)?33", "0", digits)
    # 080, 081, 082 and 089 are services in the French numbering plan: nobody's own number.
    return None if digits in public or re.fullmatch("08[0129][0-9]{7}", digits) else match.end()


def _follows(match: re.Match[str], characters: str) -> bool:
    return match.start() > 0 and match.string[match.start() - 1] in characters


def _zeros(text: str) -> str:
    return text.replace("O", "0")
