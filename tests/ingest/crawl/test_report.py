"""The report of a run: numbers, JSON, files."""

import dataclasses
import json
import stat
from pathlib import Path

import pytest

from ingest.crawl.errors import CrawlError
from ingest.crawl.model import PageRecord
from ingest.crawl.report import KEPT, Freshness, age_days, as_json, freshness, write_report
from ingest.manifest import Manifest

from .reports import HOST, NOW, ago, busy, report_of, small_manifest, stored


@pytest.fixture
def manifest(tmp_path: Path) -> Manifest:
    return small_manifest(tmp_path)


@pytest.mark.parametrize(
    ("days", "parts"),
    [
        (0, (1, 0, 0, 0)),
        (6.99, (1, 0, 0, 0)),
        (7, (0, 1, 0, 0)),
        (29.99, (0, 1, 0, 0)),
        (30, (0, 0, 1, 0)),
        (89.99, (0, 0, 1, 0)),
        (90, (0, 0, 0, 1)),
        (-1, (1, 0, 0, 0)),
    ],
)
def test_an_age_falls_on_one_side_of_each_limit(days: float, parts: tuple[int, ...]) -> None:
    assert freshness([ago(days)], now=NOW).parts == parts


def test_what_was_never_confirmed_counts_as_old() -> None:
    found = freshness([None, ago(1), ago(8)], now=NOW) + Freshness(quarter=4)
    assert found.parts == (1, 1, 4, 1)
    assert found.total == 7
    assert age_days(None, now=NOW) is None
    assert age_days("2026-11-20T06:00:00", now=NOW) == 5


def test_only_published_documents_count_and_sources_that_are_not_read_are_left_out(manifest: Manifest) -> None:
    pages = [PageRecord(f"{HOST}/{name}", "agence", checked_at=ago(1)) for name in "abc"]
    report = report_of(manifest, documents=[stored(f"{HOST}/a", "A")], pages=pages)
    assert [(source.id, source.freshness.total) for source in report.sources] == [("agence", 1), ("ordre", 0)]
    assert report.visited == ()
    left = report_of(manifest, documents=[stored("https://autre.example/x", "X", "fermee")])
    assert [(source.id, source.freshness.older) for source in left.sources][-1] == ("fermee", 1)


def test_the_json_holds_the_run_and_the_state_of_all_sources(manifest: Manifest) -> None:
    found = json.loads(as_json(busy(manifest)))
    assert (found["format"], found["run"], found["code"]) == (1, 12, 3)
    agence, ordre = found["sources"]
    assert agence["summary"]["refused"][0] == [f"{HOST}/r0", "robots"]
    assert agence["freshness"] == {"week": 1, "month": 0, "quarter": 1, "older": 0}
    assert agence["waiting"]["reason"].startswith("la moitié")
    assert (ordre["summary"]["finished"], ordre["last_success"]) == (False, None)
    assert [change["kind"] for change in agence["pending"]] == ["changed", "removed"]
    titles = {"a": "Sauvegarder", "b": "Restaurer", "c": "Effacer", "d": "L'ancienne fiche"}
    assert found["titles"] == {f"{HOST}/{name}": title for name, title in titles.items()}


def test_files_are_written_whole_and_readable_by_others(manifest: Manifest, tmp_path: Path) -> None:
    folder = tmp_path / "data" / "reports"
    page = write_report(folder, report_of(manifest), "<p>un</p>")
    assert page == folder / "crawl-12.html"
    write_report(folder, report_of(manifest), "<p>deux</p>")
    names = {path.name for path in folder.iterdir()}
    assert names == {"crawl-12.html", "crawl-12.json", "crawl-latest.html", "crawl-latest.json"}
    assert (folder / "crawl-latest.html").read_text(encoding="utf-8") == "<p>deux</p>\n"
    ordinary = tmp_path / "ordinary"
    ordinary.touch()
    assert stat.S_IMODE(page.stat().st_mode) == stat.S_IMODE(ordinary.stat().st_mode)


def test_reports_of_old_runs_are_removed_and_nothing_else(manifest: Manifest, tmp_path: Path) -> None:
    report, folder = report_of(manifest), tmp_path / "reports"
    folder.mkdir()
    oldest_kept = report.run + 1
    report = dataclasses.replace(report, run=report.run + KEPT)
    others = [f"crawl-{oldest_kept}.json", "crawl-latest.html", "crawl-notes.html", "autre-1.json", "crawl-1.txt"]
    for name in [*others, f"crawl-{oldest_kept - 1}.html", f"crawl-{oldest_kept - 1}.json", "crawl-1.json"]:
        (folder / name).touch()
    write_report(folder, report, "")
    names = {path.name for path in folder.iterdir()}
    written = {f"crawl-{run}.{kind}" for run in (report.run, "latest") for kind in ("html", "json")}
    assert names == {*others, *written}


def test_a_folder_that_cannot_be_written_is_named(manifest: Manifest, tmp_path: Path) -> None:
    (tmp_path / "reports").write_text("", encoding="utf-8")
    with pytest.raises(CrawlError, match="rapport non écrit") as refused:
        write_report(tmp_path / "reports", report_of(manifest), "")
    assert refused.value.subject == str(tmp_path / "reports")
