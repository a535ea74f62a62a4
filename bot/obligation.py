"""Whether a question asks what the law imposes: a text that only recommends must not pass for what the law says."""

import re

from index.tokens import fold

_ASKS = re.compile(
    r"\boblig\w+|\b(?:suis|est|sommes|etes|sont|etre|on|je|nous|vous|il|elle) forcee?s? (?:de|d'|a)\b|"
    r"\bcontraint(?:e?s?|-on) (?:de|d'|a|par)\b|\bcontraignante?s?\b|"
    r"\bfacultati(?:fs?|ves?)\b|\bopposables?\b|"
    # What imposes it.
    r"\bimpos(?:e|ee|es|ees|ent|er|ait)\b|\bexig(?:e|ee|es|ees|ent|er|ible|ibles)\b|"
    r"\bexigences? (?:legales?|reglementaires?)\b|\b(?:reglementaire|juridique)ment\b|"
    r"\b(?:il)?leg(?:al(?:e|es|ement)?|aux)\b|\b(?:par|selon|que dit) la reglementation\b|"
    r"\b(?:la|les|une|des|quelles?|aucune) lois?\b(?! (?:informatique|lopmi))|"
    # "est-on tenu de", not "compte tenu de" nor "la tenue de registres".
    r"(?<!compte )(?<!\bla )(?<!\bune )(?<!\bbonne )(?<!\bsa )(?<!\bma )(?<!\bnotre )(?<!\bvotre )(?<!\bde )"
    r"\btenue?s? (?:de|d'|par|legalement|juridiquement)\b|"
    # What becomes of whoever does not.
    r"\bsanction\w*|\bamendes?\b|\bpenal(?:e|es|ement|ite|ites)?\b|\bpassibles?\b|\bpunis?\b|\bpunissables?\b|"
    r"\bhors[- ]la[- ]loi\b|\ben infraction\b|\billegalite\b|\brisqu\w+\b.*\b(?:ne|n'\w+)\b"
)


def asks_of_obligation(question: str) -> bool:
    """Whether a question asks if something is obligatory, imposed or punished, in whatever words."""
    return bool(_ASKS.search(fold(question).replace("’", "'")))
