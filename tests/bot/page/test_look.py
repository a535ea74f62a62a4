"""Every state of the page in every window, scheme and contrast: nothing for axe to find, nothing to scroll sideways.

The pictures are kept in ``build/page`` (ignored by git), to be looked at.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.bot.page_replies import STATES, answered, body
from tests.bot.page_stub import Reply, Stub, meta

from .browser import QUESTION, URGENT, ask, field, no_sideways_scroll, send

axe = pytest.importorskip("axe_playwright_python.base", reason="axe-playwright-python is absent")
expect = pytest.importorskip("playwright.sync_api").expect
# Ten windows for each of fourteen states: over a minute.
pytestmark = pytest.mark.long
PICTURES = Path(__file__).parents[3] / "build" / "page"
# 640 by 450 is 1280 by 900 at 200 %, 320 by 256 is 1280 by 1024 at 400 % (WCAG 2.1, 1.4.10).
WINDOWS: tuple[tuple[str, int, int, dict[str, str]], ...] = (
    ("320-light", 320, 640, {"color_scheme": "light"}),
    ("320-dark", 320, 640, {"color_scheme": "dark"}),
    ("768-light", 768, 1024, {"color_scheme": "light"}),
    ("768-dark", 768, 1024, {"color_scheme": "dark"}),
    ("1280-light", 1280, 900, {"color_scheme": "light"}),
    ("1280-dark", 1280, 900, {"color_scheme": "dark"}),
    ("1280-contrast", 1280, 900, {"color_scheme": "light", "contrast": "more"}),
    ("1280-forced", 1280, 900, {"color_scheme": "dark", "contrast": "more", "forced_colors": "active"}),
    ("zoom-200", 640, 450, {"color_scheme": "light"}),
    ("zoom-400", 320, 256, {"color_scheme": "light"}),
)
"""Name, width, height, how the reader likes it: no sideways scroll in any, a picture of each."""
EXAMINED = ("320-dark", "1280-light", "1280-contrast")
"""Where axe looks: each layout and each set of colours once. It does not see forced colours, the reader's own."""
PICTURED = ("320-light", "768-dark", "1280-light", "1280-dark", "1280-contrast", "1280-forced", "zoom-400")
USUAL = {"forced_colors": "none", "contrast": "no-preference", "reduced_motion": "reduce"}


def first(page: Any, stub: Stub) -> None:
    """Nothing was asked yet."""


def replied(state: str) -> Callable[[Any, Stub], None]:
    def act(page: Any, stub: Stub) -> None:
        stub.says(Reply(STATES[state]()))
        ask(page, URGENT if state == "emergency" else QUESTION)

    return act


def unfolded(page: Any, stub: Stub) -> None:
    """Everything that can be unfolded, ticked and typed."""
    stub.meta = meta(limits={"feedback_text_days": 30})
    stub.says(Reply(STATES["emergency"]()))
    sheet = ask(page, URGENT)
    page.evaluate("for (const node of document.querySelectorAll('details')) node.open = true")
    sheet.get_by_role("checkbox").first.check()
    sheet.get_by_role("button", name="Non").click()
    page.get_by_role("button", name="Urgence ?").click()
    field(page).fill("é" * 1_050)


def masked(page: Any, stub: Stub) -> None:
    ask(page, "Mme Durand (06 12 34 56 78) veut son dossier")


def greeted(page: Any, stub: Stub) -> None:
    stub.says(Reply(body("no_answer", "Bonjour ! Posez-moi une question.", reason="out_of_scope")))
    ask(page, "Bonjour")


def waiting(page: Any, stub: Stub) -> None:
    stub.says(Reply({}, 429, {"Retry-After": "600"}))
    send(page)
    expect(page.locator("#retry")).to_be_visible()


def searching(page: Any, stub: Stub) -> None:
    stub.says(Reply(answered(), held=stub.hold()))
    send(page)
    expect(page.locator("#status")).not_to_have_text("")


def kept(page: Any, stub: Stub) -> None:
    ask(page)
    stub.says(Reply(cut=True))
    page.get_by_role("button", name="Urgence ?").click()
    page.get_by_role("button", name=URGENT).click()
    expect(page.locator(".notice-kept")).to_be_visible()


SITUATIONS = {
    "first": first,
    **{state: replied(state) for state in STATES},
    "unfolded": unfolded,
    "masked": masked,
    "greeted": greeted,
    "waiting": waiting,
    "searching": searching,
    "kept": kept,
}


@pytest.fixture(scope="module", autouse=True)
def pictures() -> Iterator[None]:
    PICTURES.mkdir(parents=True, exist_ok=True)
    yield
    print(f"pictures: {PICTURES}")


def looked_at(page: Any, name: str) -> list[str]:
    """What is wrong in one window after the other, each pictured."""
    page.evaluate(axe.AXE_SCRIPT)
    wrong = []
    for window, width, height, liked in WINDOWS:
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(**USUAL | liked)
        if not no_sideways_scroll(page):
            wrong.append(f"{window}: scrolls sideways")
        if window in EXAMINED:
            # preload: axe would write the style sheets into the page, which its policy refuses.
            options = {"resultTypes": ["violations"], "preload": False}
            found = page.evaluate("options => axe.run(document, options)", options)["violations"]
            wrong += [f"{window}: {one['id']} {[node['html'] for node in one['nodes']]}" for one in found]
        if window in PICTURED:
            page.screenshot(path=PICTURES / f"{name}-{window}.png")
    return wrong


@pytest.mark.parametrize("name", SITUATIONS)
def test_every_state_in_every_window(page: Any, stub: Stub, name: str) -> None:
    SITUATIONS[name](page, stub)
    assert looked_at(page, name) == []


@pytest.mark.parametrize("name", ["first", "emergency"])
def test_the_frame_of_a_widget(mounted: Callable[..., Any], stub: Stub, name: str) -> None:
    page = mounted(title="Aide cybersécurité", audience="medecin", compact=True)
    SITUATIONS[name](page, stub)
    assert looked_at(page, f"frame-{name}") == []
