"""The real application behind a real port, its sites, a site that embeds it, and a browser."""

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import uvicorn

from bot.api.app import create_app
from bot.service import Service
from bot.settings import Settings
from bot.widget.desk import Widget

from .pages_of_hosts import HostSite
from .sites_files import write


@dataclass(frozen=True)
class Served:
    """The application at ``url``; ``sites``: its file of sites; ``widget``: what its routes work with."""

    url: str
    sites: Path
    widget: Widget


@pytest.fixture(scope="session")
def host() -> Iterator[HostSite]:
    """A site on the list."""
    with HostSite() as site:
        yield site


@pytest.fixture(scope="session")
def stranger() -> Iterator[HostSite]:
    """A site that is not on the list."""
    with HostSite() as site:
        yield site


@pytest.fixture(scope="session")
def served(service: Service, host: HostSite, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The application with two sites, on the indexed starter corpus."""
    sites = write(
        tmp_path_factory.mktemp("widget"),
        f'\n[[site]]\nid = "portail"\norigins = ["{host.origin}", "{host.elsewhere}"]\ntitle = "Cyber en cabinet"\n'
        'greeting = "Bienvenue sur le portail"\naudience = "infirmier"\n',
        f'\n[[site]]\nid = "cnil-seule"\norigins = ["{host.origin}"]\npublishers = ["CNIL"]\ncolour = "#7a1f5c"\n',
    )
    settings = Settings(data_dir=Path("nowhere"), sites=sites, rate_per_minute=0)
    app = create_app(settings, service)
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_config=None, access_log=False, ws="none"))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield Served(f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}", sites, app.state.widget)
    server.should_exit = True
    thread.join(timeout=10)


@pytest.fixture(scope="module")
def profile(browser: Any) -> Iterator[Any]:
    """The profile of the visits that ask for nothing special: a site and its frame store nothing."""
    from .visits import profile

    context = profile(browser)
    yield context
    context.close()


@pytest.fixture
def visit(browser: Any, profile: Any) -> Iterator[Any]:
    """Opens pages; those with options (``fresh`` is one) in a profile of their own."""
    from .visits import Visit
    from .visits import profile as another

    opened: list[tuple[Visit, bool]] = []

    def open_(address: str, **options: Any) -> Visit:
        own = bool(options)
        options.pop("fresh", None)
        visit = Visit(another(browser, **options) if own else profile, address)
        opened.append((visit, own))
        return visit

    yield open_
    for one, own in opened:
        (one.context if own else one.page).close()
