"""``index``: prepare the model once, bring the starter corpus in, build and publish a generation."""

import time
from typing import Annotated

import typer

from bot.commands.terminal import DataDir, console, count, errors, grouped, progress_bar, settings_from
from bot.service import STARTER
from index.build import BuildProgress, build_index
from index.embed import OnnxEmbedder
from index.prepare import ensure_model
from ingest.pipeline import sync_starter
from ingest.store import DocumentStore


def index(
    starter: Annotated[
        bool | None, typer.Option("--starter/--no-starter", help="Inclure le corpus de départ.", show_default="inclus")
    ] = None,
    data: DataDir = None,
) -> None:
    """Construit l’index des documents ; seuls les textes nouveaux ou changés sont calculés.

    L’index précédent sert jusqu’au dernier instant ; une construction interrompue reprend où elle en était.
    """
    settings = settings_from(data)
    begun = time.monotonic()
    with errors.status("Préparation du modèle (une seule fois)") as status:
        folder = ensure_model(
            settings.models_dir, settings.model, progress=lambda step: status.update(f"{step} (une seule fois)")
        )
        # Building has the machine to itself.
        embedder = OnnxEmbedder(folder, threads=settings.build_threads)
    with DocumentStore(settings.store_dir) as store:
        if settings.starter if starter is None else starter:
            sync_starter(store, STARTER)
        else:
            for summary in store.summaries("starter"):
                store.remove(summary.source_id)
        with progress_bar() as progress:
            task = progress.add_task("Calcul des vecteurs", total=None)

            def step(state: BuildProgress) -> None:
                progress.update(task, completed=state.done, total=state.total)

            report = build_index(settings.index_dir, store.documents(), embedder, progress=step)
    manifest = report.manifest
    console.print(
        f"Index prêt : {count(manifest.documents, 'document')}, {count(manifest.passages, 'passage')} ; "
        f"{count(report.embedded, 'texte calculé', 'textes calculés')} sur {grouped(report.texts)} "
        f"en {time.monotonic() - begun:.0f}\u00a0s (génération {manifest.generation}).",
        highlight=False,
    )
