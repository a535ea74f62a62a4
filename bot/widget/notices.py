"""What people are told: the privacy notice in two layers, made of the operator's words and of what the program does.

Items: article 13 of the GDPR (and 14 for third persons), article 50 of the AI regulation. What the program does is
written here because it is true of the program; who, why and for how long are the operator's words, never guessed.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.feedback import RETENTION_DAYS
from bot.widget.model import Operator, Site

OBJECT = "opposition"
_COMMON = ("accès", "rectification", "effacement", "limitation")


@dataclass(frozen=True, slots=True)
class LegalBasis:
    """A legal basis of article 6 of the GDPR in words, and the rights that come with it."""

    words: str
    rights: tuple[str, ...]


LEGAL_BASES: Mapping[str, LegalBasis] = {
    "mission-interet-public": LegalBasis(
        "Exécution d’une mission d’intérêt public (article 6, paragraphe 1, point e, du RGPD)", (*_COMMON, OBJECT)
    ),
    "obligation-legale": LegalBasis(
        "Respect d’une obligation légale (article 6, paragraphe 1, point c, du RGPD)", _COMMON
    ),
    "interet-legitime": LegalBasis("Intérêt légitime (article 6, paragraphe 1, point f, du RGPD)", (*_COMMON, OBJECT)),
    "contrat": LegalBasis(
        "Exécution d’un contrat (article 6, paragraphe 1, point b, du RGPD)", (*_COMMON, "portabilité")
    ),
    "consentement": LegalBasis(
        "Consentement (article 6, paragraphe 1, point a, du RGPD)",
        (*_COMMON, "portabilité", "retrait du consentement à tout moment"),
    ),
}
ACCESSIBILITY = "Accessibilité\u00a0: non conforme"
"""What a first page must say while no audit is in force (RGAA 4.1, "Obligations d'accessibilité"; decree 2019-768)."""
NO_OPERATOR = "Essai sur cette machine\u00a0: aucun exploitant n’est déclaré."


@dataclass(frozen=True, slots=True)
class Notice:
    """The full notice: the operator and the legal basis in words, and which texts the program may keep."""

    operator: Operator | None
    basis: LegalBasis | None
    site: Site
    feedback_days: int
    """Days that the text of an opinion may be kept with the person's agreement; 0: never kept."""


def summary(operator: Operator | None) -> str:
    """The first layer, shown in the widget beside the operator's name: what becomes of a question."""
    told = "Votre question sert à chercher la réponse\u202f; elle n’est ni gardée, ni transmise aux éditeurs."
    return told if operator else f"{NO_OPERATOR} {told}"


def notice(operator: Operator | None, site: Site, *, feedback_text: bool) -> Notice:
    """The second layer for ``site``; ``feedback_text``: whether this service may keep texts of opinions."""
    basis = LEGAL_BASES.get(operator.legal_basis) if operator else None
    return Notice(operator, basis, site, RETENTION_DAYS if feedback_text else 0)
