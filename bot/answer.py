"""Answering: emergencies first, then search, the decision to answer, and quotes."""

import time
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from bot import compose
from bot.abstain import Calibration
from bot.ambiguity import choices, is_ambiguous, is_bare, is_question
from bot.cite import linked_hosts, safe_url
from bot.citing import Citer
from bot.contacts import Contacts
from bot.emergency import speaks_of_incident
from bot.errors import UnknownFilter
from bot.finding import LOOKED_AT, Finder, Found
from bot.first_aid import FirstAid
from bot.model import Answer, Citation, IndexState, Notice, Reason, Related, Status, Turn
from bot.privacy import Masked, mask, without_marks
from bot.question import clean_question, is_elliptic, leans_on_history
from bot.replies import refusal, reply
from index.model import SearchFilter, SearchHit
from index.search import EVERYTHING, SearchEngine
from index.vocabulary import Vocabulary

_RELATED = 3
_SUGGESTIONS = 3
_ACRONYMS = 4


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
        self.steps[name] = round(self.steps.get(name, 0.0) + (time.perf_counter() - begun) * 1e3, 2)

    def stop(self) -> dict[str, float]:
        """All steps and the total."""
        return {**self.steps, "total": round((time.perf_counter() - self.started) * 1e3, 2)}


class Answerer:
    """Answers questions from one generation of the index. Keeps nothing of them.

    Args:
        engine: the generation.
        calibration: how to decide.
        contacts: whom to send people to.
        region: whose contacts are shown.
        glossary: acronyms and synonyms; without it, none is spelt out.
        hosts: of the official sources in use; besides them, only those of the contacts and of our digests become links.
    """

    def __init__(
        self,
        engine: SearchEngine,
        calibration: Calibration,
        contacts: Contacts,
        region: str,
        glossary: Vocabulary | None = None,
        hosts: Collection[str] = (),
    ) -> None:
        self._glossary = glossary
        self._engine = engine
        self._calibration = calibration
        self._public_phones = contacts.phones
        self.index = IndexState(engine.manifest.generation, engine.manifest.built_at)
        self.hosts = linked_hosts(engine.table, {*hosts, *contacts.hosts})
        """Hosts that may be linked to."""
        self._finder = Finder(engine, glossary.expand if glossary is not None else None)
        self._citer = Citer(engine, self._finder, calibration, self.hosts)
        self._first_aid = FirstAid(engine.table, contacts, region, self.index, self.hosts)

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
        answer = self._first_aid.answer(cleaned) or self._answer(masked.text, history, wanted, max_citations, watch)
        return replace(answer, notices=(*_privacy(masked), *answer.notices), timings_ms=watch.stop())

    def _answer(
        self, question: str, history: Sequence[Turn], wanted: SearchFilter, max_citations: int, watch: Stopwatch
    ) -> Answer:
        question = without_marks(question)
        with watch.step("search"):
            found = self._find(question, history, wanted)
        with watch.step("compose"):
            return (None if history else self._ask_back(found)) or self._compose(found, max_citations)

    def _ask_back(self, found: Found) -> Answer | None:
        """Choices, for a question that names no subject, or a subject and nothing of it."""
        evidence = found.reading.evidence
        judged = found.reason in (None, Reason.WEAK) and evidence.known == 1.0
        bare = judged and is_bare(found.question, evidence.lead, weak=found.reason is not None)
        if not bare and not is_ambiguous(found.question):
            return None
        readings = choices(found.hits, self._engine.table)
        if not readings:
            return None
        return reply(
            Status.CLARIFY,
            compose.WHICH_SUBJECT,
            self.index,
            confidence=found.probability,
            suggestions=readings,
        )

    def _find(self, question: str, history: Sequence[Turn], wanted: SearchFilter) -> Found:
        found = self._finder.judge(self._finder.read(question, wanted), self._calibration)
        # A question is read alone first: in context only when it asks for it, or when alone it finds nothing.
        leaning = leans_on_history(question) or is_elliptic(question)
        if not history or not (leaning or found.reason is not None):
            return found
        before = without_marks(mask(history[-1].question, self._public_phones).text)
        joined = self._finder.judge(self._finder.follow(question, before, wanted), self._calibration)
        if leans_on_history(question) or (leaning and joined.reason is None):
            return joined
        return found

    def _compose(self, found: Found, max_citations: int) -> Answer:
        reason = found.reason
        citations = self._citer.cite(found, max_citations) if reason is None else ()
        if reason is None and not citations:
            reason = Reason.NOTHING_FOUND
        if reason is not None and speaks_of_incident(found.question):
            return self._first_aid.which_attack()
        if reason is not None:
            near = reason is Reason.WEAK
            return refusal(
                reason,
                compose.no_answer_text(reason),
                self.index,
                confidence=found.probability,
                notices=() if reason is Reason.OUT_OF_SCOPE else self._first_aid.advisers(),
                suggestions=_suggestions(found.hits, ()) if near else (),
                related=self._related(found.hits, ()) if near else (),
            )
        return reply(
            Status.ANSWERED,
            compose.answer_text(citations),
            self.index,
            citations=citations,
            confidence=found.probability,
            notices=self._acronyms(citations),
            suggestions=_suggestions(found.hits, citations),
            related=self._related(found.hits, citations),
        )

    def _acronyms(self, citations: Sequence[Citation]) -> tuple[Notice, ...]:
        """Long forms of the acronyms that the quotes use without giving them."""
        if self._glossary is None:
            return ()
        used = self._glossary.first_use(" ".join(citation.quote for citation in citations))
        return (compose.acronym_notice(used[:_ACRONYMS]),) if used else ()

    def _related(self, hits: Sequence[SearchHit], citations: Sequence[Citation]) -> tuple[Related, ...]:
        cited = {citation.title for citation in citations}
        found: dict[str, Related] = {}
        for hit in hits[: LOOKED_AT // 2]:
            title = hit.passage.title
            if title in cited or title in found:
                continue
            document = self._engine.table.document(hit.passage.document_id)
            assert document is not None, "a passage without its document"
            found[title] = Related(title, document.publisher, safe_url(document.url, self.hosts), document.id)
            if len(found) == _RELATED:
                break
        return tuple(found.values())


def _suggestions(hits: Sequence[SearchHit], citations: Sequence[Citation]) -> tuple[str, ...]:
    """Headings of near sections that are questions themselves: they can be asked as they stand."""
    cited = {citation.section for citation in citations}
    headings = (hit.passage.path[-1] for hit in hits[: LOOKED_AT // 2] if hit.passage.path)
    asked = dict.fromkeys(heading for heading in headings if is_question(heading) and heading not in cited)
    return tuple(asked)[:_SUGGESTIONS]


def _privacy(masked: Masked) -> tuple[Notice, ...]:
    return (compose.privacy_notice(masked.found),) if masked.found else ()
