"""Running ``cybervigie`` as its entry point does: exit codes and messages are those of the terminal."""

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import structlog

from bot import cli
from bot.commands import terminal


@dataclass(frozen=True)
class Result:
    """What a command printed, and its exit code."""

    code: int
    out: str
    err: str


Run = Callable[..., Result]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Run]:
    """Runs a command line; ``data=`` adds ``--data``."""
    monkeypatch.setenv("COLUMNS", "200")
    # The width that the screens were opened with outweighs the variable.
    for screen in (terminal.console, terminal.errors):
        monkeypatch.setattr(screen, "_width", 200)
    monkeypatch.setenv("NO_COLOR", "1")

    def run_one(*arguments: str | Path, data: Path | None = None) -> Result:
        given = [str(argument) for argument in arguments] + (["--data", str(data)] if data else [])
        monkeypatch.setattr(sys, "argv", ["cybervigie", *given])
        capsys.readouterr()
        with pytest.raises(SystemExit) as left:
            cli.main()
        captured = capsys.readouterr()
        code = left.value.code
        return Result(code if isinstance(code, int) else 0, captured.out, captured.err)

    yield run_one
    structlog.reset_defaults()
