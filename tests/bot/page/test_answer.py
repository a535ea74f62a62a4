"""Answers: quotes that stand apart from our words, their sources, what can be done with them."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.bot.page_replies import DIGEST_QUOTE, RGPD_QUOTE, STATES, answered, body, citation
from tests.bot.page_stub import Reply, Stub, meta

from .browser import QUESTION, ask

expect = pytest.importorskip("playwright.sync_api").expect


def test_quotes_stand_apart_from_our_words(page: Any) -> None:
    sheet = ask(page)
    quotes = sheet.locator(".card blockquote")
    expect(quotes).to_have_count(2)
    assert quotes.first.inner_text() == RGPD_QUOTE
    expect(quotes.nth(1).locator("li")).to_have_count(3)
    assert sheet.locator(".said").all_inner_texts() == ["Délai de notification :", "À garder au cabinet :"]
    expect(sheet.locator(".notice")).to_contain_text("Définitions. CNIL")


CAUTION = "Les textes cités ici recommandent\u00a0: ils ne créent pas d’obligation à eux seuls."


@pytest.mark.parametrize("opening", ["disent les textes officiels", "qu’en retiennent nos résumés de textes officiels"])
@pytest.mark.parametrize("told", ["", f"{CAUTION}\n", f"{CAUTION}\n\n"])
def test_the_heading_alone_announces_the_quotes(page: Any, stub: Stub, opening: str, told: str) -> None:
    """The caution about obligations stands before that line, and is kept."""
    text = f"{told}Voici ce {opening}\u00a0:\n\n«\u00a0{RGPD_QUOTE}\u00a0» [1]"
    stub.says(Reply(body("answered", text, citation(1, RGPD_QUOTE))))
    sheet = ask(page)
    assert sheet.locator(".said").all_inner_texts() == ([CAUTION] if told else [])
    expect(sheet).not_to_contain_text("Voici ce")


def test_each_source_says_who_what_when_and_where(open_page: Callable[..., Any]) -> None:
    page = open_page()
    page.clock.set_fixed_time("2026-11-24T12:00:00Z")
    cards = ask(page).locator(".card")
    first, second = cards.nth(0), cards.nth(1)
    expect(first.locator(".card-subject")).to_have_text("Article 33")
    expect(first).to_contain_text("Texte officiel")
    expect(first).to_contain_text("Union européenne, 18 juin 2025")
    expect(first).not_to_contain_text("à vérifier")
    link = first.get_by_role("link", name="Ouvrir à l’endroit exact")
    assert link.get_attribute("href").endswith("#art_33")
    assert link.get_attribute("rel") == "noopener noreferrer"
    assert link.get_attribute("target") == "_blank"
    expect(link).to_contain_text("(eur-lex.europa.eu, nouvelle fenêtre)")
    expect(second).to_contain_text("Résumé CyberVigie")
    expect(second).to_contain_text("CNIL, 2018")
    expect(second).to_contain_text("texte de 2018, à vérifier")
    expect(second).to_contain_text("p. 12 (page imprimée 10)")
    expect(second.get_by_role("link", name="Lire le texte officiel")).to_contain_text("cnil.fr, PDF, nouvelle fenêtre")


def test_a_pdf_is_said_so_whatever_its_address(page: Any, stub: Stub) -> None:
    source = citation(1, "x", url="https://www.cnil.fr/doc/1", deep_link="https://www.cnil.fr/doc/1#page=3", page=3)
    stub.says(Reply(body("answered", "« x » [1]", source | {"media_type": "application/pdf"})))
    expect(ask(page).locator(".external")).to_contain_text("(cnil.fr, PDF, nouvelle fenêtre)")


@pytest.mark.parametrize(
    ("kind", "heading"),
    [
        ("official", "Ce que disent les textes officiels"),
        ("digest", "Ce que nos résumés retiennent des textes officiels"),
        ("local", "Ce que disent les documents de votre structure"),
    ],
)
def test_the_heading_says_what_the_answer_rests_on(page: Any, stub: Stub, kind: str, heading: str) -> None:
    source = citation(1, "Le serveur est sauvegardé.", kind=kind, url=None, deep_link=None)
    stub.says(Reply(body("answered", f"« {source['quote']} » [1]", source)))
    sheet = ask(page)
    expect(sheet.get_by_role("heading", level=4)).to_have_text(heading)
    expect(sheet.get_by_role("link")).to_have_count(0)


def test_publishers_that_differ_stand_side_by_side(open_page: Callable[..., Any], stub: Stub) -> None:
    stub.says(Reply(STATES["differing"]()))
    page = open_page(reduced_motion="reduce")
    sheet = ask(page)
    expect(sheet.locator(".beside-label")).to_contain_text("2\u00a0éditeurs")
    # The card says what the lead before its quote said.
    expect(sheet.locator(".said")).to_have_count(0)
    first, second = (card.bounding_box() for card in sheet.locator(".beside .card").all())
    assert first["y"] == second["y"]
    assert first["x"] + first["width"] < second["x"]
    page.set_viewport_size({"width": 320, "height": 700})
    first, second = (card.bounding_box() for card in sheet.locator(".beside .card").all())
    assert first["y"] + first["height"] <= second["y"]


@pytest.mark.parametrize("figures", [True, False])
def test_publishers_who_speak_of_other_subjects_are_not_set_against_each_other(
    page: Any, stub: Stub, figures: bool
) -> None:
    """Only figures that were asked for can differ."""
    reply = STATES["differing"]()
    if not figures:
        reply["answer"] = reply["answer"].replace("14 caractères", "bonne longueur")
        reply["citations"][1]["quote"] = reply["citations"][1]["quote"].replace("14 caractères", "bonne longueur")
    stub.says(Reply(reply))
    sheet = ask(page, "Comment choisir un mot de passe ?" if figures else QUESTION)
    expect(sheet.locator(".card")).to_have_count(2)
    expect(sheet.locator(".beside, .beside-label")).to_have_count(0)


def test_one_publisher_alone_is_not_compared(page: Any, stub: Stub) -> None:
    reply = STATES["differing"]()
    for source in reply["citations"]:
        source["publisher"] = "CNIL"
    stub.says(Reply(reply))
    expect(ask(page).locator(".beside")).to_have_count(0)


def test_a_number_in_our_words_leads_to_its_source(page: Any, stub: Stub) -> None:
    stub.says(Reply(body("answered", "Voir le règlement [1], pas [7].", citation(1, RGPD_QUOTE))))
    sheet = ask(page)
    expect(sheet.locator(".card blockquote")).to_have_text(RGPD_QUOTE)
    expect(sheet.locator(".said button")).to_have_count(1)
    expect(sheet.locator(".said")).to_contain_text("pas [7].")
    sheet.get_by_role("button", name="Voir la source 1").click()
    expect(sheet.locator(".card")).to_be_focused()


DATES = (
    ("2020-06-18", "18 juin 2020", ["texte de 2020, à vérifier"]),
    ("2020-02-01", "1er février 2020", ["texte de 2020, à vérifier"]),
    ("2026-02", "février 2026", []),
    (None, "date inconnue", []),
    ("18/06/2020", "date inconnue", []),
)


def test_dates_in_french(open_page: Callable[..., Any], stub: Stub) -> None:
    sources = [citation(i, f"phrase {i}", document_date=date) for i, (date, _, _) in enumerate(DATES, 1)]
    stub.says(Reply(body("answered", "Voir.", *sources)))
    page = open_page()
    page.clock.set_fixed_time("2026-11-24T12:00:00Z")
    cards = ask(page).locator(".card")
    for card, (_, shown, flag) in zip(cards.all(), DATES, strict=True):
        expect(card.locator(".card-publisher")).to_have_text(f"Union européenne, {shown}")
        expect(card.locator(".tag-old")).to_have_text(flag)


def test_copy_takes_the_answer_and_its_references(open_page: Callable[..., Any]) -> None:
    page = open_page(permissions=["clipboard-read", "clipboard-write"])
    sheet = ask(page)
    sheet.get_by_role("button", name="Copier avec les références").click()
    expect(page.locator("#status")).to_have_text("Réponse copiée avec ses références.")
    text = page.evaluate("navigator.clipboard.readText()")
    assert text.startswith(f"Question\u00a0: {QUESTION}")
    assert RGPD_QUOTE in text
    assert DIGEST_QUOTE in text
    assert "[2] CNIL, «\u00a0Notifier une violation de données personnelles\u00a0», 2018" in text
    assert "p.\u00a012 (page imprimée\u00a010)" in text
    assert "guide.pdf#page=12" in text
    assert "Résumé CyberVigie du texte officiel" in text
    assert "peut se tromper" in text


def test_copy_in_markdown_quotes_and_escapes(open_page: Callable[..., Any], stub: Stub) -> None:
    page = open_page(permissions=["clipboard-read", "clipboard-write"])
    quote = "1. Un *astérisque* [lien](https://evil.example) <b>\n2. # Titre"
    stub.says(Reply(body("answered", f"« {quote} » [1]", citation(1, quote))))
    ask(page).get_by_role("button", name="Copier en Markdown").click()
    expect(page.locator("#status")).to_have_text("Réponse copiée avec ses références.")
    text = page.evaluate("navigator.clipboard.readText()")
    assert "> 1. Un \\*astérisque\\* \\[lien\\](https://evil.example) \\<b\\>\n> 2. \\# Titre [1]" in text
    assert "1. Union européenne, «\u00a0Règlement (UE) 2016/679 (RGPD)\u00a0»" in text
    assert "<https://eur-lex.europa.eu/legal-content/FR/TXT/?uri=CELEX:32016R0679#art_33>" in text


def test_copy_without_the_clipboard_shows_the_text_selected(page: Any) -> None:
    page.evaluate("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    ask(page).get_by_role("button", name="Copier avec les références").click()
    area = page.get_by_label("Réponse et références, à copier")
    expect(area).to_be_focused()
    assert RGPD_QUOTE in area.input_value()


def test_print_shows_one_answer_and_its_addresses(page: Any) -> None:
    ask(page)
    sheet = ask(page, "Une deuxième question ?")
    page.evaluate("window.print = () => dispatchEvent(new Event('beforeprint'))")
    sheet.get_by_role("button", name="Imprimer").click()
    page.emulate_media(media="print")
    for hidden in ("#composer", "#welcome", ".tools", ".opinion"):
        expect(page.locator(hidden).first).to_be_hidden()
    expect(page.locator(".turn").nth(0)).to_be_hidden()
    expect(page.locator(".turn").nth(1)).to_be_visible()
    shown = sheet.locator(".external").first.evaluate("node => getComputedStyle(node, '::after').content")
    assert "href" in shown or "https" in shown
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    expect(page.locator(".turn").nth(0)).to_be_visible()


def test_a_frame_that_may_not_print_is_told(page: Any) -> None:
    page.evaluate("window.print = () => {}")
    ask(page).get_by_role("button", name="Imprimer").click()
    expect(page.locator("#status")).to_contain_text("L’impression n’est pas permise dans ce cadre")


def test_generated_text_is_labelled(page: Any, stub: Stub) -> None:
    stub.says(Reply(answered() | {"generated": True}))
    expect(ask(page)).to_contain_text("rédigé par un modèle de langage")


def test_no_answer_says_whom_to_ask_and_offers_what_is_near(page: Any, stub: Stub) -> None:
    stub.says(Reply(STATES["no_answer"]()))
    sheet = ask(page)
    expect(sheet.get_by_role("heading", level=4)).to_have_text("Pas de réponse officielle")
    expect(sheet).to_contain_text("Les textes officiels dont je dispose ne répondent pas à cette question.")
    contacts = sheet.locator(".contact")
    expect(contacts).to_have_count(5)
    expect(contacts.nth(1)).to_be_visible()
    expect(contacts.nth(2)).to_be_hidden()
    sheet.get_by_text("3\u00a0autres contacts").click()
    expect(contacts.nth(4)).to_be_visible()
    expect(sheet.locator(".related").get_by_role("link")).to_have_count(1)
    expect(sheet.locator(".related")).to_contain_text("Règlement intérieur")
    sheet.get_by_role("button", name="Qui prévenir après un vol").click()
    expect(page.locator(".sheet")).to_have_count(2)
    assert stub.asked[1]["question"] == "Qui prévenir après un vol ?"


def test_clarify_offers_the_meanings(page: Any, stub: Stub) -> None:
    stub.says(Reply(STATES["clarify"]()))
    sheet = ask(page, "c'est quoi le délai ?")
    expect(sheet).to_contain_text("De quel délai s’agit-il ?")
    stub.answer = lambda _: Reply(answered())
    sheet.get_by_role("button", name="Délai pour prévenir la CNIL").click()
    expect(page.locator(".sheet-answered")).to_be_visible()
    assert stub.asked[1]["history"] == [{"question": "c'est quoi le délai ?", "answer": "De quel délai s’agit-il ?"}]


@pytest.mark.parametrize("status", ["no_answer", "clarify"])
@pytest.mark.parametrize("word", ["Bonjour", "merci beaucoup !"])
def test_a_greeting_is_no_failure(page: Any, stub: Stub, status: str, word: str) -> None:
    stub.says(Reply(body(status, "Bonjour ! Posez-moi une question.", reason=None)))
    sheet = ask(page, word)
    expect(sheet).to_contain_text("Posez-moi une question")
    expect(sheet.get_by_role("heading")).to_have_count(0)
    expect(sheet.get_by_role("button")).to_have_count(0)


def test_a_server_without_streams_is_asked_plainly(page: Any, stub: Stub) -> None:
    replies = iter([Reply({"detail": "x"}, 404)])
    stub.answer = lambda _: next(replies, Reply(answered()))
    expect(ask(page)).to_contain_text("Texte officiel")
    assert stub.paths[-1] == "/v1/ask"


def test_a_stream_cut_midway_is_asked_again(page: Any, stub: Stub) -> None:
    stub.says(Reply(answered(), events=2))
    expect(ask(page).locator(".card")).to_have_count(2)
    assert [path for path in stub.paths if path.startswith("/v1/ask")] == ["/v1/ask/stream", "/v1/ask"]
    expect(page.get_by_role("alert")).to_have_text("")


def test_an_answer_does_not_wait_for_its_links(page: Any, stub: Stub) -> None:
    held = stub.hold()
    stub.meta = Reply(meta(), held=held)
    stub.sheets = Reply({}, held=held)
    stub.says(Reply(STATES["no_answer"]()))
    sheet = ask(page)
    expect(sheet.locator(".contact").first).to_contain_text("17Cyber")
    expect(sheet.locator("a.external")).to_have_count(0)
    stub.says(Reply(answered()))
    second = ask(page)
    expect(second.locator(".card-link").first).to_have_text("Lien non vérifié pour l’instant.")
    second.get_by_role("button", name="Non").click()
    second.get_by_label("Elle est fausse").check()
    page.get_by_role("log").evaluate(
        "node => { window.__live = []; new MutationObserver(() => window.__live.push(node.getAttribute('aria-live')))"
        ".observe(node, { childList: true, subtree: true }); }"
    )
    held.set()
    expect(second.get_by_role("link", name="Ouvrir à l’endroit exact")).to_be_visible()
    # One contact of the two in sight, two that are folded, one page near the question; what was ticked stays ticked.
    expect(sheet.locator("a.external")).to_have_count(3)
    expect(sheet.locator(".related").get_by_role("link")).to_have_count(1)
    expect(second.get_by_label("Elle est fausse")).to_be_checked()
    # What was read out once is not read out again for its links.
    assert page.evaluate("window.__live") == ["off"]
    expect(page.get_by_role("log")).to_have_attribute("aria-live", "polite")


def test_copied_twice_the_button_still_says_what_it_does(open_page: Callable[..., Any]) -> None:
    page = open_page(permissions=["clipboard-read", "clipboard-write"])
    page.clock.install()
    sheet = ask(page)
    button = sheet.locator(".sheet-tools button").first
    button.click()
    expect(button).to_have_text("Copié")
    page.clock.run_for(1_000)
    # Said again by the second copy: it has begun its own three seconds.
    page.locator("#status").evaluate("node => { node.textContent = ''; }")
    button.click()
    expect(page.locator("#status")).to_have_text("Réponse copiée avec ses références.")
    page.clock.run_for(10_000)
    expect(button).to_have_text("Copier avec les références")
