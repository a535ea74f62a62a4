"""Exit codes, the table of a run, and what is watched during it."""

import io

import pytest
from rich.console import Console
from rich.progress import Progress

from bot.commands import crawl_summary
from bot.commands.crawl_progress import Bars
from bot.commands.crawl_summary import exit_code, print_plan, print_summary
from ingest.crawl.model import RunSummary, SourceSummary
from ingest.crawl.options import PlannedFetch

WHOLE = SourceSummary("un", finished=True)
FAILING = SourceSummary("deux", finished=True, errors=[("https://a.example/", "timeout")])
SHORT = SourceSummary("trois", finished=False)
HELD = SourceSummary("quatre", finished=True, held="trop de changements")


@pytest.fixture
def printed(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    """What is printed on a wide screen."""
    screen = io.StringIO()
    monkeypatch.setattr(crawl_summary, "console", Console(file=screen, width=200))
    return screen


@pytest.mark.parametrize(
    ("sources", "interrupted", "code"),
    [
        ([], False, 0),
        ([WHOLE], False, 0),
        ([SourceSummary("un", finished=True, refused=[("x", "robots")], gone=[("y", "404")])], False, 0),
        ([WHOLE, FAILING], False, 1),
        ([WHOLE, SHORT], False, 1),
        ([WHOLE, HELD], False, 3),
        ([FAILING, HELD, SHORT], False, 3),
        ([WHOLE], True, 130),
        ([FAILING, HELD], True, 130),
    ],
)
def test_the_most_pressing_exit_code_wins(sources: list[SourceSummary], interrupted: bool, code: int) -> None:
    assert exit_code(RunSummary(1, "2026-11-25T00:00:00Z", interrupted=interrupted, sources=sources)) == code


def test_the_table_and_its_reasons(printed: io.StringIO) -> None:
    refused = [("https://a.example/1", "robots"), ("https://a.example/2", "robots"), ("https://a.example/3", "format")]
    busy = SourceSummary("cinq", requests=1613, wire_bytes=3 * 1024**2, fetched=2, finished=True, refused=refused)
    print_summary(RunSummary(7, "2026-11-25T00:00:00Z", budget_reached="pages", sources=[busy, FAILING, SHORT, HELD]))
    text = printed.getvalue()
    for told in (
        "Passage nº 7",
        "1\u202f613\u00a0requêtes, 3,0 Mio reçus",
        "nombre de pages permis atteint",
        "cinq : non retenues : 2 × lecture refusée par robots.txt ; 1 × format non lu",
        "deux : erreurs : 1 × réponse trop lente",
        "inachevée",
        "à décider",
        "quatre : trop de changements ; voir : cybervigie crawl held",
    ):
        assert told in text, told


def test_the_table_fits_an_ordinary_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = io.StringIO()
    monkeypatch.setattr(crawl_summary, "console", Console(file=screen, width=80))
    long = SourceSummary("grades-centre-val-de-loire", fetched=1234, unchanged=1234, finished=True)
    print_summary(RunSummary(1, "2026-11-25T00:00:00Z", sources=[long, SHORT, HELD]))
    assert "…" not in screen.getvalue()
    for told in ("grades-centre-va", "inchan-", "1\u202f234", "inachevée", "à décider"):
        assert told in screen.getvalue()


def test_names_that_look_like_markup_are_shown_as_they_are(printed: io.StringIO) -> None:
    print_plan([PlannedFetch("https://a.example/[bold]x[/]", "un", "sitemap", conditional=True)])
    print_summary(RunSummary(1, "2026-11-25T00:00:00Z", sources=[SourceSummary("un", held="[red]x[/red]")]))
    assert "https://a.example/[bold]x[/]" in printed.getvalue()
    assert "plan du site, si changée" in printed.getvalue()
    assert "[red]x[/red]" in printed.getvalue()


def test_bars_follow_the_sources_and_leave() -> None:
    screen = io.StringIO()
    with Progress(console=Console(file=screen, force_terminal=True, width=100), auto_refresh=False) as progress:
        bars = Bars(progress)
        bars.source_begun("cnil", 10)
        bars.page_done("cnil", "https://a.example/", "added", 4, 12)
        (task,) = progress.tasks
        assert (task.description, task.completed, task.total, task.visible) == ("cnil", 4, 12, True)
        bars.note("warning", "host_left", source="cnil", host="a.example", until=None)
        bars.note("info", "refused", source="cnil", url="https://a.example/x")
        bars.note("warning", "page", source="cnil", url="https://a.example/y", outcome="error", reason="timeout")
        bars.note("warning", "budget_reached", budget="pages")
        bars.note("info", "source_ended", source="cnil")
        assert not progress.tasks[0].visible
        bars.note("error", "inconnu", source="autre", url="[bold]")
    text = screen.getvalue()
    assert "hôte laissé pour ce passage : cnil, a.example" in text
    assert "inconnu : autre, [bold]" in text
    assert "page en erreur : cnil, https://a.example/y, réponse trop lente" in text
    assert "/x" not in text
    assert "pages" not in text
