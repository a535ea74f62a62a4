"""The page's own dates: of its change before its publication, and of no other page."""

import pytest

from ingest.dates import full_date, published_date, updated_date
from ingest.html import parse_html
from ingest.model import ParsedDocument


def read(html: str) -> ParsedDocument:
    return parse_html(f"<html>{html}<p>Un texte.</p></html>".encode())


@pytest.mark.parametrize(
    ("html", "published", "updated"),
    [
        ("<p>Publié le Jeudi 07 janvier 2021</p>", "2021-01-07", None),
        ("<p>Mis à jour le 07/05/2024</p>", None, "2024-05-07"),
        ("<div>Mise à jour le 05/09/2025</div>", None, "2025-09-05"),
        ("<p>Publié le 2 mai 2020 - Mis à jour le 3 juin 2021</p>", "2020-05-02", "2021-06-03"),
        ("<div><span>Mise à jour le</span> <span>07/05/2024</span></div>", None, "2024-05-07"),
        ("<table><tr><td>Date de la première version</td><td>1er août 2023</td></tr></table>", "2023-08-01", None),
        ("<table><tr><td>Date de la dernière version</td><td>4 juin 2025</td></tr></table>", None, "2025-06-04"),
        ("<p>Vérifié le 15 janvier 2025 - Direction d’exemple</p>", None, "2025-01-15"),
        ("<p>Dernière mise à jour : 2025-02-03</p>", None, "2025-02-03"),
        ("<p>Date de publication : 7 octobre 2025</p>", "2025-10-07", None),
        ("<span class='date'>14 mai 2024</span>", "2024-05-14", None),
        ("<time datetime='2024-05-14T10:00:00Z'>hier</time>", "2024-05-14", None),
        ("<time class='updated' datetime='2024-05-14'>hier</time>", None, "2024-05-14"),
        ("<time datetime='2024-05-14'>Mis à jour le 14/05/2024</time>", None, "2024-05-14"),
        ("<meta itemprop='dateModified' content='2024-05-14'>", None, "2024-05-14"),
        ("<meta name='dcterms.modified' content='2024-05-14'>", None, "2024-05-14"),
        ("<meta name='Last-Modified' content='14/05/2024'>", None, "2024-05-14"),
        (
            "<meta property='article:published_time' content='2023-01-01'><p>Mis à jour le 3 mars 2024</p>",
            "2023-01-01",
            "2024-03-03",
        ),
        (
            '<script type=\'application/ld+json\'>[{"@graph":[{"datePublished":"2020-01-02",'
            '"dateModified":"2021-03-04T05:06:07Z"}]}]</script>',
            "2020-01-02",
            "2021-03-04",
        ),
    ],
)
def test_dates_of_the_page(html: str, published: str | None, updated: str | None) -> None:
    parsed = read(html)
    assert parsed.attributes.get("published", (None,))[0] == published
    assert parsed.attributes.get("updated", (None,))[0] == updated
    assert parsed.date == (updated or published)


@pytest.mark.parametrize(
    "html",
    [
        "<h1>T</h1><article class='card'><h3>Autre page</h3><p>Publié le 3 mars 2026</p></article>",
        "<h1>T</h1><aside><p>Mis à jour le 3 mars 2026</p></aside>",
        "<h1>T</h1><div class='views-row'><a href='/x'>x</a><time datetime='2026-03-03'>3 mars</time></div>",
        "<h1>T</h1><a href='/x'>Guide publié le 3 mars 2026</a>",
        f"<h1>T</h1><p>La liste mise à jour le 3 mars 2026 par l’arrêté {'compte bien des lignes, ' * 8}voilà.</p>",
        "<pre>Starting scan at 2020-06-11 18:13 CEST</pre>",
        "<p>La loi du 6 janvier 1978</p>",
        "<p>Publié le 31/02/2020</p>",
        "<meta property='article:published_time' content='bientôt'>",
    ],
)
def test_other_dates_are_not_the_page_s(html: str) -> None:
    assert read(html).date is None


def test_the_line_that_dates_the_page_is_no_text() -> None:
    parsed = read("<h1>T</h1><p>Publié le 3 mars 2024 • Mis à jour le 4 mai 2025</p><p>14 mai 2024</p><p>a b</p>")
    assert [block.text for block in parsed.blocks] == ["T", "a b", "Un texte."]


def test_written_forms() -> None:
    assert updated_date("En vigueur à compter du 31/01/2025") == "2025-01-31"
    assert published_date("mis en ligne le mardi 1er AOUT 2023") == "2023-08-01"
    assert updated_date("mis à jour : " * 1000) is None
    assert full_date("lot 12/2024, le 3.4.2024") == "2024-04-03"
