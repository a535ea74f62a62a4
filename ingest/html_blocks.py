"""The blocks of an HTML tree that was pruned: headings, paragraphs, items, rows, in reading order."""

import re
from dataclasses import dataclass, field

from bs4.element import NavigableString, PreformattedString, Tag

from ingest.headings import is_bold_heading, is_paragraph
from ingest.html_items import LISTS, MARK, item_marker, item_runs, without_mark
from ingest.html_noise import is_call, says_nothing
from ingest.html_outline import Outline, heading_level
from ingest.html_questions import LABEL, is_question
from ingest.html_tables import MAX_DEPTH, flat_text, is_block, replaced_text, table_rows, whole
from ingest.html_words import HEADING, tokens, words
from ingest.model import BlockKind, ParsedBlock
from ingest.text import clean

_BOLD = frozenset(("b", "strong"))
_BOLD_STYLE = re.compile(r"font-weight\s*:\s*(?:bold|[6-9]00)", re.IGNORECASE)
# Boxes that stand beside the text: alerts, call-outs, highlights.
_BOX = re.compile(
    r"(?:fr-|c-|m-|wp-block-)?(?:alerte?|call-?out|highlight|notice|encadre|encart|infobox|info-box|mise-en-avant)",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"\d{1,2}[.)°][ \u00a0]+(?=\S)")
_CLOSED = re.compile(r"[.;:!?…][»\")\u00a0 ]*$")
_PERMALINK = re.compile(r"\s*[¶#🔗]\s*$")


@dataclass(slots=True)
class _Line:
    """Text between two breaks: its pieces, whether all its letters are bold, and how many breaks precede it."""

    parts: list[str] = field(default_factory=list)
    bold: bool = True
    breaks: int = 0

    def add(self, text: str, bold: bool) -> None:
        self.parts.append(text)
        self.bold = self.bold and (bold or not any(char.isalnum() for char in text))


class BlockWalker:
    """Walks a tree once and gathers its blocks."""

    def __init__(self) -> None:
        self._blocks: list[ParsedBlock] = []
        self._bold: list[int] = []
        self._opened: list[tuple[int, int]] = []
        self._outline = Outline()
        self._titled: set[int] = set()
        self._anchor: str | None = None
        self._lines = [_Line()]
        self._depth = 0

    def walk(self, root: Tag) -> tuple[ParsedBlock, ...]:
        """The blocks below ``root``."""
        for node in root.find_all(lambda tag: heading_level(tag) > 0 or is_question(tag)):
            for around in node.parents:
                if id(around) in self._titled:
                    break
                self._titled.add(id(around))
        self._children(root, bold=False)
        self._flush()
        for i in self._bold:
            # A bold line with nothing under it titles nothing.
            if i + 1 == len(self._blocks) or self._blocks[i + 1].kind is BlockKind.HEADING:
                self._demote(i)
        self._close_details()
        return tuple(self._blocks)

    def _demote(self, i: int) -> None:
        self._blocks[i] = ParsedBlock(BlockKind.PARAGRAPH, self._blocks[i].text)

    def _close_details(self) -> None:
        """Demote the summary of a lone aside in running text: what follows the aside does not belong to it."""
        asides = {start for start, _ in self._opened}
        above, reached = -1, 0
        for start, end in sorted(self._opened):
            while reached < start:
                above = reached if self._blocks[reached].kind is BlockKind.HEADING else above
                reached += 1
            if end >= len(self._blocks) or self._blocks[end].kind is BlockKind.HEADING or above in asides:
                continue
            if self._blocks[start].kind is BlockKind.HEADING:
                self._demote(start)

    def _emit(self, kind: BlockKind, text: str, level: int = 0, anchor: str | None = None) -> None:
        text = clean(text)
        if not text or (kind is BlockKind.PARAGRAPH and says_nothing(text)):
            return
        self._blocks.append(ParsedBlock(kind, text, level, anchor))
        # An element's id leads to its first line: once that is written, it is no later heading's anchor.
        self._anchor = None

    def _flush(self) -> None:
        """End the text being gathered: its lines are paragraphs, items or bold headings."""
        lines, self._lines = self._lines, [_Line()]
        paragraph: list[str] = []
        kind = BlockKind.PARAGRAPH
        for line in lines:
            text = clean("".join(line.parts))
            if not text:
                continue
            mark = (MARK.match(text) or _NUMBER.match(text)) if len(lines) > 1 else None
            heading = line.bold and is_bold_heading(text)
            ended = kind is BlockKind.ITEM and (_CLOSED.search(paragraph[-1]) if paragraph else True)
            if paragraph and (line.breaks > 1 or mark or heading or ended):
                self._emit(kind, " ".join(paragraph), int(kind is BlockKind.ITEM))
                paragraph, kind = [], BlockKind.PARAGRAPH
            if heading:
                self._bold.append(len(self._blocks))
                self._emit(BlockKind.HEADING, text, self._outline.bold(), self._take_anchor())
            elif mark:
                kind = BlockKind.ITEM
                paragraph = [text if mark[0][0].isdigit() else "- " + text[mark.end() :]]
            else:
                paragraph.append(text)
        self._emit(kind, " ".join(paragraph), int(kind is BlockKind.ITEM))

    def _take_anchor(self) -> str | None:
        anchor, self._anchor = self._anchor, None
        return anchor

    def _children(self, node: Tag, *, bold: bool) -> None:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            self._lines[-1].add(words(node), bold)
        else:
            for child in node.children:
                if isinstance(child, Tag):
                    self._node(child, bold=bold)
                elif isinstance(child, NavigableString) and not isinstance(child, PreformattedString):
                    self._lines[-1].add(str(child), bold)
        self._depth -= 1

    def _node(self, node: Tag, *, bold: bool) -> None:
        name = node.name
        level = heading_level(node)
        question = not level and is_question(node)
        if not is_block(node) and not question and not level:
            self._inline(node, bold=bold)
            return
        self._flush()
        if level:
            self._heading(node, level)
        elif question:
            inner = node.find(HEADING)
            self._heading(node, heading_level(inner) if isinstance(inner, Tag) else 0)
        elif name in LISTS:
            self._list(node, 1)
        elif name == "table":
            self._table(node)
        elif name == "pre":
            self._emit(BlockKind.PARAGRAPH, node.get_text())
        elif name != "hr":
            if node.get("id") and name in {"section", "article", "div", "details", "dl"}:
                self._anchor = str(node["id"])
            start = len(self._blocks)
            box = any(_BOX.fullmatch(token) for token in tokens(node, "class"))
            with self._outline.within(box=box):
                self._children(node, bold=False)
                self._flush()
            if (box or name == "details") and start < len(self._blocks):
                self._opened.append((start, len(self._blocks)))
        self._flush()

    def _inline(self, node: Tag, *, bold: bool) -> None:
        if node.name == "br":
            if not self._lines[-1].parts or clean("".join(self._lines[-1].parts)):
                self._lines.append(_Line(breaks=1))
            else:
                self._lines[-1].breaks += 1
            return
        if node.name == "a" and is_call(label := words(node)):
            return
        if node.name == "a" and not label:
            self._anchor = str(node.get("id") or node.get("name") or "") or self._anchor
        text = replaced_text(node)
        if text is not None:
            self._lines[-1].add(text, bold)
        else:
            heavy = node.name in _BOLD or _BOLD_STYLE.search(str(node.get("style") or "")) is not None
            self._children(node, bold=bold or heavy)

    def _heading(self, node: Tag, level: int) -> None:
        """``level`` 0: a question of a FAQ, one level below the last true heading."""
        text = clean(_PERMALINK.sub("", flat_text(node)))
        named = node if node.get("id") else node.find(id=True) or node.find("a", attrs={"name": True})
        anchor = str(named.get("id") or named.get("name")) if isinstance(named, Tag) else self._anchor
        if not text:
            self._anchor = anchor
            return
        self._anchor = None
        if is_paragraph(text):
            self._emit(BlockKind.PARAGRAPH, text)
            return
        carrier = node if LABEL in node.attrs else node.find(lambda tag: LABEL in tag.attrs)
        label = carrier[LABEL] if isinstance(carrier, Tag) else None
        level = self._outline.open(level, labelled=label is not None, opens=node.name == "summary")
        if label is not None:
            self._emit(BlockKind.HEADING, str(label), level - 1)
        self._emit(BlockKind.HEADING, text, level, anchor)

    def _table(self, table: Tag) -> None:
        rows = table_rows(table)
        if rows is None:
            self._children(table, bold=False)
            return
        if isinstance(caption := table.find("caption"), Tag):
            self._emit(BlockKind.PARAGRAPH, flat_text(caption))
        for row in rows:
            self._emit(BlockKind.ROW, row)

    def _list(self, node: Tag, depth: int) -> None:
        number = whole(node.get("start"), 1)
        for child in node.find_all(True, recursive=False):
            if child.name == "li":
                number = whole(child.get("value"), number)
                self._item(child, item_marker(node, number), depth)
                number += 1
            elif child.name in LISTS and depth < MAX_DEPTH:
                self._list(child, depth + 1)
            else:
                self._node(child, bold=False)
                self._flush()

    def _item(self, item: Tag, marker: str, depth: int) -> None:
        # A card in a list is a part of the page with its own heading.
        if id(item) in self._titled:
            self._children(item, bold=False)
            self._flush()
            return
        kind = BlockKind.ITEM
        for text, inner in item_runs(item if depth < MAX_DEPTH else None, item):
            text = clean(text)
            if kind is BlockKind.ITEM and text:
                # The first run of text is the item; what follows a list inside it is a paragraph.
                self._emit(kind, marker + without_mark(text), depth)
                kind = BlockKind.PARAGRAPH
            else:
                self._emit(kind, text)
            if inner is not None and inner.name == "table":
                self._table(inner)
                self._flush()
            elif inner is not None:
                self._list(inner, depth + 1)
