"""A warm process from which ``test_kill`` forks builds, so that a hundred of them cost a hundred forks, not imports.

    python -m tests.index.killed_builds ROOT < orders > reports

An order is a JSON line ``{"variant": 3, "delay": 0.02}`` (kill after that many seconds), ``{"variant": 3, "point": 7,
"after": true}`` (kill around the seventh call that changes the disk for good) or ``{"variant": 3}`` (no kill).
The report says how the build ended, how long it took, and which points it passed.
"""

import json
import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from index.build import build_index
from ingest.model import Document

from .doubles import FakeEmbedder, document

DOCUMENTS = 16
POINTS = ("fsync", "rename", "replace", "symlink", "mkdir", "unlink", "rmdir")


def marker(variant: int) -> str:
    """A word that only this variant of the corpus has."""
    return f"variante{variant}"


def corpus(variant: int) -> list[Document]:
    """Sixteen documents; those of odd number differ from one variant to the next."""
    return [
        document(
            f"d{i}",
            (
                "Titre",
                f"Le document {i} a {marker(variant) if i % 2 else 'une constante'}. Sa sauvegarde est chiffrée.",
            ),
            (
                "Suite",
                "\n\n".join(f"Alinéa {j} du document {i}, inchangé. Il est conservé vingt ans." for j in range(3)),
            ),
        )
        for i in range(DOCUMENTS)
    ]


def watch(report: Path, point: int | None, after: bool) -> None:
    """Note every call of ``POINTS``; kill this process before or after the one of number ``point``."""
    passed: list[str] = []

    def watched(name: str, call: Callable[..., Any]) -> Callable[..., Any]:
        def stand_in(*args: Any, **keywords: Any) -> Any:
            passed.append(name)
            number = len(passed)
            if number == point and not after:
                os.kill(os.getpid(), signal.SIGKILL)
            result = call(*args, **keywords)
            if number == point and after:
                os.kill(os.getpid(), signal.SIGKILL)
            return result

        return stand_in

    write = Path.write_text
    for name in POINTS:
        setattr(os, name, watched(name, getattr(os, name)))
    globals()["finish"] = lambda: write(report, json.dumps(passed), encoding="utf-8")


def build(root: Path, order: dict[str, Any]) -> None:
    watch(root.parent / "points.json", order.get("point"), bool(order.get("after")))
    build_index(root, corpus(order["variant"]), FakeEmbedder())
    globals()["finish"]()


def serve(root: Path, order: dict[str, Any]) -> dict[str, Any]:
    begun = time.monotonic()
    child = os.fork()
    if child == 0:
        code = 1
        try:
            build(root, order)
            code = 0
        finally:
            os._exit(code)
    if "delay" in order:
        time.sleep(max(0.0, order["delay"] - (time.monotonic() - begun)))
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    return {
        "killed": os.WIFSIGNALED(status),
        "code": os.waitstatus_to_exitcode(status),
        "seconds": time.monotonic() - begun,
    }


def main(root: Path) -> None:
    # A fork copies one thread only: there must be no other.
    assert len(list(Path("/proc/self/task").iterdir())) == 1
    for line in sys.stdin:
        print(json.dumps(serve(root, json.loads(line))), flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
