"""A real ``cybervigie serve`` process on a port of its own."""

import contextlib
import os
import re
import select
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

COMMAND = [sys.executable, "-c", "from bot.cli import main; main()", "serve"]
ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith("CYBERVIGIE_")}


@dataclass
class Server:
    """A running server: where it is, and how long it took to be ready."""

    process: subprocess.Popen[str]
    log: IO[str]
    url: str
    port: int
    ready_s: float

    @property
    def memory_mb(self) -> float:
        """Resident memory, in megabytes."""
        status = Path(f"/proc/{self.process.pid}/status").read_text(encoding="ascii")
        found = re.search(r"VmRSS:\s+(\d+) kB", status)
        assert found is not None
        return int(found.group(1)) / 1024

    def libraries(self) -> str:
        """Names of the files mapped into memory."""
        return Path(f"/proc/{self.process.pid}/maps").read_text(encoding="utf-8")

    def exchange(self, sent: bytes, *, timeout: float = 10.0) -> bytes:
        """Send raw bytes, and read until the server closes."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=timeout) as connection:
            connection.sendall(sent)
            received = b""
            with contextlib.suppress(ConnectionResetError):
                while part := connection.recv(65_536):
                    received += part
            return received

    def interrupt(self) -> tuple[int, str]:
        """Ctrl-C; exit code and what was written on standard error."""
        self.process.send_signal(signal.SIGINT)
        code = self.process.wait(timeout=15)
        self.log.seek(0)
        return code, self.log.read()


@contextlib.contextmanager
def serving(data: Path, *, wait_ready: bool = True) -> Iterator[Server]:
    """A server on a free port, stopped at the end."""
    begun = time.monotonic()
    # The log goes to a file: a pipe that nobody reads would fill and block the server.
    with (
        tempfile.TemporaryFile("w+", encoding="utf-8") as log,
        subprocess.Popen(
            [*COMMAND, "--port", "0", "--rate-per-minute", "0", "--data", str(data)],
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            env=ENVIRONMENT | {"PYTHONUNBUFFERED": "1", "COLUMNS": "200"},
        ) as process,
    ):
        try:
            yield _started(process, log, begun, wait_ready)
        finally:
            if process.poll() is None:
                process.kill()


def _started(process: subprocess.Popen[str], log: IO[str], begun: float, wait_ready: bool) -> Server:
    assert process.stdout is not None
    assert select.select([process.stdout], [], [], 30)[0], "the server says nothing"
    line = process.stdout.readline()
    found = re.search(r"http://127\.0\.0\.1:(\d+)/", line)
    assert found is not None, line
    server = Server(process, log, found.group().rstrip("/"), int(found.group(1)), 0.0)
    if wait_ready:
        _until_ready(server.url)
    server.ready_s = time.monotonic() - begun
    return server


def _until_ready(url: str) -> None:
    deadline = time.monotonic() + 30
    while True:
        with (
            contextlib.suppress(OSError, urllib.error.HTTPError),
            urllib.request.urlopen(f"{url}/readyz", timeout=10) as reply,
        ):
            if reply.status == 200:
                return
        assert time.monotonic() < deadline, "the server is not ready"
        time.sleep(0.05)
