"""What can be said of each question of a run: ``cases(run)``. Everything comes from the run; nothing is fetched.

A failure (no usable reply) is no answer: not answered, status wrong, nothing cited, nothing retrieved. What the
system does not tell, or the question does not expect, is None and counts nowhere.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum

from bot.model import Status
from evals.model import Expected, ExpectedDocument, Outcome, Question, Quote, Retrieved, Run
from evals.starter import official_documents
from index.tokens import fold

ANSWERS = frozenset({Status.ANSWERED, Status.EMERGENCY})
FORCED_DEPTH = 3
"""Passages that an answer would have quoted, had a refused question been answered all the same."""
_OFFICIAL = "official"
"""Stands for the official documents of the facts: one of them is enough."""


class Sight(IntEnum):
    """By what an expected fact is seen in what a system cites and finds."""

    NOTHING = 0
    """It names no source: the fact is not judged."""
    DOCUMENTS = 1
    """By the official document that the fact comes from: right source, words unchecked, an upper bound."""
    FACTS = 2
    """By the section of the starter corpus that is quoted."""


@dataclass(frozen=True, slots=True)
class Case:
    """A question, its outcome, and what follows."""

    question: Question
    outcome: Outcome
    answerable: bool | None
    """Whether it is to be answered: an answer is a right status (False: a refusal is). None: either will do, the status
    is not judged, or the question is an emergency, which is measured apart."""
    answered: bool | None
    """Whether an answer came. None: the system does not say."""
    right_status: bool | None
    carried: bool | None
    """The expected content is in the cited quotes: one of the facts, and one of the wordings, where expected; one of
    the documents where only documents are, or where facts are seen by their documents. None: nothing expected, or
    nothing to see it by."""
    first: bool | None
    """The first quote alone carries it; None also where no answer came."""
    document: bool | None
    """One of the expected documents is cited; where facts are expected, an official document that they come from."""
    bearing: int
    """How many of the citations of an answer carry, alone, the expected content; 0 where that is not judged."""
    readable: int
    """How many of the citations of an answer can be judged so: of an official text the facts are not known."""
    error: bool | None
    """Answering it is an error: it has no answer, or what came does not carry what is expected."""
    supposed: bool
    """``error`` is a supposition: the question was refused, and judged by the first passages that the search found."""

    @property
    def confidence(self) -> float | None:
        """The system's confidence, None when there is none to judge."""
        return None if self.error is None else self.outcome.confidence


def cases(run: Run, sight: Sight | None = None) -> tuple[Case, ...]:
    """One case an outcome, in the order of the questions. ``sight``: that of the run unless another is given."""
    questions = {question.id: question for question in run.questions}
    sight = sight_of(run) if sight is None else sight
    return tuple(_case(questions[outcome.question_id], outcome, sight) for outcome in run.outcomes)


def sight_of(*runs: Run) -> Sight:
    """By what facts can be seen in every one of some runs: what is judged side by side is judged alike."""
    return min(_sight(run) for run in runs)


def _sight(run: Run) -> Sight:
    shown: list[Quote | Retrieved] = []
    for outcome in run.outcomes:
        shown += (*outcome.quotes, *(outcome.retrieved or ()))
    claims = any(o.answer and o.status not in (Status.NO_ANSWER, Status.CLARIFY) for o in run.outcomes)
    # Refusals and failures alone cite nothing, by whatever facts are seen.
    if any(item.facts is not None for item in shown) or not (shown or claims):
        return Sight.FACTS
    return Sight.DOCUMENTS if any(item.url or item.title for item in shown) else Sight.NOTHING


def _case(question: Question, outcome: Outcome, sight: Sight) -> Case:
    answerable = _answerable(question)
    answered = False if outcome.failure else None if outcome.status is None else outcome.status in ANSWERS
    right = None
    if question.right_statuses and (outcome.failure or outcome.status is not None):
        right = outcome.status in question.right_statuses
    expected = question.expected
    readable = [quote for quote in outcome.quotes if _readable(quote, expected, sight)] if answered else []
    carried = _carried(expected, outcome.quotes, sight)
    error, supposed = _error(question, outcome, (answerable, answered, right, carried), sight)
    return Case(
        question,
        outcome,
        answerable=answerable,
        answered=answered,
        right_status=right,
        carried=carried,
        first=_carried(expected, outcome.quotes[:1], sight) if answered else None,
        document=_document(expected, outcome.quotes, sight),
        bearing=sum(_carried(expected, (quote,), sight) is True for quote in readable),
        readable=len(readable),
        error=error,
        supposed=supposed,
    )


def _readable(quote: Quote, expected: Expected, sight: Sight) -> bool:
    return not expected.facts or sight is not Sight.FACTS or quote.facts is not None


def _answerable(question: Question) -> bool | None:
    right = question.right_statuses
    if Status.ANSWERED in right:
        return None if Status.NO_ANSWER in right else True
    return False if Status.NO_ANSWER in right else None


def _carried(expected: Expected, quotes: Sequence[Quote], sight: Sight) -> bool | None:
    judged: list[bool] = []
    if expected.facts and sight is Sight.FACTS:
        judged.append(any(set(expected.facts) & set(quote.facts or ()) for quote in quotes))
    if expected.quotes:
        wordings = [bare(words) for words in expected.quotes]
        judged.append(any(words in bare(quote.text) for quote in quotes for words in wordings))
    return all(judged) if judged else _document(expected, quotes, sight)


def _document(expected: Expected, found: Sequence[Quote], sight: Sight) -> bool | None:
    if expected.documents:
        return any(is_document(item, document) for item in found for document in expected.documents)
    if not expected.facts or sight is Sight.NOTHING:
        return None
    # A section of the starter corpus stands for the document that it sums up, addresses shown or not.
    return any(set(expected.facts) & set(item.facts or ()) or _is_official(item, expected.facts) for item in found)


def _is_official(item: Quote | Retrieved, facts: Iterable[str]) -> bool:
    """Whether an item is of an official document that one of the facts comes from: its address, or its title there."""
    documents = {document for fact in facts for document in official_documents().get(fact, ())}
    return any(
        (document.url is not None and is_document(item, ExpectedDocument(url=document.url)))
        or is_document(item, ExpectedDocument(title=document.title, publisher=document.publisher))
        for document in documents
    )


def is_document(item: Quote | Retrieved, document: ExpectedDocument) -> bool:
    """Whether a quote or a passage is of the expected document: all the fields given match."""
    return (
        (document.title is None or bare(document.title) in bare(item.title or ""))
        and (document.url is None or _address(document.url) == _address(item.url or ""))
        and (document.publisher is None or bare(document.publisher) == bare(item.publisher or ""))
    )


def bare(text: str) -> str:
    """Letters and digits alone, without accents or case."""
    return "".join(char for char in fold(text) if char.isalnum())


def _address(url: str) -> str:
    return url.partition("#")[0].partition("://")[2].removeprefix("www.").rstrip("/").casefold()


def wanted(expected: Expected, sight: Sight) -> frozenset[str]:
    """What a search should find: facts where they can be seen, else documents."""
    if expected.facts and sight is Sight.FACTS:
        return frozenset(expected.facts)
    if expected.documents:
        return frozenset(f"document {i}" for i in range(len(expected.documents)))
    return frozenset({_OFFICIAL} if expected.facts and sight is Sight.DOCUMENTS else ())


def brought(passage: Retrieved, expected: Expected, sight: Sight) -> list[str]:
    """What a passage brings of what is wanted, in the order of the question."""
    if expected.facts and sight is Sight.FACTS:
        return [fact for fact in expected.facts if fact in (passage.facts or ())]
    if expected.documents:
        return [f"document {i}" for i, document in enumerate(expected.documents) if is_document(passage, document)]
    return [_OFFICIAL] if sight is Sight.DOCUMENTS and _is_official(passage, expected.facts) else []


def _error(
    question: Question,
    outcome: Outcome,
    judged: tuple[bool | None, bool | None, bool | None, bool | None],
    sight: Sight,
) -> tuple[bool | None, bool]:
    answerable, answered, right, carried = judged
    if answerable is None or answered is None:
        return None, False
    if not answerable:
        return True, False
    if answered:
        return not (right if carried is None else carried), False
    if outcome.retrieved is None or not wanted(question.expected, sight):
        return True, True
    first = outcome.retrieved[:FORCED_DEPTH]
    return not any(brought(passage, question.expected, sight) for passage in first), True
