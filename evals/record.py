"""A run on disk: written one outcome at a time, readable whatever happened while it was written.

run.json           where the run comes from (``RunMeta``)
questions.jsonl    the questions; their words only when texts are kept
outcomes.jsonl     one line an outcome, synced as it is written; a line cut short by a crash is dropped
"""

import contextlib
import hashlib
import os
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import IO, TypeVar

import msgspec
from filelock import FileLock, Timeout

from evals.errors import RunFolderError, disk_reason
from evals.model import HIDDEN, Outcome, Question, Run, RunMeta
from index.files import sync

FORMAT = 1
META = "run.json"
QUESTIONS = "questions.jsonl"
OUTCOMES = "outcomes.jsonl"
_LOCK = ".lock"
_Item = TypeVar("_Item")


def questions_digest(questions: Sequence[Question]) -> str:
    """SHA-256 of the questions, words and expectations included, in order."""
    return hashlib.sha256(msgspec.json.encode(questions)).hexdigest()


def without_text(question: Question) -> Question:
    """A question without the words that someone typed: its id, what is expected, its slices."""
    hidden = replace(question.expected, masked=tuple(HIDDEN for _ in question.expected.masked))
    return replace(question, text="", history=(), notes="", expected=hidden)


def is_run(folder: Path) -> bool:
    """Whether a folder holds a run."""
    return (folder / META).is_file()


def load_run(folder: Path) -> Run:
    """A run, whole or interrupted.

    Raises:
        RunFolderError: there is none, or it is damaged.
    """
    if not is_run(folder):
        raise RunFolderError(folder, "aucun passage ici ; lancez « cybervigie eval run --out DOSSIER »")
    try:
        meta = msgspec.json.decode((folder / META).read_bytes(), type=RunMeta)
        questions = _lines((folder / QUESTIONS).read_bytes(), Question)
        path = folder / OUTCOMES
        outcomes = _lines(_whole(path.read_bytes()) if path.exists() else b"", Outcome)
    except (OSError, ValueError) as error:
        cure = "effacez ce dossier et refaites le passage"
        raise RunFolderError(folder, f"résultats illisibles ({type(error).__name__}) ; {cure}") from error
    if meta.format != FORMAT:
        raise RunFolderError(folder, f"format {meta.format} d’une autre version ; refaites le passage")
    found = {outcome.question_id: outcome for outcome in outcomes}
    return Run(meta, questions, tuple(found[question.id] for question in questions if question.id in found))


def _lines(content: bytes, kind: type[_Item]) -> tuple[_Item, ...]:
    decoder = msgspec.json.Decoder(kind)
    return tuple(decoder.decode(line) for line in content.split(b"\n") if line.strip())


def _whole(content: bytes) -> bytes:
    return content[: content.rfind(b"\n") + 1]


class RunWriter:
    """Writes a run; nobody else writes in its folder meanwhile."""

    def __init__(self, folder: Path, outcomes: IO[bytes]) -> None:
        self._folder = folder
        self._outcomes = outcomes

    def add(self, outcome: Outcome) -> None:
        """Write an outcome; it is on the disk when this returns."""
        self._outcomes.write(msgspec.json.encode(outcome) + b"\n")
        self._outcomes.flush()
        os.fsync(self._outcomes.fileno())

    def describe(self, meta: RunMeta) -> None:
        """Write where the run comes from, replacing what was said before."""
        _replace(self._folder / META, msgspec.json.format(msgspec.json.encode(meta), indent=1) + b"\n")


@contextlib.contextmanager
def writing(folder: Path, questions: Sequence[Question]) -> Iterator[RunWriter]:
    """A writer of the run in ``folder``, made if need be; outcomes add to those that are there.

    ``questions`` are written as they are given: leave their words out (``without_text``) unless texts are kept.

    Raises:
        RunFolderError: the folder cannot be written, or another run writes in it.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with FileLock(folder / _LOCK, timeout=0):
            path = folder / OUTCOMES
            if path.exists():
                content = path.read_bytes()
                # A line cut short by a crash: the next one must not be glued to it.
                os.truncate(path, len(_whole(content)))
            _replace(folder / QUESTIONS, b"".join(msgspec.json.encode(question) + b"\n" for question in questions))
            with path.open("ab") as outcomes:
                sync(folder)
                yield RunWriter(folder, outcomes)
    except Timeout as error:
        raise RunFolderError(folder, "un autre passage écrit dans ce dossier ; attendez qu’il finisse") from error
    except OSError as error:
        kept = " ; ce qui est fait est gardé, --resume continue" if _holds_outcomes(folder) else ""
        cure = f"libérez de la place ou vérifiez les droits{kept}"
        raise RunFolderError(folder, f"écriture impossible ({disk_reason(error)}) ; {cure}") from error


def _holds_outcomes(folder: Path) -> bool:
    """Whether a run was begun and an outcome written; a folder that cannot be looked at holds none that is known."""
    try:
        return is_run(folder) and (folder / OUTCOMES).stat().st_size > 0
    except OSError:
        return False


def _replace(path: Path, content: bytes) -> None:
    aside = path.with_name(f".{path.name}.new")
    with aside.open("wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    aside.replace(path)
