"""The gate of addresses: what it lets through, and 220 spellings and more of what it does not."""

import socket
import string
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.crawl.addresses import checked_target, global_address
from ingest.crawl.errors import AddressRefused, Unreachable
from ingest.crawl.fetch import HttpFetcher
from ingest.crawl.model import FetchRequest, Purpose
from tests.ingest.crawl.loopback import Canary, Leading, Names, trusting
from tests.ingest.crawl.spellings import (
    ALLOWED,
    CLOSED_ADDRESSES,
    FORBIDDEN,
    HOSTS,
    OPEN_ADDRESSES,
    UNREADABLE_ADDRESSES,
)


@dataclass
class AsWritten:
    """A resolver that reads every name as the loopback address or the number that it spells."""

    asked: list[str] = field(default_factory=list)

    def resolve(self, host: str, *, timeout: float) -> list[str]:
        self.asked.append(host)
        try:
            return [socket.inet_ntoa(socket.inet_aton(host))]
        except OSError:
            return ["127.0.0.1", "::1"]


@pytest.mark.parametrize(
    ("url", "sent"),
    [
        ("https://www.site.example", "/"),
        ("https://www.site.example/", "/"),
        ("https://www.site.example:443/guides", "/guides"),
        ("HTTPS://WWW.Site.Example/Guides", "/Guides"),
        ("https://www.site.example?page=2", "/?page=2"),
        ("https://www.site.example/a?b=c&d=%20#part", "/a?b=c&d=%20"),
        ("https://www.site.example/#@127.0.0.1", "/"),
        ("https://www.site.example/r?u=https://127.0.0.1/../x", "/r?u=https://127.0.0.1/../x"),
        ("https://www.site.example/%C3%A9t%C3%A9/fichier..v2.pdf", "/%C3%A9t%C3%A9/fichier..v2.pdf"),
        ("https://www.site.example//double@x:80/", "//double@x:80/"),
        ("https://www.site.example/...", "/..."),
    ],
)
def test_an_allowed_address_is_split(url: str, sent: str) -> None:
    target = checked_target(url, HOSTS)
    assert (target.host, target.path_and_query) == (ALLOWED, sent)
    assert target.url == f"https://{ALLOWED}{sent}"


def test_the_table_is_long_enough() -> None:
    assert len(FORBIDDEN) >= 220


def test_no_spelling_reaches_a_canary() -> None:
    """The manifest itself is taken in by each spelling, and the resolver says what the attacker wants."""
    with Canary() as canary:
        resolver = AsWritten()
        fetcher = HttpFetcher("CyberVigie/0", resolver=resolver, dialer=canary, tls=trusting())
        for url in FORBIDDEN:
            for hosts in (HOSTS, HOSTS | _hosts_of(url)):
                with pytest.raises(AddressRefused) as caught:
                    fetcher.fetch(FetchRequest(url, Purpose.PAGE, hosts))
                assert caught.value.code == "address"
                assert not caught.value.retryable
                assert caught.value.subject.isprintable()
        fetcher.close()
        assert canary.contacts == 0


def test_spellings_are_refused_before_any_name_is_looked_up() -> None:
    resolver = AsWritten()
    fetcher = HttpFetcher("CyberVigie/0", resolver=resolver, dialer=Leading(1), tls=trusting())
    for url in FORBIDDEN:
        with pytest.raises(AddressRefused):
            fetcher.fetch(FetchRequest(url, Purpose.PAGE, HOSTS))
    assert resolver.asked == []


def test_the_canary_sees_who_contacts_it() -> None:
    with Canary() as canary:
        canary.dial("127.0.0.1", 443, timeout=1).close()
        assert canary.contacts == 1
        assert canary.contacts == 0


@pytest.mark.parametrize("address", CLOSED_ADDRESSES)
def test_closed_addresses(address: str) -> None:
    assert not global_address(address)


@pytest.mark.parametrize("address", UNREADABLE_ADDRESSES)
def test_what_is_not_an_address_is_closed(address: str) -> None:
    assert not global_address(address)


@pytest.mark.parametrize("address", OPEN_ADDRESSES)
def test_open_addresses(address: str) -> None:
    assert global_address(address)


@pytest.mark.parametrize("address", CLOSED_ADDRESSES)
@pytest.mark.parametrize("place", ["alone", "first", "last"])
def test_a_name_with_one_closed_address_is_refused_whole(address: str, place: str) -> None:
    answer = {"alone": [address], "first": [address, "8.8.8.8"], "last": ["8.8.8.8", address]}[place]
    with Canary() as canary:
        names = Names({ALLOWED: [answer]})
        fetcher = HttpFetcher("CyberVigie/0", resolver=names, dialer=canary, tls=trusting())
        with pytest.raises(AddressRefused, match="publique") as caught:
            fetcher.fetch(FetchRequest(f"https://{ALLOWED}/", Purpose.PAGE, HOSTS))
        assert caught.value.code == "address"
        assert canary.contacts == 0


def test_a_name_that_changes_its_mind_is_checked_again_and_never_followed() -> None:
    """Rebinding: global when checked, loopback when asked again; the second answer only serves a new connection."""
    with Canary() as canary:
        dialled: list[str] = []

        class Dialer:
            def dial(self, address: str, port: int, *, timeout: float) -> socket.socket:
                dialled.append(address)
                return canary.dial(address, port, timeout=timeout)

        names = Names({ALLOWED: [["8.8.8.8"], ["127.0.0.1"]]})
        fetcher = HttpFetcher("CyberVigie/0", resolver=names, dialer=Dialer(), tls=trusting())
        request = FetchRequest(f"https://{ALLOWED}/", Purpose.PAGE, HOSTS)
        with pytest.raises(Unreachable):
            fetcher.fetch(request)
        assert (names.asked, dialled) == ([ALLOWED], ["8.8.8.8"])
        with pytest.raises(AddressRefused):
            fetcher.fetch(request)
        assert (names.asked, dialled) == ([ALLOWED] * 2, ["8.8.8.8"])
        assert canary.contacts == 0


@given(
    st.lists(
        st.sampled_from(
            [*"/:@#?[]%\\.;&= \t\r\n\x00", "https://", "http://", ALLOWED, "127.0.0.1", "[::1]", "443", "%00", "é"]
        )
        | st.text(string.ascii_letters + string.digits, max_size=3),
        max_size=12,
    ).map("".join)
)
def test_whatever_is_let_through_is_for_the_allowed_host(text: str) -> None:
    for url in (text, f"https://{text}", f"https://{ALLOWED}{text}"):
        try:
            target = checked_target(url, HOSTS)
        except AddressRefused:
            continue
        assert target.host == ALLOWED
        assert target.path_and_query.startswith("/")
        assert target.path_and_query.isascii()
        assert not set(target.path_and_query) & set(" \t\r\n\x00\\#")
        parts = urlsplit(target.url)
        assert (parts.scheme, parts.netloc) == ("https", ALLOWED)


def _hosts_of(url: str) -> set[str]:
    """What a careless parser takes for the host."""
    found = set()
    for text in (url, url.replace("\\", "/")):
        try:
            parts = urlsplit(text)
            found |= {parts.hostname or "", parts.netloc.rpartition("@")[2]}
        except ValueError:
            continue
    return found - {ALLOWED}
