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
    rf"{_DAY}(?:(\d{{1,2}})[/.-](\d{{1,2}})[/.-](\d{{4}})|(\d{{1,2}})(?:er)?\s+([a-zéûôA-Z]{{3,9}})\.?\s+(\d{{4}})"
    r"|(\d{4}-\d{2}-\d{2}))(?!\d)"
)
BETWEEN = r"(?:\s|:|[-–—]|le\b|au\b|du\b|en\b|depuis\b|effectuée\b|à\s(?:partir|compter)\b){0,8}"
"""Pattern of what may stand between such words and their date."""
# "Les obligations entrent en vigueur le …" dates a law, often in the future.
_NO_VERB = "".join(rf"(?<!{verb}\s)" for verb in ("entre", "entrent", "entrer", "entrée", "entrera", "entreront"))
UPDATE = (
    rf"(?:mise?s?\s+à\s+jour|modifiée?|actualisée?|révisée?|vérifiée?|{_NO_VERB}en\s+vigueur"
    r"|derni[èe]re\s+(?:version|modification|révision|actualisation|vérification))"
)
"""Pattern of the words before the date of a change."""
PUBLICATION = r"(?:publiée?|publication|parue?|mise?\s+en\s+ligne|postée?|rédigée?|premi[èe]re\s+version)"
"""Pattern of the words before the date of a publication."""
_UPDATED = re.compile(rf"{UPDATE}{BETWEEN}{_WRITTEN}", re.IGNORECASE)
_PUBLISHED = re.compile(rf"{PUBLICATION}{BETWEEN}{_WRITTEN}", re.IGNORECASE)
_ANY = re.compile(_WRITTEN, re.IGNORECASE)


def written_date(text: str) -> str | None:
    """The date that a text gives for itself ("Mis à jour le …", else "Publié le …") as YYYY-MM-DD."""
    return updated_date(text) or published_date(text)


def updated_date(text: str) -> str | None:
    """The date of the last change that a text states, as YYYY-MM-DD."""
    return _first(_UPDATED, text)


def published_date(text: str) -> str | None:
    """The date of publication that a text states, as YYYY-MM-DD."""
    return _first(_PUBLISHED, text)


def full_date(text: str) -> str | None:
    """The first date written in a text, whatever it dates, as YYYY-MM-DD."""
    return _first(_ANY, text)


def without_dates(text: str, mark: str) -> str:
    """The text with ``mark`` in the place of each date written in it."""
    return _ANY.sub(lambda match: mark if _iso(match) else match[0], text)


def _first(pattern: re.Pattern[str], text: str) -> str | None:
    return next((found for match in pattern.finditer(text) if (found := _iso(match))), None)


def _iso(match: re.Match[str]) -> str | None:
    day, month, year, spelled_day, spelled, spelled_year, iso = match.groups()
    try:
        if iso:
            return datetime.date.fromisoformat(iso).isoformat()
        number = int(month) if month else _MONTHS.get((spelled or "").casefold(), 0)
        return datetime.date(int(year or spelled_year), number, int(day or spelled_day)).isoformat()
    except ValueError:
        return None
