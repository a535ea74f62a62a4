"""The outbox: nothing lost, nothing twice, nothing of a text left behind."""

import sqlite3
from pathlib import Path

import pytest

from bot.helpdesk.draft import Drafter
from bot.helpdesk.errors import OutboxUnavailable
from bot.helpdesk.model import Intake
from bot.helpdesk.outbox import KEEP_DAYS, REPLAY_SECONDS, TEXT_DAYS, Outbox
from bot.helpdesk.outbox_model import Job, State

from .helpdesks import Clock, drafter, ref, ticket

DAY = 86_400
CANARY = "canari-9137-texte-du-ticket"
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
    monkeypatch.setattr("bot.helpdesk.outbox._written", lambda _: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        outbox.take("aide", [intake(1), intake(2, text="x")], "11")
    assert outbox.cursor("aide") == "10"
    assert outbox.counts() == {}


def test_the_longest_due_is_claimed_and_only_once(outbox: Outbox, clock: Clock) -> None:
    outbox.take("aide", [intake(2)])
    clock.now += 1
    outbox.take("aide", [intake(1)])
    first, second = outbox.claim(60), outbox.claim(60)
    assert first is not None
    assert second is not None
    assert [first.job.ref.ticket, second.job.ref.ticket] == ["2", "1"]
    assert outbox.claim(60) is None


def test_a_lease_that_ends_gives_the_job_to_another(outbox: Outbox, clock: Clock) -> None:
    outbox.take("aide", [intake()])
    assert outbox.claim(60) is not None
    clock.now += 61
    again = outbox.claim(60)
    assert again is not None
    assert again.job.attempts == 1


def test_a_new_worker_gives_a_draft_on_its_way_time_to_arrive(outbox: Outbox, clock: Clock, drafts: Drafter) -> None:
    outbox.take("aide", [intake(1), intake(2)])
    for _ in range(2):
        work = outbox.claim(60)
        assert work is not None
    outbox.composed(ref(1).key, drafts.draft(ticket("Combien ?")), evaluation=False)
    assert outbox.recover(10) == 2
    work = outbox.claim(60)
    assert work is not None
    assert work.job.ref == ref(2)
    assert outbox.claim(60) is None
    clock.now += 10
    assert outbox.claim(60) is not None


def test_a_paused_desk_is_passed_over(outbox: Outbox) -> None:
    outbox.take("aide", [intake()])
    assert outbox.claim(60, ["aide"]) is None
    assert outbox.claim(60, ["autre"]) is not None


def test_a_job_put_back_waits_and_counts_its_attempts(outbox: Outbox, clock: Clock) -> None:
    outbox.take("aide", [intake()])
    outbox.claim(60)
    outbox.put_back(ref().key, clock.now + 5, "timeout")
    assert (only(outbox).attempts, only(outbox).code) == (1, "timeout")
    assert outbox.claim(60) is None
    clock.now += 5
    outbox.claim(60)
    outbox.put_back(ref().key, clock.now, "auth", counted=False)
    assert only(outbox).attempts == 1


def test_a_dead_letter_is_replayed_or_discarded(outbox: Outbox) -> None:
    outbox.take("aide", [intake(1), intake(2)])
    outbox.claim(60)
    for number in (1, 2):
        outbox.bury(ref(number).key, "http_404")
    assert outbox.claim(60) is None
    assert outbox.replay(ref(1).key)
    assert not outbox.replay(ref(1).key)
    assert outbox.discard(ref(2).key)
    assert not outbox.discard(ref(2).key)
    assert not outbox.discard("CV-inconnue")
    work = outbox.claim(60)
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
            outbox.prune()
            assert outbox.jobs((State.DEAD,))[0].code == "expired"
    assert CANARY.encode() not in held(tmp_path)
    outbox.close()
    assert CANARY.encode() not in held(tmp_path)


def test_a_text_survives_a_failure(outbox: Outbox) -> None:
    outbox.take("aide", [intake(text="Combien ?")])
    outbox.claim(60)
    outbox.bury(ref().key, "http_404")
    outbox.replay(ref().key)
    work = outbox.claim(60)
    assert work is not None
    assert work.ticket == ticket("Combien ?")


def test_what_is_over_is_forgotten_in_time(outbox: Outbox, clock: Clock) -> None:
    outbox.take("aide", [intake(1, delivery="d1"), intake(2)])
    outbox.delivered(ref(1).key)
    outbox.ledger.judge(ref(1).key, "accepted", "2027-01-15")
    clock.now += REPLAY_SECONDS - 1
    outbox.prune()
    assert outbox.take("aide", [intake(3, delivery="d1")]).fresh == 0
    clock.now += KEEP_DAYS * DAY
    outbox.prune()
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
