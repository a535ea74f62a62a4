"""Two things that people write in a chat and that no text answers: a greeting alone, and the wish for a human.

Read on folded text. Both must be the whole message: "je viens de parler à un technicien" tells of something that
happened, "puis-je parler à une personne de confiance du patient ?" is a question.
"""

import re

from index.tokens import fold

_MAX = 200
_POLITE = r"(?:(?:bonjour|bonsoir|salut|non|merci|madame|monsieur|s'il vous plait|svp|stp|mais|alors)[ ,.!]*)*"
_WISH = (
    r"(?:(?:je (?:veux|voudrais|souhaite(?:rais)?|prefere(?:rais)?|desire|peux)|j'aimerais(?: bien)?|puis-je|peut-on"
    r"|on peut|est-ce que je peux|est-il possible de|possible de|est-ce possible de|comment|pouvez-vous) )?"
)
_WHOM = (
    r"(?:(?:un|une|quelqu'un|votre|vos|le|la|les|des) |l')?(?:vrai |vraie )?"
    r"(?:etre humain|humain|conseill\w+|agente?|technicien(?:ne)?|operat(?:eur|rice)|interlocut(?:eur|rice)|support"
    r"|assistance|personne|quelqu'un)"
)
_MORE = (
    r"(?: (?:humaine?|reelle?|physique|maintenant|directement|au telephone|par telephone|du support|de l'assistance"
    r"|de chez vous|de votre equipe|a la place|s'il vous plait|svp|merci))*[ .!?,]*"
)
_HUMAN = re.compile(
    rf"{_POLITE}(?:{_WISH}(?:parler|discuter|echanger) (?:a|avec) {_WHOM}|passez[- ]moi {_WHOM}"
    rf"|(?:mettez[- ]moi|(?:pouvez-vous )?me mettre) en (?:relation|contact) avec {_WHOM}"
    rf"|(?:un |une )?(?:vrai |vraie )?(?:humain|conseill\w+|vraie personne|personne reelle)){_MORE}"
)
_GREETING = re.compile(
    r"(?:(?:bonjour|bonsoir|salut|hello|coucou|hey|allo|madame|monsieur|docteur|a tous|merci(?: beaucoup| bien)?|ok"
    r"|d'accord|il y a quelqu'un|vous etes la)[ ,.!?]*)+"
)


def asks_for_human(text: str) -> bool:
    """Whether the message asks for a human, and for nothing else."""
    plain = _plain(text)
    return len(plain) <= _MAX and _HUMAN.fullmatch(plain) is not None


def only_greets(text: str) -> bool:
    """Whether the message greets or thanks, and nothing else: the question will follow."""
    plain = _plain(text)
    return len(plain) <= _MAX and _GREETING.fullmatch(plain) is not None


def _plain(text: str) -> str:
    return " ".join(fold(text[: 2 * _MAX]).replace("’", "'").split())
