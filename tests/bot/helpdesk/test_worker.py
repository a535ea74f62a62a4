"""The worker: one draft each, errors by kind, rules of the operator."""

import random
import threading
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from bot.errors import BadQuestion, NotReady
from bot.helpdesk.config import DeskConfig, Rules
from bot.helpdesk.draft import Drafter
from bot.helpdesk.errors import DeskAuth, DeskRefused, DeskTemporary
from bot.helpdesk.model import Audience, Batch, Intake, TicketRef
from bot.helpdesk.outbox import Outbox
from bot.helpdesk.outbox_model import Job, State
from bot.helpdesk.retry import Policy
from bot.helpdesk.worker import OpenDesk, Worker
from bot.model import Answer

from .helpdesks import (
    Clock,
    MemoryDesk,
    PolledDesk,
    Scripted,
    answered,
    config,
    drafter,
    emergency,
    ref,
    refused,
    ticket,
)

POLICY = Policy(base=2.0, cap=60.0, attempts=4, settle=10.0, failures=3, pause=20.0, pause_cap=100.0)


class Bench:
    """A worker on an outbox, with a clock that jumps to what is due next."""

    def __init__(
        self,
        folder: Path,
        desk: MemoryDesk,
        asker: Scripted | None = None,
        settings: DeskConfig | None = None,
        made: Drafter | None = None,
        monotonic: Clock | None = None,
    ) -> None:
        self.clock = Clock()
        self.desk = desk
        self.outbox = Outbox(folder / "outbox.sqlite", clock=self.clock)
        self.outcomes: Counter[str] = Counter()
        self.worker = Worker(
            self.outbox,
            {"aide": OpenDesk(settings or config(), desk)},
            made or drafter(asker),
            policy=POLICY,
            count=lambda _, outcome: self.outcomes.update([outcome]),
            clock=self.clock,
            monotonic=monotonic or self.clock,
            rng=random.Random(1),
        )

    def take(self, *numbers: int) -> None:
        self.outbox.take("aide", [Intake(ref(number)) for number in numbers])

    def settle(self, seconds: float = 100_000.0) -> None:
        """Work until nothing is due within so many seconds."""
        end = self.clock.now + seconds
        while self.clock.now <= end:
            if not self.worker.step():
                self.clock.now += 1.0

    def job(self, number: int = 1) -> Job:
        found = self.outbox.job(ref(number).key)
        assert found is not None
        return found


def tool(*numbers: int, text: str = "Combien de temps garder un dossier ?", **more: Any) -> MemoryDesk:
    return MemoryDesk({str(number): ticket(text, number=number, **more) for number in numbers or (1,)})


def test_a_message_gets_one_draft(tmp_path: Path) -> None:
    bench = Bench(tmp_path, tool())
    bench.take(1)
    assert bench.worker.step()
    assert not bench.worker.step()
    (note,) = bench.desk.notes["1"]
    assert ref().key in note.body
    assert note.audience is Audience.AGENT
    assert (bench.job().state, bench.job().status) == (State.DELIVERED, "answered")
    assert bench.job().answer_ids == note.draft.answer_ids != ()
    assert bench.outcomes == {"delivered": 1}


def test_a_draft_found_in_the_tool_is_not_made_again(tmp_path: Path) -> None:
    asker = Scripted()
    bench = Bench(tmp_path, tool(), asker)
    bench.desk.fail_after = [DeskTemporary("coupé", code="connect")]
    bench.take(1)
    bench.settle(100)
    assert len(bench.desk.notes["1"]) == 1
    assert bench.job().state is State.DELIVERED
    assert len(asker.asked) == 1


def test_after_a_delivery_without_reply_the_tool_is_given_time(tmp_path: Path) -> None:
    bench = Bench(tmp_path, tool())
    bench.desk.fail_after = [DeskTemporary("délai", code="timeout")]
    bench.take(1)
    bench.worker.step()
    assert bench.job().due >= bench.clock.now + POLICY.settle


def test_a_temporary_failure_is_tried_again_with_growing_delays(tmp_path: Path) -> None:
    bench = Bench(tmp_path, tool())
    bench.desk.script = [DeskTemporary("panne", code="http_503")] * 3
    bench.take(1)
    bench.worker.step()
    assert 0 <= bench.job().due - bench.clock.now <= POLICY.base
    bench.settle(500)
    assert bench.job().state is State.DELIVERED
    assert bench.outcomes == {"retry": 3, "delivered": 1}


def test_too_many_failures_make_a_dead_letter_that_can_be_replayed(tmp_path: Path) -> None:
    bench = Bench(tmp_path, tool())
    bench.desk.script = [DeskTemporary("panne", code="http_503")] * POLICY.attempts
    bench.take(1)
    bench.settle(5_000)
    assert (bench.job().state, bench.job().code) == (State.DEAD, "http_503")
    assert bench.outbox.replay(ref().key)
    bench.settle(500)
    assert len(bench.desk.notes["1"]) == 1


def test_retry_after_holds_every_call_of_the_desk(tmp_path: Path) -> None:
    bench = Bench(tmp_path, tool(1, 2))
    bench.desk.script = [DeskTemporary("trop d’appels", code="http_429", retry_after=50.0)]
    bench.take(1, 2)
    bench.worker.step()
    bench.settle(49)
    assert len(bench.desk.calls) == 1
    bench.settle(60)
    assert {number: len(notes) for number, notes in bench.desk.notes.items()} == {"1": 1, "2": 1}


def test_a_desk_that_fails_is_paused_and_its_jobs_keep_their_attempts(tmp_path: Path) -> None:
    bench = Bench(tmp_path, tool(*range(1, 9)))
    bench.desk.script = [DeskTemporary("panne", code="connect")] * 10
    bench.take(*range(1, 9))
    bench.settle(9)
    # Three failures open the circuit; the other jobs were not even tried.
    assert len(bench.desk.calls) == POLICY.failures
    bench.settle(2_000)
    assert all(len(notes) == 1 for notes in bench.desk.notes.values())
    assert len(bench.desk.notes) == 8


def test_refused_credentials_wait_for_the_operator_and_give_nothing_up(tmp_path: Path) -> None:
    bench = Bench(tmp_path, tool())
    bench.desk.script = [DeskAuth("jeton refusé", code="http_401")] * 40
    bench.take(1)
    bench.settle(2_000)
    assert (bench.job().state, bench.job().attempts, bench.job().code) == (State.WAITING, 0, "http_401")
    # Each pause is longer, up to its cap: the tool is not hammered with a bad token.
    assert len(bench.desk.calls) < 45
    bench.desk.script = []
    bench.settle(200)
    assert len(bench.desk.notes["1"]) == 1


def test_a_ticket_that_stays_forbidden_is_given_up_after_a_week(tmp_path: Path) -> None:
    bench = Bench(tmp_path, tool())
    bench.take(1)
    bench.clock.now += POLICY.patience + 1
    bench.desk.script = [DeskAuth("interdit", code="http_403")]
    bench.worker.step()
    assert (bench.job().state, bench.job().code) == (State.DEAD, "http_403")


def test_a_permanent_refusal_is_a_dead_letter_at_once(tmp_path: Path) -> None:
    bench = Bench(tmp_path, tool())
    bench.desk.script = [DeskRefused("introuvable", code="http_404")]
    bench.take(1)
    bench.worker.step()
    assert (bench.job().state, bench.job().code, bench.outcomes) == (State.DEAD, "http_404", {"dead": 1})


def test_a_defect_is_tried_a_few_times_and_its_words_are_kept_nowhere(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bench = Bench(tmp_path, tool())
    bench.desk.script = [ValueError("canari dans un message")] * 9
    bench.take(1)
    bench.settle(2_000)
    assert (bench.job().state, bench.job().code) == (State.DEAD, "defect_ValueError")
    shown = capsys.readouterr()
    assert "canari" not in shown.out + shown.err
    assert b"canari" not in (tmp_path / "outbox.sqlite").read_bytes()


def test_without_an_index_jobs_wait(tmp_path: Path) -> None:
    def none_serves() -> Any:
        raise NotReady("aucun index")

    unready = drafter()
    unready._askers = none_serves
    bench = Bench(tmp_path, tool(), made=unready)
    bench.take(1)
    bench.worker.step()
    assert (bench.job().state, bench.job().code, bench.job().attempts) == (State.WAITING, "not_ready", 0)


def test_a_message_without_anything_to_answer_is_settled(tmp_path: Path) -> None:
    bench = Bench(tmp_path, MemoryDesk())
    bench.take(1)
    bench.worker.step()
    assert (bench.job().state, bench.job().code) == (State.SETTLED, "nothing")


@pytest.mark.parametrize("error", [RuntimeError("défaut"), DeskAuth("jeton", code="http_401")])
def test_whatever_fails_once_a_draft_is_on_its_way_it_is_given_time(tmp_path: Path, error: Exception) -> None:
    bench = Bench(tmp_path, tool())
    bench.desk.fail_after = [error]
    bench.take(1)
    bench.worker.step()
    assert bench.job().due >= bench.clock.now + POLICY.settle
    bench.settle(1_000)
    assert len(bench.desk.notes["1"]) == 1


def test_a_tool_has_two_minutes_to_carry_out_what_it_did_not_answer() -> None:
    assert Policy().settle >= 120
    assert Policy().lease >= Policy().settle


def test_a_clock_set_back_stops_neither_polling_nor_pauses(tmp_path: Path) -> None:
    desk, monotonic = PolledDesk(), Clock(50.0)
    bench = Bench(tmp_path, desk, settings=config(poll_seconds=30), monotonic=monotonic)
    bench.worker.step()
    bench.clock.now -= 7_200
    for _ in range(3):
        monotonic.now += 30
        bench.worker.step()
        bench.worker.step()
    assert len(desk.cursors) == 4
    desk.script = [DeskTemporary("panne", code="connect")] * 3
    for _ in range(3):
        monotonic.now += 30
        bench.worker.step()
    bench.clock.now -= 86_400
    monotonic.now += POLICY.pause
    desk.batches = [Batch((Intake(ref(1)),), "7")]
    desk.tickets = {"1": ticket("Combien ?")}
    monotonic.now += 30
    bench.worker.step()
    assert len(desk.notes["1"]) == 1


@pytest.mark.parametrize(
    ("rules", "category", "tags", "expected"),
    [
        (Rules(), "Divers", frozenset(), State.DELIVERED),
        (Rules(categories=frozenset({"rgpd"})), "RGPD", frozenset(), State.DELIVERED),
        (Rules(categories=frozenset({"rgpd"})), "Facturation", frozenset(), State.SETTLED),
        (Rules(consent_tag="accord"), "", frozenset({"Accord"}), State.DELIVERED),
        (Rules(consent_tag="accord"), "", frozenset({"autre"}), State.SETTLED),
    ],
)
def test_categories_and_consent(
    tmp_path: Path, rules: Rules, category: str, tags: frozenset[str], expected: State
) -> None:
    asker = Scripted()
    bench = Bench(tmp_path, tool(category=category, tags=tags), asker, config(rules=rules))
    bench.take(1)
    bench.worker.step()
    assert bench.job().state is expected
    assert bool(asker.asked) is (expected is State.DELIVERED)


@pytest.mark.parametrize(
    ("rules", "answer", "expected"),
    [
        (Rules(), answered(), Audience.AGENT),
        (Rules(auto_reply_categories=frozenset({"autre"})), answered(), Audience.AGENT),
        (Rules(auto_reply_categories=frozenset({"rgpd"})), answered(0.95), Audience.PERSON),
        (Rules(auto_reply_categories=frozenset({"rgpd"})), answered(0.65), Audience.AGENT),
        (Rules(auto_reply_categories=frozenset({"rgpd"})), refused(), Audience.AGENT),
        (Rules(auto_reply_categories=frozenset({"rgpd"})), emergency(), Audience.PERSON),
    ],
)
def test_the_person_is_answered_only_where_the_operator_named_the_category(
    tmp_path: Path, rules: Rules, answer: Any, expected: Audience
) -> None:
    bench = Bench(tmp_path, tool(category="RGPD"), Scripted(otherwise=answer), config(rules=rules))
    bench.take(1)
    bench.worker.step()
    (note,) = bench.desk.notes["1"]
    assert note.audience is expected


def test_the_person_is_answered_once_a_ticket(tmp_path: Path) -> None:
    messages = [TicketRef("aide", "1", f"m{number}") for number in range(4)]
    desk = MemoryDesk({"1": ticket("Combien de temps garder un dossier ?", category="RGPD")})
    bench = Bench(tmp_path, desk, settings=config(rules=Rules(auto_reply_categories=frozenset({"rgpd"}))))
    # The reply was carried out, and its first attempt looked as if it had failed.
    desk.fail_after = [DeskTemporary("délai", code="timeout")]
    for message in messages:
        bench.outbox.take("aide", [Intake(message)])
        bench.settle(200)
    assert [note.audience for note in desk.notes["1"]] == [Audience.PERSON] + [Audience.AGENT] * 3


@pytest.mark.parametrize(
    ("text", "complete"),
    [
        ("Dois-je nommer un DPO ?\nCombien de temps garder un dossier ?", True),
        ("\n".join(f"{number}) Combien de temps garder le dossier {number} ?" for number in range(5)), False),
        ("Combien de temps garder un dossier ?\n" + "mot " * 10_000, False),
        ("Dois-je nommer un DPO ?\nCombien de temps garder un dossier illisible ?", False),
    ],
)
def test_the_person_is_answered_whole_or_not_at_all(tmp_path: Path, text: str, complete: bool) -> None:
    class Picky(Scripted):
        def ask(self, question: str, *, max_citations: int = 3) -> Answer:
            if "illisible" in question:
                raise BadQuestion("question_empty", "vide")
            return super().ask(question, max_citations=max_citations)

    rules = Rules(auto_reply_categories=frozenset({"rgpd"}))
    bench = Bench(tmp_path, tool(text=text, category="RGPD"), Picky(), config(rules=rules))
    bench.take(1)
    bench.worker.step()
    (note,) = bench.desk.notes["1"]
    assert note.draft.complete is complete
    assert note.audience is (Audience.PERSON if complete else Audience.AGENT)


def test_texts_of_verdicts_may_be_kept_of_flagged_tickets_only(tmp_path: Path) -> None:
    desk = MemoryDesk({"1": ticket("Combien ?", tags=frozenset({"Évaluation"})), "2": ticket("Combien ?", number=2)})
    bench = Bench(tmp_path, desk, settings=config(rules=Rules(evaluation_tag="évaluation")))
    bench.take(1, 2)
    bench.settle(5)
    assert (bench.job(1).evaluation, bench.job(2).evaluation) == (True, False)


def test_polling_goes_on_from_its_cursor_and_survives_failures(tmp_path: Path) -> None:
    desk = PolledDesk({"1": ticket("Combien ?"), "2": ticket("Combien ?", number=2)})
    desk.batches = [Batch((Intake(ref(1)),), "7", more=True), Batch((Intake(ref(1)), Intake(ref(2))), "9")]
    desk.script = [DeskTemporary("panne", code="http_502")]
    bench = Bench(tmp_path, desk, settings=config(poll_seconds=30))
    bench.settle(120)
    assert desk.cursors[:3] == ["", "", "7"]
    assert set(desk.cursors[3:]) == {"9"}
    assert {number: len(notes) for number, notes in desk.notes.items()} == {"1": 1, "2": 1}


def test_texts_found_by_polling_are_masked_before_they_are_stored(tmp_path: Path) -> None:
    text = "Combien de temps garder le dossier de Mme Zorblaxovitch ?"
    desk = PolledDesk(batches=[Batch((Intake(ref(), ticket=ticket(text)),), "1")])
    asker = Scripted()
    bench = Bench(tmp_path, desk, asker)
    bench.settle(5)
    assert len(desk.notes["1"]) == 1
    assert "read" not in desk.calls
    assert not any("Zorblax" in question for question in asker.asked)
    assert b"Zorblax" not in (tmp_path / "outbox.sqlite").read_bytes()


def test_it_runs_until_told_to_stop_whatever_breaks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bench = Bench(tmp_path, tool())
    bench.take(1)
    broken = [RuntimeError("défaut")]
    step = bench.worker.step

    def breaks_once() -> bool:
        if broken:
            raise broken.pop()
        return step()

    monkeypatch.setattr(bench.worker, "step", breaks_once)
    monkeypatch.setattr("bot.helpdesk.worker._IDLE_SECONDS", 0.02)
    stop = threading.Event()
    thread = threading.Thread(target=bench.worker.run, args=(stop,))
    thread.start()
    for _ in range(500):
        if bench.desk.notes:
            break
        threading.Event().wait(0.02)
    stop.set()
    bench.worker.wake()
    thread.join(timeout=10)
    assert not thread.is_alive()
    assert len(bench.desk.notes["1"]) == 1
    bench.outbox.close()
