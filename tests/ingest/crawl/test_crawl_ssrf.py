"""More than two hundred forbidden spellings, through every door: no contact with a canary."""

import html
import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit
from xml.sax.saxutils import escape

import pytest

from ingest.crawl.urls import canonical

from .replica import stored
from .replica.canary import Canary
from .replica.content import TEXT, XML, Resource, Site
from .replica.expected import block
from .replica.pages import plain
from .replica.server import ReplicaServer
from .replica.terminal import Result, Terminal, Workplace
from .replica.wires import ReplicaDialer, Wiring, public_address
from .spellings import ALLOWED, CLOSED_ADDRESSES, FORBIDDEN

SPELLINGS = tuple(FORBIDDEN)
LINES = [spelling for spelling in SPELLINGS if spelling.isprintable()]
WORDS = "<p>Cette page donne un conseil court au cabinet, sans rien de plus.</p>"


def latin(text: str) -> str:
    """A header's value: bytes as latin-1 text, without line ends."""
    return text.replace("\r", "").replace("\n", "").encode("utf-8", "surrogatepass").decode("latin-1")


@dataclass(frozen=True)
class Attack:
    """A crawl of sites that lead to forbidden addresses in every way."""

    canary: Canary
    server: ReplicaServer
    place: Workplace
    result: Result
    rebinding: tuple[str, ...]


def test_there_are_more_than_two_hundred_spellings() -> None:
    assert len(set(SPELLINGS)) >= 200
    assert len(set(CLOSED_ADDRESSES)) >= 50


def test_the_canary_would_see_a_contact(tmp_path: Path) -> None:
    with Canary() as canary:
        wiring = Wiring(
            port=1, authority="", answers={"a.test": [["51.15.0.1"]]}, log=str(tmp_path / "log"), canary=canary.port
        )
        for address in ("127.0.0.1", "::1", "10.0.0.1"):
            ReplicaDialer(wiring).dial(address, 443, timeout=1).close()
        for _ in range(100):
            if len(canary.contacts) == 3:
                break
            canary.wait()
        assert len(canary.contacts) == 3


def door(address: str) -> str:
    return f'<a href="{html.escape(address)}">Une porte du site</a> '


def attacking() -> Site:
    """The site that leads to every forbidden spelling."""
    site = Site(ALLOWED)
    site.robots(f"User-agent: *\nDisallow:\nSitemap: {site.url('/plan.xml')}\n")
    entries = "".join(f"<url><loc>{escape(one)}</loc></url>" for one in LINES)
    # Some spellings are, once normalised, addresses of the site itself: those are pages, no sitemaps.
    foreign = [one for one in LINES if canonical(one) is None]
    index = "".join(f"<sitemap><loc>{escape(one)}</loc></sitemap>" for one in (site.url("/plan-2.xml"), *foreign))
    namespace = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
    site.put("/plan.xml", Resource(f"<sitemapindex {namespace}>{index}</sitemapindex>".encode(), XML))
    site.put("/plan-2.xml", Resource(f"<urlset {namespace}>{entries}</urlset>".encode(), XML))
    ways = range(len(SPELLINGS))
    doors = [f"/redirection/{n}" for n in ways] + [f"/canonique/{n}" for n in ways] + ["/liens"]
    # A page gives a limited number of links.
    halls = {f"/portes/{start}": doors[start : start + 200] for start in range(0, len(doors), 200)}
    site.put("/", plain("Accueil", WORDS + "".join(map(door, halls))))
    for hall, behind in halls.items():
        site.put(hall, plain(f"Portes {hall}", WORDS + "".join(map(door, behind))))
    site.put("/liens", plain("Liens", WORDS + "".join(map(door, SPELLINGS))))
    for n, one in enumerate(SPELLINGS):
        status = (301, 302, 303, 307, 308)[n % 5]
        site.put(f"/redirection/{n}", Resource(status=status, headers={"Location": latin(one)}, etag=False))
        head = f'<link rel="canonical" href="{html.escape(one)}">'
        if n % 3 == 0:
            head += f'<meta http-equiv="refresh" content="0; url={html.escape(one)}">'
        site.put(f"/canonique/{n}", plain(f"Page {n}", f"{WORDS}<p>Elle porte le numéro {n}.</p>", head))
    return site


@pytest.fixture(scope="module")
def attack(terminal: Terminal, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Attack]:
    site = attacking()
    # robots.txt of one host can lead to one place only: a host for each spelling.
    rules = [Site(f"h{n}.regles.test") for n in range(len(SPELLINGS))]
    for host, spelling in zip(rules, SPELLINGS, strict=True):
        host.put("/robots.txt", Resource(status=302, headers={"Location": latin(spelling)}, etag=False))
        host.put("/", plain(f"Accueil de {host.host}", WORDS))
    # A crawler may well stop reading a long list: few lines a host.
    plans = []
    for n, lines in enumerate(LINES[start : start + 10] for start in range(0, len(LINES), 10)):
        host = Site(f"p{n}.plans.test")
        host.robots("User-agent: *\nDisallow:\n" + "".join(f"Sitemap: {one}\n" for one in lines))
        host.put("/", plain(f"Accueil de {host.host}", WORDS))
        plans.append(host)
    answers: dict[str, list[list[str]]] = {}
    flipping = []
    numbers = itertools.count(40_000)
    for n, address in enumerate(CLOSED_ADDRESSES):
        good = public_address(next(numbers))
        others = {"d": [[address]], "m": [[good, address]], "n": [[address, good]]}
        other = "dmn"[n % 3]
        for way, found in (("f", [[good], [address]]), (other, others[other])):
            host = Site(f"{way}{n}.rebond.test")
            host.put("/robots.txt", Resource(b"", TEXT, keep_alive=False))
            host.put("/", Resource(plain("Accueil", WORDS).encode(), keep_alive=False))
            answers[host.host] = found
            flipping.append(host)
    sites = [site, *rules, *plans, *flipping]
    names = [ALLOWED, "*.regles.test", "*.plans.test", "*.rebond.test"]
    with Canary() as canary, ReplicaServer(sites, names=names) as server:
        blocks = [
            block("attaque", "Éditeur", [site], ["/"], max_pages=2000),
            *(
                block(name, "Éditeur", hosts, ["/"], start_urls=[host.url("/") for host in hosts], max_pages=2000)
                for name, hosts in (("regles", rules), ("plans", plans), ("rebond", flipping))
            ),
        ]
        place = Workplace(
            terminal, server, tmp_path_factory.mktemp("ssrf"), blocks, canary=canary.port, answers=answers
        )
        result = place.crawl()
        yield Attack(canary, server, place, result, tuple(host.host for host in flipping))


def test_the_crawl_came_to_an_end(attack: Attack) -> None:
    assert attack.result.code == 1, attack.result.err
    asked = {one.target for one in attack.server.since(host=ALLOWED)}
    for n in range(len(SPELLINGS)):
        assert {f"/redirection/{n}", f"/canonique/{n}"} <= asked
    assert {"/plan.xml", "/plan-2.xml", "/liens"} <= asked
    assert len({one.host for one in attack.server.since() if one.host.endswith(".regles.test")}) == len(SPELLINGS)


def test_the_canary_was_never_contacted(attack: Attack) -> None:
    assert attack.canary.contacts == []


def test_only_checked_public_addresses_were_dialled(attack: Attack) -> None:
    known = {address for answers in attack.place.wiring.answers.values() for found in answers for address in found}
    dialled = attack.place.dialled()
    assert dialled
    for address, port in dialled:
        assert port == 443
        assert address in known
        assert ip_address(address).is_global
        assert address not in CLOSED_ADDRESSES


def test_names_that_lead_inside_were_not_read(attack: Attack) -> None:
    errors = dict(map(tuple, attack.result.summary("rebond")["errors"]))
    for host in attack.rebinding:
        asked = [one.target for one in attack.server.since(host=host)]
        # A name that flips is seen through at the second connection; the other ways never make one.
        assert asked == (["/robots.txt"] if host.startswith("f") else [])
        assert errors[f"https://{host}/{'' if asked else 'robots.txt'}"] == "address"


def test_only_the_sites_own_addresses_are_remembered(attack: Attack) -> None:
    for url in (*stored.pages(attack.place.data), *stored.documents(attack.place.data)):
        parts = urlsplit(url)
        assert parts.scheme == "https"
        assert parts.netloc in attack.server.sites
