"""The worker: takes jobs of its desk from the outbox one at a time, and sees each to its end.

Exactly one draft per message follows from three things: one worker of a desk at a time (``crew`` has one each, ``hub``
holds a file lock), a job that is taken up again after any crash, and ``Desk.delivered``, asked before every delivery.
"""

import math
import random
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import structlog

from bot.errors import NotReady
from bot.helpdesk.attempt import within
from bot.helpdesk.config import DeskConfig
from bot.helpdesk.draft import Drafter
from bot.helpdesk.errors import DeskAuth, DeskRefused, DeskTemporary, HelpdeskError
from bot.helpdesk.model import Audience, Delivery, TicketRef
from bot.helpdesk.outbox import Outbox
from bot.helpdesk.outbox_model import Work
from bot.helpdesk.ports import Desk, PollingDesk
from bot.helpdesk.reading import masked_intakes
from bot.helpdesk.render import render
from bot.helpdesk.retry import Circuit, Policy
from bot.helpdesk.rules import audience_of, left_alone

log = structlog.get_logger("cybervigie.helpdesk")
_IDLE_SECONDS = 1.0
"""Between two looks into an outbox that another process fills; this one's own intake wakes the worker at once."""
_NOT_READY_SECONDS = 15.0


@dataclass(frozen=True, slots=True)
class OpenDesk:
    """A desk and its settings."""

    config: DeskConfig
    desk: Desk


class Worker:
    """Works on the outbox until it is told to stop.

    Args:
        outbox: the jobs.
        desks: its desk by name; several are worked on in turn.
        drafter: makes the drafts.
        policy: when to try again.
        count: told each end of an attempt, as (desk, outcome); outcomes: ``delivered``, ``settled``, ``retry``,
            ``auth``, ``dead``.
        public_phones: help lines, which are not masked.
        clock: Unix seconds, of what is kept in the outbox.
        monotonic: seconds that only go forward, for polling and pauses.
        rng: of the jitter.
    """

    def __init__(
        self,
        outbox: Outbox,
        desks: Mapping[str, OpenDesk],
        drafter: Drafter,
        *,
        policy: Policy | None = None,
        count: Callable[[str, str], None] = lambda desk, outcome: None,
        public_phones: frozenset[str] = frozenset(),
        clock: Callable[[], float] = time.time,
        monotonic: Callable[[], float] = time.monotonic,
        rng: random.Random | None = None,
    ) -> None:
        self._outbox = outbox
        self._desks = dict(desks)
        self._drafter = drafter
        self._policy = policy or Policy()
        self._count = count
        self._phones = public_phones
        self._clock = clock
        self._monotonic = monotonic
        # Jitter need not be unpredictable.
        self._rng = rng or random.Random()  # noqa: S311
        self._circuits = {name: Circuit(self._policy, monotonic, self._rng) for name in self._desks}
        self._next_poll = {name: -math.inf for name, one in desks.items() if isinstance(one.desk, PollingDesk)}
        self._wake = threading.Event()

    def wake(self) -> None:
        """There is something to do; from any thread."""
        self._wake.set()

    def run(self, stop: threading.Event) -> None:
        """Work until ``stop`` is set and :meth:`wake` called. The caller holds the lock of the outbox."""
        while not stop.is_set():
            self._wake.clear()
            try:
                if self.step():
                    continue
            except HelpdeskError as error:
                # The outbox itself: a full disk, another process in the way.
                log.error("helpdesk_stopped_for_now", code=error.code)
            except Exception as error:
                # A defect must not end the worker: what it was working on is taken up again when its lease ends.
                log.error("helpdesk_defect", code=_code(error))
            self._wake.wait(_IDLE_SECONDS)

    def step(self) -> bool:
        """Poll what is due, then work on one job; False when there was none. Raises OutboxUnavailable."""
        now = self._monotonic()
        for name, due in self._next_poll.items():
            if now >= due and not self._circuits[name].open:
                self._poll(name)
        ready = [name for name, circuit in self._circuits.items() if not circuit.open]
        work = self._outbox.claim(ready, self._policy.lease)
        if work is None:
            return False
        self._attempt(work)
        return True

    def _poll(self, name: str) -> None:
        one = self._desks[name]
        assert isinstance(one.desk, PollingDesk)
        self._next_poll[name] = self._monotonic() + one.config.poll_seconds
        try:
            with within(self._policy.work):
                batch = one.desk.poll(self._outbox.cursor(name))
        except Exception as error:
            self._polling_failed(name, error)
            return
        intakes = masked_intakes(batch.intakes, self._phones, one.config.rules)
        taken = self._outbox.take(name, intakes, batch.cursor)
        self._circuits[name].succeeded()
        if batch.more:
            self._next_poll[name] = -math.inf
        if taken.fresh:
            log.info("helpdesk_polled", desk=name, fresh=taken.fresh, known=taken.known)

    def _polling_failed(self, name: str, error: Exception) -> None:
        circuit = self._circuits[name]
        circuit.failed(at_once=isinstance(error, DeskAuth))
        if isinstance(error, DeskTemporary) and error.retry_after:
            circuit.pause(error.retry_after)
        log.warning("helpdesk_poll_failed", desk=name, code=_code(error))

    def _attempt(self, work: Work) -> None:
        """One attempt at a job, and what follows from how it ended."""
        ref, key, attempt = work.job.ref, work.job.key, work.job.attempts + 1
        found = self._desks[ref.desk]
        circuit = self._circuits[ref.desk]
        delivering = [False]
        try:
            with within(self._policy.work):
                settled = self._draft(found, work, delivering)
        except NotReady:
            self._put_back(key, _NOT_READY_SECONDS, "not_ready", False, counted=False)
        except DeskAuth as error:
            circuit.failed(at_once=True)
            if self._clock() - work.job.created > self._policy.patience:
                self._bury(ref, key, error.code)
                return
            self._put_back(key, circuit.left, error.code, delivering[0], counted=False)
            self._count(ref.desk, "auth")
            log.error("helpdesk_credentials_refused", desk=ref.desk, key=key, code=error.code)
        except DeskTemporary as error:
            self._later(work, circuit, error, attempt, delivering=delivering[0])
        except DeskRefused as error:
            circuit.succeeded()
            self._bury(ref, key, error.code)
        except HelpdeskError:
            raise
        except Exception as error:
            if attempt >= self._policy.defects:
                self._bury(ref, key, _code(error))
                return
            self._put_back(key, self._policy.delay(attempt + 4, self._rng), _code(error), delivering[0])
            self._count(ref.desk, "retry")
            log.error("helpdesk_defect", desk=ref.desk, key=key, attempt=attempt, code=_code(error))
        else:
            circuit.succeeded()
            self._count(ref.desk, settled)

    def _draft(self, one: OpenDesk, work: Work, delivering: list[bool]) -> str:
        """See a job to its end: "delivered" or "settled"."""
        ref, key, rules = work.job.ref, work.job.key, one.config.rules
        ticket = work.ticket or one.desk.read(ref)
        why = "nothing" if ticket is None else left_alone(ticket, rules)
        if ticket is None or why:
            self._outbox.settle(key, why)
            log.info("helpdesk_settled", desk=ref.desk, key=key, code=why)
            return "settled"
        if not one.desk.delivered(ref, key):
            draft = self._drafter.draft(ticket)
            audience = audience_of(ticket, draft, rules)
            if audience is Audience.PERSON and self._outbox.answered_before(ref):
                # Two machines that answer each other would never stop.
                audience = Audience.AGENT
            body = render(draft, key, one.desk.format, audience)
            kept = _consents(ticket.tags, rules.evaluation_tag)
            self._outbox.composed(key, draft, evaluation=kept, audience=audience)
            delivering[0] = True
            one.desk.deliver(Delivery(ref, key, body, one.desk.format, draft, audience))
            sent = "person" if audience is Audience.PERSON else "agent"
            log.info("helpdesk_delivered", desk=ref.desk, key=key, status=draft.status.value, audience=sent)
        self._outbox.delivered(key)
        return "delivered"

    def _later(self, work: Work, circuit: Circuit, error: DeskTemporary, attempt: int, *, delivering: bool) -> None:
        ref, key = work.job.ref, work.job.key
        if attempt >= self._policy.attempts:
            circuit.failed()
            self._bury(ref, key, error.code)
            return
        delay = self._policy.delay(attempt, self._rng)
        if error.retry_after is not None:
            # So long for all of this tool's calls, and a little more, not all at the same moment.
            circuit.pause(error.retry_after)
            delay += error.retry_after
        elif circuit.failed():
            log.warning("helpdesk_paused", desk=ref.desk, code=error.code)
        self._put_back(key, delay, error.code, delivering)
        self._count(ref.desk, "retry")
        log.info("helpdesk_retry", desk=ref.desk, key=key, attempt=attempt, code=error.code, seconds=round(delay, 1))

    def _put_back(self, key: str, delay: float, code: str, delivering: bool, *, counted: bool = True) -> None:
        """Try again after ``delay`` seconds; a draft that was on its way is given the time to arrive."""
        wait = max(delay, self._policy.settle) if delivering else delay
        self._outbox.put_back(key, self._clock() + wait, code, counted=counted)

    def _bury(self, ref: TicketRef, key: str, code: str) -> None:
        self._outbox.bury(key, code)
        self._count(ref.desk, "dead")
        log.error("helpdesk_dead_letter", desk=ref.desk, key=key, code=code)


def _consents(tags: frozenset[str], wanted: str) -> bool:
    return bool(wanted) and wanted in {tag.casefold() for tag in tags}


def _code(error: Exception) -> str:
    """A stable word; of a defect the type of the error only, for its message could hold anything."""
    return error.code if isinstance(error, HelpdeskError) else f"defect_{type(error).__name__}"
