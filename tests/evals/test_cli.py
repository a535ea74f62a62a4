"""``cybervigie eval`` as its entry point runs it: messages, exit codes, what is kept."""

import importlib.metadata
import json
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bot import cli
from evals.cli import evaluation
from evals.record import load_run

from .endpoint import Request, reply, serving


@dataclass(frozen=True)
class Result:
    """What a command printed, and its exit code."""

    code: int
    out: str
    err: str


Run = Callable[..., Result]


@pytest.fixture
def cybervigie(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a command line."""
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.delenv("CYBERVIGIE_EVAL_KEY", raising=False)

    def run_one(*arguments: str | Path) -> Result:
        monkeypatch.setattr(sys, "argv", ["cybervigie", *map(str, arguments)])
        capsys.readouterr()
        with pytest.raises(SystemExit) as left:
            cli.main()
        captured = capsys.readouterr()
        return Result(left.value.code if isinstance(left.value.code, int) else 0, captured.out, captured.err)

    return run_one


@pytest.fixture
def questions(tmp_path: Path) -> Path:
    path = tmp_path / "q.jsonl"
    rows = [{"id": f"q{n}", "question": f"Question {n} sur le dossier ?"} for n in range(5)]
    path.write_text("\n".join(json.dumps(row) for row in rows))
    return path


def completion(content: str) -> dict[str, Any]:
    return {"choices": [{"message": {"content": content}, "finish_reason": "stop"}]}


def chat_run(questions: Path, folder: Path, url: str, *more: str) -> list[str]:
    given = ["--questions", str(questions), "--out", str(folder), "--system", "openai", "--url", url, "--model", "m"]
    return ["eval", "run", *given, "--retries", "0", "--timeout", "5", *more]


def test_the_commands_are_installed_and_listed(cybervigie: Run) -> None:
    (entry,) = importlib.metadata.entry_points(group=cli.EXTENSIONS, name="eval")
    assert entry.load() is evaluation
    assert "eval" in cybervigie("--help").out
    shown = cybervigie("eval")
    assert shown.code == 0
    assert all(name in shown.out for name in ("new", "check", "run", "report", "compare", "gate"))


def test_an_extension_that_cannot_load_leaves_the_other_commands(
    cybervigie: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = importlib.metadata.EntryPoint("autre", "no_such_module:app", cli.EXTENSIONS)
    monkeypatch.setattr(cli, "entry_points", lambda **_: [broken])
    shown = cybervigie("--help")
    assert shown.code == 0
    assert "commande « autre » indisponible" in shown.err
    assert cybervigie("autre").code == 2


def test_commands_of_the_program_do_not_wait_for_extensions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cli, "entry_points", lambda **_: pytest.fail("looked up"))
    cli.extend(["sources", "--check"])


def test_a_skeleton_is_written_then_checked(cybervigie: Run, tmp_path: Path) -> None:
    path = tmp_path / "modele.csv"
    assert cybervigie("eval", "new", path).code == 0
    again = cybervigie("eval", "new", path)
    assert again.code == 1
    assert "existe déjà" in again.err
    checked = cybervigie("eval", "check", path)
    assert checked.code == 0
    assert "6\u00a0questions" in checked.out
    assert "langage SMS" in checked.out


def test_a_bad_question_file_stops_everything_before_it_begins(cybervigie: Run, tmp_path: Path) -> None:
    path = tmp_path / "q.jsonl"
    path.write_text('{"question": "a ?", "kind": "x"}\n{')
    for arguments in (["eval", "check", path], ["eval", "run", "-q", path, "-o", tmp_path / "out"]):
        result = cybervigie(*arguments)
        assert result.code == 1
        assert "ligne 1 : « kind » vaut « x »" in result.err
        assert "ligne 2 : JSON incorrect" in result.err
    assert not (tmp_path / "out").exists()


def test_files_that_cannot_be_read_are_told_in_french_without_a_line(cybervigie: Run, tmp_path: Path) -> None:
    absent = tmp_path / "absent.jsonl"
    for arguments in (
        ["eval", "check", absent],
        ["eval", "check", tmp_path],
        ["eval", "gate", tmp_path, "--floors", absent],
    ):
        result = cybervigie(*arguments)
        assert result.code == 1
        assert "fichier ou dossier absent" in result.err or "c’est un dossier" in result.err
        assert "ligne 0" not in result.err
        assert "No such file" not in result.err


def test_exported_answers_run_then_resume(cybervigie: Run, questions: Path, tmp_path: Path) -> None:
    answers = tmp_path / "autre.jsonl"
    rows = [{"id": f"q{n}", "status": "answered", "answer": "Oui."} for n in (0, 1, 2, 9)]
    answers.write_text("\n".join(json.dumps(row) for row in rows))
    line = ["eval", "run", "-q", questions, "-o", tmp_path / "out", "--system", "exported", "--answers", answers]
    done = cybervigie(*line)
    assert done.code == 0
    assert "2\u00a0fois : aucune réponse à cette question dans l’export" in done.err
    assert "1\u00a0réponse de l’export sans question" in done.err
    assert len(load_run(tmp_path / "out").outcomes) == 5
    refused = cybervigie(*line)
    assert refused.code == 1
    assert "--resume" in refused.err
    assert cybervigie(*line, "--resume").code == 0
    answers.write_text(json.dumps(rows[0]))
    changed = cybervigie(*line, "--resume")
    assert changed.code == 1
    assert "le système n’est plus le même (file)" in changed.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--system", "http"], "il manque --url ADRESSE"),
        (["--system", "openai", "--url", "http://127.0.0.1:1"], "il manque --model NOM"),
        (["--system", "exported"], "il manque --answers FICHIER"),
        (["--system", "engine", "--data", "nowhere"], "cybervigie index"),
        (["--system", "http", "--url", "chez moi"], "n’est pas une adresse"),
    ],
)
def test_what_a_system_needs_is_told(
    cybervigie: Run, questions: Path, tmp_path: Path, arguments: list[str], said: str
) -> None:
    result = cybervigie("eval", "run", "-q", questions, "-o", tmp_path / "out", *arguments)
    assert result.code == 1
    assert said in result.err
    assert not (tmp_path / "out").exists()


def test_an_endpoint_that_goes_down_leaves_what_is_done(cybervigie: Run, questions: Path, tmp_path: Path) -> None:
    def twice(request: Request) -> Any:
        return completion("Oui.") if len(endpoint.requests) <= 2 else reply({}, 401)

    with serving(twice) as endpoint:
        stopped = cybervigie(*chat_run(questions, tmp_path / "out", endpoint.url))
        assert stopped.code == 1
        assert "la clé est absente ou refusée" in stopped.err
        assert "2 sur 5 sont gardées" in stopped.err
        endpoint.script = lambda _: completion("Non.")
        assert cybervigie(*chat_run(questions, tmp_path / "out", endpoint.url, "--resume")).code == 0
    answers = [outcome.answer for outcome in load_run(tmp_path / "out").outcomes]
    assert answers == ["Oui.", "Oui.", "Non.", "Non.", "Non."]
    down = cybervigie(*chat_run(questions, tmp_path / "other", endpoint.url))
    assert down.code == 1
    assert "rien ne répond" in down.err
    assert "aucune question" in down.err or "0 sur 5" in down.err


def test_the_key_is_sent_and_written_nowhere(
    cybervigie: Run, questions: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CYBERVIGIE_EVAL_KEY", "sk-tres-secret")
    with serving(lambda _: completion("Oui.")) as endpoint:
        result = cybervigie(*chat_run(questions, tmp_path / "out", endpoint.url))
        assert all(request.headers["authorization"] == "Bearer sk-tres-secret" for request in endpoint.requests)
    assert result.code == 0
    written = b"".join(path.read_bytes() for path in (tmp_path / "out").iterdir()).decode()
    assert "secret" not in written + result.out + result.err


def test_an_interrupted_run_says_how_to_go_on(questions: Path, tmp_path: Path) -> None:
    def slowing(request: Request) -> Any:
        if len(endpoint.requests) <= 2:
            return completion("Oui.")
        process.send_signal(signal.SIGINT)
        request.stopped.wait(10)
        return None

    with serving(slowing) as endpoint:
        command = [sys.executable, "-c", "from bot.cli import main; main()"]
        process = subprocess.Popen(
            [*command, *chat_run(questions, tmp_path / "out", endpoint.url, "--timeout", "20")],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        _, err = process.communicate(timeout=60)
    assert process.returncode == 130, err
    assert "Interrompu ; 2 sur 5 sont gardées, la même commande avec --resume continue" in err
    assert "Traceback" not in err
    assert len(load_run(tmp_path / "out").outcomes) == 2


def test_a_library_that_is_not_installed_is_named(
    cybervigie: Run, questions: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("wire", "chat", "product"):
        monkeypatch.delitem(sys.modules, f"evals.systems.{name}", raising=False)
    monkeypatch.setitem(sys.modules, "httpx", None)
    result = cybervigie(*chat_run(questions, tmp_path / "out", "http://127.0.0.1:1"))
    assert result.code == 1
    assert "il manque la bibliothèque « httpx »" in result.err
    assert "cybervigie[eval]" in result.err


def scored_run(cybervigie: Run, folder: Path, statuses: dict[str, str]) -> Path:
    """A run whose answers have these statuses, by question id: "a…" is answerable, "u…" is not."""
    folder.mkdir()
    questions, answers = folder / "q.jsonl", folder / "answers.jsonl"
    kinds = {"a": "answerable", "u": "out_of_scope"}
    rows = [{"id": key, "question": "Une question ?", "kind": kinds[key[0]]} for key in statuses]
    questions.write_text("\n".join(json.dumps(row) for row in rows))
    answers.write_text("\n".join(json.dumps({"id": key, "status": given}) for key, given in statuses.items()))
    line = ["-q", questions, "-o", folder / "run", "--system", "exported", "--answers", answers]
    assert cybervigie("eval", "run", *line).code == 0
    return folder / "run"


GOOD = {f"a{n}": "answered" for n in range(8)} | {f"u{n}": "no_answer" for n in range(8)}
BAD = dict.fromkeys(GOOD, "answered") | {"a0": "no_answer"}


def test_two_runs_are_compared(cybervigie: Run, tmp_path: Path) -> None:
    good, bad = scored_run(cybervigie, tmp_path / "g", GOOD), scored_run(cybervigie, tmp_path / "b", BAD)
    shown = cybervigie("eval", "compare", good, bad)
    assert shown.code == 0
    assert "moins bien" in shown.out
    assert "16\u00a0questions comparées : 0\u00a0gagnée, 9\u00a0perdues (" in shown.out
    told = json.loads(cybervigie("eval", "compare", bad, good, "--json").out)
    assert {change["question"] for change in told["changes"]} == {"a0", *(f"u{n}" for n in range(8))}
    rates = {difference["code"]: difference for difference in told["differences"]}
    assert (rates["false_answer_rate"]["before"], rates["false_answer_rate"]["after"]) == (1.0, 0.0)
    assert rates["false_answer_rate"]["verdict"] == "better"
    absent = cybervigie("eval", "compare", good, tmp_path / "nowhere")
    assert absent.code == 1
    assert "aucun passage ici" in absent.err


def test_the_gate_holds_falls_and_moves_on_demand_only(cybervigie: Run, tmp_path: Path) -> None:
    good, bad = scored_run(cybervigie, tmp_path / "g", GOOD), scored_run(cybervigie, tmp_path / "b", BAD)
    floors = tmp_path / "floors.toml"
    floors.write_text("# limites\n")
    assert cybervigie("eval", "gate", good, "--floors", floors, "--update").code == 0
    kept = floors.read_text()
    held = cybervigie("eval", "gate", good, "--floors", floors)
    # The limit beside the target, and no limit short of it here.
    assert "5\u00a0% au plus" in held.out
    assert "en deçà de leur objectif" not in held.out
    floors.write_text("\n".join(line for line in kept.splitlines() if not line.startswith("status_right")))
    missing = cybervigie("eval", "gate", good, "--floors", floors)
    assert missing.code == 1
    assert "aucune limite pour «\u00a0Statut juste\u00a0»" in missing.err
    floors.write_text(kept)
    assert held.code == 0
    assert "tient" in held.out
    fallen = cybervigie("eval", "gate", bad, "--floors", floors)
    assert fallen.code == 1
    assert "ne tient pas" in fallen.out
    assert cybervigie("eval", "gate", bad, "--floors", floors, "--update").code == 1
    assert cybervigie("eval", "gate", bad, "--floors", floors, "--lower").code == 2
    assert floors.read_text() == kept
    reason = "les questions hors sujet ont été retirées du contrat"
    moved = cybervigie("eval", "gate", bad, "--floors", floors, "--update", "--lower", "--reason", reason)
    assert moved.code == 0
    assert reason in floors.read_text()
    low = cybervigie("eval", "gate", bad, "--floors", floors)
    assert low.code == 0
    assert "en deçà de leur objectif" in low.out
    assert "«\u00a0Réponses à tort\u00a0»" in low.out


def test_a_report_is_written_beside_the_results_or_elsewhere(cybervigie: Run, tmp_path: Path) -> None:
    good, bad = scored_run(cybervigie, tmp_path / "g", GOOD), scored_run(cybervigie, tmp_path / "b", BAD)
    told = cybervigie("eval", "report", good)
    assert told.code == 0
    names = ["report.html", "report.md", "report.json"]
    assert told.out.split() == [str(good / name) for name in names]
    assert all((good / name).stat().st_size > 500 for name in names)
    assert cybervigie("eval", "report", bad, "--against", good, "--out", tmp_path / "both").code == 0
    assert json.loads((tmp_path / "both" / "report.json").read_bytes())
    assert cybervigie("eval", "report", tmp_path).code == 1
