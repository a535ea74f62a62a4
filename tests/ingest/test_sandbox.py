import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from ingest.crawl.model import Link, Sitemap, SitemapEntry
from ingest.errors import LimitError, ParseError
from ingest.jsonl import parse_line
from ingest.model import ParsedDocument
from ingest.sandbox import Format, Limits, Sandbox
from ingest.worker import LENGTH, Item, parse

PdfMaker = Callable[..., bytes]
GOOD = b'{"id": "1", "text": "# Un titre\\n\\nUn texte."}'


def fake_worker(body: str) -> list[str]:
    """The command line of a worker that answers the same, whatever it is asked."""
    read = "import sys, os, time\nhead = sys.stdin.buffer.read(4)\nsys.stdin.buffer.read(int.from_bytes(head, 'big'))\n"
    return [sys.executable, "-c", read + body]


def test_parsed_in_the_child_as_in_this_process(sandbox: Sandbox, make_pdf: PdfMaker) -> None:
    cases = {
        Format.MARKDOWN: "---\npublisher: CNIL\nthemes: [a]\n---\n# T {#t}\n\n```meta\nfacts: [f]\n```\n\n- é".encode(),
        Format.HTML: b"<h1 id=a>Titre</h1><p>Texte de la page.</p>",
        Format.PDF: make_pdf(lambda canvas: canvas.drawString(60, 600, "Un texte.")),
    }
    for form, data in cases.items():
        assert sandbox.parse(form, data, subject="s") == parse(form, Item("s", data), Limits())


def test_errors_come_back_with_their_subject(sandbox: Sandbox) -> None:
    with pytest.raises(ParseError, match="AAAA") as caught:
        sandbox.parse(Format.MARKDOWN, b"---\ndate: hier\n---\n", subject="note.md")
    assert caught.value.subject == "note.md"
    with pytest.raises(ParseError, match="UTF-8"):
        sandbox.parse(Format.MARKDOWN, b"\xff", subject="note.md")


def test_lines_in_order_with_their_errors(sandbox: Sandbox) -> None:
    lines = [(f"ligne {n}", b"{" if n % 50 == 7 else GOOD) for n in range(200)]
    outcomes = list(sandbox.parse_lines(iter(lines)))
    assert len(outcomes) == 200
    for n, outcome in enumerate(outcomes):
        if n % 50 == 7:
            assert isinstance(outcome, ParseError)
            assert outcome.subject == f"ligne {n}"
        else:
            assert outcome == parse_line(GOOD, subject="x")


def test_crawled_pages_with_and_without_text(sandbox: Sandbox) -> None:
    url = "https://h.fr/a/"
    page = sandbox.page(
        b'<h1>Titre</h1><p>Texte.</p><a href="b.pdf">Le guide</a><meta name=robots content=noarchive>',
        subject=url,
        url=url,
    )
    assert page.document == sandbox.parse(
        Format.HTML, b'<h1>Titre</h1><p>Texte.</p><a href="b.pdf">Le guide</a>', subject=url, url=url
    )
    assert page.discovery.links == (Link("https://h.fr/a/b.pdf", "Le guide"),)
    assert page.discovery.directives == {"noarchive"}
    empty = sandbox.page(b'<nav><a href="/c">C</a></nav>', subject=url, url=url)
    assert empty.document is None
    assert empty.failure
    assert empty.discovery.links == (Link("https://h.fr/c", "C"),)


def test_sitemaps(sandbox: Sandbox) -> None:
    data = b"<urlset><url><loc>https://h.fr/a</loc><lastmod>2026-11-25</lastmod></url></urlset>"
    assert sandbox.sitemap(data, subject="s") == Sitemap((SitemapEntry("https://h.fr/a", "2026-11-25"),))
    with pytest.raises(ParseError, match="DOCTYPE") as caught:
        sandbox.sitemap(b"<!DOCTYPE x><urlset/>", subject="https://h.fr/sitemap.xml")
    assert caught.value.subject == "https://h.fr/sitemap.xml"
    with pytest.raises(LimitError):
        sandbox.sitemap(b"<urlset>" + b"<a>" * 100, subject="s")


def test_pages_have_the_limits_of_documents() -> None:
    with Sandbox(Limits(characters=50)) as small:
        with pytest.raises(LimitError, match="caractères"):
            small.page(b"<p>" + b"mot " * 50, subject="s", url="https://h.fr/")
        assert small.page(b"<p>court</p>", subject="s", url="https://h.fr/").document


def test_a_worker_that_answers_something_else_is_not_believed() -> None:
    command = patched_worker(
        "from ingest.crawl.model import Sitemap\nw._read = lambda *_: w.ReadSitemap(Sitemap(()))\nparse = real"
    )
    with Sandbox(command=command) as lying:
        with pytest.raises(ParseError, match=r"s’est arrêté"):
            lying.page(b"<p>x</p>", subject="s", url="https://h.fr/")
        with pytest.raises(ParseError, match=r"s’est arrêté"):
            lying.parse(Format.HTML, b"<p>x</p>", subject="s")
        assert lying.sitemap(b"x", subject="s") == Sitemap(())


def test_one_worker_serves_many_files(sandbox: Sandbox) -> None:
    sandbox.parse(Format.HTML, b"<p>Un texte.</p>", subject="s")
    start = time.monotonic()
    for _ in range(30):
        sandbox.parse(Format.HTML, b"<p>Un texte.</p>", subject="s")
    assert time.monotonic() - start < 3


SPY = (
    "seen = []\n"
    "def parse(form, item, limits):\n"
    "    if item.subject: seen.append(item.subject)\n"
    "    raise ParseError(item.subject, ' '.join(seen))"
)
"""A worker that tells what it was given so far."""


def seen(sandbox: Sandbox, form: Format, subject: str, group: str) -> str:
    with pytest.raises(ParseError) as caught:
        sandbox.parse(form, b"x", subject=subject, group=group)
    return caught.value.reason


def test_what_is_read_of_one_group_cannot_touch_what_is_read_of_another() -> None:
    with Sandbox(command=patched_worker(SPY)) as spied:
        assert seen(spied, Format.HTML, "a1", "a") == "a1"
        assert seen(spied, Format.HTML, "b1", "b") == "b1"
        assert seen(spied, Format.HTML, "a2", "a") == "a1 a2"
        assert seen(spied, Format.HTML, "b2", "b") == "b1 b2"


def test_a_pdf_has_a_worker_to_itself() -> None:
    with Sandbox(command=patched_worker(SPY)) as spied:
        assert seen(spied, Format.HTML, "page", "a") == "page"
        assert seen(spied, Format.PDF, "one.pdf", "a") == "one.pdf"
        assert seen(spied, Format.PDF, "two.pdf", "a") == "two.pdf"
        assert seen(spied, Format.HTML, "other", "a") == "page other"


def test_only_so_many_workers_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest.sandbox._WORKERS", 2)
    with Sandbox(command=patched_worker(SPY)) as spied:
        for group in ("a", "b", "a", "c"):
            seen(spied, Format.HTML, f"{group}1", group)
        assert seen(spied, Format.HTML, "a3", "a") == "a1 a1 a3", "used since"
        assert seen(spied, Format.HTML, "b3", "b") == "b3", "the one that nobody used for longest"


def test_a_worker_that_holds_much_memory_is_replaced() -> None:
    hoard = SPY.replace(
        "    raise", "    if item.subject == 'large': globals()['kept'] = b'x' * (100 << 20)\n    raise"
    )
    with Sandbox(command=patched_worker(hoard)) as spied:
        assert seen(spied, Format.HTML, "small", "a") == "small"
        assert seen(spied, Format.HTML, "large", "a") == "small large"
        assert seen(spied, Format.HTML, "next", "a") == "next"


def test_character_and_page_limits(make_pdf: PdfMaker) -> None:
    pages = [lambda canvas: canvas.drawString(60, 600, "Un texte.")] * 3
    with Sandbox(Limits(pages=2, characters=50)) as small:
        with pytest.raises(LimitError, match="pages"):
            small.parse(Format.PDF, make_pdf(*pages), subject="s")
        with pytest.raises(LimitError, match="caractères"):
            small.parse(Format.HTML, b"<p>" + b"mot " * 50, subject="s")
        assert small.parse(Format.HTML, b"<p>court</p>", subject="s").blocks


def test_memory_limit_is_an_error_and_the_next_file_is_read() -> None:
    with Sandbox(Limits(memory=48 * 1024 * 1024)) as small:
        with pytest.raises(ParseError):
            small.parse(Format.HTML, b"<p>a</p>" * 600_000, subject="bombe.html")
        assert small.parse(Format.HTML, b"<p>Un texte.</p>", subject="s").blocks


def patched_worker(parse: str) -> list[str]:
    """The command line of a worker whose ``parse`` is replaced; the true one is ``real``."""
    code = (
        "import sys; sys.path[:] = sys.argv[1:]\n"
        "import os, ingest.worker as w\n"
        "from ingest.errors import ParseError\n"
        "real = w.parse\n"
        f"{parse}\n"
        "w.parse = parse\n"
        "w.main()"
    )
    return [sys.executable, "-c", code, *(path or "." for path in sys.path)]


def test_cpu_limit() -> None:
    command = patched_worker(
        "def parse(form, item, limits):\n    while item.data == b'slow': pass\n    return real(form, item, limits)"
    )
    with Sandbox(Limits(cpu_seconds=1), command=command) as small:
        with pytest.raises(LimitError, match="1 s de calcul"):
            small.parse(Format.MARKDOWN, b"slow", subject="lent.md")
        assert small.parse(Format.MARKDOWN, b"Un texte.", subject="s").blocks


def test_worker_that_hangs_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest.worker_process._START_SECONDS", 0.0)
    with Sandbox(Limits(wall_seconds=0.5), command=fake_worker("time.sleep(60)")) as hung:
        start = time.monotonic()
        with pytest.raises(LimitError, match=r"0\.5 s"):
            hung.parse(Format.HTML, b"x", subject="s")
        assert time.monotonic() - start < 5


@pytest.mark.parametrize(
    "body",
    [
        "os.abort()",
        "os._exit(3)",
        "os.write(1, b'\\xff\\xff\\xff\\xff')",
        "os.write(1, (5).to_bytes(4, 'big') + b'nadir')",
        "os.write(1, (12).to_bytes(4, 'big') + b'\\x82\\xa7results\\x90\\xa5')",
    ],
)
def test_worker_that_dies_or_lies_is_an_error(body: str) -> None:
    with Sandbox(command=fake_worker(body)) as broken:
        for _ in range(2):
            with pytest.raises(ParseError, match=r"s’est arrêté"):
                broken.parse(Format.HTML, b"x" * 300_000, subject="s")


def test_lines_that_kill_the_worker_do_not_cost_the_others() -> None:
    command = patched_worker(
        "def parse(form, item, limits):\n    if b'poison' in item.data: os.abort()\n    return real(form, item, limits)"
    )
    lines = [("a", GOOD), ("b", b'{"text": "poison"}'), ("c", GOOD)]
    with Sandbox(command=command) as fragile:
        first, second, third = fragile.parse_lines(lines)
    assert isinstance(first, ParsedDocument)
    assert isinstance(second, ParseError)
    assert second.subject == "b"
    assert isinstance(third, ParsedDocument)


def test_worker_is_replaced_after_close_and_shared_by_threads() -> None:
    found: list[ParsedDocument] = []
    with Sandbox() as shared:
        shared.parse(Format.MARKDOWN, b"a", subject="s")
        shared.close()

        def work() -> None:
            found.extend(shared.parse(Format.MARKDOWN, b"Un texte.", subject="s") for _ in range(5))

        threads = [threading.Thread(target=work) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(found) == 20


def test_child_can_neither_write_files_nor_see_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CANARY", "1")
    command = patched_worker(
        "def parse(form, item, limits):\n"
        "    try:\n"
        "        with open(item.data.decode(), 'w') as f: f.write('x')\n"
        "        wrote = 'wrote'\n"
        "    except OSError: wrote = 'refused'\n"
        "    raise ParseError(wrote, str('CANARY' in os.environ))\n"
        "import signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN)"
    )
    with Sandbox(command=command) as confined, pytest.raises(ParseError) as caught:
        confined.parse(Format.MARKDOWN, str(tmp_path / "written").encode(), subject="s")
    assert (caught.value.subject, caught.value.reason) == ("refused", "False")


def test_message_length_is_four_bytes() -> None:
    assert LENGTH.size == 4
