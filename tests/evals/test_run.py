"""Runs: nothing done is lost, nothing different is continued, nothing private is written."""

import errno
import json
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from filelock import FileLock

from bot.model import Status, Turn
from evals.errors import RunFolderError, SystemDown, SystemRefuses
from evals.model import HIDDEN, Expected, Failure, Kind, Outcome, Question, Quote, SystemInfo
from evals.record import load_run, questions_digest
from evals.redaction import recorded
from evals.run import FAILURES_MAX, Plan, Progress, run
from evals.systems.identity import system_info
from evals.systems.ports import Reply

PHONE = "06 12 34 56 78"
QUESTIONS = tuple(
    Question(f"q{n}", f"Question secrète numéro {n} de la suite ?", Kind.ANSWERABLE, topics=("t",)) for n in range(6)
)


class Scripted:
    """A system that replies as it is told, and counts."""

    def __init__(self, script: Callable[[Question], Reply] | None = None, **identity: str) -> None:
        self.info: SystemInfo = system_info("engine", "scripted", identity={"model": "m", **identity})
        self.corpus_digest: str | None = "c"
        self.asked: list[str] = []
        self._script = script

    def ask(self, question: Question) -> Reply:
        self.asked.append(question.id)
        if self._script is not None:
            return self._script(question)
        return Reply(Outcome(question.id, status=Status.ANSWERED, answer="Oui."))

    def close(self) -> None:
        """Nothing to close."""


def plan(folder: Path, **changes: bool) -> Plan:
    return Plan(QUESTIONS, (), folder, **changes)


def stopping(at: str, error: BaseException) -> Callable[[Question], Reply]:
    def script(question: Question) -> Reply:
        if question.id == at:
            raise error
        return Reply(Outcome(question.id, status=Status.ANSWERED))

    return script


IBAN = "FR76 3000 4028 3798 7654 3210 943"
SEEDED = Question(
    "p", f"Au {PHONE}, IBAN {IBAN}, puis-je ?", Kind.PRIVACY, Expected(masked=(PHONE, IBAN)), (Turn(f"Au {PHONE} ?"),)
)


@pytest.mark.parametrize(
    ("masked", "left", "altered"),
    [
        (("Au, IBAN, puis-je ?", "Au ?"), 0, True),
        ((f"Au {PHONE}, IBAN, puis-je ?", "Au ?"), 1, True),
        # Spaced in another way, in an earlier question, or a piece of it: it is there.
        (("Au 06.12.34.56.78, IBAN, puis-je ?", "Au ?"), 1, True),
        (("Au, IBAN, puis-je ?", f"Au {PHONE} ?"), 1, True),
        (("Au, IBAN 7654 3210 943, puis-je ?", "Au ?"), 1, True),
        ((SEEDED.text, "Au ?"), 2, False),
        # Invisible characters and spaces are no alteration.
        ((SEEDED.text.replace(" IBAN", "  IBAN"), "Au ?"), 2, False),
    ],
)
def test_what_masking_leaves_is_counted_and_not_written(
    tmp_path: Path, masked: tuple[str, ...], left: int, altered: bool
) -> None:
    system = Scripted(lambda question: Reply(Outcome(question.id, status=Status.NO_ANSWER), masked=masked))
    done = run(system, Plan((SEEDED,), (), tmp_path / "run"))
    assert (done.outcomes[0].unmasked, done.outcomes[0].altered) == (left, altered)
    written = b"".join(path.read_bytes() for path in (tmp_path / "run").iterdir()).decode()
    assert not any(piece in written for piece in ("06 12", "06.12", "3210", "puis-je"))


def test_a_system_that_does_not_show_its_masking_is_not_judged_on_it() -> None:
    outcome = recorded(Reply(Outcome("p")), SEEDED, keep_texts=False)
    assert (outcome.unmasked, outcome.altered) == (None, None)


def test_a_folder_where_nothing_can_be_written_promises_nothing(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("")
    with pytest.raises(RunFolderError) as caught:
        run(Scripted(), plan(tmp_path / "taken" / "run"))
    assert "ce n’est pas un dossier" in str(caught.value)
    assert "gardé" not in str(caught.value)
    assert "Not a directory" not in str(caught.value)


def test_a_disk_that_fills_up_keeps_what_is_done_and_says_so(tmp_path: Path) -> None:
    full = OSError(errno.ENOSPC, "No space left on device")
    with pytest.raises(RunFolderError) as caught:
        run(Scripted(stopping("q2", full)), plan(tmp_path / "run"))
    assert "disque plein" in str(caught.value)
    assert "ce qui est fait est gardé, --resume continue" in str(caught.value)
    assert len(load_run(tmp_path / "run").outcomes) == 2


def test_a_whole_run_is_written_and_read_back(tmp_path: Path) -> None:
    seen: list[Progress] = []
    done = run(Scripted(), plan(tmp_path), progress=seen.append)
    assert done == load_run(tmp_path)
    assert done.complete
    assert [outcome.question_id for outcome in done.outcomes] == [question.id for question in QUESTIONS]
    assert [(state.done, state.total) for state in seen] == [(n, 6) for n in range(7)]
    meta = done.meta
    assert meta.questions_digest == questions_digest(QUESTIONS)
    assert (meta.corpus_digest, meta.count, meta.texts_kept) == ("c", 6, False)
    assert meta.finished_at is not None
    assert meta.started_at <= meta.finished_at
    assert {"python", "cybervigie", "onnxruntime"} <= meta.versions.keys()
    assert int(meta.machine["cores"]) >= 1


@pytest.mark.parametrize("error", [KeyboardInterrupt(), SystemDown("parti"), SystemRefuses("non")])
def test_a_stopped_run_keeps_what_is_done_and_continues(tmp_path: Path, error: BaseException) -> None:
    with pytest.raises(type(error)):
        run(Scripted(stopping("q3", error)), plan(tmp_path))
    half = load_run(tmp_path)
    assert len(half.outcomes) == 3
    assert not half.complete
    assert half.meta.finished_at is None
    again = Scripted()
    done = run(again, plan(tmp_path, resume=True))
    assert again.asked == ["q3", "q4", "q5"]
    assert done.complete
    assert done.outcomes[:3] == half.outcomes
    assert done.meta.started_at == half.meta.started_at


def test_each_outcome_is_on_the_disk_before_the_next_question(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[int] = []
    monkeypatch.setattr(os, "fsync", lambda _: synced.append(1))

    def script(question: Question) -> Reply:
        path = tmp_path / "outcomes.jsonl"
        assert len(path.read_bytes().splitlines()) == int(question.id[1:])
        synced.clear()
        return Reply(Outcome(question.id))

    def step(state: Progress) -> None:
        assert synced or not state.done

    run(Scripted(script), plan(tmp_path), progress=step)


def test_a_line_cut_by_a_crash_is_asked_again(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        run(Scripted(stopping("q3", KeyboardInterrupt())), plan(tmp_path))
    path = tmp_path / "outcomes.jsonl"
    path.write_bytes(path.read_bytes()[:-9])
    assert len(load_run(tmp_path).outcomes) == 2
    again = Scripted()
    assert run(again, plan(tmp_path, resume=True)).complete
    assert again.asked == ["q2", "q3", "q4", "q5"]
    assert all(json.loads(line) for line in path.read_text().splitlines())


def test_another_run_is_not_overwritten_nor_continued(tmp_path: Path) -> None:
    run(Scripted(), plan(tmp_path))
    with pytest.raises(RunFolderError, match="--resume"):
        run(Scripted(), plan(tmp_path))
    changed = replace(QUESTIONS[0], expected=Expected(quotes=("x",)))
    with pytest.raises(RunFolderError, match="les questions ne sont plus les mêmes"):
        run(Scripted(), Plan((changed, *QUESTIONS[1:]), (), tmp_path, resume=True))
    with pytest.raises(RunFolderError, match=r"le système n’est plus le même \(calibration\)"):
        run(Scripted(calibration="other"), plan(tmp_path, resume=True))
    with pytest.raises(RunFolderError, match="--keep-text"):
        run(Scripted(), plan(tmp_path, resume=True, keep_texts=True))
    idle = Scripted()
    assert run(idle, plan(tmp_path, resume=True)).complete
    assert idle.asked == []


def test_failures_are_kept_and_asked_again_on_demand_only(tmp_path: Path) -> None:
    def failing(question: Question) -> Reply:
        failure = Failure("timeout", "lent") if question.id == "q1" else None
        return Reply(Outcome(question.id, failure=failure))

    assert run(Scripted(failing), plan(tmp_path)).outcomes[1].failure == Failure("timeout", "lent")
    idle = Scripted()
    run(idle, plan(tmp_path, resume=True))
    assert idle.asked == []
    again = Scripted()
    done = run(again, plan(tmp_path, resume=True, retry=True))
    assert again.asked == ["q1"]
    assert done.outcomes[1].failure is None
    assert len(done.outcomes) == 6


def test_a_system_that_only_fails_is_left(tmp_path: Path) -> None:
    many = tuple(Question(f"m{n}", "a ?", Kind.ANSWERABLE) for n in range(FAILURES_MAX + 5))
    system = Scripted(lambda question: Reply(Outcome(question.id, failure=Failure("timeout", "trop lent"))))
    with pytest.raises(SystemDown, match="trop lent"):
        run(system, Plan(many, (), tmp_path))
    assert len(system.asked) == len(load_run(tmp_path).outcomes) == FAILURES_MAX


def test_two_runs_do_not_write_in_one_folder(tmp_path: Path) -> None:
    with FileLock(tmp_path / ".lock"), pytest.raises(RunFolderError, match="un autre passage"):
        run(Scripted(), plan(tmp_path))


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(RunFolderError, match="écriture impossible"):
        run(Scripted(), plan(tmp_path / "file"))


@pytest.mark.parametrize("content", [b"{", b'{"format": 1}', b"\xff"])
def test_damaged_results_are_told(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(RunFolderError, match="aucun passage"):
        load_run(tmp_path)
    run(Scripted(), plan(tmp_path))
    (tmp_path / "run.json").write_bytes(content)
    with pytest.raises(RunFolderError, match="illisibles"):
        load_run(tmp_path)


PRIVATE = Question(
    "p",
    f"Mme Exemple, {PHONE}, veut son dossier, que répondre ?",
    Kind.PRIVACY,
    expected=Expected(masked=(PHONE, "Mme Exemple")),
    history=(Turn("Avant, au sujet de Mme Exemple ?"),),
    notes="relire Mme Exemple",
)


def parrot(question: Question) -> Reply:
    answer = f"Vous demandez : « {question.text} ». Appelez le 06.12.34.56.78 [1]"
    quotes = (Quote(1, "Le dossier de MME EXEMPLE est communiqué."),)
    return Reply(Outcome(question.id, answer=answer, quotes=quotes), (answer, quotes[0].text))


def test_nothing_that_was_typed_is_written(tmp_path: Path) -> None:
    done = run(Scripted(parrot), Plan((PRIVATE,), (), tmp_path))
    written = b"".join(path.read_bytes() for path in tmp_path.iterdir()).decode()
    for typed in ("Exemple", "EXEMPLE", "06 12", "06.12", "veut son dossier"):
        assert typed not in written
    (outcome,) = done.outcomes
    assert outcome.leaks == 2
    assert outcome.quotes[0].text == f"Le dossier de {HIDDEN} est communiqué."
    (question,) = done.questions
    assert (question.text, question.history, question.notes) == ("", (), "")
    # How many there were is what scores need.
    assert question.expected.masked == (HIDDEN, HIDDEN)


def test_texts_are_written_when_they_are_asked_for(tmp_path: Path) -> None:
    done = run(Scripted(parrot), Plan((PRIVATE,), (), tmp_path, keep_texts=True))
    assert done.questions == (PRIVATE,)
    assert PRIVATE.text in done.outcomes[0].answer
    assert done.outcomes[0].leaks == 2


def test_what_repeats_nothing_is_written_as_it_is() -> None:
    outcome = Outcome("p", answer="Le 39 19 répond. Dossier : voir [1].", quotes=(Quote(1, "Un dossier."),))
    assert recorded(Reply(outcome, (outcome.answer,)), PRIVATE, keep_texts=False) == outcome


def test_a_heading_that_is_the_question_stays_in_the_quotes() -> None:
    heading = "Combien de temps garder le dossier d’un patient ?"
    question = Question("h", heading, Kind.ANSWERABLE)
    outcome = Outcome("h", answer=f"« {heading} Vingt ans. » [1]", quotes=(Quote(1, f"{heading} Vingt ans."),))
    assert recorded(Reply(outcome, (outcome.answer,)), question, keep_texts=False) == outcome
