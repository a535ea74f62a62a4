"""Parsing in a child process with limits, so that no file can stop, slow down or fill up the parent.

The worker is a plain new Python process (nothing is forked, nothing is pickled): jobs and results cross two pipes
as MessagePack, and results are checked against their types when decoded. One worker serves many files; it is killed
when a file exceeds its time, and replaced when it dies.
"""

import contextlib
import itertools
import os
import selectors
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

import msgspec

from ingest.crawl.model import PageContent, Sitemap
from ingest.errors import LimitError, ParseError
from ingest.model import ParsedDocument
from ingest.worker import LENGTH, Failure, Format, Item, Job, Limits, Reply, Result

__all__ = ["Format", "Item", "Limits", "Sandbox"]

_START = "import sys; sys.path[:] = sys.argv[1:]; from ingest.worker import main; main()"
_START_SECONDS = 60.0
"""A worker's first job waits this much longer: it imports the parsers, on a disk that may be cold."""
_MAX_REPLY = 256 * 1024 * 1024
_BATCH_LINES = 64
_BATCH_BYTES = 1024 * 1024
_JOBS_PER_WORKER = 200
"""A worker is replaced after this many jobs: native libraries give memory back badly."""


_Value = TypeVar("_Value", ParsedDocument, PageContent, Sitemap)


class _WorkerLost(Exception):
    """The worker died or was killed; ``timed_out`` when it had used up its time."""

    def __init__(self, status: int | None, *, timed_out: bool) -> None:
        super().__init__(status)
        self.status = status
        self.timed_out = timed_out


class Sandbox:
    """Parses files in a child process. A context manager; safe to share between threads (one job at a time).

    ``command`` replaces the worker's command line in tests.
    """

    def __init__(self, limits: Limits | None = None, *, command: list[str] | None = None) -> None:
        self.limits = limits or Limits()
        self._command = command or [sys.executable, "-c", _START, *(path or str(Path.cwd()) for path in sys.path)]
        self._worker: subprocess.Popen[bytes] | None = None
        self._jobs = 0
        self._lock = threading.Lock()
        self._decoder = msgspec.msgpack.Decoder(Reply)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the worker; a later job starts a new one."""
        with self._lock:
            self._stop()

    def parse(self, form: Format, data: bytes, *, subject: str, url: str | None = None) -> ParsedDocument:
        """The document that ``data`` holds. Raises ParseError, or LimitError beyond a limit."""
        return self._one(form, Item(subject, data, url), ParsedDocument)

    def page(self, data: bytes, *, subject: str, url: str) -> PageContent:
        """The text, or why there is none, and the links of the HTML page ``data``, fetched from ``url``.

        Raises ParseError where the page cannot be read at all, or LimitError beyond a limit.
        """
        return self._one(Format.PAGE, Item(subject, data, url), PageContent)

    def sitemap(self, data: bytes, *, subject: str) -> Sitemap:
        """The addresses that the sitemap ``data`` lists. Raises ParseError, or LimitError beyond a limit."""
        return self._one(Format.SITEMAP, Item(subject, data), Sitemap)

    def parse_lines(self, lines: Iterable[tuple[str, bytes]]) -> Iterator[ParsedDocument | ParseError]:
        """The documents of JSON Lines, given as ``(subject, line)``, or the error of each bad one, in order.

        Lines travel in batches of at most 64 lines or 1 MiB. A batch that kills the worker is run again line
        by line, so that its good lines are not lost.
        """
        for batch in _batches(Item(subject, line) for subject, line in lines):
            yield from self._results(Format.LINES, batch, ParsedDocument)

    def _one(self, form: Format, item: Item, kind: type[_Value]) -> _Value:
        result = self._results(form, [item], kind)[0]
        if isinstance(result, ParseError):
            raise result
        return result

    def _results(self, form: Format, items: list[Item], kind: type[_Value]) -> list[_Value | ParseError]:
        try:
            reply = self._exchange(Job(form, tuple(items), self.limits))
        except _WorkerLost as lost:
            if len(items) > 1:
                return list(itertools.chain.from_iterable(self._results(form, [item], kind) for item in items))
            return [self._loss(items[0].subject, lost)]
        return [self._outcome(result, item, kind) for result, item in zip(reply.results, items, strict=True)]

    def _outcome(self, result: Result, item: Item, kind: type[_Value]) -> _Value | ParseError:
        if isinstance(result, Failure):
            return (LimitError if result.limit else ParseError)(result.subject, result.reason)
        if isinstance(result.value, kind):
            return result.value
        return self._loss(item.subject, _WorkerLost(None, timed_out=False))

    def _loss(self, subject: str, lost: _WorkerLost) -> ParseError:
        if lost.timed_out:
            return LimitError(subject, f"lecture arrêtée après {self.limits.wall_seconds:g} s : découpez ce fichier")
        if lost.status == -signal.SIGXCPU:
            return LimitError(subject, f"plus de {self.limits.cpu_seconds} s de calcul : découpez ce fichier")
        return ParseError(
            subject,
            "le lecteur s’est arrêté sur ce fichier (abîmé ou trop lourd) : enregistrez-le à nouveau ou écartez-le",
        )

    def _exchange(self, job: Job) -> Reply:
        """The worker's reply to ``job``. Raises _WorkerLost, the worker being gone by then."""
        message = msgspec.msgpack.encode(job)
        with self._lock:
            spare = 0.0 if self._worker else _START_SECONDS
            worker = self._worker = self._worker or self._started()
            deadline = time.monotonic() + self.limits.wall_seconds + spare
            try:
                _write(worker, LENGTH.pack(len(message)) + message, deadline)
                size = LENGTH.unpack(_read(worker, LENGTH.size, deadline))[0]
                if size > _MAX_REPLY:
                    raise _WorkerLost(None, timed_out=False)
                reply = self._decoder.decode(_read(worker, size, deadline))
                if len(reply.results) != len(job.items):
                    raise _WorkerLost(None, timed_out=False)
            except msgspec.MsgspecError as error:
                self._stop()
                raise _WorkerLost(None, timed_out=False) from error
            except _WorkerLost as lost:
                lost.status = self._stop(wait=not lost.timed_out)
                raise
            except BaseException:
                # Interrupted in the middle of a message: what follows on the pipes would be misread.
                self._stop()
                raise
            self._jobs += 1
            if reply.tired or self._jobs >= _JOBS_PER_WORKER:
                self._stop()
            return reply

    def _started(self) -> subprocess.Popen[bytes]:
        self._jobs = 0
        worker = subprocess.Popen(  # noqa: S603
            self._command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={"LC_ALL": "C.UTF-8"},
            bufsize=0,
        )
        for pipe in (worker.stdin, worker.stdout):
            assert pipe is not None
            os.set_blocking(pipe.fileno(), False)
        return worker

    def _stop(self, *, wait: bool = False) -> int | None:
        """End the worker and tell its exit status; ``wait`` first lets one that is dying die of its own cause."""
        worker, self._worker = self._worker, None
        if worker is None:
            return None
        if wait:
            with contextlib.suppress(subprocess.TimeoutExpired):
                worker.wait(2)
        worker.kill()
        status = worker.wait()
        for pipe in (worker.stdin, worker.stdout):
            assert pipe is not None
            with contextlib.suppress(OSError):
                pipe.close()
        return status


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


def _write(worker: subprocess.Popen[bytes], data: bytes, deadline: float) -> None:
    assert worker.stdin is not None
    view, descriptor = memoryview(data), worker.stdin.fileno()
    while view:
        _wait(worker, descriptor, selectors.EVENT_WRITE, deadline)
        view = view[_piped(lambda: os.write(descriptor, view)) :]  # noqa: B023


def _read(worker: subprocess.Popen[bytes], size: int, deadline: float) -> bytes:
    assert worker.stdout is not None
    data, descriptor = bytearray(), worker.stdout.fileno()
    while len(data) < size:
        _wait(worker, descriptor, selectors.EVENT_READ, deadline)
        chunk = os.read(descriptor, min(size - len(data), 1 << 20))
        if not chunk:
            raise _WorkerLost(None, timed_out=False)
        data += chunk
    return bytes(data)


def _piped(write: Callable[[], int]) -> int:
    try:
        return write()
    except BlockingIOError:
        return 0
    except BrokenPipeError as error:
        raise _WorkerLost(None, timed_out=False) from error


def _wait(worker: subprocess.Popen[bytes], descriptor: int, event: int, deadline: float) -> None:
    with selectors.DefaultSelector() as selector:
        selector.register(descriptor, event)
        if not selector.select(max(0.0, deadline - time.monotonic())):
            raise _WorkerLost(None, timed_out=True)
