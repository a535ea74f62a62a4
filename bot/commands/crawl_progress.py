"""Watching a crawl: a bar by source on a terminal, structured log lines anywhere else."""

import contextlib
from collections.abc import Iterator

import structlog
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from bot.api.observe import configure_logs
from bot.commands.terminal import errors
from ingest.crawl.ports import Observer
from ingest.crawl.wording import refused_words

_LOUD = ("warning", "error")
_EVENTS = {
    "host_left": "hôte laissé pour ce passage",
    "page": "page en erreur",
    "page_failed": "page en erreur",
    "source_failed": "source en erreur",
}
_TOLD_AT_THE_END = ("interrupted", "budget_reached")
_UNREACHED = "robots_unreachable"
"""A host that cannot be reached from the start is an error of its source, told at the end."""


@contextlib.contextmanager
def watching(level: str) -> Iterator[Observer]:
    """Bars when standard error is a terminal, else JSON lines of at least ``level`` on standard error."""
    if not errors.is_terminal:
        configure_logs(level)
        yield Logs()
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=errors, transient=True) as progress:
        yield Bars(progress)


class Logs:
    """One JSON line an event."""

    def __init__(self) -> None:
        self._log = structlog.get_logger("cybervigie.crawl")

    def source_begun(self, source: str, known: int) -> None:
        """Told by its note."""

    def page_done(self, source: str, url: str, outcome: str, done: int, known: int) -> None:
        """Told by its note."""

    def note(self, level: str, event: str, **fields: object) -> None:
        """Log it."""
        getattr(self._log, level)(event, **fields)


class Bars:
    """A bar for each source in progress; the ended ones leave the screen, warnings stay above the bars."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._tasks: dict[str, TaskID] = {}

    def source_begun(self, source: str, known: int) -> None:
        """Show its bar."""
        if source not in self._tasks:
            self._tasks[source] = self._progress.add_task(escape(source), total=known)

    def page_done(self, source: str, url: str, outcome: str, done: int, known: int) -> None:
        """Move its bar."""
        self.source_begun(source, known)
        self._progress.update(self._tasks[source], completed=done, total=known)

    def note(self, level: str, event: str, **fields: object) -> None:
        """Warnings and errors are said; a source that ended leaves its place to the others."""
        task = self._tasks.get(str(fields.get("source")))
        if event == "source_ended" and task is not None:
            self._progress.update(task, visible=False)
        if level in _LOUD and event not in _TOLD_AT_THE_END and fields.get("code") != _UNREACHED:
            words = {
                name: refused_words(str(value)) if value and name in ("reason", "code") else value
                for name, value in fields.items()
            }
            told = ", ".join(str(value) for name, value in words.items() if value is not None and name != "outcome")
            said = f"{_EVENTS.get(event, event)} : {told}"
            self._progress.console.print(f"[yellow]attention[/] {escape(said)}", highlight=False, soft_wrap=True)
