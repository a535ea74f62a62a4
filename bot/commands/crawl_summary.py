"""The end of a crawl in the terminal: what was done by source, and the exit code."""

from collections import Counter
from typing import Any

from rich.markup import escape

from bot.commands.terminal import console, count, grouped, listing
from ingest.crawl.model import RunSummary, SourceSummary
from ingest.crawl.report import CrawlReport, SourceReport
from ingest.crawl.wording import doubt_words, error_words, gone_words, refused_words, unreached

DONE, UNFINISHED, HELD, INTERRUPTED = 0, 1, 3, 130
_COLUMNS = (
    *("source", "état"),
    *("lues", "inchangées", "nouvelles", "modifiées", "retirées", "non retenues", "erreurs"),
)
_DOUBTFUL = "encore citées, seront retirées si le prochain passage ne les trouve pas non plus"
_BUDGETS = {"pages": "nombre de pages permis atteint", "time": "temps permis atteint"}


def exit_code(run: RunSummary) -> int:
    """130 interrupted, 3 a source waits for a person, 1 errors or unfinished, 0 all visited; the first that holds."""
    if run.interrupted:
        return INTERRUPTED
    if any(source.held for source in run.sources):
        return HELD
    return UNFINISHED if any(source.errors or not source.finished for source in run.sources) else DONE


def print_summary(report: CrawlReport) -> None:
    """The table, then the reasons behind its numbers."""
    title = f"Passage nº {report.run}"
    if unreached(report.summaries):
        console.print(f"{title}. [red]Aucun site n’a pu être joint : vérifiez la connexion.[/]", highlight=False)
        return
    rows = [(escape(source.id), *_cells(source)) for source in report.visited]
    listing(console, title, _COLUMNS, rows, numbers=7)
    console.print(_caption(report), highlight=False)
    for source in report.visited:
        for line in _reasons(source):
            console.print(f"[bold]{escape(source.id)}[/] : {escape(line)}", highlight=False)


def _caption(report: CrawlReport) -> str:
    received = f"{sum(source.wire_bytes for source in report.summaries) / 1024**2:.1f}".replace(".", ",")
    text = (
        f"{count(sum(source.requests for source in report.summaries), 'requête')}, {received} Mio reçus, "
        f"{count(sum(source.documents for source in report.summaries), 'document')} de ces sources"
    )
    reached = _BUDGETS.get(report.budget_reached or "")
    return f"{text} ; {reached}" if reached else text


def _cells(source: SourceReport) -> tuple[str, ...]:
    summary = source.summary
    assert summary is not None
    lists: tuple[list[Any], ...] = (summary.added, summary.changed, summary.gone, source.refused, summary.errors)
    return state(summary), *map(grouped, (summary.fetched, summary.unchanged, *map(len, lists)))


def state(source: SourceSummary) -> str:
    """How the visit of a source ended, in a word or two."""
    if source.held:
        return "[red]à décider[/]"
    if not source.finished:
        return "[yellow]inachevée[/]"
    return "[yellow]erreurs[/]" if source.errors else "[green]entière[/]"


def _reasons(source: SourceReport) -> list[str]:
    summary = source.summary
    assert summary is not None
    lines = []
    for name, pairs, words in (
        ("retirées", summary.gone, gone_words),
        (_DOUBTFUL, source.doubtful, doubt_words),
        ("non retenues", source.refused, refused_words),
        ("erreurs", summary.errors, error_words),
    ):
        if pairs:
            found = Counter(code for _, code in pairs).most_common()
            lines.append(f"{name} : " + " ; ".join(f"{grouped(number)} × {words(code)}" for code, number in found))
    if source.rejected:
        told = count(source.rejected, "page diffère", "pages diffèrent")
        lines.append(f"{told} du site par une décision ; voir : cybervigie crawl rejected")
    if summary.held:
        lines.append(f"{summary.held} ; voir : cybervigie crawl held")
    return lines
