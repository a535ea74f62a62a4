"""The pages of a source, one after the other: asked for, understood, remembered."""

import dataclasses
from collections.abc import Iterable
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from ingest.crawl.admission import MAX_HOPS, Admission, Offer
from ingest.crawl.desk import Desk
from ingest.crawl.documents import Landing
from ingest.crawl.frontier import Frontier, host_of
from ingest.crawl.model import PARSER_VERSION, FetchRequest, PageRecord, PageStatus, Purpose, SourceSummary, Task, Via
from ingest.crawl.options import CrawlOptions
from ingest.crawl.outcomes import absent, forgotten, list_refusal
from ingest.crawl.reader import BodyReader, Found
from ingest.crawl.steps import MAX_BUSY, MAX_RETRIES, Steps, ask, back_off
from ingest.crawl.urls import is_trap, kind_of
from ingest.crawl.visit import Body, Busy, Failed, Meaning, Missing, Moved, Unchanged, leads_home, meaning
from ingest.errors import ReaderLostError, StoreError
from ingest.manifest import Source


def _copy(summary: SourceSummary) -> dict[str, Any]:
    """The fields of a summary as they stand."""
    fields = {field.name: getattr(summary, field.name) for field in dataclasses.fields(summary)}
    return {name: list(value) if isinstance(value, list) else value for name, value in fields.items()}


def validators(record: PageRecord, options: CrawlOptions) -> tuple[str | None, str | None]:
    """ETag and Last-Modified that make the request for a page conditional; None where "unchanged" would not be enough
    of an answer."""
    if options.refresh or record.status not in (PageStatus.OK, PageStatus.REFUSED, PageStatus.MISSING):
        return None, None
    if record.parser < PARSER_VERSION and not (record.archived and record.raw_sha256):
        return None, None
    return record.etag, record.last_modified


class PageVisit:
    """Visits the pages of one source. Each reply changes the state in one transaction."""

    def __init__(
        self, desk: Desk, source: Source, summary: SourceSummary, frontier: Frontier, admission: Admission
    ) -> None:
        self._desk = desk
        self._source = source
        self._summary = summary
        self._frontier = frontier
        self._admission = admission
        self._reader = BodyReader(desk, source, summary, admission)

    def steps(self, task: Task) -> Steps[None]:
        """Ask for one page and deal with the reply."""
        desk = self._desk
        record = desk.state.page(task.url) or PageRecord(task.url, self._source.id, first_seen=desk.now())
        if not self._admission.permitted(task.url):
            with desk.state.transaction():
                self._end(task, absent(desk, forgotten(record), PageStatus.REFUSED, "robots"), "refused")
            return
        etag, last_modified = validators(record, desk.options)
        request = FetchRequest(task.url, Purpose.PAGE, frozenset(self._source.hosts), etag, last_modified)
        reply = yield from ask(self._summary, request)
        conditional = etag is not None or last_modified is not None
        what = meaning(reply, url=task.url, conditional=conditional, now=desk.clock.now())
        if isinstance(what, Busy | Failed):
            self._failed(task, record, what)
        else:
            desk.pace.succeeded(host_of(task))
            self._deal(task, record, what)

    def _deal(self, task: Task, record: PageRecord, what: Meaning) -> None:
        """Deal with a usable reply. A defect that one page brings to light is that page's error."""
        desk, before = self._desk, _copy(self._summary)
        try:
            found = self._reader.read(record, what) if isinstance(what, Body | Unchanged) else None
            if found is not None and found.broken and desk.interruption.asked:
                # The signal that stops the crawl stops the parser too: this page will be read when it is resumed.
                return
            with desk.state.transaction():
                self._apply(task, record, what, found)
        except StoreError:
            raise
        except ReaderLostError as error:
            # As above; otherwise it says nothing of the page: what is stored stays.
            if not desk.interruption.asked:
                desk.observer.note("error", "reader_lost", url=task.url, error=str(error))
                with desk.state.transaction():
                    self._error(task, record, "reader_lost")
        except Exception as error:
            for name, value in before.items():
                setattr(self._summary, name, value)
            self._frontier.reload()
            desk.observer.note("error", "page_failed", url=task.url, error=repr(error))
            with desk.state.transaction():
                self._error(task, record, "internal")

    def _apply(self, task: Task, record: PageRecord, what: Meaning, found: Found | None) -> None:
        if found is not None and found.elsewhere is None:
            self._end(task, *self._reader.keep(task, record, found))
            return
        if found is not None and found.elsewhere is not None:
            what = found.elsewhere
            record = self._reader.answered(record, found)
        else:
            record = forgotten(record)
        if isinstance(what, Moved) and self._leads_home(task, what.target):
            what = Missing("soft_404")
        if isinstance(what, Moved):
            self._moved(task, record, what)
        elif isinstance(what, Missing):
            self._end(task, absent(self._desk, record, PageStatus.MISSING, what.reason), "missing")
        else:
            kept_to_itself = replace(record, status=PageStatus.REFUSED, reason="access", run=self._desk.run)
            self._end(task, kept_to_itself, "refused")

    def _moved(self, task: Task, record: PageRecord, what: Moved) -> None:
        """What an address that leads elsewhere becomes is known when the source has been visited: the target may be
        gone itself."""
        record, target = forgotten(record), what.target
        if reason := self._immovable(task, target):
            self._end(task, absent(self._desk, record, PageStatus.REFUSED, reason), "refused")
            return
        assert target is not None
        record = replace(
            record,
            status=PageStatus.REDIRECT,
            moved_to=target,
            permanent=what.permanent,
            reason=None,
            run=self._desk.run,
        )
        landing = None
        if record.landing_url:
            landing = Landing(record.landing_url, record.landing_title or "", record.link_text or "")
        offer = Offer(
            target,
            Via.REDIRECT,
            depth=record.depth,
            hops=task.hops + 1,
            origin=task.origin or task.url,
            lastmod=record.lastmod,
            landing=landing,
        )
        self._end(task, record, "moved", [offer])

    def _leads_home(self, task: Task, target: str | None) -> bool:
        ours = target is not None and urlsplit(target).hostname in self._source.hosts
        return ours and target is not None and leads_home(target, origin=task.url)

    def _immovable(self, task: Task, target: str | None) -> str | None:
        """Why a redirect is not followed."""
        if target is None or not self._source.allows(target):
            return "moved_outside"
        if target == task.url or task.hops >= MAX_HOPS:
            return "redirects"
        if is_trap(target):
            return "trap"
        return "format" if kind_of(target) == "other" else None

    def _failed(self, task: Task, record: PageRecord, what: Busy | Failed) -> None:
        """Try again later, or leave it at that."""
        desk, host = self._desk, host_of(task)
        if isinstance(what, Busy):
            desk.pace.refused(host, what.seconds)
            desk.observer.note("info", "host_waits", host=host, code=what.code, seconds=what.seconds)
            again = task.attempts < MAX_BUSY
        else:
            if what.retryable:
                desk.pace.failed(host, again=task.attempts > 0)
            again = what.retryable and task.attempts < MAX_RETRIES
        left = desk.pace.left(host)
        with desk.state.transaction():
            if again and not left:
                if isinstance(what, Failed):
                    back_off(desk.pace, host, task.url, task.attempts)
                self._frontier.put_back(task, replace(task, attempts=task.attempts + 1))
                desk.state.save_source(desk.run, self._summary)
                desk.observer.note("info", "retry", url=task.url, code=what.code, attempt=task.attempts + 1)
            elif what.code == "format":
                self._end(task, absent(desk, forgotten(record), PageStatus.REFUSED, "format"), "refused")
            else:
                self._error(task, record, what.code)

    def _error(self, task: Task, record: PageRecord, code: str) -> None:
        self._summary.errors.append((task.url, code))
        self._end(task, replace(record, status=PageStatus.ERROR, reason=code, run=self._desk.run), "error")

    def _end(self, task: Task, record: PageRecord, outcome: str, offers: Iterable[Offer] = ()) -> None:
        """Keep what came of an address, and take up where it leads."""
        desk, source = self._desk, self._source.id
        if record.status in (PageStatus.REFUSED, PageStatus.MISSING):
            list_refusal(self._summary, record.url, record.reason or "")
        desk.state.save_page(record)
        self._frontier.finish(task)
        self._admission.offer(offers)
        desk.state.save_source(desk.run, self._summary)
        level = {"error": "warning", "refused": "info", "missing": "info"}.get(outcome, "debug")
        desk.observer.note(level, "page", source=source, url=record.url, outcome=outcome, reason=record.reason)
        desk.observer.page_done(source, record.url, outcome, self._frontier.done, self._frontier.known)
