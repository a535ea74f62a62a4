"""The question field: growth, counter, Enter, limits."""

import re
from typing import Any

import pytest

from tests.bot.page_replies import answered
from tests.bot.page_stub import Reply, Stub

from .browser import QUESTION, field, send

expect = pytest.importorskip("playwright.sync_api").expect


def test_enter_sends_and_shift_enter_breaks_the_line(page: Any, stub: Stub) -> None:
    field(page).press_sequentially("Un")
    low = field(page).bounding_box()["height"]
    for line in ("Deux", "Trois"):
        field(page).press("Shift+Enter")
        field(page).press_sequentially(line)
    assert field(page).bounding_box()["height"] > low
    assert stub.asked == []
    field(page).press("Enter")
    expect(page.locator(".sheet")).to_be_visible()
    assert stub.asked[0]["question"] == "Un\nDeux\nTrois"
    expect(field(page)).to_be_focused()


def test_a_long_paste_is_kept_whole_and_not_sent(page: Any, stub: Stub) -> None:
    field(page).fill("é" * 1_204)
    expect(page.locator("#counter")).to_have_text(re.compile(r"Raccourcissez\s: 1\s204\s/\s1\s000 caractères"))
    field(page).press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("Raccourcissez votre question")
    assert len(field(page).input_value()) == 1_204
    field(page).fill("🙂" * 1_000)
    expect(page.locator("#counter")).to_have_text(re.compile(r"^1\s000\s/\s1\s000 caractères$"))
    field(page).press("Enter")
    expect(page.locator(".sheet")).to_be_visible()
    assert stub.asked[0]["question"] == "🙂" * 1_000


def test_the_counter_waits_until_it_matters(page: Any) -> None:
    field(page).fill("a" * 899)
    expect(page.locator("#counter")).to_have_text("")
    field(page).fill("a" * 900)
    expect(page.locator("#counter")).to_have_text(re.compile(r"^900"))


def test_an_empty_question_is_not_sent(page: Any, stub: Stub) -> None:
    field(page).fill("  \n ")
    page.get_by_role("button", name="Envoyer", exact=True).click()
    expect(page.get_by_role("alert")).to_have_text("Écrivez votre question, puis envoyez-la.")
    assert stub.asked == []


def test_one_question_at_a_time(page: Any, stub: Stub) -> None:
    held = stub.hold()
    stub.says(Reply(answered(), held=held))
    send(page)
    expect(page.locator("#status")).to_have_text("Recherche dans les textes officiels…")
    expect(page.get_by_role("button", name="Envoyer", exact=True)).to_have_attribute("aria-disabled", "true")
    send(page, "Une autre")
    # What was refused is told, and kept.
    expect(page.locator("#status")).to_contain_text("Une recherche est en cours")
    held.set()
    expect(page.locator(".sheet")).to_have_count(1)
    expect(page.locator("#status")).to_have_text("")
    assert len(stub.asked) == 1
    expect(field(page)).to_have_value("Une autre")
    expect(page.get_by_role("button", name="Envoyer", exact=True)).not_to_have_attribute("aria-disabled", "true")


@pytest.mark.parametrize("held", [False, True])
def test_a_double_click_on_send_is_one_question_and_no_mistake(page: Any, stub: Stub, held: bool) -> None:
    release = stub.hold()
    stub.says(Reply(answered(), held=release if held else None))
    field(page).fill(QUESTION)
    page.get_by_role("button", name="Envoyer", exact=True).dblclick()
    release.set()
    expect(page.locator(".sheet")).to_have_count(1)
    assert len(stub.asked) == 1
    expect(page.get_by_role("alert")).to_have_text("")
    expect(field(page)).not_to_have_attribute("aria-invalid", "true")
