"""Addresses that an operator keeps out: ``cybervigie crawl exclude``, ``include``, ``excluded``."""

from urllib.parse import urlsplit

import typer
from rich.markup import escape

from bot.commands.crawl_session import INDEX, Address, Session, addressed, crawl_settings, now, opened
from bot.commands.terminal import DataDir, console, fail


def exclude(context: typer.Context, address: Address, data: DataDir = None) -> None:
    """Écarte une adresse : son document est retiré et ne revient pas aux passages suivants."""
    with opened(crawl_settings(context, data), writing=True) as session:
        url = addressed(address)
        host = urlsplit(url).hostname
        if host not in session.manifest.hosts and session.holdings.current(url) is None:
            fail(f"aucune source n’a l’hôte « {host} » ; la liste : cybervigie sources", code=2)
        if url in session.holdings.excluded():
            console.print(f"Déjà écartée : {escape(url)}", highlight=False, soft_wrap=True)
            return
        before = _cited(session)
        session.holdings.exclude(url, now=now())
        changed = before != _cited(session)
    console.print(f"Écartée : {escape(url)}", highlight=False, soft_wrap=True)
    if changed:
        console.print("Son texte est gardé de côté, sans être cité.")
        console.print(INDEX)


def include(context: typer.Context, address: Address, data: DataDir = None) -> None:
    """Admet de nouveau une adresse écartée."""
    with opened(crawl_settings(context, data), writing=True) as session:
        url = addressed(address)
        if url not in session.holdings.excluded():
            fail(f"« {url} » n’est pas écartée")
        before = _cited(session)
        session.holdings.include(url, now=now())
        changed = before != _cited(session)
    console.print(f"Admise de nouveau : {escape(url)}", highlight=False, soft_wrap=True)
    if changed:
        console.print("Son texte, gardé de côté, est de nouveau enregistré ; le prochain passage le vérifiera.")
        console.print(INDEX)
    else:
        console.print("Elle sera lue au prochain passage : cybervigie crawl")


def excluded(context: typer.Context, data: DataDir = None) -> None:
    """Liste les adresses écartées."""
    with opened(crawl_settings(context, data)) as session:
        found = session.holdings.excluded()
    for url in found:
        typer.echo(url)
    if not found:
        console.print("Aucune adresse n’est écartée.")


def _cited(session: Session) -> frozenset[str]:
    return frozenset(summary.id for summary in session.store.summaries())
