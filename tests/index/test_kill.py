"""``kill -9`` of a build at a hundred times, and around each call that changes the disk: an index always serves."""

import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from index.generation import current_generation
from index.model import SearchMode
from index.search import SearchEngine

from .doubles import FakeEmbedder
from .killed_builds import DOCUMENTS, marker

ROOT = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="needs fork and /proc (Linux)")


class Builder:
    """Orders to the warm process, and the state of the index after each."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "index"
        self.variant = 0
        environment = {
            **os.environ,
            **dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1"),
        }
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.index.killed_builds", str(self.root)],
            env=environment,
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def order(self, **fields: Any) -> dict[str, Any]:
        """Build the next variant of the corpus; what became of it."""
        self.variant += 1
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps({"variant": self.variant, **fields}) + "\n")
        self._process.stdin.flush()
        found: dict[str, Any] = json.loads(self._process.stdout.readline())
        return found

    def points(self) -> list[str]:
        """The calls of the last whole build that change the disk, in order."""
        found: list[str] = json.loads((self.root.parent / "points.json").read_text(encoding="utf-8"))
        return found

    def build(self) -> float:
        """A build that nothing kills, on whatever the last one left; its corpus must serve. How long it took."""
        report = self.order()
        assert report["code"] == 0
        assert self.served() == self.variant
        names = {path.name for path in (self.root / "generations").iterdir()}
        assert len(names) <= 2, "a killed build left something that the next one did not remove"
        assert not [path.name for path in self.root.iterdir() if path.name.startswith(".")]
        return float(report["seconds"])

    def served(self) -> int:
        """The variant that serves: every file verified, every document found, one variant and no mixture."""
        engine = SearchEngine(current_generation(self.root), FakeEmbedder())
        try:
            assert len(engine.table.heads(offset=0, limit=100)) == DOCUMENTS
            assert len(engine.search("sauvegarde chiffrée", 10)) == 10
            found = [
                variant
                for variant in (self.variant - 1, self.variant)
                if engine.search(marker(variant), 100, mode=SearchMode.LEXICAL)
            ]
            assert len(found) == 1
            hits = engine.search(marker(found[0]), 100, mode=SearchMode.LEXICAL)
            assert len(hits) == DOCUMENTS // 2
            return found[0]
        finally:
            engine.close()

    def close(self) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.stdout.close()
        assert self._process.wait(timeout=30) == 0


@pytest.fixture
def builder(tmp_path: Path) -> Iterator[Builder]:
    # In memory where there is such a place: a kill loses nothing of what the system caches, so a slow disk would make
    # the test longer and prove no more.
    memory = Path("/dev/shm")
    place = memory if os.access(memory, os.W_OK) else tmp_path
    with tempfile.TemporaryDirectory(dir=place) as folder:
        found = Builder(Path(folder))
        yield found
        found.close()


@pytest.mark.parametrize("kills", [30, pytest.param(100, marks=pytest.mark.long)])
def test_an_index_serves_after_a_kill_at_any_moment(builder: Builder, kills: int) -> None:
    durations = [builder.build() for _ in range(6)][1:]
    killed = previous = 0
    for moment in random.Random(20).sample(range(1000), kills):
        usual = statistics.median(durations[-9:])
        report = builder.order(delay=1.05 * usual * moment / 1000)
        killed += report["killed"]
        behind = builder.variant - builder.served()
        assert report["killed"] or behind == 0
        previous += behind
        durations.append(builder.build())
    # Most kills must have met a build at work, or nothing was tried.
    assert killed >= kills // 2
    assert previous >= kills // 4


def test_an_index_serves_after_a_kill_around_each_change_of_the_disk(builder: Builder) -> None:
    builder.build()
    builder.build()
    builder.build()
    points = builder.points()
    assert {"fsync", "rename", "replace", "symlink", "mkdir", "unlink", "rmdir"} <= set(points)
    switch = points.index("replace") + 1
    for number in range(1, len(points) + 1):
        for after in (False, True) if points[number - 1] in ("rename", "replace", "symlink") else (False,):
            assert builder.order(point=number, after=after)["killed"]
            switched = number > switch or (number == switch and after)
            assert builder.variant - builder.served() == (0 if switched else 1), points[number - 1]
            builder.build()


def test_a_first_build_that_is_killed_leaves_no_half_index(builder: Builder) -> None:
    # The sixth change falls in the middle of the writing, before there is any generation.
    assert builder.order(point=6)["killed"]
    assert not (builder.root / "current").exists()
    builder.build()
