"""The end of a crawl in the terminal: what was done by source, and the exit code."""

from collections import Counter
from collections.abc import Sequence

from rich import box
from rich.markup import escape
from rich.table import Table

from bot.commands.terminal import console, count, grouped
from ingest.crawl.model import RunSummary, SourceSummary
from ingest.crawl.options import PlannedFetch
from ingest.crawl.wording import error_words, gone_words, refused_words, via_words

DONE, UNFINISHED, HELD, INTERRUPTED = 0, 1, 3, 130
_COLUMNS = ("lues", "inchangées", "nouvelles", "modifiées", "retirées", "non retenues", "erreurs")
_HYPHENATED = ("lues", "inchan-\ngées", "nou-\nvelles", "modi-\nfiées", "reti-\nrées", "refu-\nsées", "er-\nreurs")
_WIDE = 110
_BUDGETS = {"pages": "nombre de pages permis atteint", "time": "temps permis atteint"}


def exit_code(run: RunSummary) -> int:
    """130 interrupted, 3 a source waits for a person, 1 errors or unfinished, 0 all visited; the first that holds."""
    if run.interrupted:
        return INTERRUPTED
    if any(source.held for source in run.sources):
        return HELD
    return UNFINISHED if any(source.errors or not source.finished for source in run.sources) else DONE


def print_summary(run: RunSummary) -> None:
    """The table, then the reasons behind its numbers."""
    table = Table(title=f"Passage nº {run.run}", caption=_caption(run))
    table.box, table.padding, table.show_edge = box.SIMPLE_HEAD, (0, 1, 0, 0), False
    table.add_column("source", overflow="fold", min_width=14)
    for column in _COLUMNS if console.width >= _WIDE else _HYPHENATED:
        table.add_column(column, justify="right")
    table.add_column("état", no_wrap=True)
    for source in run.sources:
        table.add_row(source.source, *map(grouped, _numbers(source)), state(source))
    console.print(table)
    for source in run.sources:
        for line in _reasons(source):
            console.print(f"[bold]{escape(source.source)}[/] : {escape(line)}", highlight=False)


def _caption(run: RunSummary) -> str:
    received = f"{sum(source.wire_bytes for source in run.sources) / 1024**2:.1f}".replace(".", ",")
    text = (
        f"{count(sum(source.requests for source in run.sources), 'requête')}, {received} Mio reçus, "
        f"{count(sum(source.documents for source in run.sources), 'document')} de ces sources"
    )
    reached = _BUDGETS.get(run.budget_reached or "")
    return f"{text} ; {reached}" if reached else text


def _numbers(source: SourceSummary) -> tuple[int, ...]:
    return (
        source.fetched,
        source.unchanged,
        len(source.added),
        len(source.changed),
        len(source.gone),
        len(source.refused),
        len(source.errors),
    )


def state(source: SourceSummary) -> str:
    """How the visit of a source ended, in a word or two."""
    if source.held:
        return "[red]à décider[/]"
    if not source.finished:
        return "[yellow]inachevée[/]"
    return "[yellow]erreurs[/]" if source.errors else "[green]entière[/]"


def _reasons(source: SourceSummary) -> list[str]:
    lines = []
    for name, pairs, words in (
        ("retirées", source.gone, gone_words),
        ("non retenues", source.refused, refused_words),
        ("erreurs", source.errors, error_words),
    ):
        if pairs:
            found = Counter(code for _, code in pairs).most_common()
            lines.append(f"{name} : " + " ; ".join(f"{grouped(number)} × {words(code)}" for code, number in found))
    if source.held:
        lines.append(f"{source.held} ; voir : cybervigie crawl held")
    return lines


def print_plan(planned: Sequence[PlannedFetch]) -> None:
    """What a run would begin with, in its order."""
    for fetch in planned:
        # An address stays whole on its line, so that it can be copied.
        how = "si changée" if fetch.conditional else "entière"
        console.print(
            f"{escape(fetch.source)}  {escape(fetch.url)}  [dim]{via_words(fetch.why)}, {how}[/]",
            highlight=False,
            soft_wrap=True,
        )
    sources = len({fetch.source for fetch in planned})
    console.print(f"{count(len(planned), 'requête')} pour {count(sources, 'source')} ; rien n’a été demandé.")
