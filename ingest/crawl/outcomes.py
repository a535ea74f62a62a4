"""What the record of an address says, and what it becomes when its text is not, or not any more, one of ours."""

from dataclasses import replace

from ingest.crawl.desk import Desk
from ingest.crawl.model import PageRecord, PageStatus, SourceSummary

MISSES = 2
"""Runs that must find a page gone before its document leaves."""
_LISTED_A_REASON = 1_000


def forgotten(record: PageRecord) -> PageRecord:
    """The record without what would make the next request conditional."""
    return replace(record, etag=None, last_modified=None, raw_sha256=None)


def absent(desk: Desk, record: PageRecord, status: PageStatus, reason: str) -> PageRecord:
    """The record of a page without a text of ours for ``reason``, to be called once a run; its document, where there is
    one, leaves when a second run finds the same."""
    missing = record.missing + 1
    if missing >= MISSES:
        desk.holdings.stage_removal(desk.run, record.source, record.url, reason)
    return replace(record, status=status, reason=reason, missing=missing, run=desk.run)


def withdrawn(desk: Desk, record: PageRecord, reason: str) -> PageRecord:
    """The record of a page that is not to be shown, from now on: the publisher or the operator says so."""
    desk.holdings.stage_removal(desk.run, record.source, record.url, reason)
    return replace(record, status=PageStatus.REFUSED, reason=reason, run=desk.run)


def checked_since(record: PageRecord | None, since: str | None) -> bool:
    """Whether a page was checked recently enough to be left alone."""
    if record is None or since is None or record.checked_at is None:
        return False
    return record.status in (PageStatus.OK, PageStatus.REFUSED) and record.checked_at >= since


def list_refusal(summary: SourceSummary, url: str, reason: str) -> None:
    """Add to the refused addresses, once; a thousand for each reason are enough to see what happens."""
    if (url, reason) not in summary.refused and sum(r == reason for _, r in summary.refused) < _LISTED_A_REASON:
        summary.refused.append((url, reason))
