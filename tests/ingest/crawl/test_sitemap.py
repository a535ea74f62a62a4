"""By source of truth: sitemaps.org, the W3C's dates, RSS 2.0 and RFC 4287; then hostile files."""

import contextlib
import gzip
import time
import tracemalloc
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.crawl.model import Sitemap, SitemapEntry
from ingest.crawl.sitemap import MAX_BYTES, MAX_ENTRIES, parse_sitemap
from ingest.errors import LimitError, ParseError

NAMESPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'


def urlset(body: str, attributes: str = NAMESPACE) -> bytes:
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<urlset {attributes}>{body}</urlset>'.encode()


def urls(sitemap: Sitemap) -> list[str]:
    return [entry.url for entry in sitemap.entries]


def test_example_of_sitemaps_org() -> None:
    data = urlset("""
  <url><loc>http://www.example.com/</loc><lastmod>2005-01-01</lastmod><changefreq>monthly</changefreq>
    <priority>0.8</priority></url>
  <url><loc>http://www.example.com/catalog?item=12&amp;desc=vacation_hawaii</loc><changefreq>weekly</changefreq></url>
  <url><loc> http://www.example.com/catalog?item=74&amp;desc=x </loc><lastmod>2004-12-23T18:00:15+00:00</lastmod></url>
""")
    assert parse_sitemap(data) == Sitemap(
        (
            SitemapEntry("http://www.example.com/", "2005-01-01"),
            SitemapEntry("http://www.example.com/catalog?item=12&desc=vacation_hawaii"),
            SitemapEntry("http://www.example.com/catalog?item=74&desc=x", "2004-12-23T18:00:15Z"),
        )
    )


def test_index_of_sitemaps_org() -> None:
    data = f"""<?xml version="1.0" encoding="UTF-8"?><sitemapindex {NAMESPACE}>
<sitemap><loc>http://www.example.com/sitemap1.xml.gz</loc><lastmod>2004-10-01T18:23:17+02:00</lastmod></sitemap>
<sitemap><loc>http://www.example.com/sitemap2.xml.gz</loc></sitemap></sitemapindex>""".encode()
    first, second = parse_sitemap(data).entries
    assert first == SitemapEntry("http://www.example.com/sitemap1.xml.gz", "2004-10-01T16:23:17Z")
    assert second.lastmod is None
    assert parse_sitemap(data).is_index
    assert parse_sitemap(gzip.compress(data)) == parse_sitemap(data)


@pytest.mark.parametrize("attributes", [NAMESPACE, "", 'xmlns="https://www.google.com/schemas/sitemap/0.84"'])
def test_with_and_without_namespace(attributes: str) -> None:
    assert urls(parse_sitemap(urlset("<url><loc>https://h.fr/a</loc></url>", attributes))) == ["https://h.fr/a"]


def test_prefixes_and_extensions() -> None:
    body = (
        "<sm:url><image:image><image:loc>https://h.fr/i.png</image:loc></image:image><sm:loc>https://h.fr/a</sm:loc>"
        '<xhtml:link rel="alternate" hreflang="en" href="https://h.fr/en"/></sm:url>'
    )
    data = f'<sm:urlset xmlns:sm="x" xmlns:image="y" xmlns:xhtml="z">{body}</sm:urlset>'
    assert urls(parse_sitemap(data.encode())) == ["https://h.fr/a"]
    # Prefixes that the file forgets to declare are a mistake that costs nothing.
    body = "<url><loc>https://h.fr/a</loc><image:image><image:loc>https://h.fr/i.png</image:loc></image:image></url>"
    assert urls(parse_sitemap(urlset(body))) == ["https://h.fr/a"]


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("2026-11-25", "2026-11-25"),
        ("2026-11-25T02:00+01:00", "2026-11-25T01:00:00Z"),
        ("2026-11-25T02:00:30Z", "2026-11-25T02:00:30Z"),
        ("2026-11-25T02:00:30.45+01:00", "2026-11-25T01:00:30Z"),
        ("2026-11-25T02:00:30", "2026-11-25T02:00:30Z"),
        ("2026-11-25 02:00", "2026-11-25T02:00:00Z"),
        (" 2026-11-25\n", "2026-11-25"),
        ("2026-11", None),
        ("2026", None),
        ("25/11/2026", None),
        ("2026-13-45", None),
        ("2026-11-25T99:00", None),
        ("0001-01-01T00:00:00+14:00", None),
        ("hier", None),
        ("", None),
    ],
)
def test_dates_of_the_w3c(written: str, found: str | None) -> None:
    data = urlset(f"<url><loc>https://h.fr/a</loc><lastmod>{written}</lastmod></url>")
    assert parse_sitemap(data).entries == (SitemapEntry("https://h.fr/a", found),)


def test_plain_text() -> None:
    data = "\ufeffhttps://h.fr/a\r\n\r\n  http://h.fr/é b.pdf \nhttps://h.fr/c".encode()
    assert urls(parse_sitemap(data)) == ["https://h.fr/a", "http://h.fr/é b.pdf", "https://h.fr/c"]
    assert urls(parse_sitemap(gzip.compress(data))) == urls(parse_sitemap(data))


def test_rss() -> None:
    data = b"""<?xml version="1.0"?><rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel><title>t</title>
<link>https://h.fr/</link><atom:link href="https://h.fr/feed" rel="self"/><item><title>x</title>
<link>https://h.fr/a</link><pubDate>Tue, 24 Nov 2026 10:00:00 +0100</pubDate></item>
<item><link><![CDATA[https://h.fr/b?x=1&y=2]]></link></item></channel></rss>"""
    assert parse_sitemap(data).entries == (
        SitemapEntry("https://h.fr/a", "2026-11-24T09:00:00Z"),
        SitemapEntry("https://h.fr/b?x=1&y=2"),
    )


def test_atom() -> None:
    data = b"""<feed xmlns="http://www.w3.org/2005/Atom"><link href="https://h.fr/"/><updated>2026-01-01T00:00:00Z</updated>
<entry><link rel="edit" href="https://h.fr/edit"/><link rel="alternate" href="https://h.fr/a"/>
<published>2026-11-01T00:00:00Z</published><updated>2026-11-24T10:00:00Z</updated></entry>
<entry><link href="https://h.fr/b"/></entry><entry><title>sans lien</title></entry></feed>"""
    assert parse_sitemap(data).entries == (
        SitemapEntry("https://h.fr/a", "2026-11-24T10:00:00Z"),
        SitemapEntry("https://h.fr/b"),
    )


def test_encodings() -> None:
    text = '<?xml version="1.0" encoding="{}"?><urlset><url><loc>https://h.fr/é</loc></url></urlset>'
    for codec in ("utf-8", "iso-8859-1", "windows-1252", "utf-16"):
        assert urls(parse_sitemap(text.format(codec).encode(codec))) == ["https://h.fr/é"], codec
    assert urls(parse_sitemap(b"\xef\xbb\xbf\n " + text.format("utf-8").encode())) == ["https://h.fr/é"]


# Damaged


def test_what_was_read_before_an_error_is_kept_and_said_to_be_incomplete() -> None:
    good = "<url><loc>https://h.fr/a</loc></url><url><loc>https://h.fr/b</loc></url>"
    whole = urlset(good)
    for data in (
        urlset(good + "<url><loc>https://h.fr/?x=1&y=2</loc></url>"),
        whole[: -len("</urlset>")],
        whole.replace(b"</urlset>", b"<url><loc>https://h.fr/c"),
        gzip.compress(whole + b" " * 9_000, mtime=0)[:-8],
        gzip.compress(whole, mtime=0) + gzip.compress(b"suite", mtime=0),
    ):
        found = parse_sitemap(data)
        assert urls(found) == ["https://h.fr/a", "https://h.fr/b"]
        assert found.truncated
    for data in (whole, whole + b"<!-- fin -->", whole + b"\n</div>", whole + b"\0\0"):
        assert not parse_sitemap(data).truncated


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "pas un plan"),
        (b"   \n", "pas un plan"),
        (b"Bonjour", "pas un plan"),
        (b"<html><body>Page introuvable</body></html>", "pas un plan"),
        (b"<!DOCTYPE html><html><body>x</body></html>", "DOCTYPE"),
        (b"<!doctype html><html></html>", "XML illisible"),
        (b"<urlset><url><loc>https://h.fr/a", "XML illisible"),
        (b'<?xml version="1.0" encoding="klingon"?><urlset/>', "XML illisible"),
        (b'<?xml version="1.0" encoding="utf-7"?><urlset/>', "XML illisible"),
        (b"\x1f\x8bnon", "gzip"),
        (gzip.compress(gzip.compress(b"<urlset/>" * 50, mtime=0), mtime=0), "gzip dans gzip"),
        (b"%PDF-1.7", "pas un plan"),
    ],
)
def test_what_is_no_sitemap(data: bytes, reason: str) -> None:
    with pytest.raises(ParseError, match=reason) as caught:
        parse_sitemap(data, "https://h.fr/sitemap.xml")
    assert caught.value.subject == "https://h.fr/sitemap.xml"


def test_an_empty_sitemap_is_one() -> None:
    assert parse_sitemap(urlset("")) == Sitemap(())
    assert parse_sitemap(b"<sitemapindex/>").is_index


# Hostile


BILLION = """<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "lol">{}]><urlset><url><loc>https://h.fr/&j;</loc></url></urlset>"""
LAUGHS = BILLION.format(
    "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefghi", "bcdefghij", strict=True))
)
QUADRATIC = f'<!DOCTYPE x [<!ENTITY a "{"x" * 50_000}">]><urlset><url><loc>{"&a;" * 50_000}</loc></url></urlset>'
EXTERNAL = (
    '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><urlset><url><loc>https://h.fr/&a;</loc></url></urlset>'
)
REMOTE = '<!DOCTYPE urlset SYSTEM "http://127.0.0.1:9/x.dtd"><urlset><url><loc>https://h.fr/a</loc></url></urlset>'
PARAMETER = '<!DOCTYPE x [<!ENTITY % a SYSTEM "http://127.0.0.1:9/"> %a;]><urlset/>'


@pytest.mark.parametrize("text", [LAUGHS, QUADRATIC, EXTERNAL, REMOTE, PARAMETER])
def test_declarations_are_refused(text: str) -> None:
    begun = time.process_time()
    for data in (text.encode(), gzip.compress(text.encode("utf-16"))):
        with pytest.raises(ParseError):
            parse_sitemap(data)
    assert time.process_time() - begun < 1


def test_entities_that_are_not_declared_end_the_reading() -> None:
    with pytest.raises(ParseError, match="XML illisible"):
        parse_sitemap(urlset("<url><loc>https://h.fr/&secret;</loc></url>"))


def test_xinclude_is_an_element_like_another() -> None:
    body = '<url><xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file:///etc/passwd" parse="text"/></url>'
    assert parse_sitemap(urlset(body)) == Sitemap(())


def test_gzip_bombs_cost_neither_memory_nor_time() -> None:
    for bomb in (gzip.compress(b"\0" * 50_000_000), gzip.compress(urlset(" " * 30_000_000))):
        tracemalloc.start()
        begun = time.process_time()
        try:
            with pytest.raises(LimitError):
                parse_sitemap(bomb)
            assert tracemalloc.get_traced_memory()[1] < 4 * MAX_BYTES
        finally:
            tracemalloc.stop()
        assert time.process_time() - begun < 2
    with pytest.raises(LimitError, match="Mio"):
        parse_sitemap(urlset(" " * MAX_BYTES))
    with pytest.raises(LimitError, match="excès"):
        parse_sitemap(gzip.compress(b"https://h.fr/" + b"a" * 100_000))


def test_nesting_is_limited() -> None:
    with pytest.raises(LimitError, match="imbriqués"):
        parse_sitemap(urlset("<a>" * 100_000))


def test_no_more_than_fifty_thousand_entries() -> None:
    many = urlset("".join(f"<url><loc>https://h.fr/{n}</loc></url>" for n in range(MAX_ENTRIES + 10)))
    found = parse_sitemap(many)
    assert len(found.entries) == MAX_ENTRIES
    assert found.truncated
    text = parse_sitemap(b"https://h.fr/a\n" * (MAX_ENTRIES + 1))
    assert len(text.entries) == MAX_ENTRIES
    assert text.truncated
    exact = parse_sitemap(b"https://h.fr/a\n" * MAX_ENTRIES)
    assert not exact.truncated


@pytest.mark.parametrize(
    "body",
    [
        "<a/>" * 2_000_000,
        "<url><loc>https://h.fr/a</loc>" + "<b>x</b>" * 1_000_000 + "</url>",
        "<url><loc>" + "x" * 9_000_000 + "</loc></url>",
        "<url><loc>" + "x&amp;" * 1_500_000 + "</loc></url>",
        "<!--" + "x" * 9_000_000 + "-->",
        "<?x?>" * 1_500_000,
        "<url " + " ".join(f'a{n}="1"' for n in range(500_000)) + "/>",
    ],
    ids=["elements", "children", "long", "references", "comment", "instructions", "attributes"],
)
def test_hostile_files_take_little_time(body: str) -> None:
    begun = time.process_time()
    found = parse_sitemap(urlset(body))
    assert time.process_time() - begun < 5
    assert found.entries == ()


def test_addresses_that_are_too_long_are_left_out() -> None:
    body = f"<url><loc>https://h.fr/{'a' * 3_000}</loc></url><url><loc></loc></url><url><loc>https://h.fr/b</loc></url>"
    assert urls(parse_sitemap(urlset(body))) == ["https://h.fr/b"]


SEED = urlset("<url><loc>https://h.fr/a</loc><lastmod>2026-11-25T00:00:00Z</lastmod></url>" * 3)


@given(st.data())
def test_mutated_files_raise_parse_errors_only(data: st.DataObject) -> None:
    source = bytearray(SEED)
    for _ in range(data.draw(st.integers(0, 6))):
        source[data.draw(st.integers(0, len(source) - 1))] = data.draw(st.integers(0, 255))
    for packed in (bytes(source), zlib.compress(bytes(source), wbits=31)):
        with contextlib.suppress(ParseError):
            assert all(entry.url for entry in parse_sitemap(packed).entries)


@given(st.binary(max_size=200) | st.text(alphabet="<>/urlsetloc&;![]CDATA-?x=\"' \n\0é", max_size=200).map(str.encode))
def test_any_bytes_raise_parse_errors_only(data: bytes) -> None:
    for prefix in (b"", b"<urlset>", b"\x1f\x8b\x08\x00", b"https://h.fr/a\n"):
        with contextlib.suppress(ParseError):
            parse_sitemap(prefix + data)
