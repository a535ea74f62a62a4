"""1,000 tickets through a tool that fails and a service that is killed: is there exactly one draft each?

``python -m evals.bench.helpdesk [--tickets 1000] [--rate 0.3] [--kills 40] [--seed 1] [--data FOLDER]``: half of the
tickets are read and written through the tool's API, half come and go as signed webhooks; a third of them are announced
two or three times. The service (``helpdesk_service``) is ended by SIGKILL at random moments and started again. Each
ticket holds a patient's identifiers and a secret signs the calls: no file of the run may hold either at the end.
"""

import argparse
import json
import random
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from bot.helpdesk.errors import HelpdeskError
from bot.helpdesk.http import HttpClient
from bot.helpdesk.model import TicketRef
from bot.helpdesk.outbox import Outbox
from bot.helpdesk.outbox_model import State
from bot.helpdesk.reach import Reach
from bot.helpdesk.secret import Secret
from bot.helpdesk.signature import SigningKeys
from evals.bench.helpdesk_service import API, SIGNED
from evals.bench.helpdesk_tool import FlakyTool

# A number of the right form and key that is nobody's, as in the tests of masking.
_NIR = "2 99 99 75 116 001 51"
_CANARIES = (b"Zorblaxovitch", b"2 99 13", b"29913", b"zorblax@", b"06 39 98")
_START_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of the tickets. ``missing`` and ``doubled`` must be 0, and ``leaks`` empty."""

    tickets: int
    missing: int
    doubled: int
    wrong: int
    announcements: int
    requests: int
    faults: dict[str, int]
    repeated: int
    kills: int
    seconds: float
    unfinished: int
    leaks: tuple[str, ...]


def run(tickets: int, *, rate: float, kills: int, seed: int, folder: Path, data: Path | None, limit: float) -> Outcome:
    """One run in an empty ``folder``; ``limit``: seconds after which it ends, finished or not."""
    rng = random.Random(seed)  # noqa: S311
    secret = "whsec_" + "QkVOQ0gtU0VDUkVULTEyMzQ1Njc4OTAtQUJDREVG"
    path = folder / "secret"
    path.touch(mode=0o600)
    path.write_text(secret, encoding="ascii")
    keys = SigningKeys([Secret(secret)])
    given = {str(number): _ticket(number) for number in range(tickets)}
    begun = time.monotonic()
    with FlakyTool(given, keys, rate=rate, seed=seed) as tool:
        service = _Killed(folder, tool.url, data)
        stop = threading.Event()
        killer = threading.Thread(target=service.live, args=(kills, rng.randint(0, 1 << 30), stop), daemon=True)
        killer.start()
        try:
            sent = _announce(given, keys, service.url, rng, begun + limit)
            unfinished = _wait(folder, len(given), begun + limit)
        finally:
            stop.set()
            killer.join(timeout=60)
        return _judged(given, tool, sent, service.kills, time.monotonic() - begun, unfinished, folder, secret)


def _ticket(number: int) -> dict[str, Any]:
    text = (
        f"Bonjour,\n\nCombien de temps dois-je conserver le dossier numéro {number} d’un patient ?\n"
        f"Il s’agit de Mme Zorblaxovitch, {_NIR}, zorblax@exemple.fr, 06 39 98 12 34.\n\nCordialement,\nCabinet"
    )
    return {"text": text, "subject": f"Dossier {number}"}


class _Killed:
    """The service, killed and started again on the same port until it is told to stop."""

    def __init__(self, folder: Path, tool_url: str, data: Path | None) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self._port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self._port}"
        self.kills = 0
        module = [sys.executable, "-m", "evals.bench.helpdesk_service"]
        self._command = [*module, str(folder), str(self._port), tool_url, *([str(data)] if data else [])]
        self._log = folder / "service.log"

    def live(self, kills: int, seed: int, stop: threading.Event) -> None:
        """Start it; kill it so many times, each 0.2 to 2.5 seconds after it listens; then let it live."""
        rng = random.Random(seed)  # noqa: S311
        while not stop.is_set():
            with self._log.open("ab") as log, subprocess.Popen(self._command, stdout=log, stderr=log) as process:
                self._until_listening(process, stop)
                if self.kills < kills:
                    stop.wait(rng.uniform(0.2, 2.5))
                else:
                    stop.wait()
                process.send_signal(signal.SIGKILL)
                process.wait()
                self.kills += not stop.is_set()

    def _until_listening(self, process: subprocess.Popen[bytes], stop: threading.Event) -> None:
        deadline = time.monotonic() + _START_SECONDS
        while process.poll() is None and not stop.is_set() and time.monotonic() < deadline:
            try:
                socket.create_connection(("127.0.0.1", self._port), timeout=1).close()
            except OSError:
                time.sleep(0.05)
            else:
                return


def _announce(given: dict[str, dict[str, Any]], keys: SigningKeys, url: str, rng: random.Random, end: float) -> int:
    """Announce every ticket until it is acknowledged, as a tool does; a third of them again afterwards."""
    calls = list(_calls(given, rng))
    for position, (desk, delivery, body) in enumerate(calls):
        client = HttpClient(f"{url}/v1/helpdesk/{desk}/webhook", Reach(internal=True), seconds=3.0)
        while time.monotonic() < end:
            headers = {"Content-Type": "application/json", **keys.headers(delivery, body, time.time())}
            try:
                client.request("POST", "", content=body, headers=headers).accepted()
                break
            except HelpdeskError:
                time.sleep(0.1)
        else:
            return position
    return len(calls)


def _calls(given: dict[str, dict[str, Any]], rng: random.Random) -> Iterator[tuple[str, str, bytes]]:
    again: list[tuple[str, str, bytes]] = []
    for number, ticket in given.items():
        desk = API if int(number) % 2 else SIGNED
        content = {"ticket": number, "message": f"m{number}", **ticket}
        body = json.dumps({"type": "message.created", "data": content}, ensure_ascii=False).encode()
        yield desk, f"call-{number}", body
        if rng.random() < 1 / 3:
            # The same call, or the same message under another id: a tool whose trigger fired twice.
            again += [(desk, f"call-{number}", body), (desk, f"again-{number}", body)][: rng.randint(1, 2)]
        if again and rng.random() < 0.5:
            yield again.pop(0)
    yield from again


def _wait(folder: Path, tickets: int, end: float) -> int:
    """Jobs that are not over when all are, or at ``end``."""
    outbox = Outbox(folder / "outbox.sqlite")
    while True:
        counts: Counter[State] = Counter()
        for (_, state), number in outbox.counts().items():
            counts[state] += number
        unfinished = tickets - counts[State.DELIVERED]
        if unfinished <= 0 or time.monotonic() >= end:
            outbox.close()
            return unfinished
        time.sleep(0.2)


def _judged(
    given: dict[str, dict[str, Any]],
    tool: FlakyTool,
    sent: int,
    kills: int,
    seconds: float,
    unfinished: int,
    folder: Path,
    secret: str,
) -> Outcome:
    missing = doubled = wrong = 0
    for number in given:
        if int(number) % 2:
            bodies = tool.notes[number]
        else:
            found = tool.drafts.get(TicketRef(SIGNED, number, f"m{number}").key)
            bodies = [found["body"]] if found else []
        missing += not bodies
        doubled += len(bodies) > 1
        wrong += any(f"dossier numéro {number} " not in body or _leaks(body.encode()) for body in bodies)
    return Outcome(
        tickets=len(given),
        missing=missing,
        doubled=doubled,
        wrong=wrong,
        announcements=sent,
        requests=tool.requests,
        faults=dict(sorted(tool.faults.items())),
        repeated=tool.repeated,
        kills=kills,
        seconds=round(seconds, 1),
        unfinished=unfinished,
        leaks=tuple(_leaking(folder, secret)),
    )


def _leaks(content: bytes) -> bool:
    return any(canary in content for canary in _CANARIES)


def _leaking(folder: Path, secret: str) -> Iterator[str]:
    """Files of the run that hold a canary, or the secret outside its own file."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            content = path.read_bytes()
            if _leaks(content) or (secret[6:].encode() in content and path.name != "secret"):
                yield path.name


def main() -> None:
    """Run it and print the outcome as JSON; exit code 1 where a promise is broken."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tickets", type=int, default=1_000)
    parser.add_argument("--rate", type=float, default=0.3)
    parser.add_argument("--kills", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--limit", type=float, default=1_800.0)
    told = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        outcome = run(
            told.tickets,
            rate=told.rate,
            kills=told.kills,
            seed=told.seed,
            folder=Path(folder),
            data=told.data,
            limit=told.limit,
        )
    print(json.dumps(asdict(outcome), ensure_ascii=False, indent=1))
    if outcome.missing or outcome.doubled or outcome.wrong or outcome.unfinished or outcome.leaks:
        sys.exit(1)


if __name__ == "__main__":
    main()
