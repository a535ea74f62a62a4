"""From the groups of lines of a PDF to its blocks: headings with their level, items with theirs, paragraphs, rows."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from ingest.headings import is_bold_heading, is_paragraph
from ingest.model import BlockKind, PageMark, ParsedBlock
from ingest.pdf_groups import RECOMMENDATION, Group, Measures
from ingest.pdf_words import Joiner

_LARGE = 1.12
_LONGEST_HEADING = 200
_LONGEST_TITLE = 160
_SENTENCE_END = re.compile(r"[.;,…][»”\")\]\u00a0 ]*$")
_PLAIN = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class OutlineEntry:
    """A bookmark: its title, its level from 1, the page that it leads to."""

    title: str
    level: int
    page: int


@dataclass(slots=True)
class _Text:
    """A group's text, and from which offset on it stands on which page."""

    text: str
    marks: tuple[PageMark, ...]

    def cut(self, offset: int) -> tuple["_Text", "_Text"]:
        """The text before ``offset`` and from there on."""
        before = tuple(mark for mark in self.marks if mark.offset < max(offset, 1))
        page = [mark for mark in self.marks if mark.offset <= offset][-1].page
        later = (PageMark(mark.offset - offset, mark.page) for mark in self.marks if mark.offset > offset)
        return _Text(self.text[:offset].rstrip(" :.–—-\u00a0"), before), _Text(
            self.text[offset:], (PageMark(0, page), *later)
        )


def blocks(
    found: Sequence[Group], usual: Measures, outline: Iterable[OutlineEntry], joiner: Joiner
) -> Iterator[ParsedBlock]:
    """The blocks of a document in reading order."""
    texts = [_text(group, joiner) for group in found]
    levels = _heading_levels(found, texts, usual, list(outline))
    indents: list[float] = []
    last_level, label = 0, None
    for group, text, level in zip(found, texts, levels, strict=True):
        if label is not None:
            # "R12" alone is the label of the heading that follows it, else a heading by itself.
            if level and not RECOMMENDATION.match(text.text):
                text = _Text(f"{label.text} {text.text}", label.marks)
                level = min(last_level + 1, 6)
            else:
                yield _block(BlockKind.HEADING, label, min(last_level + 1, 6))
            label = None
        match = RECOMMENDATION.match(text.text) if not group.item and not group.first.rows else None
        if group.first.rows:
            yield from (_block(BlockKind.ROW, _Text(row, text.marks)) for row in group.first.rows)
        elif match and match.end() == len(text.text):
            label = text
        elif match:
            yield from _recommendation(text, match.end(), min(last_level + 1, 6))
        elif level:
            last_level = level
            yield _block(BlockKind.HEADING, text, level)
        elif group.item:
            yield _block(BlockKind.ITEM, text, _depth(group, indents))
        else:
            yield _block(BlockKind.PARAGRAPH, text)
        if not group.item:
            indents.clear()
    if label is not None:
        yield _block(BlockKind.HEADING, label, min(last_level + 1, 6))


def _block(kind: BlockKind, text: _Text, level: int = 0) -> ParsedBlock:
    return ParsedBlock(kind, text.text, level, None, text.marks)


def _recommendation(text: _Text, label_end: int, level: int) -> Iterator[ParsedBlock]:
    """A numbered recommendation: a heading; one that is a whole sentence stays a paragraph under its number."""
    if len(text.text) <= _LONGEST_TITLE and not _SENTENCE_END.search(text.text):
        yield _block(BlockKind.HEADING, text, level)
        return
    label, rest = text.cut(label_end)
    yield _block(BlockKind.HEADING, label, level)
    yield _block(BlockKind.PARAGRAPH, rest)


def _text(group: Group, joiner: Joiner) -> _Text:
    """The lines of a group joined, with a mark where each page begins."""
    text = "- " if group.first.mark else ""
    marks = [PageMark(0, group.first.page)]
    for line in group.lines:
        if text in {"", "- "}:
            text += line.text
            continue
        text, offset = joiner.join(text, line.text)
        if line.page != marks[-1].page:
            marks.append(PageMark(offset, line.page))
    return _Text(text, tuple(marks))


def _depth(group: Group, indents: list[float]) -> int:
    """The level of an item: how many smaller indents the items above it have."""
    left = group.first.left
    while indents and left < indents[-1] - 3:
        indents.pop()
    if not indents or left > indents[-1] + 3:
        indents.append(left)
    return min(len(indents), 6)


def _heading_levels(
    found: Sequence[Group], texts: Sequence[_Text], usual: Measures, outline: Sequence[OutlineEntry]
) -> list[int]:
    """The level of each group that is a heading, 0 for the others.

    The outline decides where it names a group; elsewhere larger or bolder type does, larger type standing higher.
    """
    entries: dict[str, list[OutlineEntry]] = defaultdict(list)
    for entry in outline:
        entries[_plain(entry.title)].append(entry)
    named: list[OutlineEntry | None] = [_named(group, text, entries) for group, text in zip(found, texts, strict=True)]
    styles = [
        _style(group, usual) if entry or _looks_like_heading(group, text.text, usual) else None
        for group, text, entry in zip(found, texts, named, strict=True)
    ]
    by_style: dict[tuple[float, bool], int] = {}
    for style, known in zip(styles, named, strict=True):
        if style and known:
            by_style[style] = min(known.level, by_style.get(style, 6))
    level = 0
    for style in sorted({style for style in styles if style}, reverse=True):
        level = by_style.setdefault(style, min(level + 1, 6))
    return [
        min(known.level, 6) if known else by_style[style] if style else 0
        for style, known in zip(styles, named, strict=True)
    ]


def _named(group: Group, text: _Text, entries: dict[str, list[OutlineEntry]]) -> OutlineEntry | None:
    """The bookmark that names a group: same words, and a page that it leads to or the one after."""
    if group.first.rows or len(text.text) > _LONGEST_HEADING:
        return None
    found = (entry for entry in entries.get(_plain(text.text), ()) if 0 <= group.first.page - entry.page <= 1)
    return next(found, None)


def _plain(text: str) -> str:
    return _PLAIN.sub("", text).casefold()


def _style(group: Group, usual: Measures) -> tuple[float, bool]:
    return max(round(group.size * 2) / 2, usual.body), group.bold


def _looks_like_heading(group: Group, text: str, usual: Measures) -> bool:
    if group.first.rows or group.first.mark or not any(char.isalpha() for char in text) or len(group.lines) > 4:
        return False
    if group.size >= _LARGE * usual.body:
        return len(text) <= _LONGEST_HEADING and not is_paragraph(text) and not text.endswith((",", ";"))
    if group.bold and not usual.bold and group.size >= 0.9 * usual.body:
        return is_bold_heading(text)
    return False
