"""Running ``cybervigie`` against the replica server, in child processes, as a person or a scheduler would."""

import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from .server import ReplicaServer
from .wires import Wiring, public_address

ROOT = Path(__file__).resolve().parents[4]
CONTACT = "collecte@cabinet.test"


@dataclass(frozen=True, slots=True)
class Result:
    """How a command ended. ``code``: negative, the signal that killed it. ``peak``: bytes of memory at most."""

    code: int
    out: str
    err: str
    seconds: float
    peak: int

    @property
    def report(self) -> dict[str, Any]:
        """What ``crawl --json`` printed."""
        found: dict[str, Any] = json.loads(self.out)
        return found

    @property
    def summaries(self) -> dict[str, dict[str, Any]]:
        """What the report says of each source."""
        return {one["id"]: one["summary"] for one in self.report["sources"]}

    def summary(self, source: str) -> dict[str, Any]:
        """What the report says of a source."""
        return self.summaries[source]


class Running:
    """A command in progress."""

    def __init__(self, process: subprocess.Popen[str], pid: int, out: Path, err: Path) -> None:
        self.pid = pid
        self._process, self._out, self._err = process, out, err

    def kill(self, number: signal.Signals = signal.SIGKILL) -> None:
        """Send a signal; a command that has ended does not notice."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, number)

    @property
    def alive(self) -> bool:
        """Whether the command is still running."""
        return Path(f"/proc/{self.pid}/stat").exists()

    def wait(self) -> Result:
        """Its end."""
        ended = _reply(self._process)
        return Result(
            ended["code"],
            self._out.read_text(encoding="utf-8"),
            self._err.read_text(encoding="utf-8"),
            ended["seconds"],
            ended["peak"],
        )


class Terminal:
    """Runs command lines one after the other. A context manager."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        single = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
        outside = {name: value for name, value in os.environ.items() if not name.startswith("CYBERVIGIE_")}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.ingest.crawl.replica.launch"],
            env={**outside, **single, "NO_COLOR": "1", "COLUMNS": "200"},
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process.stdout.close()

    def start(
        self, *arguments: str | Path, wiring: Path | None = None, environment: Mapping[str, str] | None = None
    ) -> Running:
        """Begin a command line."""
        out, err = self._folder / "out.txt", self._folder / "err.txt"
        order = {
            "arguments": [str(argument) for argument in arguments],
            "wiring": str(wiring or ""),
            "environment": dict(environment or {}),
            "out": str(out),
            "err": str(err),
        }
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        return Running(self._process, _reply(self._process)["pid"], out, err)


def _reply(process: subprocess.Popen[str]) -> dict[str, Any]:
    assert process.stdout is not None
    line = process.stdout.readline()
    assert line, "the process that runs the commands has ended"
    found: dict[str, Any] = json.loads(line)
    return found


class Workplace:
    """A data folder, a manifest and a wiring: what a crawl of a replica needs."""

    def __init__(
        self, terminal: Terminal, server: ReplicaServer, folder: Path, blocks: Iterable[str], **wiring: Any
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.data = folder / "data"
        self.log = folder / "dialled.txt"
        self._terminal = terminal
        self._folder = folder
        self._manifest = folder / "sources.toml"
        self.describe(blocks)
        answers = {host: [[public_address(number)]] for number, host in enumerate(sorted(server.sites))}
        answers.update(wiring.pop("answers", {}))
        self.wiring = Wiring(
            port=server.port, authority=str(server.authority(folder / "authority.pem")), answers=answers,
            log=str(self.log), **wiring,
        )  # fmt: skip
        self._wired = self.wiring.write(folder / "wiring.json")

    def describe(self, blocks: Iterable[str]) -> None:
        """Write the manifest."""
        self._manifest.write_text("".join(blocks), encoding="utf-8")

    def begin(self, *arguments: str) -> Running:
        """Begin ``cybervigie`` with these arguments, on this data folder."""
        environment = {
            "CYBERVIGIE_SOURCES": str(self._manifest),
            "CYBERVIGIE_CRAWL_CONTACT": CONTACT,
            "CYBERVIGIE_DATA_DIR": str(self.data),
            "CYBERVIGIE_STARTER": "false",
        }
        return self._terminal.start(*arguments, wiring=self._wired, environment=environment)

    def run(self, *arguments: str) -> Result:
        """Run ``cybervigie`` with these arguments."""
        return self.begin(*arguments).wait()

    def crawl(self, *arguments: str) -> Result:
        """Crawl; the report is in the result."""
        return self.run("crawl", "--json", *arguments)

    def dialled(self) -> list[tuple[str, int]]:
        """Every address and port that a connection was asked for."""
        lines = self.log.read_text(encoding="utf-8").splitlines() if self.log.exists() else []
        return [(address, int(port)) for address, port in (line.split() for line in lines)]
