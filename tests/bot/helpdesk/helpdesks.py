"""Helpdesks made by hand: scripted desks, scripted answers, clocks that only move when told."""

import contextlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from prometheus_client import CollectorRegistry

from bot.contacts import Contacts
from bot.feedback import FeedbackFile
from bot.helpdesk.config import DeskConfig, Rules
from bot.helpdesk.counts import Counts
from bot.helpdesk.draft import Asker, Drafter
from bot.helpdesk.generic import GenericDesk
from bot.helpdesk.http import HttpClient
from bot.helpdesk.hub import Helpdesk
from bot.helpdesk.model import Batch, Check, Delivery, Format, Ticket, TicketRef
from bot.helpdesk.outbox import Outbox
from bot.helpdesk.reach import Reach
from bot.helpdesk.secret import Secret
from bot.helpdesk.signature import SigningKeys
from bot.helpdesk.verdicts import Verdicts
from bot.helpdesk.worker import OpenDesk
from bot.model import Answer, Citation, IndexState, Notice, Reason, Status
from bot.replies import refusal, reply
from ingest.model import DocumentKind

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
OTHER_SECRET = "whsec_" + "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVo="
QUOTE = "Le dossier médical est conservé vingt ans à compter de la dernière consultation."
INDEX = IndexState("essai", "2026-01-01")


def ref(number: int = 1, desk: str = "aide") -> TicketRef:
    return TicketRef(desk, str(number), f"m{number}")


def ticket(text: str, *, number: int = 1, desk: str = "aide", **more: Any) -> Ticket:
    return Ticket(ref(number, desk), text, **more)


def citation(quote: str = QUOTE, **changed: Any) -> Citation:
    made = Citation(
        marker=1,
        quote=quote,
        publisher="CNIL",
        title="Conserver les dossiers",
        url="https://www.cnil.fr/fr/dossiers",
        deep_link="https://www.cnil.fr/fr/dossiers#duree",
        section="Durée",
        page=None,
        page_label=None,
        document_date="2024-03",
        retrieved_at=None,
        document_id="d1",
        passage_id="p1",
        start=0,
        end=len(quote),
        kind=DocumentKind.OFFICIAL,
    )
    return replace(made, **changed)


def answered(confidence: float = 0.95, *quotes: Citation) -> Answer:
    cited = quotes or (citation(),)
    return reply(Status.ANSWERED, "Voici :\n\n…", INDEX, citations=cited, confidence=confidence)


def refused(reason: Reason = Reason.NOTHING_FOUND) -> Answer:
    return refusal(reason, "Je n’ai rien trouvé.", INDEX)


def emergency() -> Answer:
    cited = (citation("Débranchez le câble.", section="Gestes"), citation("N’éteignez pas.", section="À ne pas faire"))
    notices = (Notice("contact", "17Cyber : 17cyber.gouv.fr."),)
    return reply(Status.EMERGENCY, "Rançongiciel :\n\n…", INDEX, citations=cited, confidence=1.0, notices=notices)


@dataclass
class Scripted:
    """Answers by the first of its keys that a question holds; else as by default. Remembers what it was asked."""

    by_word: dict[str, Answer] = field(default_factory=dict)
    otherwise: Answer = field(default_factory=answered)
    asked: list[str] = field(default_factory=list)

    def ask(self, question: str, *, max_citations: int = 3) -> Answer:
        self.asked.append(question)
        return next((answer for word, answer in self.by_word.items() if word in question), self.otherwise)

    @contextlib.contextmanager
    def open(self) -> Iterator[Asker]:
        yield self


def drafter(asker: Scripted | None = None, contacts: Contacts | None = None) -> Drafter:
    return Drafter((asker or Scripted()).open, contacts or Contacts(()), "ile-de-france")


@dataclass
class MemoryDesk:
    """A tool in memory. Each call first raises the next error of its script, if there is one (None: go on)."""

    tickets: dict[str, Ticket] = field(default_factory=dict)
    notes: dict[str, list[Delivery]] = field(default_factory=dict)
    script: list[Exception | None] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    fail_after: list[Exception] = field(default_factory=list)
    format: Format = Format.TEXT

    def _called(self, what: str) -> None:
        self.calls.append(what)
        if self.script and (error := self.script.pop(0)) is not None:
            raise error

    def read(self, wanted: TicketRef) -> Ticket | None:
        self._called("read")
        return self.tickets.get(wanted.ticket)

    def delivered(self, wanted: TicketRef, key: str) -> bool:
        self._called("delivered")
        return any(key in one.body for one in self.notes.get(wanted.ticket, []))

    def deliver(self, delivery: Delivery) -> None:
        self._called("deliver")
        self.notes.setdefault(delivery.ref.ticket, []).append(delivery)
        if self.fail_after:
            raise self.fail_after.pop(0)

    def check(self) -> Iterator[Check]:
        yield Check("Essai", True)


@dataclass
class PolledDesk(MemoryDesk):
    """The same, asked for messages: gives its batches one after the other."""

    batches: list[Batch] = field(default_factory=list)
    cursors: list[str] = field(default_factory=list)

    def poll(self, cursor: str) -> Batch:
        self.cursors.append(cursor)
        self._called("poll")
        return self.batches.pop(0) if self.batches else Batch((), cursor)


@dataclass
class Clock:
    """Unix seconds, moved by hand."""

    now: float = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


def config(name: str = "aide", rules: Rules | None = None, **more: Any) -> DeskConfig:
    return DeskConfig(Path("essai.toml"), name, "essai", rules or Rules(), {}, **more)


def generic(
    clock: Callable[[], float], secrets: Sequence[str] = (SECRET,), url: str = "http://127.0.0.1:9/"
) -> GenericDesk:
    keys = SigningKeys([Secret(one) for one in secrets])
    return GenericDesk("aide", keys, HttpClient(url, Reach(internal=True), seconds=2.0), Format.HTML, clock)


def helpdesk(
    folder: Path,
    desk: Any,
    *,
    asker: Scripted | None = None,
    settings: DeskConfig | None = None,
    keep_text: bool = False,
    registry: CollectorRegistry | None = None,
) -> Helpdesk:
    outbox = Outbox(folder / "outbox.sqlite")
    verdicts = Verdicts(
        outbox,
        FeedbackFile(folder / "feedback" / "feedback.sqlite"),
        keep_text=keep_text,
        public_phones=frozenset(),
        today=lambda: datetime.now(UTC).date(),
    )
    opened = OpenDesk(settings or config(), desk)
    counts = Counts(outbox, registry or CollectorRegistry())
    return Helpdesk({"aide": opened}, outbox, drafter(asker), verdicts, counts, folder / "worker.lock")
