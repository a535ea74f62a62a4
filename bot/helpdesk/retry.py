"""When to try again: exponential backoff with full jitter, and a pause of a whole desk that fails."""

import math
import random
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Policy:
    """Seconds and counts of trying again.

    ``base`` and ``cap``: the n-th delay is drawn from 0 to ``min(cap, base * 2**(n-1))`` ("full jitter", M. Brooker,
    "Exponential Backoff And Jitter", AWS Architecture Blog, 2015). With the defaults, ``attempts`` last some eight
    hours on average, pauses of the desk not counted. ``settle``: the least delay after a delivery that did not end
    well, for the tool may still be carrying it out, and then finds it under the ticket. ``defects``: attempts of a job
    whose failure is a defect of the program, and ends of the process in a row while it was in hand. ``failures``: in a
    row, before a desk is paused, for ``pause`` seconds, doubled each time up to ``pause_cap``. ``patience``: how long a
    job waits for credentials that are refused: one ticket that the account may not touch must not pause its desk for
    ever. ``work``: seconds that the calls of one attempt, or of one poll, may take together. ``lease``: seconds after
    which a job taken up is given to another worker; more than ``work`` and ``settle``.
    """

    base: float = 2.0
    cap: float = 3600.0
    attempts: int = 24
    settle: float = 120.0
    defects: int = 5
    failures: int = 4
    pause: float = 15.0
    pause_cap: float = 900.0
    patience: float = 7 * 86_400.0
    work: float = 180.0
    lease: float = 300.0

    def delay(self, attempt: int, rng: random.Random) -> float:
        """Seconds to wait after the ``attempt``-th failure (from 1)."""
        return rng.uniform(0.0, min(self.cap, self.base * 2.0 ** min(attempt - 1, 30)))


class Circuit:
    """Whether a desk may be called. It opens on failures in a row, or at once when told; then one call tries it.

    ``clock``: seconds that only go forward (``time.monotonic``).
    """

    def __init__(self, policy: Policy, clock: Callable[[], float], rng: random.Random) -> None:
        self._policy = policy
        self._clock = clock
        self._rng = rng
        self._failures = 0
        self._pauses = 0
        self._until = -math.inf

    @property
    def open(self) -> bool:
        """Whether calls must wait."""
        return self._clock() < self._until

    @property
    def left(self) -> float:
        """Seconds until a call may be tried."""
        return max(0.0, self._until - self._clock())

    def succeeded(self) -> None:
        """A call went well."""
        self._failures = self._pauses = 0
        self._until = -math.inf

    def failed(self, *, at_once: bool = False) -> bool:
        """A call failed; ``at_once``: more calls would be of no use (credentials refused). True when it opens."""
        self._failures += 1
        # After a pause one failure is enough: that call was the trial.
        if self._failures < self._policy.failures and not self._pauses and not at_once:
            return False
        seconds = min(self._policy.pause_cap, self._policy.pause * 2.0 ** min(self._pauses, 20))
        self._pauses += 1
        self.pause(self._rng.uniform(seconds / 2, seconds))
        return True

    def pause(self, seconds: float) -> None:
        """Wait for so long: the tool asked for it."""
        self._until = max(self._until, self._clock() + seconds)
