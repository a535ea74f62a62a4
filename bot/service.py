"""The open index behind the API: loaded at start, replaced when a new generation appears, never half-way."""

import contextlib
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import structlog

import corpus
from bot.abstain import load_calibration
from bot.answer import Answerer
from bot.contacts import Contacts, load_contacts
from bot.errors import NotReady
from bot.settings import Settings
from index.embed import OnnxEmbedder
from index.errors import IndexDamaged, SearchIndexError
from index.generation import current_generation
from index.prepare import model_folder
from index.search import SearchEngine
from index.vocabulary import Vocabulary
from ingest.manifest import load_manifest

CORPUS = Path(corpus.__file__).parent
STARTER = CORPUS / "starter"
log = structlog.get_logger("cybervigie.service")


@dataclass(slots=True)
class _Lease:
    """A generation in use; closed when it is out of service and its last reader is done."""

    answerer: Answerer
    folder: Path
    readers: int = 0
    retired: bool = False


class Service:
    """Gives each request one generation, whole. Safe to share between threads."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = threading.Lock()
        self._lease: _Lease | None = None
        self._stop = threading.Event()
        self._watcher: threading.Thread | None = None
        self._embedder: OnnxEmbedder | None = None
        self._refused: Path | None = None
        self._vocabulary = Vocabulary.load(CORPUS / "vocabulary" / "acronyms.csv")
        self._hosts = load_manifest(settings.sources).hosts
        self.contacts: Contacts = load_contacts(CORPUS / "contacts.toml")
        self.problem: str | None = None
        """Why no index serves, or why the newest one could not be taken, in French."""

    def start(self) -> None:
        """Load the index if there is one, and watch for a new one."""
        self.refresh()
        self._watcher = threading.Thread(target=self._watch, name="index-watcher", daemon=True)
        self._watcher.start()

    def stop(self) -> None:
        """Stop watching and close the index."""
        self._stop.set()
        if self._watcher is not None:
            self._watcher.join(timeout=5)
        with self._lock:
            lease, self._lease = self._lease, None
            if lease is not None:
                self._retire(lease)

    @contextlib.contextmanager
    def answerer(self) -> Iterator[Answerer]:
        """The generation in service, kept open until the block ends.

        Raises:
            NotReady: none is in service.
        """
        with self._lock:
            lease = self._lease
            if lease is None:
                raise NotReady(self.problem or "Aucun index n’est en service : lancez « cybervigie index ».")
            lease.readers += 1
        try:
            yield lease.answerer
        finally:
            with self._lock:
                lease.readers -= 1
                self._close_if_idle(lease)

    @property
    def ready(self) -> bool:
        """Whether an index is in service."""
        return self._lease is not None

    @property
    def generation(self) -> str | None:
        """The generation in service."""
        lease = self._lease
        return lease.answerer.index.generation if lease else None

    def refresh(self) -> bool:
        """Take the current generation into service if it is another one; a damaged one leaves the old in place."""
        problem: str | None = None
        try:
            folder = current_generation(self._settings.index_dir)
            if folder == self._refused or (self._lease is not None and self._lease.folder == folder):
                return False
            try:
                answerer = self._open(folder)
            except IndexDamaged:
                # Looked at once: reading a damaged generation again would not mend it.
                self._refused = folder
                raise
        except (SearchIndexError, OSError) as error:
            problem = str(error)
            if self.problem != problem:
                log.warning("index_refused", reason=problem)
            self.problem = problem
            # Better yesterday's index than none.
            previous = None if self._lease is not None else self._previous()
            if previous is None:
                return False
            answerer, folder = previous
        with self._lock:
            old, self._lease = self._lease, _Lease(answerer, folder)
            if old is not None:
                self._retire(old)
        self.problem = problem
        log.info("index_ready", generation=answerer.index.generation, passages=len(answerer.engine.table))
        return True

    def _previous(self) -> tuple[Answerer, Path] | None:
        """The newest whole generation besides the current one."""
        folders = (self._settings.index_dir / "generations").glob("2*")
        for folder in sorted(folders, reverse=True):
            with contextlib.suppress(SearchIndexError, OSError):
                return self._open(folder), folder
        return None

    def _open(self, folder: Path) -> Answerer:
        if self._embedder is None:
            prepared = model_folder(self._settings.models_dir, self._settings.model)
            self._embedder = OnnxEmbedder(prepared)
        engine = SearchEngine(folder, self._embedder, expand=self._vocabulary.expand)
        # The first call pays for allocations that the next ones reuse.
        engine.search("sauvegarde du dossier patient", 3)
        region = self._settings.region
        return Answerer(engine, load_calibration(), self.contacts, region, self._vocabulary, self._hosts)

    def _watch(self) -> None:
        while not self._stop.wait(self._settings.reload_s):
            try:
                self.refresh()
            except Exception:
                log.exception("index_watch_failed")

    def _retire(self, lease: _Lease) -> None:
        lease.retired = True
        self._close_if_idle(lease)

    def _close_if_idle(self, lease: _Lease) -> None:
        if lease.retired and lease.readers == 0:
            lease.answerer.engine.close()
