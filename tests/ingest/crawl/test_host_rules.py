"""robots.txt before anything else (RFC 9309)."""

from .scripted import ROBOTS, Bench, page, unreachable, url


def test_robots_is_asked_once_a_day(bench: Bench) -> None:
    bench.web.put("/", page("Accueil"))
    bench.crawl()
    bench.crawl()
    assert bench.web.paths().count("/robots.txt") == 1
    bench.clock.move(25 * 3600)
    bench.crawl()
    assert bench.web.paths().count("/robots.txt") == 2


def test_a_host_whose_rules_nobody_tells_is_left(bench: Bench) -> None:
    bench.web.put("/robots.txt", status=500)
    (summary,) = bench.crawl().sources
    assert bench.web.paths() == ["/robots.txt"] * 3
    assert summary.errors == [(url("/robots.txt"), "500")]
    assert summary.refused == []
    assert not summary.finished
    # The next run asks again.
    bench.web.put("/robots.txt", ROBOTS)
    bench.web.put("/", page("Accueil"))
    assert bench.crawl().sources[0].finished


def test_rules_known_from_before_hold_while_robots_is_out_of_reach(bench: Bench) -> None:
    bench.web.put("/", page("Accueil", "/prive/x"))
    bench.crawl()
    bench.clock.move(2 * 24 * 3600)
    bench.web.answers[url("/robots.txt")] = unreachable()
    (summary,) = bench.crawl().sources
    assert summary.errors == [(url("/robots.txt"), "timeout")]
    assert "/prive/x" not in bench.web.paths()
    assert summary.unchanged == 1


def test_robots_redirects_stay_on_the_hosts_of_the_source(bench: Bench) -> None:
    bench.web.moved("/robots.txt", "/regles.txt")
    bench.web.put("/regles.txt", ROBOTS)
    bench.web.put("/", page("Accueil", "/prive/x"))
    bench.crawl()
    assert bench.web.paths() == ["/robots.txt", "/regles.txt", "/"]
    bench.clock.move(40 * 24 * 3600)
    bench.web.moved("/robots.txt", "https://ailleurs.test/robots.txt")
    (summary,) = bench.crawl().sources
    assert summary.errors == [(url("/robots.txt"), "redirects")]
    assert bench.web.paths()[3:] == ["/robots.txt"]
    assert not bench.web.paths("ailleurs.test")


def test_a_page_in_place_of_rules_does_not_lift_those_that_are_known(bench: Bench) -> None:
    bench.web.put("/", page("Accueil", "/prive/x"))
    bench.crawl()
    bench.web.put("/robots.txt", page("Connexion"))
    for _ in range(2):
        (summary,) = bench.crawl_next_day().sources
        assert summary.errors == [(url("/robots.txt"), "format")]
        assert "/prive/x" not in bench.web.paths()
        assert summary.unchanged == 1


def test_a_site_that_answers_a_page_for_all_it_has_not_has_no_rules(bench: Bench) -> None:
    bench.web.put("/robots.txt", page("Page introuvable"))
    bench.web.put("/", page("Accueil", "/prive/x"))
    bench.web.put("/prive/x", page("Page X"))
    for _ in range(2):
        (summary,) = bench.crawl_next_day().sources
        assert (summary.errors, summary.documents) == ([], 2)
