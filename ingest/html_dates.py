"""When a page was published and last changed, by what it says of itself; dates of other pages, and dates in its
sentences, are not its own."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from bs4 import BeautifulSoup, Tag
from bs4.element import PreformattedString

from ingest.dates import full_date, published_date, updated_date
from ingest.fields import partial_date
from ingest.html_linked_data import LinkedData
from ingest.html_words import brief, tokens

_HINT = re.compile(r"jour|publi|modifi|actualis|vérifi|version|ligne|vigueur|révis|rédig|paru|posté", re.IGNORECASE)
_LONGEST = 160
_MAX_HINTS = 500
_UP = 3
_MODIFIED = ("article:modified_time", "og:updated_time", "dcterms.modified", "dc.date.modified", "last-modified")
_PUBLISHED = ("article:published_time", "dcterms.created", "dcterms.issued", "dc.date.created", "dc.date", "date")
_TEASER = re.compile(
    r"(?:fr-)?(?:card|tile)|teaser|related[\w-]*|slick[\w-]*|swiper[\w-]*|carousel[\w-]*|widget|node--view-mode-teaser"
    r"|views?-row|(?:a-)?lire-aussi|comment",
    re.IGNORECASE,
)
_DATED = re.compile(
    r"(?:[\w-]*[-_])?(?:date|datetime|created|published|publication)(?:[-_](?:time|publi\w*))?", re.IGNORECASE
)
_CHANGED = re.compile(r"(?:[\w-]*[-_])?(?:updated|modified|changed|maj|mise-a-jour)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class PageDates:
    """Dates as YYYY-MM-DD, None where the page gives none."""

    updated: str | None = None
    published: str | None = None

    @property
    def best(self) -> str | None:
        """The date of the text: its last change, else its publication."""
        return self.updated or self.published


def page_dates(soup: BeautifulSoup, linked: LinkedData) -> PageDates:
    """The dates of a page, read before its menus are removed: what it declares before what it shows."""
    lines = list(_lines(soup))
    marked = list(_marked(soup))
    return PageDates(
        updated=_first(
            (_meta(soup, name) for name in _MODIFIED),
            (linked.text("dateModified"),),
            (updated_date(line) for line in lines),
            (date for date, changed in marked if changed),
        ),
        published=_first(
            (_meta(soup, name) for name in _PUBLISHED),
            (linked.text("datePublished"),),
            (published_date(line) for line in lines),
            (date for date, changed in marked if not changed),
        ),
    )


def _first(*groups: Iterator[str | None] | tuple[str | None, ...]) -> str | None:
    for group in groups:
        for value in group:
            if (found := partial_date(value)) is not None and len(found) == len("2025-01-31"):
                return found
    return None


def _meta(soup: BeautifulSoup, name: str) -> str | None:
    exact = re.compile(f"^{re.escape(name)}$", re.IGNORECASE)
    node = soup.find("meta", attrs={"property": exact}) or soup.find("meta", attrs={"name": exact})
    content = str(node.get("content") or "") if isinstance(node, Tag) else ""
    return partial_date(content) or full_date(content[:_LONGEST])


def _lines(soup: BeautifulSoup) -> Iterator[str]:
    """Short texts that date the page ("Mis à jour le" and its date may stand in two elements)."""
    is_teaser = _teaser_test(soup)
    hints = (text for text in soup.find_all(string=_HINT) if not isinstance(text, PreformattedString))
    for _, text in zip(range(_MAX_HINTS), hints, strict=False):
        node = text.parent
        if node is None or len(text) > 2 * _LONGEST or is_teaser(node):
            continue
        for _ in range(_UP):
            line = brief(node, _LONGEST)
            if line is None:
                break
            if updated_date(line) or published_date(line):
                yield line
                break
            if node.parent is None:
                break
            node = node.parent


def _marked(soup: BeautifulSoup) -> Iterator[tuple[str | None, bool]]:
    """``(date, whether it is that of a change)`` of elements made to hold the page's date."""
    is_teaser = _teaser_test(soup)
    for node in soup.find_all(_holds_date, limit=_MAX_HINTS):
        if is_teaser(node):
            continue
        names = [*tokens(node, "class"), *tokens(node, "itemprop")]
        text = brief(node, _LONGEST) or ""
        changed = any(_CHANGED.fullmatch(name) for name in names) or "dateModified" in names or bool(updated_date(text))
        stated = str(node.get("datetime") or node.get("content") or "")
        yield partial_date(stated) or full_date(text), changed


def _holds_date(tag: Tag) -> bool:
    if tag.name == "time":
        return True
    if tag.get("itemprop") in {"datePublished", "dateModified"}:
        return True
    return any(_DATED.fullmatch(name) or _CHANGED.fullmatch(name) for name in tokens(tag, "class"))


def _teaser_test(soup: BeautifulSoup) -> Callable[[Tag], bool]:
    """A test of whether an element belongs to the teaser of another page."""
    title = soup.find("h1")
    own = {id(node) for node in title.parents} if title is not None else set()

    def is_teaser(node: Tag) -> bool:
        for around in (node, *node.parents):
            if id(around) in own:
                return False
            if around.name in {"a", "nav", "aside"} or (around.name == "article" and title is not None):
                return True
            if any(_TEASER.fullmatch(name) for name in tokens(around, "class")):
                return True
        return False

    return is_teaser
