"""The visit of one source: rules of its hosts, its sitemaps, the pages that are known, those that they lead to."""

from urllib.parse import urlsplit

from ingest.crawl.admission import Admission
from ingest.crawl.closing import close_source
from ingest.crawl.desk import Desk
from ingest.crawl.frontier import Frontier, host_of
from ingest.crawl.host_rules import read_rules
from ingest.crawl.lanes import Lane
from ingest.crawl.listings import is_sitemap
from ingest.crawl.model import SourceSummary, Task
from ingest.crawl.outcomes import forgotten, withdrawn
from ingest.crawl.pages import PageVisit
from ingest.crawl.planning import first_offers
from ingest.crawl.published import COLLECTION
from ingest.crawl.sitemaps import SitemapVisit
from ingest.crawl.steps import Steps
from ingest.crawl.urls import kind_of
from ingest.manifest import Source


class SourceVisit:
    """Visits a source once; ``summary`` grows as it goes."""

    def __init__(self, desk: Desk, lane: Lane, source: Source, summary: SourceSummary) -> None:
        self._desk = desk
        self._lane = lane
        self.source = source
        self.summary = summary

    def steps(self) -> Steps[None]:
        """Everything that there is to ask for, then the source's changes published."""
        desk, source = self._desk, self.source
        frontier = Frontier(desk.state, desk.run, source.id, late=self._late)
        admission = Admission(desk, self._lane, source, self.summary, frontier)
        remembered = sum(not is_sitemap(page) for page in desk.state.pages(source.id))
        known = max(remembered, frontier.known)
        desk.observer.source_begun(source.id, known)
        desk.observer.note("info", "source_begun", source=source.id, known=known)
        yield from read_rules(desk, self._lane, source, self.summary)
        yield from SitemapVisit(desk, self._lane, source, self.summary, frontier, admission).steps()
        with desk.state.transaction():
            self._leave_scope()
            admission.offer(first_offers(desk.state, self._lane, source, held=self._held))
            desk.state.save_source(desk.run, self.summary)
        pages = PageVisit(desk, source, self.summary, frontier, admission)
        while (task := frontier.page(desk.pace.waiting)) is not None:
            if desk.pace.left(host_of(task)):
                with desk.state.transaction():
                    frontier.drop(host_of(task))
                continue
            yield from pages.steps(task)
        self.close(finished=self._answered() and not any(desk.pace.left(host) for host in source.hosts))

    def close(self, *, finished: bool) -> None:
        """Publish what was found. ``finished``: nothing is left to ask for."""
        desk, summary = self._desk, self.summary
        told = {urlsplit(url).hostname for url, _ in summary.errors if url.endswith("/robots.txt")}
        for host in self.source.hosts:
            if (code := desk.pace.left(host)) is not None:
                desk.observer.note("warning", "host_left", source=summary.source, host=host, code=code)
                if host not in told:
                    summary.errors.append((f"https://{host}/", code))
        close_source(desk, self._lane, self.source, summary, finished=finished)
        desk.observer.note("info", "source_ended", source=summary.source, finished=finished, held=summary.held)

    def pass_over(self) -> None:
        """Nothing of the source is changed by this run; say what there is of it."""
        desk, source = self._desk, self.source.id
        self.summary.documents = len(desk.store.summaries(f"{COLLECTION}{source}"))
        self.summary.last_success = desk.state.last_success(source)

    def _held(self, url: str) -> bool:
        return self._desk.holdings.current(url) is not None

    def _answered(self) -> bool:
        """Whether any page answered: a small source that is down has too few addresses for its host to be left."""
        summary = self.summary
        return not summary.errors or bool(summary.fetched or summary.unchanged or summary.refused)

    def _late(self, task: Task) -> bool:
        """A file that came up in this run waits until the pages have told where it is found."""
        record = self._desk.state.page(task.url)
        if record is None or kind_of(task.url) != "pdf" or record.checked_at is not None:
            return False
        return (record.first_seen or "") >= self._desk.summary.begun_at

    def _leave_scope(self) -> None:
        """Pages that the manifest let in once and does not any more leave."""
        desk, source = self._desk, self.source
        for page in desk.state.pages(source.id):
            if is_sitemap(page) or source.allows(page.url) or page.reason == "scope":
                continue
            desk.state.save_page(withdrawn(desk, forgotten(page), "scope"))
