"""What the record of an address says, and what it becomes when its text is not, or not any more, one of ours."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from ingest.crawl.desk import Desk
from ingest.crawl.model import PageRecord, PageStatus, SourceSummary

MISSES = 2
"""Times that a page must be found gone before its document leaves."""
SIGHTINGS_APART_S = 20 * 3600.0
"""Seconds between two of those times, at least: runs of one afternoon see the same outage."""
_LISTED_A_REASON = 1_000


def forgotten(record: PageRecord) -> PageRecord:
    """The record without what would make the next request conditional."""
    return replace(record, etag=None, last_modified=None, raw_sha256=None)


def present(record: PageRecord) -> PageRecord:
    """The record of what is there after all."""
    return replace(record, missing=0, missing_since=None, reason=None)


def seen_before(desk: Desk, since: str | None) -> bool:
    """Whether what was first seen at ``since`` (ISO 8601, None: never) may count as seen a second time."""
    return since is not None and desk.clock.now() - datetime.fromisoformat(since).timestamp() >= SIGHTINGS_APART_S


def missed(desk: Desk, record: PageRecord) -> PageRecord:
    """The record with one more sighting of its absence, where the last one is long enough ago."""
    if not record.missing or record.missing_since is None:
        return replace(record, missing=1, missing_since=desk.now())
    return replace(record, missing=record.missing + seen_before(desk, record.missing_since))


def absent(desk: Desk, record: PageRecord, status: PageStatus, reason: str) -> PageRecord:
    """The record of a page without a text of ours for ``reason``, to be called once a run; its document, where there is
    one, leaves when a run long enough after the first finds the same."""
    record = missed(desk, record)
    if record.missing >= MISSES:
        desk.holdings.stage_removal(desk.run, record.source, record.url, reason)
    return replace(record, status=status, reason=reason, run=desk.run)


def withdrawn(desk: Desk, record: PageRecord, reason: str) -> PageRecord:
    """The record of a page that is not to be shown, from now on: the operator says so."""
    desk.holdings.stage_removal(desk.run, record.source, record.url, reason)
    return replace(record, status=PageStatus.REFUSED, reason=reason, run=desk.run)


def checked_since(record: PageRecord | None, since: str | None) -> bool:
    """Whether a page was checked recently enough to be left alone."""
    if record is None or since is None or record.checked_at is None:
        return False
    return record.status in (PageStatus.OK, PageStatus.REFUSED) and record.checked_at >= since


class _Refusals(list[tuple[str, str]]):
    """Pairs of address and reason, with what tells at once whether one is there."""

    def __init__(self, pairs: Iterable[tuple[str, str]]) -> None:
        super().__init__(pairs)
        self._known = set(self)
        self._reasons = Counter(reason for _, reason in self)

    def add(self, url: str, reason: str) -> None:
        if (url, reason) not in self._known and self._reasons[reason] < _LISTED_A_REASON:
            self.append((url, reason))
            self._known.add((url, reason))
            self._reasons[reason] += 1


def list_refusal(summary: SourceSummary, url: str, reason: str) -> None:
    """Add to the refused addresses, once; a thousand for each reason are enough to see what happens."""
    if not isinstance(summary.refused, _Refusals):
        summary.refused = _Refusals(summary.refused)
    summary.refused.add(url, reason)
