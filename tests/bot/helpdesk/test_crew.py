"""Workers side by side, and their upkeep."""

import contextlib
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from prometheus_client import CollectorRegistry
from structlog.testing import capture_logs

from bot.helpdesk.crew import Crew
from bot.helpdesk.errors import OutboxUnavailable
from bot.helpdesk.hub import Helpdesk
from bot.helpdesk.model import Intake, Ticket, TicketRef
from bot.helpdesk.outbox import Outbox
from bot.helpdesk.outbox_model import State
from bot.helpdesk.outbox_upkeep import TEXT_DAYS
from bot.helpdesk.retry import Policy
from bot.helpdesk.worker import OpenDesk, Worker

from .helpdesks import Clock, MemoryDesk, config, drafter, helpdesk, ref, ticket

DAY = 86_400.0
QUESTION = "Combien de temps garder un dossier ?"


@dataclass
class SlowDesk(MemoryDesk):
    """A tool that does not answer until it is let go."""

    asked: threading.Event = field(default_factory=threading.Event)
    go: threading.Event = field(default_factory=threading.Event)

    def read(self, wanted: TicketRef) -> Ticket | None:
        self.asked.set()
        self.go.wait(90)
        return super().read(wanted)


def until(reached: Any, seconds: float = 30.0) -> bool:
    end = time.monotonic() + seconds
    while not reached() and time.monotonic() < end:
        time.sleep(0.01)
    return bool(reached())


class Aged:
    """A crew without workers, on clocks that are moved by hand."""

    def __init__(self, folder: Path) -> None:
        self.clock, self.monotonic = Clock(), Clock(50.0)
        self.outbox = Outbox(folder / "outbox.sqlite", clock=self.clock)
        self.given_up: Counter[tuple[str, str]] = Counter()
        worker = Worker(self.outbox, {"aide": OpenDesk(config(), MemoryDesk())}, drafter(), clock=self.clock)
        self.crew = Crew(
            self.outbox,
            {"aide": worker},
            policy=Policy(defects=2),
            count=lambda desk, outcome: self.given_up.update([(desk, outcome)]),
            clock=self.clock,
            monotonic=self.monotonic,
        )
        self.outbox.take("aide", [Intake(ref(), ticket=ticket("x"))])

    def passes(self, seconds: float, step: float = 0.0) -> None:
        self.clock.now += seconds + step
        self.monotonic.now += seconds

    @property
    def state(self) -> State:
        (job,) = self.outbox.jobs(tuple(State))
        return job.state


@contextlib.contextmanager
def two_desks(folder: Path, slow: MemoryDesk, quick: MemoryDesk) -> Iterator[Helpdesk]:
    made = helpdesk(folder, slow)
    both = {"lent": OpenDesk(config("lent"), slow), "aide": OpenDesk(config(), quick)}
    counts = type(made.counts)(made.outbox, CollectorRegistry())
    found = Helpdesk(both, made.outbox, drafter(), made._verdicts, counts, folder / "worker.lock")
    with found.working():
        yield found


def test_a_slow_tool_holds_up_its_own_tickets_only(tmp_path: Path) -> None:
    slow = SlowDesk({str(number): ticket(QUESTION, number=number, desk="lent") for number in range(12)})
    quick = MemoryDesk({"1": ticket(QUESTION)})
    with two_desks(tmp_path, slow, quick) as made:
        made.outbox.take("lent", [Intake(ref(number, "lent")) for number in range(12)])
        assert slow.asked.wait(30)
        made.outbox.take("aide", [Intake(ref())])
        try:
            assert until(lambda: quick.notes)
            assert slow.notes == {}
        finally:
            slow.go.set()
        assert until(lambda: len(slow.notes) == 12)
    assert all(len(notes) == 1 for notes in (*slow.notes.values(), *quick.notes.values()))
    assert not any(thread.name.startswith("helpdesk") for thread in threading.enumerate())


def test_a_lock_that_cannot_be_used_is_tried_again_and_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.helpdesk.hub._LOCK_SECONDS", 0.02)
    desk = MemoryDesk({"1": ticket(QUESTION)})
    made = helpdesk(tmp_path, desk)
    made.outbox.take("aide", [Intake(ref())])
    (tmp_path / "worker.lock").mkdir()
    with pytest.raises(OutboxUnavailable, match="verrou inutilisable"):
        made.work()
    with capture_logs() as logs, made.working():
        assert until(lambda: any(line["event"] == "helpdesk_not_working" for line in logs))
        assert (desk.notes, working(made)) == ({}, 0.0)
        (tmp_path / "worker.lock").rmdir()
        assert until(lambda: desk.notes)
        assert working(made) == 1.0
    assert working(made) == 0.0


def working(made: Helpdesk) -> float:
    (family,) = made.counts.working.collect()
    return family.samples[0].value


def test_a_thread_that_is_no_more_is_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.helpdesk.hub._LOCK_SECONDS", 0.02)
    monkeypatch.setattr("bot.helpdesk.crew._LOOK_SECONDS", 0.02)
    monkeypatch.setattr(threading, "excepthook", lambda _: None)
    desk = MemoryDesk({"1": ticket(QUESTION)})
    made = helpdesk(tmp_path, desk)
    made.outbox.take("aide", [Intake(ref())])
    ends, step = [SystemExit()], Worker.step

    def ends_once(worker: Worker) -> bool:
        if ends:
            raise ends.pop()
        return step(worker)

    monkeypatch.setattr(Worker, "step", ends_once)
    with made.working():
        assert until(lambda: desk.notes)


def test_texts_that_are_too_old_are_pruned_every_hour(tmp_path: Path) -> None:
    aged = Aged(tmp_path)
    aged.clock.now += TEXT_DAYS * DAY + 1
    # The process was started again after a week: what waited is tried first.
    aged.crew = Crew(
        aged.outbox, {}, policy=Policy(), count=lambda *_: None, clock=aged.clock, monotonic=aged.monotonic
    )
    assert not aged.crew.prune_when_due()
    aged.passes(601)
    assert aged.crew.prune_when_due()
    assert aged.state is State.DEAD
    aged.passes(3_599)
    assert not aged.crew.prune_when_due()
    aged.passes(2)
    assert aged.crew.prune_when_due()


def test_a_clock_that_jumps_ahead_makes_nothing_too_old(tmp_path: Path) -> None:
    aged = Aged(tmp_path)
    aged.passes(4_000)
    assert aged.crew.prune_when_due()
    aged.passes(4_000, step=8 * DAY)
    assert not aged.crew.prune_when_due()
    aged.passes(60, step=-8 * DAY)
    assert not aged.crew.prune_when_due()
    aged.passes(3_601)
    assert aged.crew.prune_when_due()
    assert aged.state is State.WAITING


def test_what_is_given_up_at_a_start_is_counted(tmp_path: Path) -> None:
    aged = Aged(tmp_path)
    aged.outbox.take("ancien", [Intake(ref(5, "ancien"))])
    for _ in range(2):
        assert aged.outbox.claim(["aide"], 60) is not None
        aged.crew.recover()
        aged.passes(3_600)
    assert aged.given_up == {("ancien", "dead"): 1, ("aide", "dead"): 1}
