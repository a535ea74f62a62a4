"""The first screen: what it says, what it asks, and that nothing leaves before the first gesture."""

from collections.abc import Callable
from dataclasses import fields
from typing import Any

import pytest

from bot.widget.model import Operator
from bot.widget.notices import summary
from tests.bot.page_replies import STATES
from tests.bot.page_stub import Reply, Stub, meta

from .browser import QUESTION, URGENT, Watched, ask, field

expect = pytest.importorskip("playwright.sync_api").expect


def test_says_what_it_is_and_what_not_to_type(page: Any) -> None:
    assert page.locator("html").get_attribute("lang") == "fr"
    expect(page.get_by_role("heading", level=1)).to_have_text("CyberVigie")
    expect(page.locator(".transparency")).to_have_text(
        "Assistant automatisé : extraits ou résumés de documents officiels, peut se tromper, "
        "ne remplace pas un conseil."
    )
    expect(page.locator("#composer")).to_contain_text("N’indiquez aucune donnée de patient")
    expect(page.locator("#beginnings .choices button")).to_have_count(6)
    expect(page.locator("#emergencies button")).to_have_count(8)


def test_the_policy_is_in_force(browser: Any, stub: Stub) -> None:
    """Were it not, the absence of violations elsewhere would prove nothing."""
    watched = Watched(browser, stub)
    # Closed at once, a page that asks at leisure would be heard by the stub during the next test.
    watched.page.add_init_script("window.requestIdleCallback = () => 0;")
    watched.page.goto(stub.url)
    refused = "try { document.body.innerHTML = 'x'; false } catch (error) { error instanceof TypeError }"
    assert watched.page.evaluate(refused)
    watched.page.wait_for_function("window.__violations.length === 1")
    watched.context.close()


def test_a_frame_asks_nothing_before_the_first_gesture(mounted: Callable[..., Any], stub: Stub) -> None:
    page = mounted(compact=True)
    page.evaluate("new Promise((done) => requestIdleCallback(() => setTimeout(done, 100)))")
    assert [path for path in stub.paths if path.startswith("/v1/")] == []
    field(page).click()
    expect(page.locator(".foot")).to_contain_text("n’enregistre rien")
    assert sorted(path for path in stub.paths if path.startswith("/v1/")) == ["/v1/emergencies", "/v1/meta"]
    ask(page)
    assert stub.paths.count("/v1/meta") == 1


def test_the_page_has_its_sheets_before_the_first_gesture(open_page: Callable[..., Any], stub: Stub) -> None:
    page = open_page()
    expect(page.locator(".foot")).to_contain_text("n’enregistre rien")
    page.wait_for_load_state("networkidle")
    assert sorted(path for path in stub.paths if path.startswith("/v1/")) == ["/v1/emergencies", "/v1/meta"]
    page.context.set_offline(True)
    page.get_by_role("button", name=URGENT).click()
    expect(page.locator(".notice-kept")).to_be_visible()


def test_a_narrow_window_leaves_room_for_the_questions(page: Any) -> None:
    rare = page.get_by_role("button", name="Un faux conseiller")
    summary = page.locator(".others summary")
    expect(rare).to_be_visible()
    expect(summary).to_be_hidden()
    page.set_viewport_size({"width": 320, "height": 640})
    expect(page.locator("#emergencies button:visible")).to_have_count(4)
    summary.press("Enter")
    expect(rare).to_be_visible()
    page.set_viewport_size({"width": 1280, "height": 900})
    expect(page.locator("#emergencies button:visible")).to_have_count(8)


@pytest.mark.parametrize(("width", "height"), [(320, 640), (400, 520)])
def test_the_conversation_has_most_of_a_small_window(mounted: Callable[..., Any], width: int, height: int) -> None:
    page = mounted({"viewport": {"width": width, "height": height}}, title="Assistant cybersécurité", compact=True)
    long = page.locator(".transparency .at-length")
    assert [box["width"] > 1 for box in (one.bounding_box() for one in long.all())] == [True, True]
    ask(page)
    # What the assistant is and what not to type stay in sight, in short.
    assert [box["width"] for box in (one.bounding_box() for one in long.all())] == [1, 1]
    expect(page.locator(".transparency")).to_contain_text("Assistant automatisé")
    expect(page.locator("#privacy")).to_be_in_viewport()
    head, composer = (page.locator(name).bounding_box() for name in (".head", ".composer"))
    assert head["y"] == 0
    assert composer["y"] + composer["height"] == height
    assert head["height"] + composer["height"] < 200
    title = page.get_by_role("heading", level=1)
    assert title.evaluate("node => node.scrollWidth <= node.clientWidth")
    boxes = title.bounding_box(), page.get_by_role("button", name="Urgence ?").bounding_box()
    assert boxes[0]["x"] + boxes[0]["width"] <= boxes[1]["x"]


def test_a_suggested_question_is_asked_as_written(page: Any, stub: Stub) -> None:
    page.get_by_role("button", name="Combien de temps garder").click()
    expect(page.locator(".sheet")).to_be_visible()
    assert stub.asked[0]["question"] == "Combien de temps garder les dossiers dans un cabinet libéral ?"
    expect(page.locator("#beginnings")).to_be_hidden()
    expect(page.locator("#emergencies")).to_be_hidden()
    expect(page.locator(".question")).to_be_focused()


def test_questions_change_with_the_audience(page: Any) -> None:
    questions = page.locator("#beginnings .choices button")
    before = questions.all_inner_texts()
    page.get_by_role("radio", name="Pharmacie").check()
    chosen = questions.all_inner_texts()
    assert len(chosen) == 6
    assert chosen != before
    page.keyboard.press("ArrowRight")
    assert questions.all_inner_texts() not in (before, chosen)
    expect(page.get_by_role("radio", name="Secrétariat")).to_be_checked()


def test_a_widget_has_its_audience_and_greeting(mounted: Callable[..., Any], stub: Stub) -> None:
    page = mounted(title="Aide cyber", greeting="Bienvenue à la MSP.", audience="pharmacien", compact=True)
    expect(page.get_by_role("heading", level=1)).to_have_text("Aide cyber")
    expect(page.get_by_text("Bienvenue à la MSP.")).to_be_visible()
    expect(page.get_by_role("radio")).to_have_count(0)
    expect(page.get_by_role("button", name="officine")).to_have_count(1)


def test_filters_of_a_widget_go_with_each_question(mounted: Callable[..., Any], stub: Stub) -> None:
    page = mounted(publishers=["CNIL"], topics=["messagerie"])
    ask(page)
    assert stub.asked[0]["filters"] == {"publishers": ["CNIL"], "topics": ["messagerie"]}


def test_the_host_hears_what_happens_and_no_word_of_it(mounted: Callable[..., Any], stub: Stub) -> None:
    page = mounted(compact=True)
    ask(page)
    stub.says(Reply({}, 503))
    page.evaluate("window.chat.ask('Une autre question ?')")
    expect(page.get_by_role("alert")).to_contain_text("indisponible")
    page.get_by_role("button", name="Nouvelle conversation").click()
    page.get_by_role("button", name="Fermer").click()
    field(page).press("Escape")
    assert page.evaluate("window.told") == [
        ["question", {}],
        ["answer", {"status": "answered", "citations": 2}],
        ["question", {}],
        ["error", {"code": "unavailable"}],
        ["reset", {}],
        ["close", {}],
        ["close", {}],
    ]


@pytest.mark.parametrize(
    ("days", "said"), [(0, "Cette page n’enregistre rien"), (30, "30\u00a0jours au plus"), (None, "La conversation")]
)
def test_the_foot_says_truly_what_is_kept(page: Any, stub: Stub, days: int | None, said: str) -> None:
    stub.meta = Reply({}, 503) if days is None else meta(limits={"feedback_text_days": days})
    ask(page)
    expect(page.locator(".foot")).to_contain_text(said)
    expect(page.locator(".foot")).to_contain_text("s’efface quand vous la fermez")
    if days != 0:
        expect(page.locator(".foot")).not_to_contain_text("n’enregistre rien")
    if days is None:
        expect(page.locator(".foot")).not_to_contain_text("sans votre accord")


def test_the_operator_and_the_notice_are_named(mounted: Callable[..., Any]) -> None:
    # The service's own first layer, beside the name: told once.
    operator = Operator(**dict.fromkeys((one.name for one in fields(Operator)), "x") | {"name": "GRADeS Exemple"})
    privacy = {"summary": summary(operator), "url": "/confidentialite?site=x"}
    page = mounted(operator={"name": "GRADeS Exemple"}, privacy=privacy)
    foot = page.locator(".foot")
    assert foot.inner_text().count("Service proposé par GRADeS Exemple.") == 1
    expect(foot).to_contain_text(summary(operator))
    link = foot.get_by_role("link", name="Protection des données")
    assert link.get_attribute("href").endswith("/confidentialite?site=x")


def test_emergencies_stay_one_gesture_away(page: Any, stub: Stub) -> None:
    ask(page)
    urgent = page.get_by_role("button", name="Urgence ?")
    expect(urgent).to_have_attribute("aria-expanded", "false")
    urgent.click()
    expect(page.locator("#emergencies")).to_be_visible()
    expect(page.get_by_role("heading", name="Urgence ?")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#emergencies")).to_be_hidden()
    expect(urgent).to_be_focused()
    urgent.press("Enter")
    stub.says(Reply(STATES["emergency"]()))
    page.get_by_role("button", name="Mes fichiers sont chiffrés").click()
    expect(page.locator(".sheet-emergency")).to_be_visible()
    expect(page.locator("#emergencies")).to_be_hidden()
    assert stub.asked[-1]["history"][0]["question"] == QUESTION


def test_without_javascript_it_says_what_to_do(browser: Any, stub: Stub) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(stub.url)
    # Locators see nothing inside <noscript>: its box tells that it is drawn.
    assert page.locator("noscript p").first.bounding_box()["height"] > 0
    assert "Cette page a besoin de JavaScript" in page.locator("noscript").inner_text()
    expect(page.locator("#question")).to_have_count(0)
    context.close()
