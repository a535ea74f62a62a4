"""Where a link leads, and whether its words are a sentence of the text."""

import re
from enum import Enum, auto
from urllib.parse import urljoin, urlsplit

from bs4 import Tag

from ingest.html_questions import is_opener
from ingest.html_words import brief

_FILE = re.compile(
    r"\.(?:pdf|docx?|xlsx?|pptx?|od[tsp]|zip|csv|rtf|epub|jpe?g|png|gif|svg|webp|mp[34]|ics|xml|json)", re.IGNORECASE
)
_SUFFIX = re.compile(r"\.\w{2,5}$")
_LONGEST = 160
_MOST_WORDS = 25
_SENTENCE = re.compile(r"[.;…:]\W*$")
_LEAST_SENTENCE = 4


class LinkKind(Enum):
    """What a link is to the page that holds it."""

    PAGE = auto()
    """Another page of the same site."""
    FILE = auto()
    ELSEWHERE = auto()
    """Another site, or a control."""
    CONTENT = auto()
    """A part of the text: a sentence, an address to write to or to call, a place in the page."""


class PageSite:
    """The site of a page; ``url``: the page's absolute address, if known."""

    def __init__(self, url: str | None) -> None:
        self._base = url or ""
        self._host = _host(self._base)

    def kind(self, link: Tag) -> LinkKind:
        """What a link is."""
        href = str(link.get("href") or "").strip()
        text = brief(link, _LONGEST)
        if not href or href.startswith("#") or is_opener(link) or text is None or _is_sentence(text):
            return LinkKind.CONTENT
        try:
            target = urlsplit(urljoin(self._base, href))
        except ValueError:
            return LinkKind.ELSEWHERE
        if target.scheme not in {"http", "https", "", "javascript"}:
            return LinkKind.CONTENT
        if target.scheme == "javascript" or (target.netloc and _host(target.geturl()) != self._host):
            return LinkKind.ELSEWHERE
        suffix = _SUFFIX.search(target.path)
        return LinkKind.FILE if suffix and _FILE.fullmatch(suffix[0]) else LinkKind.PAGE


def _is_sentence(text: str) -> bool:
    count = len(text.split())
    return count > _MOST_WORDS or (count >= _LEAST_SENTENCE and _SENTENCE.search(text) is not None)


def _host(address: str) -> str:
    try:
        return (urlsplit(address).hostname or "").removeprefix("www.")
    except ValueError:
        return ""
