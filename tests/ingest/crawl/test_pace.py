"""Gaps, Retry-After, hosts that are left: on a clock that is a number."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest.crawl.model import HostRecord
from ingest.crawl.pace import Pace
from ingest.crawl.state import CrawlState
from ingest.store import DocumentStore

from .scripted import BEGIN, FakeClock

HOST = "site.test"


@pytest.fixture
def state(tmp_path: Path) -> Iterator[CrawlState]:
    with DocumentStore(tmp_path) as store:
        yield CrawlState(store)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def pace(state: CrawlState, clock: FakeClock) -> Pace:
    return Pace(state, clock, 2.0)


def test_the_gap_begins_when_the_request_ends(pace: Pace, clock: FakeClock) -> None:
    assert pace.ready_at(HOST) <= clock.now()
    pace.asked(HOST)
    clock.move(5)
    pace.answered(HOST)
    assert pace.ready_at(HOST) == BEGIN + 7


def test_the_greatest_of_the_gaps_holds(pace: Pace, clock: FakeClock) -> None:
    pace.asked(HOST)
    for asked, expected in ((1.0, 2.0), (10.0, 10.0), (4.0, 10.0)):
        pace.slow_down(HOST, asked)
        assert pace.ready_at(HOST) == clock.now() + expected


def test_the_moment_of_a_request_is_on_disk_before_it_is_sent(pace: Pace, state: CrawlState) -> None:
    pace.asked(HOST)
    assert state.host(HOST).last_request_at == BEGIN


def test_after_a_kill_the_last_request_may_have_gone_on_until_now(state: CrawlState, clock: FakeClock) -> None:
    Pace(state, clock, 2.0).asked(HOST)
    clock.move(30)
    assert Pace(state, clock, 2.0).ready_at(HOST) == clock.now() + 2
    # No request lasts longer than three minutes.
    clock.move(400)
    assert Pace(state, clock, 2.0).ready_at(HOST) == BEGIN + 182


def test_a_clock_set_back_does_not_hold_a_host(state: CrawlState, clock: FakeClock) -> None:
    state.save_host(HostRecord(HOST, last_request_at=BEGIN + 1e6))
    assert Pace(state, clock, 2.0).ready_at(HOST) == BEGIN + 2


def test_a_wait_that_is_asked_for_is_kept_by_the_next_program_too(state: CrawlState, clock: FakeClock) -> None:
    pace = Pace(state, clock, 2.0)
    pace.asked(HOST)
    pace.refused(HOST, 90.0)
    assert pace.waiting(HOST)
    for one in (pace, Pace(state, clock, 2.0)):
        assert one.ready_at(HOST) == BEGIN + 90
        assert one.left(HOST) is None


def test_without_retry_after_the_wait_doubles(pace: Pace, clock: FakeClock) -> None:
    waits = []
    for _ in range(4):
        pace.refused(HOST, None)
        waits.append(pace.ready_at(HOST) - clock.now())
        clock.move(waits[-1])
    assert waits == [60, 120, 240, 480]
    assert pace.left(HOST) is None
    pace.refused(HOST, None)
    assert pace.left(HOST) == "retry_after"


def test_a_good_reply_ends_the_series(pace: Pace, clock: FakeClock) -> None:
    for _ in range(10):
        pace.refused(HOST, 1.0)
        pace.failed(HOST, again=False)
        pace.succeeded(HOST)
    assert pace.left(HOST) is None


def test_more_than_ten_minutes_is_for_another_run(state: CrawlState, clock: FakeClock) -> None:
    pace = Pace(state, clock, 2.0)
    pace.refused(HOST, 601.0)
    assert pace.left(HOST) == "retry_after"
    clock.move(30)
    later = Pace(state, clock, 2.0)
    assert later.left(HOST) is None
    assert later.ready_at(HOST) == BEGIN + 601
    # A distant date is an accident.
    pace.refused(HOST, 1e12)
    assert state.host(HOST).not_before == clock.now() + 7 * 24 * 3600
    assert Pace(state, clock, 2.0).left(HOST) == "retry_after"


def test_waiting_beyond_the_end_of_the_run_makes_no_sense(state: CrawlState, clock: FakeClock) -> None:
    pace = Pace(state, clock, 2.0, deadline=BEGIN + 100)
    pace.refused(HOST, 99.0)
    assert pace.left(HOST) is None
    pace.refused(HOST, 101.0)
    assert pace.left(HOST) == "retry_after"


def test_five_addresses_that_fail_in_a_row(pace: Pace) -> None:
    for _ in range(4):
        pace.failed(HOST, again=False)
        pace.failed(HOST, again=True)
        pace.failed(HOST, again=True)
    assert pace.left(HOST) is None
    pace.failed(HOST, again=False)
    assert pace.left(HOST) == "unreachable"
    assert pace.left("autre.test") is None


def test_the_first_reason_stays(pace: Pace) -> None:
    pace.leave(HOST, "robots_unreachable")
    pace.leave(HOST, "unreachable")
    assert pace.left(HOST) == "robots_unreachable"


def test_rules_are_remembered_beside_the_times(pace: Pace, state: CrawlState) -> None:
    pace.asked(HOST)
    pace.refused(HOST, 30.0)
    pace.remember(HostRecord(HOST, robots_body=b"User-agent: *", robots_status=200, robots_at=BEGIN))
    assert state.host(HOST) == HostRecord(HOST, BEGIN, BEGIN + 30, b"User-agent: *", 200, BEGIN)
