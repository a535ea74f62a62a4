"""Lines of text that date a page ("Publié le 3 mars 2024 – Mis à jour le 4 mai 2025"), told from sentences and captions
that hold the date of something else."""

import re

from ingest.dates import BETWEEN, PUBLICATION, UPDATE, without_dates

STATED = "\x00"
"""Stands for a date in a line, as in :func:`is_date_line`."""
_MAX_ASIDE = 80
_PAGE = r"(?:page|contenu|article|fiche|document|texte|dossier|actualité|rubrique|faq|alerte|avis|version)"
_SUBJECT = (
    rf"(?:(?:la|le)\s+)?{_PAGE}(?:\s+d(?:e|u|es)\s[^.:;!?,]{{1,60}},)?|(?:cette|cet|ce)\s+{_PAGE}(?:\s+a\s+été)?"
    r"|dates?\s+de(?:\s+la)?|derni[èe]re|premi[èe]re|et"
)
_LABEL = re.compile(rf"(?:date|(?:(?:{_SUBJECT})\s+){{0,2}}(?:{UPDATE}|{PUBLICATION}){BETWEEN})", re.IGNORECASE)
_BESIDE = re.compile(r"(?:à\s*)?\d{1,2}\s*[h:]\s*(?:\d{2}(?::\d{2})?)?|(?:par|dans)\s[^.;!?]{1,60}|et", re.IGNORECASE)
_APART = re.compile(r"\s[-–—]\s|[|•·–—/]")
_AROUND = " \t,.:;()[]"


def is_date_line(line: str) -> bool:
    """Whether a line is made of dates (written ones, or :data:`STATED`) and what says of what they are the dates.

    An aside ("Direction d’exemple", "5 minutes de lecture") must be set apart by a dash, a bullet or a bar.
    """
    dated = without_dates(line, STATED)
    if STATED not in dated:
        return False
    return all(_says_what(part) for part in _APART.split(dated))


def _says_what(part: str) -> bool:
    pieces = [piece.strip(_AROUND) for piece in part.split(STATED)]
    if len(pieces) == 1:
        return len(pieces[0]) <= _MAX_ASIDE
    return all(not piece or _LABEL.fullmatch(piece) or _BESIDE.fullmatch(piece) for piece in pieces)
