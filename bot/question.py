"""Making a question safe to work with: invisible characters out, white space folded, length checked."""

import re
import unicodedata

from bot.errors import BadQuestion
from index.tokens import fold, words
from ingest.text import clean

MAX_CHARS = 1_000
_OPENINGS = (
    "et ",
    "et,",
    "ou ",
    "mais ",
    "alors ",
    "donc ",
    "si c'est",
    "si c’est",
    "dans ce cas",
    "pour ça",
    "pour ca",
)


_ELLIPTIC_WORDS = 2
_CAPITALS = 0.8
"""Share of capital letters from which a whole question is typed in capitals."""
_CAPITALS_WORDS = 4
"""A shorter one may be acronyms alone: "RGPD HDS"."""
_ASKS = re.compile(r"(?:combien|pourquoi|comment|quand|ou|qui|quoi|lequel|laquelle|dans quel|sous quel|quel|quelle)\b")
_POINTS_BACK = re.compile(
    r"\b(?:ca|cela|ceci|ce (?:delai|cas|document|dossier)|cette (?:regle|duree|obligation)|celui|celle|"
    r"ceux|eux|lui|il|elle|ils|elles|l'(?:envoyer|faire|avoir)|le faire)\b(?! (?:faut|y a))"
)


def clean_question(text: str) -> str:
    """The question in NFC without control, bidi, zero-width and tag characters.

    Raises:
        BadQuestion: nothing readable is left, or it is longer than ``MAX_CHARS``.
    """
    if len(text) > MAX_CHARS:
        raise BadQuestion(
            "question_too_long",
            f"La question dépasse {MAX_CHARS} caractères : résumez-la en une phrase, sans recopier de document.",
        )
    cleaned = clean(text)
    if not any(unicodedata.category(char)[0] in "LN" for char in cleaned):
        raise BadQuestion("question_empty", "La question est vide : écrivez-la en quelques mots.")
    return cleaned


# A connector links only before a pause or a question: "de plus en plus" and "aussi bien" are none.
_PAUSE = (
    r"(?=\s*[,;:.!–—]|\s+(?:combien|comment|quel|quand|qui|que|qu['’]|où|pourquoi|dois|puis|peut|peux|faut|est-ce|"
    r"dans quel|à quel|je |on |il )|$)"
)
_WRAPPERS = re.compile(
    r"^(?:(?:(?:par ailleurs|d['’]autre part|de plus|en outre|enfin|aussi|sinon|au fait|autre (?:question|chose)|"
    r"derni[eè]re (?:question|chose)|une (?:autre |derni[eè]re )?question|petite question|"
    r"j['’]ai une (?:autre |petite )?question|(?:bon|eh|et) bien|bon|bien|docteur|madame|monsieur|"
    r"(?:c['’]est |tr[eè]s )*(?:urgent\w*|important)|question urgente|help|(?:[àa] l['’])?aidez?(?:[- ](?:moi|nous))?|"
    r"(?:m(?:a|on|es)|nos|notre|une?|l[ae]s?) [\w’' -]{3,40} (?:me|nous) (?:demande|pose)(?:nt)?(?: la question)?(?= ?:)|"
    r"pardon|excusez[- ]moi|s['’]il (?:vous|te) pla[iî]t|svp|"
    r"(?:je (?:voudrais|souhaiterais|veux)|j['’]aimerais) savoir)"
    rf"(?![\w-]){_PAUSE}|(?:bonjour(?: [àa] (?:tous|toutes|vous))?|bonsoir|salut|hello|coucou|ok|d['’]accord|"
    r"merci(?: beaucoup| bien| pour (?:tout|(?:votre|cette|la) r[ée]ponse))?(?! (?:de|d['’])\b))(?![\w-]))"
    r"[\s,;:.!–—]*)+",
    re.IGNORECASE,
)
_CLOSINGS = re.compile(
    r"[\s,;.!?–—-]*\b(?:merci(?: (?:beaucoup|bien|d['’]avance|par avance|de (?:votre|ta) (?:r[ée]ponse|aide)))*|"
    r"s['’]il (?:vous|te) pla[iî]t|svp|stp|cordialement|bien [àa] vous|bonne (?:journ[ée]e|soir[ée]e))"
    r"(?:[\s,;.!]*)$",
    re.IGNORECASE,
)


def core(question: str) -> str:
    """The question without what only links, greets or presses: "Par ailleurs, ...", "Bonjour, ...", "URGENT : ...".

    A connector has a meaning of its own to the index and would change what is found, and so have capitals; a message
    that holds nothing else stays as it is.
    """
    opened = _WRAPPERS.sub("", _lowered(question), count=1)
    closed = _CLOSINGS.sub(lambda match: " ?" if "?" in match.group() else "", opened).strip()
    return closed if len(words(closed)) > 0 else question


def _lowered(question: str) -> str:
    """The question in small letters where it was typed in capitals: those of "RGPD" among others stay."""
    letters = [char for char in question if char.isalpha()]
    capitals = sum(char.isupper() for char in letters)
    if len(question.split()) < _CAPITALS_WORDS or capitals < _CAPITALS * len(letters):
        return question
    return question.lower()


def leans_on_history(question: str) -> bool:
    """Whether a question says by its form that it continues the one before ("Et pour un mineur ?")."""
    return question.casefold().startswith(_OPENINGS)


def is_elliptic(question: str) -> bool:
    """Whether a question says too little to be understood alone: "Combien de temps ?", "Qui le fait ?"."""
    folded = fold(question).replace("’", "'")
    meaning = len(words(question))
    if meaning <= 1:
        return True
    return (meaning <= _ELLIPTIC_WORDS and bool(_ASKS.match(folded))) or (
        meaning <= _ELLIPTIC_WORDS + 1 and bool(_POINTS_BACK.search(folded))
    )
