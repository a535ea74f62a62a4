"""``cybervigie sources``: the official sources, and the checks of what people write in ``corpus/``."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

import corpus
from bot.commands.terminal import count, settings_from
from bot.contacts import read_contacts
from index.errors import SearchIndexError
from index.vocabulary import Vocabulary
from ingest.errors import ParseError
from ingest.manifest import Manifest, read_manifest
from ingest.problems import Problem
from ingest.slugs import read_facts
from ingest.starter import check_starter

CORPUS = Path(corpus.__file__).parent


def sources(
    check: Annotated[
        bool, typer.Option("--check", help="Vérifie le manifeste, les résumés, les contacts et le vocabulaire.")
    ] = False,
    folder: Annotated[
        Path | None,
        typer.Option(
            "--folder",
            help="Dossier d’un corpus entier, avec sources.toml.",
            show_default="celui du produit, et CYBERVIGIE_SOURCES",
        ),
    ] = None,
) -> None:
    """Liste les sources officielles ; avec --check, les vérifie et s’arrête en erreur si une chose est à corriger."""
    manifest_path = folder / "sources.toml" if folder else settings_from().sources
    if check:
        problems = check_corpus(folder or CORPUS, manifest_path)
        for problem in problems:
            typer.echo(str(problem), err=True)
        if problems:
            typer.echo(f"{count(len(problems), 'point')} à corriger.", err=True)
            raise typer.Exit(1)
        typer.echo("Manifeste, résumés, contacts et vocabulaire : rien à corriger.")
        return
    manifest, problems = read_manifest(manifest_path)
    Console().print(_table(manifest))
    if problems:
        typer.echo(
            f"{problems[0]}\nLe manifeste a {count(len(problems), 'défaut')} : cybervigie sources --check", err=True
        )
        raise typer.Exit(1)


def check_corpus(folder: Path, manifest_path: Path | None = None) -> list[Problem]:
    """Everything that is wrong in the manifest, the digests, the contacts and the vocabulary of ``folder``.

    ``manifest_path``: the manifest in use, where it is another one; the digests keep to the folder's own.
    """
    try:
        facts = read_facts(folder / "facts.txt")
    except ParseError as error:
        return [_problem(error)]
    topics = set(facts.values())
    manifest, problems = read_manifest(folder / "sources.toml", topics=topics)
    # With a manifest that cannot be read, every host would be unknown: one cause is enough.
    if manifest.sources:
        problems += check_starter(folder / "starter", facts=facts.keys(), hosts=manifest.hosts, topics=topics)
    if manifest_path is not None and not _same(manifest_path, folder / "sources.toml"):
        problems += read_manifest(manifest_path, topics=topics)[1]
    problems += read_contacts(folder / "contacts.toml")[1]
    try:
        Vocabulary.load(folder / "vocabulary" / "acronyms.csv")
    except SearchIndexError as error:
        problems.append(_problem(error))
    return problems


def _same(one: Path, other: Path) -> bool:
    return one.resolve() == other.resolve()


def _problem(error: ParseError | SearchIndexError) -> Problem:
    """An error whose subject is "file:line" as a problem."""
    file, _, line = error.subject.rpartition(":")
    if not line.isdigit():
        file, line = error.subject, "1"
    message, _, cure = error.reason.partition(" : ")
    return Problem(Path(file), int(line), message, cure or "rétablissez ce fichier")


def _table(manifest: Manifest) -> Table:
    table = Table(title=f"{len(manifest.sources)} sources officielles, {len(manifest.hosts)} hôtes")
    table.add_column("source", no_wrap=True)
    for column in ("éditeur", "hôtes", "licence", "lue ?", "lecture"):
        table.add_column(column, overflow="fold")
    for source in manifest.sources:
        read = "oui" if source.crawl else "lien seul"
        table.add_row(
            source.id,
            source.publisher,
            "\n".join(source.hosts),
            source.licence,
            source.licence_checked or "non",
            read if source.confirmed else f"{read} (à confirmer)",
        )
    return table
