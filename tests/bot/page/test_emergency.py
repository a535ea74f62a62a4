"""Emergencies: steps to tick, contacts to tap, clocks told apart, and the sheets kept for when the network is cut."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.bot.page_replies import CONTACTS, NEVER, STATES, STEPS, body, citation
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


def test_the_two_clocks_of_72_hours_are_told_apart(open_page: Callable[..., Any], stub: Stub) -> None:
    page = open_page()
    page.clock.set_fixed_time("2026-11-30T17:52:00Z")
    stub.says(Reply(STATES["emergency"]()))
    clocks = ask(page, URGENT).locator(".clock")
    expect(clocks).to_have_count(2)
    expect(clocks.nth(0).locator("strong")).to_have_text("Délai pour la CNIL :")
    expect(clocks.nth(1).locator("strong")).to_have_text("Délai pour l’assurance :")
    for clock in clocks.all():
        expect(clock).to_contain_text(
            "Si vous l’apprenez le lundi 30 novembre à 18 h 52 : jusqu’au jeudi 3 décembre à 18 h 52."
        )
    expect(page.locator(".aid-clocks blockquote > ul:not(.clocks) li")).to_have_text(
        ["Ces deux délais de 72 heures sont distincts : l’un ne remplace pas l’autre."]
    )


def test_the_sheet_is_printed_with_its_boxes_and_all_contacts(page: Any, sheet: Any) -> None:
    page.emulate_media(media="print")
    expect(sheet.get_by_role("checkbox").first).to_be_visible()
    expect(sheet.locator(".contact").last).to_be_visible()
    expect(sheet.locator(".aid-sources .card-title").first).to_be_visible()
    expect(sheet.locator(".clock-until").first).to_be_hidden()
    # The three quotes are from one page: it is told once.
    expect(sheet.locator(".aid-sources .card")).to_have_count(1)
    expect(sheet.locator(".aid-sources .mark")).to_have_text(["[1]", "[2]", "[3]"])
    expect(sheet.locator(".aid-sources summary")).to_have_text("Source de cette fiche")


def test_a_delay_without_a_name_tells_until_when(open_page: Callable[..., Any], stub: Stub) -> None:
    page = open_page()
    page.clock.set_fixed_time("2026-11-30T17:52:00Z")
    delay = "Le cabinet notifie la violation au plus tard 72 heures après en avoir pris connaissance."
    quote = f"- {delay}\n- Un retard au-delà de 72 heures doit être motivé."
    source = citation(1, quote, section="Les délais à tenir")
    stub.says(Reply(body("emergency", f"Les délais à tenir :\n« {quote} » [1]", source)))
    expect(ask(page, URGENT).locator(".clock-until")).to_have_text(
        ["Si vous l’apprenez le lundi 30 novembre à 18 h 52 : jusqu’au jeudi 3 décembre à 18 h 52."]
    )


def test_what_was_masked_is_told_after_the_gestures(page: Any, stub: Stub) -> None:
    stub.says(Reply(STATES["emergency"]()))
    sheet = ask(page, "Mme Durand : mes fichiers sont chiffrés")
    notice = sheet.locator(".notice").filter(has_text="masqué avant l’envoi")
    assert notice.bounding_box()["y"] > sheet.locator(".aid-clocks").bounding_box()["y"]


FAILURES = {
    "cut": Reply(cut=True),
    "503": Reply({}, 503),
    "500": Reply("<h1>x</h1>", 500),
    "429": Reply({}, 429, {"Retry-After": "30"}),
    "unreadable": Reply("nonsense"),
    "no source": Reply(STATES["emergency"]() | {"citations": []}),
    "422": Reply({"detail": "La question est illisible.", "code": "invalid"}, 422),
    "413": Reply({"detail": "Message trop long.", "code": "too_large"}, 413),
}


@pytest.mark.parametrize("name", FAILURES)
def test_the_kept_sheet_is_shown_when_the_service_is_not_there(page: Any, stub: Stub, name: str) -> None:
    field(page).click()
    expect(page.locator(".foot")).to_contain_text("n’enregistre rien")
    stub.says(FAILURES[name])
    page.get_by_role("button", name=URGENT).click()
    sheet = page.locator(".sheet-emergency")
    expect(sheet.locator(".notice-kept")).to_contain_text("Fiche gardée.")
    expect(sheet.locator(".notice-kept")).to_contain_text("Textes du 3 novembre 2026")
    expect(sheet.locator(".steps input")).to_have_count(6)
    expect(sheet.locator(".opinion")).to_have_count(0)
    expect(page.get_by_role("alert")).not_to_have_text("")
    stub.says(Reply(STATES["emergency"]()))
    if name not in {"429", "422", "413"}:
        page.locator("#retry").click()
        expect(page.locator(".notice-kept")).to_have_count(0)
        expect(page.locator(".sheet-emergency")).to_have_count(1)


@pytest.mark.parametrize("motion", ["no-preference", "reduce"])
@pytest.mark.parametrize("typed", [True, False])
def test_the_kept_sheet_is_in_sight_below_earlier_turns(
    open_page: Callable[..., Any], motion: str, typed: bool
) -> None:
    page = open_page(reduced_motion=motion, viewport={"width": 390, "height": 844})
    ask(page)
    page.context.set_offline(True)
    if typed:
        send(page, URGENT)
    else:
        page.get_by_role("button", name="Urgence ?").click()
        page.get_by_role("button", name=URGENT).click()
    expect(page.locator(".notice-kept")).to_be_in_viewport()
    page.wait_for_function(
        "() => Math.abs(document.querySelector('.turn:last-child').getBoundingClientRect().top"
        " - document.querySelector('.head').getBoundingClientRect().bottom - 12) < 2"
    )


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
    expect(page.get_by_role("alert")).to_contain_text("fiche gardée")
    expect(field(page)).to_have_value(question)
    page.context.set_offline(False)


@pytest.mark.parametrize("question", [QUESTION, "Suis-je obligé de chiffrer les dossiers ?"])
def test_an_ordinary_question_gets_no_sheet_offline(page: Any, stub: Stub, question: str) -> None:
    ask(page)
    stub.says(Reply(cut=True))
    send(page, question)
    expect(page.get_by_role("alert")).to_contain_text("17cyber.gouv.fr")
    expect(page.locator(".sheet-emergency")).to_have_count(0)
    expect(page.locator(".turn .urgent")).to_have_count(0)


def test_words_of_trouble_that_do_not_say_which_get_the_list_of_sheets_offline(page: Any, stub: Stub) -> None:
    ask(page)
    stub.says(Reply(cut=True))
    send(page, "on s’est fait pirater")
    choice = page.locator(".turn .urgent")
    expect(choice.get_by_role("button")).to_have_count(8)
    expect(choice.get_by_role("heading")).to_be_in_viewport()
    expect(page.get_by_role("alert")).to_contain_text("fiches gardées")
    expect(choice).to_contain_text("17cyber.gouv.fr")
    expect(page.locator(".sheet-emergency")).to_have_count(0)
    choice.get_by_role("button", name=URGENT).click()
    expect(page.locator(".sheet-emergency .notice-kept")).to_be_visible()
    expect(page.locator(".turn .urgent")).to_have_count(0)


@pytest.mark.parametrize("sheets", [None, "nonsense", {"sheets": 3}, {"sheets": [{"incident": "ransomware"}]}])
def test_without_sheets_the_reader_is_still_told_where_to_turn(page: Any, stub: Stub, sheets: Any) -> None:
    stub.sheets = Reply({}, 503) if sheets is None else sheets
    stub.meta = meta()
    stub.says(Reply({}, 503))
    page.get_by_role("button", name=URGENT).click()
    expect(page.get_by_role("alert")).to_contain_text("17cyber.gouv.fr (en ligne, 24\u00a0h/24)")
    expect(field(page)).to_have_value(URGENT)


UNKNOWN = Reply({"detail": "Éditeur inconnu de l’index.", "code": "unknown_filter_value"}, 422)


@pytest.mark.parametrize(
    ("publishers", "known", "kept"),
    [
        (["CNlL"], {"CNIL": 3}, None),
        (["CNIL", "ANSSl"], {"CNIL": 3}, {"publishers": ["CNIL"]}),
        # What the service tells of itself may be older than its index, or not come at all.
        (["CNIL"], {"CNIL": 3}, None),
        (["CNIL"], None, None),
    ],
)
def test_a_name_that_the_index_does_not_hold_withholds_nothing(
    mounted: Callable[..., Any], stub: Stub, publishers: list[str], known: dict[str, int] | None, kept: Any
) -> None:
    stub.meta = Reply({}, 503) if known is None else meta(publishers=known, topics={})
    right = Reply(STATES["emergency"]())
    stub.answer = lambda request: right if request.get("filters") == kept else UNKNOWN
    page = mounted(publishers=publishers)
    page.get_by_role("button", name=URGENT).click()
    sheet = page.locator(".sheet-emergency")
    expect(sheet.locator(".steps input")).to_have_count(6)
    expect(sheet.locator(".notice-kept")).to_have_count(0)
    expect(sheet.locator(".notice").first).to_contain_text("la recherche a été élargie")
    expect(page.get_by_role("alert")).to_have_text("")
    # The next question does not ask for them again.
    assert len(stub.asked) == 2
    ask(page, "Et ensuite ?")
    assert len(stub.asked) == 3


@pytest.mark.parametrize("typed", [True, False])
def test_an_emergency_goes_before_the_search_under_way(page: Any, stub: Stub, typed: bool) -> None:
    held = stub.hold()
    urgent = Reply(STATES["emergency"]())
    stub.answer = lambda request: urgent if request["question"] == URGENT else Reply(STATES["answered"](), held=held)
    send(page)
    expect(page.locator("#status")).to_have_text("Recherche dans les textes officiels…")
    if typed:
        send(page, URGENT)
    else:
        page.get_by_role("button", name="Urgence ?").click()
        page.get_by_role("button", name=URGENT).dblclick()
    expect(page.locator(".sheet-emergency")).to_have_count(1)
    assert [request["question"] for request in stub.asked] == [QUESTION, URGENT]
    expect(page.locator(".turn").first).to_contain_text("Recherche interrompue par l’urgence.")
    held.set()
    page.get_by_role("button", name="Reposer cette question").click()
    expect(page.locator(".turn").nth(2).locator(".sheet-answered")).to_be_visible()
    expect(page.locator(".sheet")).to_have_count(2)


def test_a_ticked_step_keeps_its_number_on_paper(page: Any, sheet: Any) -> None:
    sheet.get_by_role("checkbox").first.check()
    page.emulate_media(media="print")
    drawn = (
        "label => { const s = getComputedStyle(label, '::before'); return [s.color, s.backgroundColor, s.content]; }"
    )
    ticked, plain = (
        sheet.locator(".steps label").nth(0).evaluate(drawn),
        sheet.locator(".steps label").nth(1).evaluate(drawn),
    )
    assert ticked[:2] == plain[:2]


def test_what_is_folded_is_unfolded_to_be_printed(page: Any, sheet: Any) -> None:
    sheet.locator("details").first.evaluate("node => { node.open = true; }")
    opened = "nodes => nodes.map((node) => node.open)"
    before = sheet.locator("details").evaluate_all(opened)
    assert before == [True, False]
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert sheet.locator("details").evaluate_all(opened) == [True, True]
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert sheet.locator("details").evaluate_all(opened) == before
