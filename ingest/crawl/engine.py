"""The crawl itself: sources visited side by side, one request at a time a host, budgets, interruption.

Worker threads fetch; everything else (what to ask for, parsing, the store) happens in the calling thread.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from ingest.crawl.clock import iso
from ingest.crawl.desk import Desk
from ingest.crawl.holdings import Holdings
from ingest.crawl.interruption import on_signals
from ingest.crawl.lanes import Lane, lanes_of
from ingest.crawl.model import FetchRequest, Purpose, RunSummary, SourceSummary
from ingest.crawl.options import CrawlOptions
from ingest.crawl.pace import Pace
from ingest.crawl.ports import Clock, Fetcher, Observer
from ingest.crawl.source_visit import SourceVisit
from ingest.crawl.state import CrawlState
from ingest.crawl.steps import Steps
from ingest.crawl.workers import Reply, Workers
from ingest.errors import StoreError
from ingest.manifest import Source
from ingest.sandbox import Sandbox
from ingest.store import DocumentStore

MAX_WORKERS = 8
_TICK_S = 0.2
"""How long the loop waits at most before it looks whether somebody asked to stop."""
_GRACE_S = 5.0
"""How long an interrupted crawl waits for the replies to what it has asked for."""


def crawl(
    sources: Sequence[Source],
    *,
    state: CrawlState,
    holdings: Holdings,
    store: DocumentStore,
    fetcher: Fetcher,
    sandbox: Sandbox,
    clock: Clock,
    options: CrawlOptions,
    observer: Observer,
) -> RunSummary:
    """Visit sources and publish what changed; what was done, by source.

    An unfinished run of the same sources is resumed. A budget that runs out ends the run: what was found is published.
    An interruption (SIGINT, SIGTERM) leaves it open, to be resumed. Nothing that one page does ends a crawl.

    Raises:
        StoreError: the store cannot be written to; the run is left open.
    """
    begun = clock.now()
    summary = state.open_run([source.id for source in sources], now=iso(begun))
    deadline = None if options.max_seconds is None else begun + options.max_seconds
    pace = Pace(state, clock, options.minimum_gap_s, deadline)
    with on_signals() as interruption:
        desk = Desk(
            state=state,
            holdings=holdings,
            store=store,
            sandbox=sandbox,
            clock=clock,
            options=options,
            observer=observer,
            pace=pace,
            summary=summary,
            interruption=interruption,
            excluded=frozenset(holdings.excluded()),
        )
        workers = Workers(fetcher, max(1, min(options.workers, MAX_WORKERS)))
        try:
            return _Crawl(desk, sources, workers, deadline).run()
        finally:
            workers.close()


@dataclass(slots=True)
class _Track:
    """A lane under way: ``visit`` waits to send ``request``, or for its reply (``in_flight``)."""

    lane: Lane
    to_come: list[SourceVisit]
    visit: SourceVisit | None = None
    steps: Steps[None] | None = None
    request: FetchRequest | None = None
    in_flight: bool = False

    @property
    def host(self) -> str:
        """The host of the request."""
        return urlsplit(self.request.url).hostname or "" if self.request else ""


class _Crawl:
    """One run."""

    def __init__(self, desk: Desk, sources: Sequence[Source], workers: Workers, deadline: float | None) -> None:
        self._desk = desk
        self._workers = workers
        self._deadline = deadline
        self._pages_asked = 0
        kept = {summary.source: summary for summary in desk.summary.sources}
        summaries = {source.id: kept.get(source.id) or SourceSummary(source.id) for source in sources}
        desk.summary.sources = list(summaries.values())
        self._tracks = []
        for lane in lanes_of(sources):
            visits = [SourceVisit(desk, lane, source, summaries[source.id]) for source in lane.sources]
            self._tracks.append(_Track(lane, [visit for visit in visits if not visit.summary.settled]))

    def run(self) -> RunSummary:
        """Visit everything, or as much as the budgets allow."""
        summary, desk = self._desk.summary, self._desk
        desk.observer.note("info", "run_begun", run=summary.run, resumed=summary.resumed)
        try:
            for track in self._tracks:
                self._advance(track, None)
            self._loop()
        except KeyboardInterrupt:
            desk.interruption.ask()
        if desk.interruption.asked and any(track.visit for track in self._tracks):
            summary.interrupted = True
            desk.observer.note("warning", "interrupted", run=summary.run)
            return summary
        for track in self._tracks:
            if track.visit is not None:
                self._close(track.visit)
            for visit in track.to_come:
                visit.pass_over()
        summary.ended_at = desk.now()
        for one in summary.sources:
            if one.finished:
                one.last_success = summary.ended_at
        desk.state.close_run(summary)
        desk.observer.note("info", "run_ended", run=summary.run, budget_reached=summary.budget_reached)
        return summary

    def _loop(self) -> None:
        """Send requests and deal with replies until there are none left, or until it is time to stop."""
        while any(track.request for track in self._tracks) and not self._over():
            wait = self._dispatch()
            if self._workers.busy:
                self._take(min(wait, _TICK_S))
            else:
                self._desk.clock.sleep(min(wait, _TICK_S))
        patience = time.monotonic() + _GRACE_S
        while self._workers.busy and not (self._desk.interruption.asked and time.monotonic() > patience):
            self._take(_TICK_S)

    def _over(self) -> bool:
        """Whether nothing more is to be asked for."""
        desk, summary = self._desk, self._desk.summary
        if desk.interruption.asked or summary.budget_reached:
            return True
        if self._deadline is not None and desk.clock.now() >= self._deadline:
            self._exhausted("time")
        return summary.budget_reached is not None

    def _exhausted(self, budget: str) -> None:
        self._desk.summary.budget_reached = budget
        self._desk.observer.note("warning", "budget_reached", budget=budget)

    def _dispatch(self) -> float:
        """Send what may be sent now; seconds until something else may be."""
        desk, wait = self._desk, _TICK_S
        for place, track in enumerate(self._tracks):
            if track.request is None or track.in_flight:
                continue
            pause = desk.pace.ready_at(track.host) - desk.clock.now()
            if pause > 0:
                wait = min(wait, pause)
            elif self._workers.busy < self._workers.number:
                if track.request.purpose is Purpose.PAGE:
                    if self._pages_asked == desk.options.max_pages:
                        self._exhausted("pages")
                        return 0.0
                    self._pages_asked += 1
                desk.pace.asked(track.host)
                track.in_flight = True
                self._workers.submit(place, track.request)
        return wait

    def _take(self, timeout: float) -> None:
        """Deal with a reply, if one comes in time."""
        found = self._workers.reply(timeout)
        if found is not None:
            place, reply = found
            track = self._tracks[place]
            self._desk.pace.answered(track.host)
            track.in_flight = False
            self._advance(track, reply)

    def _advance(self, track: _Track, reply: Reply | None) -> None:
        """Take a lane to its next request; none is left when it is done."""
        track.request = None
        while track.request is None:
            if track.steps is None:
                if not track.to_come:
                    return
                track.visit, reply = track.to_come.pop(0), None
                track.steps = track.visit.steps()
            try:
                # A generator is begun by sending it None.
                track.request = track.steps.send(reply)  # type: ignore[arg-type]
            except StopIteration:
                track.visit = track.steps = None
            except StoreError:
                raise
            # Whatever one source makes us stumble over, the others go on.
            except Exception as error:
                self._stumbled(track, error)

    def _stumbled(self, track: _Track, error: Exception) -> None:
        visit, track.visit, track.steps = track.visit, None, None
        assert visit is not None
        self._desk.observer.note("error", "source_failed", source=visit.source.id, error=repr(error))
        visit.summary.errors.append((visit.source.start_urls[0], "internal"))
        self._close(visit)

    def _close(self, visit: SourceVisit) -> None:
        """Publish what an unfinished visit found."""
        try:
            visit.close(finished=False)
        except StoreError:
            raise
        except Exception as error:
            # What it found stays staged, for the next run to publish.
            self._desk.observer.note("error", "source_failed", source=visit.source.id, error=repr(error))
            visit.pass_over()
