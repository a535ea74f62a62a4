"""What can only be said once a source was visited: redirects, own addresses, pages that nothing leads to."""

import pytest

from ingest.crawl.model import PageStatus, Via

from .scripted import Bench, page, sitemap, source, url


def test_a_redirect_updates_the_address(bench: Bench) -> None:
    bench.web.put("/", page("Accueil", "/old"))
    bench.web.put("/old", page("Le guide"))
    bench.crawl()
    bench.web.moved("/old", "/new")
    bench.web.put("/new", page("Le guide"))
    (summary,) = bench.crawl().sources
    assert summary.moved == [(url("/old"), url("/new"))]
    assert set(bench.documents()) == {"/", "/new"}
    record = bench.pages()["/old"]
    assert (record.status, record.moved_to) == (PageStatus.REDIRECT, url("/new"))
    assert bench.pages()["/new"].via is Via.REDIRECT
    (again,) = bench.crawl().sources
    assert again.moved == []


def test_a_redirect_of_which_nothing_was_kept_is_no_news(bench: Bench) -> None:
    bench.web.put("/", page("Accueil", "/old"))
    bench.web.moved("/old", "/new")
    bench.web.put("/new", page("Le guide"))
    (summary,) = bench.crawl().sources
    assert summary.moved == []
    assert set(bench.documents()) == {"/", "/new"}


def test_a_page_s_own_address_is_the_one_kept(bench: Bench) -> None:
    def own(path: str) -> str:
        return f'<link rel="canonical" href="{path}">'

    bench.web.put("/", page("Accueil", "/a?print=1", "/b", "/c", head=own("/")))
    bench.web.put("/a?print=1", page("Page A", head=own("/a")))
    bench.web.put("/a", page("Page A", head=own("/a")))
    bench.web.put("/b", page("Page B", head=own("/gone")))
    bench.web.put("/c", page("Page C", head=own("https://ailleurs.test/c")))
    (summary,) = bench.crawl().sources
    assert set(bench.documents()) == {"/", "/a", "/b", "/c"}
    assert dict(summary.refused) == {url("/a?print=1"): "canonical", url("/gone"): "404"}
    before = bench.image()["documents"]
    (summary,) = bench.crawl().sources
    assert bench.image()["documents"] == before
    assert summary.fetched == 0
    # The address that it gave as its own goes: the page speaks for itself again.
    bench.web.gone("/a")
    bench.web.put("/a?print=1", page("Page A", head=own("/a"), text="La page A, la seule qui reste de ce texte."))
    for _ in range(3):
        bench.crawl_next_day()
    assert set(bench.documents()) == {"/", "/a?print=1", "/b", "/c"}


def test_a_page_dropped_from_the_sitemap_leaves_unless_something_leads_to_it(bench: Bench) -> None:
    mapped = source(sitemaps=(url("/s.xml"),))
    bench.web.put("/s.xml", sitemap(url("/a"), url("/b"), url("/")))
    bench.web.put("/", page("Accueil", "/b"))
    bench.web.put("/a", page("Page A"))
    bench.web.put("/b", page("Page B"))
    bench.crawl(mapped)
    bench.web.put("/s.xml", status=500)
    assert bench.crawl_next_day(mapped).sources[0].gone == []
    bench.web.put("/s.xml", sitemap(url("/b"), url("/"), url("/c")))
    bench.web.put("/c", page("Page C"))
    # Twice, and not within one afternoon.
    assert bench.crawl_next_day(mapped).sources[0].gone == []
    assert bench.crawl(mapped).sources[0].gone == []
    (summary,) = bench.crawl_next_day(mapped).sources
    assert summary.gone == [(url("/a"), "dropped")]
    assert set(bench.documents()) == {"/", "/b", "/c"}
    bench.web.put("/s.xml", sitemap(url("/a"), url("/c")))
    assert bench.crawl(mapped).sources[0].added == [url("/a")]


def site(bench: Bench, count: int = 10, head: str = "") -> None:
    """A front page that leads to pages of six passages each."""
    bench.web.put("/", page("Accueil", *(f"/p{number}" for number in range(count))))
    for number in range(count):
        bench.web.put(f"/p{number}", page(f"Page {number}", text=advice(number), head=head))


def advice(name: object) -> str:
    said = [f"Conseil {name}-{number} : le cabinet sauvegarde {name} chaque jour en lieu sûr." for number in range(6)]
    return "</p><p>".join(said)


@pytest.mark.parametrize("status", [302, 303, 307])
def test_a_redirect_for_now_moves_nothing_at_its_first_sighting(bench: Bench, status: int) -> None:
    site(bench)
    bench.web.put("/maintenance", page("Maintenance", text="Le site du cabinet est en travaux pour la journée."))
    bench.crawl()
    bench.web.moved("/p0", "/maintenance", status=status)
    (summary,) = bench.crawl_next_day().sources
    assert (summary.moved, summary.gone) == ([], [])
    assert (url("/p0"), "redirected") in summary.refused
    assert "/p0" in bench.documents()
    bench.web.put("/p0", page("Page 0", text=advice(0)))
    bench.crawl_next_day()
    assert "/p0" in bench.documents()
    assert bench.pages()["/p0"].missing == 0
    bench.web.moved("/p0", "/maintenance", status=status)
    assert bench.crawl_next_day().sources[0].gone == []
    assert bench.crawl_next_day().sources[0].gone == [(url("/p0"), "redirected")]


def test_a_redirect_for_good_to_another_text_needs_two_sightings_too(bench: Bench) -> None:
    site(bench)
    bench.crawl()
    bench.web.moved("/p0", "/connexion?vers=p0")
    bench.web.put("/connexion?vers=p0", page("Connexion"))
    bench.web.moved("/p1", "/n1")
    bench.web.put("/n1", page("Page 1", text=advice(1) + "</p><p>Ce qui suit est nouveau."))
    (summary,) = bench.crawl_next_day().sources
    assert summary.moved == [(url("/p1"), url("/n1"))]
    assert "/p0" in bench.documents()
    assert "/p1" not in bench.documents()
    assert bench.crawl_next_day().sources[0].gone == [(url("/p0"), "redirected")]


def test_one_hop_for_now_makes_the_whole_chain_one_for_now(bench: Bench) -> None:
    site(bench)
    bench.crawl()
    bench.web.moved("/p0", "/q")
    bench.web.moved("/q", "/n0", status=302)
    bench.web.put("/n0", page("Page 0", text=advice(0)))
    (summary,) = bench.crawl_next_day().sources
    assert summary.gone == []
    assert bench.pages()["/p0"].missing == 1


def test_many_addresses_that_lead_to_one_page_are_gone(bench: Bench) -> None:
    site(bench)
    bench.crawl()
    for number in range(3):
        bench.web.moved(f"/p{number}", "/rubrique")
    bench.web.put("/rubrique", page("Rubrique"))
    (summary,) = bench.crawl_next_day().sources
    gone = [(url(f"/p{number}"), "soft_404") for number in range(3)]
    assert (summary.gone, [pair for pair in summary.refused if pair[1] == "soft_404"]) == ([], gone)
    assert bench.crawl_next_day().sources[0].gone == gone


def test_an_own_address_with_another_text_is_a_slip_of_the_template(bench: Bench) -> None:
    site(bench, head='<link rel="canonical" href="/aide">')
    bench.web.put("/aide", page("Aide", text=advice("aide")))
    for _ in range(2):
        (summary,) = bench.crawl_next_day().sources
        assert len(bench.documents()) == 12
        assert summary.refused == []


def test_a_stored_page_that_gives_way_to_its_own_address_is_listed(bench: Bench) -> None:
    site(bench)
    bench.crawl()
    bench.web.put("/p0", page("Page 0", text=advice(0), head='<link rel="canonical" href="/zero">'))
    bench.web.put("/zero", page("Page 0", text=advice(0)))
    (summary,) = bench.crawl_next_day().sources
    assert summary.moved == [(url("/p0"), url("/zero"))]
    assert "/p0" not in bench.documents()
