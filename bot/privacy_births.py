"""Dates of birth: after "né le", and beside a masked name when the year can be a birth's.

``static/births.js`` holds the same rules for the browser.
"""

import re
from datetime import date

NAME_MARK = "[nom masqué]"
DATE_MARK = "[date masquée]"
_MONTH = (
    "janv(?:ier)?|f[ée]vr?(?:ier)?|mars|avr(?:il)?|mai|juin|juil(?:let)?|ao[uû]t|sept(?:embre)?|oct(?:obre)?|"
    "nov(?:embre)?|d[ée]c(?:embre)?"
)
DATE = (
    rf"(?:[0-9]{{1,2}}(?:er)?[\s/.\-]{{1,3}}(?:[0-9]{{1,2}}|(?:{_MONTH})\.?)[\s/.\-]{{1,3}}(?:(?:19|"
    r"20)[0-9]{2}|[0-9]{2})|"
    r"(?:19|20)[0-9]{2}-[0-9]{2}-[0-9]{2})(?![0-9])"
)
DATES = re.compile(DATE, re.IGNORECASE)
_GLUE = r"[\s:=,()’']{0,3}(?:(?:est|en date du|est le|le|du|un|l[ea]?)\s+)?(?:le\s+)?"
_BIRTH = re.compile(
    rf"((?:n[ée](?:e|\(e\)|·e|\.e)?s?|naissance|naiss\.?|ddn|d\.d\.n\.?){_GLUE})({DATE}|[0-9]{{8}}(?![0-9]))",
    re.IGNORECASE,
)
# Years in which a date is no birth: beside a name at once; further off, or beside a title that no child bears.
RECENT = 2
_MINORITY = 16
_REACH = 41
"""Characters between a name and a date that may be its own."""
_AT_ONCE = re.compile(r"[\s,;:()/–—-]*")
_ADULT = re.compile(r"(?:^|\W)(?:M|Mr|Mme|Monsieur|Madame|Dr|Pr|Docteur|Professeur)\.?\s*$", re.IGNORECASE)
_AFTER = re.compile(rf"[\s,;:()–—-]{{1,4}}([^\W\d_]{{1,30}}\.?\s)?{re.escape(NAME_MARK)}")
_AGE_AFTER = re.compile(r"[\s,;:()–—-]{1,4}(?:soit\s|a\s)?([0-9]{1,3})\s?(ans?|mois)(?![a-zà-ÿ])", re.IGNORECASE)
_AGE_BEFORE = re.compile(r"(?:^|[^0-9])([0-9]{1,3})\s?(ans?|mois)[\s,;:()–—-]{1,4}$", re.IGNORECASE)


def without_births(text: str) -> str:
    """The text with dates of birth masked, and dates beside a masked name that can be the birth of who bears it."""
    text = _BIRTH.sub(lambda found: found[0] if inside_word(found) else f"{found[1]}{DATE_MARK}", text)
    return DATES.sub(lambda found: DATE_MARK if _is_of_a_name(found) else found[0], text)


def is_birth_like(written: str, years: int) -> bool:
    """Whether a date exists and lies ``years`` years back at least, a human life at most."""
    year = _year(written)
    return year is not None and years <= date.today().year - year <= 120


def inside_word(match: re.Match[str]) -> bool:
    """Whether a letter or a figure stands right before."""
    return match.start() > 0 and match.string[match.start() - 1].isalnum()


def _is_of_a_name(found: re.Match[str]) -> bool:
    if inside_word(found):
        return False
    text, start, end = found.string, found.start(), found.end()
    before = text[max(0, start - _REACH - len(NAME_MARK) - 12) : start]
    name, mark, gap = before.rpartition(NAME_MARK)
    aged = _has_age(found)
    if mark and len(gap) <= _REACH and not re.search("[.?!]|[0-9]$", gap):
        at_once = _AT_ONCE.fullmatch(gap) is not None and not _ADULT.search(name)
        if aged or is_birth_like(found[0], RECENT if at_once else _MINORITY):
            return True
    after = _AFTER.match(text, end)
    return after is not None and (aged or is_birth_like(found[0], _MINORITY if after[1] else RECENT))


def _has_age(found: re.Match[str]) -> bool:
    """Whether an age stands beside the date that fits it: "12/03/2024, 2 ans"."""
    text, start, end = found.string, found.start(), found.end()
    age = _AGE_AFTER.match(text, end) or _AGE_BEFORE.search(text, max(0, start - 16), start)
    year = _year(found[0])
    if age is None or year is None:
        return False
    years = int(age[1]) if age[2][0] in "aA" else int(age[1]) // 12
    return years <= date.today().year - year <= years + 1


def _year(written: str) -> int | None:
    """The year of a date; of two figures, the last that is past. None when there is no such day or month."""
    numbers = [int(number) for number in re.findall("[0-9]+", written)]
    year = numbers.pop(0) if re.match("[0-9]{4}-", written) else numbers.pop()
    if len(numbers) == 2 and not any(_is_day_and_month(*pair) for pair in (numbers, numbers[::-1])):
        return None
    if not all(1 <= number <= 31 for number in numbers):
        return None
    if year < 100:
        today = date.today().year
        year += today - today % 100
        year -= 100 if year > today else 0
    return year


def _is_day_and_month(day: int, month: int) -> bool:
    return 1 <= day <= 31 and 1 <= month <= 12
