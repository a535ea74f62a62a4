"""What reads as a heading, whatever the markup says; shared by the parsers."""

import re

LONGEST_SENTENCE = 160
"""A "heading" longer than this that ends with a full stop is a paragraph in large type."""
_LONGEST_BOLD = 110
_LONGEST_LABEL = 40
_SENTENCE_END = re.compile(r"[.;,…][»\")\]\u00a0 ]*$")
_LABEL_END = re.compile(r"[\u00a0\u202f ]*:$")


def is_paragraph(text: str) -> bool:
    """Whether text marked up as a heading is really a paragraph: it must stay quotable."""
    return len(text) > LONGEST_SENTENCE and _SENTENCE_END.search(text) is not None


def is_bold_heading(text: str) -> bool:
    """Whether a line wholly in bold serves as a heading: short, and no sentence of its own.

    A line that ends with a colon leads in to what follows, unless it is a mere label ("En savoir plus :").
    """
    if not 2 < len(text) <= _LONGEST_BOLD or not any(char.isalpha() for char in text):
        return False
    if _LABEL_END.search(text):
        return len(text) <= _LONGEST_LABEL
    return _SENTENCE_END.search(text) is None
