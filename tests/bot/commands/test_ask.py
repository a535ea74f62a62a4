"""``ask`` and ``search``."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bot.schema import AnswerOut
from index.generation import current_generation
from tests.bot.wording import check_wording

Run = Callable[..., Any]
QUESTION = "Dans quel délai notifier une violation de données à la CNIL ?"


def test_an_answer_with_its_references(run: Run, data_dir: Path) -> None:
    result = run("ask", QUESTION, data=data_dir)
    assert (result.code, result.err) == (0, "")
    assert "72 heures" in re.sub(r"[│\s]+", " ", result.out)
    assert "[1] CNIL — " in result.out
    assert "résumé CyberVigie" in result.out
    assert "https://" in result.out


def test_an_answer_as_json_is_that_of_the_api(run: Run, data_dir: Path) -> None:
    result = run("ask", QUESTION, "--json", "--max-citations", "2", data=data_dir)
    answer = AnswerOut.model_validate_json(result.out)
    assert answer.status == "answered"
    assert 1 <= len(answer.citations) <= 2
    check_wording(answer)


def test_an_emergency_shows_its_contacts(run: Run, data_dir: Path) -> None:
    result = run("ask", "Mes fichiers sont chiffrés, que faire ?", data=data_dir)
    assert result.code == 0
    assert "À noter 17Cyber" in result.out


def test_no_answer_is_exit_code_3(run: Run, data_dir: Path) -> None:
    assert run("ask", "Quelle est la capitale du Pérou ?", data=data_dir).code == 3


def test_a_greeting_is_greeted(run: Run, data_dir: Path) -> None:
    result = run("ask", "Bonjour", data=data_dir)
    assert (result.code, "Bonjour" in result.out) == (0, True)


@pytest.mark.parametrize(("question", "reason"), [("", "vide"), ("a" * 1_001, "1000 caractères")])
def test_a_bad_question_is_one_line(run: Run, data_dir: Path, question: str, reason: str) -> None:
    for command in ("ask", "search"):
        result = run(command, question, data=data_dir)
        assert result.code == 1
        assert reason in result.err
        assert result.err.count("\n") == 1


def test_markup_in_a_question_does_no_harm(run: Run, data_dir: Path) -> None:
    assert run("ask", "[bold]sauvegarde[/red] [link=x]", data=data_dir).code in (0, 3)


def test_without_an_index_the_cure_is_told(run: Run, tmp_path: Path) -> None:
    for command in ("ask", "search"):
        result = run(command, QUESTION, data=tmp_path)
        assert result.code == 1
        assert "cybervigie index" in result.err
        assert result.err.count("\n") == 1


def test_with_a_damaged_index_the_cure_is_told(run: Run, own_data: Path) -> None:
    target = current_generation(own_data / "index") / "lines.npy"
    target.write_bytes(target.read_bytes()[::-1])
    result = run("ask", QUESTION, data=own_data)
    assert result.code == 1
    assert "altéré" in result.err
    assert "cybervigie index" in result.err
    assert result.err.count("\n") == 1


@pytest.mark.parametrize("mode", ["hybrid", "dense", "lexical"])
def test_passages_are_found(run: Run, data_dir: Path, mode: str) -> None:
    shown = run("search", "mot de passe", "-k", "2", "--mode", mode, data=data_dir)
    assert shown.code == 0
    assert "1. " in shown.out
    lines = run("search", "mot de passe", "-k", "2", "--mode", mode, "--json", data=data_dir).out.splitlines()
    hits = [json.loads(line) for line in lines]
    assert [hit["rank"] for hit in hits] == [1, 2]
    assert all(hit["end"] - hit["start"] == len(hit["text"]) for hit in hits)
