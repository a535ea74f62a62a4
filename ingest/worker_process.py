"""The parent's end of :mod:`ingest.worker`: one child process, its two pipes, its time."""

import contextlib
import os
import selectors
import subprocess
import time
from collections.abc import Callable, Sequence

import msgspec

from ingest.worker import LENGTH, Job, Reply

_START_SECONDS = 60.0
"""A worker's first job waits this much longer: it imports the parsers, on a disk that may be cold."""
_MAX_REPLY = 256 * 1024 * 1024
_decoder = msgspec.msgpack.Decoder(Reply)


class WorkerLost(Exception):
    """The worker died or was killed; ``timed_out`` when it had used up its time."""

    def __init__(self, status: int | None, *, timed_out: bool) -> None:
        super().__init__(status)
        self.status = status
        self.timed_out = timed_out


class WorkerProcess:
    """A worker started with ``command``. ``jobs``: those that it has done."""

    def __init__(self, command: Sequence[str]) -> None:
        self.jobs = 0
        self._process = subprocess.Popen(  # noqa: S603
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={"LC_ALL": "C.UTF-8"},
            bufsize=0,
        )
        for pipe in (self._process.stdin, self._process.stdout):
            assert pipe is not None
            os.set_blocking(pipe.fileno(), False)

    def exchange(self, job: Job) -> Reply:
        """The worker's reply to ``job``. Raises WorkerLost; the worker is gone after any error."""
        message = msgspec.msgpack.encode(job)
        deadline = time.monotonic() + job.limits.wall_seconds + (0.0 if self.jobs else _START_SECONDS)
        try:
            _write(self._process, LENGTH.pack(len(message)) + message, deadline)
            size = LENGTH.unpack(_read(self._process, LENGTH.size, deadline))[0]
            if size > _MAX_REPLY:
                raise WorkerLost(None, timed_out=False)
            reply = _decoder.decode(_read(self._process, size, deadline))
            if len(reply.results) != len(job.items):
                raise WorkerLost(None, timed_out=False)
        except msgspec.MsgspecError as error:
            self.stop()
            raise WorkerLost(None, timed_out=False) from error
        except WorkerLost as lost:
            lost.status = self.stop(wait=not lost.timed_out)
            raise
        except BaseException:
            # Interrupted in the middle of a message: what follows on the pipes would be misread.
            self.stop()
            raise
        self.jobs += 1
        return reply

    def stop(self, *, wait: bool = False) -> int:
        """End the worker and tell its exit status; ``wait`` first lets one that is dying die of its own cause."""
        if wait:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(2)
        self._process.kill()
        status = self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            assert pipe is not None
            with contextlib.suppress(OSError):
                pipe.close()
        return status


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
            raise WorkerLost(None, timed_out=False)
        data += chunk
    return bytes(data)


def _piped(write: Callable[[], int]) -> int:
    try:
        return write()
    except BlockingIOError:
        return 0
    except BrokenPipeError as error:
        raise WorkerLost(None, timed_out=False) from error


def _wait(worker: subprocess.Popen[bytes], descriptor: int, event: int, deadline: float) -> None:
    with selectors.DefaultSelector() as selector:
        selector.register(descriptor, event)
        if not selector.select(max(0.0, deadline - time.monotonic())):
            raise WorkerLost(None, timed_out=True)
