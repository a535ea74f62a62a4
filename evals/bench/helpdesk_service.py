"""The service that the bench kills: the webhooks, the outbox and the worker of the product in a process of its own.

``python -m evals.bench.helpdesk_service FOLDER PORT TOOL_URL [DATA]``: files and log in FOLDER; with DATA, answers come
from that index, without it from a stand-in that quotes one sentence.
"""

import contextlib
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import uvicorn
from prometheus_client import CollectorRegistry
from starlette.types import Receive, Scope, Send

from bot.api.observe import configure_logs
from bot.contacts import Contacts
from bot.feedback import FeedbackFile
from bot.helpdesk.config import DeskConfig, Rules
from bot.helpdesk.counts import Counts
from bot.helpdesk.draft import Asker, Drafter
from bot.helpdesk.errors import WebhookRefused
from bot.helpdesk.generic import GenericDesk
from bot.helpdesk.http import HttpClient
from bot.helpdesk.hub import Helpdesk
from bot.helpdesk.model import Check, Delivery, Format, Incoming, Intake, Ticket, TicketRef
from bot.helpdesk.outbox import Outbox
from bot.helpdesk.reach import Reach
from bot.helpdesk.retry import Policy
from bot.helpdesk.secret import read_secret
from bot.helpdesk.signature import SigningKeys
from bot.helpdesk.verdicts import Verdicts
from bot.helpdesk.webhooks import Webhooks
from bot.helpdesk.worker import OpenDesk
from bot.model import Answer, Citation, IndexState, Status
from bot.replies import reply
from ingest.model import DocumentKind

CLIENT_SECONDS = 0.3
# The tool is slow on purpose for less than a second; the product allows two minutes.
POLICY = Policy(base=0.05, cap=1.0, attempts=500, settle=2.5, failures=6, pause=0.1, pause_cap=0.4)
API, SIGNED = "api", "signed"
_QUOTE = "Le dossier médical doit être conservé pendant vingt ans à compter de la dernière consultation."


class ApiDesk:
    """The tool's API: announced by id through the signed webhook, read and written by requests."""

    format = Format.HTML

    def __init__(self, keys: SigningKeys, client: HttpClient) -> None:
        self._door = GenericDesk(API, keys, client, Format.HTML)
        self._client = client

    def receive(self, incoming: Incoming) -> tuple[Intake, ...]:
        """The message announced, without its text."""
        return tuple(Intake(intake.ref, intake.delivery) for intake in self._door.receive(incoming))

    def read(self, ref: TicketRef) -> Ticket | None:
        """The ticket, from the tool."""
        found = self._client.request("GET", f"/tickets/{ref.ticket}").accepted().json()
        return Ticket(ref, found["text"], found["subject"])

    def delivered(self, ref: TicketRef, key: str) -> bool:
        """Whether a note holds the key."""
        notes = self._client.request("GET", f"/tickets/{ref.ticket}/notes").accepted().json()
        return any(key in note for note in notes)

    def deliver(self, delivery: Delivery) -> None:
        """Add a note."""
        path = f"/tickets/{delivery.ref.ticket}/notes"
        self._client.request("POST", path, json={"body": delivery.body}).accepted(201)

    def check(self) -> Iterator[Check]:
        """Not for this bench."""
        return iter(())


class StandIn:
    """Answers every question by one sentence."""

    def ask(self, question: str, *, max_citations: int = 3) -> Answer:
        """The same answer under a new id."""
        citation = Citation(
            marker=1,
            quote=_QUOTE,
            publisher="Éditeur",
            title="Conserver les dossiers",
            url=None,
            deep_link=None,
            section=None,
            page=None,
            page_label=None,
            document_date="2024",
            retrieved_at=None,
            document_id="d",
            passage_id="p",
            start=0,
            end=len(_QUOTE),
            kind=DocumentKind.OFFICIAL,
        )
        index = IndexState("stand-in", "2026-01-01")
        return reply(Status.ANSWERED, f"Voici :\n\n{_QUOTE}", index, citations=(citation,), confidence=0.95)


def main() -> None:
    """Serve until killed."""
    folder, port, tool_url = Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
    configure_logs("info")
    keys = SigningKeys([read_secret(folder / "secret")])
    reach = Reach(internal=True)
    desks = {
        API: OpenDesk(_config(API), ApiDesk(keys, HttpClient(tool_url, reach, seconds=CLIENT_SECONDS))),
        SIGNED: OpenDesk(
            _config(SIGNED),
            GenericDesk(SIGNED, keys, HttpClient(f"{tool_url}/drafts", reach, seconds=CLIENT_SECONDS), Format.MARKDOWN),
        ),
    }
    outbox = Outbox(folder / "outbox.sqlite")
    with _answers(sys.argv[4:]) as (drafter, contacts):
        verdicts = Verdicts(
            outbox,
            FeedbackFile(folder / "feedback.sqlite"),
            keep_text=False,
            public_phones=contacts.phones,
            today=lambda: datetime.now(UTC).date(),
        )
        helpdesk = Helpdesk(
            desks,
            outbox,
            drafter,
            verdicts,
            Counts(outbox, CollectorRegistry()),
            folder / "worker.lock",
            public_phones=contacts.phones,
            policy=POLICY,
        )
        config = uvicorn.Config(
            Webhooks(_nothing_else, helpdesk=helpdesk), port=port, log_config=None, access_log=False, lifespan="off"
        )
        with helpdesk.working():
            uvicorn.Server(config).run()


@contextlib.contextmanager
def _answers(data: list[str]) -> Iterator[tuple[Drafter, Contacts]]:
    if not data:

        @contextlib.contextmanager
        def stand_in() -> Iterator[Asker]:
            yield StandIn()

        yield Drafter(stand_in, Contacts(()), "ile-de-france"), Contacts(())
        return
    # Loads the model: not for the stand-in, whose process starts in a second.
    from bot.service import Service
    from bot.settings import Settings

    service = Service(Settings(data_dir=Path(data[0])))
    service.start()
    yield Drafter(service.answerer, service.contacts, "ile-de-france"), service.contacts
    service.stop()


def _config(name: str) -> DeskConfig:
    return DeskConfig(Path("bench"), name, "bench", Rules(), {})


async def _nothing_else(scope: Scope, receive: Receive, send: Send) -> None:
    raise WebhookRefused("the bench calls nothing else")


if __name__ == "__main__":
    main()
