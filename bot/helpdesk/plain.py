"""Plain text of the HTML that tools keep messages in. Written by strangers: parsed in one pass, without recursion."""

import re
from html import unescape

from lxml import etree  # type: ignore[import-untyped]

INPUT_MAX = 500_000
"""Characters that are parsed; the rest is not read."""
TEXT_MAX = 50_000
"""Characters of the result."""
_HIDDEN = frozenset({"head", "style", "script", "template", "noscript", "svg", "math", "object", "iframe", "title"})
_APART = frozenset({"blockquote", "h1", "h2", "h3", "h4", "h5", "h6", "ol", "p", "pre", "table", "ul"})
_BLOCKS = _APART | {
    *("address", "article", "aside", "dd", "details", "div", "dl", "dt", "fieldset", "figure", "footer", "form", "hr"),
    *("header", "li", "main", "nav", "section", "summary", "tbody", "td", "tfoot", "th", "thead", "tr"),
}
_SPACES = re.compile(r"[ \t\r\n\f\v\u00a0\u200b]+")
_ENCODED = re.compile(r"&(?:lt|#0*60|#x0*3c);", re.IGNORECASE)
_TAG = re.compile(r"<[a-zA-Z/!]")
# What no text holds, and libxml2 does not take.
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


def plain_text(html: str) -> str:
    """The text that a reader sees: a line a block, an empty line between paragraphs, "> " before what is quoted.

    Addresses behind links, pictures and whatever is not shown are left out. A text without any tag keeps its lines.
    """
    cut = _CONTROLS.sub(" ", html[:INPUT_MAX]).encode("utf-8", "replace").decode("utf-8")
    if not _TAG.search(cut):
        return _lines(unescape(cut).replace("\r\n", "\n").split("\n"))
    target = _Text()
    parser = etree.HTMLParser(target=target, no_network=True, recover=True, huge_tree=False)
    parser.feed(f"<div>{cut}</div>")
    return _lines(parser.close())


def decoded(content: str) -> str:
    """HTML as it was written, where a tool stores its very tags as entities (GLPI until version 10)."""
    return unescape(content) if _ENCODED.search(content) and not _TAG.search(content) else content


class _Text:
    """Collects lines from the events of the parser."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._line: list[str] = []
        self._hidden = 0
        self._quoted = 0
        self._kept = 0

    def start(self, tag: str, attributes: object) -> None:
        self._hidden += tag in _HIDDEN
        if tag == "br":
            self._break()
        elif tag in _BLOCKS:
            self._end(apart=tag in _APART)
            self._quoted += tag == "blockquote"
            if tag == "li":
                self._line.append("- ")

    def end(self, tag: str) -> None:
        self._hidden -= tag in _HIDDEN and self._hidden > 0
        if tag in _BLOCKS:
            self._end(apart=tag in _APART)
            self._quoted -= tag == "blockquote" and self._quoted > 0

    def data(self, data: str) -> None:
        if not self._hidden:
            self._line.append(data)

    def comment(self, text: str) -> None:
        """Not shown."""

    def close(self) -> list[str]:
        self._end(apart=False)
        return self._lines

    def _end(self, *, apart: bool) -> None:
        if self._line:
            self._break()
        if apart and self._lines and self._lines[-1]:
            self._lines.append("")

    def _break(self) -> None:
        text = _SPACES.sub(" ", "".join(self._line)).strip()
        self._line.clear()
        if self._kept <= TEXT_MAX:
            self._kept += len(text) + 1
            self._lines.append(f"> {text}" if self._quoted and text else text)


def _lines(lines: list[str]) -> str:
    """Lines without space at their end, at most one empty line in a row."""
    text = "\n".join(line.rstrip() for line in lines)
    return re.sub(r"\n{3,}", "\n\n", text).strip()[:TEXT_MAX]
