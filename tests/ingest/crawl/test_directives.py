import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.crawl.directives import MAX_RETRY_S, header_directives, http_date_iso, meta_directives, retry_after

NOW = 1_795_586_400.0  # 2026-11-25T06:00:00Z


def header(values: str) -> set[str]:
    return set(header_directives(values, now=NOW))


# https://developers.google.com/search/docs/crawling-indexing/robots-meta-tag#xrobotstag


@pytest.mark.parametrize(
    ("values", "found"),
    [
        ("noindex", {"noindex"}),
        ("NOINDEX, NoFollow", {"noindex", "nofollow"}),
        ("noindex,nofollow", {"noindex", "nofollow"}),
        ("none", {"noindex", "nofollow"}),
        ("all", set()),
        ("", set()),
        ("index, follow", set()),
        ("noarchive", {"noarchive"}),
        ("nocache", {"noarchive"}),
        ("nosnippet", {"nosnippet"}),
        ("max-snippet:0", {"nosnippet"}),
        ("max-snippet: 0", {"nosnippet"}),
        ("max-snippet:-1, max-image-preview:large, max-video-preview:0", set()),
        ("googlebot: nofollow, otherbot: noindex, nofollow", set()),
        ("googlebot: nofollow\ncybervigie: noindex", {"noindex"}),
        ("CyberVigie: noindex, nofollow", {"noindex", "nofollow"}),
        ("googlebot: noindex, CyberVigie: noarchive", {"noarchive"}),
        ("noarchive, googlebot: noindex", {"noarchive"}),
        ("googlebot: noindex\nnosnippet", {"nosnippet"}),
        ("unavailable_after: 25 Jun 2010 15:00:00 PST", {"noindex"}),
        ("unavailable_after: Wednesday, 25-Jun-25 15:00:00 GMT, noarchive", {"noindex", "noarchive"}),
        ("noarchive, unavailable_after: Fri, 25 Jun 2010 15:00:00 GMT", {"noindex", "noarchive"}),
        ("unavailable_after: 2026-11-25T06:00:00Z", {"noindex"}),
        ("unavailable_after: 2026-11-25T06:00:01Z", set()),
        ("unavailable_after: 2026-11-24", {"noindex"}),
        ("unavailable_after: un jour", set()),
        ("cybervigie: unavailable_after: 2020-01-01", {"noindex"}),
        ("otherbot: unavailable_after: 2020-01-01", set()),
        ("no-index, noindexfoo, x:", set()),
        ("noindex nofollow", {"noindex", "nofollow"}),
        ("noindex;nofollow", {"noindex", "nofollow"}),
        ("noarchive ; max-snippet:0 noindex", {"noarchive", "nosnippet", "noindex"}),
        ("cybervigie: noindex nofollow", {"noindex", "nofollow"}),
        ("otherbot: noindex;nofollow", set()),
        ("noarchive unavailable_after: Fri, 25 Jun 2010 15:00:00 GMT", {"noindex", "noarchive"}),
    ],
)
def test_header(values: str, found: set[str]) -> None:
    assert header(values) == found


def test_meta_elements_add_up() -> None:
    assert meta_directives(["index, follow", "noarchive", "NONE"], now=NOW) == {"noindex", "nofollow", "noarchive"}
    assert meta_directives(["max-snippet:0", "unavailable_after: 2020-01-01"], now=NOW) == {"nosnippet", "noindex"}
    assert meta_directives(["noindex nofollow", "noarchive;follow"], now=NOW) == {"noindex", "nofollow", "noarchive"}
    # A name means nothing there: the element's own name says whom it is for.
    assert meta_directives(["googlebot: noindex"], now=NOW) == frozenset()
    assert meta_directives([], now=NOW) == frozenset()


@given(st.text(max_size=100) | st.text(alphabet="noindex:, unavailable_after 0123456789-T\n", max_size=100))
def test_directives_never_raise(values: str) -> None:
    known = {"noindex", "nofollow", "noarchive", "nosnippet"}
    assert header(values) <= known
    assert meta_directives([values], now=NOW) <= known


# RFC 9110, 10.2.3 and 5.6.7


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120),
        (" 120 ", 120),
        ("0", 0),
        ("Wed, 25 Nov 2026 06:02:00 GMT", 120),
        ("Wednesday, 25-Nov-26 06:02:00 GMT", 120),
        ("Wed Nov 25 06:02:00 2026", 120),
        ("Fri, 31 Dec 1999 23:59:59 GMT", 0),
        ("Tue, 31 Dec 2199 23:59:59 GMT", MAX_RETRY_S),
        ("9" * 5_000, MAX_RETRY_S),
        ("-1", None),
        ("1.5", None),
        ("bientôt", None),
        ("١٢٠", None),
        ("", None),
        (None, None),
    ],
)
def test_retry_after(value: str | None, seconds: float | None) -> None:
    assert retry_after(value, NOW) == seconds


@pytest.mark.parametrize(
    "value", ["Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994"]
)
def test_the_three_forms_of_a_date(value: str) -> None:
    assert http_date_iso(value) == "1994-11-06T08:49:37Z"


@pytest.mark.parametrize(
    "value",
    [
        None,
        "",
        "-1",
        "0",
        "hier",
        "Sun, 99 Nov 1994 08:49:37 GMT",
        "Thu, 31 Dec 9999 23:59:59 -1200",
        "9999-12-31T23:59-12:00",
    ],
)
def test_what_is_no_date(value: str | None) -> None:
    assert http_date_iso(value) is None


@given(st.text(max_size=60) | st.text(alphabet="0123456789 :,-+GMTSunNov", max_size=60))
def test_dates_and_delays_never_raise(value: str) -> None:
    found, delay = http_date_iso(value), retry_after(value, NOW)
    assert found is None or len(found) == 20
    assert delay is None or (0 <= delay <= MAX_RETRY_S and math.isfinite(delay))
