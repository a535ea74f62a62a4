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
