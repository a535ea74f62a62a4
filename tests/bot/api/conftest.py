"""Clients of the API with a data folder of their own."""

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.api.app import create_app
from bot.service import Service
from bot.settings import Settings
from tests.bot.contract import Client


@pytest.fixture
def open_in(service: Service) -> Iterator[Callable[..., Client]]:
    """Opens clients on the indexed starter corpus that may write in a data folder, without a rate limit."""
    with contextlib.ExitStack() as opened:

        def open_one(data: Path, **changed: Any) -> Client:
            settings = Settings(data_dir=data, **{"rate_per_minute": 0} | changed)
            return opened.enter_context(Client(create_app(settings, service)))

        yield open_one
