"""The ``cybervigie`` command. Objects are put together here and in ``create_app`` only."""

import os
import sys
from typing import NoReturn

import typer

from bot.api.observe import configure_logs
from bot.commands import ask, doctor, documents, index, serve, sources
from bot.errors import BotError
from bot.french import FrenchCommand, FrenchGroup, usage_error
from index.errors import SearchIndexError
from ingest.errors import IngestError

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
app.command("sources", cls=FrenchCommand)(sources.sources)
app.command("doctor", cls=FrenchCommand)(doctor.doctor)


def main() -> NoReturn:
    """Run a command; an error we know is one clear line.

    Exit codes: 0 done, 1 an error or something refused, 2 a wrong command line, 3 no answer, 130 interrupted.
    """
    # What goes wrong is told in one line below; "serve" asks for more.
    configure_logs("error")
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
        typer.secho(
            f"cybervigie : {error.strerror or error} ; vérifiez l’espace disque et les droits", fg="red", err=True
        )
        sys.exit(1)
    except Exception as error:
        reason = usage_error(error)
        if reason is None:
            raise
        typer.secho(f"cybervigie : {reason} ; l’aide : cybervigie --help", fg="red", err=True)
        sys.exit(2)
    if code == _INTERRUPTED:
        typer.echo("\nInterrompu ; rien n’est perdu, la même commande reprend.", err=True)
    sys.exit(code if isinstance(code, int) else 0)
