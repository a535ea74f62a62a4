"""What replies mean: statuses of RFC 9110."""

import pytest

from ingest.crawl.errors import AddressRefused, BodyRefused, FetchError, Unreachable
from ingest.crawl.model import Response
from ingest.crawl.visit import Body, Busy, Failed, Meaning, Missing, Moved, Unchanged, Withheld, leads_home, meaning

URL = "https://site.test/a/page"
NOW = 1_790_000_000.0


def told(status: int, *, conditional: bool = False, **headers: str) -> Meaning:
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    return meaning(Response(URL, status, names), url=URL, conditional=conditional, now=NOW)


def test_bodies_and_confirmations() -> None:
    assert isinstance(told(200), Body)
    assert isinstance(told(304, conditional=True), Unchanged)
    # Nobody asked whether it had changed.
    assert told(304) == Failed("304", retryable=False)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize(
    ("location", "target"),
    [
        ("/b", "https://site.test/b"),
        ("c?x=1#d", "https://site.test/a/c?x=1"),
        ("http://site.test/b", "https://site.test/b"),
        ("//autre.test/", "https://autre.test/"),
        ("HTTPS://SITE.test:443/%7Eb", "https://site.test/~b"),
        ("javascript:alert(1)", None),
        ("https://user@site.test/", None),
        ("https://site.test:8443/", None),
        ("file:///etc/passwd", None),
    ],
)
def test_redirects(status: int, location: str, target: str | None) -> None:
    assert told(status, location=location) == Moved(target, permanent=status in (301, 308))


def test_a_redirect_to_nowhere() -> None:
    assert told(301) == Failed("301", retryable=False)
    assert told(300, location="/b") == Failed("300", retryable=False)


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (404, Missing("404")),
        (410, Missing("410")),
        (401, Withheld()),
        (403, Withheld()),
        (451, Missing("451")),
        (429, Busy("429", None)),
        (503, Busy("503", None)),
        (500, Failed("500", retryable=True)),
        (502, Failed("502", retryable=True)),
        (504, Failed("504", retryable=True)),
        (204, Failed("204", retryable=False)),
        (206, Failed("206", retryable=False)),
        (400, Failed("400", retryable=False)),
        (418, Failed("418", retryable=False)),
    ],
)
def test_statuses(status: int, expected: Meaning) -> None:
    assert told(status) == expected


@pytest.mark.parametrize(
    ("value", "seconds"), [("120", 120.0), ("Mon, 21 Sep 2026 14:14:20 GMT", 60.0), ("bientôt", None), ("-3", None)]
)
def test_retry_after(value: str, seconds: float | None) -> None:
    assert told(429, retry_after=value) == Busy("429", seconds)


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (Unreachable(URL, "lent", code="timeout"), Failed("timeout", retryable=True)),
        (BodyRefused(URL, "lourd", code="too_large"), Failed("too_large", retryable=False)),
        (AddressRefused(URL, "interdite", code="address"), Failed("address", retryable=False)),
    ],
)
def test_errors(error: FetchError, expected: Failed) -> None:
    assert meaning(error, url=URL, conditional=True, now=NOW) == expected


@pytest.mark.parametrize(
    ("origin", "target", "home"),
    [
        ("/a/page", "/", True),
        ("/a/page", "/fr/", True),
        ("/a/page", "/fr/accueil", True),
        ("/a/page", "/Home", True),
        ("/a/page", "/fr-fr/index.aspx", True),
        ("/a/page", "/erreur-404", True),
        ("/a/page", "/fr/page-introuvable.html", True),
        ("/a/page", "/accueil-des-victimes", False),
        ("/a/page", "/fiches/erreur-de-destinataire", False),
        ("/a/page", "/b", False),
        ("/a/page", "/?page=2", False),
        ("/", "/fr/", False),
        ("/index.php", "/", False),
    ],
)
def test_the_polite_way_of_saying_no(origin: str, target: str, home: bool) -> None:
    assert leads_home(f"https://site.test{target}", origin=f"https://site.test{origin}") is home
