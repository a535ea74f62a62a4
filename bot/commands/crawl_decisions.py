"""What an operator decides of a source: ``cybervigie crawl approve``, ``reject``, ``reconsider``, ``rollback``."""

from typing import Annotated

import typer
from rich.markup import escape

from bot.commands.crawl_session import INDEX, SourceId, crawl_settings, now, opened
from bot.commands.terminal import DataDir, console, count
from ingest.crawl.decisions import Decision, Verb
from ingest.crawl.holdings import Settlement


def approve(context: typer.Context, source: SourceId, data: DataDir = None) -> None:
    """Publie les changements d’une source qui attendaient une décision."""
    with opened(crawl_settings(context, data), writing=True) as session, session.store.transaction():
        settlement = session.holdings.approve(session.known(source), now=now())
        session.decisions.record(Decision(now(), source, Verb.APPROVE, _size(settlement)))
    _tell(f"Publié : {source}", settlement)


def reject(context: typer.Context, source: SourceId, data: DataDir = None) -> None:
    """Écarte les changements d’une source qui attendaient ; ils ne reviennent que si le site change encore.

    La liste : crawl rejected. Pour revenir sur cette décision : crawl reconsider.
    """
    with opened(crawl_settings(context, data), writing=True) as session, session.store.transaction():
        dropped = session.holdings.reject(session.known(source))
        session.decisions.record(Decision(now(), source, Verb.REJECT, dropped))
    console.print(f"Écarté : {count(dropped, 'changement')} de {escape(source)} ; les textes d’avant restent cités.")
    console.print("La liste : cybervigie crawl rejected")


def reconsider(context: typer.Context, source: SourceId, data: DataDir = None) -> None:
    """Laisse revenir ce qui a été écarté d’une source (reject, rollback)."""
    with opened(crawl_settings(context, data), writing=True) as session, session.store.transaction():
        lifted = session.holdings.reconsider(session.known(source))
        if lifted:
            session.decisions.record(Decision(now(), source, Verb.RECONSIDER, lifted))
    if not lifted:
        console.print(f"Rien n’est écarté de {escape(source)}.")
        return
    console.print(f"{count(lifted, 'adresse peut', 'adresses peuvent')} revenir dans {escape(source)}.")
    console.print(f"Pour les relire : cybervigie crawl --source {escape(source)} --refresh")


def rollback(
    context: typer.Context,
    source: SourceId,
    to: Annotated[int, typer.Option("--to", metavar="PASSAGE", help="Numéro du passage (cybervigie crawl runs).")],
    data: DataDir = None,
) -> None:
    """Ramène les documents d’une source à ce qu’ils étaient après un passage."""
    with opened(crawl_settings(context, data), writing=True) as session, session.store.transaction():
        settlement = session.holdings.rollback(session.known(source), to, now=now())
        session.decisions.record(Decision(now(), source, Verb.ROLLBACK, _size(settlement), run=to))
    _tell(f"{source} est revenue au passage nº {to}", settlement)


def _size(settlement: Settlement) -> int:
    return sum(map(len, (settlement.added, settlement.changed, settlement.removed, settlement.moved)))


def _tell(done: str, settlement: Settlement) -> None:
    numbers = ", ".join(
        (
            count(len(settlement.added), "document ajouté", "documents ajoutés"),
            count(len(settlement.changed), "changé"),
            count(len(settlement.removed), "retiré"),
        )
    )
    console.print(f"{escape(done)} : {numbers}.", highlight=False)
    if _size(settlement):
        console.print(INDEX)
