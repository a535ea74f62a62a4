"""An answer as Markdown, for interfaces that show it: quotes word for word, numbered links, a list of references.

Whatever comes from a document is escaped (CommonMark 0.31, backslash escapes): it cannot become markup, an image or
a link. Links are those of the citations, already held to the hosts of the index.
"""

import re
from collections.abc import Iterable
from urllib.parse import quote

from bot.compose import NBSP
from bot.schema import AnswerOut, CitationOut, RelatedOut
from ingest.model import DocumentKind

MASKED, CONTACT = "personal_data_masked", "contact"
_SPECIAL = re.compile(r"[\\`*_\[\]<>&~|$]")
_LINE_START = re.compile(r"^(?:[#+=-]|\d{1,9}(?=[.)]))", re.ASCII)
_MARKER = re.compile(r"(»\s)\\\[(\d{1,3})\\\]")
_URL_SAFE = "%/:=&?~#+!$,;'@*-._"


def escape(text: str) -> str:
    """Text that Markdown shows as it is, line by line."""
    return "\n".join(_escape_line(line) for line in text.split("\n"))


def answer_markdown(answer: AnswerOut, footer: str = "") -> str:
    """The whole answer: warning, text, contacts, references, what else to ask, and a last line of ours."""
    links = {citation.marker: citation.deep_link or citation.url for citation in answer.citations}
    told: dict[str, list[str]] = {MASKED: [], CONTACT: [], "": []}
    for notice in answer.notices:
        told[notice.code if notice.code in told else ""].append(_line(notice.text))
    blocks = [
        *(f"> {line}" for line in told[MASKED]),
        *_paragraphs(answer.answer, links),
        *_listing("À qui s’adresser", (f"- {line}" for line in told[CONTACT])),
        *_listing("Précisions", (f"- {line}" for line in told[""])),
        *_listing("Références", (_reference(citation) for citation in answer.citations)),
        *_listing("Vous pouvez aussi demander", (f"- {_line(text)}" for text in answer.suggestions)),
        *_listing("Pages proches", (f"- {_near(page)}" for page in answer.related)),
    ]
    if footer:
        blocks.append(f"*{_line(footer)}*")
    return "\n\n".join(blocks)


def _paragraphs(text: str, links: dict[int, str | None]) -> Iterable[str]:
    for paragraph in re.split(r"\n{2,}", text):
        lines = (_escape_line(line) for line in paragraph.split("\n"))
        # Two spaces: the lines of a quote stay apart.
        yield _MARKER.sub(lambda found: found[1] + _marker(int(found[2]), links), "  \n".join(filter(None, lines)))


def _marker(number: int, links: dict[int, str | None]) -> str:
    return _link(rf"\[{number}\]", links.get(number))


def _listing(title: str, lines: Iterable[str]) -> list[str]:
    found = list(lines)
    return [f"**{title}{NBSP}:**", "\n".join(found)] if found else []


def _reference(citation: CitationOut) -> str:
    place = [
        citation.publisher,
        citation.document_date,
        f"«{NBSP}{citation.section}{NBSP}»" if citation.section else None,
        f"page{NBSP}{citation.page_label or citation.page}" if citation.page else None,
    ]
    told = ", ".join(_line(part) for part in place if part)
    digest = " (résumé CyberVigie)" if citation.kind is DocumentKind.DIGEST else ""
    return f"{citation.marker}. {_link(_line(citation.title), citation.deep_link or citation.url)} — {told}{digest}"


def _near(page: RelatedOut) -> str:
    return f"{_link(_line(page.title), page.url)} — {_line(page.publisher)}"


def _link(shown: str, url: str | None) -> str:
    return f"[{shown}](<{quote(url, safe=_URL_SAFE)}>)" if url and url.startswith("https://") else shown


def _line(text: str) -> str:
    return _escape_line(" ".join(text.split("\n")))


def _escape_line(line: str) -> str:
    escaped = _SPECIAL.sub(r"\\\g<0>", line.strip(" \t\r"))
    found = _LINE_START.match(escaped)
    if found is None:
        return escaped
    at = found.end() if found[0].isdigit() else 0
    return f"{escaped[:at]}\\{escaped[at:]}"
