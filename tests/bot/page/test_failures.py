"""Failures: what happened is said, nothing typed is lost, the next step is offered."""

from typing import Any

import pytest

from tests.bot.page_replies import answered, body, citation
from tests.bot.page_stub import Reply, Stub

from .browser import QUESTION, Watched, field, send

expect = pytest.importorskip("playwright.sync_api").expect

FAILURES = {
    "cut": (Reply(cut=True), "La connexion au service est coupée", True),
    "413": (Reply({"detail": "Message trop long.", "code": "too_large"}, 413), "Message trop long.", False),
    "422": (
        Reply({"detail": "La question est illisible.", "code": "invalid"}, 422),
        "La question est illisible.",
        False,
    ),
    "429": (Reply({"detail": "x"}, 429, {"Retry-After": "1"}), "Réessayez dans 1\u00a0seconde", True),
    "500": (Reply("<h1>Internal</h1>", 500), "erreur 500", True),
    "503": (Reply({"detail": "x"}, 503), "momentanément indisponible", True),
    "not json": (Reply("<html>"), "réponse illisible", True),
    "null": (Reply(None), "réponse illisible", True),
    "unknown status": (Reply(answered() | {"status": "maybe"}), "réponse illisible", True),
    "bad citation": (Reply(answered() | {"citations": [{"marker": "1"}]}), "réponse illisible", True),
    "bad kind": (Reply(body("answered", "x", citation(1, "x", kind="rumour"))), "réponse illisible", True),
    "cut midway": (Reply('{"id": "a1", "status": "answ'), "réponse illisible", True),
    "no source": (Reply(body("answered", "Croyez-moi.")), "réponse illisible", True),
    "one number twice": (
        Reply(body("answered", "x [1]", citation(1, "x"), citation(1, "y"))),
        "réponse illisible",
        True,
    ),
    "too much": (Reply(answered() | {"suggestions": ["x"] * 500}), "réponse illisible", True),
}


@pytest.mark.parametrize("name", FAILURES)
def test_says_what_happened_and_keeps_the_question(page: Any, stub: Stub, name: str) -> None:
    reply, message, retryable = FAILURES[name]
    stub.says(reply)
    field(page).fill(QUESTION)
    field(page).press("Enter")
    expect(page.get_by_role("alert")).to_contain_text(message)
    expect(field(page)).to_have_value(QUESTION)
    expect(field(page)).to_have_attribute("aria-invalid", "true")
    expect(field(page)).to_be_focused()
    assert "error" in field(page).get_attribute("aria-describedby").split()
    retry = page.locator("#retry")
    if not retryable:
        expect(retry).to_be_hidden()
        return
    stub.says(Reply(answered()))
    expect(retry).to_have_text("Réessayer")
    retry.click()
    expect(page.locator(".sheet-answered")).to_be_visible()
    expect(page.locator(".turn")).to_have_count(1)
    expect(page.get_by_role("alert")).to_have_text("")
    expect(field(page)).to_have_value("")
    assert stub.asked[-1]["history"] == []


def test_retry_after_is_counted(browser: Any, stub: Stub) -> None:
    watched = Watched(browser, stub)
    page = watched.page
    page.clock.install()
    page.goto(stub.url)
    # From here on time passes only when told to.
    page.clock.pause_at(page.evaluate("Date.now()") + 1_000)
    stub.says(Reply({"detail": "x"}, 429, {"Retry-After": "12"}))
    field(page).fill(QUESTION)
    field(page).press("Enter")
    retry = page.locator("#retry")
    expect(page.get_by_role("alert")).to_contain_text("Réessayez dans 12\u00a0secondes.")
    expect(retry).to_have_attribute("aria-disabled", "true")
    page.clock.fast_forward(5_000)
    expect(retry).to_have_text("Réessayer dans 7\u00a0s")
    retry.click(force=True)
    assert len(stub.asked) == 1
    page.clock.fast_forward(8_000)
    expect(retry).to_have_text("Réessayer")
    expect(retry).to_have_attribute("aria-disabled", "false")
    watched.check()
    watched.context.close()


def test_fifteen_seconds_are_enough(browser: Any, stub: Stub) -> None:
    watched = Watched(browser, stub)
    page = watched.page
    page.clock.install()
    page.goto(stub.url)
    stub.says(Reply(answered(), held=stub.hold()))
    field(page).fill(QUESTION)
    field(page).press("Enter")
    expect(page.get_by_role("status")).to_have_text("Recherche dans les textes officiels…")
    page.clock.fast_forward(15_100)
    expect(page.get_by_role("alert")).to_contain_text("La réponse tarde trop")
    expect(field(page)).to_have_value(QUESTION)
    watched.check()
    watched.context.close()


def test_what_was_typed_meanwhile_is_not_overwritten(page: Any, stub: Stub) -> None:
    held = stub.hold()
    stub.says(Reply(status=503, body={}, held=held))
    send(page)
    field(page).fill("Une autre question")
    held.set()
    expect(page.get_by_role("alert")).to_contain_text("indisponible")
    expect(field(page)).to_have_value("Une autre question")
    expect(page.locator(".question")).to_contain_text(QUESTION)
    stub.says(Reply(answered()))
    page.locator("#retry").click()
    expect(page.locator(".sheet")).to_be_visible()
    assert stub.asked[0]["question"] == QUESTION
    expect(field(page)).to_have_value("Une autre question")


def test_a_long_wait_is_told_in_minutes(page: Any, stub: Stub) -> None:
    stub.says(Reply({}, 429, {"Retry-After": "600"}))
    send(page)
    expect(page.get_by_role("alert")).to_contain_text("Réessayez dans 10\u00a0minutes.")
    expect(page.locator("#retry")).to_have_text("Réessayer dans 10\u00a0min")


def test_offline_is_told_apart_from_a_service_that_is_down(page: Any, stub: Stub) -> None:
    page.context.set_offline(True)
    send(page)
    expect(page.get_by_role("alert")).to_contain_text("Votre appareil n’est plus connecté à Internet.")
    expect(field(page)).to_have_value(QUESTION)
    page.context.set_offline(False)
    page.locator("#retry").click()
    expect(page.locator(".sheet-answered")).to_be_visible()
