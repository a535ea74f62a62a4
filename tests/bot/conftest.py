"""Shared by the tests of the bot: the starter corpus, really indexed with the real model, and clients of the API."""

import contextlib
import io
import logging
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog

from bot.answer import Answerer
from bot.api.app import create_app
from bot.api.observe import configure_logs
from bot.service import Service
from bot.settings import Settings

from .contract import Client

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session", autouse=True)
def _no_settings_from_outside() -> None:
    """The developer's own CYBERVIGIE_ variables must not change what is tested."""
    for name in [name for name in os.environ if name.startswith("CYBERVIGIE_") and name != "CYBERVIGIE_SHARED"]:
        del os.environ[name]


@pytest.fixture(scope="session", autouse=True)
def _opened_models(opened_models: None) -> None:
    """See the fixture of that name."""


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of shared data: ``$CYBERVIGIE_SHARED``, or ``shared`` beside the repository."""
    folder = Path(os.environ.get("CYBERVIGIE_SHARED") or ROOT.parent / "shared")
    if not folder.is_dir():
        pytest.skip("shared data absent: set CYBERVIGIE_SHARED to its folder")
    return folder


@pytest.fixture(scope="session")
def data_dir(starter_data: Path) -> Path:
    """A data folder as ``cybervigie index`` leaves it after the starter corpus. Not to be written to."""
    return starter_data


@pytest.fixture
def own_data(data_dir: Path, tmp_path: Path) -> Path:
    """A copy of ``data_dir`` that a test may write to, its vectors included."""
    return Path(shutil.copytree(data_dir, tmp_path / "data", symlinks=True))


class HeldService(Service):
    """A service that outlives the applications that use it, so that the model is loaded once."""

    def start(self) -> None:
        """Already started."""

    def stop(self) -> None:
        """Stopped with the session."""


@pytest.fixture(scope="session")
def service(data_dir: Path) -> Iterator[Service]:
    held = HeldService(Settings(data_dir=data_dir))
    assert held.refresh(), held.problem
    yield held
    Service.stop(held)


@pytest.fixture(scope="session")
def answerer(service: Service) -> Iterator[Answerer]:
    with service.answerer() as held:
        yield held


@pytest.fixture
def open_client(service: Service) -> Iterator[Callable[..., Client]]:
    """Opens clients of the API with other settings than the defaults, on the indexed starter corpus."""
    opened: list[Client] = []

    def open_one(other: Service | None = None, **changed: Any) -> Client:
        settings = Settings(data_dir=Path("nowhere"), **{"rate_per_minute": 0} | changed)
        client = Client(create_app(settings, other or service))
        client.__enter__()
        opened.append(client)
        return client

    yield open_one
    for client in opened:
        client.__exit__(None, None, None)


@pytest.fixture(scope="session")
def client(service: Service) -> Iterator[Client]:
    """The API on the indexed starter corpus, without a rate limit."""
    with Client(create_app(Settings(data_dir=Path("nowhere"), rate_per_minute=0), service)) as opened:
        yield opened


@pytest.fixture
def without_index(tmp_path: Path, open_client: Callable[..., Client]) -> Client:
    """The API when nothing has been indexed yet."""
    empty = Service(Settings(data_dir=tmp_path))
    empty.refresh()
    return open_client(empty)


@pytest.fixture
def logs(capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture) -> Iterator[Callable[[], str]]:
    """Everything logged or printed, our own lines as when serving, at their most talkative."""
    caplog.set_level(logging.DEBUG)
    stream = io.StringIO()
    with contextlib.redirect_stderr(stream):
        configure_logs("debug")

    def everything() -> str:
        captured = capsys.readouterr()
        # The client of the test logs the addresses it asks for.
        records = [record.getMessage() for record in caplog.records if not record.name.startswith("http")]
        return stream.getvalue() + captured.out + captured.err + "\n".join(records)

    yield everything
    structlog.reset_defaults()
