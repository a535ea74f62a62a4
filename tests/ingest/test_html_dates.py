"""The page's own dates: of its change before its publication, and of no other page."""

import time

import pytest

from ingest.date_lines import is_date_line
from ingest.dates import full_date, published_date, updated_date
from ingest.html import parse_html
from ingest.html_dates import page_dates
from ingest.html_linked_data import LinkedData
from ingest.html_tree import page_tree
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


TEXT = "<p>" + "Les cabinets doivent sauvegarder leurs dossiers chaque jour. " * 20 + "</p>"
PUBLISHED = "<p>Publié le 12/03/2024</p>"
NOW = 1_795_586_400.0  # 2026-11-25T06:00:00Z


def dates(body: str, head: str = "") -> tuple[str | None, str | None]:
    """Publication and change of a page with a main part, a menu and a footer."""
    page = f"""<html><head>{head}</head><body><header><nav><a href="/">Accueil</a></nav></header>
<main><h1>Obligations</h1>{body}</main>
<footer><p>Dernière mise à jour du site : 20/11/2026</p></footer></body></html>"""
    parsed = parse_html(page.encode(), now=NOW)
    return parsed.attributes.get("published", (None,))[0], parsed.attributes.get("updated", (None,))[0]


@pytest.mark.parametrize(
    "other",
    [
        "<ul><li><a href='/g.pdf'>Guide d’hygiène</a> (mis à jour le 03/01/2025)</li></ul>",
        "<ul><li>RGPD (publié le 4 mai 2025)</li></ul>",
        "<ul><li>Mis à jour le 4 mai 2025</li></ul>",
        "<p>Les obligations entrent en vigueur le 17 octobre 2027.</p>",
        "<p>Les obligations entrent en vigueur le 17 octobre 2025.</p>",
        "<p>En vigueur à compter du 17 octobre 2027</p>",
        "<p>Rendez-vous le <time datetime='2025-12-05'>5 décembre 2025</time></p>",
        "<p>Rendez-vous : <time class='updated' datetime='2025-12-05'>vendredi</time></p>",
        "<p>Le décret a été publié le 3 mars 2025.</p>",
        "<p>Le décret, modifié le 3 mars 2025</p>",
        "<p>Windows, mis à jour le 12 janvier 2025, n’est plus vulnérable.</p>",
        "<p><strong>Windows</strong> <em>mis à jour le 12 janvier 2025</em></p>",
        "<p>Voir le guide <span>mis à jour le 12 janvier 2025</span></p>",
        "<blockquote><p>Mis à jour le 4 mai 2025</p></blockquote>",
        "<figure><figcaption>Mis à jour le 4 mai 2025</figcaption></figure>",
        "<table><tr><td>Version 2</td><td>mise à jour le 4 mai 2025</td></tr></table>",
        "<div class='event-date'>4 mai 2025</div>",
    ],
)
def test_dates_of_other_things_beside_the_page_s(other: str) -> None:
    assert dates(PUBLISHED + other + TEXT) == ("2024-03-12", None)
    assert dates(PUBLISHED + TEXT + other) == ("2024-03-12", None)
    assert dates(other + TEXT) == dates(TEXT + other) == (None, None)


@pytest.mark.parametrize(
    "line",
    [
        "<p>Mis à jour le 4 mai 2025</p>",
        "<p><i>Texte de la commission, mis à jour le 4 mai 2025.</i></p>",
        "<p>Cet article a été mis à jour le 4 mai 2025 à 10h30</p>",
        "<p>Date de la dernière mise à jour : 4 mai 2025</p>",
        "<div>Actualité • Mis à jour le <time datetime='2025-05-04'>4 mai 2025</time> • 5 minutes</div>",
        "<div><span>Mis à jour le 4 mai 2025</span> <span>Temps de lecture : 5 minutes</span></div>",
    ],
)
def test_a_line_of_its_own_at_the_head_or_the_end(line: str) -> None:
    assert dates(line + TEXT)[1] == dates(TEXT + line)[1] == "2025-05-04"
    assert dates(TEXT + line + TEXT)[1] is None


def test_dates_of_the_future_are_not_believed() -> None:
    future = "<meta property='article:modified_time' content='2031-01-01'><meta name='date' content='2026-11-27'>"
    assert dates("<p>Mis à jour le 4 mai 2025</p>", future) == (None, "2025-05-04")
    # Somewhere it is tomorrow.
    assert dates("", "<meta name='date' content='2026-11-26'>") == ("2026-11-26", None)


def test_no_change_before_the_publication() -> None:
    meta = "<meta property='article:modified_time' content='2017-01-03'>"
    assert dates(PUBLISHED, meta) == ("2024-03-12", None)
    assert dates(PUBLISHED + "<p>Mis à jour le 13/03/2024</p>", meta) == ("2024-03-12", "2024-03-13")


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("Publié le 3 mars 2024 - Direction d’exemple (Premier ministre)", True),
        ("Publié le 3 mars 2024, mis à jour le 4 mai 2025 par la direction", True),
        ("3 mars 2024", True),
        ("Du 3 mars 2024 au 4 mars 2024", False),
        ("Rendez-vous le 3 mars 2024", False),
        ("Publié hier", False),
        ("", False),
        ("Page " * 5_000 + "mise à jour le 3 mars 2024", False),
    ],
)
def test_date_lines(line: str, told: bool) -> None:
    assert is_date_line(line) is told


@pytest.mark.parametrize(
    "page",
    [
        "<p>" + "<i></i>" * 20_000 + "<b>jour</b>" * 400,
        "<p>" + ("<span>" + "<i></i>" * 60 + "jour</span>") * 400,
        "<time>" * 80 + "<b>jour" * 400,
        "<p>" + "<time datetime='2025-05-04'></time>" * 10_000,
        "<p>Mis à jour le " + "<b></b>" * 15_000 + "4 mai 2025" * 100,
    ],
)
def test_crowded_lines_take_no_time(page: str) -> None:
    soup = page_tree(page, name="page")
    begun = time.process_time()
    assert page_dates(soup, LinkedData(soup)).best in (None, "2025-05-04")
    assert time.process_time() - begun < 10
