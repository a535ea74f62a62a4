"""When a page was published and last changed, by what it says of itself; dates of other pages, and dates in its
sentences, are not its own."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bs4 import BeautifulSoup, Tag
from bs4.element import PreformattedString

from ingest.date_lines import STATED, is_date_line
from ingest.dates import full_date, published_date, updated_date
from ingest.fields import partial_date
from ingest.html_lines import Places, written_line
from ingest.html_linked_data import LinkedData
from ingest.html_words import brief, tokens

_HINT = re.compile(r"jour|publi|modifi|actualis|vérifi|version|ligne|vigueur|révis|rédig|paru|posté", re.IGNORECASE)
_LONGEST = 160
_MAX_HINTS = 500
_UP = 3
# In a table, only what names itself a date of the page's versions, as in the notices of the CERT-FR.
_ROW = re.compile(r"dates?\s+d|derni[èe]re|premi[èe]re", re.IGNORECASE)
_MODIFIED = ("article:modified_time", "og:updated_time", "dcterms.modified", "dc.date.modified", "last-modified")
_PUBLISHED = ("article:published_time", "dcterms.created", "dcterms.issued", "dc.date.created", "dc.date", "date")
_DATED = re.compile(
    r"(?!(?:[\w-]*[-_])?(?:event|agenda|evenement|start|end|debut|fin)[-_])(?:[\w-]*[-_])?(?:date|datetime|created|published|publication)(?:[-_](?:time|publi\w*))?",
    re.IGNORECASE,
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


def page_dates(soup: BeautifulSoup, linked: LinkedData, *, latest: str | None = None) -> PageDates:
    """The dates of a page, read before its menus are removed: what it declares before what it shows.

    ``latest``: the last day, as YYYY-MM-DD, that is believed; a later one is that of an event or of a law. A change
    before the publication is that of something else.
    """
    places = Places(soup)
    lines = list(_lines(soup, places))
    marked = list(_marked(soup, places))
    published = _first(
        latest,
        (_meta(soup, name) for name in _PUBLISHED),
        (linked.text("datePublished"),),
        (published_date(line) for line in lines),
        (date for date, changed in marked if not changed),
    )
    updated = _first(
        latest,
        (_meta(soup, name) for name in _MODIFIED),
        (linked.text("dateModified"),),
        (updated_date(line) for line in lines),
        (date for date, changed in marked if changed),
        earliest=published,
    )
    return PageDates(updated, published)


def _first(
    latest: str | None, *groups: Iterator[str | None] | tuple[str | None, ...], earliest: str | None = None
) -> str | None:
    for group in groups:
        for value in group:
            found = partial_date(value)
            if found is None or len(found) != len("2025-01-31"):
                continue
            if (latest is None or found <= latest) and (earliest is None or found >= earliest):
                return found
    return None


def _meta(soup: BeautifulSoup, name: str) -> str | None:
    exact = re.compile(f"^{re.escape(name)}$", re.IGNORECASE)
    node = soup.find("meta", attrs={"property": exact}) or soup.find("meta", attrs={"name": exact})
    content = str(node.get("content") or "") if isinstance(node, Tag) else ""
    return partial_date(content) or full_date(content[:_LONGEST])


def _lines(soup: BeautifulSoup, places: Places) -> Iterator[str]:
    """Lines that date the page, at the head or the end of its text ("Mis à jour le" and its date may stand apart)."""
    hints = (text for text in soup.find_all(string=_HINT) if not isinstance(text, PreformattedString))
    for _, text in zip(range(_MAX_HINTS), hints, strict=False):
        node = text.parent
        if node is None or len(text) > _LONGEST or not places.of_page(node):
            continue
        if not (places.at_head(text) or places.at_end(text)):
            continue
        shown = written_line(text, _LONGEST)
        for _ in range(_UP):
            if shown is None or full_date(shown.plain) or node.parent is None:
                break
            node = node.parent
            shown = written_line(node, _LONGEST)
        if shown is None or not is_date_line(shown.apart):
            continue
        row = text.find_parent("tr")
        # A longer row lays the page out.
        cells = brief(row, _LONGEST) if row is not None else None
        if cells is not None and not _ROW.match(cells):
            continue
        if updated_date(shown.plain) or published_date(shown.plain):
            yield shown.plain


def _marked(soup: BeautifulSoup, places: Places) -> Iterator[tuple[str | None, bool]]:
    """``(date, whether it is that of a change)`` of elements made to hold the page's date, at the head of its text."""
    for node in soup.find_all(_holds_date, limit=_MAX_HINTS):
        text = brief(node, _LONGEST)
        if text is None or not places.of_page(node):
            continue
        names = [*tokens(node, "class"), *tokens(node, "itemprop")]
        stated = partial_date(str(node.get("datetime") or node.get("content") or ""))
        if text and not (places.at_head(node) and _stands_alone(node, text, stated)):
            continue
        changed = any(_CHANGED.fullmatch(name) for name in names) or "dateModified" in names or bool(updated_date(text))
        yield stated or full_date(text), changed


def _stands_alone(node: Tag, text: str, stated: str | None) -> bool:
    """Whether nothing but dates and their labels is on the line of an element."""
    shown = written_line(node, _LONGEST)
    if shown is None:
        return False
    known = stated is not None and full_date(text) is None
    return is_date_line(shown.apart.replace(text, STATED, 1) if known else shown.apart)


def _holds_date(tag: Tag) -> bool:
    if tag.name == "time":
        return True
    if tag.get("itemprop") in {"datePublished", "dateModified"}:
        return True
    return any(_DATED.fullmatch(name) or _CHANGED.fullmatch(name) for name in tokens(tag, "class"))
