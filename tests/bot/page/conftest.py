"""The page as a browser shows it, on a stub of the service."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.bot.page_stub import Stub

from .browser import Watched, field, new_context

playwright = pytest.importorskip("playwright.sync_api", reason="the playwright package is not installed")
playwright.expect.set_options(timeout=15_000)


@pytest.fixture(scope="module")
def server() -> Iterator[Stub]:
    with Stub() as stub:
        yield stub


@pytest.fixture
def stub(server: Stub) -> Stub:
    server.fresh()
    return server


@pytest.fixture
def open_page(browser: Any, stub: Stub) -> Iterator[Callable[..., Any]]:
    """Opens the page; at the end, nothing may have gone wrong in the browser."""
    opened: list[Watched] = []

    def open_(path: str = "", **options: Any) -> Any:
        watched = Watched(browser, stub, **options)
        opened.append(watched)
        watched.page.goto(stub.url + path)
        playwright.expect(field(watched.page)).to_be_visible()
        return watched.page

    yield open_
    try:
        for watched in opened:
            watched.check()
    finally:
        for watched in opened:
            watched.context.close()


@pytest.fixture(scope="module")
def context(browser: Any) -> Iterator[Any]:
    context = new_context(browser)
    yield context
    context.close()


@pytest.fixture
def page(browser: Any, context: Any, stub: Stub) -> Iterator[Any]:
    """The page in a context that the tests of a module share: what changes the clock or the rights opens its own."""
    watched = Watched(browser, stub, context)
    # A test says what the service tells of itself before the page asks for it, at the first gesture.
    watched.page.add_init_script("window.requestIdleCallback = () => 0;")
    watched.page.goto(stub.url)
    playwright.expect(field(watched.page)).to_be_visible()
    yield watched.page
    try:
        watched.check()
    finally:
        context.set_offline(False)
        watched.page.close()


@pytest.fixture
def mounted(open_page: Callable[..., Any], stub: Stub) -> Callable[..., Any]:
    """Opens a page that mounts the conversation with options, as a widget does."""

    def mount(window: dict[str, Any] | None = None, **options: Any) -> Any:
        stub.options = options
        return open_page("mounted", **(window or {}))

    return mount
