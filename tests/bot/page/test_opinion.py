"""Opinions on answers: counted by codes, a text only where the service keeps one and with consent, nothing lost."""

from typing import Any

import pytest

from tests.bot.page_replies import STATES, answered, body
from tests.bot.page_stub import Reply, Stub, meta

from .browser import QUESTION, ask

expect = pytest.importorskip("playwright.sync_api").expect
ID = "0123456789abcdef0123456789abcdef"


def test_a_thumb_up_is_counted_at_once(page: Any, stub: Stub) -> None:
    sheet = ask(page)
    sheet.get_by_role("button", name="Oui").click()
    expect(sheet.locator(".opinion")).to_have_text("Merci, votre avis est compté.")
    expect(sheet.locator(".opinion-said")).to_be_focused()
    assert stub.opinions == [{"answer_id": ID, "status": "answered", "rating": "up"}]


def test_a_thumb_down_asks_what_is_wrong(page: Any, stub: Stub) -> None:
    stub.says(Reply(STATES["no_answer"]()))
    sheet = ask(page)
    down = sheet.get_by_role("button", name="Non")
    down.press("Enter")
    expect(down).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    sheet.get_by_label("La réponse existe ailleurs").check()
    # Without a service that keeps texts, none is asked for.
    expect(sheet.get_by_label("Commentaire (facultatif)")).to_have_count(0)
    sheet.get_by_role("button", name="Envoyer mon avis").click()
    expect(sheet.locator(".opinion-said")).to_have_text("Merci, votre avis est compté.")
    assert stub.opinions == [
        {
            "answer_id": ID,
            "status": "no_answer",
            "reason": "nothing_found",
            "rating": "down",
            "reasons": ["wrong", "not_found"],
        }
    ]


def test_a_text_goes_with_consent_only_and_masked(page: Any, stub: Stub) -> None:
    stub.meta = meta(limits={"feedback_text_days": 30})
    for consent in (False, True):
        sheet = ask(page)
        sheet.get_by_role("button", name="Non").click()
        expect(sheet.get_by_label("J’accepte")).not_to_be_checked()
        expect(sheet.locator(".opinion-form")).to_contain_text("N’indiquez aucune donnée de patient.")
        sheet.get_by_label("Commentaire (facultatif)").fill("Appelez Mme Durand au 06 12 34 56 78")
        if consent:
            sheet.get_by_label("J’accepte que ma question").check()
        sheet.get_by_role("button", name="Envoyer mon avis").click()
        expect(sheet.locator(".opinion-said")).not_to_have_text("")
    without, given = stub.opinions
    assert "comment" not in without
    assert "question" not in without
    assert "consent" not in without
    assert given["consent"] is True
    assert given["question"] == QUESTION
    assert given["comment"] == "Appelez Mme [nom masqué] au [téléphone masqué]"


def test_an_opinion_that_fails_is_not_lost(page: Any, stub: Stub) -> None:
    stub.meta = meta(limits={"feedback_text_days": 30})
    sheet = ask(page)
    sheet.get_by_role("button", name="Non").click()
    sheet.get_by_label("Commentaire (facultatif)").fill("Trop court")
    for reply, said in (
        (Reply(cut=True), "n’a pas pu être envoyé"),
        (Reply({}, 503), "n’a pas pu être envoyé"),
        (Reply({}, 429), "réessayez dans une minute"),
    ):
        stub.opinion = reply
        sheet.get_by_role("button", name="Envoyer mon avis").click()
        expect(sheet.locator(".opinion-said")).to_contain_text(said)
        expect(sheet.get_by_label("Commentaire (facultatif)")).to_have_value("Trop court")
    stub.opinion = Reply({"message": "Merci."})
    sheet.get_by_role("button", name="Envoyer mon avis").click()
    expect(sheet.locator(".opinion-said")).to_have_text("Merci.")


def test_escape_folds_the_form(page: Any) -> None:
    sheet = ask(page)
    down = sheet.get_by_role("button", name="Non")
    down.click()
    sheet.get_by_label("Elle est fausse").press("Escape")
    expect(sheet.locator(".opinion-form")).to_have_count(0)
    expect(down).to_be_focused()
    expect(down).to_have_attribute("aria-expanded", "false")


@pytest.mark.parametrize("reply", [answered() | {"id": "a1"}, body("clarify", "Lequel ?", id=None)])
def test_an_answer_without_its_name_gets_no_opinion(page: Any, stub: Stub, reply: dict[str, Any]) -> None:
    stub.says(Reply(reply))
    expect(ask(page).locator(".opinion")).to_have_count(0)


@pytest.mark.parametrize("name", ["Oui", "Envoyer mon avis"])
def test_a_double_click_is_one_opinion(page: Any, stub: Stub, name: str) -> None:
    held = stub.hold()
    stub.opinion = Reply({"message": "Merci."}, held=held)
    sheet = ask(page)
    if name != "Oui":
        sheet.get_by_role("button", name="Non").click()
    sheet.get_by_role("button", name=name).dblclick()
    held.set()
    expect(sheet.locator(".opinion")).to_have_text("Merci.")
    # A third one, while the opinion is counted already, has nothing to press.
    expect(sheet.locator(".opinion button")).to_have_count(0)
    assert len(stub.opinions) == 1
    expect(sheet.locator(".opinion-said")).to_be_focused()


def test_a_change_of_mind_is_counted_once(page: Any, stub: Stub) -> None:
    sheet = ask(page)
    sheet.get_by_role("button", name="Non").click()
    expect(sheet.locator(".opinion-form")).to_be_visible()
    sheet.get_by_role("button", name="Oui").click()
    expect(sheet.locator(".opinion")).to_have_text("Merci, votre avis est compté.")
    expect(sheet.locator(".opinion-form")).to_have_count(0)
    assert [opinion["rating"] for opinion in stub.opinions] == ["up"]


def test_a_counted_opinion_is_not_called_a_failure(page: Any, stub: Stub) -> None:
    stub.opinion = Reply("not JSON")
    sheet = ask(page)
    sheet.get_by_role("button", name="Oui").click()
    expect(sheet.locator(".opinion")).to_have_text("Merci, votre avis est compté.")
