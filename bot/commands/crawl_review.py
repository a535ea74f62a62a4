"""What an operator looks up between two crawls: ``cybervigie crawl status``, ``held``, ``rejected``, ``runs`` ..."""

from collections import Counter
from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.markup import escape

from bot.commands.crawl_session import Address, Session, addressed, crawl_settings, opened
from bot.commands.crawl_summary import state
from bot.commands.terminal import DataDir, console, count, fail, grouped, listing
from ingest.crawl.decisions import Decision, Verb
from ingest.crawl.model import RunSummary
from ingest.crawl.moments import moment
from ingest.crawl.published import COLLECTION
from ingest.crawl.report import age_days
from ingest.crawl.wording import version_words

_SHOWN = 20
_KINDS = {"added": "nouvelle", "changed": "modifiée", "removed": "retirée"}
_STATUS = (
    *("source", "visite entière (UTC)", "âge", "dernier passage"),
    *("documents", "écartées", "erreurs"),
)
_RUNS = ("passage", "début (UTC)", "fin", "état", "sources", "nouvelles", "modifiées", "retirées", "erreurs")


def status(context: typer.Context, data: DataDir = None) -> None:
    """Montre chaque source : documents, âge de la dernière visite entière, décision, pages écartées, erreurs."""
    present = datetime.now(UTC)
    with opened(crawl_settings(context, data)) as session:
        successes, latest, rejected = session.successes(), session.latest(), session.rejected()
        held = {one.source for one in session.holdings.held()}
        documents = Counter(
            summary.collection.removeprefix(COLLECTION)
            for summary in session.store.summaries()
            if summary.collection.startswith(COLLECTION)
        )
    rows = []
    # A source that is no longer read, or no longer in the manifest, still shows what it left.
    for source_id in [*successes, *sorted((documents.keys() | rejected.keys() | held) - successes.keys())]:
        success, last = successes.get(source_id), latest.get(source_id)
        days = age_days(success, now=present)
        rows.append(
            (
                escape(source_id),
                moment(success) if success else "jamais",
                "" if days is None else count(days, "jour"),
                "[red]à décider[/]" if source_id in held else state(last) if last else "",
                grouped(documents[source_id]),
                grouped(rejected[source_id]),
                grouped(len(last.errors)) if last else "",
            )
        )
    title = count(documents.total(), "document lu sur les sites", "documents lus sur les sites")
    listing(console, title, _STATUS, rows, numbers=3)


def held(
    context: typer.Context,
    every: Annotated[bool, typer.Option("--all", help="Toutes les pages concernées.")] = False,
    data: DataDir = None,
) -> None:
    """Montre les sources dont les changements attendent une décision, et pourquoi."""
    with opened(crawl_settings(context, data)) as session:
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
        since = f"depuis le {moment(one.since)} UTC (passage nº {one.run})"
        console.print(f"[bold]{escape(one.source)}[/], {since}", highlight=False)
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


def rejected(context: typer.Context, data: DataDir = None) -> None:
    """Liste les pages dont un changement a été écarté (reject, rollback) : leur document n’est pas celui du site."""
    with opened(crawl_settings(context, data)) as session:
        found = session.holdings.rejected()
    if not found:
        console.print("Aucun changement n’est écarté.")
    for source, number in Counter(one.source for one in found).items():
        console.print(f"[bold]{escape(source)}[/] : {count(number, 'page écartée', 'pages écartées')}", highlight=False)
        for one in found:
            if one.source == source:
                what = "retrait" if one.removal else "changement"
                console.print(f"  {what:10} {escape(one.url)}", highlight=False, soft_wrap=True)
        console.print(f"  laisser revenir : cybervigie crawl reconsider {escape(source)}", highlight=False)


def runs(
    context: typer.Context,
    limit: Annotated[int, typer.Option("-n", min=1, max=1000, help="Nombre de passages, et de décisions.")] = 20,
    data: DataDir = None,
) -> None:
    """Liste les derniers passages et les dernières décisions, les plus récents d’abord."""
    with opened(crawl_settings(context, data)) as session:
        found, decided = session.state.runs(limit), session.decisions.last(limit)
    listing(console, count(len(found), "passage"), _RUNS, map(_run, found), numbers=5)
    if decided:
        console.print(f"\n{count(len(decided), 'décision')}", highlight=False)
    for one in decided:
        console.print(f"{moment(one.at)}  [bold]{escape(one.source)}[/]  {_decided(one)}", highlight=False)


def _run(run: RunSummary) -> tuple[str, ...]:
    lists = [(one.added, one.changed, one.gone, one.errors) for one in run.sources]
    sums = [sum(map(len, column)) for column in zip(*lists, strict=True)] or [0, 0, 0, 0]
    ended = "interrompu" if run.interrupted or run.ended_at is None else "terminé"
    if run.budget_reached:
        ended = "budget atteint"
    until = moment(run.ended_at) if run.ended_at else ""
    return (f"nº\u00a0{run.run}", moment(run.begun_at), until, ended, str(len(run.sources)), *map(grouped, sums))


def _decided(one: Decision) -> str:
    match one.verb:
        case Verb.APPROVE:
            return f"publiée : {count(one.changes, 'document')}"
        case Verb.REJECT:
            return f"écartée : {count(one.changes, 'changement')}"
        case Verb.RECONSIDER:
            return f"reconsidérée : {count(one.changes, 'adresse')}"
        case Verb.ROLLBACK:
            return f"ramenée au passage nº {one.run} : {count(one.changes, 'document')}"


def versions(context: typer.Context, address: Address, data: DataDir = None) -> None:
    """Liste les versions antérieures du document d’une adresse."""
    with opened(crawl_settings(context, data)) as session:
        url = addressed(address)
        current = session.store.get(url)
        earlier = session.holdings.versions(url)
        aside = None if current else _aside(session, url)
    if current is None and not earlier and aside is None:
        fail(f"aucun document de « {url} », ni maintenant ni avant ; la liste : cybervigie documents")
    if current is not None:
        console.print(f"[bold]{current.id}[/]  en service  {escape(current.title)}", highlight=False)
    if aside is not None:
        console.print(escape(aside), highlight=False, soft_wrap=True)
    for one in earlier:
        console.print(
            f"[bold]{one.document_id}[/]  jusqu’au {moment(one.until)} UTC (passage nº {one.run}, "
            f"{version_words(one.reason)})  {escape(one.title)}",
            highlight=False,
            soft_wrap=True,
        )
    if current is not None or earlier:
        console.print("Lire une version : cybervigie show IDENTIFIANT --text")


def _aside(session: Session, url: str) -> str | None:
    """Why the text of an address is kept and not cited; None when nothing is kept of it."""
    kept = session.holdings.current(url)
    if url in session.holdings.excluded():
        how = f"L’admettre de nouveau : cybervigie crawl include {url}"
        return f"Écartée : {kept.title}, gardée de côté sans être citée. {how}" if kept else f"Écartée. {how}"
    if kept is None:
        return None
    other = next((one for one in session.holdings.same_text(url) if session.store.get(one)), None)
    if other is not None:
        return f"Le même texte est enregistré sous une autre adresse : {other}"
    return f"{kept.title} : attend une décision, cybervigie crawl held"
