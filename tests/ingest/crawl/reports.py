"""Reports of runs made by hand, and the page of a report taken apart."""

from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path

from ingest.crawl.holdings import Change, Held
from ingest.crawl.model import PageRecord, RunSummary, SourceSummary
from ingest.crawl.report import CrawlReport, build_report
from ingest.manifest import Manifest, load_manifest
from ingest.model import DocumentKind
from ingest.store import StoredSummary

NOW = datetime(2026, 11, 25, 6, 0, tzinfo=UTC)
HOST = "https://www.agence.example"
MANIFEST = """
[[source]]
id = "agence"
publisher = "Agence de l'exemple"
title = "Guides : sauvegarde & reprise"
hosts = ["www.agence.example"]
start_urls = ["https://www.agence.example/"]
topics = ["sauvegarde"]
licence = "Licence Ouverte 2.0"
licence_checked = "2026-10-01"

[[source]]
id = "ordre"
publisher = "Ordre de l’exemple"
title = "Fiches du secret"
hosts = ["ordre.example"]
start_urls = ["https://ordre.example/"]
topics = ["sauvegarde"]
licence = "à vérifier"

[[source]]
id = "fermee"
publisher = "Autre"
title = "Lien seul"
hosts = ["autre.example"]
start_urls = ["https://autre.example/"]
topics = ["sauvegarde"]
licence = "à vérifier"
crawl = false
"""


def small_manifest(folder: Path) -> Manifest:
    path = folder / "sources.toml"
    path.write_text(MANIFEST, encoding="utf-8")
    return load_manifest(path)


def ago(days: float) -> str:
    return (NOW - timedelta(days=days)).strftime("%Y-%m-%dT%H:%M:%SZ")


def stored(address: str, title: str, source: str = "agence") -> StoredSummary:
    return StoredSummary(address[-4:], address, DocumentKind.OFFICIAL, "Agence", title, address, 100, f"crawl:{source}")


def report_of(manifest: Manifest, *sources: SourceSummary, code: int = 0, **given: object) -> CrawlReport:
    """A report of a run of 4 h 05 to 5 h 00 the same day; ``given`` replaces what build_report is told."""
    run = RunSummary(12, "2026-11-25T04:05:00Z", "2026-11-25T05:00:00Z", sources=list(sources))
    told: dict[str, object] = {"documents": [], "pages": [], "held": {}, "successes": {}}
    told |= {"rejected": [], "other_titles": {}}
    return build_report(run, code=code, manifest=manifest, now=NOW, **(told | given))  # type: ignore[arg-type]


def busy(manifest: Manifest) -> CrawlReport:
    """A report in which everything happens."""
    agence = SourceSummary(
        "agence",
        requests=1613,
        fetched=5,
        unchanged=1600,
        finished=True,
        added=[f"{HOST}/a", *(f"{HOST}/n{number}" for number in range(40))],
        changed=[f"{HOST}/b"],
        gone=[(f"{HOST}/c", "404"), (f"{HOST}/d", "dropped")],
        moved=[(f"{HOST}/vieux", f"{HOST}/a")],
        duplicates=[(f"{HOST}/copie", f"{HOST}/a")],
        refused=[(f"{HOST}/r{number}", "robots") for number in range(3)] + [(f"{HOST}/app", "javascript")],
        errors=[(f"{HOST}/lent", "timeout"), (f"{HOST}/casse", "503")],
        hidden_passages=2,
        held="trop",
    )
    ordre = SourceSummary("ordre", unchanged=1, finished=False)
    held = Held("agence", 12, "2026-11-25T05:00:00Z", "la moitié des passages ont changé (50 %) : trop", 41, 1, 2)
    documents = [stored(f"{HOST}/a", "Sauvegarder"), stored(f"{HOST}/b", "Restaurer")]
    pages = [
        PageRecord(f"{HOST}/a", "agence", checked_at=ago(1)),
        PageRecord(f"{HOST}/b", "agence", checked_at=ago(31)),
    ]
    return report_of(
        manifest,
        agence,
        ordre,
        code=3,
        documents=documents,
        pages=pages,
        held={
            held: [
                Change(f"{HOST}/b", "Restaurer", "changed", "", 12),
                Change(f"{HOST}/c", "Effacer", "removed", "404", 12),
            ]
        },
        successes={"agence": ago(1)},
        other_titles={f"{HOST}/d": "L'ancienne fiche"},
    )


class Page(HTMLParser):
    """The text, tags and attributes of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.lines: list[str] = []
        self._inside: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag in ("style", "code"):
            self._inside.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if self._inside and self._inside[-1] == tag:
            self._inside.pop()

    def handle_data(self, data: str) -> None:
        if not self._inside and data.strip(" \n"):
            self.lines.append(data.strip(" \n"))

    @property
    def text(self) -> str:
        return "\n".join(self.lines)
