"""Reading files of questions: ``read_questions(paths)`` gives them all, or every problem with its line.

The schema is in ``docs/evaluation.md``. A question without an id gets one from its file and its words, so that the
same file always gives the same ids. Ids are unique over all the files of a run.
"""

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

import corpus
from evals.errors import LineProblem, QuestionFileError, disk_reason
from evals.model import Question, QuestionFile
from evals.question_fields import question_of
from evals.question_table import SUFFIXES, Row, Unreadable, read_rows

_FACTS = Path(corpus.__file__).with_name("facts.txt")
_SLUG_CHARS = 40


@cache
def known_facts() -> frozenset[str]:
    """Ids of the facts that the starter corpus knows."""
    lines = _FACTS.read_text(encoding="utf-8").splitlines()
    return frozenset(line.split()[0] for line in lines if line.strip() and not line.startswith("#"))


def read_questions(paths: Sequence[Path]) -> tuple[tuple[Question, ...], tuple[QuestionFile, ...]]:
    """The questions of all files, in order, and what the files were.

    Raises:
        QuestionFileError: the first file that cannot be used, with all its problems.
    """
    questions: list[Question] = []
    files: list[QuestionFile] = []
    seen: dict[str, str] = {}
    for path in paths:
        try:
            content = path.read_bytes()
        except OSError as error:
            problem = LineProblem(0, f"fichier illisible ({disk_reason(error)})", "vérifiez le chemin et les droits")
            raise QuestionFileError(path, [problem]) from error
        found = _read(path, content, seen)
        questions += found
        files.append(QuestionFile(path.name, hashlib.sha256(content).hexdigest(), len(found)))
    return tuple(questions), tuple(files)


def _read(path: Path, content: bytes, seen: dict[str, str]) -> list[Question]:
    problems: list[LineProblem] = []
    found: list[Question] = []
    table = SUFFIXES.get(path.suffix.casefold()) == "csv"
    try:
        for row in read_rows(path, content):
            given = row if isinstance(row, LineProblem) else _question(row, path, table=table)
            if isinstance(given, Question):
                problems += _unknown(row.line, given.expected.facts, known_facts())
                problems += _twice(row.line, given.id, path, seen)
                found.append(given)
            else:
                problems += [given] if isinstance(given, LineProblem) else given
    except Unreadable as error:
        problems.append(error.problem)
    if not found and not problems:
        problems.append(LineProblem(1, "aucune question", "écrivez-en une par ligne"))
    if problems:
        raise QuestionFileError(path, problems)
    return found


def _question(row: Row, path: Path, *, table: bool) -> Question | list[LineProblem]:
    question = question_of(row.line, row.values, table=table, source=path.name)
    if isinstance(question, Question) and not question.id:
        words = "\n".join([*(turn.question for turn in question.history), question.text])
        digest = hashlib.sha256(words.encode()).hexdigest()[:8]
        return replace(question, id=f"{path.stem[:_SLUG_CHARS]}-{digest}")
    return question


def _unknown(line: int, facts: Collection[str], known: Collection[str]) -> list[LineProblem]:
    cure = "prenez un identifiant de corpus/facts.txt, ou décrivez la réponse par « quotes » ou « documents »"
    return [LineProblem(line, f"fait inconnu « {fact} »", cure) for fact in facts if fact not in known]


def _twice(line: int, key: str, path: Path, seen: dict[str, str]) -> list[LineProblem]:
    if key in seen:
        return [LineProblem(line, f"identifiant « {key} » déjà pris ({seen[key]})", "donnez-en un autre")]
    seen[key] = f"{path.name}, ligne {line}"
    return []
