"""What everything that takes part in a run needs."""

from dataclasses import dataclass

from ingest.crawl.clock import iso
from ingest.crawl.holdings import Holdings
from ingest.crawl.interruption import Interruption
from ingest.crawl.model import RunSummary
from ingest.crawl.options import CrawlOptions
from ingest.crawl.pace import Pace
from ingest.crawl.ports import Clock, Observer
from ingest.crawl.state import CrawlState
from ingest.sandbox import Sandbox
from ingest.store import DocumentStore


@dataclass(frozen=True, slots=True)
class Desk:
    """The collaborators of a run. ``excluded``: addresses that the operator keeps out."""

    state: CrawlState
    holdings: Holdings
    store: DocumentStore
    sandbox: Sandbox
    clock: Clock
    options: CrawlOptions
    observer: Observer
    pace: Pace
    summary: RunSummary
    interruption: Interruption
    excluded: frozenset[str]

    @property
    def run(self) -> int:
        """The run's number."""
        return self.summary.run

    def now(self) -> str:
        """ISO 8601 UTC."""
        return iso(self.clock.now())
