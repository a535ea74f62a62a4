"""Links that only lead elsewhere are no text; contacts and links that the text introduces are."""

import contextlib
import time

import pytest

from ingest.errors import ParseError
from ingest.html import parse_html
from ingest.html_page import parse_page

URL = "https://site.example/fr/page"
PROSE = f"<p>{'Un texte assez long pour la page. ' * 20}</p>"
THREE = "<ul><li><a href='/a'>Brouillon</a></li><li><a href='b'>Imprimer</a></li><li><a href='/c'>Quoi ?</a></li></ul>"
CARD = "<div class='card'><h3><a href='/{0}'>Carte {0}</a></h3><span>12 mars 2025</span></div>"
CARDS = "".join(CARD.format(i) for i in range(3))
OUTSIDE = "<ul>" + "".join(f"<li><a href='https://autre{i}.example/'>Site {i}</a></li>" for i in range(3)) + "</ul>"
FILES = "<ul>" + "".join(f"<li><a href='/f{i}.pdf'>Modèle {i}</a></li>" for i in range(3)) + "</ul>"


def texts(html: str) -> list[str]:
    page = f"<main><h1>Titre</h1>{PROSE}{html}</main>"
    return [block.text for block in parse_html(page.encode(), url=URL).blocks][2:]


@pytest.mark.parametrize(
    "html",
    [
        THREE,
        f"<h2>Nos dossiers</h2>{THREE}",
        f"<p><strong>Nos dossiers</strong></p>{THREE}",
        f"<h2>Nos dossiers</h2><div><div><h3>Un</h3>{THREE}</div><div><h3>Deux</h3>{THREE}</div></div>",
        f"<div class='grille'>{CARDS}</div>",
        CARDS,
        "<p><a href='/a'>Un</a> | <a href='/b'>Deux</a> | <a href='/c'>Trois</a></p>",
        "<p><a href='/a'>L’autre fiche</a></p>",
        "<p><a href='/a.pdf'>Télécharger la fiche</a> <a href='/b.pdf'>L’affiche</a></p>",
        "<div><p><a href='https://www.site.example/b'>Le référentiel</a></p></div>",
    ],
)
def test_navigation_is_no_text(html: str) -> None:
    assert texts(html) == []


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        (OUTSIDE, ["- Site 0", "- Site 1", "- Site 2"]),
        (FILES, ["- Modèle 0", "- Modèle 1", "- Modèle 2"]),
        (f"<p>Vous pouvez aussi :</p>{THREE}", ["Vous pouvez aussi :", "- Brouillon", "- Imprimer", "- Quoi ?"]),
        (f"<h2>Où s’adresser ?</h2>{THREE}", ["Où s’adresser ?", "- Brouillon", "- Imprimer", "- Quoi ?"]),
        (
            "<div><p>Guichet</p><p>01 02 03 04 05</p><p><a href='/g'>Son site</a></p></div>",
            ["Guichet", "01 02 03 04 05", "Son site"],
        ),
        ("<h2>Où est le formulaire ?</h2><p><a href='/f'>Ici</a></p>", ["Où est le formulaire ?", "Ici"]),
        ("<p><a href='/a'>Ne rebranchez jamais ce poste.</a></p>", ["Ne rebranchez jamais ce poste."]),
        ("<p><a href='mailto:a@b.example'>Écrivez-nous</a></p>", ["Écrivez-nous"]),
        (
            "<ul><li>Coupez le réseau.</li><li><p><a href='/a'>Prévenez</a></p></li></ul>",
            ["- Coupez le réseau.", "- Prévenez"],
        ),
        ("<h2><a href='/a'>Un titre</a></h2><p>Son texte.</p>", ["Un titre", "Son texte."]),
        (
            "".join(f"<div><h3><a href='/{i}'>Carte {i}</a></h3><p>Une phrase.</p></div>" for i in range(2)),
            ["Carte 0", "Une phrase.", "Carte 1", "Une phrase."],
        ),
        ("<table><tr><td><a href='/a'>Un</a></td><td><a href='/b'>Deux</a></td></tr></table>", ["Un | Deux"]),
    ],
)
def test_what_the_text_needs_stays(html: str, expected: list[str]) -> None:
    assert texts(html) == expected


def test_links_left_out_are_counted() -> None:
    page = f"<main><h1>Titre</h1>{PROSE}{THREE}</main>"
    assert parse_html(page.encode(), url=URL).warnings == ("3 lien(s) de navigation laissé(s) de côté",)


@pytest.mark.parametrize("title", ["<h1>Nos dossiers</h1>", ""])
def test_a_page_of_links_alone_is_refused(title: str) -> None:
    with pytest.raises(ParseError, match="aucun texte propre"):
        parse_html(f"<main>{title}<div>{THREE}</div><h2>Encore</h2><div>{CARDS}</div></main>".encode(), url=URL)


def test_a_crawler_still_follows_the_links_of_a_refused_page() -> None:
    content = parse_page(f"<main><h1>Nos dossiers</h1>{THREE}</main>".encode(), URL, URL, now=0.0)
    assert content.document is None
    assert (content.failure or "").startswith("aucun texte")
    assert [link.text for link in content.discovery.links] == ["Brouillon", "Imprimer", "Quoi ?"]


@pytest.mark.parametrize(
    "html",
    ["<div class='tags'><span>Alerte</span> <span>Flux</span></div>", "<ul class='categories'><li>Alerte</li></ul>"],
)
def test_tags_beside_the_title_are_no_text(html: str) -> None:
    page = f"<main><h1>Titre</h1>{html}{PROSE}<h2>Secteurs</h2><ul class='tags'><li>Énergie</li></ul></main>"
    assert [block.text for block in parse_html(page.encode()).blocks][2:] == ["Secteurs", "- Énergie"]
    assert "Alerte" not in " ".join(block.text for block in parse_html(page.encode()).blocks)


# What grows with the square of a page still takes too long in a quarter of it.
@pytest.mark.parametrize(
    ("share", "seconds"),
    [pytest.param(4, 10.0, id="quarter"), pytest.param(1, 20.0, id="whole", marks=pytest.mark.long)],
)
@pytest.mark.parametrize(
    ("before", "repeated", "times"),
    [
        ("", "<p><a href=/a>Un</a></p><p>Une phrase.</p>", 6_000),
        ("", "<h2>Titre</h2><p><a href=/a>Un</a></p>", 6_000),
        ("<div>" * 90, "<p><a href=/a>Un</a></p>x", 6_000),
        ("", "<div class=tag>Alerte</div>", 15_000),
    ],
)
def test_large_pages_of_links_are_read_soon(before: str, repeated: str, times: int, share: int, seconds: float) -> None:
    page = before + repeated * (times // share)
    start = time.perf_counter()
    with contextlib.suppress(ParseError):
        parse_html(f"<main><h1>Titre</h1>{page}</main>".encode())
    assert time.perf_counter() - start < seconds
