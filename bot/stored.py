"""Questions that the corpus holds word for word: a digest's heading or one of its stored questions."""

import re

from index.tokens import fold
from ingest.model import Passage

_WORD = re.compile(r"\w+")


def bare(question: str) -> str:
    """The words of a question alone, without accents, case or marks."""
    return " ".join(_WORD.findall(fold(question)))


def stores(passage: Passage, question: str) -> bool:
    """Whether a passage answers this very question: those who wrote it said so.

    Only where questions were written for the passage: the headings of other texts promise less.
    """
    if not passage.questions:
        return False
    asked = bare(question)
    return any(bare(known) == asked for known in (*passage.path[-1:], *passage.questions))
