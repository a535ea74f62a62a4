"""The one thing that a short question asks for: a price, a time, a person. Does a passage hold it?

"C’est payant ?" after a question on encryption is answered by a passage on encryption that speaks of money, and by no
other: words and vectors alone find money anywhere.
"""

import re
from collections.abc import Callable

from index.tokens import fold
from ingest.model import Passage

_NUMBER = (
    r"(?:\d+|une?|deux|trois|quatre|cinq|six|sept|huit|dix|douze|quinze|vingt|trente|quarante|soixante|cent|quelques|"
    r"plusieurs)"
)
_UNIT = r"(?:heures?|h|jours?|semaines?|mois|ans?|annees?|minutes?|trimestres?)"
_PRICE = re.compile(
    r"\b(?:ca|cela|il|elle|ils|elles|la|le|les|en|me|nous) (?:\w+ )?cout\w*|\bcombien (?:ca|cela|il|elle|"
    r"est-ce que ca)\b|"
    r"\bcout\w* combien|\bcout\w*[- ](?:t-)?(?:il|elle|ca|cela)|\b(?:prix|tarifs?|couts?|payante?s?|gratuite?s?|cher|"
    r"chere|"
    r"rembourse\w*|abonnement)\b|\bfaut(?:-il)? payer\b|\bcombien (?:\w+ ){0,2}(?:coute\w*|payer|paie)"
)
_HOLDS_PRICE = re.compile(
    r"€|\beuros?\b|\bgratuit|\bpayant|\bsans frais\b|\bfrais\b|\btarif|\bcouts?\b|\bprix\b|\brembours"
)
_TIME = re.compile(
    r"\b(?:quels? delais?|quelles? durees?|combien de temps|(?:jusqu'a|depuis|a partir de) quand|quelle frequence|"
    r"tous les combien|(?:au|en) (?:bout de )?combien|combien de (?:jours|mois|ans|annees|heures|semaines)|le delai|"
    r"la duree)\b|"
    r"^(?:et )?quand\b"
)
_HOLDS_TIME = re.compile(
    rf"\b{_NUMBER}[ \u00a0\u202f-]{_UNIT}\b|\b(?:sans delai|sans attendre|immediat\w*|aussitot|au plus (?:tot|tard|"
    rf"vite)|"
    r"(?:meilleurs|brefs) delais|des (?:que|la|le|l')|(?:chaque|tous les|toutes les) (?:\w+ )?(?:jour|nuit|semaine|"
    r"mois|an|"
    r"annee|trimestre|soir)s?|reguli\w+|periodiqu\w+|quotidien\w*|hebdomadaire\w*|mensuel\w*|annuel\w*|une fois par|"
    r"avant (?:de|tout|chaque|son|leur)|au moment|lors (?:de|du|des)|frequen\w+|jamais|inutile)\b"
)
_PERSON = re.compile(
    r"\bqui (?:le |la |les |l'|s'en |s'y |en |y |doit |peut |va |dois-je )|\b(?:par|a|chez) qui\b|^(?:et )?qui \??$"
)
_SOMEONE = (
    r"(?:responsable de traitement|sous-traitants?|praticiens?|medecins?|professionnels?|cabinet|secretaire|employeur|"
    r"titulaire|dpo|delegue|pharmaciens?|infirmi\w+|editeur|hebergeur|prestataire|structure|patients?|remplacant)"
)
_HOLDS_PERSON = re.compile(
    rf"(?:^|[,.;:] ?)(?:le |la |les |l'|une? |chaque |tout |son |votre ){_SOMEONE}(?: \w+){{0,3}} "
    r"(?:doi(?:t|vent)|tien(?:t|nent)|notifie\w*|realise\w*|signe\w*|designe\w*|est|sont|reste|font|fait|documente|"
    r"remet|informe|peu(?:t|vent)|declare)\b|"
    r"\b(?:responsables? (?:de|du|des)|charges? (?:de|d')|revient (?:a|au|aux)|incombe|appartient (?:a|au|aux)|"
    rf"par (?:le |la |l'|une? |votre |son )?{_SOMEONE})"
)
_ASKED_OF = re.compile(
    r"^(?:(?:de |à |dans |sous |pendant )?quel(?:le)?s?(?: (?:est|sont) (?:la |le |les |l['’]))? ?(?:longueur|taille|"
    r"délai|"
    r"durée|fréquence|prix|coût|tarif|nombre|montant|âge|date)s? (?:minim\w+ |maxim\w+ |recommandée? )?|"
    r"combien de [\w’'-]+ )(?:pour |des? |d['’]|du |dans )(?=.*\w)",
    re.IGNORECASE,
)
_ASKED_WHEN = re.compile(
    r"^(?:et )?(?:(?:à|dans|sous|pendant|au bout de) )?(?:quel(?:le)?s? (?:fréquence|délai|durée)s?|combien de temps|"
    r"quand|"
    r"tous les combien)\s+(?=.*\w)",
    re.IGNORECASE,
)
_ASKS_WHEN = re.compile(r"\b(?:quand|delais?|combien de temps|frequence|durees?)\b")
_ASKS_WHO = re.compile(r"(?:^|[:,–] ?|\b(?:a|par|chez|de) )qui\b")


def holder(question: str) -> Callable[[Passage], bool] | None:
    """What tells the passages that hold the price, time or person asked for; None for a question that asks for none."""
    asked = fold(question).replace("’", "'").strip()
    if _PRICE.search(asked):
        return lambda passage: bool(_HOLDS_PRICE.search(_plain(passage.text)))
    if _TIME.search(asked):
        return lambda passage: _heads(passage, _ASKS_WHEN) or bool(_HOLDS_TIME.search(_plain(passage.text)))
    if _PERSON.search(asked):
        return lambda passage: _heads(passage, _ASKS_WHO) or bool(_HOLDS_PERSON.search(_plain(passage.text)))
    return None


def without_datum(question: str) -> str:
    """A question without the thing that it asks for, when another one is asked of the same subject.

    "Quelle longueur pour un mot de passe ?" before "à quelle fréquence le changer ?" gives "un mot de passe ?".
    """
    return _ASKED_OF.sub("", question, count=1)


def without_time(question: str) -> str:
    """A question without its words of time: what answers "à quelle fréquence" says "tous les mois", not "fréquence"."""
    return _ASKED_WHEN.sub("", question, count=1)


def _heads(passage: Passage, asked: re.Pattern[str]) -> bool:
    """Whether the heading of a passage asks for the same."""
    return any(asked.search(_plain(head)) for head in passage.path[-1:])


def _plain(text: str) -> str:
    return fold(text).replace("’", "'")
