import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.crawl.model import Discovery, Link, PageContent
from ingest.html_discovery import MAX_LINKS, page_signs
from ingest.html_page import parse_page

URL = "https://h.fr/fr/guides/page"
NOW = 1_795_586_400.0  # 2026-11-25T06:00:00Z
TEXT = "<p>" + "Sauvegardez chaque jour les dossiers du cabinet. " * 8 + "</p>"


def read(html: str | bytes, url: str = URL) -> PageContent:
    return parse_page(html if isinstance(html, bytes) else html.encode(), url, "page", now=NOW)


def seen(html: str | bytes) -> Discovery:
    return read(html).discovery


def links(html: str) -> list[str]:
    return [link.url for link in seen(html).links]


def test_document_and_links_of_the_whole_page() -> None:
    page = read(f"""<!DOCTYPE html><html lang="fr"><head><title>Sauvegarder | Site</title>
<link rel="canonical" href="/fr/guides/sauvegarder"><link rel="stylesheet" href="/s.css"></head><body>
<nav><ul><li><a href="/fr/">Accueil</a></li><li><a href="https://autre.fr/x">Ailleurs</a></li></ul></nav>
<main><h1>Sauvegarder</h1>{TEXT}<p>Lire <a href="../medias/guide d'hygiène.pdf">le
 <b>guide</b> (PDF)</a>.</p><a href="?page=2" rel="next nofollow">Suite</a></main>
<footer><a href="/plan">Plan</a></footer></body></html>""")
    assert page.document is not None
    assert page.document.title == "Sauvegarder"
    assert page.document.url == "https://h.fr/fr/guides/sauvegarder"
    assert page.failure is None
    assert page.discovery == Discovery(
        links=(
            Link("https://h.fr/fr/", "Accueil"),
            Link("https://autre.fr/x", "Ailleurs"),
            Link("https://h.fr/fr/medias/guide d'hygiène.pdf", "le guide (PDF)"),
            Link("https://h.fr/fr/guides/page?page=2", "Suite", nofollow=True),
            Link("https://h.fr/plan", "Plan"),
        ),
        canonical="https://h.fr/fr/guides/sauvegarder",
    )


def test_what_is_no_link() -> None:
    assert (
        links(
            """<a>a</a><a href="">b</a><a href="#c">c</a><a href="mailto:x@h.fr">d</a><a href="tel:1">e</a>
<a href="javascript:void(0)">f</a><a href="data:text/html,x">g</a><a href="http://[x">h</a><a href="ftp://h.fr/">i</a>
<a href="https://h.fr/fr/guides/page#j">j</a><a href="blob:https://h.fr/x">k</a><!-- <a href="/l">l</a> -->
<script>document.write('<a href="/m">m</a>')</script><link rel="alternate" type="application/rss+xml" href="/rss">"""
            f'<a href="/{"n" * 3_000}">n</a>'
        )
        == []
    )


def test_other_elements_that_lead_to_pages() -> None:
    html = """<head><link rel="next" href="?page=2"><link rel="alternate" hreflang="fr" href="/fr">
<link rel="alternate" hreflang="FR-fr" href="/fr-fr"><link rel="alternate" hreflang="en" href="/en"></head>
<map><area href="/carte" alt="Carte"></map><iframe src="/a.pdf#page=2" title="Le guide"></iframe>
<object data="/b.PDF"></object><embed src="/c.pdf"><iframe src="/video">"""
    assert seen(html).links == (
        Link("https://h.fr/fr/guides/page?page=2"),
        Link("https://h.fr/fr"),
        Link("https://h.fr/fr-fr"),
        Link("https://h.fr/carte", "Carte"),
        Link("https://h.fr/a.pdf#page=2", "Le guide"),
        Link("https://h.fr/b.PDF"),
        Link("https://h.fr/c.pdf"),
    )


def test_base_holds_for_the_whole_page() -> None:
    html = (
        '<a href="a">a</a><base href="/racine/"><base href="/autre/"><link rel="canonical" href="c"><a href="b">b</a>'
    )
    page = seen(html)
    assert [link.url for link in page.links] == ["https://h.fr/racine/a", "https://h.fr/racine/b"]
    assert page.canonical == "https://h.fr/racine/c"
    assert links('<base href="javascript:alert(1)"><a href="a">a</a>') == ["https://h.fr/fr/guides/a"]
    assert [link.url for link in page_signs('<base href="http://[x"><a href="a">', URL).links] == [
        "https://h.fr/fr/guides/a"
    ]


def test_links_are_told_once_and_by_their_best_side() -> None:
    html = """<a href="/a" rel="nofollow"><img src="i.png" alt=""></a><a href="/a#suite">Le guide</a>
<a href="/b" rel="UGC">b</a><a href="/c" rel="sponsored noopener">c</a><a href="/d"><img src=i alt="Une image"></a>
<a href="/e" aria-label="Une icône"><svg><title>x</title></svg></a><a href="/f">Un <a href="/g">dans l’autre"""
    assert seen(html).links == (
        Link("https://h.fr/a", "Le guide"),
        Link("https://h.fr/b", "b", nofollow=True),
        Link("https://h.fr/c", "c", nofollow=True),
        Link("https://h.fr/d", "Une image"),
        Link("https://h.fr/e", "Une icône"),
        Link("https://h.fr/f", "Un"),
        Link("https://h.fr/g", "dans l’autre"),
    )


def test_addresses_as_browsers_read_them() -> None:
    assert links('<a href=" /a\n/b&amp;c=1 ">x</a><a href="//h2.fr/d">y</a>') == [
        "https://h.fr/a/b&c=1",
        "https://h2.fr/d",
    ]


@pytest.mark.parametrize(
    ("meta", "found"),
    [
        ('<meta name="robots" content="noindex, follow">', {"noindex"}),
        ('<META NAME="ROBOTS" CONTENT="NONE">', {"noindex", "nofollow"}),
        (
            '<meta name="cybervigie" content="noarchive"><meta name="robots" content="nosnippet">',
            {"noarchive", "nosnippet"},
        ),
        ('<meta name="googlebot" content="noindex">', set()),
        ('<meta name="robots" content="unavailable_after: 2026-11-25T06:00:00Z">', {"noindex"}),
        ('<meta name="robots" content="unavailable_after: 2026-12-25">', set()),
        ('<meta name="robots"><meta content="noindex">', set()),
    ],
)
def test_directives(meta: str, found: set[str]) -> None:
    assert seen(f"<head>{meta}</head>{TEXT}").directives == found


@pytest.mark.parametrize(
    ("content", "target"),
    [
        ("0; url=/b", "https://h.fr/b"),
        ("0;URL='/b'", "https://h.fr/b"),
        ("10; url = &quot;/b&quot;", "https://h.fr/b"),
        ("3.5 , https://h.fr/b", "https://h.fr/b"),
        ("11; url=/b", None),
        ("300", None),
        ("0; url=" + URL, None),
        ("0; url=", None),
        ("0; url=javascript:alert(1)", None),
        ("bientôt; url=/b", None),
    ],
)
def test_refresh(content: str, target: str | None) -> None:
    assert seen(f'<meta http-equiv="Refresh" content="{content}">{TEXT}').refresh == target


def test_refresh_for_browsers_without_javascript_is_not_followed() -> None:
    assert seen(f'<noscript><meta http-equiv="refresh" content="0; url=/sans-js"></noscript>{TEXT}').refresh is None


@pytest.mark.parametrize(
    "title",
    [
        "Page introuvable",
        "Page non trouvée",
        "Erreur 404",
        "404",
        "HTTP 404 - Not Found",
        "Erreur 404 : page introuvable",
        "Oups ! Cette page n’existe plus",
        "Cette page n'existe pas ou plus.",
        "La page demandée est introuvable",
        "La page que vous recherchez n’a pas été trouvée",
        "Page not found",
        "404 Error",
        "Désolé, le document demandé n’est plus disponible",
        "Contenu introuvable",
    ],
)
def test_pages_that_say_they_are_missing(title: str) -> None:
    body = '<p>Revenez à <a href="/">l’accueil</a> ou cherchez dans le site.</p>'
    for head, heading in ((f"{title} | Le site", title), (f"Le site – {title}", "Le site"), ("Le site", title)):
        page = seen(f"<html><head><title>{head}</title></head><body><h1>{heading}</h1>{body}</body></html>")
        assert page.soft_missing
        assert [link.url for link in page.links] == ["https://h.fr/"]


def test_missing_by_the_only_words_of_the_page() -> None:
    assert seen("<title>Le site</title><p>La page demandée n’existe pas ou a été déplacée.</p>").soft_missing
    assert not seen(f"<title>Le site</title><p>La page demandée n’existe pas.</p>{TEXT}").soft_missing


@pytest.mark.parametrize(
    "title",
    [
        "Erreur 404 : que faire ?",
        "Que faire si une page est introuvable ?",
        "Comprendre l’erreur 404 d’un site",
        "Retrouver une page supprimée par erreur dans un dossier",
        "Les 404 recommandations",
        "Page d’accueil",
        "Sauvegarder",
        "",
    ],
)
def test_pages_that_speak_of_missing_pages(title: str) -> None:
    assert not seen(f"<title>{title} | Le site</title><h1>{title}</h1>{TEXT}").soft_missing


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Phishing", "Le message dit : la page n’existe plus. Ne cliquez pas, et signalez-le au 3018."),
        ("Page introuvable : que faire ?", "Si un site affiche une erreur 404, ne donnez jamais vos identifiants."),
        ("Faux sites", "Parfois un lien mène à une erreur. La page n’existe plus. C’est souvent un piège."),
    ],
)
def test_short_advice_on_missing_pages_is_no_missing_page(title: str, text: str) -> None:
    assert not seen(f"<title>{title} | Le site</title><main><h1>{title}</h1><p>{text}</p></main>").soft_missing


def test_apologies_before_the_only_words() -> None:
    for text in ("Désolé, la page demandée n’existe plus.", "Erreur 404 : cette page est introuvable"):
        assert seen(f"<title>Le site</title><p>{text}</p>").soft_missing, text


@pytest.mark.parametrize(
    ("head", "body", "title"),
    [
        ("", "<h1>Rançongiciel : que faire ? | Cybermalveillance.gouv.fr</h1>", "Rançongiciel : que faire ?"),
        ("<title>Agir | H</title>", "<h1>Agir - H</h1>", "Agir"),
        ("", "<h1>Agir - réagir</h1>", "Agir - réagir"),
        ("<meta property='og:site_name' content='ANSSI'>", "<h1>ANSSI</h1><h1>Agir</h1>", "Agir"),
        ("<meta property='og:title' content='Agir'>", "<div class=logo><h1>Agence nationale</h1></div>", "Agir"),
        ("<meta property='og:title' content='Agir'>", "<h1 class='site-title'>Agence nationale</h1>", "Agir"),
        ("<title>Agir | Agence</title><meta property='og:title' content='Agir'>", "<h1>Agence</h1>", "Agir"),
        ("", "<div class=logo><h1>Agence nationale</h1></div>", "Agence nationale"),
    ],
)
def test_titles_are_not_the_site_s(head: str, body: str, title: str) -> None:
    document = read(f"<html><head>{head}</head><body>{body}{TEXT}</body></html>").document
    assert document is not None
    assert document.title == title


def test_a_long_page_is_not_missing_whatever_its_title() -> None:
    assert not seen(f"<title>Erreur 404</title><h1>Erreur 404</h1>{TEXT * 5}").soft_missing


def test_applications_without_their_javascript() -> None:
    empty = (
        '<head><title>T</title><script type="module" src="/app.js"></script></head><body><div id="app"></div></body>'
    )
    page = read(empty)
    assert page.document is None
    assert page.failure is not None
    assert page.discovery.javascript_only
    carried = f"<body><div id=root></div><script>window.etat = [{'0,' * 3_000}0]</script></body>"
    assert seen(carried).javascript_only
    framed = f"""<nav>{'<a href="/x">Une rubrique du site</a> ' * 20}</nav><main><h1>Tableau</h1></main>
<noscript>Activez JavaScript pour utiliser ce service.</noscript><script src="/app.js"></script>"""
    assert seen(framed).javascript_only


def test_pages_that_only_use_javascript() -> None:
    script = '<script src="/mesure.js"></script><noscript>Activez JavaScript.</noscript><div id="app"></div>'
    assert not seen(f"{TEXT}{script}").javascript_only
    assert not seen("<p>Une page courte, sans script.</p>").javascript_only
    short = f"<nav>{'<a href=/x>Une rubrique du site</a> ' * 20}</nav><main><p>Une réponse courte.</p></main>"
    assert not seen(short + '<script src="/mesure.js"></script>').javascript_only
    assert not seen(
        '<script type="application/ld+json">{"a": "' + "b" * 3_000 + '"}</script><p>Court.</p>'
    ).javascript_only


def test_a_page_without_text_still_leads_somewhere() -> None:
    page = read('<nav><a href="/a">A</a></nav><main></main>')
    assert page.document is None
    assert page.failure is not None
    assert "aucun texte" in page.failure
    assert page.discovery.links == (Link("https://h.fr/a", "A"),)
    assert not page.discovery.javascript_only


def test_encodings() -> None:
    html = '<?xml version="1.0" encoding="iso-8859-1"?><html><head><meta charset="iso-8859-1"></head><a href="/é">É</a>'
    for codec in ("utf-8", "iso-8859-1", "utf-16"):
        assert read(html.encode(codec)).discovery.links == (Link("https://h.fr/é", "É"),), codec


def test_real_pages(official: Path) -> None:
    pages = sorted((official / "raw").glob("*.html"))
    if not pages:
        pytest.skip("saved pages absent")
    for path in pages:
        page = read(path.read_bytes(), "https://messervices.cyber.gouv.fr/x")
        assert page.document is not None, path.name
        assert not page.discovery.soft_missing, path.name
        assert not page.discovery.javascript_only, path.name
        assert page.discovery.directives == frozenset(), path.name
    home = read(
        (official / "raw" / "messervices.cyber.gouv.fr_.html").read_bytes(), "https://messervices.cyber.gouv.fr/"
    )
    found = {link.url for link in home.discovery.links}
    assert "https://messervices.cyber.gouv.fr/nis2" in {url.rstrip("/") for url in found}
    assert len(found) > 20


@pytest.mark.parametrize(
    "html",
    [
        "<div>" * 50_000 + '<a href="/x">x</a>',
        "<a href=/x>y</a>" * 10_000,
        "".join(f"<a href=/{n}>y</a>" for n in range(8_000)),
        "<a " + " ".join(f"a{n}=1" for n in range(50_000)) + ">x</a>",
        "<a href='" + "x" * 1_000_000 + "'>x</a>",
        "<title>" + "x" * 1_000_000,
        "<h1>" + "404 " * 100_000,
        "<title>" + "la page que vous " * 20_000 + "</title>",
        '<meta name="robots" content="' + "a: " * 100_000 + '">',
        '<meta http-equiv="refresh" content="' + "0" * 500_000 + '">',
        "<" * 300_000,
        "<!--" * 100_000,
        "\0" * 300_000,
    ],
)
def test_hostile_pages_take_little_time(html: str) -> None:
    begun = time.process_time()
    page = read(html)
    assert time.process_time() - begun < 10
    assert len(page.discovery.links) <= MAX_LINKS


@given(
    st.binary(max_size=300)
    | st.text(alphabet="<>/ahref=base=\"'link relcanonicalmetahttp-equivrefresh;0url#?é\0", max_size=300).map(
        str.encode
    )
)
def test_any_bytes_are_a_page(data: bytes) -> None:
    for prefix in (
        b"",
        b"<a href=",
        b'<meta http-equiv="refresh" content="',
        b'<base href="',
        b'<meta name="robots" content="',
    ):
        page = read(prefix + data)
        assert (page.document is None) is (page.failure is not None)
        assert all(link.url.lower().startswith(("http://", "https://")) for link in page.discovery.links)
