"""Markdown (CommonMark and tables) to blocks: starter corpus, operators' notes, texts of JSON Lines files."""

import dataclasses
import html
import re
from collections.abc import Iterator

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markdown_it.tree import SyntaxTreeNode

from ingest.errors import ParseError
from ingest.fields import (
    DeclaredFields,
    declared_fields,
    load_yaml,
    partial_date,
    scalar,
    split_front_matter,
    strings,
    web_address,
)
from ingest.headings import is_paragraph
from ingest.model import BlockKind, ParsedBlock, ParsedDocument, SectionMeta
from ingest.text import clean

_READER = MarkdownIt("commonmark").enable("table")
_ANCHOR = re.compile(r"\s*\{:?\s*#([\w.:-]+)[^{}]*\}\s*$")
# Converted texts carry lists as plain lines: "• …" or "a) …" after a line that ends in a colon.
_BULLET = re.compile(r"[•◦▪‣●○■□·➢✓]\s+(?=\S)")
_DASH = re.compile(r"[–—]\s+(?=\S)")
_LETTER = re.compile(r"(?:[a-z]{1,2}|\d{1,2})\)\s+(?=\S)|\d{1,2}°\s+(?=\S)")
_LEADS_IN = re.compile(r"[:;,.]\s*$")
# An address in <> is a link target added by a converter, unless the sentence needs it to be complete.
_NEEDS_ADDRESS = re.compile(r"(?:^|[:(«\"]|\b(?:sur|à|via|voir|adresse|site|lien|consulter|et|ou))\s*$", re.IGNORECASE)
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)|<(script|style|svg)\b.*?(?:</\1\s*>|\Z)", re.DOTALL | re.IGNORECASE)
_TAG = re.compile(r"</?([A-Za-z][A-Za-z0-9-]*)(?:\s[^<>]*|/)?>")
_BREAK = re.compile(r"<(?:br|/?p|/?div|/?li|/?tr|/?h[1-6]|/?summary|/?ul|/?ol)\b[^<>]*>", re.IGNORECASE)
_HTML_TAGS = re.compile(
    r"a|abbr|acronym|b|bdi|bdo|big|blockquote|body|br|button|caption|center|cite|code|col|colgroup|dd|del|details|dfn"
    r"|div|dl|dt|em|figcaption|figure|font|footer|h[1-6]|header|hr|html|i|iframe|img|input|ins|kbd|label|li|link|main"
    r"|mark|meta|nav|ol|p|path|picture|pre|q|s|samp|script|section|small|source|span|strike|strong|style|sub|summary"
    r"|sup|svg|table|tbody|td|tfoot|th|thead|time|tr|tt|u|ul|var|video|wbr",
    re.IGNORECASE,
)
_META_KEYS = {"facts", "questions", "title", "url", "date"}


def parse_markdown(text: str, *, name: str = "document Markdown") -> ParsedDocument:
    """The document written in ``text``, its YAML front matter read; ``name`` is its name in error messages.

    Raises ParseError for a front matter or a ``meta`` block that cannot be read, naming line and cure.
    """
    values, body, line = split_front_matter(text, name=name)
    declared = declared_fields(values, name=name)
    blocks = markdown_blocks(body, name=name, first_line=line)
    return document_of(declared, blocks)


def document_of(declared: DeclaredFields, blocks: tuple[ParsedBlock, ...]) -> ParsedDocument:
    """What was declared beside a text, and its blocks; without a declared title, the first main heading is it."""
    heads = (block.text for block in blocks if block.kind is BlockKind.HEADING and block.level == 1)
    return ParsedDocument(
        title=declared.title or next(heads, None),
        blocks=blocks,
        publisher=declared.publisher,
        url=declared.url,
        date=declared.date,
        lang=declared.lang,
        licence=declared.licence,
        kind=declared.kind,
        source_id=declared.source_id,
        attributes=declared.attributes,
        warnings=tuple(declared.warnings),
    )


def markdown_blocks(text: str, *, name: str, first_line: int = 1) -> tuple[ParsedBlock, ...]:
    """The blocks of Markdown without front matter, whose first line is line ``first_line`` of ``name``."""
    blocks: list[ParsedBlock] = []
    after_heading = False
    for node in SyntaxTreeNode(_READER.parse(text)).children:
        if node.type == "fence" and node.info.split()[:1] == ["meta"]:
            line = first_line + (node.map[0] if node.map else 0)
            if not after_heading:
                raise ParseError(name, f"bloc « meta » à la ligne {line} : placez-le juste sous son titre")
            meta = _meta(node.content, name=name, line=line + 1)
            blocks[-1] = dataclasses.replace(blocks[-1], meta=meta)
            after_heading = False
            continue
        found = [block for block in _blocks(node, 1) if block.text]
        after_heading = bool(found) and found[-1].kind is BlockKind.HEADING
        blocks.extend(found)
    return tuple(blocks)


def _meta(content: str, *, name: str, line: int) -> SectionMeta:
    values = load_yaml(content, name=name, line=line)
    if unknown := sorted(values.keys() - _META_KEYS):
        known = ", ".join(sorted(_META_KEYS))
        raise ParseError(name, f"clé « {unknown[0]} » inconnue dans le bloc meta (ligne {line}) : clés admises {known}")
    date, url = scalar(values.get("date")), scalar(values.get("url"))
    if date is not None and partial_date(date) is None:
        raise ParseError(name, f"date « {date} » illisible dans le bloc meta (ligne {line}) : écrivez AAAA-MM-JJ")
    if url is not None and web_address(url) is None:
        raise ParseError(name, f"adresse « {url} » illisible dans le bloc meta (ligne {line}) : écrivez https://…")
    facts, questions = strings(values.get("facts")), strings(values.get("questions"))
    return SectionMeta(facts, questions, scalar(values.get("title")), url, partial_date(date))


def _blocks(node: SyntaxTreeNode, depth: int) -> Iterator[ParsedBlock]:
    """The blocks of a node outside of lists; ``depth`` is the level that a list in it has."""
    if node.type == "heading":
        text = clean(_inline(node).replace("\n", " "))
        anchor = _ANCHOR.search(text)
        heading = text[: anchor.start()] if anchor else text
        if anchor is None and is_paragraph(text):
            yield ParsedBlock(BlockKind.PARAGRAPH, text)
        else:
            yield ParsedBlock(BlockKind.HEADING, heading, int(node.tag[1]), anchor[1] if anchor else None)
    elif node.type == "paragraph":
        lines = list(_lines(_inline(node)))
        for marker, text in lines:
            kind = BlockKind.ITEM if marker else BlockKind.PARAGRAPH
            yield ParsedBlock(kind, marker + text, depth if marker else 0)
    elif node.type in {"bullet_list", "ordered_list"}:
        for item in node.children:
            yield from _item(item, depth)
    elif node.type == "table":
        for row in (part for group in node.children for part in group.children):
            cells = [clean(_inline(cell).replace("\n", " ")) for cell in row.children]
            yield ParsedBlock(BlockKind.ROW, " | ".join(cells) if any(cells) else "")
    elif node.type in {"fence", "code_block"}:
        yield ParsedBlock(BlockKind.PARAGRAPH, clean(node.content))
    elif node.type == "html_block":
        for piece in _BREAK.sub("\n\n", _COMMENT.sub("", node.content)).split("\n\n"):
            yield ParsedBlock(BlockKind.PARAGRAPH, clean(html.unescape(_without_tags(piece))))
    else:
        for child in node.children:
            yield from _blocks(child, depth)


def _item(item: SyntaxTreeNode, depth: int) -> Iterator[ParsedBlock]:
    """The item's own text (its paragraphs joined) as one block, then the lists and tables inside it."""
    ordered = item.parent is not None and item.parent.type == "ordered_list"
    marker = f"{item.info}{item.markup} " if ordered else "- "
    own: list[str] = []
    rest: list[ParsedBlock] = []
    for child in item.children:
        for block in _blocks(child, depth + 1):
            if not rest and block.kind in (BlockKind.PARAGRAPH, BlockKind.HEADING):
                own.append(block.text)
            else:
                rest.append(block)
    text = " ".join(filter(None, own))
    if text:
        yield ParsedBlock(BlockKind.ITEM, marker + text, depth)
    yield from rest


def _lines(text: str) -> Iterator[tuple[str, str]]:
    """``(marker, text)`` of the paragraph and of the list items that it holds as plain lines."""
    marker, parts, inside = "", list[str](), False
    for line in text.split("\n"):
        line = line.strip()
        before = parts[-1] if parts else ""
        found = _BULLET.match(line)
        if found is None and (inside or not before or _LEADS_IN.search(before)):
            found = _DASH.match(line) if before else None
            if found is None and (inside or line.startswith(("a)", "1)", "1°"))):
                found = _LETTER.match(line)
        if found is None:
            parts.append(line)
            continue
        if parts:
            yield marker, clean(" ".join(parts))
        kept = _LETTER.match(line) is not None
        marker, parts, inside = (clean(found[0]) + " " if kept else "- "), [line[found.end() :]], True
    yield marker, clean(" ".join(parts))


def _inline(node: SyntaxTreeNode) -> str:
    """Text of a node's inline content without markup; its line breaks kept as such."""
    tokens = [token for child in node.children if child.type == "inline" and child.token for token in (child.token,)]
    return "".join(_text(token.children or []) for token in tokens)


def _text(tokens: list[Token]) -> str:
    parts: list[str] = []
    for i, token in enumerate(tokens):
        if token.type in {"text", "code_inline", "text_special"}:
            if i and tokens[i - 1].type == "link_open" and tokens[i - 1].info == "auto":
                parts.append(_address(token.content, "".join(parts)))
            else:
                parts.append(token.content)
        elif token.type in {"softbreak", "hardbreak"}:
            parts.append("\n")
        elif token.type == "html_inline":
            parts.append(_without_tags(_COMMENT.sub("", token.content)))
    return "".join(parts)


def _address(address: str, before: str) -> str:
    wanted = "@" in address or _NEEDS_ADDRESS.search(before.rsplit("\n", 1)[-1])
    return address if wanted else ""


def _without_tags(text: str) -> str:
    """``text`` without HTML tags; what only looks like one (``<Organization>``) is text and stays."""

    def replaced(match: re.Match[str]) -> str:
        if not _HTML_TAGS.fullmatch(match[1]):
            return match[0]
        return "\n" if match[1].lower() == "br" else ""

    return _TAG.sub(replaced, text)
