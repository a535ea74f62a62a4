"""Whether a text is old enough to be read with care. A date without its day counts as the last one that it may mean."""

import datetime
import re

from bot.model import Age
from index.tokens import fold
from ingest.force import Force

GDPR = "2018-05-25"
"""First day on which the GDPR applied."""
OLD_YEARS = 10
_PERSONAL = re.compile(
    r"\bcnil\b|\brgpd\b|informatique et libertes|vie privee|\bconsentement\b|\bdroits? d'acces\b|"
    r"\bdonnees? (?:a caractere |medicales? )?(?:personnel|nominativ)|\bdonnees? (?:de sante|medicales?)|"
    r"\bdonnees? (?:(?:d'une?|des?|du|concernant|relatives?|a|aux?|[vns]os|[mst]es|leurs|les|chaque) |d'|l')*"
    r"(?:patient|client|salarie|personne|usager|assure|adherent)|"
    r"\btraitements? (?:automatises? )?(?:de |des )?donnees|\bdossiers? (?:medica|(?:de |du |des )?patient)"
)


def age_of(date: str | None, force: Force | None, words: str, today: datetime.date) -> Age | None:
    """What makes a text old; None for one that is not, or of which no date is known.

    A law bears the date of its adoption and is in force as amended since: its date says nothing of its age.

    Args:
        date: of the text: ``YYYY``, ``YYYY-MM`` or ``YYYY-MM-DD``.
        force: of the text.
        words: the quote and what it stands under: whether they speak of personal data.
        today: the day of the answer.
    """
    if date is None or force is Force.LAW:
        return None
    latest = date + "-12-31"[len(date) - 4 :]
    if latest < GDPR and _PERSONAL.search(fold(words).replace("’", "'")):
        return Age.BEFORE_GDPR
    return Age.OLD if latest < f"{today.year - OLD_YEARS:04}-{today:%m-%d}" else None
