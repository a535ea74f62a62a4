"""Lists of other pages, calls and footers are no text; what only looks like them is."""

import pytest

from ingest.html import parse_html


def texts(html: str) -> list[str]:
    page = f"<main><h1>Titre</h1><p>{'Un texte assez long pour la page. ' * 4}</p>{html}</main>"
    return [block.text for block in parse_html(page.encode()).blocks][2:]


LINKS = "<ul><li><a href='/a'>Une autre page</a></li><li><a href='/b'>Encore une page</a></li></ul>"


@pytest.mark.parametrize(
    "html",
    [
        f"<h2>À lire aussi</h2>{LINKS}",
        f"<section><h2>Pour approfondir</h2>{LINKS}</section>",
        f"<div class='x'><p><strong>Voir aussi :</strong></p>{LINKS}</div>",
        "<p>À lire aussi : <a href='/a'>Une autre page du site</a></p>",
        "<div class='related-posts'><h3>Ailleurs</h3><article><a href='/a'>Une page</a><p>Un mot.</p></article></div>",
        "<div><p>Partager la page</p><ul><li><a href='#'>Courriel</a></li></ul></div>",
        "<div><h2>Cette page vous a-t-elle été utile ?</h2><p>Oui Non</p></div>",
        "<div><a href='/m'>Mentions légales</a> <a href='/p'>Plan du site</a></div>",
        "<p>© Agence d’exemple 2026</p>",
        "<p>Temps de lecture : 5 minutes</p>",
        "<p>24 résultats</p>",
        "<p><a href='/x'>Lire la suite</a></p>",
    ],
)
def test_no_text(html: str) -> None:
    assert texts(html) == []


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        (f"<h2>En savoir plus</h2>{LINKS}", ["En savoir plus", "- Une autre page", "- Encore une page"]),
        ("<h2>Voir aussi</h2><p>Un vrai texte suit ce titre.</p>", ["Voir aussi", "Un vrai texte suit ce titre."]),
        ("<p>Lisez les <a href='/m'>mentions légales</a> du site.</p>", ["Lisez les mentions légales du site."]),
        ("<p>Il reste 3 résultats à lire.</p>", ["Il reste 3 résultats à lire."]),
        ("<p>Écrivez-nous. <a href='/x'>Lire la suite</a></p>", ["Écrivez-nous."]),
    ],
)
def test_text(html: str, expected: list[str]) -> None:
    assert texts(html) == expected
