"""What the outbox holds of a message: ids, states, codes and moments."""

from dataclasses import dataclass
from enum import StrEnum

from bot.helpdesk.model import Ticket, TicketRef


class State(StrEnum):
    """Where a job stands. The last three are final; a dead one may be replayed."""

    WAITING = "waiting"
    WORKING = "working"
    DEAD = "dead"
    DELIVERED = "delivered"
    SETTLED = "settled"
    DISCARDED = "discarded"


@dataclass(frozen=True, slots=True)
class Job:
    """A message to be answered, or that was. ``attempts``: made so far. Moments are Unix seconds.

    ``code``: why it waits, is dead or was settled without a draft; ``status``: of the draft that was delivered.
    ``answer_ids``: of its answers. ``evaluation``: whether texts of a verdict may be kept.
    """

    key: str
    ref: TicketRef
    state: State
    attempts: int
    due: float
    created: float
    updated: float
    code: str
    status: str
    reason: str
    answer_ids: tuple[str, ...]
    evaluation: bool


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of announcements: taken, or known before."""

    fresh: int
    known: int


@dataclass(frozen=True, slots=True)
class Crashed:
    """What became of jobs whose worker is no more: how many were given back, and which are dead letters."""

    back: int
    buried: tuple[TicketRef, ...]


@dataclass(frozen=True, slots=True)
class Work:
    """A job taken up by the worker; ``ticket`` of a desk that cannot be asked again."""

    job: Job
    ticket: Ticket | None
