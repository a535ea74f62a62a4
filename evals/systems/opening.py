"""The system that a command line names. What a kind of system needs is imported when it is asked for."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from bot.settings import Settings
from evals.errors import EvalError
from evals.systems.ports import System

KEY = "CYBERVIGIE_EVAL_KEY"
"""Environment variable of the key sent to a system, as ``Authorization: Bearer``."""

_Value = TypeVar("_Value")


@dataclass(frozen=True, slots=True)
class Choice:
    """A kind of system and what it needs."""

    kind: str
    settings: Settings
    url: str | None = None
    model: str | None = None
    answers: Path | None = None
    instructions: Path | None = None
    key: str | None = None
    timeout_s: float = 30.0
    retries: int = 3


def key_from_environment() -> str | None:
    """The key of a system, None when there is none."""
    return os.environ.get(KEY) or None


def open_system(choice: Choice) -> System:
    """The system, ready to be asked.

    Raises:
        EvalError: something that it needs is missing or wrong.
        SystemDown, SystemRefuses, ExportError: it cannot be asked.
    """
    if choice.kind == "engine":
        from evals.systems.engine import Engine

        return Engine(choice.settings)
    if choice.kind == "exported":
        from evals.systems.exported import Exported

        return Exported(_needed(choice.answers, "--answers FICHIER"))
    return _remote(choice)


def _remote(choice: Choice) -> System:
    from evals.systems.chat import INSTRUCTIONS, Chat
    from evals.systems.product import Product
    from evals.systems.wire import Patience, Wire, checked_address

    address = checked_address(_needed(choice.url, "--url ADRESSE"), key=choice.key is not None)
    model = _needed(choice.model, "--model NOM") if choice.kind == "openai" else ""
    instructions = INSTRUCTIONS if choice.instructions is None else _read(choice.instructions)
    headers = {"authorization": f"Bearer {choice.key}"} if choice.key else {}
    wire = Wire(address, Patience(choice.timeout_s, choice.retries), headers)
    try:
        return Chat(wire, model, instructions) if choice.kind == "openai" else Product(wire)
    except BaseException:
        wire.close()
        raise


def _needed(value: _Value | None, option: str) -> _Value:
    if value is None:
        raise EvalError(f"il manque {option}")
    return value


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").strip()
    except (OSError, ValueError) as error:
        raise EvalError(f"{path} : fichier illisible ; donnez un texte en UTF-8") from error
