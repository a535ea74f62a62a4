"""What the crawl commands work on: the manifest, the documents, and the lock of the one that writes."""

import contextlib
import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer
from filelock import FileLock, Timeout

from bot.commands.terminal import DataDir, fail, settings_from
from bot.settings import Settings
from ingest.crawl.clock import SystemClock, iso
from ingest.crawl.decisions import Decisions
from ingest.crawl.holdings import Holdings
from ingest.crawl.model import SourceSummary
from ingest.crawl.moments import moment
from ingest.crawl.state import CrawlState
from ingest.crawl.urls import canonical
from ingest.errors import ParseError
from ingest.manifest import Manifest, Source, load_manifest
from ingest.store import DocumentStore

BUSY = 4
LOCK = "crawl.lock"
HOLDER = "crawl.pid"
INDEX = "Pour que les réponses en tiennent compte : cybervigie index"

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
    decisions: Decisions

    def successes(self) -> dict[str, str | None]:
        """Source -> end of its last whole visit, for every source that is read."""
        return {source.id: self.state.last_success(source.id) for source in self.manifest.sources if source.crawl}

    def rejected(self) -> Counter[str]:
        """Source -> addresses whose document differs from the page because a person wanted so."""
        return Counter(one.source for one in self.holdings.rejected())

    def known(self, source_id: str) -> str:
        """The id of a source of the manifest, or of one that has left it and is remembered; else exit code 2."""
        if self.manifest.source(source_id) is None:
            kept = self.latest().keys() | {one.source for one in self.holdings.held()}
            if source_id not in kept:
                fail(f"source « {source_id} » inconnue ; la liste : cybervigie sources", code=2)
        return source_id

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
        holdings = Holdings(store, ranks=_ranks(manifest))
        yield Session(settings, manifest, store, CrawlState(store), holdings, Decisions(store))


@contextlib.contextmanager
def _alone(folder: Path) -> Iterator[None]:
    folder.mkdir(parents=True, exist_ok=True)
    lock, holder = FileLock(folder / LOCK), folder / HOLDER
    try:
        lock.acquire(timeout=0)
    except Timeout:
        who = _held_by(holder)
        fail(f"une lecture des sites est en cours dans {folder}{who} ; attendez sa fin", code=BUSY)
    try:
        # Beside the lock, which those who try to take it empty.
        holder.write_text(f"{os.getpid()} {now()}\n", encoding="ascii")
        yield
    finally:
        holder.unlink(missing_ok=True)
        lock.release()


def _held_by(holder: Path) -> str:
    """Which process holds the lock, and since when; nothing where it has just begun or ended."""
    try:
        pid, since = holder.read_text(encoding="ascii").split()
        return f" (processus {int(pid)}, depuis le {moment(since)} UTC)"
    except (OSError, ValueError):
        return ""


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


def crawl_settings(context: typer.Context, data: DataDir) -> Settings:
    """Settings; ``--data`` may stand before or after the sub-command."""
    return settings_from(data or context.obj)


def addressed(address: str) -> str:
    """The canonical form of an address of the command line, or exit code 2."""
    url = canonical(address)
    if url is None:
        fail(f"adresse « {address} » mal formée ; écrivez-la en entier, https://…", code=2)
    return url
