"""Items of HTML lists."""

import re
from collections.abc import Iterator

from bs4.element import Tag

from ingest.html_tables import pieces
from ingest.html_words import words

LISTS = frozenset(("ul", "ol", "menu", "dir"))
MARK = re.compile(r"(?:[*•·▪◦‣➢✓–-]|\uf0b7|\uf0a7)[ \u00a0]+(?=\S)")
"""A bullet that is typed in the text, the white space after it included."""


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


def item_marker(node: Tag, number: int) -> str:
    if node.name != "ol":
        return "- "
    if str(node.get("type")) in {"a", "A"} and 1 <= number <= 26:
        return f"{chr(ord(str(node['type'])) + number - 1)}. "
    return f"{number}. "
