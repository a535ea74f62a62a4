"""What an HTML page says about itself: title, address, language, dates, site."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

import htmldate
from bs4 import BeautifulSoup

from ingest.dates import written_date
from ingest.fields import partial_date, web_address
from ingest.html_tables import flat_text
from ingest.text import clean

_SEPARATOR = re.compile(r"\s+[|–—·-]\s+|\s*\|\s*")
_MAX_TEXT = 200_000


@dataclass(slots=True)
class PageMetadata:
    """Fields of a page; None where it says nothing."""

    title: str | None = None
    url: str | None = None
    lang: str | None = None
    date: str | None = None
    site_name: str | None = None


def page_metadata(soup: BeautifulSoup, source: str, *, url: str | None) -> PageMetadata:
    """The metadata of a page, read before its menus are removed. ``url`` is where it was fetched, if known."""
    address = _address(soup, url)
    site = _meta(soup, "og:site_name") or _meta(soup, "application-name")
    return PageMetadata(
        title=_title(soup, site, address),
        url=address,
        lang=_lang(soup),
        date=_date(soup, source),
        site_name=site,
    )


def _meta(soup: BeautifulSoup, name: str) -> str | None:
    for attribute in ("property", "name"):
        node = soup.find("meta", attrs={attribute: re.compile(f"^{re.escape(name)}$", re.IGNORECASE)})
        if node is not None and (text := clean(str(node.get("content") or ""))):
            return text
    return None


def _title(soup: BeautifulSoup, site: str | None, address: str | None) -> str | None:
    heads = [text for node in soup.find_all("h1", limit=20) if (text := flat_text(node))]
    if heads and _plain(heads[0]) != _plain(site or ""):
        return heads[0]
    declared = _meta(soup, "og:title") or (flat_text(soup.title) if soup.title else "")
    return _without_site(declared, site, address) or (heads[0] if heads else None)


def _without_site(title: str, site: str | None, address: str | None) -> str:
    """The title without the site's name at its end or its start."""
    parts = _SEPARATOR.split(title)
    if len(parts) < 2:
        return title
    host = _plain(urlsplit(address or "").netloc)
    for index in (-1, 0):
        name = _plain(parts[index])
        if name and (name == _plain(site or "") or name in host):
            cut = list(_SEPARATOR.finditer(title))[index]
            return (title[: cut.start()] if index else title[cut.end() :]).strip()
    return title


def _plain(text: str) -> str:
    return re.sub(r"[\W_]+", "", text).casefold()


def _address(soup: BeautifulSoup, url: str | None) -> str | None:
    """The canonical address; that of another host than ``url`` is not believed."""
    link = soup.find("link", rel="canonical", href=True)
    declared = str(link["href"]) if link else _meta(soup, "og:url")
    try:
        found = web_address(urljoin(url or "", (declared or "").strip()).split("#")[0])
        if found and (url is None or urlsplit(found).hostname == urlsplit(url).hostname):
            return found
    except ValueError:
        pass  # an address such as "http://[": not one
    return url


def _lang(soup: BeautifulSoup) -> str | None:
    root = soup.html
    value = str((root.get("lang") or root.get("xml:lang") or "") if root else "")
    match = re.match(r"[A-Za-z]{2,3}(?=$|[-_])", value.strip())
    return match[0].lower() if match else None


def _date(soup: BeautifulSoup, source: str) -> str | None:
    """Last change before first publication, what the page declares before what it shows before a guess."""
    linked = list(_json_ld(soup))
    text = " ".join(soup.get_text(" ").split())[:_MAX_TEXT]
    candidates = [
        _meta(soup, "article:modified_time"),
        next((value for key, value in linked if key == "dateModified"), None),
        _meta(soup, "dcterms.modified"),
        written_date(text),
        _meta(soup, "article:published_time"),
        next((value for key, value in linked if key == "datePublished"), None),
    ]
    for candidate in candidates:
        if (found := partial_date(candidate)) is not None and len(found) == 10:
            return found
    return _guess(source)


def _guess(source: str) -> str | None:
    try:
        found = htmldate.find_date(source, extensive_search=False, outputformat="%Y-%m-%d")
    # A second opinion must not cost the page: htmldate fails in many ways on broken markup.
    except Exception:
        return None
    return partial_date(found)


def _json_ld(soup: BeautifulSoup) -> Iterator[tuple[str, str]]:
    for script in soup.find_all("script", type="application/ld+json", limit=10):
        try:
            values = [json.loads(script.get_text())]
        except (ValueError, RecursionError):
            continue
        for _ in range(500):
            if not values:
                break
            value = values.pop(0)
            if isinstance(value, list):
                values.extend(value)
            elif isinstance(value, dict):
                yield from ((key, item) for key, item in value.items() if isinstance(item, str))
                values.extend(item for item in value.values() if isinstance(item, list | dict))
