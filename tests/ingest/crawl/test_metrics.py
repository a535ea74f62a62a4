"""The metrics of a crawl, read back as Prometheus reads them."""

import math
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from ingest.crawl.errors import CrawlError
from ingest.crawl.metrics import write_metrics
from ingest.crawl.model import RunSummary, SourceSummary

NOW = datetime(2026, 11, 25, 6, 0, tzinfo=UTC)
RUN = RunSummary(12, "2026-11-25T04:00:00Z", "2026-11-25T05:00:00Z")
CNIL = SourceSummary(
    "cnil",
    requests=9,
    wire_bytes=4096,
    fetched=3,
    unchanged=5,
    added=["https://a.example/1", "https://a.example/2"],
    gone=[("https://a.example/3", "410")],
    refused=[("https://a.example/4", "robots"), ("https://a.example/5", "robots")],
    errors=[("https://a.example/6", "timeout"), ("https://a.example/7", "503")],
    documents=8,
    finished=True,
)
Samples = dict[tuple[str, frozenset[tuple[str, str]]], float]


def samples(path: Path) -> Samples:
    return {
        (sample.name.removeprefix("cybervigie_crawl_"), frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(path.read_text(encoding="utf-8"))
        for sample in family.samples
    }


def written(folder: Path, run: RunSummary = RUN, latest: dict[str, SourceSummary] | None = None) -> Samples:
    successes = {"cnil": "2026-11-25T05:00:00Z", "ordre": None}
    found = {"cnil": CNIL} if latest is None else latest
    decided: dict[str, Any] = {"held": {"ordre"}, "rejected": {"cnil": 4}}
    return samples(write_metrics(folder, run, code=3, latest=found, successes=successes, now=NOW, **decided))


def test_every_figure_is_there(tmp_path: Path) -> None:
    found = written(tmp_path / "reports")

    def value(name: str, **labels: str) -> float:
        return found[name, frozenset(labels.items())]

    outcomes = {"fetched": 3, "unchanged": 5, "added": 2, "changed": 0, "gone": 1, "refused": 2, "error": 2}
    for outcome, number in outcomes.items():
        assert value("pages", source="cnil", outcome=outcome) == number
    assert value("errors", source="cnil", code="timeout") == value("errors", source="cnil", code="503") == 1
    assert value("refused", source="cnil", reason="robots") == 2
    assert (value("requests", source="cnil"), value("bytes", source="cnil")) == (9, 4096)
    assert (value("documents", source="cnil"), value("finished", source="cnil")) == (8, 1)
    assert value("age_seconds", source="cnil") == 3600
    assert value("last_success_timestamp_seconds", source="cnil") == NOW.timestamp() - 3600
    assert math.isinf(value("age_seconds", source="ordre"))
    assert ("last_success_timestamp_seconds", frozenset({("source", "ordre")})) not in found
    assert (value("held", source="cnil"), value("held", source="ordre")) == (0, 1)
    assert (value("rejected", source="cnil"), value("rejected", source="ordre")) == (4, 0)
    assert (value("run"), value("run_exit_code"), value("run_duration_seconds")) == (12, 3, 3600)
    assert value("run_end_timestamp_seconds") == NOW.timestamp() - 3600


def test_an_interrupted_run_lasts_until_now(tmp_path: Path) -> None:
    found = written(tmp_path, RunSummary(13, "2026-11-25T05:59:00Z", interrupted=True), {})
    assert found["run_duration_seconds", frozenset()] == 60


def test_the_file_is_replaced_in_one_move(tmp_path: Path) -> None:
    written(tmp_path)
    before = (tmp_path / "crawl.prom").stat().st_ino
    found = written(tmp_path, latest={})
    assert (tmp_path / "crawl.prom").stat().st_ino != before
    assert [path.name for path in tmp_path.iterdir()] == ["crawl.prom"]
    assert not [name for name, _ in found if name == "pages"]


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "reports").write_text("", encoding="utf-8")
    with pytest.raises(CrawlError, match="mesures non écrites"):
        written(tmp_path / "reports")
