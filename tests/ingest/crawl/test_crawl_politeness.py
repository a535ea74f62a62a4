"""Politeness, judged from the server's own log: rules of robots.txt, pauses, one request and one connection a host."""

import itertools
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from .replica import stored
from .replica.content import HTML, TEXT, Resource, Site, page, redirect
from .replica.expected import block
from .replica.pages import plain
from .replica.server import Exchange, ReplicaServer
from .replica.terminal import Result, Terminal, Workplace

GAP = 2.0


def small(host: str, names: str = "abc", robots: str | None = None) -> Site:
    """A site of a start page and one page a letter."""
    site = Site(host)
    links = "".join(f'<a href="/{name}">{name}</a> ' for name in names)
    site.put("/", plain(f"Accueil de {host}", f"<p>Bienvenue sur {host}.</p>{links}"))
    for name in names:
        site.put(f"/{name}", plain(f"Page {name}", f"<p>La page {name} de {host} donne un conseil au cabinet.</p>"))
    if robots is not None:
        site.robots(robots)
    return site


def gaps(exchanges: list[Exchange]) -> list[float]:
    """Seconds from the end of each reply to the next request."""
    pairs = itertools.pairwise(exchanges)
    return [later.started - (earlier.ended or earlier.started) for earlier, later in pairs]


def test_two_seconds_between_requests_and_across_a_kill(terminal: Terminal, tmp_path: Path) -> None:
    sites = [small("un.test"), small("deux.test")]
    with ReplicaServer(sites) as server:
        blocks = [block(site.host.split(".")[0], "Éditeur", [site], ["/"]) for site in sites]
        place = Workplace(terminal, server, tmp_path, blocks, gap=None)
        running = place.begin("crawl")
        # Some time after the second round of requests, while both hosts are being waited for.
        while len(server.since()) < 4:
            time.sleep(0.02)
        time.sleep(0.5)
        running.kill()
        assert running.wait().code < 0
        resumed = place.crawl()
        assert resumed.code == 0, resumed.err
        assert resumed.report["resumed"]
        for site in sites:
            asked = server.since(host=site.host)
            targets = [one.target for one in asked]
            # A page whose reading the kill cut short is asked for once more.
            assert [target for target, _ in itertools.groupby(targets)] == ["/robots.txt", "/", "/a", "/b", "/c"]
            assert len(targets) <= 6
            assert min(gaps(asked)) >= GAP
            assert max(one.together for one in asked) == 1
            # One before the kill, one after.
            assert len(server.connections(site.host)) == 2
        # The hosts did not wait for each other.
        assert max(one.started for one in server.since()) - server.since()[0].started < 2 * 5 * GAP


HTML_ROBOTS = "<html><body>User-agent: *\nDisallow: /b</body></html>"
LONG = "".join(f"# {number:05d} {'x' * 90}\n" for number in range(6200))
ROBOTS: dict[str, tuple[str | Resource | None, set[str]]] = {
    "groupes": (
        "User-agent: *\nDisallow: /\n\nUser-agent: AutreRobot\nUser-agent: cybervigie\nDisallow: /b\n",
        {"/", "/a", "/c"},
    ),
    "jokers": ("User-agent: *\nDisallow: /*b$\nDisallow: /c\nAllow: /c\n", {"/", "/a", "/c"}),
    "absent": (None, {"/", "/a", "/b", "/c"}),
    "interdit": (Resource(b"", TEXT, status=403), {"/", "/a", "/b", "/c"}),
    "page": (Resource(HTML_ROBOTS.encode(), HTML), {"/", "/a", "/b", "/c"}),
    "marque": ("\ufeffuser-agent : *\r\ndisallow : /b # remarque\r\n", {"/", "/a", "/c"}),
    "lourd": (f"User-agent: *\nDisallow: /b\n{LONG}Disallow: /\n", {"/", "/a", "/c"}),
    "deplace": (redirect("/regles.txt"), {"/", "/a"}),
    "ferme": ("User-agent: *\nDisallow: /\n", set()),
    "nosnippet": ("User-agent: *\nNoindex: /b\nDisallow: /a%62c\n", {"/", "/a", "/b", "/c"}),
}
"""Host -> its robots.txt, and the pages that may be read."""


@pytest.fixture(scope="module")
def polite(
    terminal: Terminal, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[ReplicaServer, Workplace, Result]]:
    sites = []
    for name, (robots, _) in ROBOTS.items():
        site = small(f"{name}.robots.test", robots=robots if isinstance(robots, str) else None)
        if isinstance(robots, Resource):
            site.put("/robots.txt", robots)
        sites.append(site)
    by_name = {site.host.split(".")[0]: site for site in sites}
    by_name["deplace"].put("/regles.txt", Resource(b"User-agent: *\nDisallow: /b\nDisallow: /c\n", TEXT))
    slow = small("lent.robots.test", "a", "User-agent: *\nCrawl-delay: 1\n")
    busy = small("occupe.robots.test", "ab", "")
    busy.once(
        "/a", Resource(status=429, headers={"Retry-After": "1"}), Resource(status=503, headers={"Retry-After": "1"})
    )
    sites += [slow, busy]
    with ReplicaServer(sites) as server:
        blocks = [block(site.host.split(".")[0], "Éditeur", [site], ["/"]) for site in sites]
        place = Workplace(terminal, server, tmp_path_factory.mktemp("robots"), blocks)
        yield server, place, place.crawl()


@pytest.mark.parametrize("name", ROBOTS)
def test_rules_of_robots(polite: tuple[ReplicaServer, Workplace, Result], name: str) -> None:
    server, _, result = polite
    _, allowed = ROBOTS[name]
    targets = [one.target for one in server.since(host=f"{name}.robots.test")]
    assert targets[0] == "/robots.txt"
    assert targets.count("/robots.txt") == 1
    assert {target for target in targets if not target.endswith(".txt")} == allowed
    refused = {url.rpartition("/")[2] for url, reason in result.summary(name)["refused"] if reason == "robots"}
    assert refused == ({""} if not allowed else {"", "a", "b", "c"} - {target[1:] for target in allowed})


def test_crawl_delay_is_kept(polite: tuple[ReplicaServer, Workplace, Result]) -> None:
    server, _, _ = polite
    asked = server.since(host="lent.robots.test")
    assert [one.target for one in asked] == ["/robots.txt", "/", "/a"]
    assert min(gaps(asked)) >= 1.0


def test_retry_after_is_kept_and_the_page_read_in_the_end(polite: tuple[ReplicaServer, Workplace, Result]) -> None:
    server, place, result = polite
    asked = server.since(host="occupe.robots.test")
    assert [one.status for one in asked if one.target == "/a"] == [429, 503, 200]
    for earlier, later in itertools.pairwise(asked):
        if earlier.status in {429, 503}:
            assert earlier.ended is not None
            assert later.started - earlier.ended >= 1.0
    assert result.summary("occupe")["errors"] == []
    assert "https://occupe.robots.test/a" in stored.documents(place.data)


def test_one_connection_a_host(polite: tuple[ReplicaServer, Workplace, Result]) -> None:
    server, _, _ = polite
    for name in ROBOTS:
        opened = server.connections(f"{name}.robots.test")
        # Of a robots.txt that is too long the rest is not read: that connection is of no more use.
        assert len(opened) == (2 if name == "lourd" else 1)
        for earlier, later in itertools.pairwise(opened):
            assert earlier.closed is not None
            assert later.opened > earlier.closed
    assert {one.together for one in server.since()} == {1}


@pytest.mark.parametrize(
    "answer",
    [Resource(b"", TEXT, status=500), redirect("https://ailleurs.test/robots.txt")],
    ids=["500", "elsewhere"],
)
def test_a_host_whose_rules_cannot_be_read_is_not_read(terminal: Terminal, tmp_path: Path, answer: Resource) -> None:
    site, other, looping = small("panne.test"), small("sain.test", robots=""), small("boucle.test")
    site.put("/robots.txt", answer)
    looping.put("/robots.txt", redirect("/robots.txt"))
    sites = [site, other, looping]
    with ReplicaServer(sites) as server:
        blocks = [block(one.host.split(".")[0], "Éditeur", [one], ["/"]) for one in sites]
        place = Workplace(terminal, server, tmp_path, blocks)
        result = place.crawl()
        assert result.code == 1
        assert {one.target for one in server.since(host="panne.test")} == {"/robots.txt"}
        assert len(server.since(host="panne.test")) <= 3
        assert not result.summary("panne")["finished"]
        assert result.summary("sain")["documents"] == 4
        # RFC 9309, section 2.3.1.2: rules that five redirects do not lead to may count as absent.
        assert [one.target for one in server.since(host="boucle.test")] == ["/robots.txt"] * 6 + ["/", "/a", "/b", "/c"]
        assert len(stored.documents(place.data)) == 8


def test_nofollow_and_noindex_of_headers_are_those_of_all_robots_or_ours(terminal: Terminal, tmp_path: Path) -> None:
    site = small("entetes.test", "abcd", "")
    for path, value in (
        ("/a", "noindex"),
        ("/b", "autrerobot: noindex"),
        ("/c", "cybervigie: none"),
        ("/d", "max-snippet:0"),
    ):
        body = site.resources[path].body.decode()
        site.put(path, page(body, headers={"X-Robots-Tag": value}))
    with ReplicaServer([site]) as server:
        place = Workplace(terminal, server, tmp_path, [block("entetes", "Éditeur", [site], ["/"])])
        result = place.crawl()
        assert result.code == 0, result.err
        assert sorted(stored.documents(place.data)) == ["https://entetes.test/", "https://entetes.test/b"]
        reasons = {url.rpartition("/")[2]: reason for url, reason in result.summary("entetes")["refused"]}
        assert reasons == {"a": "noindex", "c": "noindex", "d": "nosnippet"}
