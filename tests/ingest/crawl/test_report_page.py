"""The report as a page: words, structure, nothing of the web but text, and how a browser shows it."""

import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from ingest.crawl.holdings import Rejected
from ingest.crawl.model import PageRecord, PageStatus, RunSummary, SourceSummary
from ingest.crawl.moments import between
from ingest.crawl.report import Freshness, build_report
from ingest.crawl.report_page import render_page
from ingest.crawl.report_words import french, spoken
from ingest.manifest import Manifest
from ingest.typography import slips

from .reports import HOST, NOW, Page, ago, busy, report_of, small_manifest, stored


@pytest.fixture
def manifest(tmp_path: Path) -> Manifest:
    return small_manifest(tmp_path)


def test_the_page_says_what_happened_and_what_to_do(manifest: Manifest) -> None:
    text = Page(render_page(busy(manifest))).text
    for said in (
        "1\u00a0source attend une décision.",
        "le 25/11/2026, de 04:05 à 05:00",
        "La moitié des passages ont changé (50\u00a0%)\u00a0: trop.",
        "réponse trop lente (1\u00a0page)",
        "site momentanément indisponible (503)",
        "Lecture refusée par robots.txt\u00a0: 3\u00a0adresses",
        "Page introuvable lors de deux passages (404)\u00a0: 1\u00a0adresse",
        "L'ancienne fiche",
        "Pages retirées (1)",
        "… et 21\u00a0autres, dans crawl-12.json.",
        "1\u00a0adresse donne un texte déjà retenu sous une autre adresse",
        "2\u00a0passages invisibles à l’écran ont été laissés de côté.",
        "Sur 2\u00a0documents, confirmés par leur site\u00a0: 50\u00a0% il y a moins de 7\u00a0jours, 50\u00a0% il y a",
        "Conditions d’utilisation à lire",
        "Agence de l’exemple",
    ):
        assert said in text, said
    assert "cybervigie crawl approve agence" in render_page(busy(manifest))


@pytest.mark.parametrize(
    ("changed", "headline"),
    [
        ({}, "Toutes les sources demandées ont été visitées en entier, sans erreur."),
        ({"finished": False}, "1\u00a0source inachevée."),
        ({"errors": [(HOST, "dns"), (HOST, "tls")]}, "2\u00a0pages en erreur."),
        ({"finished": False, "errors": [(HOST, "dns")]}, "1\u00a0source inachevée et 1\u00a0page en erreur."),
    ],
)
def test_the_first_line_says_whether_all_is_well(manifest: Manifest, changed: dict[str, object], headline: str) -> None:
    summary = SourceSummary("agence", **({"finished": True} | changed))  # type: ignore[arg-type]
    text = Page(render_page(report_of(manifest, summary))).text
    assert headline in text
    assert ("À faire" in text) is bool(changed)


def test_all_is_not_well_when_a_cited_page_was_not_found(manifest: Manifest) -> None:
    missing = (f"{HOST}/a", "404")
    summary = SourceSummary("agence", finished=True, refused=[missing, (f"{HOST}/jamais", "404")])
    pages = [PageRecord(missing[0], "agence", PageStatus.MISSING, missing=1, reason="404")]
    html = render_page(report_of(manifest, summary, documents=[stored(missing[0], "Sauvegarder")], pages=pages))
    text = Page(html).text
    assert "sont ceux que publient les sites" not in text
    assert "1\u00a0page encore citée n’y a pas été trouvée." in text
    assert 'class="verdict caution"' in html
    assert "Elles seront retirées si le prochain passage" in text
    assert "Non trouvées (1)" in text
    assert "Adresses non retenues (1)" in text
    dropped = PageRecord(missing[0], "agence", PageStatus.OK, unlisted_since=ago(1))
    text = Page(render_page(report_of(manifest, documents=[stored(missing[0], "A")], pages=[dropped]))).text
    assert "Retirée du plan du site" in text


def test_all_is_not_well_when_a_person_decided_otherwise(manifest: Manifest) -> None:
    summary = SourceSummary("agence", finished=True)
    rejected = [Rejected("agence", f"{HOST}/{name}", removal=False) for name in "ab"]
    html = render_page(report_of(manifest, summary, rejected=rejected))
    assert "2\u00a0pages ont été écartées par une décision." in Page(html).text
    assert "sont ceux que publient les sites" not in Page(html).text
    assert "cybervigie crawl rejected" in html
    excluded = SourceSummary("agence", finished=True, refused=[(f"{HOST}/x", "excluded")])
    assert "1\u00a0adresse est exclue." in Page(render_page(report_of(manifest, excluded))).text


def test_without_a_connection_the_page_names_one_cause(manifest: Manifest) -> None:
    down = [SourceSummary(name, errors=[(f"{HOST}/robots.txt", "dns")]) for name in ("agence", "ordre")]
    text = Page(render_page(report_of(manifest, *down, code=1))).text
    assert text.count("Aucun site n’a pu être joint") == 2
    assert "Visites inachevées" not in text


def test_a_run_that_visited_nothing_has_a_page_too(manifest: Manifest) -> None:
    assert "Aucun document ne vient encore" in Page(render_page(report_of(manifest))).text


@pytest.mark.parametrize("reached", ["pages", "time"])
def test_a_budget_is_given_as_the_reason(manifest: Manifest, reached: str) -> None:
    run = RunSummary(1, "2026-11-24T23:00:00Z", None, budget_reached=reached, sources=[SourceSummary("agence")])
    nothing: dict[str, Any] = {"documents": [], "pages": [], "held": {}, "successes": {}, "rejected": []}
    report = build_report(run, code=1, manifest=manifest, other_titles={}, now=NOW, **nothing)
    text = Page(render_page(report)).text
    assert "a été atteint avant la fin" in text
    assert "du 24/11/2026 23:00 au" in text


def test_the_french_of_the_page_is_well_set(manifest: Manifest) -> None:
    page = Page(render_page(busy(manifest)))
    ours = [line for line in page.lines if not line.startswith(HOST) and "L'ancienne" not in line]
    assert [(line, list(slips(line))) for line in ours if list(slips(line))] == []
    labels = [value for _, found in page.tags for name, value in found.items() if name in ("aria-label", "data-label")]
    assert labels
    assert [label for label in labels if label and list(slips(label))] == []


def test_the_page_is_one_file_without_script(manifest: Manifest) -> None:
    html = render_page(busy(manifest))
    page = Page(html)
    assert {tag for tag, _ in page.tags} & {"script", "img", "iframe", "link", "object", "form", "base"} == set()
    for tag, found in page.tags:
        assert not [name for name in found if name.startswith("on") or name in ("src", "style", "srcset")], tag
    assert "@import" not in html
    assert "url(" not in html
    policy = next(found["content"] for tag, found in page.tags if found.get("http-equiv"))
    assert policy is not None
    assert policy.startswith("default-src 'none'; style-src 'sha256-")


def test_tables_and_headings_are_structured(manifest: Manifest) -> None:
    page = Page(render_page(busy(manifest)))
    tags = [tag for tag, _ in page.tags]
    assert tags.count("table") == tags.count("caption") == 2
    assert all(found.get("scope") in ("col", "row") for tag, found in page.tags if tag == "th")
    levels = [int(tag[1]) for tag in tags if re.fullmatch(r"h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    pictures = [found for tag, found in page.tags if tag == "svg"]
    assert pictures
    assert all(found.get("role") == "img" or found.get("aria-hidden") == "true" for found in pictures)
    identifiers = [found["id"] for _, found in page.tags if "id" in found]
    assert len(identifiers) == len(set(identifiers))
    targets = {href[1:] for tag, found in page.tags if tag == "a" and (href := found["href"] or "").startswith("#")}
    assert targets
    assert targets <= set(identifiers)


PAYLOADS = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</title></style><svg onload=alert(1)>",
    "{{ 7*7 }}{% raw %}",
)
BIDI = "\u202egnp.exe\u200b"


def hostile(manifest: Manifest, payload: str) -> Page:
    """A page in which ``payload`` stands wherever the web has a say."""
    summary = SourceSummary(
        "agence",
        added=[f"{HOST}/a"],
        moved=[(f"{HOST}/{payload}", f"{HOST}/{payload}")],
        errors=[(payload, payload), (f"https://ailleurs.example/{payload}", "address")],
        refused=[("javascript:alert(1)", "robots"), ("data:text/html,x", payload), (f"http://{HOST[8:]}/a", "format")],
        gone=[(f"{HOST}/{payload}", payload)],
    )
    return Page(render_page(report_of(manifest, summary, documents=[stored(f"{HOST}/a", payload)])))


@pytest.mark.parametrize("payload", PAYLOADS)
def test_titles_and_addresses_of_the_web_are_only_text(manifest: Manifest, payload: str) -> None:
    page, harmless = hostile(manifest, payload), hostile(manifest, "texte")
    assert {tag for tag, _ in page.tags} == {tag for tag, _ in harmless.tags}
    links = {href for tag, found in page.tags if tag == "a" and not (href := found["href"] or "").startswith("#")}
    assert links <= {f"{HOST}/a", f"{HOST}/{payload}"}
    assert payload in page.text


def test_a_link_to_a_file_says_its_format(manifest: Manifest) -> None:
    address = f"{HOST}/guide.PDF?v=2"
    report = report_of(manifest, SourceSummary("agence", added=[address]), documents=[stored(address, "Le guide")])
    assert "Le guide (PDF)" in Page(render_page(report)).lines


def test_a_title_cannot_turn_the_line_around(manifest: Manifest) -> None:
    report = report_of(manifest, SourceSummary("agence", added=[f"{HOST}/a"]), documents=[stored(f"{HOST}/a", BIDI)])
    page = Page(render_page(report))
    assert "\u202e" not in page.text
    assert "gnp.exe" in page.text


def test_words_of_the_picture() -> None:
    assert spoken(Freshness(week=1)) == "Le seul document a été confirmé par son site il y a moins de 7\u00a0jours."
    assert "99\u00a0% il y a moins" in spoken(Freshness(week=999, older=1))
    assert "1\u00a0% il y a 90" in spoken(Freshness(week=999, older=1))
    assert spoken(Freshness(week=2)).endswith("100\u00a0% il y a moins de 7\u00a0jours.")


def test_french_spaces_are_put_where_they_are_missing() -> None:
    assert french("l'état : « oui » ; 5 % !") == "l’état\u00a0: «\u00a0oui\u00a0»\u202f; 5\u00a0%\u202f!"
    assert between("2026-06-02T04:05:00Z", "2026-06-02T04:05:59Z") == "le 02/06/2026 04:05"
    assert between("2026-06-01T23:00:00Z", "2026-06-02T01:00:00+02:00") == "le 01/06/2026 23:00"
    assert between("2026-06-01T23:00:00Z", "2026-06-02T01:00:00Z") == "du 01/06/2026 23:00 au 02/06/2026 01:00"


def test_a_browser_shows_it_whole_on_any_screen(browser: Any, manifest: Manifest, tmp_path: Path) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-playwright-python is absent")
    path = tmp_path / "report.html"
    path.write_text(render_page(busy(manifest)), encoding="utf-8")
    for width, scheme in ((1280, "light"), (320, "dark")):
        page = browser.new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)
        told: list[Any] = []
        page.on("console", lambda message, told=told: told.append(message.text))
        page.on("request", lambda request, told=told: told.append(request.url))
        page.goto(path.as_uri())
        assert told == [path.as_uri()]
        assert page.evaluate("document.documentElement.scrollWidth") == width
        assert page.locator("svg.bar").first.bounding_box()["height"] > 10
        page.close()
        # axe is a script: let it in, which the page's own policy does not.
        checked = browser.new_page(color_scheme=scheme, bypass_csp=True)
        checked.goto(path.as_uri())
        assert axe.Axe().run(checked).response["violations"] == []
        checked.close()
