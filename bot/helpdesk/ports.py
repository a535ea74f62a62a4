"""What a helpdesk tool must be able to do. The contract of an adapter, ours or a third party's.

An adapter is one class per tool. A distribution makes it known by an entry point of the group ``cybervigie.desks``,
whose name is the ``kind`` of the settings file and whose object is a factory ``(DeskConfig) -> Desk``::

    [project.entry-points."cybervigie.desks"]
    mytool = "mypackage.mytool:desk"

The factory reads its options from the ``DeskConfig`` (secrets from files, by ``config.secret``), contacts nothing, and
raises HelpdeskMisset for what is wrong. Its module may hold ``TEMPLATE``, a commented TOML table for
``cybervigie helpdesk init``, with ``{name}`` for the name of the desk.

How a message becomes a draft::

    tool --webhook--> receive() --> outbox (ids only) --> worker: read() -> composition -> delivered()? -> deliver()
    tool <--polling-- poll()    --^

- ``receive`` and ``poll`` only say which messages there are. ``receive`` runs in the request of the webhook: no
  network, no waiting; it checks the authenticity of the call on the raw bytes and raises WebhookRefused.
- The outbox promises *at least once*: after a crash the worker calls ``delivered`` and ``deliver`` again for the same
  reference and key. ``delivered`` makes that *exactly one draft*: it looks in the tool, among what this account wrote
  under this ticket (never in what a person wrote), for the key. Where a tool has its own idempotency, ``deliver``
  passes the key on and ``delivered`` may answer False.
- One worker calls ``read``, ``delivered`` and ``deliver`` of a desk, one message at a time. ``receive`` may be called
  from other threads at any moment. ``check`` has the process to itself.
- Errors: DeskTemporary (tried again, ``retry_after`` honoured), DeskAuth (the desk pauses until its operator has acted;
  a job waits a week), DeskRefused (dead letter). ``bot.helpdesk.http`` raises them by status. Anything else that
  escapes is a defect and is treated as temporary. No message may hold a secret or anything of a ticket.
- A call that ends the process, or a thread that never comes back, holds up its own desk only; all calls of an attempt
  have ``Policy.work`` seconds together, which ``bot.helpdesk.http`` heeds and other connections ask of
  ``bot.helpdesk.attempt.left``.
- An adapter asks its tool for the fields that ``Ticket`` needs, no others, and keeps and logs nothing.
"""

from collections.abc import Iterator, Mapping
from typing import Protocol, runtime_checkable

from bot.helpdesk.model import Batch, Check, Delivery, Format, Incoming, Intake, Ticket, TicketRef


class Desk(Protocol):
    """A helpdesk tool."""

    @property
    def format(self) -> Format:
        """What ``Delivery.body`` must be written in."""
        ...

    def read(self, ref: TicketRef) -> Ticket | None:
        """The message, read now; None where there is nothing to answer: deleted, closed, taken over by a human, not
        written by the person. An adapter may settle such a case itself before it answers None (hand over to a human
        who was asked for). Raises HelpdeskError."""
        ...

    def delivered(self, ref: TicketRef, key: str) -> bool:
        """Whether the draft of that key is under the ticket already. Raises HelpdeskError."""
        ...

    def deliver(self, delivery: Delivery) -> None:
        """Put the draft under the ticket: an internal note where the audience is AGENT, always. Tags and hand-over
        follow ``delivery.draft.status``. Everything here must bear repetition. Raises HelpdeskError."""
        ...

    def check(self) -> Iterator[Check]:
        """Steps that tell whether address, credentials and rights are right, without leaving anything in the tool.
        What fails is a Check, not an error; later steps that make no sense then are left out."""
        ...


@runtime_checkable
class WebhookDesk(Protocol):
    """A tool that calls us."""

    def receive(self, incoming: Incoming) -> tuple[Intake, ...]:
        """The messages to answer that a call announces; empty for an event that is not one (our own note, an agent's
        message). Raises WebhookRefused for a call that is not authentic or not readable."""
        ...


@runtime_checkable
class PrecheckedDesk(Protocol):
    """A tool whose calls can be refused by their headers, before a body is read."""

    def precheck(self, headers: Mapping[str, str]) -> None:
        """Raise WebhookRefused for headers with which ``receive`` would refuse the call whatever its body; names are
        in lower case. Runs in the event loop: no waiting."""
        ...


@runtime_checkable
class ProbedDesk(Protocol):
    """A tool that calls us, and whose call can be imitated, so that ``cybervigie helpdesk test`` tries the way in."""

    def probe(self) -> Incoming:
        """An authentic call that announces no message."""
        ...


@runtime_checkable
class PollingDesk(Protocol):
    """A tool that we ask."""

    def poll(self, cursor: str) -> Batch:
        """Messages since ``cursor``, oldest first, at most some hundred. ``cursor`` is "" the first time: begin with
        what comes from now on, not with the whole past. The returned cursor is saved together with the messages; it
        may come again after a crash, with messages that were seen. Raises HelpdeskError."""
        ...
