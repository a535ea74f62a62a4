"""Hostile pages end soon, as a document or as a ParseError."""

import contextlib
import time
from collections.abc import Callable

import pytest

from ingest.errors import ParseError
from ingest.html import parse_html
from ingest.html_tree import MAX_DEPTH, MAX_ELEMENTS, page_tree, slim, style_sheets

MIB = 2**20
# Twice and more what each takes on two busy cores; before limits, several took minutes.
SECONDS = 10.0
HOSTILE: dict[str, Callable[[Callable[[int], int]], str]] = {
    "nested": lambda of: "<div>" * of(100_000) + "fond" + "</div>" * of(100_000),
    "attributes": lambda of: "<p " + " ".join(f"a{i}=1" for i in range(of(1_000_000))) + ">fond</p>",
    "many attributes": lambda of: ("<p " + " ".join(f"a{i}" for i in range(of(10_000))) + ">fond</p>") * 20,
    "unfinished links": lambda of: "<a" * of(5 * MIB // 2),
    "unfinished links apart": lambda of: "<a " * of(5 * MIB // 3),
    "brackets": lambda of: "<" * of(2 * MIB),
    "unfinished scripts": lambda of: "<script " * of(5 * MIB // 8),
    "unfinished comments": lambda of: "<!--" * of(5 * MIB // 4),
    "unfinished component": lambda of: "x <a" + "-a" * of(5 * MIB // 2),
    "instructions": lambda of: "a<?x?>" * of(5 * MIB // 6),
    "paragraphs": lambda of: "<p>a" * of(5 * MIB // 4),
    "nested lists": lambda of: "<ul><li>" * 45 + "<i>a</i>" * of(6_000),
    "nested tables": lambda of: "<table><tr><td>" * 30 + "<i>a</i>" * of(6_000),
    "nested titles": lambda of: "<div class=accordion-title>" * 90 + "<i class=badge>a</i>" * of(6_000),
    "details": lambda of: "<p>x</p><details><summary>s</summary>a</details><p>y" * of(1_500),
    "related": lambda of: "<h2>Voir aussi</h2>" * of(5_000),
    "spans of rows": lambda of: "<table>" + "<tr><td rowspan=65000>a" * of(4_000),
    "rules": lambda of: "<style>" + ".a{display:none}" * of(300_000) + "</style><p class=a>x</p><p>fond",
    "long rule": lambda of: "<style>a{" + "color:red;" * of(500_000) + "}</style><p>fond",
    "nested rules": lambda of: "<style>" + "{(" * of(MIB) + "</style><p>fond",
    "styles": lambda of: "".join(f"<p style='color:#{i:06d};display:block'>a" for i in range(of(4_000))),
    "linked data": lambda of: "<script type='application/ld+json'>" + "[" * of(MIB) + "</script><p>fond",
    "dates": lambda of: "mis à jour le : " * of(MIB // 8),
}


# What grows with the square of a page still takes too long in a quarter of it.
@pytest.mark.parametrize(
    ("share", "seconds"),
    [pytest.param(4, SECONDS / 2, id="quarter"), pytest.param(1, SECONDS, id="whole", marks=pytest.mark.long)],
)
@pytest.mark.parametrize("case", HOSTILE)
def test_hostile_page_ends_soon(case: str, share: int, seconds: float) -> None:
    data = HOSTILE[case](lambda count: count // share).encode()
    started = time.process_time()
    with contextlib.suppress(ParseError):
        parsed = parse_html(data, url="https://www.example.org/")
        assert sum(len(block.text) for block in parsed.blocks) <= len(data)
    assert time.process_time() - started < seconds


def test_a_long_cell_is_not_repeated_in_each_row() -> None:
    cell = "mot " * 1000
    html = f"<table><tr><td>a</td><td rowspan=60000>{cell}</td></tr>" + "<tr><td>b</td></tr>" * 500 + "</table>"
    parsed = parse_html(html.encode())
    assert sum(len(block.text) for block in parsed.blocks) < 2 * len(cell)


def test_too_many_elements_are_refused_with_the_cure() -> None:
    with pytest.raises(ParseError, match="donnez les pages"):
        page_tree("<p>a</p>" * (MAX_ELEMENTS + 1), name="x")
    assert len(page_tree("<p>a</p>" * 1000, name="x").find_all("p")) == 1000


def test_deep_elements_leave_their_text_in_place() -> None:
    soup = page_tree("<div>" * (MAX_DEPTH + 50) + "fond" + "</div>" * (MAX_DEPTH + 50) + "<p>après</p>", name="x")
    deepest = max(len(list(node.parents)) for node in soup.find_all(True))
    assert deepest <= MAX_DEPTH
    assert soup.body is not None
    assert soup.get_text() == "fondaprès"
    assert soup.find("p").parent is soup.body


def test_slim_keeps_the_text_and_the_linked_data() -> None:
    page = (
        "<!DOCTYPE html><style>a{}</style><!-- c --><script>x</script>"
        '<script type="application/ld+json">{}</script><p>a &lt; b\0</p><![CDATA[x]]>'
    )
    assert slim(page) == '<script type="application/ld+json">{}</script><body><p>a &lt; b</p>'
    assert style_sheets(f"{page}<style>b{{}}").split() == ["a{}", "b{}"]
