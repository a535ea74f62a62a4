"""What the frame takes of what the page around it asks: origins and settings, in a real browser."""

from collections.abc import Iterator
from typing import Any

import pytest

from .conftest import Served

DEMO = ["http://localhost:*", "http://127.0.0.1:*"]
OWN = "https://assistant.agence.example"
SITE = {"publishers": ["CNIL", "Parti"], "audiences": ["medecin"], "title": "Titre", "colour": "#0b5573"}


@pytest.fixture(scope="module")
def port(browser: Any, served: Served) -> Iterator[Any]:
    """Calls a function of ``port.js``."""
    page = browser.new_page()
    page.goto(f"{served.url}/")
    address = f"{served.url}/static/widget/port.js"
    yield lambda name, *given: page.evaluate(
        "([address, name, given]) => import(address).then((port) => port[name](...given))", [address, name, given]
    )
    page.close()


@pytest.mark.parametrize("origin", ["http://localhost", "http://localhost:8080", "http://127.0.0.1:1", OWN])
def test_hosts_of_the_demo(port: Any, origin: str) -> None:
    assert port("mayHost", origin, DEMO, OWN)


@pytest.mark.parametrize(
    "origin",
    [
        "http://localhost:x@a.example",
        "http://localhost:8080@a.example",
        "http://localhost:8080/",
        "http://localhost.a.example:8080",
        "https://localhost:8080",
        "http://localhost:99999",
        "localhost:8080",
        "null",
        "",
        "https://a.example",
    ],
)
def test_hosts_that_are_none(port: Any, origin: str) -> None:
    assert not port("mayHost", origin, DEMO, OWN)


def test_an_origin_of_a_site_is_exact(port: Any) -> None:
    listed = ["https://www.agence.example"]
    assert port("mayHost", "https://www.agence.example", listed, OWN)
    for other in ("https://www.agence.example:8443", "http://www.agence.example", "https://agence.example"):
        assert not port("mayHost", other, listed, OWN)


@pytest.mark.parametrize(
    ("site", "known", "asked", "expected"),
    [
        (["CNIL"], ["CNIL", "ANSSI"], ["CNlL"], ["CNIL"]),
        (["CNIL"], ["CNIL", "ANSSI"], ["ANSSI"], ["CNIL"]),
        (["CNIL", "Parti"], ["CNIL", "ANSSI"], ["Parti"], ["CNIL"]),
        (["CNIL", "ANSSI"], ["CNIL", "ANSSI"], ["ANSSI"], ["ANSSI"]),
        ([], ["CNIL", "ANSSI"], ["CNlL", "ANSSI"], ["ANSSI"]),
        ([], ["CNIL", "ANSSI"], ["CNlL"], []),
        # Better every publisher than no answer at all, emergencies included.
        (["Parti"], ["CNIL", "ANSSI"], [], []),
        # Without an index nothing is known: the service will say.
        (["CNIL"], None, ["CNIL"], ["CNIL"]),
        ([], None, ["CNIL", 3, None], ["CNIL"]),
    ],
)
def test_publishers(port: Any, site: list[str], known: list[str] | None, asked: list[Any], expected: list[str]) -> None:
    narrowed = port("narrowed", SITE | {"publishers": site, "known": known}, {"publishers": asked})
    assert narrowed["publishers"] == expected


@pytest.mark.parametrize(
    ("site", "asked", "told"),
    [
        ({}, None, []),
        ({}, {"audience": "medecin", "publishers": ["CNIL"], "title": 3}, []),
        ({}, {"audience": "docteur"}, ["« docteur » est inconnu", "Admis\u00a0: medecin"]),
        ({"audience": "medecin"}, {"audience": "medecin"}, []),
        ({"audience": "medecin", "audiences": ["medecin", "infirmier"]}, {"audience": "infirmier"}, ["sans effet"]),
        ({}, {"publishers": ["CNILL", "CNIL"]}, ["côté\u00a0: « CNILL »", "séparés par |\u00a0: CNIL."]),
        ({"publishers": []}, {"publishers": ["CNILL"]}, ["« CNILL »", "ANSSI | CNIL"]),
        # Without an index, only the list of the site is known.
        ({"known": None}, {"publishers": ["ANSSI"]}, ["« ANSSI »", "CNIL | Parti"]),
        ({"known": None, "publishers": []}, {"publishers": ["CNILL"]}, []),
    ],
)
def test_what_has_no_effect_is_told(port: Any, site: dict[str, Any], asked: Any, told: list[str]) -> None:
    said = port("ignored", SITE | {"known": ["ANSSI", "CNIL"]} | site, asked)
    assert len(said) == bool(told)
    assert all(words.replace("« ", "«\u00a0").replace(" »", "\u00a0»") in said[0] for words in told)


@pytest.mark.parametrize("asked", [None, {}, {"publishers": "CNIL", "title": 3, "colour": "red", "audience": "roi"}])
def test_settings_that_are_none_leave_those_of_the_site(port: Any, asked: Any) -> None:
    narrowed = port("narrowed", SITE, asked)
    assert (narrowed["title"], narrowed["colour"], narrowed["audience"]) == ("Titre", "#0b5573", None)
    assert narrowed["publishers"] == SITE["publishers"]
