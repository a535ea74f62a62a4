"""What can be said of each question of a run: ``cases(run)``. Everything comes from the run; nothing is fetched.

A failure (no usable reply) is no answer: not answered, status wrong, nothing cited, nothing retrieved. What the
system does not tell, or the question does not expect, is None and counts nowhere.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from bot.model import Status
from evals.model import Expected, ExpectedDocument, Outcome, Question, Quote, Retrieved, Run
from index.tokens import fold

ANSWERS = frozenset({Status.ANSWERED, Status.EMERGENCY})
FORCED_DEPTH = 3
"""Passages that an answer would have quoted, had a refused question been answered all the same."""


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
    the documents where only documents are. None: nothing expected, or nothing to see it by."""
    first: bool | None
    """The first quote alone carries it; None also where no answer came."""
    document: bool | None
    """One of the expected documents is cited."""
    error: bool | None
    """Answering it is an error: it has no answer, or what came does not carry what is expected."""
    supposed: bool
    """``error`` is a supposition: the question was refused, and judged by the first passages that the search found."""

    @property
    def confidence(self) -> float | None:
        """The system's confidence, None when there is none to judge."""
        return None if self.error is None else self.outcome.confidence


def cases(run: Run) -> tuple[Case, ...]:
    """One case an outcome, in the order of the questions."""
    questions = {question.id: question for question in run.questions}
    facts = facts_observable(run)
    return tuple(_case(questions[outcome.question_id], outcome, facts=facts) for outcome in run.outcomes)


def facts_observable(run: Run) -> bool:
    """Whether this system quotes or finds texts whose facts are known (the starter corpus)."""
    return any(
        any(quote.facts is not None for quote in outcome.quotes)
        or any(passage.facts is not None for passage in outcome.retrieved or ())
        for outcome in run.outcomes
    )


def _case(question: Question, outcome: Outcome, *, facts: bool) -> Case:
    answerable = _answerable(question)
    answered = False if outcome.failure else None if outcome.status is None else outcome.status in ANSWERS
    right = None
    if question.right_statuses and (outcome.failure or outcome.status is not None):
        right = outcome.status in question.right_statuses
    carried = _carried(question.expected, outcome, facts=facts)
    error, supposed = _error(question, outcome, (answerable, answered, right, carried), facts=facts)
    return Case(
        question,
        outcome,
        answerable=answerable,
        answered=answered,
        right_status=right,
        carried=carried,
        first=_carried_first(question.expected, outcome, facts=facts) if answered else None,
        document=_document(question.expected, outcome.quotes),
        error=error,
        supposed=supposed,
    )


def _answerable(question: Question) -> bool | None:
    right = question.right_statuses
    if Status.ANSWERED in right:
        return None if Status.NO_ANSWER in right else True
    return False if Status.NO_ANSWER in right else None


def _carried(expected: Expected, outcome: Outcome, *, facts: bool) -> bool | None:
    judged: list[bool] = []
    if expected.facts and facts:
        judged.append(any(set(expected.facts) & set(quote.facts or ()) for quote in outcome.quotes))
    if expected.quotes:
        wordings = [bare(words) for words in expected.quotes]
        judged.append(any(words in bare(quote.text) for quote in outcome.quotes for words in wordings))
    if not judged:
        return _document(expected, outcome.quotes)
    return all(judged)


def _carried_first(expected: Expected, outcome: Outcome, *, facts: bool) -> bool | None:
    return _carried(expected, replace(outcome, quotes=outcome.quotes[:1]), facts=facts)


def _document(expected: Expected, found: Iterable[Quote | Retrieved]) -> bool | None:
    if not expected.documents:
        return None
    return any(is_document(item, document) for item in found for document in expected.documents)


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


def wanted(expected: Expected, *, facts: bool) -> frozenset[str]:
    """What a search should find: facts where they can be seen, else documents."""
    if expected.facts and facts:
        return frozenset(expected.facts)
    return frozenset(f"document {i}" for i in range(len(expected.documents)))


def brought(passage: Retrieved, expected: Expected, *, facts: bool) -> list[str]:
    """What a passage brings of what is wanted, in the order of the question."""
    if expected.facts and facts:
        return [fact for fact in expected.facts if fact in (passage.facts or ())]
    return [f"document {i}" for i, document in enumerate(expected.documents) if is_document(passage, document)]


def _error(
    question: Question,
    outcome: Outcome,
    judged: tuple[bool | None, bool | None, bool | None, bool | None],
    *,
    facts: bool,
) -> tuple[bool | None, bool]:
    answerable, answered, right, carried = judged
    if answerable is None or answered is None:
        return None, False
    if not answerable:
        return True, False
    if answered:
        return not (right if carried is None else carried), False
    if outcome.retrieved is None or not wanted(question.expected, facts=facts):
        return True, True
    first = outcome.retrieved[:FORCED_DEPTH]
    return not any(brought(passage, question.expected, facts=facts) for passage in first), True
