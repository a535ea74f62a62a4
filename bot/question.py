"""Making a question safe to work with: invisible characters out, white space folded, length checked."""

import unicodedata
from collections.abc import Sequence

from bot.errors import BadQuestion
from bot.model import Turn
from index.tokens import words
from ingest.text import clean

MAX_CHARS = 1_000
FOLLOW_UP_WORDS = 4
"""A question of at most this many meaningful words leans on the one before."""

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


def in_context(question: str, history: Sequence[Turn]) -> str:
    """The question as it is searched: a short follow-up is completed with the question before it."""
    if not history:
        return question
    lowered = question.casefold()
    short = len(words(question)) <= FOLLOW_UP_WORDS
    if short or lowered.startswith(_OPENINGS):
        return f"{history[-1].question} {question}"
    return question
