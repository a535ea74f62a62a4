"""The tree of an HTML page, built within limits: a hostile page ends as a small tree or as a ParseError, quickly."""

import re
import warnings
from typing import Any

from bs4 import BeautifulSoup, Tag
from bs4.exceptions import ParserRejectedMarkup

from ingest.errors import ParseError

MAX_DEPTH = 100
"""Elements nested deeper than this are left out and their text joins the element around them; the saved official
pages reach 19."""
MAX_ELEMENTS = 40_000
"""The longest saved official page, a book of 118,000 characters, has 2,027."""
MAX_ATTRIBUTES = 200
"""More attributes than this on one element are dropped, all of them: no real element has so many."""
# None of these patterns can look at a character more than a few times: their repeated parts stop at the next "<".
_SCRIPT = re.compile(r"<(style|script)\b(?![^<>]*ld\+json)[^<>]*>.*?(?:</\1\s*>|\Z)", re.IGNORECASE | re.DOTALL)
_STYLE = re.compile(r"<style\b[^<>]*>(.*?)(?:</style\s*>|\Z)", re.IGNORECASE | re.DOTALL)
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
# Doctypes, processing instructions, CDATA marks: each would be a node of the tree.
_DECLARATION = re.compile(r"<[!?][^<>]*>")
# A component saved in the middle of a sentence is a div with one link in it: the HTML rules would end the paragraph.
_LINK_DIV = re.compile(
    r"([^>\s.!?;]\s*(?:<[a-z]+-[^<>]*>\s*)?)<div\b[^<>]*>\s*(<a\b[^<>]*>[^<>]*(?:</?(?:span|b|strong|em)\b[^<>]*>[^<>]*)*</a>)"
    r"\s*</div>",
    re.IGNORECASE,
)
# A tag this long is an attack or a whole data set in an attribute: libxml2's time grows with the square of it.
_HUGE_TAG = re.compile(r"<[^<>]{100000,}>?")

_BODY = re.compile(r"<(?:body|frameset)\b", re.IGNORECASE)
# What HTML lets stand before the body, whose tag may be left out with that of the head (HTML Standard, 13.1.2.4).
_HEAD = re.compile(
    r"(?:\s+|</?(?:html|head|meta|link|base)\b[^<>]*>|<(title|script)\b[^<>]*>[^<]*</\1\s*>)*", re.IGNORECASE
)


def slim(text: str) -> str:
    """The page without what is never read: scripts, style sheets, comments; JSON-LD stays."""
    text = _DECLARATION.sub("", _COMMENT.sub("", _SCRIPT.sub("", text)).replace("\0", ""))
    return _LINK_DIV.sub(r"\1\2", _with_body(_HUGE_TAG.sub("", text)))


def _with_body(text: str) -> str:
    """The page with its body's tag: libxml2 knows no HTML5, and would put ``<main>`` into the head."""
    if _BODY.search(text):
        return text
    head = _HEAD.match(text)
    start = head.end() if head else 0
    return f"{text[:start]}<body>{text[start:]}"


def style_sheets(text: str) -> str:
    """The style sheets that a page carries, one after the other."""
    return "\n".join(_STYLE.findall(_COMMENT.sub("", text)))


def page_tree(text: str, *, name: str) -> BeautifulSoup:
    """The tree of a page that was slimmed; ``name`` names the page in errors.

    Raises:
        ParseError: it cannot be read, or holds more than ``MAX_ELEMENTS`` elements.
    """
    with warnings.catch_warnings():
        # BeautifulSoup warns of texts that look like addresses or XML; they are read as HTML all the same.
        warnings.simplefilter("ignore")
        try:
            return _Tree(text, "lxml")
        except _TooLarge as error:
            cure = "donnez les pages qui la composent, une par une"
            raise ParseError(name, f"page de plus de {MAX_ELEMENTS} éléments HTML, non lue : {cure}") from error
        except (ParserRejectedMarkup, AssertionError, ValueError) as error:
            raise ParseError(name, "page HTML illisible : enregistrez-la à nouveau depuis le navigateur") from error


class _TooLarge(Exception):
    """The page has too many elements."""


class _Tree(BeautifulSoup):
    """A tree that stops growing: in depth by leaving elements out, in size by raising."""

    _elements: int
    _left_out: int

    def reset(self) -> None:
        super().reset()
        self._elements = self._left_out = 0

    def handle_starttag(
        self, name: str, namespace: Any, nsprefix: Any, attrs: Any, *rest: Any, **more: Any
    ) -> Tag | None:
        self._elements += 1
        if self._elements > MAX_ELEMENTS:
            raise _TooLarge
        if len(self.tagStack) > MAX_DEPTH:
            self._left_out += 1
            return None
        return super().handle_starttag(
            name, namespace, nsprefix, {} if len(attrs) > MAX_ATTRIBUTES else attrs, *rest, **more
        )

    def handle_endtag(self, name: str, nsprefix: str | None = None) -> None:
        if self._left_out:
            self._left_out -= 1
            return
        super().handle_endtag(name, nsprefix)
