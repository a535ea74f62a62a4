"""What the gate says of whole crawls."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ingest.crawl.model import PageContent
from ingest.sandbox import Sandbox

from .scripted import Bench, page

DAY = 86_400.0


def text(name: object, count: int = 6) -> str:
    return "</p><p>".join(
        f"Conseil {name}-{n} : sauvegardez les dossiers {name} chaque jour, {n} fois." for n in range(count)
    )


def site(bench: Bench, numbers: range, *, of: str = "") -> None:
    bench.web.put("/robots.txt", "User-agent: *\n", content_type="text/plain")
    bench.web.put("/", page("Accueil", *[f"/p{n}" for n in range(10)], text=text("accueil")))
    for n in numbers:
        bench.web.put(f"/p{n}", page(f"Page {n}", text=text(f"{of}{n}")))


class OtherParser:
    """A sandbox whose parser cuts texts otherwise."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox

    def page(self, data: bytes, **names: Any) -> PageContent:
        content = self._sandbox.page(data, **names)
        assert content.document is not None
        blocks = tuple(replace(block, text=f"{block.text} Fin.") for block in content.document.blocks)
        return replace(content, document=replace(content.document, blocks=blocks))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._sandbox, name)


def test_a_new_parser_holds_no_source(tmp_path: Path, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    bench = Bench(tmp_path / "data", sandbox)
    site(bench, range(10))
    bench.crawl()
    monkeypatch.setattr("ingest.crawl.reader.PARSER_VERSION", 1_000)
    bench.sandbox = OtherParser(sandbox)  # type: ignore[assignment]
    bench.clock.move(DAY)
    asked = len(bench.web.asked)
    summary = bench.crawl().sources[0]
    assert (summary.held, len(summary.changed)) == (None, 11)
    assert all(not one.reply.body for one in bench.web.asked[asked:] if "/p" in one.url)  # type: ignore[union-attr]
    assert bench.documents()["/p1"].text.count("Fin.") == 7
    with bench.open() as (_, _, holdings):
        assert {version.reason for version in holdings.versions("https://site.test/p1")} == {"parser"}


def test_a_login_page_does_not_take_the_place_of_a_small_source(tmp_path: Path, sandbox: Sandbox) -> None:
    bench = Bench(tmp_path / "data", sandbox)
    bench.web.put("/", page("Accueil", "/a", "/b", text="Accueil du site de l’agence, avec ses deux fiches utiles."))
    for name in "ab":
        bench.web.put(f"/{name}", page(f"Fiche {name}", text=f"Fiche {name} : sauvegardez chaque jour vos dossiers."))
    bench.crawl()
    for name in "ab":
        bench.web.put(f"/{name}", page("Connexion", text="Saisissez votre identifiant pour lire cette page du site."))
    bench.clock.move(DAY)
    summary = bench.crawl().sources[0]
    assert summary.held is not None
    assert "même texte" in summary.held
    assert bench.documents()["/a"].title == "Fiche a"


def test_a_site_replaced_bit_by_bit_waits(tmp_path: Path, sandbox: Sandbox) -> None:
    bench = Bench(tmp_path / "data", sandbox)
    site(bench, range(10))
    bench.crawl()
    outcomes = []
    for first in (0, 3, 6):
        site(bench, range(first, first + 3), of="faux ")
        bench.clock.move(DAY)
        outcomes.append(bench.crawl().sources[0].held)
    assert outcomes[0] is None
    assert outcomes[1] == "6 passages sur 11 (55\u00a0%) ont changé ou disparu, peu à peu, en un mois"
    assert outcomes[2] is not None
    assert ["faux" in bench.documents()[f"/p{n}"].text for n in (0, 3, 6)] == [True, False, False]
