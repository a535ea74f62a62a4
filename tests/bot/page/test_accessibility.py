"""By keyboard alone, with a screen reader, with other sizes and spacings (RGAA 4.1, WCAG 2.1 A and AA)."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.bot.page_replies import STATES, answered
from tests.bot.page_stub import Reply, Stub

from .browser import QUESTION, URGENT, ask, field, no_sideways_scroll

expect = pytest.importorskip("playwright.sync_api").expect
FOCUSED = "document.activeElement.textContent.trim() || document.activeElement.ariaLabel || document.activeElement.id"


def tab_to(page: Any, name: str, *, back: bool = False, most: int = 60) -> None:
    """Press Tab until the control of that name has the keyboard."""
    for _ in range(most):
        page.keyboard.press("Shift+Tab" if back else "Tab")
        if name in page.evaluate(FOCUSED):
            return
    raise AssertionError(f"{name} is not reached by Tab")


def test_a_question_by_keyboard_alone(page: Any) -> None:
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Aller à la question")).to_be_focused()
    page.keyboard.press("Enter")
    expect(field(page)).to_be_focused()
    page.keyboard.type(QUESTION)
    page.keyboard.press("Enter")
    sheet = page.locator(".sheet")
    expect(sheet).to_be_visible()
    expect(field(page)).to_be_focused()
    tab_to(page, "Ouvrir à l’endroit exact", back=True)
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    # The order of the keyboard is that of the eyes.
    seen = []
    for _ in range(7):
        page.keyboard.press("Tab")
        seen.append(page.evaluate(FOCUSED))
    assert [name.split("\u00a0")[0].split("(")[0].strip()[:22] for name in seen] == [
        "Lire le texte officiel",
        "Dois-je prévenir les p",
        "Copier avec les référe",
        "Copier en Markdown",
        "Imprimer",
        "Oui",
        "Non",
    ]


def test_an_emergency_by_keyboard_alone(page: Any, stub: Stub) -> None:
    stub.says(Reply(STATES["emergency"]()))
    tab_to(page, URGENT)
    page.keyboard.press("Space")
    sheet = page.locator(".sheet-emergency")
    expect(sheet).to_be_visible()
    expect(page.locator(".question")).to_be_focused()
    page.keyboard.press("Tab")
    expect(sheet.get_by_role("checkbox").first).to_be_focused()
    page.keyboard.press("Space")
    expect(sheet.get_by_role("checkbox").first).to_be_checked()
    tab_to(page, "17")
    tab_to(page, "autre contact")
    page.keyboard.press("Enter")
    expect(sheet.locator(".contact").last).to_be_visible()
    tab_to(page, "Imprimer")


@pytest.mark.parametrize("state", ["no_answer", "clarify"])
def test_other_questions_by_keyboard_alone(page: Any, stub: Stub, state: str) -> None:
    reply = STATES[state]()
    stub.says(Reply(reply))
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.type("Quel délai ?")
    page.keyboard.press("Enter")
    page.locator(".sheet").wait_for()
    stub.answer = lambda _: Reply(answered())
    tab_to(page, reply["suggestions"][0], back=True)
    page.keyboard.press("Enter")
    expect(page.locator(".sheet-answered")).to_be_visible()
    expect(page.locator(".question").last).to_be_focused()


def test_a_failure_by_keyboard_alone(page: Any, stub: Stub) -> None:
    stub.says(Reply({}, 503))
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.type(QUESTION)
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("indisponible")
    stub.says(Reply(answered()))
    tab_to(page, "Réessayer", most=3)
    page.keyboard.press("Enter")
    expect(page.locator(".sheet-answered")).to_be_visible()


def test_the_answer_is_announced_once(page: Any, stub: Stub) -> None:
    log = page.get_by_role("log")
    expect(log).to_have_attribute("aria-live", "polite")
    log.evaluate(
        "node => { window.__added = []; new MutationObserver((changes) => { for (const change of changes) "
        "for (const node of change.addedNodes) window.__added.push(node.className); })"
        ".observe(node, { childList: true, subtree: true, characterData: true }); }"
    )
    page.locator("#status").evaluate(
        "node => { window.__said = []; new MutationObserver(() => window.__said.push(node.textContent))"
        ".observe(node, { childList: true, subtree: true, characterData: true }); }"
    )
    ask(page)
    expect(page.locator("#status")).to_have_text("")
    assert page.evaluate("window.__added") == ["turn", "sheet sheet-answered"]
    assert page.evaluate("window.__said") == ["Recherche dans les textes officiels…", ""]
    # How far the search is, told to the eyes alone.
    expect(page.locator("#progress")).to_have_attribute("aria-hidden", "true")


def test_the_field_is_named_and_described(page: Any) -> None:
    described = field(page).get_attribute("aria-describedby").split()
    assert described[0] == "privacy"
    expect(page.get_by_role("textbox", name="Votre question")).to_be_visible()


@pytest.mark.parametrize("state", STATES)
def test_long_words_at_320_pixels(open_page: Callable[..., Any], stub: Stub, state: str) -> None:
    reply = STATES[state]()
    reply["notices"] = [{"code": "x", "text": "a" * 200}]
    for source in reply["citations"]:
        source |= {"title": "https://www.cnil.fr/" + "a" * 200, "section": "b" * 200, "publisher": "c" * 90}
    for one in reply["contacts"]:
        one |= {"name": "d" * 120, "note": "e" * 120}
    stub.says(Reply(reply))
    page = open_page(viewport={"width": 320, "height": 568})
    assert no_sideways_scroll(page)
    ask(page, "anticonstitutionnellement" * 20)
    assert no_sideways_scroll(page)


def test_zoom_and_wide_text_spacing(open_page: Callable[..., Any], stub: Stub) -> None:
    page = open_page(viewport={"width": 640, "height": 450}, device_scale_factor=2)
    for state in ("answered", "emergency"):
        stub.says(Reply(STATES[state]()))
        ask(page)
    assert page.locator("#composer").evaluate("node => getComputedStyle(node).position") == "static"
    page.evaluate(
        "for (const node of document.querySelectorAll('*')) { node.style.lineHeight = '1.5'; "
        "node.style.letterSpacing = '0.12em'; node.style.wordSpacing = '0.16em'; }"
    )
    assert no_sideways_scroll(page)
    cut = "[...document.querySelectorAll('.chat button, .chat p, .chat label')].filter((node) => node.checkVisibility()"
    # One pixel: what is meant for screen readers only.
    cut += " && node.clientWidth > 1 && node.scrollWidth > node.clientWidth + 1"
    cut += " && getComputedStyle(node).overflow !== 'visible').length"
    assert page.evaluate(cut) == 0


def test_targets_are_large_enough(page: Any, stub: Stub) -> None:
    sizes = (
        "[...document.querySelectorAll('button, a.external, a.phone, input, summary, textarea')]"
        ".filter((node) => node.checkVisibility())"
        ".map((node) => { const box = node.getBoundingClientRect(); return Math.min(box.width, box.height); })"
    )

    def smallest() -> float:
        found = []
        for width in (320, 1280):
            page.set_viewport_size({"width": width, "height": 800})
            found += page.evaluate(sizes)
        return min(found)

    assert smallest() >= 24
    for state in STATES.values():
        stub.says(Reply(state()))
        sheet = ask(page)
    sheet.get_by_role("button", name="Non").click()
    assert smallest() >= 24


def test_focus_is_not_hidden_under_head_and_field(open_page: Callable[..., Any]) -> None:
    page = open_page(viewport={"width": 390, "height": 844}, reduced_motion="reduce")
    ask(page)
    page.evaluate("document.activeElement.blur(); window.scrollTo(0, 0)")
    seen = 0
    for _ in range(30):
        page.keyboard.press("Tab")
        box = page.evaluate(
            "(() => { const node = document.activeElement; if (!node.closest('main')) return null; "
            "const box = node.getBoundingClientRect(); const bottom = (name) => "
            "document.querySelector(name).getBoundingClientRect(); "
            "return [box.top, box.bottom, bottom('.head').bottom, bottom('#composer').top]; })()"
        )
        if box:
            seen += 1
            assert box[1] > box[2]
            assert box[0] < box[3]
    assert seen >= 5


def test_motion_only_for_those_who_want_it(page: Any) -> None:
    behaviour = "getComputedStyle(document.documentElement).scrollBehavior"
    page.emulate_media(reduced_motion="no-preference")
    assert page.evaluate(behaviour) == "smooth"
    page.emulate_media(reduced_motion="reduce")
    assert page.evaluate(behaviour) == "auto"
    assert ask(page).evaluate("node => getComputedStyle(node).animationName") == "none"


def test_no_word_is_lost_on_a_narrow_screen(mounted: Callable[..., Any]) -> None:
    """What has no room is hidden from the eyes alone."""
    page = mounted({"viewport": {"width": 320, "height": 568}}, compact=True)
    described = page.locator(".wide")
    assert described.evaluate("node => getComputedStyle(node).display") != "none"
    assert described.bounding_box()["width"] <= 1
    expect(page.get_by_role("button", name="Envoyer", exact=True)).to_be_visible()


def test_the_keyboard_is_seen_at_400_percent(open_page: Callable[..., Any]) -> None:
    """1280 by 1024 at 400 % (WCAG 2.1, 1.4.10): what has the keyboard is in the window, and nothing covers it."""
    page = open_page(viewport={"width": 320, "height": 256}, reduced_motion="reduce")
    ask(page)
    assert no_sideways_scroll(page)
    page.evaluate("document.activeElement.blur(); window.scrollTo(0, 0)")
    seen = (
        "(() => { const node = document.activeElement; const box = node.getBoundingClientRect(); const x = box.x + 4;"
    )
    seen += " const y = Math.min(Math.max(box.y, 0) + 4, innerHeight - 1); const top = document.elementFromPoint(x, y);"
    seen += " return box.y < innerHeight && box.bottom > 0 && (node === top || node.contains(top)); })()"
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement === document.body"):
            break
        assert page.evaluate(seen), page.evaluate(FOCUSED)
