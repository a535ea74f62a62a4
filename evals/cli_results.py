"""``cybervigie eval report``, ``compare`` and ``gate``: what runs are worth."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from bot.commands.terminal import console, count, errors, fail
from evals.extra import extra_installed
from evals.model import Run
from evals.record import load_run

_COLOURS = {"better": "green", "worse": "red", "unclear": "dim", "same": "dim"}
Results = Annotated[Path, typer.Argument(metavar="DOSSIER", help="Dossier d’un passage (« cybervigie eval run »).")]
AsJson = Annotated[bool, typer.Option("--json", help="Un objet JSON au lieu d’un tableau.")]


def report(
    folder: Results,
    against: Annotated[
        Path | None, typer.Option(metavar="DOSSIER", help="Un passage antérieur, à montrer à côté.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", metavar="DOSSIER", help="Où écrire, si ce n’est avec les résultats.")
    ] = None,
) -> None:
    """Écrit le rapport d’un passage : une page HTML, un résumé Markdown, les chiffres en JSON."""
    with extra_installed():
        from evals.report import write_report

        earlier = None if against is None else load_run(against)
        files = write_report(load_run(folder), out or folder, against=earlier)
    for path in (files.page, files.summary, files.data):
        console.print(str(path), highlight=False, markup=False, soft_wrap=True)


def compare(
    before: Annotated[Path, typer.Argument(metavar="AVANT", help="Dossier du premier passage.")],
    after: Annotated[Path, typer.Argument(metavar="APRÈS", help="Dossier du second.")],
    as_json: AsJson = False,
) -> None:
    """Compare deux passages, question par question, avec l’intervalle de chaque différence."""
    with extra_installed():
        from evals.compare import Move
        from evals.compare import compare as compared
        from evals.reporting.summary import CAUTIONS, VERDICTS
        from evals.reporting.words import amount, change, change_between, listed
        from evals.scores.catalogue import BY_CODE

        found = compared(load_run(before), load_run(after))
    if as_json:
        content = {
            "common": found.common,
            "cautions": found.cautions,
            "one_sided": found.one_sided,
            "differences": [asdict(difference) for difference in found.differences],
            "changes": [{"question": one.question.id, "move": one.move} for one in found.changes],
        }
        typer.echo(json.dumps(content, ensure_ascii=False))
        return
    table = Table(
        "mesure", "avant", "après", "différence", "intervalle à 95 %", "", title=_named(found.before, found.after)
    )
    for difference in found.differences:
        definition = BY_CODE[difference.code]
        table.add_row(
            definition.label,
            amount(difference.before, definition),
            amount(difference.after, definition),
            change(difference.change, definition),
            change_between(difference.interval, definition),
            f"[{_COLOURS[difference.verdict]}]{VERDICTS[difference.verdict]}[/]",
        )
    console.print(table)
    for caution in found.cautions:
        errors.print(f"[yellow]attention[/] {CAUTIONS[caution]}", highlight=False)
    if found.one_sided:
        errors.print(
            f"[yellow]attention[/] non comparé, car un seul des deux le montre : {listed(found.one_sided)}",
            highlight=False,
            soft_wrap=True,
        )
    gained = sum(one.move is Move.GAINED for one in found.changes)
    lost = [one.question.id for one in found.changes if one.move is Move.LOST]
    console.print(
        f"{count(found.common, 'question comparée', 'questions comparées')} : {count(gained, 'gagnée')}, "
        f"{count(len(lost), 'perdue')}{' (' + escape(', '.join(lost)) + ')' if lost else ''}.",
        highlight=False,
    )


def _named(before: Run, after: Run) -> str:
    return escape(f"{before.meta.system.name}, puis {after.meta.system.name}")


def gate(
    folder: Results,
    suite: Annotated[str, typer.Option(help="Nom des limites à appliquer.")] = "starter",
    floors: Annotated[
        Path | None, typer.Option(metavar="FICHIER", help="Fichier des limites, au lieu de celui du produit.")
    ] = None,
    update: Annotated[bool, typer.Option("--update", help="Relever les limites à ce qu’atteint ce passage.")] = False,
    lower: Annotated[
        bool, typer.Option("--lower", help="Avec --update, abaisser celles qui ne tiennent plus.")
    ] = False,
    reason: Annotated[str, typer.Option(help="Pourquoi une limite s’abaisse ; gardé dans le fichier.")] = "",
) -> None:
    """Vérifie qu’un passage ne tombe pas sous les limites de qualité.

    Code de sortie : 0 si toutes tiennent, 1 sinon.
    """
    if (lower or reason) and not update:
        fail("--lower et --reason ne vont qu’avec --update", code=2)
    with extra_installed():
        from evals.floors import load_floors, save_floors
        from evals.gate import FLOORS, check, updated
        from evals.reporting.words import amount, listed, target
        from evals.scores.catalogue import BY_CODE

        path = floors or FLOORS
        kept, run = load_floors(path), load_run(folder)
        if update:
            save_floors(path, updated(run, kept, suite, lower=lower, reason=reason))
            console.print(f"{path} : limites de « {suite} » à jour.", highlight=False)
            return
        result = check(run, kept, suite)
    table = Table("mesure", "valeur", "limite", "marge", "objectif", "")
    for one in result.checks:
        definition = BY_CODE[one.code]
        told = "[green]tient[/]" if one.passed else "[red]ne tient pas[/]"
        table.add_row(
            definition.label,
            "—" if one.value is None else amount(one.value, definition),
            f"{'≥' if one.limit.at_least else '≤'}\u00a0{amount(one.limit.bound, definition)}",
            amount(one.limit.margin, definition),
            target(definition) or "—",
            "[yellow]tient, dans la marge[/]" if one.within_noise else told,
        )
    console.print(table)
    if result.corpus_changed:
        errors.print("[yellow]attention[/] les textes ne sont plus ceux des limites", highlight=False)
    if result.questions_changed:
        errors.print("[yellow]attention[/] les questions ne sont plus celles des limites", highlight=False)
    short = [one.code for one in result.checks if one.short_of_target]
    if short:
        console.print(
            f"Limites en deçà de leur objectif, que tenir n’atteint donc pas : {listed(short)}.",
            highlight=False,
            soft_wrap=True,
        )
    if result.unlimited:
        fail(f"{path} : aucune limite pour {listed(result.unlimited)} ; fixez-les par --update")
    if not result.passed:
        failing = sum(not one.passed for one in result.checks)
        fail(f"{count(failing, 'limite ne tient pas', 'limites ne tiennent pas')} dans {folder}")
