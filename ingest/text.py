"""Normalising text, and laying the blocks of a parsed document into one text with offsets."""

import hashlib
import json
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field

from ingest.model import Block, BlockKind, Document, DocumentKind, Page, ParsedBlock, ParsedDocument, Section

_LIGATURES = {ord("ﬀ"): "ff", ord("ﬁ"): "fi", ord("ﬂ"): "fl", ord("ﬃ"): "ffi", ord("ﬄ"): "ffl"}
# Non-breaking spaces are French typography and stay; every other space becomes one plain space.
_SPACES = re.compile("[ \\t\\r\\n\\f\\v\u1680\u2000-\u2006\u2008-\u200a\u2028\u2029\u205f\u3000]+")
_WHITE = "\t\r\n\f\v"
_BESIDE_NBSP = re.compile(" ?([\u00a0\u202f\u2007])[ \u00a0\u202f\u2007]*")


def invisible(char: str) -> bool:
    """Whether a character draws nothing: controls, zero-width, bidi, soft hyphen, Unicode tags, private use."""
    return unicodedata.category(char) in {"Cc", "Cf", "Cs", "Co", "Cn"}


def clean(text: str) -> str:
    """One line of normalised text: NFC, invisible characters removed, white space folded.

    Non-breaking spaces are kept; typographic ligatures of PDF files are opened. The words are never changed.
    """
    text = text.translate(_LIGATURES)
    if not text.isascii() or not text.isprintable():
        # Before the rest, so that what stood on both sides of them is composed and folded as one.
        text = "".join(char for char in text if char in _WHITE or not invisible(char))
    text = _SPACES.sub(" ", unicodedata.normalize("NFC", text))
    return _BESIDE_NBSP.sub(r"\1", text).strip()


def digest_id(prefix: str, *parts: str | None) -> str:
    """A 20-character id made of ``prefix`` and a SHA-256 over the parts (None differs from "")."""
    payload = json.dumps(parts, ensure_ascii=False).encode("utf-8", "surrogatepass")
    return prefix + hashlib.sha256(payload).hexdigest()[: 20 - len(prefix)]


@dataclass(slots=True)
class _Layout:
    """Text being written, with the spans found so far."""

    parts: list[str] = field(default_factory=list)
    length: int = 0
    blocks: list[Block] = field(default_factory=list)
    page_starts: list[tuple[int, int]] = field(default_factory=list)

    def write(self, text: str) -> tuple[int, int]:
        start = self.length
        self.parts.append(text)
        self.length += len(text)
        return start, self.length


def _separator(previous: BlockKind | None, current: BlockKind) -> str:
    if previous is None:
        return ""
    tight = previous is current and current in (BlockKind.ITEM, BlockKind.ROW)
    return "\n" if tight else "\n\n"


def _lay(blocks: Iterable[ParsedBlock]) -> _Layout:
    layout = _Layout()
    previous: BlockKind | None = None
    for block in blocks:
        layout.write(_separator(previous, block.kind))
        if block.kind is BlockKind.ITEM and block.level > 1:
            layout.write("  " * (block.level - 1))
        start, end = layout.write(block.text)
        layout.blocks.append(Block(block.kind, start, end, block.level))
        for mark in block.pages:
            if not layout.page_starts or layout.page_starts[-1][1] != mark.page:
                layout.page_starts.append((start + mark.offset, mark.page))
        previous = block.kind
    return layout


def _sections(parsed: list[ParsedBlock], laid: list[Block], length: int, title: str) -> tuple[Section, ...]:
    heads = [i for i, block in enumerate(laid) if block.kind is BlockKind.HEADING]
    sections: list[Section] = []
    stack: list[tuple[int, str]] = []
    for position, i in enumerate(heads):
        block, source = laid[i], parsed[i]
        while stack and stack[-1][0] >= block.level:
            stack.pop()
        # A heading that repeats the document's title adds nothing to the path.
        if not (position == 0 and source.text.casefold() == title.casefold()):
            stack.append((block.level, source.text))
        end = laid[heads[position + 1]].start if position + 1 < len(heads) else length
        sections.append(
            Section(
                heading=source.text,
                level=block.level,
                path=tuple(text for _, text in stack),
                anchor=source.anchor,
                start=min(block.end + 2, end),
                end=end,
                meta=source.meta,
            )
        )
    return tuple(sections)


def _pages(starts: list[tuple[int, int]], labels: tuple[str | None, ...], length: int) -> tuple[Page, ...]:
    pages = []
    for i, (start, number) in enumerate(starts):
        end = starts[i + 1][0] if i + 1 < len(starts) else length
        label = labels[number - 1] if number <= len(labels) else None
        pages.append(Page(number, label, start, end))
    return tuple(pages)


def assemble(
    parsed: ParsedDocument,
    *,
    source_id: str,
    kind: DocumentKind,
    publisher: str,
    title: str,
    media_type: str,
    raw_sha256: str | None = None,
    retrieved_at: str | None = None,
) -> Document:
    """The document that a parse gives: its text, and blocks, sections and pages as spans into it.

    Blocks are expected to be cleaned by their parser (:func:`clean`); empty ones are dropped here.
    The id covers everything but ``retrieved_at``.
    """
    blocks = [block for block in parsed.blocks if block.text]
    layout = _lay(blocks)
    text = "".join(layout.parts)
    sections = _sections(blocks, layout.blocks, len(text), title)
    attributes = {name: tuple(values) for name, values in sorted(parsed.attributes.items())}
    shape = json.dumps(
        [
            [[s.anchor, s.start, s.end, list(s.path), None if s.meta is None else repr(s.meta)] for s in sections],
            [[b.kind, b.start, b.end, b.level] for b in layout.blocks],
            [list(pair) for pair in layout.page_starts],
            attributes,
        ],
        ensure_ascii=False,
    )
    return Document(
        id=digest_id("d", source_id, kind, publisher, title, parsed.url, parsed.date, text, shape),
        source_id=source_id,
        kind=kind,
        publisher=publisher,
        title=title,
        url=parsed.url,
        text=text,
        blocks=tuple(layout.blocks),
        sections=sections,
        pages=_pages(layout.page_starts, parsed.page_labels, len(text)),
        date=parsed.date,
        lang=parsed.lang or "fr",
        licence=parsed.licence,
        media_type=media_type,
        raw_sha256=raw_sha256,
        retrieved_at=retrieved_at,
        attributes=attributes,
        warnings=parsed.warnings,
    )
