"""What an operator decides and looks up between two crawls: ``cybervigie crawl status``, ``held``, ``approve`` ..."""

from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from bot.commands.crawl_session import Address, SourceId, known_source, now, opened
from bot.commands.crawl_summary import state
from bot.commands.terminal import DataDir, console, count, fail, grouped, settings_from
from bot.settings import Settings
from ingest.crawl.holdings import Settlement
from ingest.crawl.published import COLLECTION
from ingest.crawl.report import age_days
from ingest.crawl.urls import canonical
from ingest.crawl.wording import version_words

_SHOWN = 20
_KINDS = {"added": "nouvelle", "changed": "modifiée", "removed": "retirée"}
_INDEX = "Pour que les réponses en tiennent compte : cybervigie index"


def _settings(context: typer.Context, data: DataDir) -> Settings:
    """Settings; ``--data`` may stand before or after the sub-command."""
    return settings_from(data or context.obj)


def status(context: typer.Context, data: DataDir = None) -> None:
    """Montre chaque source : documents, âge de la dernière visite entière, décision attendue, erreurs."""
    present = datetime.now(UTC)
    with opened(_settings(context, data)) as session:
        successes, latest = session.successes(), session.latest()
        held = {one.source for one in session.holdings.held()}
        documents: dict[str, int] = {}
        for summary in session.store.summaries():
            if summary.collection.startswith(COLLECTION):
                source_id = summary.collection.removeprefix(COLLECTION)
                documents[source_id] = documents.get(source_id, 0) + 1
    table = Table(title=count(sum(documents.values()), "document lu sur les sites", "documents lus sur les sites"))
    table.add_column("source", no_wrap=True)
    for column in ("documents", "dernière visite entière", "âge", "dernier passage", "erreurs"):
        table.add_column(column, justify="right" if column in ("documents", "erreurs") else "left")
    # A source that is no longer read, or no longer in the manifest, still shows what it left.
    for source_id in [*successes, *sorted(documents.keys() - successes.keys())]:
        success = successes.get(source_id)
        days = age_days(success, now=present)
        last = latest.get(source_id)
        table.add_row(
            source_id,
            grouped(documents.get(source_id, 0)),
            success or "jamais",
            "" if days is None else count(days, "jour"),
            "[red]à décider[/]" if source_id in held else state(last) if last else "",
            grouped(len(last.errors)) if last else "",
        )
    console.print(table)


def held(
    context: typer.Context,
    every: Annotated[bool, typer.Option("--all", help="Toutes les pages concernées.")] = False,
    data: DataDir = None,
) -> None:
    """Montre les sources dont les changements attendent une décision, et pourquoi."""
    with opened(_settings(context, data)) as session:
        waiting = {one: session.holdings.pending(one.source) for one in session.holdings.held()}
    if not waiting:
        console.print("Aucune source n’attend de décision.")
    for one, pending in waiting.items():
        changes = ", ".join(
            (
                count(one.added, "page nouvelle", "pages nouvelles"),
                count(one.changed, "modifiée"),
                count(one.removed, "retirée"),
            )
        )
        console.print(f"[bold]{escape(one.source)}[/], depuis {one.since} (passage nº {one.run})", highlight=False)
        console.print(f"  {escape(one.reason)}\n  {changes} ; les textes d’avant restent cités", highlight=False)
        for change in pending if every else pending[:_SHOWN]:
            console.print(
                f"  {_KINDS[change.kind]:9} {escape(change.title)}  [dim]{escape(change.url)}[/]",
                highlight=False,
                soft_wrap=True,
            )
        if len(pending) > _SHOWN and not every:
            console.print(f"  … et {grouped(len(pending) - _SHOWN)} autres : cybervigie crawl held --all")
        console.print(f"  publier : cybervigie crawl approve {escape(one.source)}", highlight=False)
        console.print(f"  écarter : cybervigie crawl reject {escape(one.source)}", highlight=False)


def approve(context: typer.Context, source: SourceId, data: DataDir = None) -> None:
    """Publie les changements d’une source qui attendaient une décision."""
    with opened(_settings(context, data), writing=True) as session:
        settlement = session.holdings.approve(source, now=now())
    _tell(f"Publié : {source}", settlement)


def reject(context: typer.Context, source: SourceId, data: DataDir = None) -> None:
    """Écarte les changements d’une source qui attendaient ; ils ne reviennent que si le site change encore.

    Pour revenir sur cette décision : crawl reconsider.
    """
    with opened(_settings(context, data), writing=True) as session:
        dropped = session.holdings.reject(source)
    console.print(f"Écarté : {count(dropped, 'changement')} de {escape(source)} ; les textes d’avant restent cités.")


def reconsider(context: typer.Context, source: SourceId, data: DataDir = None) -> None:
    """Laisse revenir ce qui a été écarté d’une source (reject, rollback)."""
    with opened(_settings(context, data), writing=True) as session:
        lifted = session.holdings.reconsider(known_source(session.manifest, source).id)
    console.print(f"{count(lifted, 'adresse peut', 'adresses peuvent')} revenir dans {escape(source)}.")
    console.print(f"Pour les relire : cybervigie crawl --source {escape(source)} --refresh")


def rollback(
    context: typer.Context,
    source: SourceId,
    to: Annotated[int, typer.Option("--to", metavar="PASSAGE", help="Numéro du passage (cybervigie crawl runs).")],
    data: DataDir = None,
) -> None:
    """Ramène les documents d’une source à ce qu’ils étaient après un passage."""
    with opened(_settings(context, data), writing=True) as session:
        settlement = session.holdings.rollback(source, to, now=now())
    _tell(f"{source} est revenue au passage nº {to}", settlement)


def _tell(done: str, settlement: Settlement) -> None:
    numbers = ", ".join(
        (
            count(len(settlement.added), "document ajouté", "documents ajoutés"),
            count(len(settlement.changed), "changé"),
            count(len(settlement.removed), "retiré"),
        )
    )
    console.print(f"{escape(done)} : {numbers}.", highlight=False)
    console.print(_INDEX)


def runs(
    context: typer.Context,
    limit: Annotated[int, typer.Option("-n", min=1, max=1000, help="Nombre de passages.")] = 20,
    data: DataDir = None,
) -> None:
    """Liste les derniers passages, le plus récent d’abord."""
    with opened(_settings(context, data)) as session:
        found = session.state.runs(limit)
    table = Table(title=count(len(found), "passage"))
    for column in ("nº", "début", "fin", "état", "sources", "nouvelles", "modifiées", "retirées", "erreurs"):
        table.add_column(column, justify="left" if column in ("début", "fin", "état") else "right")
    for run in found:
        lists = [(one.added, one.changed, one.gone, one.errors) for one in run.sources]
        sums = [sum(map(len, column)) for column in zip(*lists, strict=True)] or [0, 0, 0, 0]
        ended = "interrompu" if run.interrupted or run.ended_at is None else "terminé"
        if run.budget_reached:
            ended = "budget atteint"
        table.add_row(str(run.run), run.begun_at, run.ended_at or "", ended, str(len(run.sources)), *map(grouped, sums))
    console.print(table)


def versions(context: typer.Context, address: Address, data: DataDir = None) -> None:
    """Liste les versions antérieures du document d’une adresse."""
    with opened(_settings(context, data)) as session:
        url = _url(address)
        current = session.store.get(url)
        earlier = session.holdings.versions(url)
    if current is None and not earlier:
        fail(f"aucun document de « {url} », ni maintenant ni avant ; la liste : cybervigie documents")
    if current is not None:
        console.print(f"[bold]{current.id}[/]  en service  {escape(current.title)}", highlight=False)
    for one in earlier:
        console.print(
            f"[bold]{one.document_id}[/]  jusqu’au {one.until} (passage nº {one.run}, {version_words(one.reason)})  "
            f"{escape(one.title)}",
            highlight=False,
        )
    console.print("Lire une version : cybervigie show IDENTIFIANT --text")


def exclude(context: typer.Context, address: Address, data: DataDir = None) -> None:
    """Écarte une adresse : son document est retiré et ne revient pas aux passages suivants."""
    with opened(_settings(context, data), writing=True) as session:
        url = _url(address)
        session.holdings.exclude(url, now=now())
    console.print(f"Écartée : {escape(url)}", highlight=False, soft_wrap=True)
    console.print(_INDEX)


def include(context: typer.Context, address: Address, data: DataDir = None) -> None:
    """Admet de nouveau une adresse écartée."""
    with opened(_settings(context, data), writing=True) as session:
        url = _url(address)
        if url not in session.holdings.excluded():
            fail(f"« {url} » n’est pas écartée")
        session.holdings.include(url, now=now())
    console.print(f"Admise de nouveau : {escape(url)}", highlight=False, soft_wrap=True)
    console.print(_INDEX)


def excluded(context: typer.Context, data: DataDir = None) -> None:
    """Liste les adresses écartées."""
    with opened(_settings(context, data)) as session:
        found = session.holdings.excluded()
    for url in found:
        typer.echo(url)
    if not found:
        console.print("Aucune adresse n’est écartée.")


def _url(address: str) -> str:
    url = canonical(address)
    if url is None:
        fail(f"adresse « {address} » mal formée ; écrivez-la en entier, https://…", code=2)
    return url
