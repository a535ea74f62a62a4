"""Emergencies: steps to tick, contacts to tap, clocks told apart, and the sheets kept for when the network is cut."""

from typing import Any

import pytest

from tests.bot.page_replies import CONTACTS, NEVER, STATES, STEPS
from tests.bot.page_stub import Reply, Stub, meta

from .browser import QUESTION, URGENT, ask, field, send

expect = pytest.importorskip("playwright.sync_api").expect


@pytest.fixture
def sheet(page: Any, stub: Stub) -> Any:
    stub.says(Reply(STATES["emergency"]()))
    page.get_by_role("button", name=URGENT).click()
    found = page.locator(".sheet-emergency")
    found.wait_for()
    return found


def test_steps_in_order_are_ticked_and_counted(sheet: Any) -> None:
    expect(sheet.get_by_role("heading", level=4)).to_have_text("Urgence : rançongiciel, fichiers chiffrés")
    steps = sheet.locator(".steps label")
    shown = [f"{number}. {text}" for number, text in enumerate(steps.all_inner_texts(), 1)]
    assert shown == STEPS.split("\n")
    assert steps.evaluate_all("labels => labels.map((label) => label.dataset.number)") == list("123456")
    box = sheet.get_by_role("checkbox", name="Coupez le réseau")
    box.check()
    expect(sheet.locator(".aid-progress")).to_have_text("1\u00a0geste fait sur 6")
    sheet.get_by_role("checkbox", name="Débranchez les sauvegardes").press("Space")
    expect(sheet.locator(".aid-progress")).to_have_text("2\u00a0gestes faits sur 6")
    box.uncheck()
    expect(sheet.locator(".aid-progress")).to_have_text("1\u00a0geste fait sur 6")


def test_what_not_to_do_is_apart(sheet: Any) -> None:
    never = sheet.locator(".aid-never")
    expect(never.get_by_role("heading")).to_have_text("À ne pas faire")
    assert [f"- {text}" for text in never.locator("li").all_inner_texts()] == NEVER.split("\n")


def test_contacts_are_tapped_and_told_apart(sheet: Any) -> None:
    contacts = sheet.locator(".contact")
    expect(contacts).to_have_count(len(CONTACTS))
    first = contacts.nth(0)
    expect(first).to_contain_text("24 h/24 et 7 j/7, gratuit")
    expect(first).to_contain_text("Pour qui : toute victime.")
    expect(first).to_contain_text("Service en ligne uniquement.")
    assert first.get_by_role("link").get_attribute("href") == "https://17cyber.gouv.fr/"
    dialled = sheet.locator(".phone").evaluate_all("links => links.map((link) => link.getAttribute('href'))")
    assert dialled == ["tel:17", "tel:112", "tel:3218", "tel:0970833218", "tel:0800730647"]
    # An acronym keeps its capitals after the label.
    expect(contacts.nth(2)).to_contain_text("Pour qui : CERT régionaux")
    expect(contacts.nth(4)).to_contain_text("Coordonnée non confirmée.")
    # The same contacts, told on lines for those who cannot draw them, are not repeated.
    expect(sheet.locator(".notice")).to_have_count(0)


def test_the_two_clocks_of_72_hours_are_told_apart(page: Any, stub: Stub) -> None:
    page.clock.set_fixed_time("2026-11-30T17:52:00Z")
    stub.says(Reply(STATES["emergency"]()))
    clocks = ask(page, URGENT).locator(".clock")
    expect(clocks).to_have_count(2)
    expect(clocks.nth(0).locator("strong")).to_have_text("Délai pour la CNIL :")
    expect(clocks.nth(1).locator("strong")).to_have_text("Délai pour l’assurance :")
    for clock in clocks.all():
        expect(clock).to_contain_text("jusqu’au jeudi 3 décembre à 18 h 52.")
    expect(page.locator(".aid-clocks blockquote > ul:not(.clocks) li")).to_have_text(
        ["Ces deux délais de 72 heures sont distincts : l’un ne remplace pas l’autre."]
    )


def test_the_sheet_is_printed_with_its_boxes_and_all_contacts(page: Any, sheet: Any) -> None:
    page.emulate_media(media="print")
    expect(sheet.get_by_role("checkbox").first).to_be_visible()
    expect(sheet.locator(".contact").last).to_be_visible()
    expect(sheet.locator(".aid-sources .card-title").first).to_be_visible()
    expect(sheet.locator(".clock-until").first).to_be_hidden()


FAILURES = {
    "cut": Reply(cut=True),
    "503": Reply({}, 503),
    "500": Reply("<h1>x</h1>", 500),
    "429": Reply({}, 429, {"Retry-After": "30"}),
    "unreadable": Reply("nonsense"),
    "no source": Reply(STATES["emergency"]() | {"citations": []}),
}


@pytest.mark.parametrize("name", FAILURES)
def test_the_kept_sheet_is_shown_when_the_service_is_not_there(page: Any, stub: Stub, name: str) -> None:
    field(page).click()
    page.wait_for_function("document.querySelector('.foot').textContent.includes('n’enregistre rien')")
    stub.says(FAILURES[name])
    page.get_by_role("button", name=URGENT).click()
    sheet = page.locator(".sheet-emergency")
    expect(sheet.locator(".notice-kept")).to_contain_text("Hors connexion.")
    expect(sheet.locator(".notice-kept")).to_contain_text("textes du 3 novembre 2026")
    expect(sheet.locator(".steps input")).to_have_count(6)
    expect(sheet.locator(".opinion")).to_have_count(0)
    expect(page.get_by_role("alert")).not_to_have_text("")
    stub.says(Reply(STATES["emergency"]()))
    if name != "429":
        page.locator("#retry").click()
        expect(page.locator(".notice-kept")).to_have_count(0)
        expect(page.locator(".sheet-emergency")).to_have_count(1)


@pytest.mark.parametrize(
    "question",
    [
        "AU SECOURS tout est crypté au cabinet",
        "on me demande une rançon en bitcoin",
        "fichiers illisibles, rancongiciel !!",
    ],
)
def test_a_typed_emergency_is_recognised_offline_and_kept(page: Any, stub: Stub, question: str) -> None:
    ask(page)
    page.context.set_offline(True)
    send(page, question)
    expect(page.locator(".notice-kept")).to_be_visible()
    expect(page.get_by_role("alert")).to_contain_text("celle que cette page a gardée")
    expect(field(page)).to_have_value(question)
    page.context.set_offline(False)


def test_an_ordinary_question_gets_no_sheet_offline(page: Any, stub: Stub) -> None:
    ask(page)
    stub.says(Reply(cut=True))
    send(page, QUESTION)
    expect(page.get_by_role("alert")).to_contain_text("17cyber.gouv.fr")
    expect(page.locator(".sheet-emergency")).to_have_count(0)


@pytest.mark.parametrize("sheets", [None, "nonsense", {"sheets": 3}, {"sheets": [{"incident": "ransomware"}]}])
def test_without_sheets_the_reader_is_still_told_where_to_turn(page: Any, stub: Stub, sheets: Any) -> None:
    stub.sheets = Reply({}, 503) if sheets is None else sheets
    stub.meta = meta()
    stub.says(Reply({}, 503))
    page.get_by_role("button", name=URGENT).click()
    expect(page.get_by_role("alert")).to_contain_text("17cyber.gouv.fr (en ligne, 24\u00a0h/24)")
    expect(field(page)).to_have_value(URGENT)
