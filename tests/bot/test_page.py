"""The chat page in a real browser: every state, every failure, by keyboard alone, under hostile strings."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from .page_payloads import ADDRESSES, TEXTS
from .page_stub import DIGEST_QUOTE, RGPD_QUOTE, STATES, STEPS, Reply, Stub, answered, body, citation

playwright = pytest.importorskip("playwright.sync_api", reason="the playwright package is not installed")
expect = playwright.expect

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-quic",
]
WATCH = """
window.__violations = [];
addEventListener("securitypolicyviolation", (event) => {
  window.__violations.push(event.violatedDirective + " " + event.blockedURI);
});
"""
QUESTION = "Sous quel délai prévenir la CNIL ?"

pytestmark = pytest.mark.skipif(not CHROMIUM.exists(), reason="Chromium is not installed: run `make test`")


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    # Stopped with the module: the event loop of Playwright must not run under other tests.
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def server() -> Iterator[Stub]:
    with Stub() as stub:
        yield stub


@pytest.fixture
def stub(server: Stub) -> Stub:
    server.says(Reply(answered()))
    return server


class Watched:
    """A page opened on the stub, and what the browser noticed."""

    def __init__(self, browser: Any, stub: Stub, **options: Any) -> None:
        self.origin = stub.url
        self.context = browser.new_context(**{"locale": "fr-FR", "viewport": {"width": 1280, "height": 900}} | options)
        self.context.add_init_script(WATCH)
        self.context.set_default_timeout(5_000)
        self.page = self.context.new_page()
        self.messages: list[str] = []
        self.requests: list[str] = []
        self.page.on("console", lambda message: self.messages.append(f"{message.type}: {message.text}"))
        self.page.on("pageerror", lambda error: self.messages.append(f"pageerror: {error}"))
        self.page.on("dialog", self._dialog)
        self.context.on("request", lambda request: self.requests.append(request.url))

    def _dialog(self, dialog: Any) -> None:
        self.messages.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def check(self) -> None:
        """No violation, no message but the browser's own lines on failed requests, no request elsewhere."""
        assert self.page.evaluate("window.__violations") == []
        assert [line for line in self.messages if "Failed to load resource" not in line] == []
        assert [url for url in self.requests if not url.startswith(self.origin)] == []


@pytest.fixture
def open_page(browser: Any, stub: Stub) -> Iterator[Any]:
    opened: list[Watched] = []

    def open_(**options: Any) -> Any:
        watched = Watched(browser, stub, **options)
        opened.append(watched)
        watched.page.goto(stub.url)
        expect(watched.page.get_by_label("Votre question", exact=True)).to_be_visible()
        return watched.page

    yield open_
    try:
        for watched in opened:
            watched.check()
    finally:
        for watched in opened:
            watched.context.close()


@pytest.fixture
def page(open_page: Any) -> Any:
    return open_page()


def field(page: Any) -> Any:
    return page.locator("#question")


def ask(page: Any, question: str = QUESTION) -> Any:
    """Ask by typing; the sheet of the answer."""
    sheets = page.locator(".sheet").count()
    field(page).fill(question)
    field(page).press("Enter")
    sheet = page.locator(".sheet").nth(sheets)
    expect(sheet).to_be_visible()
    return sheet


def no_sideways_scroll(page: Any) -> bool:
    return page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


class TestFirstScreen:
    def test_says_what_it_is_and_what_not_to_type(self, page: Any) -> None:
        assert page.locator("html").get_attribute("lang") == "fr"
        expect(page.get_by_role("heading", level=1)).to_have_text("CyberVigie")
        expect(page.locator(".transparency")).to_contain_text(
            "Assistant automatisé — extraits de documents officiels, peut se tromper, ne remplace pas un conseil"
        )
        expect(page.locator("#composer")).to_contain_text("N’indiquez aucune donnée de patient")
        expect(page.locator("#welcome button")).to_have_count(6)
        expect(page.locator("#emergencies button")).to_have_count(8)

    def test_the_policy_is_in_force(self, browser: Any, stub: Stub) -> None:
        """Were it not, the absence of violations elsewhere would prove nothing."""
        watched = Watched(browser, stub)
        watched.page.goto(stub.url)
        refused = "try { document.body.innerHTML = 'x'; false } catch (error) { error instanceof TypeError }"
        assert watched.page.evaluate(refused)
        watched.page.wait_for_function("window.__violations.length === 1")
        watched.context.close()

    def test_a_suggested_question_is_asked_as_written(self, page: Any, stub: Stub) -> None:
        page.get_by_role("button", name="Combien de temps un cabinet").click()
        expect(page.locator(".sheet")).to_be_visible()
        assert stub.asked[0]["question"] == "Combien de temps un cabinet libéral garde-t-il ses dossiers ?"
        expect(page.locator("#welcome")).to_be_hidden()
        expect(page.locator(".question")).to_be_focused()

    def test_without_javascript_it_says_what_to_do(self, browser: Any, stub: Stub) -> None:
        context = browser.new_context(java_script_enabled=False)
        page = context.new_page()
        page.goto(stub.url)
        # Locators see nothing inside <noscript>: its box tells that it is drawn.
        assert page.locator("noscript p").first.bounding_box()["height"] > 0
        assert "Cette page a besoin de JavaScript" in page.locator("noscript").inner_text()
        expect(page.locator("#question")).to_be_hidden()
        context.close()


class TestAnswered:
    def test_quotes_stand_apart_from_our_words(self, page: Any) -> None:
        sheet = ask(page)
        quotes = sheet.locator(".quote blockquote")
        expect(quotes).to_have_count(2)
        assert quotes.first.inner_text() == RGPD_QUOTE
        expect(quotes.nth(1).locator("li")).to_have_count(3)
        said = sheet.locator(".said").all_inner_texts()
        assert said == ["Délai de notification :", "À garder au cabinet :"]

    def test_each_source_says_who_what_when_and_where(self, page: Any) -> None:
        page.clock.set_fixed_time("2026-11-24T12:00:00Z")
        cards = ask(page).locator(".card")
        first, second = cards.nth(0), cards.nth(1)
        expect(first).to_contain_text("Texte officiel")
        expect(first).to_contain_text("Union européenne, 18 juin 2025")
        expect(first).to_contain_text("Section : Article 33")
        expect(first).not_to_contain_text("à vérifier")
        link = first.get_by_role("link", name="Ouvrir à l’endroit exact")
        assert link.get_attribute("href").endswith("#art_33")
        assert link.get_attribute("rel") == "noopener noreferrer"
        assert link.get_attribute("target") == "_blank"
        expect(link).to_contain_text("(eur-lex.europa.eu, nouvelle fenêtre)")
        expect(second).to_contain_text("Résumé CyberVigie du texte officiel")
        expect(second).to_contain_text("CNIL, 2018")
        expect(second).to_contain_text("texte de 2018, à vérifier")
        expect(second).to_contain_text("p. 12 (page imprimée 10)")
        expect(second.get_by_role("link", name="Lire le texte officiel")).to_contain_text(
            "cnil.fr, PDF, nouvelle fenêtre"
        )

    def test_a_marker_leads_to_its_card_and_back(self, page: Any) -> None:
        sheet = ask(page)
        mark = sheet.get_by_role("button", name="Voir la source 2")
        mark.click()
        expect(sheet.locator(".card").nth(1)).to_be_focused()
        sheet.get_by_role("button", name="Revenir à l’extrait 2").click()
        expect(mark).to_be_focused()

    def test_a_quote_absent_from_the_answer_is_shown_in_its_card(self, page: Any, stub: Stub) -> None:
        stub.says(Reply(body("answered", "Voir le règlement [1], pas [7].", citation(1, RGPD_QUOTE))))
        sheet = ask(page)
        expect(sheet.locator(".card blockquote")).to_have_text(RGPD_QUOTE)
        expect(sheet.locator(".said button")).to_have_count(1)
        expect(sheet.locator(".said")).to_contain_text("pas [7].")

    @pytest.mark.parametrize(
        ("date", "shown", "flag"),
        [
            ("2020-06-18", "18 juin 2020", "texte de 2020, à vérifier"),
            ("2020-02-01", "1er février 2020", "texte de 2020, à vérifier"),
            ("2026-02", "février 2026", None),
            ("2018", "2018", "texte de 2018, à vérifier"),
            (None, "date inconnue", None),
            ("18/06/2020", "date inconnue", None),
        ],
    )
    def test_dates_in_french(self, open_page: Any, stub: Stub, date: str | None, shown: str, flag: str | None) -> None:
        stub.says(Reply(body("answered", f"{RGPD_QUOTE} [1]", citation(1, RGPD_QUOTE, document_date=date))))
        page = open_page()
        page.clock.set_fixed_time("2026-11-24T12:00:00Z")
        card = ask(page).locator(".card")
        expect(card.locator(".card-meta").first).to_have_text(f"Union européenne, {shown}")
        expect(card.locator(".tag-old")).to_have_count(1 if flag else 0)
        if flag:
            expect(card.locator(".tag-old")).to_have_text(flag)

    def test_a_document_of_the_structure_is_named_so(self, page: Any, stub: Stub) -> None:
        local = citation(1, "Le serveur est sauvegardé le soir.", kind="local", url=None, deep_link=None)
        stub.says(Reply(body("answered", f"« {local['quote']} » [1]", local)))
        card = ask(page).locator(".card")
        expect(card).to_contain_text("Document de votre structure")
        expect(card.get_by_role("link")).to_have_count(0)

    def test_copy_takes_the_answer_and_its_references(self, open_page: Any) -> None:
        page = open_page(permissions=["clipboard-read", "clipboard-write"])
        ask(page).get_by_role("button", name="Copier avec les références").click()
        expect(page.get_by_role("status")).to_have_text("Réponse copiée avec ses références.")
        text = page.evaluate("navigator.clipboard.readText()")
        assert text.startswith(f"Question\u00a0: {QUESTION}")
        assert RGPD_QUOTE in text
        assert DIGEST_QUOTE in text
        assert "[2] CNIL, «\u00a0Notifier une violation de données personnelles\u00a0», 2018" in text
        assert "p.\u00a012 (page imprimée\u00a010)" in text
        assert "guide.pdf#page=12" in text
        assert "Résumé CyberVigie du texte officiel" in text
        assert "peut se tromper" in text

    def test_copy_without_the_clipboard_shows_the_text_selected(self, page: Any) -> None:
        page.evaluate("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
        ask(page).get_by_role("button", name="Copier avec les références").click()
        area = page.get_by_label("Réponse et références, à copier")
        expect(area).to_be_focused()
        assert RGPD_QUOTE in area.input_value()

    def test_print_hides_the_controls_and_shows_the_addresses(self, page: Any) -> None:
        ask(page)
        page.emulate_media(media="print")
        expect(page.locator("#composer")).to_be_hidden()
        expect(page.locator("#emergencies")).to_be_hidden()
        shown = page.locator(".card-link a").first.evaluate("node => getComputedStyle(node, '::after').content")
        assert "href" in shown or "https" in shown


class TestOtherStatuses:
    def test_emergency_steps_in_order(self, page: Any, stub: Stub) -> None:
        stub.says(Reply(STATES["emergency"]()))
        page.get_by_role("button", name="Mes fichiers sont chiffrés").click()
        sheet = page.locator(".sheet-emergency")
        expect(sheet.get_by_role("heading", level=4)).to_have_text("Urgence : les gestes, dans l’ordre")
        steps = sheet.locator("blockquote ol > li").all_inner_texts()
        assert [f"{number}. {step}" for number, step in enumerate(steps, 1)] == STEPS.split("\n")
        expect(sheet.locator(".notice")).to_contain_text("72 heures")
        expect(sheet.get_by_role("link", name="Lire le texte officiel")).to_be_visible()

    def test_no_answer_shows_pages_nearby_and_other_questions(self, page: Any, stub: Stub) -> None:
        stub.says(Reply(STATES["no_answer"]()))
        sheet = ask(page)
        expect(sheet).to_contain_text("Les textes officiels dont je dispose ne répondent pas à cette question.")
        expect(sheet.locator(".related").get_by_role("link")).to_have_count(1)
        expect(sheet.locator(".related")).to_contain_text("Règlement intérieur")
        sheet.get_by_role("button", name="Qui prévenir après un vol").click()
        expect(page.locator(".sheet")).to_have_count(2)
        assert stub.asked[1]["question"] == "Qui prévenir après un vol ?"

    def test_clarify_offers_the_meanings(self, page: Any, stub: Stub) -> None:
        stub.says(Reply(STATES["clarify"]()))
        sheet = ask(page, "c'est quoi le délai ?")
        expect(sheet).to_contain_text("De quel délai s’agit-il ?")
        stub.says(Reply(answered()))
        sheet.get_by_role("button", name="Délai pour prévenir la CNIL").click()
        expect(page.locator(".sheet-answered")).to_be_visible()
        assert stub.asked[0]["history"] == [
            {"question": "c'est quoi le délai ?", "answer": "De quel délai s’agit-il ?"}
        ]

    def test_generated_text_is_labelled(self, page: Any, stub: Stub) -> None:
        stub.says(Reply(answered() | {"generated": True}))
        expect(ask(page)).to_contain_text("rédigé par un modèle de langage")


FAILURES = {
    "cut": (Reply(cut=True), "La connexion au service est coupée", True),
    "413": (Reply({"detail": "Message trop long.", "code": "too_large"}, 413), "Message trop long.", False),
    "422": (
        Reply({"detail": "La question est illisible.", "code": "invalid"}, 422),
        "La question est illisible.",
        False,
    ),
    "429": (Reply({"detail": "x"}, 429, {"Retry-After": "1"}), "Réessayez dans 1\u00a0seconde", True),
    "500": (Reply("<h1>Internal</h1>", 500), "erreur 500", True),
    "503": (Reply({"detail": "x"}, 503), "momentanément indisponible", True),
    "not json": (Reply("<html>"), "réponse illisible", True),
    "null": (Reply(None), "réponse illisible", True),
    "unknown status": (Reply(answered() | {"status": "maybe"}), "réponse illisible", True),
    "bad citation": (Reply(answered() | {"citations": [{"marker": "1"}]}), "réponse illisible", True),
    "bad kind": (Reply(body("answered", "x", citation(1, "x", kind="rumour"))), "réponse illisible", True),
    "cut midway": (Reply('{"id": "a1", "status": "answ'), "réponse illisible", True),
}


class TestFailures:
    @pytest.mark.parametrize("name", FAILURES)
    def test_says_what_happened_and_keeps_the_question(self, page: Any, stub: Stub, name: str) -> None:
        reply, message, retryable = FAILURES[name]
        stub.says(reply)
        field(page).fill(QUESTION)
        field(page).press("Enter")
        expect(page.get_by_role("alert")).to_contain_text(message)
        expect(field(page)).to_have_value(QUESTION)
        expect(field(page)).to_have_attribute("aria-invalid", "true")
        expect(field(page)).to_be_focused()
        assert "error" in field(page).get_attribute("aria-describedby").split()
        retry = page.locator("#retry")
        if not retryable:
            expect(retry).to_be_hidden()
            return
        stub.says(Reply(answered()))
        expect(retry).to_have_text("Réessayer")
        retry.click()
        expect(page.locator(".sheet-answered")).to_be_visible()
        expect(page.locator(".turn")).to_have_count(1)
        expect(page.get_by_role("alert")).to_have_text("")
        expect(field(page)).to_have_value("")
        assert stub.asked[-1]["history"] == []

    def test_retry_after_is_counted(self, browser: Any, stub: Stub) -> None:
        watched = Watched(browser, stub)
        page = watched.page
        page.clock.install()
        page.goto(stub.url)
        stub.says(Reply({"detail": "x"}, 429, {"Retry-After": "12"}))
        field(page).fill(QUESTION)
        field(page).press("Enter")
        retry = page.locator("#retry")
        expect(page.get_by_role("alert")).to_contain_text("Réessayez dans 12\u00a0secondes.")
        expect(retry).to_have_attribute("aria-disabled", "true")
        page.clock.fast_forward(5_000)
        expect(retry).to_have_text(re.compile(r"Réessayer dans [67]\s?s"))
        retry.click(force=True)
        assert len(stub.asked) == 1
        page.clock.fast_forward(8_000)
        expect(retry).to_have_text("Réessayer")
        expect(retry).to_have_attribute("aria-disabled", "false")
        watched.check()
        watched.context.close()

    def test_fifteen_seconds_are_enough(self, browser: Any, stub: Stub) -> None:
        watched = Watched(browser, stub)
        page = watched.page
        page.clock.install()
        page.goto(stub.url)
        stub.says(Reply(answered(), delay=1.5))
        field(page).fill(QUESTION)
        field(page).press("Enter")
        expect(page.get_by_role("status")).to_have_text("Recherche dans les textes officiels…")
        page.clock.fast_forward(15_100)
        expect(page.get_by_role("alert")).to_contain_text("La réponse tarde trop")
        expect(field(page)).to_have_value(QUESTION)
        watched.check()
        watched.context.close()

    def test_what_was_typed_meanwhile_is_not_overwritten(self, page: Any, stub: Stub) -> None:
        stub.says(Reply(status=503, body={}, delay=0.3))
        field(page).fill(QUESTION)
        field(page).press("Enter")
        field(page).fill("Une autre question")
        expect(page.get_by_role("alert")).to_contain_text("indisponible")
        expect(field(page)).to_have_value("Une autre question")
        expect(page.locator(".question")).to_contain_text(QUESTION)
        stub.says(Reply(answered()))
        page.locator("#retry").click()
        expect(page.locator(".sheet")).to_be_visible()
        assert stub.asked[0]["question"] == QUESTION
        expect(field(page)).to_have_value("Une autre question")


class TestQuestionField:
    def test_enter_sends_and_shift_enter_breaks_the_line(self, page: Any, stub: Stub) -> None:
        field(page).press_sequentially("Un")
        low = field(page).bounding_box()["height"]
        for line in ("Deux", "Trois"):
            field(page).press("Shift+Enter")
            field(page).press_sequentially(line)
        assert field(page).bounding_box()["height"] > low
        assert stub.asked == []
        field(page).press("Enter")
        expect(page.locator(".sheet")).to_be_visible()
        assert stub.asked[0]["question"] == "Un\nDeux\nTrois"
        expect(field(page)).to_be_focused()

    def test_a_long_paste_is_kept_whole_and_not_sent(self, page: Any, stub: Stub) -> None:
        field(page).fill("é" * 1_204)
        expect(page.locator("#counter")).to_have_text(re.compile(r"Raccourcissez\s: 1\s204\s/\s1\s000 caractères"))
        field(page).press("Enter")
        expect(page.get_by_role("alert")).to_contain_text("Raccourcissez votre question")
        assert len(field(page).input_value()) == 1_204
        field(page).fill("🙂" * 1_000)
        expect(page.locator("#counter")).to_have_text(re.compile(r"^1\s000\s/\s1\s000 caractères$"))
        field(page).press("Enter")
        expect(page.locator(".sheet")).to_be_visible()
        assert stub.asked[0]["question"] == "🙂" * 1_000

    def test_the_counter_waits_until_it_matters(self, page: Any) -> None:
        field(page).fill("a" * 899)
        expect(page.locator("#counter")).to_have_text("")
        field(page).fill("a" * 900)
        expect(page.locator("#counter")).to_have_text(re.compile(r"^900"))

    def test_an_empty_question_is_not_sent(self, page: Any, stub: Stub) -> None:
        field(page).fill("  \n ")
        page.get_by_role("button", name="Envoyer", exact=True).click()
        expect(page.get_by_role("alert")).to_have_text("Écrivez votre question, puis envoyez-la.")
        assert stub.asked == []

    def test_one_question_at_a_time(self, page: Any, stub: Stub) -> None:
        stub.says(Reply(answered(), delay=0.3))
        field(page).fill(QUESTION)
        field(page).press("Enter")
        field(page).fill("Une autre")
        field(page).press("Enter")
        expect(page.locator(".sheet")).to_have_count(1)
        assert len(stub.asked) == 1
        expect(field(page)).to_have_value("Une autre")


class TestConversation:
    def test_history_keeps_six_turns(self, page: Any, stub: Stub) -> None:
        stub.answer = lambda request: Reply(body("clarify", f"réponse à {request['question']}"))
        for number in range(8):
            ask(page, f"question {number}")
        history = stub.asked[-1]["history"]
        assert [turn["question"] for turn in history] == [f"question {number}" for number in range(1, 7)]
        assert history[-1]["answer"] == "réponse à question 6"

    def test_history_keeps_six_thousand_characters(self, page: Any, stub: Stub) -> None:
        stub.says(Reply(body("clarify", "🙂" * 2_500)))
        for _ in range(4):
            ask(page, "q" * 100)
        history = stub.asked[-1]["history"]
        assert sum(len(turn["question"]) + len(turn["answer"]) for turn in history) == 6_000
        assert history[-1]["answer"] == "🙂" * 2_500

    def test_an_answer_longer_than_the_limit_is_shortened(self, page: Any, stub: Stub) -> None:
        stub.says(Reply(body("clarify", "a" * 9_000)))
        ask(page, "un")
        ask(page, "deux")
        [turn] = stub.asked[-1]["history"]
        assert turn == {"question": "un", "answer": "a" * 5_998}

    def test_a_new_conversation_forgets(self, page: Any, stub: Stub) -> None:
        ask(page)
        page.get_by_role("button", name="Nouvelle conversation").click()
        expect(page.locator(".turn")).to_have_count(0)
        expect(page.locator("#welcome")).to_be_visible()
        expect(field(page)).to_be_focused()
        ask(page, "Autre chose")
        assert stub.asked[-1]["history"] == []

    def test_a_new_conversation_drops_the_reply_under_way(self, page: Any, stub: Stub) -> None:
        stub.says(Reply(answered(), delay=0.4))
        field(page).fill(QUESTION)
        field(page).press("Enter")
        page.get_by_role("button", name="Nouvelle conversation").click()
        page.wait_for_timeout(600)
        expect(page.locator(".sheet")).to_have_count(0)
        expect(page.get_by_role("alert")).to_have_text("")

    def test_nothing_is_stored(self, page: Any) -> None:
        ask(page)
        stored = "async () => [localStorage.length, sessionStorage.length, (await indexedDB.databases()).length]"
        assert page.evaluate(stored) == [0, 0, 0]
        assert page.context.cookies() == []


class TestHostileStrings:
    @pytest.mark.parametrize("place", ["said", "quoted"])
    def test_text_is_shown_and_never_run(self, page: Any, stub: Stub, place: str) -> None:
        sources = [
            citation(
                number,
                payload if place == "quoted" else f"phrase {number}",
                **dict.fromkeys(("publisher", "title", "section", "page_label"), payload),
                **dict.fromkeys(("url", "deep_link", "document_date", "retrieved_at"), payload),
                page=1,
                kind=("official", "digest", "local")[number % 3],
            )
            for number, payload in enumerate(TEXTS)
        ]
        reply = body(
            "answered",
            "\n\n".join(f"{payload} [{number}]" for number, payload in enumerate(TEXTS)),
            *sources,
            notices=[{"code": payload, "text": payload} for payload in TEXTS],
            suggestions=TEXTS,
            related=[{"title": text, "publisher": text, "url": text, "document_id": text} for text in TEXTS],
            index={"generation": TEXTS[0], "built_at": TEXTS[0]},
        )
        stub.says(Reply(reply))
        sheet = ask(page)
        shown = "nodes => nodes.map((node) => node.textContent)"
        assert sheet.locator(".card-title").evaluate_all(shown) == TEXTS
        assert sheet.locator(".suggestions button").evaluate_all(shown) == TEXTS
        assert sheet.locator(".notice").evaluate_all(shown) == [f"À noter\u00a0: {payload}" for payload in TEXTS]
        expect(sheet.locator(".quote")).to_have_count(len(TEXTS) if place == "quoted" else 0)
        self.assert_inert(page)

    def test_hostile_questions(self, page: Any, stub: Stub) -> None:
        stub.answer = lambda request: Reply(body("clarify", request["question"], suggestions=[request["question"]]))
        for payload in TEXTS:
            sheet = ask(page, payload)
            assert sheet.locator(".said").evaluate("node => node.textContent") == payload
        questions = page.locator(".question").evaluate_all("nodes => nodes.map((node) => node.lastChild.data)")
        assert questions == TEXTS
        self.assert_inert(page)

    def test_addresses_never_become_links(self, page: Any, stub: Stub) -> None:
        for address in ADDRESSES:
            stub.says(
                Reply(
                    body(
                        "answered",
                        "x [1]",
                        citation(1, "x", url=address, deep_link=address),
                        citation(2, "y", url=address, deep_link=address, kind="digest"),
                        related=[{"title": "t", "publisher": "p", "url": address, "document_id": "d"}],
                    )
                )
            )
            expect(ask(page).locator("a")).to_have_count(0)
        self.assert_inert(page)

    def test_hostile_error_detail(self, page: Any, stub: Stub) -> None:
        for payload in TEXTS[:8]:
            stub.says(Reply({"detail": payload}, 422))
            field(page).fill("x")
            field(page).press("Enter")
            expect(page.get_by_role("alert")).to_have_text(payload)
        self.assert_inert(page)

    def test_a_bad_deep_link_gives_way_to_the_address(self, page: Any, stub: Stub) -> None:
        bad = citation(1, "x", url="https://www.cnil.fr/a.PDF", deep_link="javascript:alert(1)")
        stub.says(Reply(body("answered", "x [1]", bad)))
        link = ask(page).get_by_role("link", name="Ouvrir le document")
        assert link.get_attribute("href") == "https://www.cnil.fr/a.PDF"
        expect(link).to_contain_text("PDF")

    @staticmethod
    def assert_inert(page: Any) -> None:
        assert page.evaluate("window.__xss") is None
        tags = page.evaluate("[...new Set([...document.querySelectorAll('#log *')].map((node) => node.localName))]")
        known = "section h3 h4 h5 article div p span button strong figure figcaption blockquote ol ul li a"
        assert set(tags) <= set(known.split())
        names = "[...new Set([...document.querySelectorAll('*')].flatMap((node) => node.getAttributeNames()))]"
        assert [name for name in page.evaluate(names) if name.startswith("on") or name in {"style", "srcdoc"}] == []


class TestAccessibility:
    def test_by_keyboard_alone(self, page: Any) -> None:
        page.keyboard.press("Tab")
        expect(page.get_by_role("link", name="Aller à la question")).to_be_focused()
        page.keyboard.press("Enter")
        expect(field(page)).to_be_focused()
        page.keyboard.type(QUESTION)
        page.keyboard.press("Enter")
        sheet = page.locator(".sheet")
        expect(sheet).to_be_visible()
        for _ in range(20):
            page.keyboard.press("Shift+Tab")
            if page.evaluate("document.activeElement.ariaLabel?.includes('Voir la source 1') ?? false"):
                break
        page.keyboard.press("Enter")
        expect(sheet.locator(".card").first).to_be_focused()
        page.keyboard.press("Tab")
        expect(sheet.get_by_role("button", name="Revenir à l’extrait 1")).to_be_focused()
        page.keyboard.press("Tab")
        expect(sheet.get_by_role("link", name="Ouvrir à l’endroit exact")).to_be_focused()
        outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert outline == "solid"

    def test_an_emergency_by_keyboard(self, page: Any, stub: Stub) -> None:
        stub.says(Reply(STATES["emergency"]()))
        page.keyboard.press("Tab")
        page.keyboard.press("Tab")
        expect(page.get_by_role("button", name="J’ai cliqué sur un lien frauduleux")).to_be_focused()
        page.keyboard.press("Space")
        expect(page.locator(".sheet-emergency")).to_be_visible()
        expect(page.locator(".question")).to_be_focused()
        page.keyboard.press("Tab")
        expect(page.locator(".sheet-emergency .mark").first).to_be_focused()

    def test_the_answer_is_announced_once(self, page: Any, stub: Stub) -> None:
        log = page.get_by_role("log")
        expect(log).to_have_attribute("aria-live", "polite")
        stub.says(Reply(answered(), delay=0.2))
        field(page).fill(QUESTION)
        field(page).press("Enter")
        expect(page.get_by_role("status")).to_have_text("Recherche dans les textes officiels…")
        log.evaluate(
            "node => { window.__added = 0; new MutationObserver((changes) => { for (const change of changes) "
            "window.__added += change.addedNodes.length; }).observe(node, { childList: true, subtree: true }); }"
        )
        expect(page.locator(".sheet")).to_be_visible()
        expect(page.get_by_role("status")).to_have_text("")
        assert page.evaluate("window.__added") == 1

    def test_the_field_is_named_and_described(self, page: Any) -> None:
        described = field(page).get_attribute("aria-describedby").split()
        assert described[0] == "privacy"
        expect(page.get_by_role("textbox", name="Votre question")).to_be_visible()

    @pytest.mark.parametrize("state", STATES)
    def test_reflow_at_320_pixels(self, open_page: Any, stub: Stub, state: str) -> None:
        reply = STATES[state]()
        reply["notices"] = [{"code": "x", "text": "a" * 200}]
        for source in reply["citations"]:
            source |= {"title": "https://www.cnil.fr/" + "a" * 200, "section": "b" * 200, "publisher": "c" * 90}
        stub.says(Reply(reply))
        page = open_page(viewport={"width": 320, "height": 568})
        assert no_sideways_scroll(page)
        ask(page, "anticonstitutionnellement" * 20)
        assert no_sideways_scroll(page)

    def test_zoom_and_wide_text_spacing(self, open_page: Any) -> None:
        page = open_page(viewport={"width": 640, "height": 450}, device_scale_factor=2)
        ask(page)
        assert page.locator("#composer").evaluate("node => getComputedStyle(node).position") == "static"
        page.evaluate(
            "for (const node of document.querySelectorAll('*')) { node.style.lineHeight = '1.5'; "
            "node.style.letterSpacing = '0.12em'; node.style.wordSpacing = '0.16em'; }"
        )
        assert no_sideways_scroll(page)

    @pytest.mark.parametrize("width", [320, 1280])
    def test_targets_are_large_enough(self, open_page: Any, width: int) -> None:
        page = open_page(viewport={"width": width, "height": 800})
        sizes = "[...document.querySelectorAll('button, a.external')].filter((node) => node.checkVisibility())"
        sizes += ".map((node) => { const box = node.getBoundingClientRect(); return Math.min(box.width, box.height); })"
        assert min(page.evaluate(sizes)) >= 24
        ask(page)
        assert min(page.evaluate(sizes)) >= 24

    def test_focus_is_not_hidden_under_the_field(self, open_page: Any) -> None:
        page = open_page(viewport={"width": 390, "height": 844}, reduced_motion="reduce")
        ask(page)
        page.evaluate("document.activeElement.blur(); window.scrollTo(0, 0)")
        top = page.locator("#composer").bounding_box()["y"]
        for _ in range(30):
            page.keyboard.press("Tab")
            box = page.evaluate(
                "(() => { const node = document.activeElement; if (!node.closest('main')) return null; "
                "const box = node.getBoundingClientRect(); return [box.top, box.bottom]; })()"
            )
            if box:
                assert box[0] < top

    def test_motion_only_for_those_who_want_it(self, open_page: Any) -> None:
        behaviour = "getComputedStyle(document.documentElement).scrollBehavior"
        assert open_page(reduced_motion="reduce").evaluate(behaviour) == "auto"
        assert open_page(reduced_motion="no-preference").evaluate(behaviour) == "smooth"

    @pytest.mark.parametrize("scheme", ["light", "dark"])
    def test_axe_finds_nothing(self, open_page: Any, stub: Stub, scheme: str) -> None:
        axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-playwright-python is absent")
        page = open_page(color_scheme=scheme, reduced_motion="reduce")

        def violations() -> list[tuple[str, list[str]]]:
            found = axe.Axe().run(page).response["violations"]
            return [(violation["id"], [node["html"] for node in violation["nodes"]]) for violation in found]

        assert violations() == []
        for state in STATES.values():
            stub.says(Reply(state()))
            ask(page)
        stub.says(Reply({}, 429, {"Retry-After": "60"}))
        field(page).fill("é" * 950)
        field(page).press("Enter")
        expect(page.locator("#retry")).to_be_visible()
        assert violations() == []
