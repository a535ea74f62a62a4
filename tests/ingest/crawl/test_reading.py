"""Types of bodies, by what was declared and by what came."""

import pytest

from ingest.crawl.reading import HTML, PDF, read_body, sniffed_type, withdrawal
from ingest.errors import ReaderLostError
from ingest.sandbox import Limits, Sandbox

from .scripted import page, source


@pytest.mark.parametrize(
    ("declared", "body", "found"),
    [
        ("text/html", b"<html>", HTML),
        ("application/xhtml+xml", b"<?xml version='1.0'?><html>", HTML),
        ("", b"Bonjour", HTML),
        ("text/plain", b" <!DOCTYPE html><html>", HTML),
        ("text/plain", b"Bonjour", None),
        ("application/octet-stream", b"%PDF-1.7 ...", PDF),
        ("text/html", b"%PDF-1.4 ...", PDF),
        ("application/pdf", b"\xef\xbb\xbf\r\n%PDF-1.4", PDF),
        ("application/pdf", b"<html>erreur</html>", None),
        ("text/html", b"<html><p>un fichier commence par %PDF-1.4", HTML),
        ("application/zip", b"PK\x03\x04", None),
        ("image/svg+xml", b"<svg>", None),
        ("application/json", b"{}", None),
    ],
)
def test_the_bytes_decide_where_they_can(declared: str, body: bytes, found: str | None) -> None:
    assert sniffed_type(declared, body) == found


def test_the_first_of_the_wishes_to_stay_out() -> None:
    assert withdrawal(frozenset({"noarchive", "nofollow"})) is None
    assert withdrawal(frozenset({"nosnippet", "noarchive"})) == "nosnippet"
    assert withdrawal(frozenset({"nosnippet", "noindex"})) == "noindex"


@pytest.mark.parametrize(
    ("declared", "body", "refused"),
    [
        ("application/pdf", b"%PDF-1.4 un fichier qui n'en est pas un", "parse"),
        ("text/html", b"<html><title>Vide</title><body></body></html>", "no_text"),
        ("image/png", b"\x89PNG", "format"),
    ],
)
def test_what_cannot_be_read(declared: str, body: bytes, refused: str) -> None:
    with Sandbox() as sandbox:
        found = read_body(
            sandbox, body, url="https://site.test/x", source=source(), declared=declared, directives=frozenset()
        )
    assert (found.document, found.refused) == (None, refused)


def test_a_lost_worker_says_nothing_of_the_page() -> None:
    with Sandbox(command=["false"]) as sandbox, pytest.raises(ReaderLostError):
        read_body(
            sandbox,
            page("Une page").encode(),
            url="https://site.test/x",
            source=source(),
            declared="text/html",
            directives=frozenset(),
        )


def test_beyond_a_limit() -> None:
    with Sandbox(Limits(characters=20)) as sandbox:
        found = read_body(
            sandbox,
            page("Une page").encode(),
            url="https://site.test/x",
            source=source(),
            declared="text/html",
            directives=frozenset(),
        )
    assert found.refused == "limit"


def test_a_canonical_front_page_everywhere_is_not_believed() -> None:
    head = '<link rel="canonical" href="/">'
    with Sandbox() as sandbox:
        for path, expected in (("/x", None), ("/index.php", "https://site.test/")):
            found = read_body(
                sandbox,
                page("Une page", head=head).encode(),
                url=f"https://site.test{path}",
                source=source(),
                declared="text/html",
                directives=frozenset(),
            )
            assert found.canonical == expected
