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

from .pages_of_hosts import HostSite
from .sites_files import write

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-quic",
]


@dataclass(frozen=True)
class Served:
    """The application at ``url``; ``sites``: its file of sites."""

    url: str
    sites: Path


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
        f'\n[[site]]\nid = "portail"\norigins = ["{host.origin}"]\ntitle = "Cyber en cabinet"\n'
        'greeting = "Bienvenue sur le portail"\naudience = "infirmier"\n',
        f'\n[[site]]\nid = "cnil-seule"\norigins = ["{host.origin}"]\npublishers = ["CNIL"]\ncolour = "#7a1f5c"\n',
    )
    settings = Settings(data_dir=Path("nowhere"), sites=sites, rate_per_minute=0)
    server = uvicorn.Server(
        uvicorn.Config(create_app(settings, service), port=0, log_config=None, access_log=False, ws="none")
    )
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield Served(f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}", sites)
    server.should_exit = True
    thread.join(timeout=10)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Chromium; stopped with the module, for the event loop of Playwright must not run under other tests."""
    playwright = pytest.importorskip("playwright.sync_api", reason="the playwright package is not installed")
    if not CHROMIUM.exists():
        pytest.skip("Chromium is not installed: run `make test`")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def visit(browser: Any) -> Iterator[Any]:
    """Opens pages, each in a profile of its own."""
    from .visits import Visit

    opened: list[Visit] = []

    def open_(address: str, **options: Any) -> Visit:
        opened.append(Visit(browser, address, **options))
        return opened[-1]

    yield open_
    for one in opened:
        one.context.close()
