"""What an HTML page says about itself: title, address, language, site, dates, place in the site, attachments."""

import re
from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit

from bs4 import BeautifulSoup, Tag

from ingest.fields import web_address
from ingest.html_dates import PageDates, page_dates
from ingest.html_linked_data import LinkedData
from ingest.html_place import attachments, breadcrumb
from ingest.html_tables import flat_text
from ingest.html_words import tokens
from ingest.text import clean

_SEPARATOR = re.compile(r"\s+[|–—·-]\s+|\s*\|\s*")

_LOGO = re.compile(
    r"(?:[\w-]*[-_])?(?:logo|brand|branding|masthead|site[-_]?(?:title|name))(?:[-_]\w+)?", re.IGNORECASE
)
_HOST = re.compile(r"(?:[a-z0-9-]{1,63}\.){1,4}(?:fr|com|org|net|eu|bzh|info)", re.IGNORECASE)


@dataclass(slots=True)
class PageMetadata:
    """Fields of a page; None where it says nothing."""

    title: str | None = None
    url: str | None = None
    lang: str | None = None
    dates: PageDates = field(default_factory=PageDates)
    site_name: str | None = None
    breadcrumb: tuple[str, ...] = ()
    """Names of the pages above this one, from the outermost; the home page and the page itself left out."""
    attachments: tuple[str, ...] = ()
    """Addresses of the PDF files that the content links to."""


def page_metadata(soup: BeautifulSoup, *, url: str | None, latest: str | None = None) -> PageMetadata:
    """The metadata of a page, read before its menus are removed. ``url`` is where it was fetched, if known.

    ``latest``: as for :func:`ingest.html_dates.page_dates`.
    """
    address = _address(soup, url)
    site = _meta(soup, "og:site_name") or _meta(soup, "application-name")
    title = _title(soup, site, address)
    linked = LinkedData(soup)
    return PageMetadata(
        title=title,
        url=address,
        lang=_lang(soup),
        dates=page_dates(soup, linked, latest=latest),
        site_name=site,
        breadcrumb=breadcrumb(soup, linked, title=title, site=site),
        attachments=attachments(soup, url=address),
    )


def _meta(soup: BeautifulSoup, name: str) -> str | None:
    for attribute in ("property", "name"):
        node = soup.find("meta", attrs={attribute: re.compile(f"^{re.escape(name)}$", re.IGNORECASE)})
        if node is not None and (text := clean(str(node.get("content") or ""))):
            return text
    return None


def _title(soup: BeautifulSoup, site: str | None, address: str | None) -> str | None:
    titles = [node for node in soup.find_all("h1", limit=20) if flat_text(node) and not _is_logo(node)]
    # The name of the site may be a title too, in the banner.
    inner = [node for node in titles if not _in_banner(node)]
    declared = flat_text(soup.title) if soup.title else ""
    sites = {_plain(site or ""), _site_of(declared)}
    for node in inner or titles:
        heading = flat_text(node)
        if _plain(heading) not in sites:
            return _without_suffix(heading, sites)
    stated = _without_site(_meta(soup, "og:title") or declared, site, address)
    return stated or next((flat_text(node) for node in soup.find_all("h1", limit=20) if flat_text(node)), None)


def _is_logo(node: Tag) -> bool:
    """Whether a heading is the site's name or emblem, by the names of what it stands in."""
    for around in (node, *node.parents):
        if around.name in {"main", "article", "body"}:
            return False
        if any(_LOGO.fullmatch(name) for name in [*tokens(around, "class"), *tokens(around, "id")]):
            return True
    return False


def _in_banner(node: Tag) -> bool:
    for around in node.parents:
        if around.name in {"main", "article"}:
            return False
        if around.name in {"header", "nav"} or around.get("role") == "banner":
            return True
    return False


def _site_of(title: str) -> str:
    """What a title has after its last separator, where that differs from what it begins with."""
    parts = [_plain(part) for part in _SEPARATOR.split(title)]
    return parts[-1] if len(parts) > 1 and parts[-1] != parts[0] else ""


def _without_suffix(heading: str, sites: set[str]) -> str:
    """A heading without the site's name, or a host's, after its last separator."""
    cuts = list(_SEPARATOR.finditer(heading))
    if not cuts or not heading[: cuts[-1].start()].strip():
        return heading
    last = heading[cuts[-1].end() :].strip()
    return heading[: cuts[-1].start()].strip() if _plain(last) in sites or _HOST.fullmatch(last) else heading


def _without_site(title: str, site: str | None, address: str | None) -> str:
    """The title without the site's name at its end or its start."""
    parts = _SEPARATOR.split(title)
    if len(parts) < 2:
        return title
    host = _plain(urlsplit(address or "").netloc)
    for index in (-1, 0):
        name = _plain(parts[index])
        if name and (name == _plain(site or "") or name in host or (index and _HOST.fullmatch(parts[index].strip()))):
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
