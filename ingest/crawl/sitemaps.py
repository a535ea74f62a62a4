"""The sitemaps of a source: what they list is remembered, and visited with the pages that are known."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from urllib.parse import urlsplit

from ingest.crawl.admission import MAX_HOPS, Admission
from ingest.crawl.desk import Desk
from ingest.crawl.frontier import Frontier, address_of, host_of, sitemap_name
from ingest.crawl.lanes import Lane
from ingest.crawl.listings import SITEMAP_TYPE, Listings, is_sitemap, sitemap_validators
from ingest.crawl.model import (
    FetchRequest,
    PageRecord,
    PageStatus,
    Purpose,
    Response,
    SourceSummary,
    Task,
    Via,
)
from ingest.crawl.outcomes import list_refusal
from ingest.crawl.steps import MAX_BUSY, MAX_RETRIES, Steps, ask, back_off
from ingest.crawl.urls import canonical
from ingest.crawl.visit import Body, Busy, Failed, Missing, Moved, Unchanged, Withheld, meaning
from ingest.errors import ParseError
from ingest.manifest import Source

MAX_NESTING = 3
MAX_SITEMAPS = 100
"""Sitemaps of a source in one run."""


class SitemapVisit:
    """Reads the sitemaps of one source, each once a run for all sources of its lane."""

    def __init__(
        self, desk: Desk, lane: Lane, source: Source, summary: SourceSummary, frontier: Frontier, admission: Admission
    ) -> None:
        self._desk = desk
        self._lane = lane
        self._source = source
        self._summary = summary
        self._frontier = frontier
        self._admission = admission
        self._listings = Listings(desk, lane)

    def steps(self) -> Steps[None]:
        """Read those of the manifest and of robots.txt, and those that they name."""
        with self._desk.state.transaction():
            self._add(self._declared(), depth=0)
        while (task := self._frontier.sitemap()) is not None:
            if self._desk.pace.left(host_of(task)):
                with self._desk.state.transaction():
                    self._frontier.drop(host_of(task))
                continue
            yield from self._read(task)

    def _declared(self) -> Iterable[str]:
        for written in self._source.sitemaps:
            if (url := canonical(written)) is not None:
                yield url
        for host in self._source.hosts:
            if (rules := self._lane.rules.get(host)) is not None:
                yield from rules.sitemaps(f"https://{host}/robots.txt")

    def _add(self, urls: Iterable[str], *, depth: int) -> None:
        state = self._desk.state
        read = [page for page in state.pages(self._source.id) if is_sitemap(page) and page.run == self._desk.run]
        room = MAX_SITEMAPS - len(read) - len(self._frontier)
        for url in urls:
            if urlsplit(url).hostname not in self._source.hosts:
                continue
            if depth > MAX_NESTING or room <= 0:
                # Not read: what is not listed elsewhere may be listed there.
                list_refusal(self._summary, url, "depth" if depth > MAX_NESTING else "limit")
                task = Task(sitemap_name(url), self._source.id, Purpose.SITEMAP)
                state.save_page(replace(self._record(task), status=PageStatus.REFUSED, run=self._desk.run))
                return
            task = Task(sitemap_name(url), self._source.id, Purpose.SITEMAP, depth=depth, via=Via.SITEMAP)
            room -= self._frontier.add(task)

    def _read(self, task: Task) -> Steps[None]:
        desk, url, host = self._desk, address_of(task), host_of(task)
        record = self._record(task)
        if not self._admission.permitted(url):
            self._end(task, replace(record, status=PageStatus.REFUSED), refused="robots")
            return
        etag, last_modified = sitemap_validators(record, self._lane, desk.options)
        request = FetchRequest(url, Purpose.SITEMAP, frozenset(self._source.hosts), etag, last_modified)
        reply = yield from ask(self._summary, request)
        conditional = etag is not None or last_modified is not None
        what = meaning(reply, url=url, conditional=conditional, now=desk.clock.now())
        if isinstance(what, Busy | Failed):
            self._failed(task, record, what)
            return
        desk.pace.succeeded(host)
        if isinstance(what, Body):
            self._parse(task, record, what.response)
        elif isinstance(what, Unchanged):
            record = replace(record, missing=0, missing_since=None, checked_at=desk.now())
            self._end(task, record, nested=desk.state.links(task.url))
        elif isinstance(what, Moved):
            self._move(task, record, what.target)
        elif isinstance(what, Missing):
            with desk.state.transaction():
                record = self._listings.miss(replace(record, status=PageStatus.MISSING))
                self._end(task, record, refused="no_sitemap")
        else:
            assert isinstance(what, Withheld)
            self._end(task, replace(record, status=PageStatus.REFUSED), refused="access")

    def _record(self, task: Task) -> PageRecord:
        record = self._desk.state.page(task.url)
        if record is not None and is_sitemap(record):
            return record
        seen = self._desk.now()
        return PageRecord(task.url, self._source.id, via=Via.SITEMAP, media_type=SITEMAP_TYPE, first_seen=seen)

    def _failed(self, task: Task, record: PageRecord, what: Busy | Failed) -> None:
        desk, host = self._desk, host_of(task)
        if isinstance(what, Busy):
            desk.pace.refused(host, what.seconds)
        elif what.retryable:
            desk.pace.failed(host, again=task.attempts > 0)
        again = what.retryable and task.attempts < MAX_RETRIES if isinstance(what, Failed) else task.attempts < MAX_BUSY
        if again and not desk.pace.left(host):
            if isinstance(what, Failed):
                back_off(desk.pace, host, task.url, task.attempts)
            with desk.state.transaction():
                self._frontier.put_back(task, replace(task, attempts=task.attempts + 1))
            return
        self._end(task, replace(record, status=PageStatus.ERROR), error=what.code)

    def _move(self, task: Task, record: PageRecord, target: str | None) -> None:
        if target is None or urlsplit(target).hostname not in self._source.hosts:
            self._end(task, replace(record, status=PageStatus.REFUSED), refused="moved_outside")
        elif task.hops >= MAX_HOPS:
            self._end(task, replace(record, status=PageStatus.REFUSED), refused="redirects")
        else:
            with self._desk.state.transaction():
                self._frontier.put_back(task, replace(task, origin=target, hops=task.hops + 1))

    def _parse(self, task: Task, record: PageRecord, response: Response) -> None:
        desk = self._desk
        try:
            found = desk.sandbox.sitemap(response.body, subject=response.url, group=self._source.id)
        except ParseError:
            self._end(task, replace(record, status=PageStatus.ERROR), error="parse")
            return
        with desk.state.transaction():
            record, nested = self._listings.keep(record, response, found)
            self._end(task, record, nested=nested)

    def _end(
        self,
        task: Task,
        record: PageRecord,
        *,
        nested: Sequence[str] = (),
        refused: str | None = None,
        error: str | None = None,
    ) -> None:
        """Keep what came of a sitemap."""
        desk, address = self._desk, address_of(replace(task, origin=None))
        with desk.state.transaction():
            if refused is not None:
                list_refusal(self._summary, address, refused)
            if error is not None:
                self._summary.errors.append((address, error))
            desk.state.save_page(replace(record, source=self._source.id, run=desk.run))
            self._frontier.finish(task)
            self._add(nested, depth=task.depth + 1)
            desk.state.save_source(desk.run, self._summary)
        outcome = "refused" if refused else "error" if error else "listed"
        desk.observer.page_done(self._source.id, address, outcome, self._frontier.done, self._frontier.known)
