"""Answering: emergencies first, then search, the decision to answer, and quotes."""

import time
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from bot import compose
from bot.abstain import Calibration
from bot.ambiguity import choices, is_ambiguous, is_bare, is_one_word
from bot.cite import linked_hosts
from bot.citing import Citer
from bot.contacts import Contacts
from bot.emergency import speaks_of_incident
from bot.emergency_meaning import fits
from bot.emergency_sense import Sense
from bot.errors import UnknownFilter
from bot.finding import Finder, Found
from bot.first_aid import FirstAid
from bot.following import Follower, borrows, leans, subject
from bot.incident import Incident
from bot.model import Answer, IndexState, Notice, Reason, Status, Turn
from bot.near import Near
from bot.privacy import Masked, mask, without_marks
from bot.question import clean_question
from bot.replies import refusal, reply
from bot.sharing import Sharing
from index.model import FloatVector, SearchFilter
from index.search import EVERYTHING, SearchEngine
from index.vocabulary import Vocabulary

_ACRONYMS = 4
_ONE_WORD_COSINE = 0.85
"""Below this cosine of word and passage, the reader of a bare word is asked what of it."""
IN_A_SENTENCE = "Peut-on utiliser un {} pour des données de patients ?"


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
        expand = glossary.expand if glossary is not None else None
        self._finder = Finder(engine, expand)
        self._follower = Follower(self._finder, engine.lexical, calibration, expand)
        self._citer = Citer(engine, self._finder, calibration, self.hosts)
        self._sharing = Sharing(engine.lexical, expand)
        self._near = Near(engine.table, self.hosts)
        sense = Sense(self._encode if fits(engine.manifest.model) else None)
        self._first_aid = FirstAid(engine.table, contacts, region, self.index, self.hosts, sense)

    @property
    def calibration(self) -> Calibration:
        """How it decides to answer."""
        return self._calibration

    @property
    def engine(self) -> SearchEngine:
        """The generation that answers."""
        return self._engine

    def emergency_sheets(self) -> dict[Incident, Answer]:
        """The emergency sheets that the index holds, by incident."""
        found = {incident: self._first_aid.sheet(incident) for incident in Incident}
        return {incident: sheet for incident, sheet in found.items() if sheet is not None}

    def searchable(self, query: str) -> Masked:
        """What a search looks for: cleaned, and masked like a question, the marks left out.

        Raises:
            BadQuestion: the query is empty or too long, or holds nothing but identifiers.
        """
        masked = mask(clean_question(query), self._public_phones)
        return Masked(clean_question(without_marks(masked.text)), masked.found)

    def _encode(self, text: str) -> FloatVector:
        vector = self._engine.query(text).vector
        assert vector is not None, "a hybrid query has a vector"
        return vector

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
        answer = self._first_aid.answer(cleaned, [turn.question for turn in history]) or self._answer(
            masked.text, history, wanted, max_citations, watch
        )
        return replace(answer, notices=(*_privacy(masked), *answer.notices), timings_ms=watch.stop())

    def _answer(
        self, question: str, history: Sequence[Turn], wanted: SearchFilter, max_citations: int, watch: Stopwatch
    ) -> Answer:
        question = without_marks(question)
        with watch.step("search"):
            found = self._find(question, history, wanted)
        with watch.step("compose"):
            asked_back = None if history and borrows(question) else self._ask_back(found)
            return asked_back or self._compose(found, max_citations)

    def _ask_back(self, found: Found) -> Answer | None:
        """Choices, for a question that names no subject, or a subject and nothing of it."""
        if found.exact:
            return None
        evidence = found.reading.evidence
        judged = found.reason in (None, Reason.WEAK) and evidence.known == 1.0
        bare = judged and is_bare(found.question, evidence.lead, weak=found.reason is not None)
        # One word is answered by a passage about it alone: a stored question may hold it in passing.
        unsure = found.reason is not None or evidence.dense < _ONE_WORD_COSINE
        named = unsure and is_one_word(found.question) and self._sharing.knows(found.question)
        if not bare and not named and not is_ambiguous(found.question):
            return None
        shared = (self._sharing.heading(found.question), self._sharing.head(found.question))
        hits = found.hits
        if named and not self._sharing.is_written(found.question):
            # A vector of one word says little: in a sentence, "fax" lies near the other ways of sending.
            hits = self._finder.read(IN_A_SENTENCE.format(found.question.rstrip(" ?"))).hits
        readings = choices(hits, self._engine.table, *shared)
        if not readings:
            return None
        return reply(
            Status.CLARIFY,
            compose.WHICH_SUBJECT,
            self.index,
            confidence=found.probability,
            notices=self._acronyms(found.question),
            suggestions=readings,
        )

    def _find(self, question: str, history: Sequence[Turn], wanted: SearchFilter) -> Found:
        found = self._finder.judge(self._finder.read(question, wanted), self._calibration)
        # A question is read alone first: in context only when it asks for it, or when alone it finds nothing.
        if not history or not (leans(question) or found.reason is not None):
            return found
        before = subject([without_marks(mask(turn.question, self._public_phones).text) for turn in history])
        joined = self._follower.follow(found.reading, question, before, wanted)
        if joined.reason is None or not borrows(question):
            return found if joined.reason is not None else joined
        # What names no subject is never answered on another one: what is offered instead is of the question before.
        return replace(joined, reading=self._finder.read(before, wanted))

    def _compose(self, found: Found, max_citations: int) -> Answer:
        reason = found.reason
        shared = self._sharing.heading(found.question)
        citations = self._citer.cite(found, max_citations) if reason is None else ()
        if reason is None and not citations:
            reason = Reason.NOTHING_FOUND
        if reason is not None and speaks_of_incident(found.question):
            return self._first_aid.which_attack()
        if reason is not None:
            near = reason is not Reason.OUT_OF_SCOPE
            close = shared if reason is Reason.WEAK else self._sharing.close(found.question)
            related = self._near.pages(found.hits, (), close) if near else ()
            # Who publishes what lies near can say more of it.
            about = " ".join((found.question, *(page.publisher for page in related)))
            return refusal(
                reason,
                compose.no_answer_text(reason),
                self.index,
                confidence=found.probability,
                notices=self._first_aid.advisers(about) if near else (),
                contacts=self._first_aid.advice(about) if near else (),
                suggestions=self._near.questions(found.hits, (), close) if near else (),
                related=related,
            )
        return reply(
            Status.ANSWERED,
            compose.answer_text(citations, found.question),
            self.index,
            citations=citations,
            confidence=found.probability,
            notices=self._acronyms(" ".join(citation.quote for citation in citations)),
            suggestions=self._near.questions(found.hits, citations, shared),
            related=self._near.pages(found.hits, citations, shared),
        )

    def _acronyms(self, text: str) -> tuple[Notice, ...]:
        """Long forms of the acronyms that the quotes, or a question asked back, use without giving them."""
        if self._glossary is None:
            return ()
        used = self._glossary.first_use(text)
        return (compose.acronym_notice(used[:_ACRONYMS]),) if used else ()


def _privacy(masked: Masked) -> tuple[Notice, ...]:
    return (compose.privacy_notice(masked.found),) if masked.found else ()
