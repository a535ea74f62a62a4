"""What a text may demand of its reader: a law binds, a guide recommends, a page explains.

A digest declares the force of the text that it summarises; for the texts themselves it is told only where publisher or
title leave no doubt. An unknown force is better than a wrong one: a recommendation must never pass for an obligation.
"""

import re
import unicodedata
from enum import StrEnum

from ingest.model import Document, DocumentKind, Section


class Force(StrEnum):
    """The kinds of text, from what binds everybody to what only informs."""

    LAW = "law"
    """Code, law, decree, regulation or directive."""
    BINDING = "binding"
    """Decision, judgment, or a reference that a text of law makes binding."""
    RECOMMENDATION = "recommendation"
    """Recommendation, guide, memento, reference that binds nobody."""
    INFORMATION = "information"
    """Page, questions and answers, press."""


FORCES = frozenset(Force)
_LAWMAKER = re.compile(r"legifrance|journal officiel|eur-?lex|^union europeenne\b")
_EXPLAINER = re.compile(r"service-?public|\bdila\b")
_JUDGE = re.compile(r"\bcnil\b|conseil d'etat|conseil constitutionnel|cour (?:de justice|de cassation|d'appel)")
# What lawmakers publish besides law. Recitals of a regulation explain its articles: no one is bound by them.
_NO_LAW = re.compile(
    r"^(?:proposition|projet|avis|communication|circulaire|instruction|rapport|resolution|deliberation|decision|"
    r"lignes directrices|recommandation)\b|\bconsiderants?\b"
)
_DECISION = re.compile(r"^(?:arret|decision|sanction|mise en demeure)\b|^deliberations? san-")
_ADVICE = re.compile(
    r"\b(?:recommandations?|guides?|mementos?|bonnes pratiques|lignes directrices)\b|"
    r"\bfiches? (?:reflexes?|pratiques?|conseils?|memo|n[°o])"
)
_EXPLAINED = re.compile(r"\bfaq\b|\bfoire aux questions\b|\bcommunique de presse\b|\?\s*(?:\([^()]*\))?$")


def force_of(document: Document, section: Section | None = None) -> Force | None:
    """The force of the text that stands in a document, or behind one of its sections; None where it is not known.

    A document of the operator has none, whatever it declares: no note of a practice may pass for law.
    """
    if document.kind is DocumentKind.LOCAL:
        return None
    meta = section.meta if section is not None else None
    title = (meta.title if meta is not None else None) or document.title
    declared = document.attributes.get("force", ())
    # A section that summarises another text than its digest does not take over the force of that one.
    if title == document.title and len(declared) == 1 and declared[0] in FORCES:
        return Force(declared[0])
    return presumed(document.publisher, title)


def presumed(publisher: str, title: str) -> Force | None:
    """What a publisher and a title tell for sure."""
    who, named = _plain(publisher), _plain(title)
    if _LAWMAKER.search(who) and not _NO_LAW.search(named):
        return Force.LAW
    if _JUDGE.search(who) and _DECISION.search(named):
        return Force.BINDING
    if _EXPLAINER.search(who) or _EXPLAINED.search(named):
        return Force.INFORMATION
    return Force.RECOMMENDATION if _ADVICE.search(named) else None


def _plain(text: str) -> str:
    """Lower case, no accents, straight apostrophes; the index has its own folding, which stands above this package."""
    folded = unicodedata.normalize("NFKD", text.casefold().replace("’", "'"))
    return "".join(char for char in folded if not unicodedata.combining(char)).strip()
