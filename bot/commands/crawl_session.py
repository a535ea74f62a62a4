"""What the crawl commands work on: the manifest, the documents, and the lock of the one that writes."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer
from filelock import FileLock, Timeout

from bot.commands.terminal import fail
from bot.settings import Settings
from ingest.crawl.clock import SystemClock, iso
from ingest.crawl.holdings import Holdings
from ingest.crawl.model import SourceSummary
from ingest.crawl.state import CrawlState
from ingest.errors import ParseError
from ingest.manifest import Manifest, Source, load_manifest
from ingest.store import DocumentStore

BUSY = 4
LOCK = "crawl.lock"

SourceId = Annotated[str, typer.Argument(metavar="SOURCE", help="Identifiant de la source (cybervigie sources).")]
Address = Annotated[str, typer.Argument(metavar="ADRESSE", help="Adresse complète de la page, https://…")]


@dataclass(frozen=True, slots=True)
class Session:
    """An open store and what is known of the crawls."""

    settings: Settings
    manifest: Manifest
    store: DocumentStore
    state: CrawlState
    holdings: Holdings

    def successes(self) -> dict[str, str | None]:
        """Source -> end of its last whole visit, for every source that is read."""
        return {source.id: self.state.last_success(source.id) for source in self.manifest.sources if source.crawl}

    def latest(self) -> dict[str, SourceSummary]:
        """Source -> its summary in the last run that visited it."""
        found: dict[str, SourceSummary] = {}
        for run in self.state.runs(limit=_RUNS_MAX):
            for summary in run.sources:
                found.setdefault(summary.source, summary)
        return found


_RUNS_MAX = 200


def manifest_of(settings: Settings) -> Manifest:
    """The manifest in use; a malformed one is a wrong setting (exit code 2)."""
    try:
        return load_manifest(settings.sources)
    except ParseError as error:
        fail(str(error), code=2)


@contextlib.contextmanager
def opened(settings: Settings, *, writing: bool = False) -> Iterator[Session]:
    """A session. ``writing``: alone, or exit code 4 with one clear line while a crawl is in progress."""
    manifest = manifest_of(settings)
    with _alone(settings.data_dir) if writing else contextlib.nullcontext(), DocumentStore(settings.store_dir) as store:
        yield Session(settings, manifest, store, CrawlState(store), Holdings(store, ranks=_ranks(manifest)))


@contextlib.contextmanager
def _alone(folder: Path) -> Iterator[None]:
    folder.mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder / LOCK)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        fail(f"une lecture des sites est en cours dans {folder} ; attendez sa fin, ou arrêtez-la (Ctrl-C)", code=BUSY)
    try:
        yield
    finally:
        lock.release()


def _ranks(manifest: Manifest) -> dict[str, int]:
    """Host -> place of its first source in the manifest."""
    ranks: dict[str, int] = {}
    for place, source in enumerate(manifest.sources):
        for host in source.hosts:
            ranks.setdefault(host, place)
    return ranks


def known_source(manifest: Manifest, source_id: str) -> Source:
    """The source of that id, or exit code 2 with the way to the list."""
    source = manifest.source(source_id)
    if source is None:
        fail(f"source « {source_id} » inconnue ; la liste : cybervigie sources", code=2)
    return source


def now() -> str:
    """The present moment, ISO 8601 UTC."""
    return iso(SystemClock().now())
