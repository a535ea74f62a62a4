import contextlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.dates import written_date
from ingest.errors import IngestError, ParseError
from ingest.html import parse_html
from ingest.model import BlockKind, DocumentKind, ParsedDocument
from ingest.text import assemble

HEADING, PARAGRAPH, ITEM, ROW = BlockKind.HEADING, BlockKind.PARAGRAPH, BlockKind.ITEM, BlockKind.ROW


def read(html: str, **options: str) -> ParsedDocument:
    return parse_html(html.encode(), **options)


def texts(html: str) -> list[str]:
    return [block.text for block in read(html).blocks]


def shape(html: str) -> list[tuple[BlockKind, int, str]]:
    return [(block.kind, block.level, block.text) for block in read(html).blocks]


PAGE = """<!DOCTYPE html><html lang="fr-FR"><head><title>Sauvegarder | Agence</title>
<link rel="canonical" href="/guides/sauvegarder#haut"><meta property="og:site_name" content="Agence"></head><body>
<div class="skip-links"><a href="#contenu">Aller au contenu</a></div>
<header><nav><ul><li><a href="/">Accueil</a></li></ul></nav></header>
<div id="tarteaucitron">Nous utilisons des cookies.</div>
<nav class="breadcrumb"><ol><li>Accueil</li></ol></nav>
<main id="contenu"><h1>Sauvegarder ses données</h1><p>Mis à jour le 05/09/2025</p>
<ul class="share"><li><a href="#">Partager sur un réseau</a></li></ul>
<div>Un texte sans balise de paragraphe.<p>Un <b>alinéa</b>&nbsp;: suite.</p>fin du bloc</div>
<section id="quand"><h2>Quand&nbsp;?</h2><p>Chaque soir.</p><h2 id="ou">Où ?</h2><p>Hors du cabinet.</p></section>
<form><label>Votre avis</label><button>Envoyer</button></form></main>
<aside>Articles liés</aside><footer>Mentions légales</footer></body></html>"""


def test_main_text_without_menus() -> None:
    assert shape(PAGE) == [
        (HEADING, 1, "Sauvegarder ses données"),
        (PARAGRAPH, 0, "Un texte sans balise de paragraphe."),
        (PARAGRAPH, 0, "Un alinéa\u00a0: suite."),
        (PARAGRAPH, 0, "fin du bloc"),
        (HEADING, 2, "Quand\u00a0?"),
        (PARAGRAPH, 0, "Chaque soir."),
        (HEADING, 2, "Où ?"),
        (PARAGRAPH, 0, "Hors du cabinet."),
    ]


def test_metadata_and_anchors() -> None:
    parsed = read(PAGE, url="https://www.example.org/x")
    assert parsed.title == "Sauvegarder ses données"
    assert parsed.url == "https://www.example.org/guides/sauvegarder"
    assert (parsed.lang, parsed.date, parsed.attributes["site_name"]) == ("fr", "2025-09-05", ("Agence",))
    assert [block.anchor for block in parsed.blocks if block.kind is HEADING] == [None, "quand", "ou"]


def test_canonical_address_of_another_host_is_not_believed() -> None:
    html = '<link rel="canonical" href="https://autre.example/page"><p>Texte de la page.</p>'
    assert read(html, url="https://www.example.org/a").url == "https://www.example.org/a"
    assert read(html).url == "https://autre.example/page"
    assert read('<link rel="canonical" href="javascript:alert(1)"><p>Texte.</p>').url is None


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ("<title>Les mots de passe | CNIL</title>", "Les mots de passe"),
        ("<title>CNIL - Les mots de passe</title>", "Les mots de passe"),
        ("<title>Phishing - que faire ?</title>", "Phishing - que faire ?"),
        ('<meta property="og:title" content="Autre titre"><title>T</title>', "Autre titre"),
    ],
)
def test_title_without_the_name_of_the_site(head: str, expected: str) -> None:
    assert read(f"{head}<body><p>Texte.</p>", url="https://www.cnil.fr/fr/x").title == expected


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ('<meta property="article:modified_time" content="2024-03-02T10:00:00+01:00">', "2024-03-02"),
        ('<meta property="article:published_time" content="2023-01-01"><p>Mis à jour le 3 mars 2024</p>', "2024-03-03"),
        ('<script type="application/ld+json">{"@graph":[{"dateModified":"2022-05-06"}]}</script>', "2022-05-06"),
        ("<p>Publié le Jeudi 07 janvier 2021</p>", "2021-01-07"),
        ("<p>Mise à jour le 1er février 2022.</p>", "2022-02-01"),
    ],
)
def test_dates(html: str, expected: str) -> None:
    assert read(f"<body>{html}<p>Un texte de la page, assez long pour être lu.</p>").date == expected


def test_written_dates() -> None:
    assert written_date("Publié le 2 mai 2020. Mis à jour le 03.06.2021") == "2021-06-03"
    assert written_date("En vigueur à compter du 31/01/2025") == "2025-01-31"
    assert written_date("Publié le 31/02/2020") is None
    assert written_date("La loi du 6 janvier 1978") is None


def test_hidden_text_is_dropped_and_counted() -> None:
    parsed = read(
        "<p>Visible.</p><p hidden>un</p><p style='display: none'>deux</p><span style='font-size:0px'>trois</span>"
        "<div style='visibility:hidden'>quatre</div><p aria-hidden='true'>cinq</p>"
        "<p style='color:#fff;background:#fff'>six</p><p style='position:absolute;left:-9999px'>sept</p>"
        "<span class='sr-only'>huit</span><i aria-hidden='true'></i>"
        "<button aria-controls='r'>Une réponse repliée</button><div id='r' hidden>Ce que l'on déplie.</div>"
    )
    assert [block.text for block in parsed.blocks] == ["Visible.", "Une réponse repliée", "Ce que l'on déplie."]
    assert parsed.warnings == ("7 passage(s) de texte caché laissé(s) de côté",)


def test_lists() -> None:
    html = """<ul><li>un<ul><li><p>deux</p><p>suite</p></li></ul>après</li></ul>
    <ol start="3"><li>trois</li><li value="7">– sept – huit</li></ol><ol type="a"><li>lettre</li></ol>"""
    assert shape(html) == [
        (ITEM, 1, "- un"),
        (ITEM, 2, "- deux suite"),
        (PARAGRAPH, 0, "après"),
        (ITEM, 1, "3. trois"),
        (ITEM, 1, "7. sept – huit"),
        (ITEM, 1, "a. lettre"),
    ]


def test_dash_inside_an_item_stays() -> None:
    assert texts("<ol><li>Un diagnostic (sur site – 1 h).</li></ol>") == ["1. Un diagnostic (sur site – 1 h)."]


def test_tables() -> None:
    html = """<table><caption>Durées</caption><thead><tr><th>Document</th><th>Durée</th></tr></thead>
    <tr><td rowspan="2">Dossier</td><td>20 <b>ans</b></td></tr><tr><td>puis rien</td></tr></table>"""
    assert shape(html) == [
        (PARAGRAPH, 0, "Durées"),
        (ROW, 0, "Document | Durée"),
        (ROW, 0, "Dossier | 20 ans"),
        (ROW, 0, "Dossier | puis rien"),
    ]


def test_table_that_lays_out_the_page_is_text() -> None:
    html = "<table><tr><td><img src=x></td><td>Pour agir : <ul><li>a</li><li>b</li></ul></td></tr></table>"
    assert shape(html) == [(PARAGRAPH, 0, "Pour agir :"), (ITEM, 1, "- a"), (ITEM, 1, "- b")]


def test_questions_are_headings_one_level_below() -> None:
    html = """<h2>Questions</h2><dl><dt>Qui ?</dt><dd>Le cabinet.</dd></dl>
    <details><summary>Quand ?</summary><p>Tout de suite.</p></details>
    <section class="fr-accordion">
    <h3><button aria-expanded="false">Où ?</button></h3>
    <div class="fr-collapse">Ici.</div></section><div class="faq-question">Comment ?</div>
    <div class="faq-answer">Ainsi.</div>
    <button aria-controls="z">Pourquoi donc ?</button><div id="z">Parce que.</div>"""
    assert shape(html) == [
        (HEADING, 2, "Questions"),
        (HEADING, 3, "Qui ?"),
        (PARAGRAPH, 0, "Le cabinet."),
        (HEADING, 3, "Quand ?"),
        (PARAGRAPH, 0, "Tout de suite."),
        (HEADING, 3, "Où ?"),
        (PARAGRAPH, 0, "Ici."),
        (HEADING, 4, "Comment ?"),
        (PARAGRAPH, 0, "Ainsi."),
        (HEADING, 4, "Pourquoi donc ?"),
        (PARAGRAPH, 0, "Parce que."),
    ]


def test_lone_aside_in_running_text_titles_nothing() -> None:
    html = "<h2>T</h2><p>a</p><details><summary>En détail</summary><p>b</p></details><p>La suite du texte.</p>"
    assert [kind for kind, _, _ in shape(html)] == [HEADING, PARAGRAPH, PARAGRAPH, PARAGRAPH, PARAGRAPH]


def test_breaks_and_bold_lines() -> None:
    html = """Un début.<br /><br /><strong><span>Le droit d'accès</span></strong>&nbsp;:<ul><li>un</li></ul><br>
    <strong>A noter</strong> : une précision<br>sur deux lignes.<br>- puce une ;<br>- puce deux."""
    assert shape(html) == [
        (PARAGRAPH, 0, "Un début."),
        (HEADING, 2, "Le droit d'accès\u00a0:"),
        (ITEM, 1, "- un"),
        (PARAGRAPH, 0, "A noter : une précision sur deux lignes."),
        (ITEM, 1, "- puce une ;"),
        (ITEM, 1, "- puce deux."),
    ]
    assert shape("<p><strong>Oui, toutes les entreprises.</strong></p><p>Suite.</p>")[0][0] is PARAGRAPH
    assert shape("<p>Texte.</p><p><b>Seul à la fin</b></p>")[1][0] is PARAGRAPH


def test_footnote_calls_and_exponents() -> None:
    assert texts('<p>Un délai<sup><a href="#n1">1</a></sup> de 20 m<sup>2</sup>.</p>') == ["Un délai de 20 m2."]


def test_component_link_inside_a_sentence() -> None:
    html = '<p>Consultez la <!-- c --><div class="x"><a href="/c">charte de l’aidant</a></div>, puis signez.</p>'
    assert texts(html) == ["Consultez la charte de l’aidant, puis signez."]
    assert texts('<p>Voir <msc-lien href="/x" libelle="la page &quot;aide&quot;"></msc-lien>.</p>') == [
        'Voir la page "aide".'
    ]


def test_jekyll_front_matter() -> None:
    parsed = read(
        "---\npermalink: /cgu/\ntitrePageStatique: 'Conditions'\n"
        "sousTitre: 'En vigueur à partir du 04/03/2025'\n---\n<p>Texte.</p>"
    )
    assert parsed.title == "Conditions"
    assert parsed.attributes["permalink"] == ("/cgu/",)
    assert parsed.date == "2025-03-04"


@pytest.mark.parametrize(
    "data",
    [
        "<p>Sécurité – « été »</p>".encode("cp1252"),
        '<meta charset="iso-8859-1"><p>Sécurité – « été »</p>'.encode("cp1252"),
        '<meta charset="iso-8859-1"><p>Sécurité – « été »</p>'.encode(),
        '<meta charset="iso-8859-15"><p>Sécurité - « été »</p>'.encode("iso-8859-15"),
        "<p>Sécurité – « été »</p>".encode("utf-16"),
        "<p>Sécurité – « été »</p>".encode("utf-8-sig"),
    ],
)
def test_charsets(data: bytes) -> None:
    assert parse_html(data).blocks[0].text.replace("–", "-") == "Sécurité - « été »"


def test_pages_that_need_javascript() -> None:
    with pytest.raises(ParseError, match="JavaScript"):
        read("<html><body><div id=app></div><script>x()</script></body></html>")
    parsed = read("<html><body><p>Chargement</p><script>" + "x();" * 1000 + "</script></body></html>")
    assert "JavaScript" in parsed.warnings[0]


def test_deep_nesting_does_not_break() -> None:
    assert "fond" in " ".join(texts("<div>" * 3000 + "fond" + "</div>" * 3000))
    assert "fond" in " ".join(texts("<ul><li>" * 800 + "fond"))


@settings(deadline=None, max_examples=60)
@given(
    st.lists(
        st.sampled_from(
            [
                "<p>",
                "</p>",
                "<ul>",
                "<li>",
                "</ul>",
                "<table>",
                "<tr>",
                "<td>",
                "</table>",
                "<h2>",
                "</h2>",
                "<br>",
                "<b>",
                "texte.",
                "été",
                "<div>",
                "</div>",
                "<dl>",
                "<dt>",
                "<dd>",
                "<details>",
                "<summary>",
                "&nbsp;",
                "<!--",
                "-->",
                "hidden",
                "<p/hidden>",
            ]
        )
    )
)
def test_any_markup_gives_consistent_offsets(parts: list[str]) -> None:
    try:
        parsed = read(" ".join(parts))
    except IngestError:
        return
    document = assemble(
        parsed, source_id="s", kind=DocumentKind.LOCAL, publisher="P", title="T", media_type="text/html"
    )
    assert [document.text[b.start : b.end] for b in document.blocks] == [block.text for block in parsed.blocks]


@settings(deadline=None, max_examples=60)
@given(st.binary(max_size=300))
def test_random_bytes_raise_only_ingest_errors(data: bytes) -> None:
    with contextlib.suppress(IngestError):
        parse_html(data)


def official_page(official: Path, name: str) -> ParsedDocument:
    return parse_html((official / "raw" / name).read_bytes(), name=name)


def test_official_saved_page(official: Path) -> None:
    parsed = official_page(official, "messervices.cyber.gouv.fr_nis2.html")
    found = [block.text for block in parsed.blocks]
    assert parsed.title == "Directive NIS 2"
    assert "Menu" not in found
    assert not any(word in text for text in found for word in ("S’inscrire", "Mentions légales", "Pied de page"))
    headings = [block.text for block in parsed.blocks if block.kind is HEADING]
    assert headings[:4] == [
        "Directive NIS 2",
        "Qu’est-ce que NIS\u00a02\u00a0?",
        "18 secteurs d'activités concernés",
        "Secteurs hautement critiques",
    ]
    assert "- Santé" in found
    assert any("consulter la charte de l’Aidant cyber." in text for text in found)
    assert "3. Réalisez votre diagnostic (en visio ou sur site – 1h)." in found


def test_official_long_guide(official: Path) -> None:
    parsed = official_page(official, "cnil-guide-rgpd-developpeur.html")
    sheets = [block for block in parsed.blocks if block.text.startswith("Fiche n°") and block.kind is HEADING]
    assert len(sheets) == 19
    assert all(block.anchor and block.level == 1 for block in sheets)


def test_official_fragments(official: Path) -> None:
    parsed = official_page(official, "cnil-faq-512.fragment.html")
    assert [block.text for block in parsed.blocks if block.kind is HEADING] == [
        "Le droit d'accès direct",
        "Le droit d'accès indirect",
        "En savoir plus :",
    ]
    assert official_page(official, "messervicescyber-cgu.source.html").date == "2025-03-04"


def test_all_official_pages_parse(official: Path) -> None:
    for path in sorted((official / "raw").glob("*.html")):
        parsed = parse_html(path.read_bytes(), name=path.name)
        assert parsed.blocks
        assert not any("�" in block.text for block in parsed.blocks)
