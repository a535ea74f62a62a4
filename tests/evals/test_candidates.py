"""``cybervigie eval candidates``: what users were not helped with, for a person to read."""

import json
import stat
import sys
import uuid
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot import cli
from bot.feedback import Complaint, Feedback, FeedbackFile, KeptText, Rating
from bot.model import Reason, Status
from bot.settings import Settings
from evals.candidates import UNDECIDED, candidates, question_lines, write_candidates
from evals.errors import EvalError, QuestionFileError
from evals.model import Kind
from evals.questionfile import read_questions

DAY = date(2026, 3, 31)


def kept(question: str, rating: Rating = Rating.DOWN, day: date = DAY, **more: Any) -> KeptText:
    return KeptText(day, Feedback(uuid.uuid4().hex, rating, question=question, **more))


def rows(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines() if not line.startswith("#")]


def test_only_what_went_wrong_is_a_candidate() -> None:
    found = candidates(
        [
            kept("Mal noté ?"),
            kept("Sans réponse, quoi qu’on en pense ?", Rating.UP, status=Status.NO_ANSWER),
            kept("Bien noté ?", Rating.UP, status=Status.ANSWERED),
            kept("", comment="un commentaire sans question"),
            kept("[nom masqué]"),
        ]
    )
    assert {one.question for one in found} == {"Mal noté ?", "Sans réponse, quoi qu’on en pense ?"}


def test_near_identical_questions_are_one_and_counted() -> None:
    found = candidates(
        kept(question)
        for question in (
            "combien de temps conserver un dossier medical",
            "Combien de temps conserver un dossier médical ?",
            "Combien de temps conserver un dosier médical ?",
            "Combien de temps conserver un dossier médical ?",
            "Qui peut consulter le dossier ?",
        )
    )
    assert [(one.question, one.times) for one in found] == [
        ("Combien de temps conserver un dossier médical ?", 4),
        ("Qui peut consulter le dossier ?", 1),
    ]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Conserver le dossier pendant 10 ans ?", "Conserver le dossier pendant 20 ans ?"),
        ("Peut-on envoyer un résultat par SMS ?", "Peut-on envoyer une ordonnance par courriel ?"),
        ("Que faire après un vol ?", "Que faire avant un audit ?"),
    ],
)
def test_other_questions_stay_apart(one: str, other: str) -> None:
    assert len(candidates([kept(one), kept(other)])) == 2


def test_a_row_says_what_is_known_and_nothing_is_decided() -> None:
    feedbacks = [
        kept("Quel délai ?", complaints=frozenset({Complaint.WRONG}), status=Status.ANSWERED, comment="Ancien texte."),
        kept("Quel délai ?", Rating.UP, status=Status.NO_ANSWER, reason=Reason.WEAK, day=date(2026, 3, 2)),
    ]
    (row,) = rows(question_lines(candidates(feedbacks)))
    assert (row["question"], row["kind"], row["expected"]) == ("Quel délai ?", UNDECIDED, {})
    assert row["notes"] == (
        "avis : 2, dont négatifs : 1, dernier le 2026-03-31 ; réponses : answered (1), no_answer/weak (1) ; "
        "motifs : wrong (1) ; commentaire : « Ancien texte. »"
    )


def test_the_file_is_refused_until_a_person_has_completed_it(tmp_path: Path) -> None:
    path = tmp_path / "candidates.jsonl"
    write_candidates(path, candidates([kept("Quel délai ?"), kept("Qui peut lire ?\u2028« Moi »")]))
    with pytest.raises(QuestionFileError) as refused:
        read_questions([path])
    assert len(refused.value.problems) == 2
    assert all(UNDECIDED in problem.reason for problem in refused.value.problems)
    path.write_text(path.read_text("utf-8").replace(f'"{UNDECIDED}"', '"near_miss"'), "utf-8")
    questions, _ = read_questions([path])
    assert {(question.text, question.kind) for question in questions} == {
        ("Quel délai ?", Kind.NEAR_MISS),
        ("Qui peut lire ?\u2028« Moi »", Kind.NEAR_MISS),
    }


def test_the_file_is_its_owners_and_replaces_nothing(tmp_path: Path) -> None:
    path = tmp_path / "candidates.jsonl"
    write_candidates(path, candidates([kept("Quel délai ?")]))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    before = path.read_bytes()
    for name, told in (("candidates.jsonl", "existe déjà"), ("c.csv", ".jsonl"), ("absent/c.jsonl", "impossible")):
        with pytest.raises(EvalError, match=told):
            write_candidates(tmp_path / name, ())
    assert path.read_bytes() == before


def test_thousands_of_questions_take_seconds() -> None:
    texts = [
        kept(f"Question {chr(97 + n % 26) * (n % 40 + 1)} sur le thème {n % 7} et la suite {n}") for n in range(3_000)
    ]
    begun = datetime.now(UTC)
    assert len(candidates(texts)) > 100
    assert (datetime.now(UTC) - begun).total_seconds() < 10


Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def cybervigie(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    """Runs ``eval candidates`` on a data folder of its own; exit code, output, errors."""
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setenv("NO_COLOR", "1")

    def run_one(*arguments: str | Path) -> tuple[int, str, str]:
        line = ["cybervigie", "eval", "candidates", "--data", str(tmp_path), *map(str, arguments)]
        monkeypatch.setattr(sys, "argv", line)
        capsys.readouterr()
        with pytest.raises(SystemExit) as left:
            cli.main()
        shown = capsys.readouterr()
        return (left.value.code if isinstance(left.value.code, int) else 0, shown.out, shown.err.replace("\u00a0", " "))

    return run_one


@pytest.fixture
def today() -> date:
    return datetime.now(UTC).date()


def add(data: Path, day: date, question: str, **more: Any) -> None:
    file = FeedbackFile(Settings(data_dir=data).feedback_path, today=lambda: day)
    file.add(Feedback(uuid.uuid4().hex, more.pop("rating", Rating.DOWN), question=question, **more))


def test_the_command_lists_candidates_and_counts(cybervigie: Run, tmp_path: Path, today: date) -> None:
    add(tmp_path, today, "Quel délai ?")
    add(tmp_path, today - timedelta(days=3), "quel delai")
    add(tmp_path, today, "", rating=Rating.UP, complaints=frozenset({Complaint.OTHER}))
    add(tmp_path, today - timedelta(days=40), "Trop ancien ?")
    code, out, err = cybervigie()
    assert code == 0
    assert [row["question"] for row in rows(out)] == ["Quel délai ?"]
    assert out.startswith("# Questions candidates")
    assert "4 avis, dont 3 négatifs ; 1 question candidate." in err
    code, out, err = cybervigie("--since", (today - timedelta(days=1)).isoformat(), "--out", tmp_path / "q.jsonl")
    assert (code, out) == (0, "")
    assert "2 avis, dont 1 négatif ; 1 question candidate dans" in err
    (row,) = rows((tmp_path / "q.jsonl").read_text("utf-8"))
    assert row["notes"].startswith("avis : 1,")


def test_nothing_kept_writes_nothing(cybervigie: Run, tmp_path: Path) -> None:
    code, out, err = cybervigie("--out", tmp_path / "q.jsonl")
    assert (code, out) == (0, "")
    assert "0 avis, dont 0 négatif ; 0 question candidate." in err
    assert list(tmp_path.iterdir()) == []


def test_a_wrong_day_or_a_damaged_file_is_one_clear_line(cybervigie: Run, tmp_path: Path) -> None:
    code, _, err = cybervigie("--since", "hier")
    assert code == 2
    assert "--since" in err
    path = Settings(data_dir=tmp_path).feedback_path
    path.parent.mkdir()
    path.write_text("x" * 10_000)
    code, _, err = cybervigie()
    assert code == 1
    assert "fichier des avis inutilisable" in err
    assert len(err.strip().splitlines()) == 1
