"""A hundred tickets, a tool that fails, a service that is killed: one draft each, and nothing of a ticket on the disk.

The whole, a thousand tickets and more kills, is ``python -m evals.bench.helpdesk``.
"""

import threading
import time
from pathlib import Path

import pytest
from filelock import FileLock

from bot.helpdesk.model import Intake
from evals.bench.helpdesk import run

from .helpdesks import MemoryDesk, helpdesk, ref, ticket


@pytest.mark.parametrize("tickets", [40, pytest.param(100, marks=pytest.mark.long)])
def test_each_ticket_has_one_draft_whatever_fails(tmp_path: Path, tickets: int) -> None:
    outcome = run(tickets, rate=0.2, kills=2, seed=3, folder=tmp_path, data=None, limit=150.0)
    assert (outcome.missing, outcome.doubled, outcome.wrong, outcome.unfinished) == (0, 0, 0, 0)
    assert outcome.leaks == ()
    # It was a trial: announcements came twice, requests failed in each way, the process died.
    assert outcome.announcements > tickets
    assert len(outcome.faults) >= 6
    assert outcome.kills == 2


def test_one_process_works_at_a_time_and_another_takes_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.helpdesk.hub._LOCK_SECONDS", 0.05)
    desk = MemoryDesk({"1": ticket("Combien de temps garder un dossier ?")})
    made = helpdesk(tmp_path, desk)
    made.outbox.take("aide", [Intake(ref())])
    with FileLock(tmp_path / "worker.lock"):
        assert not made.work()
        with made.working():
            time.sleep(0.3)
            assert desk.calls == []
    with made.working():
        deadline = time.monotonic() + 10
        while not desk.notes and time.monotonic() < deadline:
            time.sleep(0.02)
    assert len(desk.notes["1"]) == 1
    assert not any(thread.name == "helpdesk" for thread in threading.enumerate())
