"""Parsing in a child process with limits, so that no file can stop, slow down or fill up the parent.

The worker is a plain new Python process (nothing is forked, nothing is pickled): jobs and results cross two pipes
as MessagePack, and results are checked against their types when decoded. One worker serves many files of one group,
so that a file that takes it over can forge the texts of its own group alone; a PDF, whose parsers are large and
written in C, has a worker to itself (it costs some 0.2 s). A worker is killed when a file exceeds its time, and
replaced when it dies.
"""

import itertools
import signal
import sys
import threading
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

from ingest.crawl.model import PageContent, Sitemap
from ingest.errors import LimitError, ParseError, ReaderLateError, ReaderLostError
from ingest.model import ParsedDocument
from ingest.worker import Failure, Format, Item, Job, Limits, Reply, Result
from ingest.worker_process import WorkerLost, WorkerProcess

__all__ = ["Format", "Item", "Limits", "Sandbox"]

_START = "import sys; sys.path[:] = sys.argv[1:]; from ingest.worker import main; main()"
_ALONE = frozenset({Format.PDF})
_WORKERS = 24
"""Workers kept, one for each group that was there last; one that waits holds some 20 MiB."""
_BATCH_LINES = 64
_BATCH_BYTES = 1024 * 1024
_JOBS_PER_WORKER = 200
"""A worker is replaced after this many jobs: native libraries give memory back badly."""


_Value = TypeVar("_Value", ParsedDocument, PageContent, Sitemap)


class Sandbox:
    """Parses files in a child process. A context manager; safe to share between threads (one job at a time).

    ``command`` replaces the worker's command line in tests.
    """

    def __init__(self, limits: Limits | None = None, *, command: list[str] | None = None) -> None:
        self.limits = limits or Limits()
        self._command = command or [sys.executable, "-c", _START, *(path or str(Path.cwd()) for path in sys.path)]
        self._workers: dict[str, WorkerProcess] = {}
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the workers; a later job starts a new one."""
        with self._lock:
            while self._workers:
                self._workers.popitem()[1].stop()

    def parse(
        self, form: Format, data: bytes, *, subject: str, url: str | None = None, group: str = ""
    ) -> ParsedDocument:
        """The document that ``data`` holds; ``group``: with what it may share a worker. Raises ParseError, or
        LimitError beyond a limit."""
        return self._one(form, Item(subject, data, url), ParsedDocument, group)

    def page(self, data: bytes, *, subject: str, url: str, group: str = "") -> PageContent:
        """The text, or why there is none, and the links of the HTML page ``data``, fetched from ``url``.

        Raises ParseError where the page cannot be read at all, or LimitError beyond a limit.
        """
        return self._one(Format.PAGE, Item(subject, data, url), PageContent, group)

    def sitemap(self, data: bytes, *, subject: str, group: str = "") -> Sitemap:
        """The addresses that the sitemap ``data`` lists. Raises ParseError, or LimitError beyond a limit."""
        return self._one(Format.SITEMAP, Item(subject, data), Sitemap, group)

    def parse_lines(self, lines: Iterable[tuple[str, bytes]]) -> Iterator[ParsedDocument | ParseError]:
        """The documents of JSON Lines, given as ``(subject, line)``, or the error of each bad one, in order.

        Lines travel in batches of at most 64 lines or 1 MiB. A batch that kills the worker is run again line
        by line, so that its good lines are not lost.
        """
        for batch in _batches(Item(subject, line) for subject, line in lines):
            yield from self._results(Format.LINES, batch, ParsedDocument, "")

    def _one(self, form: Format, item: Item, kind: type[_Value], group: str) -> _Value:
        result = self._results(form, [item], kind, group)[0]
        if isinstance(result, ParseError):
            raise result
        return result

    def _results(self, form: Format, items: list[Item], kind: type[_Value], group: str) -> list[_Value | ParseError]:
        try:
            reply = self._exchange(Job(form, tuple(items), self.limits), group)
        except WorkerLost as lost:
            if len(items) > 1:
                return list(itertools.chain.from_iterable(self._results(form, [item], kind, group) for item in items))
            return [self._loss(items[0].subject, lost)]
        return [self._outcome(result, item, kind) for result, item in zip(reply.results, items, strict=True)]

    def _outcome(self, result: Result, item: Item, kind: type[_Value]) -> _Value | ParseError:
        if isinstance(result, Failure):
            return (LimitError if result.limit else ParseError)(result.subject, result.reason)
        if isinstance(result.value, kind):
            return result.value
        return self._loss(item.subject, WorkerLost(None, timed_out=False))

    def _loss(self, subject: str, lost: WorkerLost) -> ParseError:
        if lost.timed_out:
            return ReaderLateError(
                subject, f"lecture arrêtée après {self.limits.wall_seconds:g} s : découpez ce fichier"
            )
        if lost.status == -signal.SIGXCPU:
            return LimitError(subject, f"plus de {self.limits.cpu_seconds} s de calcul : découpez ce fichier")
        return ReaderLostError(
            subject,
            "le lecteur s’est arrêté sur ce fichier (abîmé ou trop lourd) : enregistrez-le à nouveau ou écartez-le",
        )

    def _exchange(self, job: Job, group: str) -> Reply:
        """A worker's reply to ``job``. Raises WorkerLost, the worker being gone by then."""
        with self._lock:
            alone = job.form in _ALONE
            worker = None if alone else self._workers.pop(group, None)
            worker = worker or WorkerProcess(self._command)
            reply = worker.exchange(job)
            if alone or reply.tired or worker.jobs >= _JOBS_PER_WORKER:
                worker.stop()
                return reply
            self._workers[group] = worker
            if len(self._workers) > _WORKERS:
                self._workers.pop(next(iter(self._workers))).stop()
            return reply


def _batches(items: Iterable[Item]) -> Iterator[list[Item]]:
    batch: list[Item] = []
    size = 0
    for item in items:
        if batch and (len(batch) >= _BATCH_LINES or size + len(item.data) > _BATCH_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(item)
        size += len(item.data)
    if batch:
        yield batch
