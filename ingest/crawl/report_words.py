"""Numbers and ages in French, for the report."""

import re

from ingest.crawl.report import Freshness
from ingest.typography import NARROW, NBSP

AGES = ("moins de 7\u00a0jours", "7 à 29\u00a0jours", "30 à 89\u00a0jours", "90\u00a0jours ou plus")
"""Names of the four ages of :class:`~ingest.crawl.report.Freshness`."""


def french(text: str) -> str:
    """``text`` with the apostrophes and non-breaking spaces that French typography asks for."""
    text = re.sub(r"[ \u00a0](?=[;!?])", NARROW, text.replace("'", "’"))
    return re.sub(r" (?=[:»%€])|(?<=«) ", NBSP, text)


def grouped(number: int) -> str:
    """ "1 613", with a narrow non-breaking space."""
    return f"{number:,}".replace(",", NARROW)


def counted(number: int, singular: str, plural: str) -> str:
    """ "0 page", "2 pages"."""
    return f"{grouped(number)}{NBSP}{singular if number < 2 else plural}"


def spoken(ages: Freshness) -> str:
    """The picture in words."""
    if ages.total == 1:
        (age,) = (label for label, number in zip(AGES, ages.parts, strict=True) if number)
        return f"Le seul document a été confirmé par son site il y a {age}."
    parts = [
        f"{_share(number, ages.total)} il y a {label}" for label, number in zip(AGES, ages.parts, strict=True) if number
    ]
    return f"Sur {counted(ages.total, 'document', 'documents')}, confirmés par leur site{NBSP}: {', '.join(parts)}."


def _share(number: int, total: int) -> str:
    """A percentage that never says 0 or 100 of what is neither."""
    share = min(max(round(100 * number / total), 1), 99) if 0 < number < total else 100 * number // total
    return f"{share}{NBSP}%"
