"""The workers of a process, one thread a desk, so that a slow tool holds up its own tickets only; and their upkeep."""

import random
import threading
import time
from collections.abc import Callable, Mapping

import structlog

from bot.helpdesk.errors import HelpdeskError
from bot.helpdesk.outbox import Outbox
from bot.helpdesk.outbox_upkeep import CRASHED
from bot.helpdesk.retry import Policy
from bot.helpdesk.worker import Worker

_PRUNE_SECONDS = 3600.0
_FIRST_PRUNE_SECONDS = 600.0
"""After a start: what had to wait while nothing worked is delivered before it is too old, and a clock that was wrong
at start has been set."""
_STEP_SECONDS = 300.0
"""A clock that gained or lost so much was set: nothing is called too old for an hour."""
_AGAIN_SECONDS = 5.0
_LOOK_SECONDS = 60.0
log = structlog.get_logger("cybervigie.helpdesk")


class Crew:
    """Workers, by desk. The caller of :meth:`run` holds the lock of the outbox.

    Args:
        outbox: the jobs.
        workers: each of one desk.
        policy: when to try again.
        count: told each end of a job that is given up, as (desk, "dead").
        clock: Unix seconds.
        monotonic: seconds that only go forward.
    """

    def __init__(
        self,
        outbox: Outbox,
        workers: Mapping[str, Worker],
        *,
        policy: Policy,
        count: Callable[[str, str], None],
        clock: Callable[[], float] = time.time,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._outbox = outbox
        self._workers = dict(workers)
        self._policy = policy
        self._count = count
        self._clock = clock
        self._monotonic = monotonic
        self._wake = threading.Event()
        self._offset = clock() - monotonic()
        self._next_prune = monotonic() + _FIRST_PRUNE_SECONDS

    def wake(self, desk: str = "") -> None:
        """There is something to do: for a desk, or for all and for :meth:`run` itself; from any thread."""
        for worker in [self._workers[desk]] if desk else self._workers.values():
            worker.wake()
        if not desk:
            self._wake.set()

    def run(self, stop: threading.Event) -> None:
        """Work until ``stop`` is set and :meth:`wake` called, and each worker is done with its job in hand.

        Ends before, to be begun again, where one of the threads is no more.
        """
        self._begin(stop)
        ending = threading.Event()
        threads = [
            threading.Thread(target=worker.run, args=(ending,), name=f"helpdesk-{name}", daemon=True)
            for name, worker in self._workers.items()
        ]
        for thread in threads:
            thread.start()
        try:
            while not stop.is_set() and all(thread.is_alive() for thread in threads):
                self._guarded(self.prune_when_due)
                self._wake.clear()
                if not stop.is_set():
                    self._wake.wait(_LOOK_SECONDS)
        finally:
            ending.set()
            self.wake()
            for thread in threads:
                thread.join()

    def prune_when_due(self) -> bool:
        """Delete what is too old, once an hour, unless the clock was set meanwhile. Raises OutboxUnavailable."""
        offset = self._clock() - self._monotonic()
        step, self._offset = offset - self._offset, offset
        if abs(step) > _STEP_SECONDS:
            log.warning("helpdesk_clock_was_set", seconds=round(step))
            self._next_prune = self._monotonic() + _PRUNE_SECONDS
        if self._monotonic() < self._next_prune:
            return False
        self._outbox.upkeep.prune()
        self._next_prune = self._monotonic() + _PRUNE_SECONDS
        return True

    def recover(self) -> None:
        """Take up what was left by workers that are no more, or by desks that are. Raises OutboxUnavailable."""
        # Which job is tried first need not be unpredictable.
        crashed = self._outbox.upkeep.recover(self._policy, random.Random())  # noqa: S311
        if crashed.back or crashed.buried:
            log.warning("helpdesk_recovered", back=crashed.back, dead=len(crashed.buried))
        for code, refs in ((CRASHED, crashed.buried), ("unknown_desk", self._outbox.upkeep.abandon([*self._workers]))):
            for ref in refs:
                self._count(ref.desk, "dead")
                log.error("helpdesk_dead_letter", desk=ref.desk, key=ref.key, code=code)

    def _begin(self, stop: threading.Event) -> None:
        while not stop.is_set() and not self._guarded(self.recover):
            stop.wait(_AGAIN_SECONDS)

    def _guarded(self, work: Callable[[], object]) -> bool:
        """Do it; False, and a line in the log, where it could not be done for now."""
        try:
            work()
        except HelpdeskError as error:
            # The outbox itself: a full disk, another process in the way.
            log.error("helpdesk_stopped_for_now", code=error.code)
            return False
        return True
