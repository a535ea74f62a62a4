"""``helpdesk outbox``: what waits, what could not be delivered, and what to do with it."""

import json
from datetime import UTC, datetime
from typing import Annotated, Any

import typer
from rich.markup import escape

from bot.commands.terminal import DataDir, console, count, fail, listing, settings_from
from bot.helpdesk.lock import lock_path, unattended
from bot.helpdesk.outbox import Outbox
from bot.helpdesk.outbox_model import Job, State
from bot.helpdesk.words import outcome, why

Key = Annotated[str, typer.Argument(metavar="RÉFÉRENCE", help="Référence CV-… donnée par « outbox list ».")]
_STATES = {
    State.WAITING: "attend",
    State.WORKING: "en cours",
    State.DEAD: "en échec",
    State.DELIVERED: "remis",
    State.SETTLED: "sans suite",
    State.DISCARDED: "abandonné",
}
_PENDING = (State.WAITING, State.WORKING, State.DEAD)


def outbox_list(
    state: Annotated[
        list[State] | None, typer.Option(help="États à montrer, à répéter ; par défaut, ce qui n’est pas fini.")
    ] = None,
    desk: Annotated[str, typer.Option(help="Un seul outil.")] = "",
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="Lignes au plus.")] = 50,
    as_json: Annotated[bool, typer.Option("--json", help="Une ligne JSON par message.")] = False,
    data: DataDir = None,
) -> None:
    """Liste les messages qui attendent un brouillon ou n’ont pas pu en recevoir ; jamais leur texte."""
    outbox = _outbox(data)
    jobs = outbox.jobs(state or _PENDING, desk, limit)
    if as_json:
        for job in jobs:
            typer.echo(json.dumps(_fields(job), ensure_ascii=False))
        return
    totals = ", ".join(
        f"{_STATES[one]} {sum(n for (_, held), n in outbox.counts().items() if held is one)}" for one in State
    )
    columns = ("référence", "outil", "ticket", "état", "pourquoi", "prochain essai", "essais")
    rows = [
        [
            job.key,
            job.ref.desk,
            escape(job.ref.ticket),
            _STATES[job.state],
            escape(why(job.code)),
            _moment(job.due) if job.state is State.WAITING else "",
            str(job.attempts),
        ]
        for job in jobs
    ]
    listing(console, f"{count(len(jobs), 'message')} ({totals})", columns, rows, numbers=1)


def show(key: Key, data: DataDir = None) -> None:
    """Montre un message : outil, ticket, état, essais ; jamais son texte."""
    job = _outbox(data).job(key)
    if job is None:
        fail(f"aucun message de référence « {key} » ; la liste : cybervigie helpdesk outbox list")
    told = {
        "référence": job.key,
        "outil": job.ref.desk,
        "ticket": job.ref.ticket,
        "message": job.ref.article,
        "état": _STATES[job.state],
        "pourquoi": f"{why(job.code)} ({job.code})" if job.code else "",
        "essais": str(job.attempts),
        "prochain essai": _moment(job.due) if job.state is State.WAITING else "",
        "brouillon": outcome(job.status, job.reason) if job.status else "",
        "réponses": ", ".join(job.answer_ids),
        "annoncé": _moment(job.created),
        "dernier changement": _moment(job.updated),
    }
    for name, value in told.items():
        if value:
            console.print(f"{name} : {value}", highlight=False, markup=False, soft_wrap=True)


def replay(
    keys: Annotated[list[str] | None, typer.Argument(metavar="RÉFÉRENCE...", help="Références CV-….")] = None,
    every: Annotated[bool, typer.Option("--all", help="Tous ceux qui sont en échec.")] = False,
    data: DataDir = None,
) -> None:
    """Remet en route des messages en échec, ou avance ceux qui attendent ; jamais deux brouillons d’un même message."""
    outbox = _outbox(data)
    wanted = [job.key for job in outbox.jobs((State.DEAD,), limit=10_000)] if every else keys or []
    if not wanted and not every:
        fail("donnez des références, ou --all", code=2)
    done = [key for key in wanted if outbox.replay(key)]
    console.print(f"{count(len(done), 'message remis', 'messages remis')} en route.", highlight=False)
    if len(done) < len(wanted):
        fail(f"ni en échec ni en attente, ou inconnus : {', '.join(key for key in wanted if key not in done)}")


def discard(key: Key, data: DataDir = None) -> None:
    """Abandonne un message qui attend ou est en échec ; s’il était gardé, son texte est effacé.

    Un message « en cours » l’est aussi quand plus aucun processus ne travaille.
    """
    path = settings_from(data).outbox_path
    if not Outbox(path).discard(key, unattended=unattended(lock_path(path))):
        fail(
            f"« {key} » n’est ni en attente ni en échec ; s’il est en cours, arrêtez d’abord le service ; la liste : "
            "cybervigie helpdesk outbox list"
        )
    console.print(f"{key} abandonné.", highlight=False, markup=False)


def _outbox(data: Any) -> Outbox:
    return Outbox(settings_from(data).outbox_path)


def _moment(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


def _fields(job: Job) -> dict[str, Any]:
    return {
        "reference": job.key,
        "desk": job.ref.desk,
        "ticket": job.ref.ticket,
        "message": job.ref.article,
        "state": job.state.value,
        "attempts": job.attempts,
        "code": job.code,
        "status": job.status,
        "reason": job.reason,
        "answers": list(job.answer_ids),
        "created": _moment(job.created),
        "updated": _moment(job.updated),
        "due": _moment(job.due) if job.state is State.WAITING else None,
    }
