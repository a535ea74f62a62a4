"""From a ticket to a draft: its questions, the bot's answers to them, and what an agent should know besides."""

from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from typing import Protocol

from bot.compose import NAMES, NBSP, nature
from bot.contacts import Contacts
from bot.errors import BadQuestion
from bot.helpdesk.advice import advice
from bot.helpdesk.message import READ_MAX
from bot.helpdesk.model import Confidence, Draft, Quote, Reply, Ticket
from bot.helpdesk.reading import QUESTIONS_MAX, Reading, read_ticket
from bot.model import Answer, Citation, Reason, Status
from bot.privacy import without_marks
from ingest.model import DocumentKind

HIGH, MEDIUM = 0.90, 0.70
"""Calibrated probability from which confidence is « forte » and « moyenne »; below, down to the threshold of answering,
it is « faible ». Of 238 answers to the development questions, the expected content was quoted in 141 of the 144
« forte » (98 %), 64 of the 71 « moyenne » (90 %) and 20 of the 23 « faible » (87 %)."""
_FIRST = (Status.EMERGENCY, Status.ANSWERED, Status.CLARIFY, Status.NO_ANSWER)
_WHY = {
    Reason.OUT_OF_SCOPE: "hors du domaine couvert, la cybersécurité et la protection des données.",
    Reason.NOTHING_FOUND: "aucun texte officiel trouvé.",
    Reason.WEAK: "les textes trouvés n’y répondent pas assez précisément.",
}
_GENERAL = "La situation particulière de la personne : les extraits cités sont généraux."
_KINDS = {
    DocumentKind.OFFICIAL: "texte officiel",
    DocumentKind.DIGEST: "résumé CyberVigie du texte officiel",
    DocumentKind.LOCAL: "document de votre structure",
}


class Asker(Protocol):
    """What answers a question: ``bot.answer.Answerer``."""

    def ask(self, question: str, *, max_citations: int = 3) -> Answer:
        """The answer. Raises BadQuestion."""
        ...


class Drafter:
    """Makes drafts. Keeps nothing of a ticket.

    Args:
        askers: opens what answers, for the time of one draft (``Service.answerer``); may raise NotReady.
        contacts: whom to turn to.
        region: whose contacts are shown.
    """

    def __init__(self, askers: Callable[[], AbstractContextManager[Asker]], contacts: Contacts, region: str) -> None:
        self._askers = askers
        self._contacts = contacts
        self._region = region

    def draft(self, ticket: Ticket) -> Draft:
        """The draft for a ticket. Raises NotReady when no index serves."""
        reading = read_ticket(ticket, self._contacts.phones)
        answers: list[tuple[str, Answer]] = []
        with self._askers() as asker:
            for question in reading.questions:
                try:
                    answers.append(_asked(asker, question, reading.again.get(question, "")))
                except BadQuestion:
                    continue
        replies = _numbered([(question, answer, answer.citations) for question, answer in answers])
        status = next((one for one in _FIRST if any(reply.status is one for reply in replies)), Status.NO_ANSWER)
        confidence = _lowest(reply.confidence for reply in replies if reply.status is Status.ANSWERED)
        notices = [notice for _, answer in answers for notice in answer.notices]
        reasons = [reply.reason for reply in replies if reply.reason is not None]
        return Draft(
            status=status,
            replies=replies,
            confidence=confidence,
            not_covered=tuple(_not_covered(replies, reading)),
            advice=advice(
                status, reasons, confidence, notices, self._contacts, self._region, f"{ticket.subject} {ticket.text}"
            ),
            notices=(
                *_masked(reading.masked),
                *dict.fromkeys(notice.text for notice in notices if notice.code == "acronyms"),
            ),
            complete=0 < len(answers) == len(reading.questions) and not reading.left_out and not reading.cut,
        )


def _asked(asker: Asker, question: str, again: str) -> tuple[str, Answer]:
    """The answer, and the question that got it: where a whole story has none, the question alone may have one."""
    answer = asker.ask(without_marks(question), max_citations=3)
    if again and answer.status is Status.NO_ANSWER:
        second = asker.ask(without_marks(again), max_citations=3)
        if second.status is Status.ANSWERED:
            return again, second
    return question, answer


def in_words(probability: float) -> Confidence:
    """A calibrated probability, 0..1, in words."""
    if probability >= HIGH:
        return Confidence.HIGH
    return Confidence.MEDIUM if probability >= MEDIUM else Confidence.LOW


def _numbered(answers: Iterable[tuple[str, Answer, Sequence[Citation]]]) -> tuple[Reply, ...]:
    """Replies whose quotes are numbered through the draft."""
    replies: list[Reply] = []
    marker = 0
    for question, answer, citations in answers:
        quotes: list[Quote] = []
        for citation in citations:
            marker += 1
            heading = (citation.section or "") if answer.status is Status.EMERGENCY else ""
            quotes.append(Quote(marker, citation.quote, _reference(citation), citation.deep_link, heading))
        # The wording of an answer begins with our own introduction; the quotes follow it.
        lead = answer.answer.split("\n\n", 1)[0] if quotes else answer.answer
        replies.append(
            Reply(
                answer_id=answer.id,
                question=question,
                status=answer.status,
                reason=answer.reason,
                lead=lead,
                quotes=tuple(quotes),
                confidence=in_words(answer.confidence) if answer.status is Status.ANSWERED else Confidence.NONE,
                suggestions=answer.suggestions if answer.status is Status.CLARIFY else (),
            )
        )
    return tuple(replies)


def _lowest(found: Iterable[Confidence]) -> Confidence:
    seen = set(found)
    return next((one for one in (Confidence.LOW, Confidence.MEDIUM, Confidence.HIGH) if one in seen), Confidence.NONE)


def _not_covered(replies: Sequence[Reply], reading: Reading) -> Iterable[str]:
    for reply in replies:
        if reply.reason is not None:
            yield f"«{NBSP}{reply.question}{NBSP}»{NBSP}: {_WHY[reply.reason]}"
    if reading.foreign:
        yield f"Le message semble écrit dans une autre langue{NBSP}: seul le français est traité."
    elif not replies:
        yield "Le message ne contient pas de question lisible."
    for question in reading.unread:
        yield f"«{NBSP}{question}{NBSP}»{NBSP}: non traitée, {QUESTIONS_MAX} questions le sont au plus."
    if more := reading.left_out - len(reading.unread):
        yield f"{more} autre{'s' if more > 1 else ''} question{'s' if more > 1 else ''} du message."
    if reading.cut:
        yield f"La fin du message, au-delà de {READ_MAX:,} caractères.".replace(",", NBSP)
    if any(reply.status is Status.ANSWERED for reply in replies):
        yield _GENERAL.replace(" :", f"{NBSP}:")


def _masked(kinds: Sequence[str]) -> Iterable[str]:
    if kinds:
        names = ", ".join(NAMES.get(kind, "des données personnelles") for kind in kinds)
        yield f"Le message semblait contenir {names}{NBSP}: cela a été masqué avant toute recherche."


def _reference(citation: Citation) -> str:
    place = f"p.{NBSP}{citation.page}" if citation.page else citation.section or ""
    if citation.page and citation.page_label and citation.page_label != str(citation.page):
        place += f" (page imprimée {citation.page_label})"
    parts = (
        citation.publisher,
        citation.title,
        citation.document_date or "date inconnue",
        place,
        nature(citation) or _KINDS[citation.kind],
        citation.reserve.rstrip("."),
    )
    return " — ".join(part for part in parts if part)
