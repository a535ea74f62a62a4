"""The sitemaps of a source: what they list is remembered, and visited with the pages that are known."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import replace
from urllib.parse import urlsplit

from ingest.crawl.admission import MAX_HOPS, MAX_HOST_ADDRESSES, Admission
from ingest.crawl.desk import Desk
from ingest.crawl.frontier import Frontier, address_of, host_of, sitemap_name
from ingest.crawl.lanes import Lane
from ingest.crawl.model import (
    FetchRequest,
    PageRecord,
    PageStatus,
    Purpose,
    Response,
    Sitemap,
    SitemapEntry,
    SourceSummary,
    Task,
    Via,
)
from ingest.crawl.outcomes import list_refusal
from ingest.crawl.steps import MAX_BUSY, MAX_RETRIES, Steps, ask, back_off
from ingest.crawl.urls import canonical, is_trap, kind_of
from ingest.crawl.visit import Body, Busy, Failed, Missing, Moved, Unchanged, Withheld, meaning
from ingest.errors import ParseError
from ingest.manifest import Source

MAX_NESTING = 3
MAX_SITEMAPS = 100
"""Sitemaps of a source in one run."""
_SITEMAP_TYPE = "application/sitemap"
"""In the records of addresses, it tells sitemaps from pages."""


def is_sitemap(record: PageRecord) -> bool:
    """Whether a record is that of a sitemap; its ``url`` is then a :func:`~ingest.crawl.frontier.sitemap_name`."""
    return record.media_type == _SITEMAP_TYPE


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
        self._readers = _readers(lane.sources)

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
        known = record.status is PageStatus.OK and record.reason == self._readers and not desk.options.refresh
        request = FetchRequest(
            url,
            Purpose.SITEMAP,
            frozenset(self._source.hosts),
            record.etag if known else None,
            record.last_modified if known else None,
        )
        reply = yield from ask(self._summary, request)
        conditional = request.etag is not None or request.last_modified is not None
        what = meaning(reply, url=url, conditional=conditional, now=desk.clock.now())
        if isinstance(what, Busy | Failed):
            self._failed(task, record, what)
            return
        desk.pace.succeeded(host)
        if isinstance(what, Body):
            self._parse(task, record, what.response)
        elif isinstance(what, Unchanged):
            self._end(task, replace(record, checked_at=desk.now()), nested=desk.state.links(task.url))
        elif isinstance(what, Moved):
            self._move(task, record, what.target)
        else:
            reason = what.reason if isinstance(what, Missing) else "access"
            assert isinstance(what, Missing | Withheld)
            self._end(task, replace(record, status=PageStatus.MISSING), refused=reason)

    def _record(self, task: Task) -> PageRecord:
        record = self._desk.state.page(task.url)
        if record is not None and is_sitemap(record):
            return record
        seen = self._desk.now()
        return PageRecord(task.url, self._source.id, via=Via.SITEMAP, media_type=_SITEMAP_TYPE, first_seen=seen)

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
            found = desk.sandbox.sitemap(response.body, subject=response.url)
        except ParseError:
            self._end(task, replace(record, status=PageStatus.ERROR), error="parse")
            return
        now = desk.now()
        record = replace(
            record,
            # What is missing at its end may list pages: nothing is concluded from their not being there.
            status=PageStatus.REFUSED if found.truncated else PageStatus.OK,
            etag=response.headers.get("etag"),
            last_modified=response.headers.get("last-modified"),
            reason=self._readers,
            fetched_at=now,
            checked_at=now,
        )
        self._end(task, record, found=found)

    def _end(
        self,
        task: Task,
        record: PageRecord,
        *,
        found: Sitemap | None = None,
        nested: Sequence[str] = (),
        refused: str | None = None,
        error: str | None = None,
    ) -> None:
        """Keep what came of a sitemap."""
        desk, address = self._desk, address_of(replace(task, origin=None))
        with desk.state.transaction():
            if found is not None:
                nested = self._keep(task.url, found)
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

    def _keep(self, sitemap: str, found: Sitemap) -> Sequence[str]:
        """Remember what a sitemap lists; the sitemaps that it names."""
        state = self._desk.state
        entries = {url: entry for entry in found.entries if (url := canonical(entry.url)) is not None}
        if found.is_index:
            state.save_listed(sitemap, ())
            state.save_links(sitemap, entries)
            return list(entries)
        state.save_links(sitemap, ())
        state.save_listed(sitemap, entries)
        added = 0
        for url, entry in entries.items():
            if added < MAX_HOST_ADDRESSES:
                added += self._remember(url, entry)
        return ()

    def _remember(self, url: str, entry: SitemapEntry) -> bool:
        """Keep a listed address of one of the lane's sources; whether it is a new one."""
        state = self._desk.state
        record = state.page(url)
        source = self._lane.owner(url, record.source if record else None)
        if source is None or not source.allows(url) or is_trap(url) or kind_of(url) not in source.formats:
            return False
        known = record or PageRecord(url, source.id, via=Via.SITEMAP, first_seen=self._desk.now())
        via = known.via if known.via is Via.START else Via.SITEMAP
        renewed = replace(known, via=via, lastmod=entry.lastmod or known.lastmod, depth=0)
        if renewed != record:
            state.save_page(renewed)
        return record is None


def _readers(sources: Sequence[Source]) -> str:
    """For whom a sitemap is read: for others, or within other bounds, it must be read again though it is the same."""
    bounds = [
        (source.id, source.hosts, [p.pattern for p in source.allow], [p.pattern for p in source.deny], source.formats)
        for source in sources
    ]
    return hashlib.sha256(repr(bounds).encode()).hexdigest()[:16]
