"""The time of an attempt as a whole."""

from pathlib import Path

import pytest

from bot.helpdesk import attempt
from bot.helpdesk.attempt import left, within
from bot.helpdesk.errors import DeskTemporary
from bot.helpdesk.http import HttpClient
from bot.helpdesk.model import Batch, Intake, Ticket, TicketRef
from bot.helpdesk.outbox import Outbox
from bot.helpdesk.outbox_model import State
from bot.helpdesk.reach import Reach
from bot.helpdesk.retry import Policy
from bot.helpdesk.worker import OpenDesk, Worker

from .helpdesks import Clock, PolledDesk, config, drafter, ref, ticket


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock(100.0)
    monkeypatch.setattr(attempt.time, "monotonic", made)
    return made


def test_a_call_takes_at_most_what_is_left_of_the_attempt(clock: Clock) -> None:
    assert left(30.0) == 30.0
    with within(100.0):
        assert left(30.0) == 30.0
        clock.now += 80
        assert left(30.0) == 20.0
        clock.now += 20
        with pytest.raises(DeskTemporary):
            left(30.0)
        # Before anything is sent.
        with pytest.raises(DeskTemporary, match="trop lentement"):
            HttpClient("http://127.0.0.1:9", Reach(internal=True)).request("POST", "/notes")
    assert left(30.0) == 30.0


def test_a_tool_that_answers_each_call_slowly_ends_the_attempt(tmp_path: Path, clock: Clock) -> None:
    class Slow(PolledDesk):
        def poll(self, cursor: str) -> Batch:
            left(30.0)
            return super().poll(cursor)

        def read(self, wanted: TicketRef) -> Ticket | None:
            for _ in range(100):
                clock.now += left(25.0)
            return super().read(wanted)

    desk = Slow({"1": ticket("Combien ?")})
    outbox = Outbox(tmp_path / "outbox.sqlite", clock=clock)
    outbox.take("aide", [Intake(ref())])
    policy = Policy()
    worker = Worker(outbox, {"aide": OpenDesk(config(), desk)}, drafter(), policy=policy, clock=clock, monotonic=clock)
    begun = clock.now
    assert worker.step()
    assert clock.now - begun <= policy.work < policy.lease
    job = outbox.job(ref().key)
    assert job is not None
    assert (job.state, job.code) == (State.WAITING, "timeout")
    # The next one has its own time.
    clock.now += policy.cap
    assert worker.step()
    assert len(desk.cursors) == 2
    outbox.close()
