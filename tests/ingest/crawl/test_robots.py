"""By source of truth: RFC 9309, then Google's description of its own parser, then what sites do."""

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.crawl.model import HostRecord
from ingest.crawl.robots import MAX_BYTES, MAX_DELAY_S, Robots, fresh, is_page, renewed

DAY = 24 * 3600.0
US, ALL = "User-agent: CyberVigie\n", "User-agent: *\n"


def allows(text: str, path: str) -> bool:
    return Robots(200, text.encode()).allows(f"https://h.fr{path}")


# RFC 9309, 2.2 and 5


def test_simple_example_of_the_rfc() -> None:
    text = """User-Agent: *
Disallow: *.gif$
Disallow: /example/
Allow: /publications/

User-Agent: foobot
Disallow:/
Allow:/example/page.html
Allow:/example/allowed.gif

User-Agent: barbot
User-Agent: bazbot
Disallow: /example/page.html

User-Agent: quxbot
"""
    assert not allows(text, "/image.gif")
    assert not allows(text, "/example/page.html")
    assert allows(text, "/publications/x")
    assert allows(text, "/autre")
    for name, path, expected in [
        ("foobot", "/example/page.html", True),
        ("foobot", "/example/allowed.gif", True),
        ("foobot", "/publications/", False),
        ("barbot", "/example/page.html", False),
        ("bazbot", "/example/page.html", False),
        ("bazbot", "/example/autre.html", True),
        # A group without rules: everything may be read.
        ("quxbot", "/example/page.html", True),
    ]:
        assert allows(text.replace(name, "CyberVigie"), path) is expected, (name, path)


def test_longest_match_of_the_rfc() -> None:
    text = "User-Agent: foobot\nAllow: /example/page/\nDisallow: /example/page/disallowed.gif\n"
    text = text.replace("foobot", "CyberVigie")
    assert not allows(text, "/example/page/disallowed.gif")
    assert allows(text, "/example/page/")


def test_groups_of_the_same_agent_are_combined() -> None:
    text = (
        "User-agent: cybervigie\nDisallow: /a\n\nUser-agent: x\nDisallow: /\n\nUSER-AGENT: CYBERVIGIE\nDisallow: /b\n"
    )
    assert not allows(text, "/a")
    assert not allows(text, "/b")
    assert allows(text, "/c")


@pytest.mark.parametrize("agent", ["CyberVigie", "cybervigie", "CYBERVIGIE", "CyberVigie/1.0", "CyberVigie *"])
def test_our_name_however_written(agent: str) -> None:
    assert not allows(f"User-agent: {agent}\nDisallow: /a\n\n{ALL}Disallow:\n", "/a")


@pytest.mark.parametrize("agent", ["Cyber", "C", "CyberVigieBot", "NotCyberVigie", "Mozilla CyberVigie", "**", "", "/"])
def test_the_name_of_another(agent: str) -> None:
    assert allows(f"User-agent: {agent}\nDisallow: /\n\n{ALL}Disallow: /b\n", "/a")
    assert not allows(f"User-agent: {agent}\nAllow: /\n\n{ALL}Disallow: /a\n", "/a")


def test_without_a_group_for_us_or_all_everything_may_be_read() -> None:
    assert allows("User-agent: x\nDisallow: /\n", "/a")
    assert allows("Disallow: /\n", "/a")
    assert allows("", "/a")


def test_lines_that_are_no_rules_do_not_end_a_group() -> None:
    # RFC 9309, 2.2.4: other records must not interfere with those of the protocol.
    text = f"User-agent: x\nSitemap: https://h.fr/s.xml\nCrawl-delay: 9\nHost: h.fr\n{US}Disallow: /a\n"
    assert not allows(text, "/a")
    text = f"{US}Crawl-delay: 9\nUser-agent: x\nDisallow: /a\n"
    assert not allows(text, "/a")
    assert Robots(200, text.encode()).crawl_delay() == 9


@pytest.mark.parametrize(
    ("rule", "path"),
    [
        # RFC 9309, 2.2.2: octets compared after percent-encoding.
        ("/foo/bar?baz=quz", "/foo/bar?baz=quz"),
        ("/foo/bar?baz=https://foo.bar", "/foo/bar?baz=https%3A%2F%2Ffoo.bar"),
        ("/foo/bar/ツ", "/foo/bar/%E3%83%84"),
        ("/foo/bar/%E3%83%84", "/foo/bar/%E3%83%84"),
        ("/foo/bar/%62%61%7A", "/foo/bar/baz"),
    ],
)
def test_encoding_of_the_rfc(rule: str, path: str) -> None:
    if "https://" in rule:
        # The one example in which a reserved character is equal to its escape; "/" and "%2F" are kept apart.
        path = path.replace("%2F", "/")
    assert not allows(f"{US}Disallow: {rule}\n", path)


def test_special_characters_of_the_rfc() -> None:
    # 2.2.3
    assert not allows(f"{US}Disallow: /this/*/exactly\n", "/this/or/that/exactly")
    assert not allows(f"{US}Disallow: /this/path/exactly$\n", "/this/path/exactly")
    assert allows(f"{US}Disallow: /this/path/exactly$\n", "/this/path/exactly/x")
    assert allows(f"{US}Disallow: /a # commentaire\nAllow: /a/b\n", "/a/b")
    assert not allows(f"{US}Disallow: /path/file-with-a-%2A.html\n", "/path/file-with-a-*.html")
    assert allows(f"{US}Disallow: /path/file-with-a-%2A.html\n", "/path/file-with-a-x.html")
    assert not allows(f"{US}Disallow: /path/foo-%24\n", "/path/foo-$")


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 451])
def test_unavailable_means_that_everything_may_be_read(status: int) -> None:
    robots = Robots(status, f"{ALL}Disallow: /\n".encode())
    assert robots.reachable
    assert robots.allows("https://h.fr/a")
    assert robots.crawl_delay() == 0


@pytest.mark.parametrize("status", [500, 502, 503, 504, 599, 429, 0, None, 301, 302, 304, 100])
def test_unreachable_means_that_nothing_may_be_read(status: int | None) -> None:
    robots = Robots(status, f"{ALL}Allow: /\n".encode())
    assert not robots.reachable
    assert not robots.allows("https://h.fr/a")
    assert not robots.allows("https://h.fr/robots.txt")
    assert robots.sitemaps() == ()


def test_robots_txt_itself_may_be_read() -> None:
    assert allows(f"{ALL}Disallow: /\n", "/robots.txt")


def test_only_the_first_512_kib_count_and_no_half_line() -> None:
    filling = b"# " + b"x" * 97 + b"\n"
    start = ALL.encode() + b"Disallow: /avant\n"
    body = start + filling * ((MAX_BYTES - len(start)) // 100) + b"Disallow: /apres\n" * 100
    robots = Robots(200, body)
    assert not robots.allows("https://h.fr/avant")
    assert not robots.allows("https://h.fr/apres")
    room = MAX_BYTES - len(start) - len(b"Allow: /a")
    cut = start + b"#" * (room - 1) + b"\n" + b"Allow: /avant/public\n"
    assert not Robots(200, cut).allows("https://h.fr/avant/public")
    # Cut after "Disallow: /", the last line would close the whole site.
    room = MAX_BYTES - len(start) - len(b"Disallow: /")
    cut = start + b"#" * (room - 1) + b"\n" + b"Disallow: /prive\n"
    assert Robots(200, cut).allows("https://h.fr/a")
    assert Robots(200, cut[:MAX_BYTES]).allows("https://h.fr/a")


# Google: https://developers.google.com/search/docs/crawling-indexing/robots/robots_txt


@pytest.mark.parametrize(
    ("rule", "matched", "other"),
    [
        ("/", ["/", "/x"], []),
        ("/*", ["/", "/x"], []),
        (
            "/fish",
            ["/fish", "/fish.html", "/fish/salmon.html", "/fishheads", "/fish.php?id=any"],
            ["/Fish.asp", "/catfish"],
        ),
        ("/fish*", ["/fish", "/fish.html", "/fishheads/yummy.html"], ["/Fish.asp", "/catfish", "/?id=fish"]),
        ("/fish/", ["/fish/", "/fish/?id=anything", "/fish/salmon.htm"], ["/fish", "/fish.html", "/animals/fish/"]),
        (
            "/*.php",
            ["/index.php", "/folder/filename.php?parameters", "/folder/any.php.file.html"],
            ["/", "/windows.PHP"],
        ),
        ("/*.php$", ["/filename.php", "/folder/filename.php"], ["/filename.php?parameters", "/filename.php5", "/php"]),
        ("/fish*.php", ["/fish.php", "/fishheads/catfish.php?parameters"], ["/Fish.PHP"]),
    ],
)
def test_paths_of_google(rule: str, matched: list[str], other: list[str]) -> None:
    assert [path for path in matched if allows(f"{ALL}Disallow: {rule}\n", path)] == []
    assert [path for path in other if not allows(f"{ALL}Disallow: {rule}\n", path)] == []


@pytest.mark.parametrize(
    ("rules", "path", "expected"),
    [
        ("Allow: /p\nDisallow: /\n", "/page", True),
        ("Allow: /folder\nDisallow: /folder\n", "/folder/page", True),
        ("Allow: /page\nDisallow: /*.htm\n", "/page.htm", False),
        ("Allow: /page\nDisallow: /*.ph\n", "/page.php5", True),
        ("Allow: /$\nDisallow: /\n", "/", True),
        ("Allow: /$\nDisallow: /\n", "/page.htm", False),
    ],
)
def test_precedence_of_google(rules: str, path: str, expected: bool) -> None:
    assert allows(ALL + rules, path) is expected


def test_two_agents_for_one_group_of_google() -> None:
    text = "user-agent: a\ndisallow: /c\n\nuser-agent: b\ndisallow: /d\n\n"
    text += "user-agent: e\nuser-agent: cybervigie\ndisallow: /g\n"
    assert [path for path in ("/c", "/d", "/g") if not allows(text, path)] == ["/g"]


# What sites do


def test_line_ends_marks_and_encodings() -> None:
    for end in ("\n", "\r\n", "\r"):
        body = f"User-agent: *{end}Disallow: /a{end}{end}Disallow: /b{end}".encode()
        for mark in (b"", b"\xef\xbb\xbf"):
            robots = Robots(200, mark + body)
            assert not robots.allows("https://h.fr/a")
            assert not robots.allows("https://h.fr/b")
            assert robots.allows("https://h.fr/c")
    body = "User-agent: *\nDisallow: /privé\nDisallow: /b\n"
    for codec in ("utf-8", "latin-1"):
        robots = Robots(200, body.encode(codec))
        assert not robots.allows("https://h.fr/priv%C3%A9")
        assert not robots.allows("https://h.fr/b")


def test_spellings_that_are_read_all_the_same() -> None:
    for line in ("disallow: /a", "DISALLOW:/a", "Disalow: /a", "Dissallow: /a", "disallow /a", "  Disallow :  /a  "):
        assert not allows(f"useragent: *\n{line}\n", "/a"), line
    assert not allows("User agent *\nDisallow: /a\n", "/a")


def test_a_page_in_place_of_robots_txt_holds_no_rules() -> None:
    page = (
        b"<!DOCTYPE html><html><head><title>Accueil</title></head><body><p>Disallow: / dans un texte</p></body></html>"
    )
    assert Robots(200, page).allows("https://h.fr/a")
    assert Robots(200, bytes(range(256)) * 100).allows("https://h.fr/a")


def test_real_files(official: Path) -> None:
    for name, host in [
        ("messervices", "messervices.cyber.gouv.fr"),
        ("monservicesecurise", "monservicesecurise.cyber.gouv.fr"),
    ]:
        path = official / "raw" / f"{name}.cyber.gouv.fr-robots.txt"
        if not path.is_file():
            pytest.skip(f"{path.name} absent")
        robots = Robots(200, path.read_bytes())
        assert robots.allows(f"https://{host}/guides/x")
        assert not robots.allows(f"https://{host}/connexion")
        assert not robots.allows(f"https://{host}/oidc/x")
        assert robots.sitemaps() == (f"https://{host}/sitemap.xml",)
        assert robots.crawl_delay() == 0


def test_delays() -> None:
    def delay(lines: str, agent: str = ALL) -> float:
        return Robots(200, (agent + lines).encode()).crawl_delay()

    assert delay("Crawl-delay: 10\n") == 10
    assert delay("Crawl-delay: 0.5\nDisallow: /a\n") == 0.5
    assert delay("crawl delay: 7\n") == 7
    for written, seconds in (("10,5", 10.5), ("10s", 10), ("10 s", 10), ("2.5sec", 2.5), ("30 secondes", 30)):
        assert delay(f"Crawl-delay: {written}\n") == seconds, written
    assert delay("Request-rate: 1/5\n") == 5
    assert delay("Request-rate: 2/1m\nCrawl-delay: 3\n") == 30
    assert delay("Request-rate: 1/10 0900-1800\n") == 10
    assert delay("Crawl-delay: 86400\n") == MAX_DELAY_S
    for malformed in ("dix", "-4", "nan", "inf", "", "1e999", "1/0"):
        assert delay(f"Crawl-delay: {malformed}\nRequest-rate: {malformed}\n") == 0
    assert delay("Crawl-delay: 10\n", "User-agent: x\nDisallow:\n\n" + US) == 10
    assert delay(f"Crawl-delay: 10\nDisallow: /a\n\n{US}Disallow: /b\n") == 0


def test_sitemaps_wherever_they_stand() -> None:
    text = (
        "Sitemap: https://h.fr/s1.xml\nUser-agent: x\nSITEMAP: http://h.fr/s2.xml # celui-ci\nDisallow: /\n"
        "sitemap:https://h.fr/s1.xml\nSitemap: /s3.xml\nSitemap: ftp://h.fr/s4.xml\nSitemap:\n"
    )
    robots = Robots(200, text.encode())
    assert robots.sitemaps() == ("https://h.fr/s1.xml", "https://h.fr/s2.xml")
    assert robots.sitemaps("https://h.fr/robots.txt")[2:] == ("https://h.fr/s3.xml",)
    assert len(Robots(200, b"".join(b"Sitemap: https://h.fr/%d\n" % n for n in range(5000))).sitemaps()) == 100


# Memory of a host


def test_fresh_for_a_day() -> None:
    assert fresh(1000.0, 1000.0 + DAY - 1)
    assert not fresh(1000.0, 1000.0 + DAY)
    assert not fresh(1000.0, 999.0)
    assert not fresh(0.0, 1.8e9)


def test_an_answer_replaces_what_was_known() -> None:
    first = renewed(HostRecord("h.fr", last_request_at=5.0), 200, b"Disallow: /", 1e9)
    assert first == HostRecord(
        "h.fr", last_request_at=5.0, robots_body=b"Disallow: /", robots_status=200, robots_at=1e9
    )
    gone = renewed(first, 404, b"une page", 1e9 + DAY)
    assert (gone.robots_status, gone.robots_body, gone.robots_at) == (404, None, 1e9 + DAY)


@pytest.mark.parametrize("failure", [0, 500, 503, 429, 302])
def test_a_host_that_does_not_answer(failure: int) -> None:
    never = renewed(HostRecord("h.fr"), failure, b"", 1e9)
    assert not Robots(never.robots_status, never.robots_body).allows("https://h.fr/a")
    assert not fresh(never.robots_at, 1e9)
    for status in (200, 404):
        known = renewed(HostRecord("h.fr"), status, b"", 1e9)
        kept = renewed(known, failure, b"", 1e9 + 29 * DAY)
        assert kept == known
        assert not fresh(kept.robots_at, 1e9 + 29 * DAY)
        assert Robots(kept.robots_status, kept.robots_body).allows("https://h.fr/a")
        lost = renewed(kept, failure, b"", 1e9 + 30 * DAY)
        assert not Robots(lost.robots_status, lost.robots_body).allows("https://h.fr/a")


# Hostile files


@pytest.mark.parametrize(
    "body",
    [
        b"Disallow: /" + b"*a" * 250_000 + b"b\n",
        b"Disallow: /*aab\n" * 32_000,
        b"Disallow: /*" + b"*" * 500_000 + b"$\n",
        (b"Disallow: *" + b"a" * 500 + b"b" + b"a" * 500 + b"\n") * 500,
        b"Disallow: /*$*$*$$$$$$$$$$$$$x\n" * 16_000,
        b"".join(b"user-agent: a%d\n" % n for n in range(15_000)) + b"Disallow: /x\n" * 15_000,
        b"user-agent: cybervigie\nuser-agent: a\nDisallow: /*x*y\n" * 9_000,
        b":" * 500_000,
        b"User-agent: " + b" " * 500_000,
        b"\xff" * 500_000,
    ],
    ids=[
        "stars",
        "short",
        "only-stars",
        "long",
        "anchors",
        "agents-times-rules",
        "groups",
        "colons",
        "spaces",
        "bytes",
    ],
)
def test_hostile_files_take_little_time(body: bytes) -> None:
    begun = time.process_time()
    robots = Robots(200, ALL.encode() + body)
    robots.allows("https://h.fr/" + "a" * 2030)
    assert time.process_time() - begun < 2


@given(st.binary(max_size=300) | st.text(alphabet="user-agent: *disallow/\nsitemap $#%", max_size=300).map(str.encode))
def test_nothing_raises(body: bytes) -> None:
    robots = Robots(200, body)
    assert robots.allows("https://h.fr/a") in {True, False}
    assert 0 <= robots.crawl_delay() <= MAX_DELAY_S
    assert isinstance(robots.sitemaps("https://h.fr/robots.txt"), tuple)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_utf_16_is_read(encoding: str) -> None:
    rules = Robots(200, "User-agent: *\r\nDisallow: /prive\r\n".encode(encoding))
    assert not rules.allows("https://site.test/prive/x")
    assert rules.allows("https://site.test/x")


@pytest.mark.parametrize(
    ("body", "page"),
    [
        (b"<!DOCTYPE html><html><body>Connexion</body></html>", True),
        (b"\xef\xbb\xbf\n <!-- x --><html>", True),
        (b"<html>\nUser-agent: *\nDisallow: /x\n", False),
        (b"User-agent: *\nDisallow: /<html>\n", False),
        (b"", False),
    ],
)
def test_pages_are_told_from_rules(body: bytes, page: bool) -> None:
    assert is_page(body) is page
