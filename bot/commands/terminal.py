"""What the sub-commands share: settings, progress bars, messages."""

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from pydantic import ValidationError
from rich import box
from rich.cells import cell_len
from rich.console import Console
from rich.containers import Lines
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from bot.settings import Settings

console = Console()
errors = Console(stderr=True)
WIDE = 120
"""Columns of a screen on which the widest tables of the crawler fit."""

DataDir = Annotated[
    Path | None,
    typer.Option(
        "--data", help="Dossier des données (par défaut CYBERVIGIE_DATA_DIR, sinon ./data).", show_default=False
    ),
]


def settings_from(data: Path | None = None) -> Settings:
    """Settings from the environment, with the data folder given on the command line."""
    try:
        return Settings(data_dir=data) if data is not None else Settings()
    except ValidationError as error:
        names = ", ".join(f"CYBERVIGIE_{str(entry['loc'][0]).upper()}" for entry in error.errors() if entry["loc"])
        fail(f"réglage incorrect dans l’environnement : {names} ; corrigez-le ou retirez-le", code=2)


def fail(message: str, *, code: int = 1) -> NoReturn:
    """Stop with one clear line on standard error."""
    typer.secho(f"cybervigie : {message}", fg="red", err=True)
    raise typer.Exit(code)


def count(number: int, singular: str, plural: str | None = None) -> str:
    """French count: "0 document", "1 document", "2 documents", "1 613 documents"."""
    word = singular if number < 2 else plural or f"{singular}s"
    return f"{grouped(number)}\u00a0{word}"


def grouped(number: int) -> str:
    """French digits: "1 613"."""
    return f"{number:,}".replace(",", "\u202f")


def listing(
    screen: Console, title: str, columns: Sequence[str], rows: Iterable[Sequence[str]], *, numbers: int
) -> None:
    """A table on a wide screen, else a paragraph for each row: nothing is cut, no word is broken.

    The first cell names the row; the last ``numbers`` columns hold numbers. Cells may hold markup; empty ones and
    zeros are left out of the paragraphs.
    """
    if screen.width < WIDE:
        screen.print(title, highlight=False, soft_wrap=True)
        for name, *cells in rows:
            known = [(column, cell) for column, cell in zip(columns[1:], cells, strict=True) if cell not in ("", "0")]
            told = "\u00a0; ".join(f"{column}\u00a0: {cell}" for column, cell in known)
            screen.print(f"[bold]{name}[/]", highlight=False, soft_wrap=True)
            for line in _wrapped(told, screen.width - 2):
                screen.print("  ", line, sep="", highlight=False, soft_wrap=True)
        return
    # Apart from the table, which would wrap it to its own width, also at no-break spaces.
    screen.print(title, style="table.title", highlight=False, soft_wrap=True)
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), show_edge=False)
    for place, column in enumerate(columns):
        right = place >= len(columns) - numbers
        table.add_column(column, justify="right" if right else "left", no_wrap=True)
    for row in rows:
        table.add_row(*row)
    screen.print(table)


def _wrapped(markup: str, width: int) -> Lines:
    """Lines of at most ``width`` cells, cut at plain spaces only: Rich cuts at no-break spaces too."""
    text = Text.from_markup(markup)
    cuts: list[int] = []
    used = 0
    for word in re.finditer(r"[^ ]+ *", text.plain):
        if used and used + cell_len(word[0].rstrip(" ")) > width:
            cuts.append(word.start())
            used = 0
        used += cell_len(word[0])
    lines = text.divide(cuts)
    for line in lines:
        line.rstrip()
    return lines


@contextmanager
def progress_bar() -> Iterator[Progress]:
    """A progress bar on standard error, so that standard output stays usable in a pipe."""
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=errors, transient=True, disable=not errors.is_terminal) as progress:
        yield progress
