"""``cybervigie widget``: the sites that show the assistant, checked, and what their integrators copy."""

import contextlib
import sqlite3
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from bot.commands.terminal import count, fail, settings_from
from bot.settings import Settings
from bot.widget.errors import UnknownSite
from bot.widget.loader import current
from bot.widget.model import DEMO, Site
from bot.widget.pages import policy
from bot.widget.sites import demo_sites, load_sites, read_sites
from bot.widget.snippet import snippet as make_snippet
from index.errors import SearchIndexError
from index.generation import current_generation
from index.table import PassageTable
from ingest.manifest import read_manifest

SitesFile = Annotated[
    Path | None,
    typer.Option("--sites", help="Fichier des sites.", show_default="CYBERVIGIE_SITES"),
]


def check(sites: SitesFile = None) -> None:
    """Vérifie le fichier des sites : fautes par ligne, contrastes, champs de l’exploitant qui manquent."""
    path = _path(sites)
    found, problems, blanks = read_sites(path)
    for problem in problems:
        typer.echo(str(problem), err=True)
    for blank in blanks:
        typer.echo(f"{path} : [operator] : il manque {blank}", err=True)
    known = {source.publisher for source in read_manifest(settings_from().sources)[0].sources}
    held = _publishers(settings_from())
    for site in found.sites:
        for name in sorted(set(site.publishers) - known):
            typer.echo(f"{path} : site {site.id} : « {name} » n’est pas un éditeur officiel connu (vérifiez)", err=True)
        if held is not None and (absent := sorted(set(site.publishers) - held)):
            names = ", ".join(f"« {name} »" for name in absent)
            effect = "tous les éditeurs répondront" if len(absent) == len(site.publishers) else "ils ne répondront pas"
            typer.echo(f"{path} : site {site.id} : absent de l’index en service : {names} ; {effect}", err=True)
    if problems or blanks:
        typer.echo(f"{count(len(problems) + len(blanks), 'point')} à corriger.", err=True)
        raise typer.Exit(1)
    table = Table(title=count(len(found.sites), "site"))
    for column in ("site", "nom", "pages admises"):
        table.add_column(column, overflow="fold")
    for site in found.sites:
        table.add_row(site.id, site.title, "\n".join(site.origins))
    Console().print(table)
    typer.echo(f"Chargeur : {current().name}")


def snippet(
    site: Annotated[str, typer.Argument(help="Nom du site, tel que dans le fichier.")],
    sites: SitesFile = None,
    url: Annotated[
        str | None, typer.Option("--url", help="Adresse du service.", show_default="service_url du fichier")
    ] = None,
) -> None:
    """Donne le code d’intégration d’un site, et les lignes à ajouter à sa politique de sécurité (CSP)."""
    chosen, address = _chosen(site, sites)
    address = (url or address).rstrip("/")
    if not address:
        fail("donnez l’adresse du service : --url https://assistant.exemple.fr", code=2)
    made = make_snippet(chosen, address, current())
    typer.echo(f"{made.tag}\n")
    typer.echo("Ou, pour une place choisie dans la page :\n")
    typer.echo(f"{made.element}\n")
    typer.echo("À ajouter à la politique de sécurité du site, s’il en a une :\n")
    typer.echo("\n".join(made.policy))
    typer.echo(f"\nLe service répond pour ce site : {_ancestors(chosen)}")


def _publishers(settings: Settings) -> frozenset[str] | None:
    """The publishers of the index; None when there is none."""
    try:
        with contextlib.closing(PassageTable(current_generation(settings.index_dir))) as table:
            return table.publishers
    except (SearchIndexError, OSError, sqlite3.Error):
        return None


def _ancestors(site: Site) -> str:
    text = policy(ancestors=" ".join(("'self'", *site.origins)))
    return next(part for part in text.split("; ") if part.startswith("frame-ancestors"))


def _chosen(site_id: str, given: Path | None) -> tuple[Site, str]:
    """The site and the address of the service; the demo needs no file."""
    if site_id == DEMO:
        return demo_sites().sites[0], ""
    found = load_sites(_path(given))
    site = found.site(site_id)
    if site is None:
        names = ", ".join(site.id for site in found.sites)
        raise UnknownSite(f"aucun site « {site_id} » ; sites connus : {names}")
    return site, found.operator.service_url if found.operator else ""


def _path(given: Path | None) -> Path:
    path = given or settings_from().sites
    if path is None:
        fail("donnez le fichier des sites : --sites ou CYBERVIGIE_SITES (modèle : docs/sites.exemple.toml)", code=2)
    return path
