"""What may pass between page, frame and service: messages, origins, integrity; in a real browser."""

import re

import pytest

from bot.widget.loader import current

from .conftest import Served
from .hostility import FUZZ, LIES, STRANGER, THIEF
from .pages_of_hosts import HostSite
from .visits import Visiting, expect, script


@pytest.mark.parametrize("right", [True, False])
def test_integrity(visit: Visiting, host: HostSite, served: Served, right: bool) -> None:
    integrity = current().integrity if right else "sha384-" + "A" * 64
    attributes = f'data-site="portail" integrity="{integrity}" crossorigin="anonymous"'
    # The tag says itself when the browser refuses what it brings.
    watch = "<script>addEventListener('error', () => { window.__refused = true }, true)</script>"
    page = visit(host.put(f"/integrity-{right}", f"{watch}<body>{script(served.url, attributes, current().name)}"))
    if right:
        expect(page.launcher).to_be_visible()
        assert page.messages == []
    else:
        page.page.wait_for_function("window.__refused", polling=20)
        expect(page.launcher).to_have_count(0)
        assert "integrity" in page.messages[0]


def test_a_version_that_is_gone_is_a_404_in_the_console(visit: Visiting, host: HostSite, served: Served) -> None:
    attributes = 'data-site="portail" integrity="sha384-x" crossorigin="anonymous"'
    page = visit(host.put("/gone", f"<body>{script(served.url, attributes, 'v1.0123456789abcdef.js')}"))
    assert any("404" in line for line in page.messages)
    assert not any("CORS" in line for line in page.messages)


def test_messages_from_the_page_and_from_elsewhere_change_nothing(
    visit: Visiting, host: HostSite, stranger: HostSite, served: Served
) -> None:
    other = stranger.put("/other", STRANGER)
    count = "<script>window.__heard = 0; addEventListener('message', () => { window.__heard += 1 })</script>"
    page = visit(host.put("/fuzz", f"{count}<body><iframe src='{other}'></iframe>{script(served.url)}"))
    page.page.evaluate(
        "window.__events = []; for (const name of ['question', 'answer', 'close', 'reset', 'error']) "
        "CyberVigie.on(name, () => __events.push(name))"
    )
    page.page.wait_for_function("__heard >= 10")
    page.launcher.click()
    page.page.evaluate(FUZZ, served.url)
    expect(page.field).to_be_visible()
    page.page.evaluate(FUZZ, served.url)
    before = page.page.evaluate("__heard")
    assert before >= 10
    # The strange frame speaks again: what it says has been delivered, and has changed nothing.
    page.page.evaluate("(address) => { document.querySelector('iframe').src = address + '?again' }", other)
    page.page.wait_for_function("(before) => __heard >= before + 10", arg=before)
    expect(page.frame.locator("h1")).to_have_text("Cyber en cabinet")
    expect(page.frame.locator(".question")).to_have_count(0)
    assert page.page.evaluate("__events") == []
    page.ask()


def test_a_frame_that_lies_is_heard_within_its_words(visit: Visiting, host: HostSite, served: Served) -> None:
    """What a compromised service could tell the page: known events, checked fields, no text."""
    page = visit(host.put("/lies", f"<body>{script(served.url)}"))
    lie = {"content_type": "text/html", "body": LIES}
    page.page.route("**/widget/frame*", lambda route: route.fulfill(**lie))
    page.page.evaluate(
        "window.__events = []; for (const name of ['open', 'ready', 'question', 'answer', 'close', 'reset', 'error']) "
        "CyberVigie.on(name, (detail) => __events.push([name, { ...detail }])); CyberVigie.open()"
    )
    # The last lie is followed by a true word: when it is heard, everything before it has been.
    page.page.wait_for_function("__events.some(([name]) => name === 'close')")
    answer = {"status": "answered", "citations": 2}
    expected = [
        ["open", {}],
        ["ready", {}],
        ["answer", answer],
        ["error", {"code": "down"}],
        ["question", {}],
        ["close", {}],
    ]
    assert page.page.evaluate("__events") == expected


def test_in_a_page_of_the_very_host_the_frame_is_opaque_and_works(visit: Visiting, served: Served) -> None:
    page = visit(f"{served.url}/widget/demo?site=portail")
    page.open()
    assert "allow-same-origin" not in page.page.locator("iframe").get_attribute("sandbox")
    assert page.frame.locator("body").evaluate("() => self.origin") == "null"
    reach = "() => { try { return parent.document.title } catch (error) { return error.name } }"
    assert page.frame.locator("body").evaluate(reach) == "SecurityError"
    page.ask()
    expect(page.frame.locator("#error")).to_have_text("")
    assert page.messages == []


@pytest.mark.parametrize("readable", [True, False])
def test_an_opaque_frame_whose_pass_holds_no_more(
    visit: Visiting, served: Served, monkeypatch: pytest.MonkeyPatch, readable: bool
) -> None:
    """After 12 hours, or another secret: a new pass and the conversation goes on; if need be, a new frame."""
    page = visit(f"{served.url}/widget/demo?site=portail")
    page.open()
    page.ask()
    monkeypatch.setattr(served.widget.passes, "_derived", b"another secret")
    if readable:
        page.ask()
        expect(page.frame.locator(".sheet")).to_have_count(2)
        expect(page.frame.locator("#error")).to_have_text("")
        return
    page.page.route("**/widget/pass", lambda route: route.fulfill(status=404))
    page.field.fill("Question")
    page.field.press("Enter")
    expect(page.frame.locator(".sheet")).to_have_count(0)
    page.ask()


def test_a_sandboxed_stranger_cannot_read_the_api(visit: Visiting, stranger: HostSite, served: Served) -> None:
    page = visit(stranger.put("/attack", THIEF.replace("{url}", served.url)))
    page.page.wait_for_function("window.__said")
    assert page.page.evaluate("window.__said") == "refused"


def test_the_host_page_cannot_reach_the_shadow_root(visit: Visiting, host: HostSite, served: Served) -> None:
    page = visit(host.put("/closed-root", f"<body>{script(served.url)}"), closed=True)
    page.page.wait_for_function("window.CyberVigie?.ready")
    assert (
        page.page.evaluate("CyberVigie.ready.then(() => [...document.documentElement.children].at(-1).shadowRoot)")
        is None
    )
    assert not re.search(r"launcher", page.page.evaluate("document.documentElement.outerHTML"))
