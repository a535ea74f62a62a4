"""``cybervigie eval``: question files, runs. Added to the command by the entry point group ``cybervigie.commands``.

What only some commands need (an HTTP client, plots, retrieval metrics: the extra ``eval``) is imported by them alone.
"""

import contextlib
import sys
from collections import Counter
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from bot.commands.terminal import DataDir, console, count, errors, fail, progress_bar, settings_from
from bot.feedback import FeedbackFile, Rating
from bot.french import FrenchCommand, FrenchGroup
from evals import cli_results
from evals.candidates import candidates, question_lines, write_candidates
from evals.errors import SystemDown, SystemRefuses
from evals.extra import extra_installed
from evals.labels import KINDS, REGISTERS
from evals.model import Kind, Outcome, Question, Register, Run
from evals.question_skeleton import write_skeleton
from evals.questionfile import read_questions
from evals.record import is_run, load_run
from evals.run import Plan, Progress, run
from evals.systems.opening import Choice, key_from_environment, open_system

_INTERRUPTED = 130
_NONE = "—"

evaluation = typer.Typer(cls=FrenchGroup, help="Mesure la qualité des réponses, de CyberVigie ou d’un autre système.")
evaluation.command("report", cls=FrenchCommand)(cli_results.report)
evaluation.command("compare", cls=FrenchCommand)(cli_results.compare)
evaluation.command("gate", cls=FrenchCommand)(cli_results.gate)
Questions = Annotated[list[Path], typer.Argument(metavar="FICHIER...", help="Fichiers de questions (.csv, .jsonl).")]


@evaluation.callback(invoke_without_command=True)
def root(context: typer.Context) -> None:
    """Show the help when no command is given."""
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


class SystemKind(StrEnum):
    """Systems that can be asked."""

    ENGINE = "engine"
    HTTP = "http"
    OPENAI = "openai"
    EXPORTED = "exported"


@evaluation.command("new", cls=FrenchCommand)
def new(path: Annotated[Path, typer.Argument(metavar="FICHIER", help="Nom du fichier, en .csv ou en .jsonl.")]) -> None:
    """Écrit un modèle de fichier de questions, commenté."""
    write_skeleton(path)
    console.print(f"{path} : remplacez les exemples, puis « cybervigie eval check {path} ».", highlight=False)


@evaluation.command("check", cls=FrenchCommand)
def check(paths: Questions) -> None:
    """Relit des fichiers de questions et dit ce qui ne va pas, ligne par ligne."""
    questions, files = read_questions(paths)
    console.print(f"{count(len(questions), 'question')}, {count(len(files), 'fichier')} : tout est correct.")
    registers = [register for register in Register if any(question.register is register for question in questions)]
    table = Table(*("question", *(REGISTERS[register] for register in registers)))
    table.columns[0].no_wrap = True
    for kind in Kind:
        found = Counter(question.register for question in questions if question.kind is kind)
        if found:
            table.add_row(KINDS[kind], *(str(found[register] or _NONE) for register in registers))
    console.print(table)


@evaluation.command("candidates", cls=FrenchCommand)
def candidates_command(
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", metavar="FICHIER", help="Fichier à écrire, en .jsonl ; sinon, affiché."),
    ] = None,
    since: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], metavar="AAAA-MM-JJ", help="Avis reçus depuis ce jour."),
    ] = None,
    data: DataDir = None,
) -> None:
    """Donne les questions mal notées ou sans réponse, masquées, en fichier de questions à relire et à compléter.

    Les textes ne sont gardés (30 jours) que si CYBERVIGIE_FEEDBACK_TEXT vaut true et si la personne l’a accepté.
    """
    first = since.date() if since is not None else None
    file = FeedbackFile(settings_from(data).feedback_path)
    file.prune()
    found = candidates(file.texts(first))
    if found and out is not None:
        write_candidates(out, found)
    elif found:
        typer.echo(question_lines(found), nl=False)
    opinions = [tally for tally in file.tallies(first) if not tally.code]
    down = sum(tally.times for tally in opinions if tally.rating == Rating.DOWN)
    where = f" dans {out}, à relire" if found and out is not None else ""
    errors.print(
        f"{count(sum(tally.times for tally in opinions), 'avis', 'avis')}, dont {count(down, 'négatif')} ; "
        f"{count(len(found), 'question candidate', 'questions candidates')}{where}.",
        highlight=False,
        markup=False,
        soft_wrap=True,
    )


@evaluation.command("run", cls=FrenchCommand)
def run_command(
    questions: Annotated[
        list[Path],
        typer.Option(
            "--questions", "-q", metavar="FICHIER", help="Fichier de questions ; à répéter s’il y en a plusieurs."
        ),
    ],
    out: Annotated[Path, typer.Option("--out", "-o", metavar="DOSSIER", help="Dossier des résultats.")],
    system: Annotated[SystemKind, typer.Option(help="Système interrogé.")] = SystemKind.ENGINE,
    url: Annotated[str | None, typer.Option(help="Adresse du service (http, openai).")] = None,
    model: Annotated[str | None, typer.Option(help="Nom du modèle (openai).")] = None,
    answers: Annotated[Path | None, typer.Option(metavar="FICHIER", help="Réponses exportées (exported).")] = None,
    instructions: Annotated[
        Path | None, typer.Option(metavar="FICHIER", help="Consigne donnée au modèle (openai), au lieu de la nôtre.")
    ] = None,
    timeout: Annotated[float, typer.Option(min=0.1, max=3600, help="Secondes laissées à une réponse.")] = 30.0,
    retries: Annotated[int, typer.Option(min=0, max=10, help="Nouveaux essais après une panne passagère.")] = 3,
    resume: Annotated[bool, typer.Option("--resume", help="Continuer le passage commencé dans ce dossier.")] = False,
    retry: Annotated[bool, typer.Option("--retry", help="Avec --resume, reposer les questions en échec.")] = False,
    keep_text: Annotated[
        bool, typer.Option("--keep-text", help="Garder le texte des questions dans les résultats.")
    ] = False,
    data: DataDir = None,
) -> None:
    """Pose les questions à un système et garde ses réponses, une à une.

    La clé d’un service se donne par la variable CYBERVIGIE_EVAL_KEY. Un passage interrompu se continue par --resume.
    Code de sortie : 0 si toutes les questions ont été posées, 1 sinon, 130 après une interruption.
    """
    asked, files = read_questions(questions)
    choice = Choice(
        kind=system.value,
        settings=settings_from(data),
        url=url,
        model=model,
        answers=answers,
        instructions=instructions,
        key=key_from_environment(),
        timeout_s=timeout,
        retries=retries,
    )
    plan = Plan(asked, files, out, keep_texts=keep_text, resume=resume, retry=retry)
    try:
        with extra_installed():
            opened = open_system(choice)
        with contextlib.closing(opened), progress_bar() as progress:
            task = progress.add_task(escape(opened.info.name), total=len(asked))

            def step(state: Progress) -> None:
                failed = f" ({count(state.failed, 'échec')})" if state.failed else ""
                progress.update(task, completed=state.done, description=escape(opened.info.name) + failed)

            done = run(opened, plan, progress=step)
    except KeyboardInterrupt:
        errors.print(f"\nInterrompu{_kept(out)}", highlight=False)
        sys.exit(_INTERRUPTED)
    except (SystemDown, SystemRefuses) as error:
        fail(f"{error.message}{_kept(out)}")
    _tell(done, out, unknown=_unknown(opened, asked))


def _kept(folder: Path) -> str:
    """What an interrupted run leaves, and how to go on."""
    if not is_run(folder):
        return " ; aucune question n’a été posée"
    state = load_run(folder)
    return f" ; {len(state.outcomes)} sur {state.meta.count} sont gardées, la même commande avec --resume continue"


def _unknown(system: object, asked: tuple[Question, ...]) -> int:
    from evals.systems.exported import Exported

    return system.unknown([question.id for question in asked]) if isinstance(system, Exported) else 0


def _tell(done: Run, folder: Path, *, unknown: int) -> None:
    table = Table("question", "répondues", "urgences", "sans réponse", "à préciser", "statut non dit", "échecs")
    table.columns[0].no_wrap = True
    kinds = {question.id: question.kind for question in done.questions}
    for kind in Kind:
        found = [outcome for outcome in done.outcomes if kinds[outcome.question_id] is kind]
        if found:
            table.add_row(KINDS[kind], *_counts(found))
    console.print(table)
    failures = Counter(o.failure.message for o in done.outcomes if o.failure is not None)
    for message, times in failures.most_common(5):
        errors.print(f"[yellow]échec[/] {count(times, 'fois', 'fois')} : {escape(message)}", highlight=False)
    if unknown:
        errors.print(f"[yellow]attention[/] {count(unknown, 'réponse')} de l’export sans question", highlight=False)
    console.print(f"Résultats : {folder} ; la suite : cybervigie eval report {folder}", highlight=False, soft_wrap=True)


def _counts(outcomes: list[Outcome]) -> list[str]:
    found = Counter("échec" if o.failure else o.status.value if o.status else "?" for o in outcomes)
    return [str(found[n] or _NONE) for n in ("answered", "emergency", "no_answer", "clarify", "?", "échec")]
