"""From a run to its files: JSON, HTML, metrics."""

from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

from bot.commands.crawl_session import Session
from ingest.crawl.metrics import write_metrics
from ingest.crawl.model import RunSummary
from ingest.crawl.published import COLLECTION
from ingest.crawl.report import CrawlReport, build_report, named_addresses, write_report
from ingest.crawl.report_page import render_page

_TITLES_MAX = 500


def report_of(session: Session, run: RunSummary, *, code: int) -> CrawlReport:
    """The report of a run that has just ended."""
    held = session.holdings.held()
    documents = [found for found in session.store.summaries() if found.collection.startswith(COLLECTION)]
    return build_report(
        run,
        code=code,
        manifest=session.manifest,
        documents=documents,
        pages=session.state.pages(),
        held={one: session.holdings.pending(one.source) for one in held},
        successes=session.successes(),
        rejected=session.holdings.rejected(),
        other_titles=_other_titles(session, run, {found.source_id for found in documents}),
        now=datetime.now(UTC),
    )


def keep_report(session: Session, run: RunSummary, report: CrawlReport, *, folder: Path) -> Path:
    """Write the report and the metrics of a run into ``folder``; the path of the report's page.

    Raises:
        CrawlError: the folder cannot be written to.
    """
    page = write_report(folder, report, render_page(report))
    write_metrics(
        folder,
        run,
        code=report.code,
        latest=session.latest(),
        successes=session.successes(),
        held={source.id for source in report.sources if source.waiting},
        rejected=session.rejected(),
        now=datetime.now(UTC),
    )
    return page


def _other_titles(session: Session, run: RunSummary, published: set[str]) -> dict[str, str]:
    """Titles of pages that the report names and that are not published: gone, or kept under another address."""
    titles: dict[str, str] = {}
    unknown = (address for address in dict.fromkeys(named_addresses(run)) if address not in published)
    for address in islice(unknown, _TITLES_MAX):
        document = session.holdings.current(address)
        if document is not None:
            titles[address] = document.title
        elif versions := session.holdings.versions(address):
            titles[address] = versions[0].title
    return titles
