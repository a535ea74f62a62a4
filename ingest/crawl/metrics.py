"""Figures of the last crawl as a text file for Prometheus (textfile collector of node_exporter)."""

from collections.abc import Collection, Mapping
from datetime import datetime
from pathlib import Path

from prometheus_client import CollectorRegistry, Gauge, write_to_textfile

from ingest.crawl.errors import CrawlError
from ingest.crawl.model import RunSummary, SourceSummary
from ingest.system_words import system_words

FILE = "crawl.prom"


def write_metrics(
    folder: Path,
    run: RunSummary,
    *,
    code: int,
    latest: Mapping[str, SourceSummary],
    successes: Mapping[str, str | None],
    held: Collection[str],
    rejected: Mapping[str, int],
    now: datetime,
) -> Path:
    """Write ``folder/crawl.prom`` in one move; its path.

    ``latest``: the last summary of every source, this run's or an earlier one's; ``successes``: source -> end of its
    last whole visit (ISO 8601) or None; ``held``: sources that wait for a person; ``rejected``: source ->
    number of addresses whose document differs from the page because a person wanted so.

    Raises:
        CrawlError: the folder cannot be written to.
    """
    registry = CollectorRegistry()
    _run(registry, run, code, now)
    _sources(registry, latest)
    _ages(registry, successes, held, now)
    _rejected(registry, {source: rejected.get(source, 0) for source in [*successes, *rejected]})
    path = folder / FILE
    try:
        folder.mkdir(parents=True, exist_ok=True)
        write_to_textfile(str(path), registry)
    except OSError as error:
        reason = f"mesures non écrites ({system_words(error)}) ; vérifiez les droits et l’espace disque"
        raise CrawlError(str(path), reason) from error
    return path


def _run(registry: CollectorRegistry, run: RunSummary, code: int, now: datetime) -> None:
    begun = datetime.fromisoformat(run.begun_at).timestamp()
    ended = datetime.fromisoformat(run.ended_at).timestamp() if run.ended_at else now.timestamp()
    for name, text, value in (
        ("run", "Number of the last run", run.run),
        ("run_exit_code", "Exit code of the last run", code),
        ("run_end_timestamp_seconds", "When the last run ended", ended),
        ("run_duration_seconds", "Duration of the last run, pauses included", ended - begun),
    ):
        Gauge(f"cybervigie_crawl_{name}", text, registry=registry).set(value)


def _sources(registry: CollectorRegistry, latest: Mapping[str, SourceSummary]) -> None:
    def gauge(name: str, text: str, *labels: str) -> Gauge:
        return Gauge(f"cybervigie_crawl_{name}", text, ["source", *labels], registry=registry)

    pages = gauge("pages", "Pages of the source's last visit by outcome", "outcome")
    errors = gauge("errors", "Errors of the source's last visit by code", "code")
    refused = gauge("refused", "Pages not read or not kept by reason", "reason")
    requests = gauge("requests", "Requests of the source's last visit")
    size = gauge("bytes", "Bytes received during the source's last visit")
    documents = gauge("documents", "Documents of the source in the store")
    finished = gauge("finished", "1 when the source's last visit was whole")
    for source, summary in latest.items():
        outcomes = {
            "fetched": summary.fetched,
            "unchanged": summary.unchanged,
            "added": len(summary.added),
            "changed": len(summary.changed),
            "gone": len(summary.gone),
            "moved": len(summary.moved),
            "duplicate": len(summary.duplicates),
            "refused": len(summary.refused),
            "error": len(summary.errors),
        }
        for outcome, number in outcomes.items():
            pages.labels(source, outcome).set(number)
        for _, code in summary.errors:
            errors.labels(source, code).inc()
        for _, reason in summary.refused:
            refused.labels(source, reason).inc()
        requests.labels(source).set(summary.requests)
        size.labels(source).set(summary.wire_bytes)
        documents.labels(source).set(summary.documents)
        finished.labels(source).set(summary.finished)


def _ages(
    registry: CollectorRegistry, successes: Mapping[str, str | None], held: Collection[str], now: datetime
) -> None:
    moment = Gauge(
        "cybervigie_crawl_last_success_timestamp_seconds",
        "End of the last whole visit; absent when there was none",
        ["source"],
        registry=registry,
    )
    age = Gauge(
        "cybervigie_crawl_age_seconds",
        "Seconds between the last whole visit and the writing of this file; +Inf when there was none",
        ["source"],
        registry=registry,
    )
    waiting = Gauge(
        "cybervigie_crawl_held", "1 when the source's changes wait for a person", ["source"], registry=registry
    )
    for source, success in successes.items():
        waiting.labels(source).set(source in held)
        if success is None:
            age.labels(source).set(float("inf"))
            continue
        at = datetime.fromisoformat(success).timestamp()
        moment.labels(source).set(at)
        age.labels(source).set(max(0.0, now.timestamp() - at))


def _rejected(registry: CollectorRegistry, numbers: Mapping[str, int]) -> None:
    gauge = Gauge(
        "cybervigie_crawl_rejected",
        "Addresses of the source whose changes a person rejected or undid",
        ["source"],
        registry=registry,
    )
    for source, number in numbers.items():
        gauge.labels(source).set(number)
