"""Words, attribute tokens and sizes of HTML elements."""

import re
from collections.abc import Container
from dataclasses import dataclass

from bs4 import Tag
from bs4.element import NavigableString, PreformattedString

HEADING = re.compile(r"h[1-6]")
"""The name of a heading element."""


def words(node: Tag) -> str:
    """The text below a node, white space folded."""
    return " ".join(node.get_text(" ").split())


def brief(node: Tag, limit: int, *, looked_at: int = 2_000) -> str | None:
    """The text below a node as :func:`words` gives it; None when it is longer than ``limit`` characters.

    Elements in elements, each asked for its text, must not cost the square of the page: at most ``looked_at``
    nodes are visited, and a node with more below it counts as long.
    """
    parts: list[str] = []
    size = 0
    for number, child in enumerate(node.descendants):
        if number >= looked_at:
            return None
        if isinstance(child, NavigableString) and not isinstance(child, PreformattedString):
            parts.extend(child.split())
            size = sum(map(len, parts)) + len(parts) - 1 if len(parts) < limit else limit + 1
            if size > limit:
                return None
    return " ".join(parts)


def inside(node: Tag, names: Container[str]) -> bool:
    """Whether an element stands in another of one of these names."""
    return any(around.name in names for around in node.parents)


def removed(node: Tag) -> bool:
    """Whether an element was taken out of its tree, with one around it or by itself.

    BeautifulSoup's own ``decomposed`` searches the whole subtree of an element that was not.
    """
    return "_decomposed" in vars(node)


def tokens(node: Tag, attribute: str) -> list[str]:
    """The words of an attribute such as ``class``."""
    value = node.get(attribute)
    return value.split() if isinstance(value, str) else list(value or ())


@dataclass(slots=True)
class Measure:
    """What stands below an element: characters of text, of them in links; links, of them into the page; items of lists;
    main parts, articles and titles (``h1``)."""

    text: int = 0
    linked: int = 0
    links: int = 0
    local: int = 0
    items: int = 0
    mains: int = 0
    articles: int = 0
    titles: int = 0


class Measures:
    """The measures of all elements of a tree, taken in one pass; nodes removed since still count."""

    def __init__(self, root: Tag) -> None:
        self._root = root
        self._found: dict[int, Measure] = {id(root): Measure()}
        nodes = list(root.descendants)
        # Backwards, so that an element comes after all that stands below it.
        for node in reversed(nodes):
            around = self._found.setdefault(id(node.parent), Measure())
            if isinstance(node, Tag):
                self._add(node, self._found.setdefault(id(node), Measure()), around)
            elif isinstance(node, NavigableString) and not isinstance(node, PreformattedString):
                around.text += len("".join(node.split()))

    @staticmethod
    def _add(node: Tag, own: Measure, around: Measure) -> None:
        if node.name == "a":
            own.linked = own.text
            own.links += 1
            own.local += str(node.get("href") or "").startswith("#")
        around.text += own.text
        around.linked += own.linked
        around.links += own.links
        around.local += own.local
        around.items += own.items + (node.name == "li")
        around.mains += own.mains + (node.name == "main" or node.get("role") == "main")
        around.articles += own.articles + (node.name == "article")
        around.titles += own.titles + (node.name == "h1")

    @property
    def total(self) -> int:
        """Characters of the whole tree."""
        return self._found[id(self._root)].text

    def holds_page(self, node: Tag) -> bool:
        """Whether the page's own text is in this element: its main part, its one article, its only title."""
        own, whole = self.of(node), self._found[id(self._root)]
        if own.mains or own.text > 0.5 * whole.text:
            return True
        return (not whole.mains and own.articles == whole.articles == 1) or 0 < own.titles == whole.titles

    def of(self, node: Tag) -> Measure:
        """The measure of an element of the tree."""
        return self._found.get(id(node)) or Measure()
