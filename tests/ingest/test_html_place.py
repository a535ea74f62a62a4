"""Breadcrumbs and attachments."""

import pytest

from ingest.html import parse_html


def attribute(html: str, name: str, url: str | None = "https://www.example.org/a/b") -> tuple[str, ...]:
    page = f"<html><body>{html}<main><h1>Titre</h1><p>Un texte.</p></main></body></html>"
    parsed = parse_html(page.encode(), url=url)
    assert "Santé" not in " ".join(block.text for block in parsed.blocks)
    return parsed.attributes.get(name, ())


@pytest.mark.parametrize(
    "html",
    [
        "<nav class=breadcrumb><ol><li><a>Accueil</a></li><li>Santé</li><li>Guides</li><li>Titre</li></ol></nav>",
        "<nav aria-label='Fil d’Ariane'><ol><li>Accueil particuliers</li><li>Santé</li><li>Guides</li></ol></nav>",
        "<nav class='fr-breadcrumb'><button>Voir le fil d’Ariane</button><ol><li>Santé</li><li>Guides</li></ol></nav>",
        "<div class='breadcrumbs'>Vous êtes ici : <a>Accueil</a> &gt; <a>Santé</a> &gt; <a>Guides</a> &gt; Titre</div>",
        "<div class='fil-ariane'><a>Accueil</a> / <a>Santé</a> / <a>Guides</a> / <span>Titre</span></div>",
        "<ol itemscope itemtype='https://schema.org/BreadcrumbList' class=ariane><li>Santé</li><li>Guides</li></ol>",
        '<script type="application/ld+json">{"@type":"BreadcrumbList","itemListElement":[{"name":"Accueil"},'
        '{"item":{"name":"Santé"}},{"name":"Guides"},{"name":"Titre"}]}</script>',
    ],
)
def test_breadcrumb(html: str) -> None:
    assert attribute(html, "breadcrumb") == ("Santé", "Guides")


def test_no_breadcrumb() -> None:
    assert attribute("<nav class=breadcrumb><ol><li>Accueil</li><li>Titre</li></ol></nav>", "breadcrumb") == ()
    assert attribute("<nav class=breadcrumb></nav>", "breadcrumb") == ()
    broken = '<script type="application/ld+json">{"@type":"BreadcrumbList","itemListElement":[1,{"item":2}]}</script>'
    assert attribute(broken, "breadcrumb") == ()


def test_attachments_are_absolute_and_in_order() -> None:
    html = """<nav><a href="/menu.pdf">Menu</a></nav><footer><a href="/pied.pdf">Pied</a></footer>
    <p><a href="/f/Guide d’été.PDF#page=3">a</a> <a href="c.pdf?v=2">b</a> <a href="/f/Guide d’été.PDF">encore</a>
    <a href="https://autre.example/d.pdf" class="btn">d</a> <a href="/pdf-accessible">non</a> <a href="http://[.pdf">x</a>
    <a href="javascript:x.pdf">y</a></p>"""
    assert attribute(html, "attachments") == (
        "https://www.example.org/f/Guide%20d’été.PDF",
        "https://www.example.org/a/c.pdf?v=2",
        "https://autre.example/d.pdf",
    )


def test_relative_attachments_of_a_page_without_address() -> None:
    assert attribute("<p><a href='/a.pdf'>a</a><a href='https://b.example/b.pdf'>b</a></p>", "attachments", None) == (
        "https://b.example/b.pdf",
    )
    html = "<base href='https://c.example/d/'><p><a href='e.pdf'>e</a></p>"
    assert attribute(html, "attachments", None) == ("https://c.example/d/e.pdf",)
