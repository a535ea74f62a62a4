"""When each host may be asked again, and when it is left alone for the rest of the run.

Between the end of a request and the next one to the same host lies the greatest of the standard gap, the manifest's and
robots.txt's. A host that answers 429 or 503 is given the time it asks for, one that keeps failing is left.
"""

from dataclasses import dataclass, field, replace

from ingest.crawl.model import HostRecord
from ingest.crawl.ports import Clock
from ingest.crawl.state import CrawlState

STANDARD_GAP_S = 2.0
"""The manifest's own default: only what is above it was asked for by somebody."""
MAX_WAIT_S = 600.0
"""A host that asks for more is left for this run."""
MAX_FAILURES = 5
"""Addresses in a row that fail at their first attempt before the host is left."""
_LONGEST_REQUEST_S = 180.0
"""The longest that a request may last (that of a PDF)."""
_FIRST_PATIENCE_S = 60.0
_LONGEST_MEMORY_S = 7 * 24 * 3600.0
"""A Retry-After in a distant year is an accident: the host is tried again after a week."""


@dataclass(slots=True)
class _Gate:
    record: HostRecord
    delay: float = 0.0
    failures: int = 0
    refusals: int = 0
    left: str | None = None


@dataclass(slots=True)
class Pace:
    """The gates of all hosts. ``minimum_gap_s``: see :class:`CrawlOptions`; ``deadline``: end of the run, in seconds of
    the clock, None without one."""

    state: CrawlState
    clock: Clock
    minimum_gap_s: float
    deadline: float | None = None
    _gates: dict[str, _Gate] = field(default_factory=dict)

    def record(self, host: str) -> HostRecord:
        """What is remembered of a host."""
        return self._gate(host).record

    def remember(self, record: HostRecord) -> None:
        """Keep what was learnt of a host's robots.txt; its times of request stay those known here."""
        gate = self._gate(record.host)
        kept = gate.record
        gate.record = replace(record, last_request_at=kept.last_request_at, not_before=kept.not_before)
        self.state.save_host(gate.record)

    def slow_down(self, host: str, seconds: float) -> None:
        """The manifest or robots.txt asks for ``seconds`` between requests; never less than what was asked before."""
        gate = self._gate(host)
        gate.delay = max(gate.delay, seconds)

    def ready_at(self, host: str) -> float:
        """From when on the host may be asked, in seconds of the clock."""
        gate = self._gate(host)
        return max(gate.record.last_request_at + max(self.minimum_gap_s, gate.delay), gate.record.not_before)

    def waiting(self, host: str) -> bool:
        """Whether the host asked to be left alone for now."""
        return self._gate(host).record.not_before > self.clock.now()

    def left(self, host: str) -> str | None:
        """Why the host is left for this run; None: it is not. A wait that an earlier run was told of counts."""
        gate = self._gate(host)
        if gate.left is None and self._too_long(gate.record.not_before - self.clock.now()):
            gate.left = "retry_after"
        return gate.left

    def leave(self, host: str, code: str) -> None:
        """Do not ask the host any more in this run."""
        gate = self._gate(host)
        gate.left = gate.left or code

    def asked(self, host: str) -> None:
        """A request begins: written down before it is sent, so that the gap outlives a killed program."""
        self._stamp(host)
        self.state.save_host(self._gate(host).record)

    def answered(self, host: str) -> None:
        """The request has ended. Not written down: where the program is killed now, the next one takes its own
        beginning for the end of the request."""
        self._stamp(host)

    def succeeded(self, host: str) -> None:
        """The host answered in good order."""
        gate = self._gate(host)
        gate.failures = gate.refusals = 0

    def failed(self, host: str, *, again: bool) -> None:
        """An address failed. ``again``: it had failed before in this run, which tells nothing new of the host: a site
        with some broken pages is not a site that is down."""
        gate = self._gate(host)
        gate.failures += not again
        if gate.failures >= MAX_FAILURES:
            self.leave(host, "unreachable")

    def pause(self, host: str, seconds: float) -> None:
        """Ask nothing for ``seconds`` from now on, of our own accord."""
        gate = self._gate(host)
        until = self.clock.now() + min(seconds, _LONGEST_MEMORY_S)
        gate.record = replace(gate.record, not_before=max(gate.record.not_before, until))
        self.state.save_host(gate.record)

    def refused(self, host: str, seconds: float | None) -> None:
        """The host answered 429 or 503. ``seconds``: its Retry-After; without one, a minute, then twice as long each
        time. Beyond ten minutes, the end of the run or the fifth time, it is left; later runs know until when."""
        gate = self._gate(host)
        wait = _FIRST_PATIENCE_S * 2**gate.refusals if seconds is None else seconds
        gate.refusals += 1
        self.pause(host, wait)
        if gate.refusals >= MAX_FAILURES or self._too_long(wait):
            self.leave(host, "retry_after")

    def _too_long(self, seconds: float) -> bool:
        return seconds > MAX_WAIT_S or (
            seconds > 0 and self.deadline is not None and self.clock.now() + seconds > self.deadline
        )

    def _stamp(self, host: str) -> None:
        gate = self._gate(host)
        gate.record = replace(gate.record, last_request_at=self.clock.now())

    def _gate(self, host: str) -> _Gate:
        gate = self._gates.get(host)
        if gate is None:
            record = self.state.host(host)
            # A killed program left the beginning of its last request: it may have gone on until just now. A clock that
            # was set back must not hold the host for days.
            now = self.clock.now()
            ended = min(now, record.last_request_at + _LONGEST_REQUEST_S) if record.last_request_at else 0.0
            gate = self._gates[host] = _Gate(replace(record, last_request_at=ended))
        return gate
