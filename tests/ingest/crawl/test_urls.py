import csv
from pathlib import Path
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.crawl.addresses import checked_target
from ingest.crawl.urls import MAX_LENGTH, canonical, is_trap, kind_of
from ingest.manifest import https_host

BASE = "https://h.fr/a/b/page.html?x=1"

# RFC 3986, 5.4: references against "https://a/b/c/d;p?q"; fragments dropped, "?" alone is no query.
RFC_3986 = {
    "g": "/b/c/g",
    "./g": "/b/c/g",
    "g/": "/b/c/g/",
    "/g": "/g",
    "?y": "/b/c/d;p?y",
    "g?y": "/b/c/g?y",
    "#s": "/b/c/d;p?q",
    "g#s": "/b/c/g",
    "g?y#s": "/b/c/g?y",
    ";x": "/b/c/;x",
    "g;x": "/b/c/g;x",
    "g;x?y#s": "/b/c/g;x?y",
    "": "/b/c/d;p?q",
    ".": "/b/c/",
    "./": "/b/c/",
    "..": "/b/",
    "../": "/b/",
    "../g": "/b/g",
    "../..": "/",
    "../../": "/",
    "../../g": "/g",
    "../../../g": "/g",
    "../../../../g": "/g",
    "/./g": "/g",
    "/../g": "/g",
    "g.": "/b/c/g.",
    ".g": "/b/c/.g",
    "g..": "/b/c/g..",
    "..g": "/b/c/..g",
    "./../g": "/b/g",
    "./g/.": "/b/c/g/",
    "g/./h": "/b/c/g/h",
    "g/../h": "/b/c/h",
    "g;x=1/./y": "/b/c/g;x=1/y",
    "g;x=1/../y": "/b/c/y",
    "g?y/./x": "/b/c/g?y/./x",
    "g?y/../x": "/b/c/g?y/../x",
}


@pytest.mark.parametrize(("reference", "path"), RFC_3986.items())
def test_references_of_rfc_3986(reference: str, path: str) -> None:
    assert canonical(reference, "https://a/b/c/d;p?q") == f"https://a{path}"


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("http://www.h.fr/x", "https://www.h.fr/x"),
        ("HTTPS://WWW.H.FR", "https://www.h.fr/"),
        ("https://h.fr:443/x", "https://h.fr/x"),
        ("http://h.fr:80/x", "https://h.fr/x"),
        ("https://h.fr:/x", "https://h.fr/x"),
        ("https://santé.gouv.fr/x", "https://xn--sant-epa.gouv.fr/x"),
        ("  https://h.fr/x\n", "https://h.fr/x"),
        ("//h2.fr/y", "https://h2.fr/y"),
        ("page 2.html", "https://h.fr/a/b/page%202.html"),
        ("?page=2", "https://h.fr/a/b/page.html?page=2"),
        ("#partie", "https://h.fr/a/b/page.html?x=1"),
        ("/index.php", "https://h.fr/index.php"),
        ("/index.html#haut", "https://h.fr/index.html"),
        ("/a?", "https://h.fr/a"),
        ("/%7euser/%c3%a9", "https://h.fr/~user/%C3%A9"),
        ("/%41%2F%2f", "https://h.fr/A%2F%2F"),
        ("/100%", "https://h.fr/100%25"),
        ("/%zz", "https://h.fr/%25zz"),
        ("/%2525", "https://h.fr/%2525"),
        ("/a/%2e%2E/b", "https://h.fr/b"),
        ("/a//b", "https://h.fr/a//b"),
        ("/l'avis d%27un tiers (3).pdf", "https://h.fr/l'avis%20d%27un%20tiers%20(3).pdf"),
        ('/<b>"x"', "https://h.fr/%3Cb%3E%22x%22"),
        ("/f?type[0]=a|b&q=mots+deux", "https://h.fr/f?type%5B0%5D=a%7Cb&q=mots+deux"),
        ("/f?b=2&a=1&b=3", "https://h.fr/f?b=2&a=1&b=3"),
        ("/f?source=x&ref=y&keyword=z", "https://h.fr/f?source=x&ref=y&keyword=z"),
        ("/f?utm_source=a&p=1&UTM_medium=b&xtor=c&fbclid=d&gclid=e", "https://h.fr/f?p=1"),
        ("/f?pk_campaign=a&mtm_kwd=b&at_medium=c&xtref=d", "https://h.fr/f"),
        ("/f?PHPSESSID=abc&p=1&jsessionid=d", "https://h.fr/f?p=1"),
        ("/f;jsessionid=0A1B?p=1", "https://h.fr/f?p=1"),
        ("/f;JSESSIONID=0A1B/g", "https://h.fr/f/g"),
        ("/TXT/PDF/?uri=CELEX:32016R0679", "https://h.fr/TXT/PDF/?uri=CELEX:32016R0679"),
        ("/f?q=%C3%A9t%c3%a9&r=é", "https://h.fr/f?q=%C3%A9t%C3%A9&r=%C3%A9"),
        ("/f?&&a=1&&", "https://h.fr/f?a=1"),
    ],
)
def test_one_spelling(written: str, found: str) -> None:
    assert canonical(written, BASE) == found
    assert canonical(found) == found


@pytest.mark.parametrize(
    "written",
    [
        "mailto:contact@h.fr",
        "tel:+33100000000",
        "javascript:void(0)",
        "JavaScript:alert(1)",
        "data:text/html,x",
        "ftp://h.fr/x",
        "file:///etc/passwd",
        "blob:https://h.fr/x",
        "https://h.fr:8443/x",
        "https://h.fr:80/x",
        "http://h.fr:443/x",
        "https://h.fr:0443/x",
        "https://moi@h.fr/x",
        "https://moi:secret@h.fr/x",
        "https://h.fr@ailleurs.fr/x",
        "https://h.fr\\@ailleurs.fr/x",
        "/a\\b",
        "https:/h.fr/x",
        "https:h.fr/x",
        "https:///h.fr/x",
        "///h.fr/x",
        "https://",
        "https://h.fr./x",
        "https://.h.fr/x",
        "https://h..fr/x",
        "https://h_x.fr/",
        "https://-h.fr/",
        "https://%68.fr/",
        "https://[::1]/x",
        "https://[/x",
        "https://h.fr\x00.ailleurs.fr/",
        "/a\tb",
        "/a\nb",
        "/a\x7fb",
        "/a\x85b",
        "/a%00b",
        "/a%0d%0aSet-Cookie",
        "/f?a=%1f",
        "/\ud800",
        "/" + "a" * MAX_LENGTH,
        "/" + "é" * 1000,
        f"https://{'a' * 64}.fr/",
        "https://" + "a." * 130 + "fr/",
        "https://xn--\udcff.fr/",
        "https://e\u0301\u200b\u2028.fr/",
    ],
)
def test_what_is_no_address_of_a_page(written: str) -> None:
    assert canonical(written, BASE) is None


def test_without_a_base_only_whole_addresses_are_read() -> None:
    assert canonical("/x") is None
    assert canonical("//h.fr/x") is None
    assert canonical("") is None
    assert canonical("x", "ftp://h.fr/") is None


@given(st.text(max_size=60), st.none() | st.just(BASE))
def test_canonical_never_raises_and_is_idempotent(text: str, base: str | None) -> None:
    found = canonical(text, base)
    assert found is None or canonical(found) == found


PIECE = st.text(alphabet="aé.%2eE0fF/;:@?&=#'\\ jsessionid~+[]", max_size=40)


@given(PIECE, PIECE)
def test_canonical_addresses_may_be_asked_for(path: str, query: str) -> None:
    found = canonical(f"https://h.fr/{path}?{query}")
    if found is not None:
        assert canonical(found) == found
        assert https_host(found) == "h.fr"
        assert checked_target(found, {"h.fr"}).url == found


def test_addresses_of_real_documents_keep_working(official: Path) -> None:
    with (official / "urls-official-documents.tsv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    assert len(rows) > 300
    for row in rows:
        url = row["url"].partition("#")[0]
        assert canonical(url) == url
        # As a browser shows it, and as an author may paste it.
        assert unquote(str(canonical(unquote(url)))) == unquote(url)
        assert not is_trap(url)
        assert kind_of(url) == row["format"]


@pytest.mark.parametrize(
    "path",
    [
        "/a/b/a/b/a/b",
        "/a/a/a",
        "/a////b",
        "/1/2/3/4/5/6/7/8/9/10/11/12/13",
        "/f?a=1&b=2&c=3&d=4&e=5&f=6&g=7",
        "/agenda/2026/11",
        "/agenda/2026-11-25",
        "/fr/calendrier/mois/2031-05/",
        "/%C3%A9v%C3%A9nements/2027/3",
        "/calendar?month=2031-05",
        "/agenda?annee=2031&mois=5",
        "/agenda?date=2031-05-02",
        "/actualites?mini=2026-11",
        "/actualites?page=101",
        "/actualites/page/4000/",
        "/liste?start=99999999999999",
        "/liste?offset=2001",
    ],
)
def test_traps(path: str) -> None:
    assert is_trap(f"https://h.fr{path}")


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/fr/cnil-direct/question/1258",
        "/sites/default/files/2024/05/guide.pdf",
        "/medias/2024/05/fiche.pdf",
        "/a/b/c/d/e/f/g/h/i/j/k/l",
        "/actualites?page=37",
        "/actualites/page/12/",
        "/liste?start=400",
        "/publications?annee=2024&theme=sante",
        "/evenements/2024/05/journee-de-la-cybersecurite",
        "/agenda",
        "/f?a=1&b=2&c=3&d=4&e=5&f=6",
        "/2005/05/05/fiche",
        "/a//b.pdf",
        "/TXT/PDF/?uri=CELEX:32016R0679",
        "/f?date=recent",
    ],
)
def test_no_traps(path: str) -> None:
    assert not is_trap(f"https://h.fr{path}")


@given(st.text(max_size=80))
def test_any_canonical_address_can_be_judged(text: str) -> None:
    found = canonical(text, BASE)
    if found is not None:
        assert is_trap(found) in {True, False}
        assert kind_of(found) in {"pdf", "html", "other"}


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/a/Guide%20d%27hygi%C3%A8ne.PDF?v=2", "pdf"),
        ("/a.pdf", "pdf"),
        ("/.pdf", "html"),
        ("/a.pdf/voir", "html"),
        ("/TXT/PDF/?uri=x.pdf", "html"),
        ("/", "html"),
        ("", "html"),
        ("/index.php", "html"),
        ("/page.html", "html"),
        ("/fiche-v1.0", "html"),
        ("/article-R.4127-4", "html"),
        ("/image.JPG", "other"),
        ("/kit.zip", "other"),
        ("/modele.docx", "other"),
        ("/tableau.ods", "other"),
        ("/video.mp4", "other"),
        ("/rss.xml", "other"),
        ("/feed/alertes/", "other"),
        ("/actualites/feed", "other"),
        ("/actualites/feedback", "html"),
    ],
)
def test_kind_by_name(path: str, kind: str) -> None:
    assert kind_of(f"https://h.fr{path}") == kind
