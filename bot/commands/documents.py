"""``add``, ``documents``, ``show``, ``remove``: the document store."""

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from bot.commands.crawl_session import now, opened
from bot.commands.terminal import DataDir, console, count, errors, fail, progress_bar, settings_from
from bot.settings import Settings
from ingest.crawl.holdings import Holdings
from ingest.crawl.model import PageRecord
from ingest.crawl.moments import moment
from ingest.crawl.published import COLLECTION
from ingest.crawl.state import CrawlState
from ingest.model import Document, DocumentKind
from ingest.pipeline import Given, Report, add_paths
from ingest.sandbox import Sandbox
from ingest.store import DocumentStore, Outcome

_SHOWN = 20


def add(
    paths: Annotated[
        list[Path], typer.Argument(metavar="FICHIER...", help="Fichiers ou dossiers : HTML, PDF, Markdown, JSON Lines.")
    ],
    publisher: Annotated[str | None, typer.Option(help="Éditeur, si le fichier ne le dit pas.")] = None,
    title: Annotated[str | None, typer.Option(help="Titre, si le fichier ne le dit pas bien.")] = None,
    url: Annotated[str | None, typer.Option(help="Adresse publique du document (https).")] = None,
    date: Annotated[str | None, typer.Option(help="Date du texte : AAAA, AAAA-MM ou AAAA-MM-JJ.")] = None,
    kind: Annotated[
        DocumentKind | None,
        typer.Option(
            help="« official » ou « local » ; sans cela, « official » si l’éditeur est dans le manifeste des sources."
        ),
    ] = None,
    data: DataDir = None,
) -> None:
    """Ajoute des documents ; un fichier illisible est nommé, les autres sont ajoutés.

    Code de sortie : 0 si tout est lu, 1 si un fichier au moins ne l’est pas.
    """
    if url is not None and not url.startswith("https://"):
        fail("l’adresse doit commencer par https://", code=2)
    if (title or url) and (len(paths) != 1 or paths[0].is_dir()):
        fail("--title et --url ne valent que pour un seul fichier", code=2)
    settings = settings_from(data)
    given = Given(publisher=publisher, title=title, url=url, date=date, kind=kind, manifest=settings.sources)
    with DocumentStore(settings.store_dir) as store, Sandbox() as sandbox, progress_bar() as progress:
        task = progress.add_task("Lecture", total=None)

        def step(subject: str) -> None:
            progress.update(task, advance=1, description=f"Lecture de {escape(subject[:50])}")

        report = add_paths(store, paths, given=given, sandbox=sandbox, progress=step)
        total = store.count()
    _tell(report, total)
    if report.errors:
        raise typer.Exit(1)


def _tell(report: Report, total: int) -> None:
    for subject, warning in report.warnings[:_SHOWN]:
        errors.print(f"[yellow]attention[/] {escape(subject)} : {escape(warning)}", highlight=False)
    for error in report.errors[:_SHOWN]:
        errors.print(f"[red]refusé[/] {escape(str(error))}", highlight=False)
    for name, found in (("avertissement", report.warnings), ("refus", report.errors)):
        if len(found) > _SHOWN:
            errors.print(f"… et {len(found) - _SHOWN} autre(s) {name}(s)")
    outcomes = report.outcomes
    console.print(
        f"{count(outcomes[Outcome.ADDED], 'ajouté')}, {count(outcomes[Outcome.UPDATED], 'remplacé')}, "
        f"{count(outcomes[Outcome.UNCHANGED], 'inchangé')}, {count(len(report.errors), 'refusé')} ; "
        f"{count(total, 'document')} en tout."
    )
    if outcomes[Outcome.ADDED] or outcomes[Outcome.UPDATED]:
        console.print("Pour qu’ils servent aux réponses : cybervigie index")


def documents(
    search: Annotated[str | None, typer.Option("--search", "-s", help="Mots du titre ou de l’éditeur.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Une ligne JSON par document.")] = False,
    data: DataDir = None,
) -> None:
    """Liste les documents enregistrés."""
    settings = settings_from(data)
    with DocumentStore(settings.store_dir) as store:
        found = store.summaries()
    if search:
        wanted = search.casefold()
        found = [
            summary
            for summary in found
            if wanted in f"{summary.publisher} {summary.title} {summary.source_id}".casefold()
        ]
    if as_json:
        for summary in found:
            fields = ("id", "source_id", "kind", "publisher", "title", "url", "characters", "collection")
            typer.echo(json.dumps({name: getattr(summary, name) for name in fields}, ensure_ascii=False))
        return
    table = Table(title=count(len(found), "document"))
    table.add_column("identifiant", no_wrap=True)
    for column in ("éditeur", "titre", "nature"):
        table.add_column(column, overflow="fold")
    for summary in found:
        table.add_row(summary.id, escape(summary.publisher), escape(summary.title), summary.kind.value)
    console.print(table)


def show(
    key: Annotated[str, typer.Argument(metavar="IDENTIFIANT", help="Identifiant du document ou de sa source.")],
    text: Annotated[bool, typer.Option("--text", help="Le texte seul, tel qu’il est cité.")] = False,
    data: DataDir = None,
) -> None:
    """Montre un document, ou une version antérieure : référence, structure, début du texte."""
    settings = settings_from(data)
    with DocumentStore(settings.store_dir) as store:
        holdings = Holdings(store, ranks={})
        current = store.get(key)
        document = current or holdings.version(key)
        if document is None:
            fail(f"aucun document « {key} » ; la liste : cybervigie documents")
        page = CrawlState(store).page(document.source_id)
        versions = len(holdings.versions(document.source_id)) if page else 0
    if text:
        typer.echo(document.text)
        return
    if current is None:
        console.print("[yellow]attention[/]    version antérieure, qui n’est plus citée", highlight=False)
    for name, value in (_reference(document) | (_visit(page, versions) if page else {})).items():
        console.print(f"[bold]{name:12}[/] {escape(value)}", highlight=False)
    for warning in document.warnings:
        console.print(f"[yellow]attention[/]    {escape(warning)}", highlight=False)
    for section in document.sections:
        console.print(
            f"{'  ' * section.level}{escape(section.heading)}  [dim]{section.start}–{section.end}[/]", highlight=False
        )


def _reference(document: Document) -> dict[str, str]:
    sizes = ((document.text, "caractère"), (document.sections, "section"), (document.pages, "page"))
    return {
        "Identifiant": document.id,
        "Source": document.source_id,
        "Nature": document.kind.value,
        "Éditeur": document.publisher,
        "Titre": document.title,
        "Adresse": document.url or "",
        "Date": document.date or "inconnue",
        "Licence": document.licence or "inconnue",
        "Taille": ", ".join(count(len(part), name) for part, name in sizes),
    }


def _visit(page: PageRecord, versions: int) -> dict[str, str]:
    """What the crawls know of the page of a document."""
    landing = " — ".join(part for part in (page.landing_title, page.landing_url) if part)
    lines = {
        "Vérifié le": f"{moment(page.checked_at)} UTC" if page.checked_at else "jamais",
        "Changé le": f"{moment(page.changed_at)} UTC" if page.changed_at else "",
        "Page d’accès": landing,
        "Versions": f"{count(versions, 'antérieure')} (cybervigie crawl versions {page.url})" if versions else "",
    }
    return {name: value for name, value in lines.items() if value}


def remove(
    key: Annotated[str, typer.Argument(metavar="IDENTIFIANT", help="Identifiant du document ou de sa source.")],
    data: DataDir = None,
) -> None:
    """Retire un document ; les réponses l’oublient au prochain « cybervigie index ».

    Un document lu sur un site est écarté : les passages suivants ne le ramènent pas.
    """
    settings = settings_from(data)
    with DocumentStore(settings.store_dir) as store:
        summary = next((one for one in store.summaries() if key in (one.id, one.source_id)), None)
        if summary is not None and not summary.collection.startswith(COLLECTION):
            store.remove(key)
    if summary is None:
        fail(f"aucun document « {key} » ; la liste : cybervigie documents")
    addresses = _exclude(settings, summary.source_id) if summary.collection.startswith(COLLECTION) else []
    console.print(f"Retiré : {escape(summary.title)} ({escape(summary.publisher)}).")
    for address in addresses:
        console.print(
            "Son texte est gardé de côté, hors des réponses : les passages suivants ne le ramènent pas. "
            f"Pour le ramener : cybervigie crawl include {escape(address)}",
            highlight=False,
            soft_wrap=True,
        )
    console.print("Pour que les réponses l’oublient : cybervigie index")


def _exclude(settings: Settings, address: str) -> list[str]:
    """Keep the text of a crawled page out, under whatever address it was found; the addresses."""
    with opened(settings, writing=True) as session, session.store.transaction():
        addresses = session.holdings.same_text(address)
        for one in addresses:
            session.holdings.exclude(one, now=now())
    return addresses
