"""Hostile strings in every field of a reply, of the sheets kept and of what the service tells of itself."""

from typing import Any

import pytest

from tests.bot.page_payloads import ADDRESSES, TEXTS, spellings
from tests.bot.page_replies import body, citation, contact
from tests.bot.page_stub import Reply, Stub, meta

from .browser import URGENT, ask, send

expect = pytest.importorskip("playwright.sync_api").expect
SHOWN = "nodes => nodes.map((node) => node.textContent)"
KNOWN = {
    *("section", "h3", "h4", "h5", "article", "div", "p", "span", "button", "strong", "figure", "figcaption"),
    *("blockquote", "ol", "ul", "li", "a", "svg", "path", "footer", "details", "summary", "input", "label"),
}
TEXT_FIELDS = (
    "publisher",
    "title",
    "section",
    "page_label",
    "document_date",
    "retrieved_at",
    "url",
    "deep_link",
    "reserve",
)
CONTACT_FIELDS = ("for_whom", "phone", "url", "hours", "cost", "note", "reserve")


def hostile(payloads: list[str], status: str, *, quoted: bool) -> dict[str, Any]:
    """A reply that holds each payload in every field that may hold text."""
    sources = [
        citation(
            number,
            payload if quoted else f"phrase {number}",
            **dict.fromkeys(TEXT_FIELDS, payload),
            media_type=payload,
            page=1,
            kind=("official", "digest", "local")[number % 3],
        )
        for number, payload in enumerate(payloads)
    ]
    return body(
        status,
        "\n\n".join(f"{payload} [{number}]" for number, payload in enumerate(payloads)),
        *(sources if status in ("answered", "emergency") else []),
        reason=payloads[0],
        notices=[{"code": payload, "text": payload} for payload in payloads],
        contacts=[contact(payload, **dict.fromkeys(CONTACT_FIELDS, payload)) for payload in payloads],
        suggestions=payloads,
        related=[{"title": text, "publisher": text, "url": text, "document_id": text} for text in payloads],
        index={"generation": payloads[0], "built_at": payloads[0]},
    )


def assert_inert(page: Any) -> None:
    assert page.evaluate("window.__xss") is None
    tags = page.evaluate("[...new Set([...document.querySelectorAll('#log *')].map((node) => node.localName))]")
    assert set(tags) <= KNOWN
    names = "[...new Set([...document.querySelectorAll('*')].flatMap((node) => node.getAttributeNames()))]"
    assert [name for name in page.evaluate(names) if name.startswith("on") or name in {"style", "srcdoc"}] == []
    hrefs = page.evaluate("[...document.querySelectorAll('#log a')].map((node) => node.getAttribute('href'))")
    assert [href for href in hrefs if not href.startswith("tel:")] == []
    assert all(href.removeprefix("tel:").isdigit() for href in hrefs)


@pytest.mark.parametrize("quoted", [True, False])
def test_text_is_shown_and_never_run(page: Any, stub: Stub, quoted: bool) -> None:
    stub.says(Reply(hostile(TEXTS, "answered", quoted=quoted)))
    sheet = ask(page)
    titles = sheet.locator(".card-title").evaluate_all("nodes => nodes.map((node) => node.firstChild.data)")
    assert sorted(titles) == sorted(TEXTS)
    assert sheet.locator(".suggestions button").evaluate_all(SHOWN) == TEXTS
    assert sheet.locator(".notice").evaluate_all(SHOWN) == [f"À noter\u00a0: {payload}" for payload in TEXTS]
    assert sheet.locator(".contact-name").evaluate_all(SHOWN) == TEXTS
    assert_inert(page)


@pytest.mark.parametrize("status", ["answered", "emergency", "no_answer", "clarify"])
def test_hundreds_of_spellings_in_every_field(page: Any, stub: Stub, status: str) -> None:
    payloads = spellings()
    assert len(set(payloads)) >= 300
    stub.says(Reply(hostile(payloads, status, quoted=True)))
    sheet = ask(page)
    assert sheet.locator(".suggestions button").evaluate_all(SHOWN) == payloads
    assert_inert(page)


def test_a_kept_sheet_is_no_safer_than_another(page: Any, stub: Stub) -> None:
    sheet = hostile(TEXTS, "emergency", quoted=True)
    stub.sheets = {"sheets": [{"incident": "ransomware", "name": TEXTS[0], "answer": sheet}]}
    stub.meta = meta(hosts=[*TEXTS, *ADDRESSES, 3, None], limits={"feedback_text_days": 0, TEXTS[0]: 1})
    stub.says(Reply({}, 503))
    page.get_by_role("button", name=URGENT).click()
    expect(page.locator(".notice-kept")).to_be_visible()
    assert_inert(page)


def test_hostile_questions(page: Any, stub: Stub) -> None:
    stub.answer = lambda request: Reply(body("clarify", request["question"], suggestions=[request["question"]]))
    for payload in TEXTS[::2]:
        sheet = ask(page, payload)
        assert sheet.locator(".said").evaluate("node => node.textContent") == payload
    questions = page.locator(".question").evaluate_all("nodes => nodes.map((node) => node.lastChild.data)")
    assert questions == TEXTS[::2]
    assert_inert(page)


def test_options_of_a_host_are_text(mounted: Any, stub: Stub) -> None:
    page = mounted()
    again = """async (options) => {
        const { mount } = await import("/static/chat.js");
        mount(document.getElementById("chat"), options);
        return [...document.querySelectorAll(".foot a")].map((node) => node.href);
    }"""
    for payload in TEXTS:
        privacy = {"summary": payload, "url": payload}
        page.evaluate(again, {"title": payload, "greeting": payload, "operator": {"name": payload}, "privacy": privacy})
        assert page.get_by_role("heading", level=1).text_content() == payload
    for address in ADDRESSES:
        hrefs = page.evaluate(again, {"privacy": {"summary": "s", "url": address}})
        assert all(href.startswith((stub.url, "https://")) for href in hrefs), address
    assert page.evaluate("window.__xss") is None


def test_addresses_never_become_links(page: Any, stub: Stub) -> None:
    sources = [citation(i, f"x{i}", url=address, deep_link=address) for i, address in enumerate(ADDRESSES)]
    related = [{"title": "t", "publisher": "p", "url": address, "document_id": "d"} for address in ADDRESSES]
    contacts = [contact("c", url=address, phone="javascript:alert(1)") for address in ADDRESSES]
    stub.says(Reply(body("answered", "x", *sources, related=related, contacts=contacts)))
    expect(ask(page).locator("a")).to_have_count(0)
    assert_inert(page)


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example/",
        "https://www.cnil.fr.evil.example/",
        "https://evil-www.cnil.fr/",
        "https://cnil.fr/",
        "https://www.cnil.fr:8443/",
        "https://www.cnıl.fr/",
        "https://www.cnil.fr./",
    ],
)
def test_links_lead_to_hosts_of_the_index_only(page: Any, stub: Stub, address: str) -> None:
    related = [{"title": "t", "publisher": "p", "url": address, "document_id": "d"}]
    reply = body("answered", "x [1]", citation(1, "x", url=address, deep_link=address), related=related)
    stub.says(Reply(reply | {"contacts": [contact("c", url=address)]}))
    expect(ask(page).locator("a")).to_have_count(0)


def test_without_the_list_of_hosts_there_is_no_link(page: Any, stub: Stub) -> None:
    stub.meta = Reply({}, 503)
    sheet = ask(page)
    expect(sheet.locator(".card-link")).to_have_text(["Lien non vérifié pour l’instant."] * 2)
    expect(sheet.locator("a")).to_have_count(0)
    # The next question asks for the list again; the answer drawn before gets its links too.
    stub.meta = meta()
    expect(ask(page).locator("a")).to_have_count(2)
    expect(sheet.locator("a")).to_have_count(2)


def test_hostile_error_detail(page: Any, stub: Stub) -> None:
    for payload in TEXTS[:8]:
        stub.says(Reply({"detail": payload}, 422))
        send(page, "x")
        expect(page.get_by_role("alert")).to_have_text(payload)
    assert_inert(page)


def test_a_bad_deep_link_gives_way_to_the_address(page: Any, stub: Stub) -> None:
    bad = citation(1, "x", url="https://www.cnil.fr/a.PDF", deep_link="javascript:alert(1)")
    stub.says(Reply(body("answered", "x [1]", bad)))
    link = ask(page).get_by_role("link", name="Ouvrir le document")
    assert link.get_attribute("href") == "https://www.cnil.fr/a.PDF"
    expect(link).to_contain_text("PDF")
