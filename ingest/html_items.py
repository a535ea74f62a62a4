"""Items of HTML lists, and questions of FAQ and accordions."""

import re
from collections.abc import Iterator

from bs4.element import Tag

from ingest.html_content import is_opener, words
from ingest.html_tables import pieces

LISTS = frozenset(("ul", "ol", "menu", "dir"))
MARK = re.compile(r"(?:[*•·▪◦‣➢✓–-]|\uf0b7|\uf0a7)[ \u00a0]+(?=\S)")
"""A bullet that is typed in the text, the white space after it included."""
_QUESTION = re.compile(
    r"(?:[\w-]*[-_])?(?:faq|accordion|accordeon|question)(?:[-_]+(?:title|titre|question|header|heading|trigger|btn))+"
)


def item_runs(item: Tag | None, whole_item: Tag) -> Iterator[tuple[str, Tag | None]]:
    """``(text, list or table that follows it)`` in an item; all its text at once when it is nested too deep."""
    parts: list[str] = []
    if item is None:
        parts.append(words(whole_item))
    else:
        for piece in pieces(item, LISTS | {"table"}):
            if isinstance(piece, str):
                parts.append(piece)
            else:
                yield "".join(parts), piece
                parts = []
    yield "".join(parts), None


def without_mark(text: str) -> str:
    mark = MARK.match(text)
    return text[mark.end() :] if mark else text


def is_question(node: Tag) -> bool:
    """Whether an element is the question of a FAQ or the title of a part that opens."""
    if node.name in {"dt", "summary"}:
        return True
    if node.name == "button":
        return is_opener(node)
    if str(node.get("itemprop")) == "name" and node.find_parent(itemtype=re.compile("Question$")):
        return True
    tokens = node.get("class") or ()
    return any(_QUESTION.fullmatch(str(token)) for token in tokens) and len(words(node)) <= 300


def item_marker(node: Tag, number: int) -> str:
    if node.name != "ol":
        return "- "
    if str(node.get("type")) in {"a", "A"} and 1 <= number <= 26:
        return f"{chr(ord(str(node['type'])) + number - 1)}. "
    return f"{number}. "
