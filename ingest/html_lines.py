"""Where the texts of a page stand: on which line, and how far from the title and the end of the main part."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString, PageElement, PreformattedString

from ingest.html_words import brief, tokens

_HEAD = 600
"""Characters between the title and a line beside it; a summary may stand between them."""
_END = 400
_MAX_SIBLINGS = 50
_MAX_PIECES = 200
_LOOKED_AT = 2_000
"""Nodes looked at for one line, all its pieces together."""
_SET_APART = frozenset(("span", "time", "small"))
_MARKED_UP = frozenset(
    ("a", "abbr", "b", "bdi", "bdo", "cite", "code", "data", "em", "font", "i", "ins", "kbd", "label")
)
_INLINE = _SET_APART | _MARKED_UP | frozenset(("mark", "q", "s", "strong", "sub", "sup", "u"))
_ELSEWHERE = frozenset(
    ("a", "li", "nav", "aside", "blockquote", "figure", "caption", "pre", "code", "q", "cite", "option")
)
_UNSEEN = frozenset(("script", "style", "template", "noscript", "head", "nav", "footer", "aside"))
_TEASER = re.compile(
    r"(?:fr-)?(?:card|tile)|teaser|related[\w-]*|slick[\w-]*|swiper[\w-]*|carousel[\w-]*|widget|node--view-mode-teaser"
    r"|views?-row|(?:a-)?lire-aussi|comment",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class WrittenLine:
    """A line as read; in ``apart``, elements that a style may set apart are: "Publié le 3 mars | 5 minutes"."""

    plain: str
    apart: str


def written_line(node: PageElement, limit: int) -> WrittenLine | None:
    """The line on which a text or an element stands; None when it is longer than ``limit`` characters.

    Of an element that is a block, all its text; else what stands beside it between line breaks and blocks.
    """
    if isinstance(node, Tag) and node.name not in _INLINE:
        pieces = list(_pieces(node.children))
    else:
        while node.parent is not None and node.parent.name in _INLINE:
            node = node.parent
        before = list(_beside(node.previous_siblings))
        pieces = list(_pieces([*reversed(before), node, *_beside(node.next_siblings)]))
    if len(pieces) > _MAX_PIECES:
        return None
    plain, apart = "", ""
    was_apart = False
    for piece, is_apart in pieces:
        text = _text(piece, limit, looked_at=_LOOKED_AT // len(pieces))
        if text is None or len(plain) > limit:
            return None
        if text:
            apart += (" | " if is_apart and was_apart else " ") + text
            plain += " " + text
            was_apart = is_apart
    return None if len(plain) > limit + 1 else WrittenLine(plain.strip(), apart.strip())


def _pieces(nodes: Iterable[PageElement]) -> Iterator[tuple[PageElement, bool]]:
    """Nodes, and whether each is set apart; of one element alone, what stands in it."""
    inner = list(nodes)
    for _ in range(_MAX_SIBLINGS):
        filled = [node for node in inner if isinstance(node, Tag) or str(node).strip()]
        if len(filled) != 1 or not isinstance(filled[0], Tag):
            break
        inner = list(filled[0].children)
    return ((node, isinstance(node, Tag) and (node.name in _SET_APART or node.name not in _INLINE)) for node in inner)


def _beside(siblings: Iterator[PageElement]) -> Iterator[PageElement]:
    for _, node in zip(range(_MAX_SIBLINGS), siblings, strict=False):
        if isinstance(node, Tag) and node.name not in _INLINE:
            return
        yield node


def _text(node: PageElement, limit: int, *, looked_at: int) -> str | None:
    if isinstance(node, Tag):
        return brief(node, limit, looked_at=looked_at)
    return "" if isinstance(node, PreformattedString) else " ".join(str(node).split())


class Places:
    """How far the nodes of a page are from its title (else from its start) and from the end of its main part."""

    def __init__(self, soup: BeautifulSoup) -> None:
        title = soup.find("h1")
        self._own = {id(node) for node in title.parents} if title is not None else set()
        self._titled = title is not None
        main = title.find_parent(_is_main) if title is not None else soup.find(_is_main)
        self._offsets: dict[int, int] = {}
        self._last = self._measure(soup, main)
        self._title = self._offsets.get(id(title), 0)

    def _measure(self, soup: BeautifulSoup, main: Tag | None) -> int:
        """Note the characters before each node; those before the end of the main part."""
        unseen: set[int] = set()
        count = last = 0
        inside = {id(main)}
        for node in soup.descendants:
            if id(node.parent) in unseen or (isinstance(node, Tag) and node.name in _UNSEEN):
                unseen.add(id(node))
                continue
            self._offsets[id(node)] = count
            if isinstance(node, NavigableString) and not isinstance(node, PreformattedString):
                count += len("".join(node.split()))
            if id(node.parent) in inside:
                inside.add(id(node))
                last = count
        return count if main is None else last

    def at_head(self, node: PageElement) -> bool:
        """Whether a node stands beside the title."""
        place = self._offsets.get(id(node))
        return place is not None and abs(place - self._title) <= _HEAD

    def at_end(self, node: PageElement) -> bool:
        """Whether a node is among the last lines of the main part."""
        place = self._offsets.get(id(node))
        return place is not None and 0 <= self._last - place <= _END

    def of_page(self, node: Tag) -> bool:
        """Whether an element may speak of the page: it is in no list, link, quotation, menu or teaser of another."""
        for around in (node, *node.parents):
            if id(around) in self._own:
                return True
            if around.name in _ELSEWHERE or (around.name == "article" and self._titled):
                return False
            if any(_TEASER.fullmatch(name) for name in tokens(around, "class")):
                return False
        return True


def _is_main(tag: Tag) -> bool:
    return tag.name in {"main", "article"} or tag.get("role") == "main"
