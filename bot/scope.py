"""Questions that are not questions: greetings, orders given to the machine, requests to harm."""

import re
from enum import StrEnum

from index.tokens import fold


class Turned(StrEnum):
    """Why a message is turned away before any search."""

    GREETING = "greeting"
    REFUSED = "refused"


def _any(*alternatives: str) -> re.Pattern[str]:
    return re.compile("|".join(alternatives))


_HELLO = "bonjour|bonsoir|salut|coucou|hello|hey|merci|ok|d'accord|au revoir|bonne (?:journee|soiree|nuit)"
_COURTESY = "ca va|comment (?:ca va|allez-vous|vas-tu|tu vas)|docteur|a tous|beaucoup|bien|pour tout|la|toi|vous"
_GREETING = re.compile(rf"^(?:(?:{_HELLO})\b[ ,!.?]*(?:(?:{_COURTESY})\b[ ,!.?]*)*)+$")

_RULES = "(?:instructions?|regles?|consignes?|directives?|prompt|message systeme)"
_DROP = r"\b(?:ignore|oublie|contourne|desactive|annule|efface|outrepasse)[rsz]?"
_TELL = r"\b(?:repete|affiche|montre|revele|donne|recopie|traduis|resume)[rsz]?(?:[- ]moi)?"
# Orders about the assistant itself. The answer path has no language model to obey them; turning them away keeps
# their words from being searched as if they were a question. "Ignorer les règles du RGPD" is not such an order: the
# rules must be the assistant's ("tes", "vos", "précédentes", "ci-dessus").
_ORDER = _any(
    rf"{_DROP} (?:\w+ ){{0,3}}?(?:tes|vos|ton|votre|your) (?:\w+ )?{_RULES}\b",
    rf"{_DROP} (?:\w+ ){{0,3}}?{_RULES} (?:\w+ )?(?:precedente?|anterieure?|initiale?|ci-dessus|recue?|plus haut)s?\b",
    rf"{_DROP} (?:tout )?ce qui precede\b",
    rf"{_TELL} (?:\w+ ){{0,3}}?(?:tes|vos|ton|votre) (?:\w+ )?{_RULES}\b",
    rf"{_TELL} (?:\w+ ){{0,3}}?{_RULES} (?:systeme|initiale?|secrete|cachee)s?\b",
    r"\b(?:ignore|forget|disregard|override|bypass) (?:\w+ ){0,3}?(?:all|any|the|your|previous|above)\b",
    r"\b(?:reveal|print|show|repeat|output|tell me) (?:\w+ ){0,3}?(?:your|the|system) (?:\w+ )?"
    r"(?:prompt|instructions|rules)\b",
    r"\bprompt (?:systeme|system)\b|\bsystem prompt\b|\bdan mode\b|^jailbreak\b|\bmode jailbreak\b",
    r"\bjailbreak (?:mode|toi|prompt|yourself)\b",
    r"\bdeveloper mode\b|\bmode developpeur\b",
    r"\b(?:tu es|vous etes|you are) (?:maintenant|desormais|now)\b|\bnew instructions? ?:",
    r"\bnouvelles? (?:regle|consigne|instruction)s? ?:|\bsans citer (?:\w+ )?sources?\b",
    r"\binvente[sz]?(?:[- ]moi)? (?:un|une|des) |\bfais (?:comme si|semblant)\b|\b(?:agis|comporte[- ]toi) comme\b",
    r"\b(?:act|behave) as\b|\bpretend (?:to be|you|that)\b",
    r"\breponds (?:uniquement|seulement|simplement|juste) (?:par|avec|oui|non)\b",
    r"<\|?(?:im_start|system|endoftext)|\[(?:inst|system)\]|^#+ ?(?:system|instruction)",
)

_ATTACK = (
    "(?:pirater|hacker|espionner|infecter|voler|craquer|cracker|falsifier|"
    "intercepter les (?:mails?|messages?|courriels?|communications?))"
)
_WEAPON = "(?:virus|rancongiciel|ransomware|malware|keylogger|cheval de troie|faux mail|mail d'hameconnage|phishing)"
_FAULT = "(?:traces?|preuves?|fuites?|violations?|incidents?|piratages?|attaques?|erreurs?|vols?|pertes?)"
_HARM = _any(
    # "Comment pirater" asks for the means; "comment éviter de se faire pirater" has another verb in between.
    r"\b(?:comment|aide[rz]?[- ]moi a|je (?:veux|voudrais|souhaite)|(?:peux|pourrais)[- ]tu|pou(?:vez|rriez)[- ]vous) "
    rf"(?:m'aider a |faire pour |(?:je |on )?(?:peux|peut|pourrais|peut-on) )?{_ATTACK}\b",
    rf"\b(?:ecris|ecrivez|fabrique|cree|programme|genere|code)[sz]?(?:[- ]moi)? (?:un|une|du) (?:\w+ )?{_WEAPON}\b",
    # Hiding from someone: "effacer les traces pour que la CNIL ne voie pas". Erasing data, on its own, is a duty.
    r"\b(?:effacer|cacher|dissimuler|camoufler|supprimer|falsifier)\b.{0,60}\bpour (?:que|eviter que|pas que)\b.{0,40}"
    r"\b(?:ne |n')?(?:voie|sache|trouve|decouvre|apprenne|tombe)\w*",
    rf"\b(?:cacher|dissimuler|camoufler)\b.{{0,30}}\b{_FAULT}\b.{{0,30}}\b(?:a|aux|au) (?:la |l'|les |mes |un |une )?"
    r"(?:cnil|police|patiente?s?|ordre|juge|assurance)\b",
    r"\b(?:effacer|supprimer)\b.{0,20}\b(?:traces?|preuves?)\b.{0,40}\bavant\b.{0,20}\b(?:controle|inspection|enquete)\b",
    r"\bcomment intercepter\b.{0,30}\b(?:d'une?|de (?:mon|ma|mes))\b",
)


def turned_away(question: str) -> Turned | None:
    """Whether a message is turned away before any search, and why."""
    text = fold(question).replace("’", "'").strip()
    if _GREETING.match(text):
        return Turned.GREETING
    return Turned.REFUSED if _ORDER.search(text) or _HARM.search(text) else None


# Subjects near ours on which the corpus is silent and a near answer would mislead: judicial requisitions.
_NOT_COVERED = _any(
    r"\b(?:police|gendarm\w*|juge|procureur|tribunal|opj|magistrat)\b.{0,60}"
    r"\b(?:dossiers?|informations?|donnees|copie|comptes? rendus?)\b"
    r".{0,40}\b(?:patiente?s?|medical|medicaux)",
    r"\b(?:requisitions? (?:judiciaires?|de la police|du procureur)|commission rogatoire)\b",
)


def not_covered(question: str) -> bool:
    """Whether a question is about a subject that the corpus is known not to hold."""
    return bool(_NOT_COVERED.search(fold(question).replace("’", "'")))
