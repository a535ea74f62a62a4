"""What the card of a source tells of its text before it is read: what it is worth, and whether it is old."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot import compose
from bot.model import Age, Citation
from bot.schema import CitationOut
from ingest.force import Force
from ingest.model import DocumentKind
from tests.bot.page_replies import body, citation
from tests.bot.page_stub import Reply, Stub

from .browser import ask, no_sideways_scroll, send

expect = pytest.importorskip("playwright.sync_api").expect
PICTURES = Path(__file__).parents[3] / "build" / "page"
ASKED = "Suis-je obligé de chiffrer les dossiers ?"
GUIDE = "Le chiffrement des postes nomades est recommandé pour les données des patients."


def made(marker: int, **changes: Any) -> Citation:
    fields = citation(marker, f"{GUIDE} ({marker})", publisher="ANSSI", section=None, document_date="2024", **changes)
    del fields["reserve"]
    return Citation(**fields | {"kind": DocumentKind(fields["kind"])})


def reply() -> Reply:
    """A guide of 2024, an old memento, a page of before the GDPR, our summary of a guide, a text of a practice."""
    found = [
        made(1, force=Force.RECOMMENDATION),
        replace(made(2, force=Force.RECOMMENDATION), document_date="2013", age=Age.OLD),
        replace(made(3, force=Force.INFORMATION), document_date="2017", age=Age.BEFORE_GDPR),
        replace(made(4, force=Force.RECOMMENDATION), kind=DocumentKind.DIGEST),
        replace(made(5), kind=DocumentKind.LOCAL),
    ]
    shapes = [CitationOut.model_validate(one).model_dump(mode="json") for one in found]
    return Reply(body("answered", compose.answer_text(found, ASKED), *shapes))


def test_a_card_says_what_its_text_is_worth_and_whether_it_is_old(page: Any, stub: Stub) -> None:
    stub.says(reply())
    sheet = ask(page, ASKED)
    expect(sheet.locator(".card")).to_have_count(5)
    labels = [card.locator(".tag").all_inner_texts() for card in sheet.locator(".card").all()]
    assert labels == [
        ["Texte officiel", "Recommandation"],
        ["Texte officiel", "Recommandation", "Texte ancien (2013)."],
        [
            "Texte officiel",
            "Page d’information",
            "Texte de 2017, antérieur à l’application du RGPD\u00a0: à vérifier auprès de la CNIL.",
        ],
        ["Résumé CyberVigie d’une recommandation"],
        ["Document de votre structure"],
    ]
    # What introduces a quote is on its card; what the quotes are worth to the question stands above them all.
    said = sheet.locator(".said").all_inner_texts()
    assert len(said) == 1
    assert said[0].startswith(compose.NO_KNOWN_LAW)
    above = "([said, card]) => Boolean(said.compareDocumentPosition(card) & Node.DOCUMENT_POSITION_FOLLOWING)"
    pair = [sheet.locator(".said").element_handle(), sheet.locator(".card").first.element_handle()]
    assert page.evaluate(above, pair)


def test_a_law_is_not_called_old(page: Any, stub: Stub) -> None:
    law = citation(1, "x", document_date="1978", force="law")
    stub.says(Reply(body("answered", "« x » [1]", law, citation(2, "y", document_date="1978"))))
    cards = ask(page).locator(".card")
    expect(cards.nth(0).locator(".tag")).to_have_text(["Texte officiel", "Texte de loi"])
    expect(cards.nth(1).locator(".tag")).to_have_text(["Texte officiel", "texte de 1978, à vérifier"])


def test_a_force_that_the_page_does_not_know_is_not_shown(page: Any, stub: Stub) -> None:
    stub.says(Reply(body("answered", "« x » [1]", citation(1, "x", force="<b>loi</b>"))))
    send(page)
    expect(page.locator("#error")).to_contain_text("réponse illisible")
    expect(page.locator(".card")).to_have_count(0)


def test_the_page_and_the_program_name_forces_alike(page: Any) -> None:
    module = "new URL('wording.js', document.querySelector('script[type=module]').src).href"
    forces = page.evaluate(f"async () => (await import({module})).FORCES")
    assert {Force(name) for name in forces} == set(Force)
    for name, (own, summarised) in forces.items():
        assert own.lower() == compose._FORCES[Force(name)]
        assert summarised == compose._OF[Force(name)]


def test_a_copied_answer_says_it_too(open_page: Callable[..., Any], stub: Stub) -> None:
    stub.says(reply())
    page = open_page(permissions=["clipboard-read", "clipboard-write"])
    sheet = ask(page, ASKED)
    sheet.get_by_role("button", name="Copier avec les références").click()
    expect(page.locator("#status")).to_have_text("Réponse copiée avec ses références.")
    copied = page.evaluate("navigator.clipboard.readText()")
    references = copied.split("Sources\n")[1]
    assert "\n    Recommandation\n" in references
    assert "\n    Texte ancien (2013)\n" in references
    assert "Résumé CyberVigie d’une recommandation" in references
    assert compose.NO_KNOWN_LAW in copied


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
def test_it_fits_in_every_window(open_page: Callable[..., Any], stub: Stub, scheme: str, width: int) -> None:
    stub.says(reply())
    page = open_page(color_scheme=scheme, viewport={"width": width, "height": 900})
    ask(page, ASKED)
    assert no_sideways_scroll(page)
    PICTURES.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=PICTURES / f"force-{width}-{scheme}.png", full_page=True)
