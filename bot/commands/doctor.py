"""``doctor``: what is installed, which model, which index, what is wrong and how to mend it."""

import importlib.metadata
import importlib.util
import platform
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

import typer
from rich.markup import escape

from bot.commands.crawl_session import opened
from bot.commands.sources import CORPUS, check_corpus
from bot.commands.terminal import DataDir, console, count, settings_from
from bot.settings import Settings
from index.embed import OnnxEmbedder, read_card
from index.errors import SearchIndexError
from index.generation import current_generation, verify
from index.prepare import model_folder
from ingest.crawl.report import age_days
from ingest.errors import IngestError
from ingest.store import DocumentStore

_DISK_MIN = 1024**3
_OLD_DAYS = 30
_NAMED = 5
_DECIDE = "cybervigie crawl held"


class State(StrEnum):
    """How a check went."""

    OK = "ok"
    WARNING = "attention"
    ERROR = "erreur"


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the report; ``cure`` says what to do."""

    state: State
    subject: str
    found: str
    cure: str = ""


_COLOURS = {State.OK: "green", State.WARNING: "yellow", State.ERROR: "red"}


def doctor(data: DataDir = None) -> None:
    """Examine l’installation, le modèle, les documents et l’index, et dit comment réparer.

    Code de sortie : 0 si tout va, 1 s’il y a une erreur.
    """
    checks = list(examine(settings_from(data)))
    for check in checks:
        console.print(
            f"[{_COLOURS[check.state]}]{check.state.value:9}[/] [bold]{check.subject}[/] : {escape(check.found)}",
            highlight=False,
        )
        if check.cure:
            console.print(f"          → {escape(check.cure)}", highlight=False)
    if any(check.state is State.ERROR for check in checks):
        raise typer.Exit(1)


def examine(settings: Settings) -> Iterator[Check]:
    """Every check, in the order in which one mends."""
    yield Check(
        State.OK, "CyberVigie", f"{importlib.metadata.version('cybervigie')}, Python {platform.python_version()}"
    )
    yield _preparation()
    yield _disk(settings)
    problems = check_corpus(CORPUS, settings.sources)
    if problems:
        yield Check(State.ERROR, "Corpus livré", str(problems[0]), "cybervigie sources --check")
    yield from _model(settings)
    yield _documents(settings)
    yield from _crawl(settings)
    yield from _index(settings)


def _preparation() -> Check:
    missing = [name for name in ("torch", "sentence_transformers", "onnx") if importlib.util.find_spec(name) is None]
    if missing:
        found = f"absente ({', '.join(missing)}) : le modèle déjà préparé suffit pour servir"
        return Check(
            State.WARNING, "Préparation de modèles", found, "pour changer de modèle : pip install 'cybervigie[prepare]'"
        )
    return Check(State.OK, "Préparation de modèles", f"installée (torch {importlib.metadata.version('torch')})")


def _disk(settings: Settings) -> Check:
    folder = next(path for path in [settings.data_dir, *settings.data_dir.absolute().parents] if path.exists())
    free = shutil.disk_usage(folder).free
    found = f"{settings.data_dir}, {free / 1024**3:.1f} Gio libres"
    if free < _DISK_MIN:
        return Check(State.ERROR, "Dossier de données", found, "libérez au moins 1 Gio")
    return Check(State.OK, "Dossier de données", found)


def _model(settings: Settings) -> Iterator[Check]:
    folder = model_folder(settings.models_dir, settings.model)
    try:
        card = read_card(folder)
        OnnxEmbedder(folder)
    except SearchIndexError as error:
        yield Check(State.ERROR, "Modèle", error.reason, "cybervigie index")
        return
    found = f"{card.name}, {card.precision}, {card.dimension} dimensions, accord avec l’original {card.parity_mean:.4f}"
    if card.precision != "int8":
        yield Check(
            State.WARNING, "Modèle", found, "la forme int8 s’écartait trop de l’original : plus lent, pas moins bon"
        )
    else:
        yield Check(State.OK, "Modèle", found)


def _documents(settings: Settings) -> Check:
    try:
        with DocumentStore(settings.store_dir) as store:
            added, starter, total = len(store.summaries("added")), len(store.summaries("starter")), store.count()
    except IngestError as error:
        return Check(State.ERROR, "Documents", error.reason, "vérifiez les droits du dossier de données")
    read = total - added - starter
    found = (
        f"{count(added, 'ajouté')}, {count(starter, 'résumé')} du corpus de départ, "
        f"{count(read, 'lu sur les sites', 'lus sur les sites')}"
    )
    return Check(State.OK, "Documents", found)


def _crawl(settings: Settings) -> Iterator[Check]:
    """Age of each source, what waits for a person, and whom the sites may write to."""
    present = datetime.now(UTC)
    try:
        with opened(settings) as session:
            successes, held = session.successes(), session.holdings.held()
    except typer.Exit:
        # The manifest's defects are told by the check of the corpus.
        return
    except IngestError as error:
        yield Check(State.ERROR, "Sites officiels", error.reason, "vérifiez les droits du dossier de données")
        return
    if not settings.crawl_contact:
        found = "aucun contact à donner aux sites lus"
        yield Check(State.WARNING, "Sites officiels", found, "fixez CYBERVIGIE_CRAWL_CONTACT (courriel ou page https)")
    never = [source for source, success in successes.items() if success is None]
    for source, success in successes.items():
        days = age_days(success, now=present)
        if days is not None:
            found = f"{source}, visitée en entier il y a {count(days, 'jour')}"
            old = days > _OLD_DAYS
            cure = f"cybervigie crawl --source {source}" if old else ""
            yield Check(State.WARNING if old else State.OK, "Sites officiels", found, cure)
    if never:
        named = "" if len(never) > _NAMED else f" : {', '.join(never)}"
        found = f"{count(len(never), 'source jamais visitée', 'sources jamais visitées')} en entier{named}"
        yield Check(State.WARNING, "Sites officiels", found, "cybervigie crawl")
    for one in held:
        yield Check(State.WARNING, "Sites officiels", f"{one.source} attend une décision : {one.reason}", _DECIDE)


def _index(settings: Settings) -> Iterator[Check]:
    try:
        manifest = verify(current_generation(settings.index_dir))
    except SearchIndexError as error:
        yield Check(State.ERROR, "Index", error.reason, "cybervigie index")
        return
    age = datetime.now(UTC) - datetime.fromisoformat(manifest.built_at)
    found = (
        f"{count(manifest.documents, 'document')}, {count(manifest.passages, 'passage')}, "
        f"construit il y a {count(age.days, 'jour')} ({manifest.generation}), fichiers intacts"
    )
    state = State.WARNING if age.days > _OLD_DAYS else State.OK
    yield Check(state, "Index", found, "cybervigie index" if state is State.WARNING else "")
    try:
        digest = read_card(model_folder(settings.models_dir, settings.model)).digest
    except SearchIndexError:
        return
    if digest != manifest.model_digest:
        yield Check(State.ERROR, "Index", "construit avec un autre modèle", "cybervigie index")
    with DocumentStore(settings.store_dir) as store:
        stored = store.count()
    if stored != manifest.documents:
        found = f"{count(manifest.documents, 'document')} dans l’index, {stored} enregistrés"
        yield Check(State.WARNING, "Index", found, "cybervigie index")
