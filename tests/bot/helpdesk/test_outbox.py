"""The outbox: nothing lost, nothing twice, nothing of a text left behind."""

import random
import sqlite3
from pathlib import Path

import pytest

from bot.helpdesk.draft import Drafter
from bot.helpdesk.errors import OutboxUnavailable
from bot.helpdesk.model import Audience, Intake, TicketRef
from bot.helpdesk.outbox import Outbox
from bot.helpdesk.outbox_model import Crashed, Job, State
from bot.helpdesk.outbox_tables import _SCHEMA
from bot.helpdesk.outbox_upkeep import CRASHED, KEEP_DAYS, REPLAY_SECONDS, TEXT_DAYS
from bot.helpdesk.retry import Policy

from .helpdesks import Clock, drafter, ref, ticket

DAY = 86_400
CANARY = "canari-9137-texte-du-ticket"
AT_ONCE = Policy(base=0.0, settle=10.0)
RNG = random.Random(1)
OVER = (State.DELIVERED, State.SETTLED, State.DISCARDED)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def outbox(tmp_path: Path, clock: Clock) -> Outbox:
    return Outbox(tmp_path / "helpdesk" / "outbox.sqlite", clock=clock)


@pytest.fixture(scope="module")
def drafts() -> Drafter:
    return drafter()


def intake(number: int = 1, *, delivery: str = "", text: str = "") -> Intake:
    return Intake(ref(number), delivery, ticket(text, number=number) if text else None)


def held(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


def only(outbox: Outbox) -> Job:
    (job,) = outbox.jobs(tuple(State))
    return job


def only_dead(outbox: Outbox) -> tuple[tuple[TicketRef, str], ...]:
    return tuple((job.ref, job.code) for job in outbox.jobs((State.DEAD,)))


def test_the_file_is_its_owner_s_only(outbox: Outbox, tmp_path: Path) -> None:
    outbox.take("aide", [intake()])
    assert (tmp_path / "helpdesk").stat().st_mode & 0o777 == 0o700
    for path in (tmp_path / "helpdesk").iterdir():
        assert path.stat().st_mode & 0o077 == 0, path.name


def test_commits_are_on_the_disk_before_a_call_is_acknowledged(outbox: Outbox, tmp_path: Path) -> None:
    with outbox._tables.transaction() as db:
        assert db.execute("PRAGMA journal_mode").fetchone()[0] == "wal"
        assert db.execute("PRAGMA synchronous").fetchone()[0] == 2
        assert db.execute("PRAGMA secure_delete").fetchone()[0] == 1


def test_an_announcement_of_several_messages_is_taken_whole_and_once(outbox: Outbox) -> None:
    both = [intake(1, delivery="d1"), intake(2, delivery="d1")]
    assert outbox.take("aide", both).fresh == 2
    assert outbox.take("aide", both).fresh == 0
    assert outbox.take("aide", [intake(3, delivery="d1")]).fresh == 0
    # An id is of one desk.
    assert outbox.take("autre", [intake(3, delivery="d1")]).fresh == 1


def test_messages_and_their_cursor_are_saved_together(outbox: Outbox, monkeypatch: pytest.MonkeyPatch) -> None:
    outbox.take("aide", [], "10")
    monkeypatch.setattr("bot.helpdesk.outbox.written", lambda _: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        outbox.take("aide", [intake(1), intake(2, text="x")], "11")
    assert outbox.cursor("aide") == "10"
    assert outbox.counts() == {}


def test_the_longest_due_is_claimed_and_only_once(outbox: Outbox, clock: Clock) -> None:
    outbox.take("aide", [intake(2)])
    clock.now += 1
    outbox.take("aide", [intake(1)])
    first, second = outbox.claim(["aide"], 60), outbox.claim(["aide"], 60)
    assert first is not None
    assert second is not None
    assert [first.job.ref.ticket, second.job.ref.ticket] == ["2", "1"]
    assert outbox.claim(["aide"], 60) is None


def test_a_lease_that_ends_gives_the_job_to_another(outbox: Outbox, clock: Clock) -> None:
    outbox.take("aide", [intake()])
    assert outbox.claim(["aide"], 60) is not None
    clock.now += 61
    again = outbox.claim(["aide"], 60)
    assert again is not None
    assert again.job.attempts == 1


def test_a_new_worker_gives_a_draft_on_its_way_time_to_arrive(outbox: Outbox, clock: Clock, drafts: Drafter) -> None:
    outbox.take("aide", [intake(1), intake(2)])
    for _ in range(2):
        assert outbox.claim(["aide"], 60) is not None
    outbox.composed(ref(1).key, drafts.draft(ticket("Combien ?")), evaluation=False)
    assert outbox.upkeep.recover(AT_ONCE, RNG) == Crashed(2, ())
    work = outbox.claim(["aide"], 60)
    assert work is not None
    assert work.job.ref == ref(2)
    assert outbox.claim(["aide"], 60) is None
    clock.now += AT_ONCE.settle
    assert outbox.claim(["aide"], 60) is not None


def test_a_job_that_ends_the_process_is_buried_and_lets_others_go_first(outbox: Outbox, clock: Clock) -> None:
    policy = Policy(base=2.0, cap=60.0, defects=3)
    outbox.take("aide", [intake(1)])
    clock.now += 1
    outbox.take("aide", [intake(2)])
    starts = 0
    while only_dead(outbox) == ():
        starts += 1
        assert starts < 10
        while (work := outbox.claim(["aide"], 300)) is not None and work.job.ref == ref(2):
            outbox.delivered(work.job.key)
        if work is None:
            clock.now += 61
            continue
        # The process ends here, and another one starts.
        outbox.upkeep.recover(policy, RNG)
    assert only_dead(outbox) == ((ref(1), CRASHED),)
    found = outbox.job(ref(1).key)
    assert found is not None
    assert found.attempts == policy.defects
    second = outbox.job(ref(2).key)
    assert second is not None
    assert second.state is State.DELIVERED
    # An operator may try it again.
    assert outbox.replay(ref(1).key)


def test_ends_of_the_process_count_in_a_row_only(outbox: Outbox, clock: Clock) -> None:
    outbox.take("aide", [intake()])
    for _ in range(20):
        assert outbox.claim(["aide"], 60) is not None
        assert outbox.upkeep.recover(AT_ONCE, RNG).buried == ()
        assert outbox.claim(["aide"], 60) is not None
        outbox.put_back(ref().key, clock.now, "timeout")


def test_a_job_in_hand_can_be_given_up_when_nobody_holds_it_any_more(outbox: Outbox, clock: Clock) -> None:
    outbox.take("aide", [intake(1, text=CANARY), intake(2)])
    for _ in range(2):
        outbox.claim(["aide"], 60)
    assert not outbox.discard(ref(1).key)
    assert outbox.discard(ref(2).key, unattended=True)
    clock.now += 60
    assert outbox.discard(ref(1).key)
    # A worker that comes back late does not take it up again.
    outbox.put_back(ref(1).key, clock.now, "timeout")
    assert outbox.claim(["aide"], 60) is None
    assert {job.state for job in outbox.jobs(tuple(State))} == {State.DISCARDED}


@pytest.mark.parametrize("step", [-2 * 3600.0, -30 * 86_400.0])
def test_a_clock_set_back_makes_nobody_wait_longer(outbox: Outbox, clock: Clock, step: float) -> None:
    outbox.take("aide", [intake(1), intake(2), intake(3)])
    outbox.claim(["aide"], 60)
    outbox.put_back(ref(1).key, clock.now + 120, "timeout")
    outbox.claim(["aide"], 60)
    clock.now += step
    work = outbox.claim(["aide"], 60)
    assert work is not None
    assert work.job.ref == ref(3)
    # What was in hand keeps its lease, and what was to wait waits as long as it had to.
    clock.now += 59
    assert outbox.claim(["aide"], 60) is None
    clock.now += 2
    assert outbox.claim(["aide"], 600) is not None
    assert outbox.claim(["aide"], 600) is not None
    assert outbox.claim(["aide"], 600) is None
    clock.now += 60
    work = outbox.claim(["aide"], 600)
    assert work is not None
    assert work.job.ref == ref(1)


def test_each_desk_has_its_own_queue(outbox: Outbox) -> None:
    outbox.take("aide", [intake()])
    assert outbox.claim([], 60) is None
    assert outbox.claim(["autre"], 60) is None
    assert outbox.claim(["autre", "aide"], 60) is not None


def test_desks_taken_out_of_the_settings_leave_dead_letters(outbox: Outbox) -> None:
    outbox.take("aide", [intake(1)])
    outbox.take("ancien", [Intake(ref(5, "ancien"))])
    assert outbox.upkeep.abandon(["aide"]) == (ref(5, "ancien"),)
    assert outbox.upkeep.abandon(["aide"]) == ()
    assert only_dead(outbox) == ((ref(5, "ancien"), "unknown_desk"),)


def test_it_knows_whether_the_person_was_answered_under_a_ticket(outbox: Outbox, drafts: Drafter) -> None:
    first, second, other = (TicketRef("aide", "1", "m1"), TicketRef("aide", "1", "m2"), TicketRef("aide", "2", "m1"))
    outbox.take("aide", [Intake(one) for one in (first, second, other)])
    draft = drafts.draft(ticket("Combien ?"))
    outbox.composed(first.key, draft, evaluation=False)
    assert not outbox.answered_before(second)
    outbox.composed(first.key, draft, evaluation=False, audience=Audience.PERSON)
    assert outbox.answered_before(second)
    assert not outbox.answered_before(first)
    assert not outbox.answered_before(other)


def test_how_late_it_is_can_be_seen(outbox: Outbox, clock: Clock) -> None:
    outbox.take("aide", [intake()])
    clock.now += 90
    outbox.take("autre", [Intake(ref(5, "autre"))])
    assert outbox.oldest_due() == {"aide": 90.0, "autre": 0.0}


def test_a_file_of_the_version_before_is_taken_over(tmp_path: Path) -> None:
    path = tmp_path / "outbox.sqlite"
    with sqlite3.connect(path) as db:
        for statement in _SCHEMA:
            db.execute(statement)
        db.execute(
            "INSERT INTO jobs VALUES (?, 'aide', '1', 'm1', 'waiting', 2, 1, 0, 1, 1, 'timeout', '', '', '', 0)",
            (ref().key,),
        )
        db.execute("PRAGMA user_version = 1")
    db.close()
    made = Outbox(path)
    work = made.claim(["aide"], 60)
    assert work is not None
    assert work.job.attempts == 2
    assert not made.answered_before(ref())
    made.close()
    assert Outbox(path).counts() == {("aide", State.WORKING): 1}


def test_a_job_put_back_waits_and_counts_its_attempts(outbox: Outbox, clock: Clock) -> None:
    outbox.take("aide", [intake()])
    outbox.claim(["aide"], 60)
    outbox.put_back(ref().key, clock.now + 5, "timeout")
    assert (only(outbox).attempts, only(outbox).code) == (1, "timeout")
    assert outbox.claim(["aide"], 60) is None
    clock.now += 5
    outbox.claim(["aide"], 60)
    outbox.put_back(ref().key, clock.now, "auth", counted=False)
    assert only(outbox).attempts == 1


def test_a_dead_letter_is_replayed_or_discarded(outbox: Outbox, clock: Clock) -> None:
    outbox.take("aide", [intake(1), intake(2)])
    outbox.claim(["aide"], 60)
    for number in (1, 2):
        outbox.bury(ref(number).key, "http_404")
    assert outbox.claim(["aide"], 60) is None
    assert outbox.replay(ref(1).key)
    # One that waits is brought forward.
    outbox.claim(["aide"], 60)
    outbox.put_back(ref(1).key, clock.now + 3_600, "http_503")
    assert outbox.claim(["aide"], 60) is None
    assert outbox.replay(ref(1).key)
    assert not outbox.replay(ref(3).key)
    assert outbox.discard(ref(2).key)
    assert not outbox.discard(ref(2).key)
    assert not outbox.discard("CV-inconnue")
    work = outbox.claim(["aide"], 60)
    assert work is not None
    assert (work.job.ref, work.job.attempts) == (ref(1), 0)


@pytest.mark.parametrize("how", ["delivered", "settled", "discarded", "expired"])
def test_a_text_is_gone_from_the_disk_when_its_job_is_over(
    outbox: Outbox, clock: Clock, tmp_path: Path, how: str
) -> None:
    outbox.take("aide", [intake(text=CANARY), intake(2)])
    assert CANARY.encode() in held(tmp_path)
    match how:
        case "delivered":
            outbox.delivered(ref().key)
        case "settled":
            outbox.settle(ref().key, "consent")
        case "discarded":
            outbox.discard(ref().key)
        case "expired":
            clock.now += TEXT_DAYS * DAY + 1
            outbox.upkeep.prune()
            assert outbox.jobs((State.DEAD,))[0].code == "expired"
    assert CANARY.encode() not in held(tmp_path)
    outbox.close()
    assert CANARY.encode() not in held(tmp_path)


def test_a_text_survives_a_failure(outbox: Outbox) -> None:
    outbox.take("aide", [intake(text="Combien ?")])
    outbox.claim(["aide"], 60)
    outbox.bury(ref().key, "http_404")
    outbox.replay(ref().key)
    work = outbox.claim(["aide"], 60)
    assert work is not None
    assert work.ticket == ticket("Combien ?")


def test_what_is_over_is_forgotten_in_time(outbox: Outbox, clock: Clock) -> None:
    outbox.take("aide", [intake(1, delivery="d1"), intake(2)])
    outbox.delivered(ref(1).key)
    outbox.ledger.judge(ref(1).key, "accepted", "2027-01-15")
    clock.now += REPLAY_SECONDS - 1
    outbox.upkeep.prune()
    assert outbox.take("aide", [intake(3, delivery="d1")]).fresh == 0
    clock.now += KEEP_DAYS * DAY
    outbox.upkeep.prune()
    assert [job.ref for job in outbox.jobs(tuple(State))] == [ref(2)]
    assert outbox.ledger.verdicts() == {}


def test_a_verdict_counts_once(outbox: Outbox) -> None:
    outbox.take("aide", [intake()])
    assert outbox.ledger.judge(ref().key, "accepted", "2027-01-15")
    assert not outbox.ledger.judge(ref().key, "rejected", "2027-01-16")
    assert outbox.ledger.verdicts() == {("aide", "rejected"): 1}


def test_a_file_of_another_kind_is_said_in_french(tmp_path: Path) -> None:
    path = tmp_path / "outbox.sqlite"
    path.write_text("ceci n’est pas une base, et c’est assez long pour qu’on le voie" * 20, encoding="utf-8")
    with pytest.raises(OutboxUnavailable, match="file d’envoi inutilisable"):
        Outbox(path).counts()


def test_a_newer_file_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "outbox.sqlite"
    Outbox(path).counts()
    with sqlite3.connect(path) as db:
        db.execute("PRAGMA user_version = 99")
    db.close()
    with pytest.raises(OutboxUnavailable, match="plus récente"):
        Outbox(path).counts()
