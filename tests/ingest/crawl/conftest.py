"""Shared by the tests that crawl: replica sites by the real command line, tables of pages by the engine."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest.sandbox import Sandbox

from .replica.terminal import Terminal
from .scripted import ROBOTS, Bench


@pytest.fixture(scope="session")
def terminal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Terminal]:
    """Runs ``cybervigie`` in child processes, one at a time."""
    with Terminal(tmp_path_factory.mktemp("terminal")) as opened:
        yield opened


@pytest.fixture
def bench(tmp_path: Path, sandbox: Sandbox) -> Bench:
    """A store and a web of one host, which has rules and no pages yet."""
    made = Bench(tmp_path / "store", sandbox)
    made.web.put("/robots.txt", ROBOTS, content_type="text/plain")
    return made
