"""Choosing what to quote of a passage: the one to three contiguous sentences that answer, lists kept whole."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from index.lexical import Bm25Index
from index.model import SearchHit
from index.tokens import fold, terms
from ingest.model import Block, BlockKind, Document, DocumentKind, Span

SENTENCES_MAX = 3
DIGEST_CHARS_MAX = 900
"""A digest's section is quoted from its beginning up to this length (most sections are shorter)."""
LIST_CHARS_MAX = 1_500
"""A list longer than this is quoted from its lead-in to the items around the best one."""
COVERAGE_WEIGHT = 0.06
"""What covering every term of the question is worth, on the scale of cosines (their spread is about 0.05)."""
RESERVE_PENALTY = 0.04
"""A reserve ("à vérifier auprès de ...") completes an answer; it is not one."""
WORDS_MIN = 4
"""A shorter sentence is a caption or a broken line, not a statement."""
ITEM_CHARS_LONG = 220
"""Items longer than this are paragraphs with a bullet: the best one is quoted alone."""
NEIGHBOUR_MARGIN = 0.025
"""A neighbour joins the quote when it scores this close to the best sentence."""
FIRST_BONUS = 0.012
"""The first sentence of a section answers more often than the others."""

_WORD = re.compile(r"\w+")

# A sentence that opens on one of these leans on the one before it.
_LEANING = (
    "il ", "elle ", "ils ", "elles ", "ce ", "cet ", "cette ", "ces ", "cela ", "ceux", "celui", "celle", "ceci ",
    "c'est", "dans ce cas", "dans ces cas", "a defaut", "toutefois", "cependant", "neanmoins", "en revanche",
    "de plus", "en outre", "par ailleurs", "ainsi", "de meme", "enfin", "ensuite", "puis ", "mais ", "or ", "sinon",
    "a l'inverse", "pour cela", "a ce titre", "y ", "son ", "sa ", "ses ", "leur ", "leurs ",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Quote:
    """A span of the document text, and how well its best sentence matches the question."""

    span: Span
    score: float


# Signposts of web pages, not statements.
_SIGNPOSTS = (
    "en savoir plus",
    "pour en savoir plus",
    "voir aussi",
    "a lire aussi",
    "pour aller plus loin",
    "lire aussi",
    "consulter aussi",
)


def choose_quote(document: Document, hit: SearchHit, question: str, lexical: Bm25Index) -> Quote:
    """The part of a passage that answers a question. Always within the passage, never cut inside a sentence."""
    sentences = hit.passage.sentences
    scores = _scores(document, sentences, hit.sentence_scores, question, lexical)
    if not sentences or max(scores) == float("-inf"):
        return Quote(Span(hit.passage.start, hit.passage.end), 0.0)
    best = int(np.argmax(scores))
    if document.kind is DocumentKind.DIGEST:
        return Quote(_digest_span(document, sentences, best), float(scores[best]))
    blocks = _block_of(document, sentences)
    first, last = _list_around(document, sentences, blocks, best) or _grow(document, sentences, blocks, scores, best)
    # A quote that ends on "les points suivants :" takes the list along, and never says less than it announces.
    following = _list_around(document, sentences, blocks, last)
    if following is not None:
        first, last = min(first, following[0]), following[1]
    first, last = _settle(document, sentences, first, last)
    return Quote(_span(sentences, first, last), float(scores[best]))


def _digest_span(document: Document, sentences: Sequence[Span], best: int) -> Span:
    """A digest's section answers first and gives its conditions after: it is quoted from its beginning.

    The quote runs to the end of the block group that holds the best sentence; when that is too long, the
    paragraph (with its list) that holds it is quoted from its own beginning.
    """
    blocks = _block_of(document, sentences)
    groups: list[list[int]] = [[]]
    for i in range(len(sentences)):
        same = i > 0 and (blocks[i] == blocks[i - 1] or blocks[i].kind is not BlockKind.PARAGRAPH)
        if groups[-1] and not same:
            groups.append([])
        groups[-1].append(i)
    at = next(n for n, group in enumerate(groups) if best in group)
    last = groups[at][-1]
    first = 0 if sentences[last].end - sentences[0].start <= DIGEST_CHARS_MAX else groups[at][0]
    return _span(sentences, first, last)


def _scores(
    document: Document, sentences: Sequence[Span], cosines: Sequence[float], question: str, lexical: Bm25Index
) -> list[float]:
    weights = lexical.weights(question)
    total = sum(weights.values()) or 1.0
    scores = []
    blocks = _block_of(document, sentences)
    links = False
    for i, span in enumerate(sentences):
        text = document.text[span.start : span.end]
        folded = fold(text)
        # A lead-in at the end of a passage announces what the passage does not hold.
        cut = i + 1 == len(sentences) and _leads(document, span)
        signpost = folded.startswith(_SIGNPOSTS)
        # The list below a signpost names other pages.
        links = signpost or (links and blocks[i].kind is BlockKind.ITEM)
        if cut or links or len(_WORD.findall(text)) < WORDS_MIN:
            scores.append(float("-inf"))
            continue
        present = set(terms(text))
        coverage = sum(weight for term, weight in weights.items() if term in present) / total
        cosine = cosines[i] if i < len(cosines) else 0.0
        scores.append(
            cosine
            + COVERAGE_WEIGHT * coverage
            + (FIRST_BONUS if i == 0 else 0.0)
            - (RESERVE_PENALTY if "a verifier" in folded else 0.0)
        )
    return scores


def _block_of(document: Document, sentences: Sequence[Span]) -> list[Block]:
    """The block of each sentence; sentences never straddle blocks."""
    blocks = [block for block in document.blocks if block.kind is not BlockKind.HEADING]
    starts = np.array([block.start for block in blocks])
    return [blocks[int(np.searchsorted(starts, span.start, side="right")) - 1] for span in sentences]


def _leads(document: Document, span: Span) -> bool:
    """Whether a sentence announces what follows it: a lead-in, or a question, which answers nothing by itself."""
    return document.text[span.start : span.end].rstrip(' \u00a0\u202f»"').endswith((":", "?", "suivants", "suivantes"))


def _list_around(
    document: Document, sentences: Sequence[Span], blocks: Sequence[Block], best: int
) -> tuple[int, int] | None:
    """First and last sentence of the list that holds or follows the best one, its lead-in included."""
    listed = (BlockKind.ITEM, BlockKind.ROW)
    inside = blocks[best].kind in listed
    leading = (
        not inside
        and best + 1 < len(sentences)
        and blocks[best + 1].kind in listed
        and _leads(document, sentences[best])
    )
    if not inside and not leading:
        return None
    first = last = best if inside else best + 1
    kind = blocks[first].kind
    while first > 0 and blocks[first - 1].kind is kind:
        first -= 1
    while last + 1 < len(sentences) and blocks[last + 1].kind is kind:
        last += 1
    items = sentences[first : last + 1]
    if inside and sum(span.end - span.start for span in items) > ITEM_CHARS_LONG * len(items):
        return best, best
    if first > 0 and _leads(document, sentences[first - 1]):
        first -= 1
    while sentences[last].end - sentences[first].start > LIST_CHARS_MAX and last > best:
        last -= 1
    while sentences[last].end - sentences[first].start > LIST_CHARS_MAX and first < best:
        first += 1
    return first, last


def _settle(document: Document, sentences: Sequence[Span], first: int, last: int) -> tuple[int, int]:
    """A quote that still ends on a lead-in takes what comes next, or does without it where nothing does."""
    while last + 1 < len(sentences) and _leads(document, sentences[last]):
        last += 1
    while last > first and _leads(document, sentences[last]):
        last -= 1
    return first, last


def _grow(
    document: Document, sentences: Sequence[Span], blocks: Sequence[Block], scores: Sequence[float], best: int
) -> tuple[int, int]:
    first = last = best
    paragraph = [block.kind is BlockKind.PARAGRAPH for block in blocks]
    while (
        first > 0 and last - first + 1 < SENTENCES_MAX and paragraph[first - 1] and _leans(document, sentences[first])
    ):
        first -= 1
    while last - first + 1 < SENTENCES_MAX:
        after = scores[last + 1] if last + 1 < len(sentences) and paragraph[last + 1] else float("-inf")
        before = scores[first - 1] if first > 0 and paragraph[first - 1] else float("-inf")
        follows = last + 1 < len(sentences) and paragraph[last + 1] and _leans(document, sentences[last + 1])
        if follows and after >= scores[best] - 2 * NEIGHBOUR_MARGIN:
            last += 1
        elif max(after, before) < scores[best] - NEIGHBOUR_MARGIN:
            break
        elif after >= before:
            last += 1
        else:
            first -= 1
    return first, last


def _leans(document: Document, span: Span) -> bool:
    return fold(document.text[span.start : span.start + 24]).replace("’", "'").startswith(_LEANING)


def _span(sentences: Sequence[Span], first: int, last: int) -> Span:
    return Span(sentences[first].start, sentences[last].end)
