"""The chat page keeps identifiers to itself: what leaves it, what it shows, what it hands to the clipboard."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from .page_replies import answered
from .page_stub import Reply, Stub

playwright = pytest.importorskip("playwright.sync_api", reason="the playwright package is not installed")
expect = playwright.expect
CHROMIUM = Path("/usr/bin/chromium")
pytestmark = pytest.mark.skipif(not CHROMIUM.exists(), reason="Chromium is not installed: run `make test`")

SECRETS = ("2 06 12 75 111 005 64", "06 12 34 56 78", "Durand", "12/03/1985", "jean.durand@exemple.fr")
QUESTION = (
    f"Mme {SECRETS[2]} née le {SECRETS[3]} ({SECRETS[0]}, {SECRETS[1]}, {SECRETS[4]}) veut son dossier, que faire ?"
)


@pytest.fixture(scope="module")
def stub() -> Iterator[Stub]:
    with Stub() as stub:
        stub.says(Reply(answered()))
        yield stub


@pytest.fixture(scope="module")
def page(browser: Any, stub: Stub) -> Iterator[Any]:
    page = browser.new_page(locale="fr-FR")
    page.goto(stub.url)
    for question in (QUESTION, "Quel délai pour prévenir la CNIL ?"):
        page.fill("#question", question)
        page.press("#question", "Enter")
        page.locator(".sheet").nth(0 if question == QUESTION else 1).wait_for()
    yield page
    page.close()


def test_nothing_of_a_patient_leaves_the_page(stub: Stub, page: Any) -> None:
    first, second = stub.asked
    assert first["question"].endswith("veut son dossier, que faire ?")
    # The question is sent again as history with the next one.
    assert second["history"][0]["question"] == first["question"]
    for secret in SECRETS:
        assert secret not in str(stub.asked), secret


def test_the_reader_is_told_and_shown_what_was_sent(page: Any) -> None:
    turn = page.locator(".turn").first
    expect(turn.locator(".notice").first).to_contain_text("masqué avant l’envoi")
    expect(turn.locator(".question")).to_contain_text("[numéro de sécurité sociale masqué]")
    shown = page.locator("body").inner_text()
    for secret in SECRETS:
        assert secret not in shown, secret


def test_a_question_without_identifiers_has_no_notice(page: Any) -> None:
    assert "masqué" not in page.locator(".turn").nth(1).inner_text()
