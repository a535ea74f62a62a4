"""``cybervigie crawl``: read the official sites of the manifest, politely, and store what they publish."""

import contextlib
import importlib.metadata
import re
import signal
import sqlite3
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from bot.commands.crawl_plan import print_plan
from bot.commands.crawl_progress import watching
from bot.commands.crawl_report import keep_report, report_of
from bot.commands.crawl_session import INDEX, Session, known_source, opened
from bot.commands.crawl_summary import INTERRUPTED, exit_code, print_summary
from bot.commands.index import index as build
from bot.commands.terminal import DataDir, console, errors, fail, settings_from
from bot.settings import Settings
from index.errors import SearchIndexError
from index.generation import current_generation
from index.table import PassageTable
from ingest.crawl.clock import SystemClock
from ingest.crawl.engine import crawl as visit
from ingest.crawl.errors import CrawlError
from ingest.crawl.fetch import HttpFetcher, user_agent
from ingest.crawl.model import RunSummary
from ingest.crawl.options import CrawlOptions
from ingest.crawl.planning import plan
from ingest.crawl.ports import Fetcher
from ingest.crawl.report import as_json
from ingest.manifest import Manifest, Source
from ingest.sandbox import Sandbox
from ingest.store import DocumentStore

MINIMUM_GAP_S = 2.0
"""Seconds between two requests to a host; a manifest or a robots.txt can only raise it."""
_MINUTES = 120
_ALL = 10_000_000


def open_fetcher(user_agent: str) -> Fetcher:
    """What reads the sites, over the network."""
    return HttpFetcher(user_agent)


def crawl(
    context: typer.Context,
    source: Annotated[
        list[str] | None,
        typer.Option("--source", metavar="ID", help="Cette source seulement (répétable).", show_default="toutes"),
    ] = None,
    since: Annotated[
        str | None,
        typer.Option(metavar="7j|AAAA-MM-JJ", help="Ne redemande pas les pages vérifiées depuis.", show_default=False),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Dit ce qui serait demandé et pourquoi, sans rien demander.")
    ] = False,
    max_pages: Annotated[
        int | None, typer.Option(min=1, help="Pages demandées au plus.", show_default="sans limite")
    ] = None,
    max_minutes: Annotated[float, typer.Option(min=0.01, help="Durée du passage au plus.")] = _MINUTES,
    refresh: Annotated[bool, typer.Option("--refresh", help="Redemande les pages en entier, même inchangées.")] = False,
    contact: Annotated[
        str | None,
        typer.Option(
            help="À qui les sites peuvent écrire : adresse électronique ou page https.",
            show_default="CYBERVIGIE_CRAWL_CONTACT",
        ),
    ] = None,
    with_index: Annotated[
        bool, typer.Option("--index", help="Reconstruit ensuite l’index si les documents ont changé.")
    ] = False,
    report_dir: Annotated[
        Path | None,
        typer.Option(help="Dossier du rapport et des mesures.", show_default="« reports » du dossier des données"),
    ] = None,
    as_object: Annotated[bool, typer.Option("--json", help="Le rapport en JSON sur la sortie standard.")] = False,
    data: DataDir = None,
) -> None:
    """Lit les sites officiels du manifeste et enregistre ce qui est nouveau ou changé.

    Sans sous-commande, fait un passage ; une commande interrompue reprend où elle en était.

    Codes de sortie :

    0 tout est visité ; 1 une source a des erreurs ou est inachevée ;
    2 commande ou réglage incorrect ; 3 une source attend une décision (crawl held) ;
    4 un autre passage est en cours ; 130 interrompu.
    """
    if context.invoked_subcommand is not None:
        context.obj = data
        return
    settings = settings_from(data)
    options = CrawlOptions(
        minimum_gap_s=MINIMUM_GAP_S,
        max_pages=max_pages,
        max_seconds=max_minutes * 60,
        since=_moment(since) if since else None,
        refresh=refresh,
    )
    if dry_run:
        with opened(settings) as session:
            sources = _chosen(session.manifest, source)
            planned = plan(
                sources,
                state=session.state,
                options=options,
                held=lambda url: session.holdings.current(url) is not None,
                excluded=frozenset(session.holdings.excluded()),
            )
            unvisited = [one.id for one in sources if session.state.last_success(one.id) is None]
        if as_object:
            typer.echo(msgspec.json.format(msgspec.json.encode(planned), indent=1).decode())
        else:
            print_plan(planned, sources=sources, unvisited=unvisited, options=options)
        return
    agent = _agent(contact or settings.crawl_contact)
    with _stoppable():
        with opened(settings, writing=True) as session:
            run = _visit(session, _chosen(session.manifest, source), agent, options)
            code = exit_code(run)
            report = report_of(session, run, code=code)
            if not as_object:
                print_summary(report)
            page = keep_report(session, run, report, folder=report_dir or settings.reports_dir)
            behind = with_index and code != INTERRUPTED and _behind(settings, session.store)
        if as_object:
            typer.echo(as_json(report))
        else:
            console.print(f"Rapport : {page}", highlight=False, soft_wrap=True)
            if not behind and any(one.added or one.changed or one.gone or one.moved for one in run.sources):
                console.print(f"Les documents ont changé. {INDEX}", highlight=False, soft_wrap=True)
        if behind:
            with contextlib.redirect_stdout(errors.file) if as_object else contextlib.nullcontext():
                build(None, settings.data_dir)
    raise typer.Exit(code)


def _visit(session: Session, sources: Sequence[Source], agent: str, options: CrawlOptions) -> RunSummary:
    fetcher = open_fetcher(agent)
    try:
        with Sandbox() as sandbox, watching(session.settings.log_level) as observer:
            return visit(
                sources,
                state=session.state,
                holdings=session.holdings,
                store=session.store,
                fetcher=fetcher,
                sandbox=sandbox,
                clock=SystemClock(),
                options=options,
                observer=observer,
            )
    finally:
        fetcher.close()


@contextlib.contextmanager
def _stoppable() -> Iterator[None]:
    """SIGTERM, as systemd sends it, is an interruption like Ctrl-C."""
    previous = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, previous)


def _agent(contact: str) -> str:
    """How we present ourselves to the sites."""
    if not contact:
        fail(
            "dites à qui les sites lus peuvent écrire : --contact, ou la variable CYBERVIGIE_CRAWL_CONTACT "
            "(adresse électronique ou page https)",
            code=2,
        )
    try:
        return user_agent(contact, importlib.metadata.version("cybervigie"))
    except CrawlError as error:
        fail(str(error), code=2)


def _chosen(manifest: Manifest, ids: Sequence[str] | None) -> list[Source]:
    """The sources to read, in the order of the manifest."""
    if not ids:
        return [source for source in manifest.sources if source.crawl]
    chosen = {known_source(manifest, source_id).id for source_id in ids}
    closed = [source.id for source in manifest.sources if source.id in chosen and not source.crawl]
    if closed:
        fail(f"{', '.join(closed)} : le manifeste dit de ne pas lire cette source (crawl = false)", code=2)
    return [source for source in manifest.sources if source.id in chosen]


def _moment(text: str) -> str:
    """ISO 8601 UTC of « 7j » or of a date."""
    days = re.fullmatch(r"(\d{1,4})\s?j", text)
    try:
        moment = (
            datetime.now(UTC) - timedelta(days=int(days[1]))
            if days
            else datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC)
        )
    except ValueError:
        fail("valeur incorrecte pour --since : écrivez 7j ou AAAA-MM-JJ", code=2)
    if moment > datetime.now(UTC):
        fail("valeur incorrecte pour --since : cette date est à venir", code=2)
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _behind(settings: Settings, store: DocumentStore) -> bool:
    """Whether the index holds other documents than the store: after this run, an earlier one, or a decision."""
    try:
        with contextlib.closing(PassageTable(current_generation(settings.index_dir))) as table:
            indexed = {head.id for head in table.heads(offset=0, limit=_ALL)}
    except (SearchIndexError, sqlite3.Error):
        return True
    return indexed != {summary.id for summary in store.summaries()}
