"""Cutting a document into passages along its headings.

A passage is a run of whole blocks of one section. Sections of up to ``WORDS_MAX`` words stay whole; longer
ones are cut between blocks near ``WORDS_TARGET`` words; a single block longer than ``WORDS_MAX`` is cut between
sentences. A list is not cut from its lead-in where it fits.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from ingest.model import Block, BlockKind, Document, Passage, Section, Span
from ingest.sentences import sentence_spans
from ingest.text import digest_id

WORDS_TARGET = 170
"""Words a passage aims at (design: 120 to 220)."""
WORDS_MAX = 220
WORDS_TAIL = 60
"""A last passage shorter than this is joined to the one before when the sum stays under 1.3 x WORDS_MAX."""

_WORD = re.compile(r"\w+")
_COUNTED = (BlockKind.PARAGRAPH, BlockKind.ITEM, BlockKind.ROW)


def passages(document: Document) -> list[Passage]:
    """The passages of a document in reading order; ids are stable as long as text and context are."""
    found: list[Passage] = []
    for number, section, blocks in _sections_with_blocks(document):
        for run in _runs(document.text, blocks):
            found.append(_passage(document, number, section, run))
    return found


def _sections_with_blocks(document: Document) -> Iterator[tuple[int, Section | None, list[Block]]]:
    heads = [i for i, block in enumerate(document.blocks) if block.kind is BlockKind.HEADING]
    bounds = [-1, *heads, len(document.blocks)]
    for position, (head, following) in enumerate(pairwise(bounds)):
        blocks = list(document.blocks[head + 1 : following])
        number = position - 1
        if blocks:
            yield number, document.sections[number] if number >= 0 else None, blocks


def _count(text: str, span: Block | Span) -> int:
    return len(_WORD.findall(text, span.start, span.end))


def _pieces(text: str, block: Block) -> Iterator[tuple[Span, bool]]:
    """Spans that are not cut further, and whether each goes with what came before (an item with its lead-in)."""
    if _count(text, block) <= WORDS_MAX:
        yield Span(block.start, block.end), block.kind in (BlockKind.ITEM, BlockKind.ROW)
        return
    start, words = block.start, 0
    end = block.start
    for sentence in sentence_spans(text, block.start, block.end):
        size = _count(text, sentence)
        if words and words + size > WORDS_TARGET:
            yield Span(start, end), False
            start, words = sentence.start, 0
        end, words = sentence.end, words + size
    yield Span(start, block.end), False


def _runs(text: str, blocks: Sequence[Block]) -> list[Span]:
    if sum(_count(text, block) for block in blocks) <= WORDS_MAX:
        return [Span(blocks[0].start, blocks[-1].end)]
    pieces = [piece for block in blocks for piece in _pieces(text, block)]
    runs: list[list[Span]] = [[]]
    words = 0
    for i, (span, sticky) in enumerate(pieces):
        size = _count(text, span)
        leads = i + 1 < len(pieces) and pieces[i + 1][1] and not sticky
        full = (
            words + size > WORDS_MAX or (words >= WORDS_TARGET and not sticky) or (leads and words >= WORDS_TARGET // 2)
        )
        if runs[-1] and full:
            runs.append([])
            words = 0
        runs[-1].append(span)
        words += size
    spans = [Span(run[0].start, run[-1].end) for run in runs]
    if len(spans) > 1:
        tail, before = spans[-1], spans[-2]
        joined = Span(before.start, tail.end)
        if _count(text, tail) < WORDS_TAIL and _count(text, joined) <= 1.3 * WORDS_MAX:
            spans[-2:] = [joined]
    return spans


def _sentences(document: Document, run: Span) -> tuple[Span, ...]:
    spans: list[Span] = []
    for block in document.blocks:
        if block.kind is BlockKind.HEADING or block.end <= run.start or block.start >= run.end:
            continue
        start, end = max(block.start, run.start), min(block.end, run.end)
        if block.kind is BlockKind.PARAGRAPH:
            spans.extend(sentence_spans(document.text, start, end))
        else:
            spans.append(Span(start, end))
    return tuple(spans)


def _passage(document: Document, number: int, section: Section | None, run: Span) -> Passage:
    meta = section.meta if section else None
    title = (meta.title if meta and meta.title else None) or document.title
    path = section.path if section else ()
    questions = meta.questions if meta else ()
    text = document.text[run.start : run.end]
    return Passage(
        id=digest_id("p", document.id, str(run.start), str(run.end)),
        document_id=document.id,
        section=number,
        start=run.start,
        end=run.end,
        text=text,
        title=title,
        path=path,
        questions=questions,
        sentences=_sentences(document, run),
    )
