"""Text of HTML elements in one line, and tables as rows of it."""

import re
from collections import deque
from collections.abc import Collection, Iterator

from bs4.element import NavigableString, PreformattedString, Tag

from ingest.html_words import HEADING, words
from ingest.text import clean

_BLOCK = re.compile(
    "address|article|aside|blockquote|body|caption|center|dd|details|dir|div|dl|dt|fieldset|figcaption|figure|footer|form"
    "|h[1-6]|header|hgroup|hr|html|legend|li|main|menu|ol|p|pre|section|summary|table|tbody|td|tfoot|th|thead|tr|ul"
)
MAX_DEPTH = 200
"""Elements nested deeper than this are read as flat text: no real page is, and recursion has a bottom."""

_LONGEST_REPEATED = 300
"""A longer cell that spans rows is a text of its own, and is not repeated."""
_MAX_COLUMNS = 40


def is_block(node: Tag) -> bool:
    """Whether an element stands on lines of its own."""
    return _BLOCK.fullmatch(node.name) is not None


def pieces(node: Tag, stop: Collection[str] = (), depth: int = 0) -> Iterator[str | Tag]:
    """The text below ``node`` in order, a space at each border of a block; elements named in ``stop`` as they are."""
    if depth > MAX_DEPTH:
        yield words(node)
        return
    for child in node.children:
        if isinstance(child, NavigableString):
            # Comments, doctypes and processing instructions are strings too.
            if not isinstance(child, PreformattedString):
                yield str(child)
        elif isinstance(child, Tag):
            if child.name in stop:
                yield child
            elif child.name == "br" or is_block(child):
                yield " "
                yield from pieces(child, stop, depth + 1)
                yield " "
            elif (text := replaced_text(child)) is not None:
                yield text
            else:
                yield from pieces(child, stop, depth + 1)


def replaced_text(node: Tag) -> str | None:
    """Text that stands for an inline element: nothing for the call of a footnote, the label of a component."""
    if node.name == "sup" and node.find("a", href=re.compile("^#")) is not None:
        return ""
    # Components of ANSSI's page sources keep the text of a link in an attribute.
    if "-" in node.name and node.get("libelle") and node.find(True) is None and not words(node):
        return str(node["libelle"])
    return None


def flat_text(node: Tag) -> str:
    """All the text below ``node`` as one clean line."""
    return clean("".join(piece for piece in pieces(node) if isinstance(piece, str)))


def table_rows(table: Tag) -> list[str] | None:
    """The rows of a table of data, cells separated by " | "; None for a table that only lays out the page.

    A cell that spans several rows is repeated in each of them, so that a row can be understood alone.
    """
    # Tables in tables are asked first: their rows would be gathered once for each table around them.
    if table.find(["table", HEADING]) is not None or str(table.get("role")) in {"presentation", "none"}:
        return None
    rows = table.find_all("tr")
    cells = [[cell for cell in row.find_all(["td", "th"]) if cell.find_parent("tr") is row] for row in rows]
    filled = max((sum(bool(words(cell)) for cell in row) for row in cells), default=0)
    if filled <= 1:
        return None
    found: list[str] = []
    carried: dict[int, tuple[int, str]] = {}
    for row in cells:
        texts, following, left = list[str](), dict[int, tuple[int, str]](), deque(row)
        while left or len(texts) in carried:
            column = len(texts)
            if column in carried:
                span, text = carried[column]
            else:
                cell = left.popleft()
                span, text = min(whole(cell.get("rowspan"), 1), len(rows)), flat_text(cell)
            texts.append(text)
            if span > 1 and len(text) <= _LONGEST_REPEATED and column < _MAX_COLUMNS:
                following[column] = (span - 1, text)
        carried = following
        if any(texts):
            found.append(" | ".join(texts))
    return found


def whole(value: object, default: int) -> int:
    """The number that an attribute holds, else ``default``."""
    text = str(value or "").strip()
    return int(text) if re.fullmatch(r"-?[0-9]{1,6}", text) else default
