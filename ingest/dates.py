"""Dates as French pages and documents write them."""

import datetime
import re

_MONTHS = {
    "janvier": 1,
    "février": 2,
    "fevrier": 2,
    "mars": 3,
    "avril": 4,
    "mai": 5,
    "juin": 6,
    "juillet": 7,
    "août": 8,
    "aout": 8,
    "septembre": 9,
    "octobre": 10,
    "novembre": 11,
    "décembre": 12,
    "decembre": 12,
}
_DAY = r"(?:(?:lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche)\s+)?"
_WRITTEN = (
    rf"{_DAY}(?:(\d{{1,2}})[/.-](\d{{1,2}})[/.-](\d{{4}})|(\d{{1,2}})(?:er)?\s+([a-zéûôA-Z]{{3,9}})\.?\s+(\d{{4}}))"
)
_UPDATED = re.compile(
    r"(?:mise?s?\s+à\s+jour|modifiée?|actualisée?|en\s+vigueur)"
    rf"\s*(?:le\b|au\b|du\b|depuis\b|à\s+(?:partir|compter)\b|:|\s)*{_WRITTEN}",
    re.IGNORECASE,
)
_PUBLISHED = re.compile(rf"(?:publiée?|paru|mise?\s+en\s+ligne|posté)\s*(?:le\b|:|\s)*{_WRITTEN}", re.IGNORECASE)


def written_date(text: str) -> str | None:
    """The date that a text gives for itself ("Mis à jour le …", else "Publié le …") as YYYY-MM-DD."""
    for pattern in (_UPDATED, _PUBLISHED):
        for match in pattern.finditer(text):
            if found := _iso(match):
                return found
    return None


def _iso(match: re.Match[str]) -> str | None:
    day, month, year, spelled_day, spelled, spelled_year = match.groups()
    number = int(month) if month else _MONTHS.get((spelled or "").casefold(), 0)
    try:
        return datetime.date(int(year or spelled_year), number, int(day or spelled_day)).isoformat()
    except ValueError:
        return None
