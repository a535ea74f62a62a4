"""Text that a page holds but does not show: taken out, and counted, so that no page can say to us what it hides
from people."""

import re

from bs4 import BeautifulSoup, Tag

from ingest.html_questions import is_opener, is_question
from ingest.html_styles import StyleRules
from ingest.html_words import brief, removed, tokens, words

# Invisible characters that spell something: Unicode tags, and runs that no typography needs.
_TAG_CHARACTERS = re.compile("[\U000e0020-\U000e007f]+")
_FLAG = re.compile("\U0001f3f4[\U000e0020-\U000e007f]{2,6}\U000e007f")
_ZERO_WIDTH = re.compile("[\u200b-\u200f\u2060-\u2064\u202a-\u202e\u2066-\u2069\ufeff\u00ad]{4,}")
# Written for screen readers, and left out with the menus: it hides nothing.
_FOR_READERS = re.compile(r"(?:fr-)?(?:sr-only|visually-hidden[\w-]*|screen-reader-text|skip-?links?)", re.IGNORECASE)
_OPENS = ("aria-controls", "data-bs-target", "data-target", "aria-describedby", "aria-owns")


def remove_hidden(soup: BeautifulSoup, rules: StyleRules) -> int:
    """Take hidden text out of the tree; how many pieces there were.

    An element that people can open is not hidden: one that a control names (``aria-controls``), the panel of a tab,
    what follows the question of a FAQ, what a second style rule shows.
    """
    hidden = 0
    for node in soup.find_all("template"):
        hidden += bool(words(node))
        node.decompose()
    opened = _opened(soup)
    for node in list(soup.find_all(True)):
        if removed(node) or node.name in {"html", "body"}:
            continue
        if any(_FOR_READERS.fullmatch(name) for name in tokens(node, "class")):
            node.decompose()
        elif _is_hidden(node, rules) and not _opens(node, opened):
            hidden += bool(words(node))
            node.decompose()
    return hidden


def invisible_runs(text: str) -> int:
    """How many runs of invisible characters a page holds that could spell something to a program: Unicode tags
    outside of flags, four or more zero-width or direction marks in a row."""
    if text.isascii():
        return 0
    return len(_TAG_CHARACTERS.findall(_FLAG.sub("", text))) + len(_ZERO_WIDTH.findall(text))


def _opened(soup: BeautifulSoup) -> set[str]:
    """Ids of what a control of the page opens."""
    opened: set[str] = set()
    for node in soup.find_all(lambda tag: any(name in tag.attrs for name in _OPENS)):
        opened |= {token.lstrip("#") for name in _OPENS for token in tokens(node, name)}
    for node in soup.select('a[href^="#"]'):
        if node.attrs.keys() & {"data-bs-toggle", "data-toggle", "aria-expanded"} or node.get("role") in {
            "tab",
            "button",
        }:
            opened.add(str(node["href"])[1:])
    return opened - {""}


def _is_hidden(node: Tag, rules: StyleRules) -> bool:
    if "hidden" in node.attrs:
        # Found by the browser's own search, which then opens it.
        return str(node.get("hidden")).lower() != "until-found"
    return str(node.get("aria-hidden")).lower() == "true" or rules.hides(node)


def _opens(node: Tag, opened: set[str]) -> bool:
    return str(node.get("id")) in opened or node.get("role") == "tabpanel" or _follows_opener(node)


def _follows_opener(node: Tag) -> bool:
    """Whether the element comes right after a question or the button that opens it."""
    before = node.find_previous_sibling()
    if not isinstance(before, Tag) or brief(before, 300) is None:
        return False
    return is_question(before) or any(is_opener(button) for button in before.find_all("button", limit=3))
