"""Errors of the evaluation suites.

EvalError
├── QuestionFileError   a question file cannot be used; holds every problem with its line
├── ExportError         a file of exported answers cannot be used; the same
├── RunFolderError      a folder of results cannot be written, read or resumed
├── SystemDown          nothing answers at the address of a system, or no longer
├── SystemRefuses       a system answers, but refuses every question (key, address, model)
└── SystemChanged       what is measured changed while it was measured
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.errors import BotError
from ingest.system_words import system_words

_SHOWN = 20


def disk_reason(error: OSError) -> str:
    """Why a file or a folder cannot be used, in French; the message names it already."""
    return system_words(OSError(error.errno, error.strerror)) if error.errno is not None else str(error)


class EvalError(BotError):
    """Base of all errors of the evaluation; the message is French and says what to do."""

    code = "eval"


@dataclass(frozen=True, slots=True, order=True)
class LineProblem:
    """What is wrong on a line (from 1) of a file, 0 for the whole file, and what to do about it, in French."""

    line: int
    reason: str
    cure: str

    def __str__(self) -> str:
        told = f"{self.reason} ; {self.cure}"
        return f"ligne {self.line} : {told}" if self.line else told


class _FileError(EvalError):
    """A file with problems, told by line."""

    subject = ""

    def __init__(self, path: Path, problems: Sequence[LineProblem]) -> None:
        self.path = path
        self.problems = tuple(sorted(problems))
        told = [f"  {problem}" for problem in self.problems[:_SHOWN]]
        if len(self.problems) > _SHOWN:
            told.append(f"  … et {len(self.problems) - _SHOWN} de plus")
        super().__init__("\n".join([f"{path} : {self.subject}", *told]))


class QuestionFileError(_FileError):
    """A question file cannot be used."""

    code = "question_file"
    subject = "ce fichier de questions est à corriger"


class ExportError(_FileError):
    """A file of exported answers cannot be used."""

    code = "export_file"
    subject = "ce fichier de réponses est à corriger"


class RunFolderError(EvalError):
    """A folder of results cannot be written, read or resumed."""

    code = "run_folder"

    def __init__(self, folder: Path, reason: str) -> None:
        self.folder = folder
        super().__init__(f"{folder} : {reason}")


class SystemDown(EvalError):
    """Nothing answers at the address of a system."""

    code = "system_down"


class SystemRefuses(EvalError):
    """A system answers, but refuses every question."""

    code = "system_refuses"


class SystemChanged(EvalError):
    """What is measured changed while it was measured."""

    code = "system_changed"
