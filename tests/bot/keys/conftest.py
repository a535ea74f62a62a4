"""A data folder with keys, and clients of the API that know them."""

import contextlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.api.app import create_app
from bot.keys.keyring import Keyring
from bot.keys.store import KeyFile
from bot.service import Service
from bot.settings import Settings
from tests.bot.contract import Client


class Clock:
    """A time that tests move."""

    def __init__(self) -> None:
        self.time = datetime(2026, 11, 30, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.time

    def advance(self, **by: float) -> None:
        self.time += timedelta(**by)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A data folder without an index."""
    return tmp_path


def open_keyring(folder: Path, now: Callable[[], datetime] | None = None) -> Keyring:
    """The keys of a folder as another process would open them."""
    path = Settings(data_dir=folder).keys_path
    return Keyring(KeyFile(path, now=now) if now else KeyFile(path), Settings(data_dir=folder).pepper_path)


@pytest.fixture
def keyring(folder: Path, clock: Clock) -> Iterator[Keyring]:
    ring = open_keyring(folder, clock)
    yield ring
    ring.file.close()


@pytest.fixture
def own_keys(folder: Path) -> Iterator[Keyring]:
    """The keys of the folder, at the real time: those that the API of ``open_api`` knows."""
    ring = open_keyring(folder)
    yield ring
    ring.file.close()


@pytest.fixture
def open_api(service: Service, folder: Path) -> Iterator[Callable[..., Client]]:
    """Opens clients on the indexed starter corpus, with the keys of the folder."""
    with contextlib.ExitStack() as opened:

        def open_one(**changed: Any) -> Client:
            settings = Settings(data_dir=folder, **{"rate_per_minute": 0} | changed)
            return opened.enter_context(Client(create_app(settings, service)))

        yield open_one
