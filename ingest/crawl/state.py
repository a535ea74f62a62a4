"""What the crawler remembers: runs, frontier, pages, links, hosts. Tables in the document store's own database, so that
a page's state and its document change in one transaction."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import replace

import msgspec

from ingest.crawl.links import Links
from ingest.crawl.model import HostRecord, PageRecord, Purpose, RunSummary, SourceSummary, Task
from ingest.crawl.tables import STATE
from ingest.store import DocumentStore

_runs = msgspec.json.Decoder(RunSummary)
_summaries = msgspec.json.Decoder(SourceSummary)
_tasks = msgspec.json.Decoder(Task)
_records = msgspec.json.Decoder(PageRecord)


class CrawlState(Links):
    """One writer at a time (the crawl holds a lock on the store); reads may come from elsewhere."""

    def __init__(self, store: DocumentStore) -> None:
        super().__init__(store.database)
        self._db.prepare(STATE)

    def transaction(self) -> AbstractContextManager[None]:
        """All or nothing; also for changes made through Holdings and DocumentStore inside."""
        return self._db.transaction()

    # runs

    def open_run(self, sources: Sequence[str], *, now: str) -> RunSummary:
        """A new run, or the unfinished run of the same sources (``resumed`` set, its source summaries as they stood).

        ``sources`` of the summary holds those saved so far: none for a new run. An unfinished run of other sources is
        closed as interrupted first.
        """
        wanted = msgspec.json.encode(sorted(set(sources)))
        with self.transaction():
            for run, kept in self._db.rows("SELECT run, sources FROM crawl_runs WHERE open ORDER BY run"):
                summary = self._run(run)
                if kept == wanted:
                    summary.resumed = True
                    return summary
                summary.interrupted, summary.ended_at = True, now
                self.close_run(summary)
            number = self._db.insert("INSERT INTO crawl_runs (open, sources, summary) VALUES (1, ?, ?)", wanted, b"")
            summary = RunSummary(number, begun_at=now)
            self._db.change("UPDATE crawl_runs SET summary = ? WHERE run = ?", msgspec.json.encode(summary), number)
        return summary

    def save_source(self, run: int, summary: SourceSummary) -> None:
        """Keep a source's summary as it stands."""
        self._db.change(
            """INSERT INTO crawl_summaries
            VALUES (?1, ?2, (SELECT count(*) FROM crawl_summaries WHERE run = ?1), ?3, ?4)
            ON CONFLICT DO UPDATE SET visited_at = excluded.visited_at, summary = excluded.summary""",
            run,
            summary.source,
            summary.last_success if summary.finished else None,
            msgspec.json.encode(summary),
        )

    def close_run(self, summary: RunSummary) -> None:
        """End a run: its summary is kept, its frontier emptied. An interrupted run stays open for resuming:
        do not close it."""
        with self.transaction():
            for source in summary.sources:
                self.save_source(summary.run, source)
            self._db.change(
                "UPDATE crawl_runs SET open = 0, summary = ? WHERE run = ?",
                msgspec.json.encode(replace(summary, sources=[])),
                summary.run,
            )
            self._db.change("DELETE FROM crawl_frontier WHERE run = ?", summary.run)
            self.forget_addresses()

    def runs(self, limit: int = 20) -> list[RunSummary]:
        """The last runs, newest first; one without an end is in progress, or was killed."""
        return [
            self._run(run) for (run,) in self._db.rows("SELECT run FROM crawl_runs ORDER BY run DESC LIMIT ?", limit)
        ]

    def last_success(self, source: str) -> str | None:
        """When a run was last done with the whole source: what the summaries of finished sources say of it, so that a
        run that lay unfinished for weeks does not make them look younger."""
        ((found,),) = self._db.rows("SELECT max(visited_at) FROM crawl_summaries WHERE source = ?", source)
        return None if found is None else str(found)

    def _run(self, run: int) -> RunSummary:
        ((kept,),) = self._db.rows("SELECT summary FROM crawl_runs WHERE run = ?", run)
        rows = self._db.rows("SELECT summary FROM crawl_summaries WHERE run = ? ORDER BY place", run)
        with self._db.errors():
            summary = _runs.decode(kept)
            summary.sources = [_summaries.decode(row[0]) for row in rows]
        return summary

    # frontier

    def enqueue(self, run: int, task: Task) -> bool:
        """Add an address to the run's frontier; False when the run knows it already (queued or done)."""
        changed = self._db.change(
            "INSERT OR IGNORE INTO crawl_frontier (run, url, source, page, task) VALUES (?, ?, ?, ?, ?)",
            run,
            task.url,
            task.source,
            int(task.purpose is Purpose.PAGE),
            msgspec.json.encode(task),
        )
        return changed > 0

    def requeue(self, run: int, task: Task) -> None:
        """Put a task back in its place (retry), with its new count of attempts."""
        self._db.change(
            "UPDATE crawl_frontier SET done = 0, task = ? WHERE run = ? AND url = ?",
            msgspec.json.encode(task),
            run,
            task.url,
        )

    def finish(self, run: int, url: str) -> None:
        """The address has been dealt with in this run."""
        self._db.change("UPDATE crawl_frontier SET done = 1 WHERE run = ? AND url = ?", run, url)

    def queued(self, run: int, source: str | None = None) -> list[Task]:
        """Tasks still to do, in the order in which they were added; robots and sitemaps first."""
        rows = self._db.rows(
            """SELECT task FROM crawl_frontier WHERE run = ?1 AND NOT done AND (?2 IS NULL OR source = ?2)
            ORDER BY page, place""",
            run,
            source,
        )
        with self._db.errors():
            return [_tasks.decode(row[0]) for row in rows]

    def counts(self, run: int) -> dict[str, tuple[int, int]]:
        """By source: (done, known) pages of the run, for progress and page budgets; robots.txt and sitemaps are not
        pages."""
        rows = self._db.rows(
            "SELECT source, sum(done), count(*) FROM crawl_frontier WHERE run = ? AND page GROUP BY source", run
        )
        return {source: (done, known) for source, done, known in rows}

    # pages

    def page(self, url: str) -> PageRecord | None:
        """What is known of an address."""
        found = self._db.row("SELECT record FROM crawl_pages WHERE url = ?", url)
        with self._db.errors():
            return None if found is None else _records.decode(found[0])

    def pages(self, source: str | None = None) -> list[PageRecord]:
        """Every known address (of a source), ordered by address."""
        rows = self._db.rows("SELECT record FROM crawl_pages WHERE ?1 IS NULL OR source = ?1 ORDER BY url", source)
        with self._db.errors():
            return [_records.decode(row[0]) for row in rows]

    def save_page(self, record: PageRecord) -> None:
        """Remember an address."""
        self._db.change(
            "INSERT OR REPLACE INTO crawl_pages VALUES (?, ?, ?, ?)",
            record.url,
            record.source,
            record.status.value,
            msgspec.json.encode(record),
        )

    # hosts

    def host(self, host: str) -> HostRecord:
        """What is known of a host; a fresh record when nothing is."""
        found = self._db.row(
            """SELECT last_request_at, not_before, body, status, coalesce(read_at, 0.0)
            FROM crawl_hosts LEFT JOIN crawl_robots USING (host) WHERE host = ?""",
            host,
        )
        return HostRecord(host) if found is None else HostRecord(host, *found)

    def save_host(self, record: HostRecord) -> None:
        """Remember a host."""
        with self.transaction():
            self._db.change(
                "INSERT OR REPLACE INTO crawl_hosts VALUES (?, ?, ?)",
                record.host,
                record.last_request_at,
                record.not_before,
            )
            self._db.change(
                """INSERT INTO crawl_robots VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE
                SET status = excluded.status, read_at = excluded.read_at, body = excluded.body
                WHERE (status, read_at, body) IS NOT (excluded.status, excluded.read_at, excluded.body)""",
                record.host,
                record.robots_status,
                record.robots_at,
                record.robots_body,
            )
