"""What a crawl left in the store, for comparison: documents, and what is remembered of each address."""

import dataclasses
from pathlib import Path
from typing import Any

from ingest.crawl.model import PageRecord
from ingest.crawl.state import CrawlState
from ingest.model import Document
from ingest.store import DocumentStore

TIMES = ("first_seen", "fetched_at", "checked_at", "changed_at", "missing_since", "unlisted_since")


def documents(data: Path) -> dict[str, Document]:
    """The published documents, by address."""
    with DocumentStore(data / "store") as store:
        return {document.source_id: document for document in store.documents()}


def pages(data: Path) -> dict[str, PageRecord]:
    """What is remembered of each address."""
    with DocumentStore(data / "store") as store:
        return {record.url: record for record in CrawlState(store).pages()}


def ended(data: Path) -> bool:
    """Whether a run has come to its end, and none has begun since."""
    if not (data / "store" / "documents.sqlite").exists():
        return False
    with DocumentStore(data / "store") as store:
        last = CrawlState(store).runs(1)
    return bool(last) and last[0].ended_at is not None


def raw_files(data: Path) -> set[str]:
    """SHA-256 of the bytes that are kept."""
    return {path.name for path in (data / "store" / "raw").glob("??/*")}


def image(data: Path) -> dict[str, Any]:
    """All of it that does not depend on the time of the crawl."""
    with DocumentStore(data / "store") as store:
        state = CrawlState(store)
        known = state.pages()
        return {
            "documents": sorted((one.source_id, one.id, one.collection) for one in store.summaries()),
            "pages": {
                record.url: {name: value for name, value in dataclasses.asdict(record).items() if name not in TIMES}
                for record in known
            },
            "links": {record.url: state.links(record.url) for record in known},
            "raw": sorted(raw_files(data)),
        }
