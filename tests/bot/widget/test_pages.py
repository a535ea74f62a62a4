"""The generator, and the accessibility of the widget and its pages, in a real browser."""

import re

import pytest

from bot.widget.loader import current

from .conftest import Served
from .pages_of_hosts import HostSite
from .visits import Visit, Visiting, expect, script


def test_the_generator_shows_what_it_makes(visit: Visiting, host: HostSite, served: Served) -> None:
    page = visit(f"{served.url}/widget/")
    tab = page.page
    tab.get_by_label("Nom du bouton").fill('Cyber "santé" <b>')
    tab.get_by_label("Couleur").fill("#ffcc00")
    expect(tab.locator("#contrast")).to_contain_text("insuffisant")
    tab.get_by_label("en bas à gauche").check()
    tab.get_by_text("Limiter les éditeurs cités").click()
    tab.get_by_label("CNIL", exact=True).check()
    code = tab.get_by_label("Code d’intégration").input_value()
    assert f'integrity="{current().integrity}"' in code
    assert 'data-title="Cyber &quot;santé&quot; &lt;b>"' in code
    assert 'data-publishers="CNIL"' in code
    assert tab.get_by_label("Directives").input_value().startswith("script-src https://assistant.agence.example;")
    expect(tab.locator("#preview")).to_have_attribute("src", re.compile("publishers=CNIL"))
    launcher = tab.frame_locator("#preview").locator("button.launcher")
    expect(launcher).to_have_text('Cyber "santé" <b>')
    launcher.click()
    expect(tab.frame_locator("#preview").frame_locator("iframe").locator("#question")).to_be_visible()
    assert tab.evaluate("window.__violations") == []
    assert page.messages == []
    # What it made works as it is, from the address that the tests serve.
    made = visit(host.put("/made", "<body>" + code.replace("https://assistant.agence.example", served.url)))
    made.open()
    assert made.page.locator(".panel").bounding_box()["x"] == 16
    tab.get_by_label("dans la page").check()
    assert "<cybervigie-chat" in tab.get_by_label("Code d’intégration").input_value()
    tab.get_by_label("suivie").check()
    assert "integrity" not in tab.get_by_label("Code d’intégration").input_value()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(visit: Visiting, host: HostSite, served: Served, scheme: str) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-playwright-python is absent")
    content = f"<body><main><h1>Site</h1><p>Texte</p></main>{script(served.url)}"

    def violations(page: Visit) -> list[tuple[str, list[str]]]:
        found = axe.Axe().run(page.page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}).response
        return [(one["id"], [node["html"] for node in one["nodes"]]) for one in found["violations"]]

    page = visit(host.put("/axe", content), color_scheme=scheme, reduced_motion="reduce")
    assert violations(page) == []
    page.open()
    assert violations(page) == []
    others = ("accessibilite", "demo?site=portail", "frame?site=inconnu") if scheme == "light" else ()
    for path in ("", "confidentialite?site=portail", *others):
        page.page.goto(f"{served.url}/widget/{path}")
        assert violations(page) == [], path


def test_forced_colours_and_reduced_motion(visit: Visiting, host: HostSite, served: Served) -> None:
    address = host.put("/forced", f"<body>{script(served.url)}")
    page = visit(address, forced_colors="active", reduced_motion="reduce")
    page.open()
    style = "node => { const style = getComputedStyle(node); return [style.borderStyle, style.animationName] }"
    assert page.launcher.evaluate(style)[0] == "solid"
    assert page.page.locator(".panel").evaluate(style)[1] == "none"
    moving = visit(address, reduced_motion="no-preference")
    moving.open()
    assert moving.page.locator(".panel").evaluate(style)[1] == "rise"
