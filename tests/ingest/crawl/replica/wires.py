"""The network of a crawl under test: names resolve to public-looking addresses, which lead to the replica's port."""

import json
import os
import socket
import threading
from collections import Counter
from dataclasses import asdict, dataclass, field
from ipaddress import ip_address
from pathlib import Path
from typing import Self


@dataclass(frozen=True, slots=True)
class Wiring:
    """What a child process must know. ``answers``: host -> successive answers of the resolver, the last one for good.

    ``port``: of the replica server; ``canary``: of a listener that nothing may contact; ``dead``: public-looking
    addresses where nothing listens. ``gap``: seconds between two requests of a host, None: the product's own.
    ``limits``: fields of the fetcher's limits that differ from the product's. ``room``: no file may grow beyond so many
    bytes, as on a full disk; 0: no such limit.
    """

    port: int
    authority: str
    answers: dict[str, list[list[str]]]
    log: str
    canary: int = 0
    dead: tuple[str, ...] = ()
    gap: float | None = 0.0
    limits: dict[str, float] = field(default_factory=dict)
    room: int = 0

    def write(self, path: Path) -> Path:
        """Keep it in a file; its path."""
        path.write_text(json.dumps(asdict(self)), encoding="utf-8")
        return path

    @classmethod
    def read(cls, path: Path) -> Self:
        """What :meth:`write` kept."""
        fields = json.loads(path.read_text(encoding="utf-8"))
        return cls(**{**fields, "dead": tuple(fields["dead"])})


def public_address(number: int) -> str:
    """A global address for a virtual host."""
    return f"51.{15 + number // 62_500}.{number // 250 % 250}.{1 + number % 250}"


class ReplicaResolver:
    """Answers from a table. A name that is not in it is unknown."""

    def __init__(self, wiring: Wiring) -> None:
        self._answers = wiring.answers
        self._asked: Counter[str] = Counter()
        self._lock = threading.Lock()

    def resolve(self, host: str, *, timeout: float) -> list[str]:
        """The next answer for a name. Raises OSError."""
        answers = self._answers.get(host)
        if not answers:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        with self._lock:
            turn = self._asked[host]
            self._asked[host] += 1
        return answers[min(turn, len(answers) - 1)]


class ReplicaDialer:
    """Connects to whatever it is asked for: known public addresses are the replica's, all others the canary's.

    Every call is noted in ``wiring.log``, one address and port a line.
    """

    def __init__(self, wiring: Wiring) -> None:
        self._wiring = wiring
        self._known = {address for answers in wiring.answers.values() for found in answers for address in found}

    def dial(self, address: str, port: int, *, timeout: float) -> socket.socket:
        """A connected socket. Raises OSError."""
        descriptor = os.open(self._wiring.log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        os.write(descriptor, f"{address} {port}\n".encode())
        os.close(descriptor)
        if address in self._wiring.dead:
            raise ConnectionRefusedError(111, "Connection refused")
        known = address in self._known and ip_address(address).is_global
        return socket.create_connection(("127.0.0.1", self._wiring.port if known else self._wiring.canary), timeout)
