"""What a page shows to crawlers, read in one pass without building a tree: links, addresses, directives, scripts."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urljoin

from lxml import etree  # type: ignore[import-untyped]

from ingest.crawl.model import PRODUCT, Link

MAX_LINKS = 5_000
"""Different addresses kept; of four times as many links, repeated ones included."""
_MAX_ELEMENTS = 200_000
_MAX_TEXT = 300
_MAX_ADDRESS = 2_048
_SPACE = "".join(map(chr, range(0x21)))
# Dropped wherever they stand in an address (https://url.spec.whatwg.org/#concept-basic-url-parser).
_LINE_BREAKS = str.maketrans("", "", "\t\n\r")
_SILENT = frozenset(("script", "style", "template", "noscript", "title", "svg"))
_EMBEDDED = {"object": "data", "embed": "src", "iframe": "src"}
_NOT_FOLLOWED = frozenset(("nofollow", "ugc", "sponsored"))
# https://html.spec.whatwg.org/multipage/semantics.html#attr-meta-http-equiv-refresh
_REFRESH = re.compile(
    r"\s*(\d{1,6})[\d.]*\s*[;,\s]\s*(?:url\s*=\s*)?(?:\"([^\"]*)|'([^']*)|(.*))", re.IGNORECASE | re.DOTALL
)
_MAX_REFRESH_S = 10
_ROOTS = frozenset(("app", "root", "__next", "__nuxt", "___gatsby", "svelte"))


@dataclass(slots=True)
class PageSigns:
    """What was seen. Texts have their white space folded; addresses are absolute, as written."""

    links: list[Link] = field(default_factory=list)
    canonical: str | None = None
    robots: list[str] = field(default_factory=list)
    """``content`` of the meta elements named robots, or after us."""
    refresh: str | None = None
    """Target of a meta refresh of at most 10 seconds."""
    title: str = ""
    heading: str = ""
    """The first h1."""
    characters: int = 0
    """Of the text outside scripts, the whole page, menus included."""
    scripts: int = 0
    """Scripts loaded from elsewhere."""
    code: int = 0
    """Characters of the scripts that the page carries."""
    shell: bool = False
    """An element in which a known framework draws its page, or a text for browsers without JavaScript."""


def page_signs(text: str, url: str) -> PageSigns:
    """The signs of the page ``text``, which was fetched from ``url``."""
    parser = etree.HTMLParser(target=_Collector(url))
    parser.feed(text)
    signs: PageSigns = parser.close()
    return signs


class _Collector:
    """Target of the parser (https://lxml.de/parsing.html#the-target-parser-interface)."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._base: str | None = None
        self._signs = PageSigns()
        self._found: dict[str, Link] = {}
        self._pending: list[tuple[str, str, bool]] = []
        self._canonical = self._refresh = ""
        self._elements = 0
        self._silent: list[str] = []
        self._anchor: tuple[str, str, bool] | None = None
        # Texts being collected: of the title, the first h1, a link.
        self._title: list[str] | None = None
        self._heading: list[str] | None = None
        self._words: list[str] | None = None

    def start(self, tag: str, attributes: Mapping[str, str | None]) -> None:
        self._elements += 1
        if self._elements > _MAX_ELEMENTS:
            return
        values = {name: value or "" for name, value in attributes.items()}
        if tag == "a" or tag == "area":
            self._open_link(tag, values)
        elif tag == "link":
            self._relation(values)
        elif tag == "meta":
            self._meta(values)
        elif tag == "base":
            self._base = values.get("href") if self._base is None else self._base
        elif tag == "script":
            self._signs.scripts += bool(values.get("src"))
        elif tag == "title" and not self._silent and not self._signs.title:
            self._title = []
        elif tag == "h1" and not self._signs.heading:
            self._heading = []
        elif tag == "img" and self._words is not None:
            self._words.append(values.get("alt", ""))
        elif tag in _EMBEDDED and ".pdf" in values.get(_EMBEDDED[tag], "").lower():
            self._pending.append((values[_EMBEDDED[tag]], values.get("title", ""), False))
        if tag in _SILENT:
            self._silent.append("data" if "ld+json" in values.get("type", "") else tag)
        if values.get("id") in _ROOTS or tag == "app-root":
            self._signs.shell = True

    def end(self, tag: str) -> None:
        if tag in _SILENT and self._silent:
            self._silent.pop()
        if tag == "title" and self._title is not None:
            self._signs.title, self._title = _folded(self._title), None
        elif tag == "h1" and self._heading is not None:
            self._signs.heading, self._heading = _folded(self._heading), None
        elif tag == "a":
            self._close_link()

    def data(self, text: str) -> None:
        if self._silent:
            self._silent_data(text)
            return
        self._signs.characters += sum(map(len, text.split()))
        for collected in (self._heading, self._words):
            if collected is not None and len(collected) < _MAX_TEXT:
                collected.append(text)

    def close(self) -> PageSigns:
        self._close_link()
        base = self._absolute(self._base or "", self._url) or self._url
        for written, text, nofollow in self._pending[: 4 * MAX_LINKS]:
            target = self._absolute(written, base)
            page = (target or self._url).partition("#")[0]
            if target is None or page == self._url.partition("#")[0]:
                continue
            known = self._found.get(page)
            if known is not None:
                target, text, nofollow = known.url, known.text or text, known.nofollow and nofollow
            elif len(self._found) >= MAX_LINKS:
                break
            self._found[page] = Link(target, text, nofollow)
        self._signs.links = list(self._found.values())
        self._signs.canonical = self._absolute(self._canonical, base) if self._canonical else None
        refresh = self._absolute(self._refresh, base) if self._refresh else None
        self._signs.refresh = refresh if refresh != self._url else None
        return self._signs

    def _open_link(self, tag: str, values: dict[str, str]) -> None:
        self._close_link()
        href = values.get("href", "").strip(_SPACE)
        if not href or href.startswith("#") or len(href) > _MAX_ADDRESS:
            return
        nofollow = not _NOT_FOLLOWED.isdisjoint(values.get("rel", "").lower().split())
        label = values.get("aria-label") or values.get("title") or values.get("alt") or ""
        if tag == "area":
            self._pending.append((href, _folded([label]), nofollow))
        else:
            self._anchor, self._words = (href, label, nofollow), []

    def _close_link(self) -> None:
        if self._anchor is not None:
            href, label, nofollow = self._anchor
            self._pending.append((href, _folded(self._words or ()) or _folded([label]), nofollow))
            self._anchor = self._words = None

    def _relation(self, values: dict[str, str]) -> None:
        relations, href = values.get("rel", "").lower().split(), values.get("href", "")
        french = "alternate" in relations and values.get("hreflang", "").lower().split("-")[0] == "fr"
        if "canonical" in relations:
            self._canonical = self._canonical or href
        elif "next" in relations or french:
            self._pending.append((href, "", False))

    def _meta(self, values: dict[str, str]) -> None:
        content = values.get("content", "")
        if values.get("name", "").strip().casefold() in {"robots", PRODUCT.casefold()}:
            self._signs.robots.append(content)
        # In noscript: what browsers without JavaScript do, mostly to be told to turn it on.
        elif values.get("http-equiv", "").strip().lower() == "refresh" and "noscript" not in self._silent:
            match = _REFRESH.match(content)
            if match and int(match[1]) <= _MAX_REFRESH_S and not self._refresh:
                self._refresh = match[2] or match[3] or match[4] or ""

    def _silent_data(self, text: str) -> None:
        if self._silent[-1] == "script":
            self._signs.code += len(text)
        elif self._silent[-1] == "noscript" and "javascript" in text.lower():
            self._signs.shell = True
        elif self._title is not None and len(self._title) < _MAX_TEXT:
            self._title.append(text)

    def _absolute(self, written: str, base: str) -> str | None:
        written = written.strip(_SPACE).translate(_LINE_BREAKS)
        try:
            found = urljoin(base, written)
        except ValueError:
            return None
        return found if found.lower().startswith(("https://", "http://")) and len(found) <= _MAX_ADDRESS else None


def _folded(pieces: list[str] | tuple[str, ...]) -> str:
    return " ".join("".join(pieces).split())[:_MAX_TEXT]
