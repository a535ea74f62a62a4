"""A visit to a page that embeds the widget, in a real browser."""

from collections.abc import Callable
from typing import Any

import pytest

playwright = pytest.importorskip("playwright.sync_api", reason="the playwright package is not installed")
expect = playwright.expect
QUESTION = "Sous quel délai prévenir la CNIL d’une violation ?"
# The launcher is in a closed shadow root, which the tests open before the page begins.
OPEN_ROOTS = """(() => { const attach = Element.prototype.attachShadow;
  Element.prototype.attachShadow = function (init) { return attach.call(this, { ...init, mode: "open" }); }; })()"""
WATCH = """window.__violations = []; window.__xss = undefined;
addEventListener("securitypolicyviolation", (event) => window.__violations.push(event.violatedDirective));"""


def profile(browser: Any, *, closed: bool = False, **options: Any) -> Any:
    """A browser's profile; ``closed``: whose shadow roots stay as pages see them."""
    context = browser.new_context(**{"locale": "fr-FR", "viewport": {"width": 1280, "height": 900}} | options)
    context.set_default_timeout(10_000)
    context.add_init_script(WATCH)
    if not closed:
        context.add_init_script(OPEN_ROOTS)
    return context


class Visit:
    """A page that embeds the widget, and what the browser noticed."""

    def __init__(self, context: Any, address: str) -> None:
        self.context = context
        self.page = self.context.new_page()
        self.messages: list[str] = []
        self.requests: list[str] = []
        self.page.on("console", lambda message: self.messages.append(f"{message.type}: {message.text}"))
        self.page.on("pageerror", lambda error: self.messages.append(f"pageerror: {error}"))
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.goto(address)

    @property
    def launcher(self) -> Any:
        return self.page.locator("button.launcher")

    @property
    def frame(self) -> Any:
        """The conversation, once it is there."""
        return self.page.frame_locator("iframe[sandbox]")

    @property
    def field(self) -> Any:
        return self.frame.locator("#question")

    def open(self) -> None:
        self.launcher.click()
        expect(self.field).to_be_visible()

    def ask(self, question: str = QUESTION) -> None:
        self.field.fill(question)
        self.field.press("Enter")
        expect(self.frame.locator(".sheet").last).to_be_visible()


Visiting = Callable[..., Visit]


def script(service: str, attributes: str = 'data-site="portail"', name: str = "v1.js") -> str:
    return f'<script src="{service}/widget/{name}" {attributes} defer></script>'
