"""The report of a run: what was done by source, and how fresh each source is; as JSON and as one HTML page.

reports/crawl-12.json, crawl-12.html, crawl-latest.json, crawl-latest.html
"""

import os
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from ingest.crawl.errors import CrawlError
from ingest.crawl.holdings import Change, Held, Rejected
from ingest.crawl.model import PageRecord, RunSummary, SourceSummary
from ingest.crawl.published import COLLECTION
from ingest.manifest import Manifest, Source
from ingest.store import StoredSummary
from ingest.system_words import system_words

FORMAT = 1
AGES_DAYS = (7, 30, 90)
KEPT = 365
"""Runs whose reports are kept: a year of daily crawls."""
_NUMBERED = re.compile(r"crawl-(\d{1,9})\.(?:json|html)")


@dataclass(frozen=True, slots=True)
class Freshness:
    """How many documents were last confirmed by their site less than 7, 30 and 90 days ago, or longer ago."""

    week: int = 0
    month: int = 0
    quarter: int = 0
    older: int = 0

    @property
    def total(self) -> int:
        """All documents."""
        return self.week + self.month + self.quarter + self.older

    @property
    def parts(self) -> tuple[int, int, int, int]:
        """The four numbers, freshest first."""
        return self.week, self.month, self.quarter, self.older

    def __add__(self, other: "Freshness") -> "Freshness":
        return Freshness(*(one + two for one, two in zip(self.parts, other.parts, strict=True)))


@dataclass(frozen=True, slots=True)
class SourceReport:
    """A source of the manifest; ``summary`` is None when the run did not visit it."""

    id: str
    publisher: str
    title: str
    terms_read: str
    """Date on which its terms of use were read; empty: never."""
    freshness: Freshness
    last_success: str | None
    waiting: Held | None
    pending: tuple[Change, ...]
    """What waits."""
    doubtful: tuple[tuple[str, str], ...]
    """Addresses whose document is cited still, though the site did not confirm it, and the reason code: they leave when
    a later visit finds the same."""
    rejected: int
    """Addresses whose document differs from the page because a person rejected the change, or undid it."""
    summary: SourceSummary | None

    @property
    def refused(self) -> list[tuple[str, str]]:
        """What the run did not keep, without what is doubtful."""
        known = {address for address, _ in self.doubtful}
        return [pair for pair in self.summary.refused if pair[0] not in known] if self.summary else []


@dataclass(frozen=True, slots=True)
class CrawlReport:
    """A run and the state of all sources after it. ``code``: exit code of the command."""

    run: int
    code: int
    begun_at: str
    ended_at: str
    resumed: bool
    interrupted: bool
    budget_reached: str | None
    sources: tuple[SourceReport, ...]
    titles: Mapping[str, str] = field(default_factory=dict)
    """Address -> title, of the documents that the report names."""
    hosts: frozenset[str] = frozenset()
    """Hosts that links of the report may lead to."""
    format: int = FORMAT

    @property
    def visited(self) -> tuple[SourceReport, ...]:
        """The sources of this run."""
        return tuple(source for source in self.sources if source.summary is not None)

    @property
    def summaries(self) -> tuple[SourceSummary, ...]:
        """What the run did, by source."""
        return tuple(source.summary for source in self.sources if source.summary is not None)


def freshness(checked: Iterable[str | None], *, now: datetime) -> Freshness:
    """Counts by age of last check (ISO 8601 UTC); what was never confirmed counts as older."""
    counts = [0] * (len(AGES_DAYS) + 1)
    for moment in checked:
        days = age_days(moment, now=now)
        counts[len(AGES_DAYS) if days is None else sum(days >= limit for limit in AGES_DAYS)] += 1
    return Freshness(*counts)


def age_days(moment: str | None, *, now: datetime) -> int | None:
    """Whole days since an ISO 8601 moment; None when there is none."""
    return None if moment is None else max(0, (now - _moment(moment)).days)


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def build_report(
    run: RunSummary,
    *,
    code: int,
    manifest: Manifest,
    documents: Iterable[StoredSummary],
    pages: Iterable[PageRecord],
    held: Mapping[Held, Sequence[Change]],
    successes: Mapping[str, str | None],
    rejected: Iterable[Rejected],
    other_titles: Mapping[str, str],
    now: datetime,
) -> CrawlReport:
    """The report of a run.

    ``documents``: what is stored; ``pages``: every known address; ``held``: sources that
    wait, and their staged changes; ``successes``: source -> last whole visit; ``rejected``: what a person did not want;
    ``other_titles``: address -> title of pages that are not stored (any more, or yet). Sources that are not read
    (``crawl = false``) are left out, unless they still have documents.
    """
    known = {page.url: page for page in pages}
    by_source: dict[str, list[StoredSummary]] = {}
    for document in documents:
        if document.collection.startswith(COLLECTION):
            by_source.setdefault(document.collection.removeprefix(COLLECTION), []).append(document)
    waiting = {one.source: (one, tuple(changes)) for one, changes in held.items()}
    summaries = {summary.source: summary for summary in run.sources}
    unwanted = Counter(one.source for one in rejected)

    def source_report(source: Source) -> SourceReport:
        decision, pending = waiting.get(source.id, (None, ()))
        addresses = [found.source_id for found in by_source.get(source.id, ())]
        cited = [known[address] for address in addresses if address in known]
        unconfirmed = [None] * (len(addresses) - len(cited))
        return SourceReport(
            id=source.id,
            publisher=source.publisher,
            title=source.title,
            terms_read=source.licence_checked,
            freshness=freshness([*(page.checked_at for page in cited), *unconfirmed], now=now),
            last_success=successes.get(source.id),
            waiting=decision,
            pending=pending,
            doubtful=tuple((page.url, reason) for page in cited if (reason := doubt(page))),
            rejected=unwanted[source.id],
            summary=summaries.get(source.id),
        )

    titles = dict(other_titles)
    titles.update((found.source_id, found.title) for listed in by_source.values() for found in listed)
    changes = [change for _, pending in waiting.values() for change in pending]
    titles.update((change.url, change.title) for change in changes)
    named = set(named_addresses(run)) | {change.url for change in changes}
    return CrawlReport(
        run=run.run,
        code=code,
        begun_at=run.begun_at,
        ended_at=run.ended_at or now.strftime("%Y-%m-%dT%H:%M:%SZ"),
        resumed=run.resumed,
        interrupted=run.interrupted,
        budget_reached=run.budget_reached,
        sources=tuple(source_report(source) for source in manifest.sources if source.crawl or source.id in by_source),
        titles={address: title for address, title in titles.items() if address in named},
        hosts=manifest.hosts,
    )


def doubt(page: PageRecord) -> str | None:
    """Why the document of a page leaves if a later visit finds the same (a reason code); None when nothing says so."""
    if page.unlisted_since is not None:
        return "dropped"
    return (page.reason or "404") if page.missing else None


def named_addresses(run: RunSummary) -> Iterator[str]:
    """Every address that the report of a run names, those that a reader looks for first coming first."""
    for summary in run.sources:
        yield from (address for address, _ in summary.gone)
        yield from summary.added
        yield from summary.changed
        for pairs in (summary.moved, summary.duplicates):
            yield from (address for pair in pairs for address in pair)
        for pairs in (summary.refused, summary.errors):
            yield from (address for address, _ in pairs)


def as_json(report: CrawlReport) -> str:
    """The report as indented JSON, one object; ``format`` changes when its fields do."""
    return msgspec.json.format(msgspec.json.encode(report, order="deterministic"), indent=1).decode()


def write_report(folder: Path, report: CrawlReport, page: str) -> Path:
    """Write the JSON and the HTML ``page`` of a run, and again as the latest; the path of the run's page.

    The reports of the last :data:`KEPT` runs stay, older ones are removed: a daily crawl would fill the disk otherwise.

    Raises:
        CrawlError: the folder cannot be written to.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name in (f"crawl-{report.run}", "crawl-latest"):
            _write(folder / f"{name}.json", as_json(report))
            _write(folder / f"{name}.html", page)
        _prune(folder, report.run)
    except OSError as error:
        reason = f"rapport non écrit ({system_words(error)}) ; vérifiez les droits et l’espace disque"
        raise CrawlError(str(folder), reason) from error
    return folder / f"crawl-{report.run}.html"


def _prune(folder: Path, run: int) -> None:
    """Remove the reports of runs before the last ones; other files of the folder are not ours."""
    for path in folder.glob("crawl-*.*"):
        numbered = _NUMBERED.fullmatch(path.name)
        if numbered and int(numbered[1]) <= run - KEPT:
            path.unlink(missing_ok=True)


def _write(path: Path, text: str) -> None:
    """Whole or not at all, with the ordinary rights of a new file: a web server or a colleague reads it."""
    writing = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        writing.write_text(text + "\n", encoding="utf-8")
        writing.replace(path)
    finally:
        writing.unlink(missing_ok=True)
