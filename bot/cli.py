"""The ``cybervigie`` command. Objects are put together here and in ``create_app`` only."""

import os
import sys
from importlib.metadata import entry_points
from typing import NoReturn

import typer

from bot.api.observe import configure_logs
from bot.commands import (
    ask,
    crawl,
    crawl_decisions,
    crawl_exclusions,
    crawl_review,
    doctor,
    documents,
    helpdesk,
    helpdesk_outbox,
    index,
    keys,
    mcp,
    serve,
    sites,
    sources,
)
from bot.errors import BotError
from bot.french import FrenchCommand, FrenchGroup, usage_command, usage_error
from index.errors import SearchIndexError
from ingest.errors import IngestError
from ingest.system_words import system_words

_INTERRUPTED = 130

app = typer.Typer(
    name="cybervigie",
    help="Réponses citées mot pour mot aux questions de cybersécurité et de protection des données en cabinet.",
    cls=FrenchGroup,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("ask", cls=FrenchCommand)(ask.ask)
app.command("search", cls=FrenchCommand)(ask.search)
app.command("serve", cls=FrenchCommand)(serve.serve)
app.command("add", cls=FrenchCommand)(documents.add)
app.command("documents", cls=FrenchCommand)(documents.documents)
app.command("show", cls=FrenchCommand)(documents.show)
app.command("remove", cls=FrenchCommand)(documents.remove)
app.command("index", cls=FrenchCommand)(index.index)
crawling = typer.Typer(cls=FrenchGroup, invoke_without_command=True)
crawling.callback()(crawl.crawl)
crawling.command("status", cls=FrenchCommand)(crawl_review.status)
crawling.command("held", cls=FrenchCommand)(crawl_review.held)
crawling.command("approve", cls=FrenchCommand)(crawl_decisions.approve)
crawling.command("reject", cls=FrenchCommand)(crawl_decisions.reject)
crawling.command("rejected", cls=FrenchCommand)(crawl_review.rejected)
crawling.command("reconsider", cls=FrenchCommand)(crawl_decisions.reconsider)
crawling.command("rollback", cls=FrenchCommand)(crawl_decisions.rollback)
crawling.command("runs", cls=FrenchCommand)(crawl_review.runs)
crawling.command("versions", cls=FrenchCommand)(crawl_review.versions)
crawling.command("exclude", cls=FrenchCommand)(crawl_exclusions.exclude)
crawling.command("include", cls=FrenchCommand)(crawl_exclusions.include)
crawling.command("excluded", cls=FrenchCommand)(crawl_exclusions.excluded)
app.add_typer(crawling, name="crawl")
app.command("sources", cls=FrenchCommand)(sources.sources)
access = typer.Typer(cls=FrenchGroup, help="Clés des programmes qui appellent l’API.", no_args_is_help=True)
access.command("create", cls=FrenchCommand)(keys.create)
access.command("list", cls=FrenchCommand)(keys.keys)
access.command("rotate", cls=FrenchCommand)(keys.rotate)
access.command("revoke", cls=FrenchCommand)(keys.revoke)
app.add_typer(access, name="keys")
app.command("mcp", cls=FrenchCommand)(mcp.mcp)
embedding = typer.Typer(cls=FrenchGroup, help="Sites qui affichent l’assistant, et leur code.", no_args_is_help=True)
embedding.command("check", cls=FrenchCommand)(sites.check)
embedding.command("snippet", cls=FrenchCommand)(sites.snippet)
app.add_typer(embedding, name="widget")
desk = typer.Typer(cls=FrenchGroup, help="Brouillons cités dans un outil d’assistance.", no_args_is_help=True)
desk.command("init", cls=FrenchCommand)(helpdesk.init)
desk.command("test", cls=FrenchCommand)(helpdesk.attempt)
desk.command("run", cls=FrenchCommand)(helpdesk.run)
outbox = typer.Typer(cls=FrenchGroup, help="File d’envoi des brouillons.", no_args_is_help=True)
outbox.command("list", cls=FrenchCommand)(helpdesk_outbox.outbox_list)
outbox.command("show", cls=FrenchCommand)(helpdesk_outbox.show)
outbox.command("replay", cls=FrenchCommand)(helpdesk_outbox.replay)
outbox.command("discard", cls=FrenchCommand)(helpdesk_outbox.discard)
desk.add_typer(outbox, name="outbox")
app.add_typer(desk, name="helpdesk")
app.command("doctor", cls=FrenchCommand)(doctor.doctor)


EXTENSIONS = "cybervigie.commands"
"""Entry points of other packages that add commands: each a typer application under the name of its entry."""


def extend(arguments: list[str]) -> None:
    """Add the commands of other packages, when the command line may ask for one of them.

    The commands of this package neither wait for the others to load nor fail with them.
    """
    own = {command.name for command in app.registered_commands} | {group.name for group in app.registered_groups}
    if arguments and arguments[0] in own:
        return
    for entry in sorted(entry_points(group=EXTENSIONS), key=lambda entry: entry.name):
        if entry.name in own:
            continue
        try:
            added = entry.load()
        except ImportError as error:
            typer.secho(f"cybervigie : commande « {entry.name} » indisponible ({error})", fg="yellow", err=True)
            continue
        app.add_typer(added, name=entry.name)


def main() -> NoReturn:
    """Run a command; an error we know is one clear line.

    Exit codes: 0 done, 1 an error or something refused, 2 a wrong command line, 3 no answer (of ask) or a source that
    waits for a person (of crawl), 4 another crawl in progress, 130 interrupted.
    """
    # What goes wrong is told in one line below; "serve" asks for more.
    configure_logs("error")
    extend(sys.argv[1:])
    try:
        code = app(sys.argv[1:] or ["--help"], standalone_mode=False)
    except (IngestError, SearchIndexError, BotError) as error:
        typer.secho(f"cybervigie : {error}", fg="red", err=True)
        sys.exit(1)
    except BrokenPipeError:
        # "cybervigie documents | head": the reader has seen enough.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except OSError as error:
        typer.secho(f"cybervigie : {system_words(error)} ; vérifiez l’espace disque et les droits", fg="red", err=True)
        sys.exit(1)
    except Exception as error:
        reason = usage_error(error)
        if reason is None:
            raise
        typer.secho(f"cybervigie : {reason} ; l’aide : {usage_command(error)} --help", fg="red", err=True)
        sys.exit(2)
    if code == _INTERRUPTED:
        typer.echo("\nInterrompu ; rien n’est perdu, la même commande reprend.", err=True)
    sys.exit(code if isinstance(code, int) else 0)


if __name__ == "__main__":
    main()
