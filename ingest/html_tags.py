"""Lists of tags beside the page's title ("Alerte", "Rançongiciel"): they class the page and are no text."""

import re
from itertools import islice

from bs4 import Tag
from bs4.element import NavigableString

from ingest.html_tables import is_block
from ingest.html_words import HEADING, brief, inside, removed, tokens

_TAGS = re.compile(
    r"(?:[\w-]*[-_])?(?:badge|tag|categor(?:y|ie)|thematique|theme|rubrique|etiquette|mot-cle)s?(?:[-_](?:group|list|liste|wrapper))?"
    r"|(?:[\w-]*[-_])?(?:categories|mots-cles)",
    re.IGNORECASE,
)
_LONGEST = 120
_LONGEST_TAG = 40
_MOST_TAGS = 12
_MOST_LISTS = 200
_NEAR = 8
_FEW = 60
_TEXT = frozenset(("p", "td", "th", "dt", "dd", "summary", "blockquote", "table", "pre"))
_SENTENCE = re.compile(r"[.!?:;…]\W*$|\d{4}")


def remove_tag_lists(main: Tag) -> None:
    """Take lists of tags that stand right below, or right above, the page's title out of the tree."""
    for node in list(main.find_all(_is_tags, limit=_MOST_LISTS)):
        if not removed(node) and _only_tags(node) and (_beside(node, before=True) or _beside(node, before=False)):
            node.decompose()


def _is_tags(node: Tag) -> bool:
    return any(_TAGS.fullmatch(name.rpartition("__")[2] or name) for name in tokens(node, "class"))


def _only_tags(node: Tag) -> bool:
    text = brief(node, _LONGEST, looked_at=_FEW)
    if not text or node.find(HEADING) is not None or inside(node, _TEXT):
        return False
    parts = [words for piece in node.find_all(string=True, limit=_MOST_TAGS + 1) if (words := " ".join(piece.split()))]
    if len(parts) > _MOST_TAGS or any(len(part) > _LONGEST_TAG or _SENTENCE.search(part) for part in parts):
        return False
    # A word marked as a tag in the middle of a line is part of it.
    around = (node.previous_sibling, node.next_sibling)
    return is_block(node) or not any(isinstance(piece, NavigableString) and piece.strip() for piece in around)


def _beside(node: Tag, *, before: bool) -> bool:
    """Whether the words right before (or after) an element are the title's (``h1``)."""
    if before:
        found = node.find_all_previous(string=True, limit=_FEW)
    else:
        last = node.find_all(string=True)[-1]
        found = last.find_all_next(string=True, limit=_FEW)
    words = next((piece for piece in found if piece.strip()), None)
    if words is None:
        return False
    return any(around.name == "h1" for around in islice(words.parents, _NEAR))
