"""A warm process that forks command lines, so that a hundred of them cost a hundred forks, not imports.

    python -m tests.ingest.crawl.replica.launch < orders > reports

An order is a JSON line ``{"arguments": ["crawl"], "wiring": "w.json", "environment": {}, "out": "out", "err": "err"}``.
It is answered by two lines: ``{"pid": 1}`` when the command has begun, and how it ended. The command line is the real
one; the only things replaced in it are what opens the network, the least pause between two requests and the least time
between two sightings of an absence.
"""

import json
import os
import resource
import ssl
import sys
import threading
import time
from pathlib import Path
from typing import Any

import structlog

import bot.cli
from bot.commands import crawl
from ingest.crawl import outcomes
from ingest.crawl.exchange import Timeouts
from ingest.crawl.fetch import HttpFetcher, Limits
from ingest.crawl.ports import Fetcher

from .wires import ReplicaDialer, ReplicaResolver, Wiring


def connect(wiring: Wiring) -> None:
    """Lead what this process fetches to the replica server."""
    tls = ssl.create_default_context(cafile=wiring.authority)
    times = {name: wiring.limits[name] for name in Timeouts.__slots__ if name in wiring.limits}
    others: dict[str, Any] = {name: value for name, value in wiring.limits.items() if name not in times}

    def open_fetcher(user_agent: str) -> Fetcher:
        return HttpFetcher(
            user_agent,
            resolver=ReplicaResolver(wiring),
            dialer=ReplicaDialer(wiring),
            tls=tls,
            limits=Limits(timeouts=Timeouts(**times), **others),
        )

    crawl.open_fetcher = open_fetcher
    if wiring.room:
        resource.setrlimit(resource.RLIMIT_FSIZE, (wiring.room, wiring.room))
    if wiring.gap is not None:
        crawl.MINIMUM_GAP_S = wiring.gap
        # A test's runs are moments apart.
        outcomes.SIGHTINGS_APART_S = 0.0


def run(order: dict[str, Any]) -> None:
    """Be the command line, in a process of its own."""
    for name, descriptor in (("out", 1), ("err", 2)):
        opened = os.open(order[name], os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        os.dup2(opened, descriptor)
        os.close(opened)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.environ.update(order["environment"])
    structlog.reset_defaults()
    if order["wiring"]:
        connect(Wiring.read(Path(order["wiring"])))
    sys.argv = ["cybervigie", *order["arguments"]]
    bot.cli.main()


def serve(order: dict[str, Any]) -> dict[str, Any]:
    """Fork a command line, wait for its end."""
    begun = time.monotonic()
    sys.stdout.flush()
    child = os.fork()
    if child == 0:
        code = 70
        try:
            run(order)
        except SystemExit as left:
            code = left.code if isinstance(left.code, int) else 0
        except BaseException:
            sys.excepthook(*sys.exc_info())
        finally:
            for stream in (sys.stdout, sys.stderr):
                stream.flush()
            os._exit(code)
    print(json.dumps({"pid": child}), flush=True)
    _, status, used = os.wait4(child, 0)
    return {
        "code": os.waitstatus_to_exitcode(status),
        "seconds": time.monotonic() - begun,
        "peak": used.ru_maxrss * 1024,
    }


def main() -> None:
    # A fork copies one thread only: there must be no other (but the idle one that onnxruntime starts when imported).
    assert threading.active_count() == 1
    for line in sys.stdin:
        print(json.dumps(serve(json.loads(line))), flush=True)


if __name__ == "__main__":
    main()
