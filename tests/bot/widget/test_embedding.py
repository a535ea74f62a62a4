"""The widget in sites, in a real browser: what it asks and stores, hostile pages, strangers, keyboard, API."""

from typing import Any

import pytest

from .conftest import Served
from .hostility import GLOBALS, RESETS, STRICT
from .pages_of_hosts import HostSite
from .visits import QUESTION, Visit, Visiting, expect, script

STORED = """async () => [document.cookie, localStorage.length, sessionStorage.length,
  (await indexedDB.databases()).length, self.caches ? (await caches.keys()).length : 0,
  (await navigator.serviceWorker?.getRegistrations() ?? []).length]"""
NOTHING = ["", 0, 0, 0, 0, 0]


def test_nothing_before_the_first_click_then_an_answer_and_nothing_elsewhere(
    visit: Visiting, host: HostSite, served: Served
) -> None:
    page = visit(host.put("/plain", f"<body><h1>Site</h1>{script(served.url)}"), fresh=True)
    expect(page.launcher).to_be_visible()
    page.page.wait_for_load_state("networkidle")
    ours = [url for url in page.requests if url.startswith(served.url)]
    assert ours == [f"{served.url}/widget/v1.js"]
    assert page.page.evaluate(STORED) == NOTHING
    page.open()
    expect(page.frame.locator("h1")).to_have_text("Cyber en cabinet")
    expect(page.frame.locator("body")).to_contain_text("Bienvenue sur le portail")
    page.ask()
    for frame in page.page.frames:
        assert frame.evaluate(STORED) == NOTHING
    assert page.context.cookies() == []
    elsewhere = [url for url in page.requests if not url.startswith((served.url, host.origin))]
    assert elsewhere == []
    assert page.messages == []


@pytest.mark.parametrize("hostility", ["policy", "styles", "globals"])
def test_in_a_hostile_page(visit: Visiting, host: HostSite, served: Served, hostility: str) -> None:
    headers = {name: value.format(served.url) for name, value in STRICT.items()} if hostility == "policy" else {}
    loader = script(served.url, 'data-site="portail" crossorigin="anonymous"')
    body = {"policy": "", "styles": RESETS, "globals": GLOBALS}[hostility] + f"<body><p>Texte</p>{loader}"
    page = visit(host.put(f"/hostile-{hostility}", body, **headers), closed=hostility == "globals")
    if hostility == "globals":
        # Its prototypes would mislead the tests too: the keyboard alone, then the frame's own document.
        page.page.wait_for_timeout(300)
        page.page.keyboard.press("Tab")
        page.page.keyboard.press("Enter")
        frame = _frame(page, served)
        expect(frame.locator("#question")).to_be_visible()
        frame.locator("#question").fill(QUESTION)
        frame.locator("#question").press("Enter")
        expect(frame.locator(".sheet")).to_be_visible()
        assert "log: taken" in page.messages
        assert [line for line in page.messages if "pageerror" in line] == []
        assert "window.CyberVigie est pris" in page.messages[0]
        return
    box = page.launcher.bounding_box()
    assert box["width"] > 150
    assert box["height"] >= 44
    assert (box["x"] + box["width"] + 16, box["y"] + box["height"] + 16) == pytest.approx((1280, 900), abs=1)
    page.open()
    page.ask()
    panel = page.page.locator(".panel").bounding_box()
    assert panel["width"] >= 380
    assert panel["height"] >= 500
    assert page.page.evaluate("window.__violations") == []
    assert page.messages == []


def _frame(page: Visit, served: Served) -> Any:
    page.page.wait_for_timeout(50)
    for _ in range(100):
        found = [frame for frame in page.page.frames if frame.url.startswith(f"{served.url}/widget/frame")]
        if found:
            return found[0]
        page.page.wait_for_timeout(50)
    raise AssertionError("no frame")


def test_without_its_two_lines_the_policy_of_the_host_stops_it(visit: Visiting, host: HostSite, served: Served) -> None:
    address = host.put("/closed", f"<body>{script(served.url)}", Content_Security_Policy="default-src 'self'")
    page = visit(address)
    page.page.wait_for_timeout(200)
    assert page.page.evaluate("window.__violations") == ["script-src-elem"]


def test_a_site_not_on_the_list_is_refused_and_told_why(visit: Visiting, stranger: HostSite, served: Served) -> None:
    page = visit(stranger.put("/page", f"<body>{script(served.url)}"))
    page.launcher.click()
    expect(page.page.locator(".wait")).to_contain_text("ne peut pas s’afficher dans cette page")
    expect(page.page.locator("iframe")).to_have_count(0)
    assert any("frame-ancestors" in line for line in page.messages)
    assert any(stranger.origin in line and "origins" in line for line in page.messages)
    link = page.page.get_by_role("link", name="Ouvrir l’assistant dans une nouvelle fenêtre")
    assert link.get_attribute("href") == f"{served.url}/"
    page.page.get_by_role("button", name="Fermer").click()
    expect(page.launcher).to_be_focused()
    page.launcher.click()
    expect(page.page.locator(".wait")).to_have_count(1)


def test_a_listed_site_inside_a_stranger_is_refused_too(
    visit: Visiting, host: HostSite, stranger: HostSite, served: Served
) -> None:
    inner = host.put("/inner", "<body>" + script(served.url, 'data-site="portail" data-open'))
    page = visit(stranger.put("/outer", f'<body><iframe src="{inner}" width=900 height=700></iframe>'))
    wait = page.page.frame_locator("iframe").locator(".wait")
    expect(wait).to_contain_text("ne peut pas s’afficher dans cette page")
    assert any("frame-ancestors" in line for line in page.messages)
    assert [frame for frame in page.page.frames if "/widget/frame" in frame.url] == []


def test_an_unknown_site(visit: Visiting, host: HostSite, served: Served) -> None:
    page = visit(host.put("/unknown", "<body>" + script(served.url, 'data-site="inconnu"')))
    page.launcher.click()
    expect(page.page.locator(".wait")).to_contain_text("ne peut pas s’afficher")
    assert any("«\u00a0inconnu\u00a0» existe bien chez l’exploitant" in line for line in page.messages)
    page = visit(host.put("/unnamed", "<body>" + script(served.url, 'data-site="../x"')))
    expect(page.launcher).to_have_count(0)
    assert "data-site" in page.messages[0]


def test_a_script_that_has_nothing_to_show_says_so(visit: Visiting, host: HostSite, served: Served) -> None:
    page = visit(host.put("/nothing", f"<body>{script(served.url, '')}"))
    assert len(page.messages) == 1
    assert "rien à afficher" in page.messages[0]
    # Beside a launcher, it is there for elements to come.
    assert visit(host.put("/later", f"<body>{script(served.url)}{script(served.url, '')}")).messages == []


def test_several_sites_of_one_service(visit: Visiting, host: HostSite, served: Served) -> None:
    page = visit(host.put("/second", "<body>" + script(served.url, 'data-site="cnil-seule" data-title="Questions"')))
    sent: list[dict[str, Any]] = []
    page.page.on("request", lambda request: request.method == "POST" and sent.append(request.post_data_json))
    page.open()
    expect(page.frame.locator("h1")).to_have_text("Questions")
    page.ask()
    assert sent[0]["filters"] == {"publishers": ["CNIL"]}
    brand = page.frame.locator("body").evaluate("node => getComputedStyle(node).getPropertyValue('--brand')")
    assert brand == "#7a1f5c"


def test_a_host_narrows_and_never_widens(visit: Visiting, host: HostSite, served: Served) -> None:
    asked = 'data-site="cnil-seule" data-publishers="ANSSI|CNIL" data-greeting="<b>Bonjour</b>" data-color="#ffff00"'
    page = visit(host.put("/narrow", f"<body>{script(served.url, asked)}"))
    sent: list[dict[str, Any]] = []
    page.page.on("request", lambda request: request.method == "POST" and sent.append(request.post_data_json))
    page.open()
    expect(page.frame.locator("body")).to_contain_text("<b>Bonjour</b>")
    page.ask()
    assert len(page.messages) == 1
    assert "«\u00a0ANSSI\u00a0»" in page.messages[0]
    assert sent[0]["filters"] == {"publishers": ["CNIL"]}
    brand = page.frame.locator("body").evaluate("node => getComputedStyle(node).getPropertyValue('--brand')")
    assert brand not in ("#ffff00", "#7a1f5c")
    assert page.launcher.evaluate("node => getComputedStyle(node).color") == "rgb(0, 0, 0)"


@pytest.mark.parametrize("site", ["portail", "cnil-seule"])
def test_a_publisher_that_the_index_does_not_hold_takes_nothing_away(
    visit: Visiting, host: HostSite, served: Served, site: str
) -> None:
    page = visit(host.put("/unheld", "<body>" + script(served.url, f'data-site="{site}" data-publishers="CNlL"')))
    page.open()
    page.frame.get_by_role("button", name="Mes fichiers sont chiffrés").click()
    expect(page.frame.locator(".sheet")).to_be_visible()
    expect(page.frame.locator("#error")).to_have_text("")


def test_a_page_whose_scripts_are_busy_gets_its_assistant(visit: Visiting, host: HostSite, served: Served) -> None:
    page = visit(host.put("/busy", f"<body>{script(served.url)}").replace(host.origin, host.elsewhere))
    page.page.evaluate(
        "CyberVigie.ready.then(() => { CyberVigie.open(); setTimeout(() => { "
        "const end = performance.now() + 3500; while (performance.now() < end); }, 200); })"
    )
    page.page.wait_for_timeout(3_500)
    expect(page.page.locator(".wait")).to_have_count(0)
    expect(page.field).to_be_visible()
    page.ask()
    assert page.messages == []


def test_by_keyboard_alone(visit: Visiting, host: HostSite, served: Served) -> None:
    page = visit(host.put("/keyboard", f'<body><a href="#">Avant</a>{script(served.url)}'))
    keys = page.page.keyboard
    expect(page.launcher).to_have_attribute("aria-expanded", "false")
    keys.press("Tab")
    keys.press("Tab")
    expect(page.launcher).to_be_focused()
    assert page.launcher.evaluate("node => getComputedStyle(node).outlineStyle") == "solid"
    keys.press("Enter")
    expect(page.field).to_be_focused()
    expect(page.launcher).to_have_attribute("aria-expanded", "true")
    keys.type(QUESTION)
    keys.press("Enter")
    expect(page.frame.locator(".sheet")).to_be_visible()
    keys.press("Escape")
    expect(page.page.locator(".panel")).to_be_hidden()
    expect(page.launcher).to_be_focused()
    expect(page.launcher).to_have_attribute("aria-expanded", "false")
    keys.press("Space")
    # The conversation is still there, and the keyboard in it.
    expect(page.frame.locator(".sheet")).to_be_visible()
    expect(page.field).to_be_focused()
    page.frame.get_by_role("button", name="Fermer").click()
    expect(page.launcher).to_be_focused()


def test_on_a_phone_it_fills_the_screen(visit: Visiting, host: HostSite, served: Served) -> None:
    page = visit(host.put("/phone", f"<body>{script(served.url)}"), viewport={"width": 390, "height": 740})
    page.open()
    assert page.page.locator(".panel").bounding_box() == {"x": 0, "y": 0, "width": 390, "height": 740}
    expect(page.launcher).to_be_hidden()
    page.frame.get_by_role("button", name="Fermer").click()
    expect(page.launcher).to_be_focused()
    # The first thing seen is the top of the page, emergencies first.
    assert page.frame.locator("body").evaluate("() => scrollY") == 0
    # On a touch screen the keyboard goes to the title: a virtual keyboard would hide half of the page.
    page_320 = host.put("/narrowest", f"<body><meta name=viewport content='width=device-width'>{script(served.url)}")
    narrow = visit(page_320, viewport={"width": 320, "height": 568}, has_touch=True, is_mobile=True)
    narrow.open()
    expect(narrow.frame.locator("h1")).to_be_focused()
    assert narrow.page.evaluate("document.documentElement.scrollWidth") <= 320


def test_the_keyboard_stays_in_a_panel_that_covers_the_page(visit: Visiting, host: HostSite, served: Served) -> None:
    """At 400 % zoom (1280 by 1024 pixels become 320 by 256) nothing of the page is seen."""
    links = "".join(f'<p><a href="#{number}">Lien {number}</a>' for number in range(3))
    watch = (
        "<script>window.__reached = [];"
        "addEventListener('focusin', ({ target }) => target.localName === 'a' && __reached.push(1))</script>"
    )
    body = f"{watch}<body>{links}{script(served.url)}"
    page = visit(host.put("/covered", body), viewport={"width": 320, "height": 256})
    page.open()
    assert page.page.locator(".panel").evaluate("node => node.matches(':modal')")
    expect(page.field).to_be_focused()
    keys = page.page.keyboard
    for key in ("Tab", "Shift+Tab"):
        for _ in range(30):
            keys.press(key)
        assert page.page.evaluate("__reached") == []
    keys.press("Escape")
    expect(page.page.locator(".panel")).to_be_hidden()
    expect(page.launcher).to_be_focused()
    # Beside the page it is not modal, whether it was opened so or the window has grown.
    page.open()
    page.page.set_viewport_size({"width": 1280, "height": 900})
    expect(page.field).to_be_focused()
    assert not page.page.locator(".panel").evaluate("node => node.matches(':modal')")
    page.page.get_by_role("link", name="Lien 1").click()
    assert page.page.evaluate("__reached") == [1]


def test_the_api_and_its_events(visit: Visiting, host: HostSite, served: Served) -> None:
    queue = """<script>window.CyberVigie = window.CyberVigie || []; window.__events = [];
      for (const name of ["open", "ready", "close", "question", "answer", "error", "reset"])
        CyberVigie.push(["on", name, (detail) => __events.push([name, { ...detail }])]);
      CyberVigie.push(["on", "open", () => { throw new Error("a listener of the page") }]);</script>"""
    page = visit(host.put("/api", f"<body>{queue}{script(served.url)}"))
    run = page.page.evaluate
    assert run("CyberVigie.ready.then((api) => api === CyberVigie && api.version)") == "1"
    run("(question) => CyberVigie.ask(question)", QUESTION)
    expect(page.frame.locator(".sheet")).to_be_visible()
    run("CyberVigie.toggle()")
    expect(page.page.locator(".panel")).to_be_hidden()
    names = [name for name, _ in run("__events")]
    assert names == ["open", "ready", "question", "answer", "close"]
    details = dict(run("__events"))
    assert details["question"] == {}
    assert set(details["answer"]) == {"status", "citations"}
    assert run("Object.isFrozen(CyberVigie)")
    for wrong in ("null", "42", "''", "'a'.repeat(1001)", "{}"):
        run(f"CyberVigie.ask({wrong})")
    expect(page.page.locator(".panel")).to_be_hidden()
    run("CyberVigie.destroy()")
    expect(page.launcher).to_have_count(0)
    assert run("window.CyberVigie") is None
    assert [line for line in page.messages if "pageerror" in line] == ["pageerror: a listener of the page"]


def test_twice_in_a_page(visit: Visiting, host: HostSite, served: Served) -> None:
    page = visit(host.put("/twice", f"<body>{script(served.url)}{script(served.url)}"))
    expect(page.launcher).to_have_count(1)
    assert len(page.messages) == 1
    assert "déjà chargé" in page.messages[0]


def test_the_element(visit: Visiting, host: HostSite, served: Served) -> None:
    element = '<cybervigie-chat site="portail" data-title="Ici" style="display:block;width:500px"></cybervigie-chat>'
    page = visit(host.put("/element", f"<body>{element}{script(served.url, '')}"))
    page.page.evaluate(
        "window.__events = []; for (const name of ['open', 'answer', 'close']) document.addEventListener("
        "`cybervigie-${name}`, (event) => __events.push([name, event.detail, event.target.localName]))"
    )
    page.page.wait_for_load_state("networkidle")
    assert [url for url in page.requests if url.startswith(served.url)] == [f"{served.url}/widget/v1.js"]
    page.open()
    page.ask()
    page.page.evaluate("document.querySelector('cybervigie-chat').close()")
    events = page.page.evaluate("__events")
    assert [(name, target) for name, _, target in events] == [
        (name, "cybervigie-chat") for name in ("open", "answer", "close")
    ]
    assert page.page.evaluate("window.CyberVigie") is None


@pytest.mark.parametrize(
    ("style", "height"), [("height:520px", 520), ("", 600), ("display:inline-block;width:400px;height:auto", 600)]
)
def test_the_element_stays_in_its_place(
    visit: Visiting, host: HostSite, served: Served, style: str, height: int
) -> None:
    element = f'<cybervigie-chat site="portail" style="{style}"></cybervigie-chat>'
    page = visit(host.put("/place", f"<body>{element}<p id=after>Suite</p>{script(served.url, '')}"))
    # The place kept before the click says what it is for.
    expect(page.page.get_by_text("La conversation s’ouvrira ici.")).to_be_visible()
    page.open()
    expect(page.page.get_by_text("La conversation s’ouvrira ici.")).to_be_hidden()
    panel = page.page.locator(".panel").bounding_box()
    assert panel["height"] == height
    assert page.page.locator("#after").bounding_box()["y"] >= panel["y"] + panel["height"]
    page.frame.get_by_role("button", name="Fermer").click()
    expect(page.launcher).to_be_focused()


def test_the_full_page_of_a_public_service(visit: Visiting, served: Served) -> None:
    page = visit(served.url)
    assert len(page.requests) <= 5
    expect(page.page.locator("footer")).to_contain_text("Service proposé par Agence régionale d’essai")
    link = page.page.get_by_role("link", name="Protection des données")
    assert link.evaluate("node => node.href") == f"{served.url}/widget/confidentialite"
    assert page.messages == []
