"""``ask`` and ``search``: the engine in a terminal."""

import json
from typing import Annotated

import typer
from rich.markup import escape
from rich.panel import Panel

from bot.api.convert import hit_out
from bot.commands.terminal import DataDir, console, settings_from
from bot.compose import nature
from bot.model import Answer, Citation, Status
from bot.schema import AnswerOut
from bot.service import Service
from index.model import SearchMode
from ingest.model import DocumentKind

_KINDS = {
    DocumentKind.OFFICIAL: "texte officiel",
    DocumentKind.DIGEST: "résumé CyberVigie du texte officiel",
    DocumentKind.LOCAL: "document de votre structure",
}
_STYLES = {Status.ANSWERED: "green", Status.EMERGENCY: "red", Status.NO_ANSWER: "yellow", Status.CLARIFY: "cyan"}


def ask(
    question: Annotated[str, typer.Argument(metavar="QUESTION", help="La question, en français courant.")],
    as_json: Annotated[bool, typer.Option("--json", help="La réponse telle que la donne l’API.")] = False,
    max_citations: Annotated[int, typer.Option(min=1, max=8, help="Nombre d’extraits au plus.")] = 3,
    data: DataDir = None,
) -> None:
    """Répond à une question par des extraits cités.

    Code de sortie : 0 s’il y a une réponse, 3 si les textes ne répondent pas.
    """
    service = Service(settings_from(data))
    service.refresh()
    with service.answerer() as held:
        answer = held.ask(question, max_citations=max_citations)
    if as_json:
        typer.echo(AnswerOut.model_validate(answer).model_dump_json(indent=1))
    else:
        _print(answer)
    service.stop()
    if answer.status is Status.NO_ANSWER:
        raise typer.Exit(3)


def _print(answer: Answer) -> None:
    console.print(Panel(escape(answer.answer), border_style=_STYLES[answer.status]), highlight=False)
    for notice in answer.notices:
        console.print(f"[yellow]À noter[/] {escape(notice.text)}", highlight=False)
    for citation in answer.citations:
        console.print(f"[bold]\\[{citation.marker}][/] {escape(reference(citation))}", highlight=False, soft_wrap=True)
    for page in answer.related if answer.status is Status.NO_ANSWER else ():
        console.print(
            f"Page proche : {escape(page.title)} ({escape(page.publisher)}) {page.url or ''}", highlight=False
        )
    for suggestion in answer.suggestions:
        console.print(f"[dim]Voir aussi : {escape(suggestion)}[/]", highlight=False)


def reference(citation: Citation) -> str:
    """A citation's reference on one line."""
    place = f"p. {citation.page}" if citation.page else citation.section or ""
    if citation.page and citation.page_label and citation.page_label != str(citation.page):
        place += f" (page imprimée {citation.page_label})"
    parts = [
        citation.publisher,
        citation.title,
        citation.document_date or "date inconnue",
        place,
        nature(citation) or _KINDS[citation.kind],
        citation.reserve.rstrip("."),
    ]
    return " — ".join(part for part in parts if part) + (f"\n    {citation.deep_link}" if citation.deep_link else "")


def search(
    query: Annotated[str, typer.Argument(metavar="MOTS", help="Les mots ou la question à chercher.")],
    k: Annotated[int, typer.Option("-k", min=1, max=20, help="Nombre de passages.")] = 5,
    mode: Annotated[SearchMode, typer.Option(help="Moteur.")] = SearchMode.HYBRID,
    as_json: Annotated[bool, typer.Option("--json", help="Une ligne JSON par passage.")] = False,
    data: DataDir = None,
) -> None:
    """Cherche des passages, sans composer de réponse."""
    service = Service(settings_from(data))
    service.refresh()
    with service.answerer() as held:
        for hit in held.engine.search(held.searchable(query).text, k, mode=mode):
            document = held.engine.table.document(hit.passage.document_id)
            assert document is not None
            found = hit_out(hit, document, held.hosts)
            if as_json:
                typer.echo(json.dumps(found.model_dump(mode="json"), ensure_ascii=False))
                continue
            place = f"p. {found.page}" if found.page else found.section or ""
            title = f"{found.rank}. {found.publisher} — {found.title}"
            console.print(
                Panel(escape(found.text), title=escape(title), subtitle=escape(place), title_align="left"),
                highlight=False,
            )
    service.stop()
