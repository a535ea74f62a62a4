"""Where a page stands: the pages above it (breadcrumb), and the files that it gives (attachments)."""

import contextlib
import re
from collections.abc import Iterator
from urllib.parse import urljoin, urlsplit

from bs4 import BeautifulSoup, Tag

from ingest.fields import web_address
from ingest.html_linked_data import LinkedData
from ingest.html_words import brief, tokens
from ingest.text import clean

_TRAIL = re.compile(r"(?:[\w-]*[-_])?(?:breadcrumbs?|ariane|fil-?d-?ariane)(?:[-_]\w+)*", re.IGNORECASE)
_TRAIL_LABEL = re.compile(r"breadcrumb|fil d.ariane|vous êtes ici", re.IGNORECASE)
_HERE = re.compile(r"(?:vous êtes ici|fil d.ariane|voir le fil d.ariane)\W*", re.IGNORECASE)
_SEPARATORS = re.compile(r"\s*[>›»/|]\s*|\s+[-–—]\s+")
_HOME = re.compile(r"(?:accueil|page d.accueil|home|retour à l.accueil)(?:\W.*)?", re.IGNORECASE)
_FILE = re.compile(r"\.pdf", re.IGNORECASE)
_OUTSIDE = frozenset(("nav", "footer"))
_LONGEST = 120
_MAX_LEVELS = 10
_MAX_STEPS = 20
_MAX_FILES = 50


def breadcrumb(soup: BeautifulSoup, linked: LinkedData, *, title: str | None, site: str | None) -> tuple[str, ...]:
    """Names of the pages above this one, from the outermost; the home page and the page itself left out."""
    names = next((found for found in (_shown(soup), _declared(linked)) if found), [])
    known = {_plain(title or ""), _plain(site or "")}
    kept = [name for name in names if not _HOME.fullmatch(name) and _plain(name) not in known]
    return tuple(dict.fromkeys(kept))[:_MAX_LEVELS]


def _shown(soup: BeautifulSoup) -> list[str]:
    for node in soup.find_all(_is_trail, limit=5):
        items = node.find_all("li", limit=_MAX_STEPS) or node.find_all(["a", "span"], limit=_MAX_STEPS)
        texts = [text for item in items if (text := brief(item, _LONGEST))]
        # A trail written as one line: its last step is no link.
        line = brief(node, 4 * _LONGEST)
        if line is not None and not node.find("li"):
            texts = _SEPARATORS.split(_HERE.sub("", line))
        names = [clean(name) for name in texts if name and not _HERE.fullmatch(name)]
        names = [name for name in names if name and any(char.isalnum() for char in name)]
        if names:
            return names
    return []


def _is_trail(tag: Tag) -> bool:
    if any(_TRAIL.fullmatch(name) for name in (*tokens(tag, "class"), str(tag.get("id") or ""))):
        return True
    if tag.name == "nav" and _TRAIL_LABEL.search(str(tag.get("aria-label") or "")):
        return True
    return "BreadcrumbList" in f"{tag.get('itemtype')} {tag.get('typeof')}"


def _declared(linked: LinkedData) -> list[str]:
    for trail in linked.of_type("BreadcrumbList"):
        found: list[str] = []
        for step in trail.get("itemListElement") or ():
            inner = step.get("item") if isinstance(step, dict) else None
            name = step.get("name") if isinstance(step, dict) else None
            name = name or (inner.get("name") if isinstance(inner, dict) else None)
            if isinstance(name, str) and 0 < len(name) <= _LONGEST:
                found.append(clean(name))
        if found:
            return found
    return []


def _plain(text: str) -> str:
    return re.sub(r"[\W_]+", "", text).casefold()


def attachments(soup: BeautifulSoup, *, url: str | None) -> tuple[str, ...]:
    """Absolute addresses of the PDF files that the page links to outside of its menus and its footer, in order.

    A relative address of a page whose own address is unknown leads nowhere and is left out.
    """
    return tuple(dict.fromkeys(_files(soup, url)))[:_MAX_FILES]


def _files(soup: BeautifulSoup, url: str | None) -> Iterator[str]:
    base = soup.find("base", href=True)
    root = url or ""
    if isinstance(base, Tag):
        with contextlib.suppress(ValueError):  # an address such as "http://[": not one
            root = urljoin(root, str(base["href"]))
    for link in soup.find_all("a", href=_FILE, limit=20 * _MAX_FILES):
        try:
            address = web_address(urljoin(root, str(link["href"]).strip().replace(" ", "%20")))
            is_file = address is not None and urlsplit(address).path.lower().endswith(".pdf")
        except ValueError:
            continue  # an address such as "http://[": not one
        if address is not None and is_file and not any(_is_outside(node) for node in link.parents):
            yield address.partition("#")[0]


def _is_outside(node: Tag) -> bool:
    return node.name in _OUTSIDE or node.get("role") in {"banner", "contentinfo", "navigation"}
