"""Chromium for the tests of the chat page: a page opened on the stub, and what the browser noticed meanwhile."""

from typing import Any

from tests.bot.page_stub import Stub

WATCH = """
window.__violations = [];
addEventListener("securitypolicyviolation", (event) => {
  window.__violations.push(event.violatedDirective + " " + event.blockedURI);
});
"""
QUESTION = "Sous quel délai prévenir la CNIL ?"
URGENT = "Mes fichiers sont chiffrés"


def new_context(browser: Any, **options: Any) -> Any:
    """A French reader in Paris, at a desk unless told otherwise."""
    given = {"locale": "fr-FR", "timezone_id": "Europe/Paris", "viewport": {"width": 1280, "height": 900}}
    context = browser.new_context(**given | options)
    context.add_init_script(WATCH)
    # Bounds for a machine under load, not for the page.
    context.set_default_timeout(30_000)
    return context


class Watched:
    """A page opened on the stub, in a context of its own or in ``shared``."""

    def __init__(self, browser: Any, stub: Stub, shared: Any = None, **options: Any) -> None:
        self.origin = stub.url
        self.context = shared or new_context(browser, **options)
        self.page = self.context.new_page()
        self.messages: list[str] = []
        self.requests: list[str] = []
        self.page.on("console", lambda message: self.messages.append(f"{message.type}: {message.text}"))
        self.page.on("pageerror", lambda error: self.messages.append(f"pageerror: {error}"))
        self.page.on("dialog", self._dialog)
        self.page.on("request", lambda request: self.requests.append(request.url))

    def _dialog(self, dialog: Any) -> None:
        self.messages.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def check(self) -> None:
        """No violation, no message but the browser's own lines on failed requests, no request elsewhere."""
        assert self.page.evaluate("window.__violations") == []
        assert [line for line in self.messages if "Failed to load resource" not in line] == []
        assert [url for url in self.requests if not url.startswith(self.origin)] == []


def field(page: Any) -> Any:
    """The question field."""
    return page.locator("#question")


def send(page: Any, question: str = QUESTION) -> None:
    """Ask by typing."""
    field(page).fill(question)
    field(page).press("Enter")


def ask(page: Any, question: str = QUESTION) -> Any:
    """Ask by typing; the sheet of the answer."""
    sheets = page.locator(".sheet").count()
    send(page, question)
    sheet = page.locator(".sheet").nth(sheets)
    sheet.wait_for()
    return sheet


def no_sideways_scroll(page: Any) -> bool:
    """Whether the page fits its window in width."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"))
