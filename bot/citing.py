"""Choosing the passages to quote, and what of them: near-duplicates once, publishers side by side."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from bot.abstain import Calibration
from bot.cite import cite
from bot.finding import Finder, Found
from bot.model import Citation
from bot.quote import Quote, choose_quote
from index.model import SearchHit
from index.search import SearchEngine
from index.table import topics
from index.tokens import fold, terms, words
from ingest.model import Document, DocumentKind

MARGIN = 0.02
"""A further passage is cited when its cosines come this close to the best one's."""
SCORE_MARGIN = 0.5
"""Nor may its fused score fall further below the best one's than this."""
BESIDE_MARGIN = 1.0
"""Another publisher's figures on the same subject may differ: they are quoted down to here, whatever the cosines."""
DUPLICATE = 0.6
"""Quotes sharing this much of their terms say the same thing; the official one is kept."""
QUOTE_WORDS_MIN = 3
"""Meaningful words that a quote needs to say something."""
_COMPARED = 3
_FIGURE = re.compile(r"\d")
# A heading that holds one of these is about a special case; the general rule comes first unless the question is too.
_SPECIAL_CASES = (
    re.compile(r"\b(?:deced\w*|defunt\w*|deces|mort\w*|ayants? droit|famille)\b"),
    re.compile(r"\b(?:mineur\w*|enfant\w*|parent\w*|adolescent\w*|pediatr\w*)\b"),
    re.compile(r"\b(?:tutelle|curatelle|majeurs? proteg\w*)\b"),
    re.compile(r"\b(?:pharmac\w*|officines?)\b"),
    re.compile(r"\b(?:podolog\w*|pedicure\w*|dentist\w*|sages?-femmes?|kinesitherap\w*|orthophon\w*)\b"),
    re.compile(r"\b(?:salarie\w*|employeur\w*|entreprises?|hopita\w*|hospitalier\w*|etablissements?)\b"),
)


@dataclass(frozen=True, slots=True)
class _Choice:
    document: Document
    hit: SearchHit
    quote: Quote

    @property
    def text(self) -> str:
        return self.document.text[self.quote.span.start : self.quote.span.end]


class Citer:
    """Cites from one generation of the index. ``hosts``: those that may be linked to."""

    def __init__(self, engine: SearchEngine, finder: Finder, calibration: Calibration, hosts: Collection[str]) -> None:
        self._engine = engine
        self._finder = finder
        self._calibration = calibration
        self._hosts = hosts

    def cite(self, found: Found, limit: int) -> tuple[Citation, ...]:
        """Citations that answer, best first; empty when no passage has a sentence to quote."""
        chosen: list[_Choice] = []
        best = max(_closeness(hit) for hit in found.hits[:_COMPARED])
        top = max(hit.score for hit in found.hits)
        for hit in _general_first(found.hits, found.question, best):
            if chosen and (
                hit.score < top - BESIDE_MARGIN
                or _is_special(hit, found.question)
                or not self._finder.stands_alone(hit, found, self._calibration)
            ):
                continue
            document = self._engine.table.document(hit.passage.document_id)
            assert document is not None, "a passage without its document"
            entry = _Choice(document, hit, choose_quote(document, hit, found.question, self._engine.lexical))
            if len(words(entry.text)) < QUOTE_WORDS_MIN:
                continue
            twin = next((i for i, other in enumerate(chosen) if _same(other, entry)), None)
            if twin is not None:
                # The official text that says the same wins over our digest, wherever it stands in the list.
                if chosen[twin].document.kind is DocumentKind.DIGEST and document.kind is DocumentKind.OFFICIAL:
                    chosen[twin] = entry
                continue
            near = _closeness(hit) >= best - MARGIN and hit.score >= top - SCORE_MARGIN
            if len(chosen) < limit and (not chosen or near or _speaks_beside(entry, chosen)):
                chosen.append(entry)
        return tuple(
            cite(choice.document, choice.hit.passage, choice.quote.span, marker, self._hosts)
            for marker, choice in enumerate(chosen, start=1)
        )


def _closeness(hit: SearchHit) -> float:
    return 0.5 * (hit.signals.dense or 0.0) + 0.5 * (hit.signals.line or 0.0)


def _is_special(hit: SearchHit, question: str) -> bool:
    """Whether a passage is headed by a special case, and by none that the question names."""
    heading, asked = (fold(text) for text in (hit.passage.path[-1] if hit.passage.path else "", question))
    named = [bool(case.search(asked)) for case in _SPECIAL_CASES if case.search(heading)]
    return bool(named) and not any(named)


def _general_first(hits: Sequence[SearchHit], question: str, best: float) -> list[SearchHit]:
    """Hits, the first of them that are as near as the best with the special cases last."""
    near = 0
    while near < min(len(hits), _COMPARED) and _closeness(hits[near]) >= best - MARGIN:
        near += 1
    return [*sorted(hits[:near], key=lambda hit: _is_special(hit, question)), *hits[near:]]


def _speaks_beside(entry: _Choice, chosen: Sequence[_Choice]) -> bool:
    """Whether a passage gives figures on the subject of the first one, of a publisher not yet quoted."""
    first = chosen[0]
    return (
        entry.document.publisher not in {choice.document.publisher for choice in chosen}
        and bool(set(topics(entry.document)) & set(topics(first.document)))
        and bool(_FIGURE.search(entry.text))
        and bool(_FIGURE.search(first.text))
    )


def _same(one: _Choice, other: _Choice) -> bool:
    first, second = set(terms(one.text)), set(terms(other.text))
    smaller = min(len(first), len(second))
    return smaller > 0 and len(first & second) / len(first | second) >= DUPLICATE
