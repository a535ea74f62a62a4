"""Answering: emergencies first, then search, the decision to answer, and quotes."""

import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from bot import compose
from bot.abstain import Calibration, decide, weigh
from bot.cite import cite, safe_url
from bot.contacts import ADVICE, Contacts
from bot.emergency import Incident, detect, speaks_of_incident, vague_attack
from bot.errors import UnknownFilter
from bot.model import Answer, Citation, IndexState, Notice, Reason, Related, Status, Turn
from bot.privacy import Masked, mask, without_marks
from bot.question import clean_question, is_elliptic, leans_on_history, with_context
from bot.quote import Quote, choose_quote
from bot.scope import Turned, not_covered, turned_away
from index.model import SearchFilter, SearchHit
from index.search import EVERYTHING, SearchEngine
from index.tokens import terms, words
from index.vocabulary import Vocabulary
from ingest.model import Document, DocumentKind

LOOKED_AT = 20
"""Hits looked at; the evidence is calibrated on this many."""
MARGIN = 0.02
"""A further passage is cited when its cosines come this close to the best one's."""
DUPLICATE = 0.6
"""Quotes sharing this much of their terms say the same thing; the official one is kept."""
QUOTE_WORDS_MIN = 3
"""Meaningful words that a quote needs to say something."""
_SHEET = ("gestes", "ne-pas-faire", "prevenir", "delais")
_RELATED = 3
_SUGGESTIONS = 3
_ACRONYMS = 4
_ADVISERS = 3
"""Contacts given with a refusal: who can answer instead."""


@dataclass(slots=True)
class Stopwatch:
    """Milliseconds by step."""

    steps: dict[str, float] = field(default_factory=dict)
    started: float = field(default_factory=time.perf_counter)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Time the block under ``name``."""
        begun = time.perf_counter()
        yield
        self.steps[name] = round((time.perf_counter() - begun) * 1e3, 2)

    def stop(self) -> dict[str, float]:
        """All steps and the total."""
        return {**self.steps, "total": round((time.perf_counter() - self.started) * 1e3, 2)}


@dataclass(frozen=True, slots=True)
class _Found:
    """A question as it was searched, what came back, and how likely that is to answer it."""

    question: str
    hits: Sequence[SearchHit]
    probability: float
    reason: Reason | None
    """Why not to answer; None to answer."""


class Answerer:
    """Answers questions from one generation of the index. Keeps nothing of them."""

    def __init__(
        self,
        engine: SearchEngine,
        calibration: Calibration,
        contacts: Contacts,
        region: str,
        glossary: Vocabulary | None = None,
    ) -> None:
        self._glossary = glossary
        self._engine = engine
        self._calibration = calibration
        self._contacts = contacts
        self._region = region
        self._public_phones = contacts.phones
        self.index = IndexState(engine.manifest.generation, engine.manifest.built_at)

    @property
    def calibration(self) -> Calibration:
        """How it decides to answer."""
        return self._calibration

    @property
    def engine(self) -> SearchEngine:
        """The generation that answers."""
        return self._engine

    def check_filter(self, wanted: SearchFilter) -> None:
        """Raise UnknownFilter when a filter names something that the index does not hold."""
        if wanted.publishers - self._engine.table.publishers:
            raise UnknownFilter("Éditeur inconnu de l’index : la liste est donnée par /v1/meta.")
        if wanted.topics - self._engine.table.topics:
            raise UnknownFilter("Thème inconnu de l’index : la liste est donnée par /v1/meta.")

    def ask(
        self,
        question: str,
        history: Sequence[Turn] = (),
        wanted: SearchFilter = EVERYTHING,
        max_citations: int = 3,
    ) -> Answer:
        """The answer to a question.

        Raises:
            BadQuestion: the question is empty or too long.
            UnknownFilter: the filter names something that the index does not hold.
            QuoteMismatch: a quote is not at its place (a defect).
        """
        watch = Stopwatch()
        self.check_filter(wanted)
        cleaned = clean_question(question)
        masked = mask(cleaned, self._public_phones)
        answer = self._first_aid(cleaned) or self._answer(masked.text, history, wanted, max_citations, watch)
        return replace(answer, notices=(*_privacy(masked), *answer.notices), timings_ms=watch.stop())

    def _first_aid(self, question: str) -> Answer | None:
        """What comes before any search, whatever the filters; read on the words as typed, in memory only.

        A mask in place of an identifier would be read as a word of the sentence.
        """
        turned = turned_away(question)
        if turned is Turned.GREETING:
            return self._refusal(Reason.OUT_OF_SCOPE, compose.GREETING)
        if turned is Turned.REFUSED:
            return self._refusal(Reason.OUT_OF_SCOPE, compose.REFUSED)
        incident = detect(question)
        if incident is not None:
            return self._emergency(incident)
        if vague_attack(question):
            return self._which_attack()
        if not_covered(question):
            return replace(
                self._refusal(Reason.WEAK, compose.no_answer_text(Reason.NOTHING_FOUND)),
                notices=self._contact_notices(ADVICE)[:_ADVISERS],
            )
        return None

    def _which_attack(self) -> Answer:
        """Something has happened, but what has to be asked: the sheets to choose from, and who can help meanwhile."""
        return replace(
            self._refusal(Reason.WEAK, compose.WHICH_ATTACK),
            status=Status.CLARIFY,
            reason=None,
            notices=self._contact_notices(Incident.RANSOMWARE.value)[:_ADVISERS],
            suggestions=compose.SITUATIONS,
        )

    def _answer(
        self, question: str, history: Sequence[Turn], wanted: SearchFilter, max_citations: int, watch: Stopwatch
    ) -> Answer:
        question = without_marks(question)
        found = self._look(question, wanted, watch)
        # A question is read alone first: in context only when it asks for it, or when alone it finds nothing.
        if history and (leans_on_history(question) or found.reason is not None):
            before = without_marks(mask(history[-1].question, self._public_phones).text)
            joined = self._look(with_context(question, [Turn(before)]), wanted, watch)
            if leans_on_history(question) or (is_elliptic(question) and joined.reason is None):
                found = joined
        with watch.step("compose"):
            return self._compose(found, max_citations)

    def _look(self, question: str, wanted: SearchFilter, watch: Stopwatch) -> _Found:
        with watch.step("embed"):
            query = self._engine.query(question)
        with watch.step("search"):
            hits = self._engine.search(query, LOOKED_AT, wanted=wanted)
        if not hits:
            return _Found(question, hits, 0.0, Reason.NOTHING_FOUND)
        evidence = weigh(question, hits, self._engine.lexical)
        probability = self._calibration.probability(evidence)
        return _Found(question, hits, probability, decide(probability, evidence, self._calibration))

    def _compose(self, found: _Found, max_citations: int) -> Answer:
        hits = found.hits
        reason = found.reason
        citations = self._cite(hits, found.question, max_citations) if reason is None else ()
        if reason is None and not citations:
            reason = Reason.NOTHING_FOUND
        if reason is not None and speaks_of_incident(found.question):
            return self._which_attack()
        if reason is not None:
            near = reason is Reason.WEAK
            return replace(
                self._refusal(reason, compose.no_answer_text(reason)),
                confidence=round(found.probability, 4),
                notices=() if reason is Reason.OUT_OF_SCOPE else self._contact_notices(ADVICE)[:_ADVISERS],
                related=self._related(hits, ()) if near else (),
                suggestions=self._suggestions(hits, ()) if near else (),
            )
        return Answer(
            id=uuid.uuid4().hex,
            status=Status.ANSWERED,
            reason=None,
            answer=compose.answer_text(citations),
            citations=citations,
            confidence=round(found.probability, 4),
            notices=self._acronyms(citations),
            suggestions=self._suggestions(hits, citations),
            related=self._related(hits, citations),
            index=self.index,
            timings_ms={},
        )

    def _acronyms(self, citations: Sequence[Citation]) -> tuple[Notice, ...]:
        """Long forms of the acronyms that the quotes use without giving them."""
        if self._glossary is None:
            return ()
        used = self._glossary.first_use(" ".join(citation.quote for citation in citations))
        return (compose.acronym_notice(used[:_ACRONYMS]),) if used else ()

    def _contact_notices(self, incident: str) -> tuple[Notice, ...]:
        return tuple(map(compose.contact_notice, self._contacts.contacts_for(incident, self._region)))

    def _cite(self, hits: Sequence[SearchHit], question: str, limit: int) -> tuple[Citation, ...]:
        chosen: list[tuple[Document, SearchHit, Quote]] = []
        best = max(_closeness(hit) for hit in hits[:3])
        for hit in hits:
            document = self._document(hit.passage.document_id)
            # A sheet's steps are for its own emergency: quoted beside another question they could be the wrong gesture.
            if document.attributes.get("emergency"):
                continue
            if chosen and not self._stands_alone(hit, question):
                continue
            entry = (document, hit, choose_quote(document, hit, question, self._engine.lexical))
            if len(words(document.text[entry[2].span.start : entry[2].span.end])) < QUOTE_WORDS_MIN:
                continue
            twin = next((i for i, other in enumerate(chosen) if _same(other, entry)), None)
            if twin is not None:
                # The official text that says the same wins over our digest, wherever it stands in the list.
                if chosen[twin][0].kind is DocumentKind.DIGEST and document.kind is DocumentKind.OFFICIAL:
                    chosen[twin] = entry
            elif len(chosen) < limit and (not chosen or _closeness(hit) >= best - MARGIN):
                chosen.append(entry)
        return tuple(
            cite(document, hit.passage, quote.span, marker)
            for marker, (document, hit, quote) in enumerate(chosen, start=1)
        )

    def _stands_alone(self, hit: SearchHit, question: str) -> bool:
        """Whether a further passage would answer the question by itself."""
        alone = weigh(question, [hit], self._engine.lexical)
        return self._calibration.probability(alone) >= self._calibration.threshold

    def _emergency(self, incident: Incident) -> Answer | None:
        """The sheet of an incident, whole; None when the index holds none."""
        document = self._engine.table.emergency(incident.value)
        if document is None:
            return None
        groups: list[tuple[str, list[Citation]]] = []
        marker = 1
        passages = self._engine.table.passages_of(document.id)
        for anchor in _SHEET:
            numbers = [i for i, section in enumerate(document.sections) if section.anchor == anchor]
            for passage in (passage for passage in passages if passage.section in numbers):
                span = replace(passage.sentences[0], end=passage.sentences[-1].end)
                citation = cite(document, passage, span, marker)
                marker += 1
                if groups and groups[-1][0] == citation.section:
                    groups[-1][1].append(citation)
                else:
                    groups.append((citation.section or "", [citation]))
        if not groups:
            return None
        return Answer(
            id=uuid.uuid4().hex,
            status=Status.EMERGENCY,
            reason=None,
            answer=compose.emergency_text(incident, groups),
            citations=tuple(citation for _, citations in groups for citation in citations),
            confidence=1.0,
            notices=self._contact_notices(incident.value),
            suggestions=(),
            related=(),
            index=self.index,
            timings_ms={},
        )

    def _refusal(self, reason: Reason, text: str) -> Answer:
        return Answer(
            id=uuid.uuid4().hex,
            status=Status.NO_ANSWER,
            reason=reason,
            answer=text,
            citations=(),
            confidence=0.0,
            notices=(),
            suggestions=(),
            related=(),
            index=self.index,
            timings_ms={},
        )

    def _related(self, hits: Sequence[SearchHit], citations: Sequence[Citation]) -> tuple[Related, ...]:
        cited = {citation.title for citation in citations}
        found: dict[str, Related] = {}
        for hit in hits[: LOOKED_AT // 2]:
            title = hit.passage.title
            if title in cited or title in found:
                continue
            document = self._document(hit.passage.document_id)
            found[title] = Related(title, document.publisher, safe_url(document.url), document.id)
            if len(found) == _RELATED:
                break
        return tuple(found.values())

    def _suggestions(self, hits: Sequence[SearchHit], citations: Sequence[Citation]) -> tuple[str, ...]:
        """Headings of near sections that are questions themselves: they can be asked as they stand."""
        cited = {citation.section for citation in citations}
        headings = (hit.passage.path[-1] for hit in hits[: LOOKED_AT // 2] if hit.passage.path)
        asked = dict.fromkeys(heading for heading in headings if heading.endswith("?") and heading not in cited)
        return tuple(asked)[:_SUGGESTIONS]

    def _document(self, document_id: str) -> Document:
        document = self._engine.table.document(document_id)
        assert document is not None, "a passage without its document"
        return document


def _closeness(hit: SearchHit) -> float:
    return 0.5 * (hit.signals.dense or 0.0) + 0.5 * (hit.signals.line or 0.0)


def _same(one: tuple[Document, SearchHit, Quote], other: tuple[Document, SearchHit, Quote]) -> bool:
    first, second = (set(terms(d.text[q.span.start : q.span.end])) for d, _, q in (one, other))
    smaller = min(len(first), len(second))
    return smaller > 0 and len(first & second) / len(first | second) >= DUPLICATE


def _privacy(masked: Masked) -> tuple[Notice, ...]:
    return (compose.privacy_notice(masked.found),) if masked.found else ()
