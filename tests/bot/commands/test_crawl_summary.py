"""Exit codes, the table of a run, and what is watched during it."""

import io
from pathlib import Path

import pytest
from rich.console import Console
from rich.progress import Progress

from bot.commands import crawl_plan, crawl_summary
from bot.commands.crawl_plan import print_plan
from bot.commands.crawl_progress import Bars
from bot.commands.crawl_summary import exit_code, print_summary
from ingest.crawl.model import Purpose, RunSummary, SourceSummary
from ingest.crawl.options import CrawlOptions, PlannedFetch
from ingest.crawl.report import CrawlReport, Freshness, SourceReport
from ingest.manifest import load_manifest

from .small_site import write_manifest

WHOLE = SourceSummary("un", finished=True)
FAILING = SourceSummary("deux", finished=True, errors=[("https://a.example/", "timeout")])
SHORT = SourceSummary("trois", finished=False)
HELD = SourceSummary("quatre", finished=True, held="trop de changements")


@pytest.fixture
def printed(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    """What is printed on a wide screen."""
    screen = io.StringIO()
    for module in (crawl_summary, crawl_plan):
        monkeypatch.setattr(module, "console", Console(file=screen, width=200))
    return screen


def report(
    *sources: SourceSummary,
    run: int = 7,
    budget: str | None = None,
    doubtful: tuple[tuple[str, str], ...] = (),
    rejected: int = 0,
) -> CrawlReport:
    """The report of a run of these sources."""
    reports = tuple(
        SourceReport(one.source, "", "", "", Freshness(), None, None, (), doubtful, rejected, one) for one in sources
    )
    moment = "2026-11-25T00:00:00Z"
    return CrawlReport(run, 0, moment, moment, resumed=False, interrupted=False, budget_reached=budget, sources=reports)


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
    print_summary(report(busy, FAILING, SHORT, HELD, budget="pages"))
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


LONG = SourceSummary(
    "grades-centre-val-de-loire",
    fetched=1234,
    unchanged=1234,
    refused=[("https://a.example/", "robots")],
    finished=True,
)


@pytest.mark.parametrize("width", [80, 120, 200])
def test_nothing_is_cut_or_broken_on_any_screen(monkeypatch: pytest.MonkeyPatch, width: int) -> None:
    screen = io.StringIO()
    monkeypatch.setattr(crawl_summary, "console", Console(file=screen, width=width))
    print_summary(report(LONG, SHORT, HELD))
    text = screen.getvalue()
    assert "…" not in text
    assert max(map(len, text.splitlines())) <= width
    for told in ("grades-centre-val-de-loire", "inchangées", "non retenues", "1\u202f234", "inachevée", "à décider"):
        assert told in text


def test_what_is_cited_and_was_not_found_stands_apart(printed: io.StringIO) -> None:
    missing = ("https://a.example/1", "404")
    summary = SourceSummary("un", finished=True, refused=[missing, ("https://a.example/2", "404")])
    print_summary(report(summary, doubtful=(missing,), rejected=2))
    text = printed.getvalue()
    assert "ne les trouve pas non plus : 1 × page introuvable (404)" in text
    assert "non retenues : 1 × page introuvable (404)" in text
    assert "2\u00a0pages diffèrent du site par une décision ; voir : cybervigie crawl rejected" in text


def test_without_a_connection_one_line_says_so(printed: io.StringIO) -> None:
    down = [
        SourceSummary(str(number), errors=[(f"https://{number}.example/robots.txt", "dns")]) for number in range(27)
    ]
    print_summary(report(*down))
    assert printed.getvalue() == "Passage nº 7. Aucun site n’a pu être joint : vérifiez la connexion.\n"
    up = SourceSummary("un", unchanged=1, finished=True)
    print_summary(report(*down, up))
    assert "nom d’hôte introuvable" in printed.getvalue()


def test_names_that_look_like_markup_are_shown_as_they_are(printed: io.StringIO, tmp_path: Path) -> None:
    (source, _) = load_manifest(write_manifest(tmp_path)).sources
    planned = [PlannedFetch("https://a.example/[bold]x[/]", "agence", "sitemap", conditional=True)]
    print_plan(planned, sources=[source], unvisited=[], options=CrawlOptions())
    print_summary(report(SourceSummary("un", held="[red]x[/red]")))
    assert "https://a.example/[bold]x[/]" in printed.getvalue()
    assert "plan du site, si le contenu a changé" in printed.getvalue()
    assert "[red]x[/red]" in printed.getvalue()


def test_a_plan_tells_its_least_duration_and_what_may_be_added(printed: io.StringIO, tmp_path: Path) -> None:
    (source, _) = load_manifest(write_manifest(tmp_path)).sources
    host = source.hosts[0]
    planned = [
        PlannedFetch(f"https://{host}/robots.txt", "agence", "robots", conditional=False, purpose=Purpose.ROBOTS),
        *(PlannedFetch(f"https://{host}/{number}", "agence", "link", conditional=False) for number in range(90)),
    ]
    print_plan(planned, sources=[source], unvisited=["agence"], options=CrawlOptions())
    text = printed.getvalue()
    assert "règles de lecture du site\n" in text
    assert "lien d’une page, contenu entier" in text
    assert "91\u00a0requêtes pour 1\u00a0source, 3\u00a0minutes au moins, à 2 s entre deux" in text
    assert "1\u00a0source n’a pas encore été visitée en entier" in text
    assert "jusqu’à 200\u00a0pages en tout (max_pages), donc 7\u00a0minutes" in text
    print_plan(planned, sources=[source], unvisited=[], options=CrawlOptions(max_pages=5))
    assert "pourront en ajouter, jusqu’à 5\u00a0pages en tout" in printed.getvalue()


def test_bars_follow_the_sources_and_leave() -> None:
    screen = io.StringIO()
    with Progress(console=Console(file=screen, force_terminal=True, width=100), auto_refresh=False) as progress:
        bars = Bars(progress)
        bars.source_begun("cnil", 10)
        bars.page_done("cnil", "https://a.example/", "added", 4, 12)
        (task,) = progress.tasks
        assert (task.description, task.completed, task.total, task.visible) == ("cnil", 4, 12, True)
        bars.note("warning", "host_left", source="cnil", host="a.example", code="retry_after")
        bars.note("warning", "host_left", source="cnil", host="b.example", code="robots_unreachable")
        bars.note("info", "refused", source="cnil", url="https://a.example/x")
        bars.note("warning", "page", source="cnil", url="https://a.example/y", outcome="error", reason="timeout")
        bars.note("warning", "budget_reached", budget="pages")
        bars.note("info", "source_ended", source="cnil")
        assert not progress.tasks[0].visible
        bars.note("error", "inconnu", source="autre", url="[bold]")
    text = screen.getvalue()
    assert "hôte laissé pour ce passage : cnil, a.example, l’hôte demande d’attendre" in text
    assert "b.example" not in text
    assert "inconnu : autre, [bold]" in text
    assert "page en erreur : cnil, https://a.example/y, réponse trop lente" in text
    assert "/x" not in text
    assert "pages" not in text
