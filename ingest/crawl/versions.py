"""The undo log of the library: what each address held before each change, and where each run stands in it."""

from collections.abc import Iterable
from dataclasses import dataclass

from ingest.crawl.errors import CrawlError
from ingest.database import Database

VERSIONS_KEPT = 5
"""Earlier versions kept of a document."""
_NAMED = 10


@dataclass(frozen=True, slots=True)
class Version:
    """A version of a document that was replaced or removed. ``until``: when; ``run``: by which run; ``reason``:
    ``changed``, ``parser``, ``rollback``, ``moved``, or the code of a removal."""

    source_id: str
    document_id: str
    title: str
    run: int
    until: str
    reason: str


@dataclass(frozen=True, slots=True)
class Holding:
    """What an address held: the number of a body, None: nothing."""

    body: int | None
    newest: str = ""


class Versions:
    """Changes numbered in the order in which they were made, those of a rollback included: nothing is lost by one."""

    def __init__(self, db: Database, *, kept: int) -> None:
        self._db = db
        self._kept = kept

    def record(self, url: str, source: str, held: Holding, *, run: int, until: str, reason: str) -> None:
        """Note what an address held before it changes; to be called before each change of the library."""
        self._db.change(
            "INSERT INTO crawl_versions (url, source, body, newest, run, until, reason) VALUES (?, ?, ?, ?, ?, ?, ?)",
            url,
            source,
            held.body,
            held.newest,
            run,
            until,
            reason,
        )

    def mark(self, source: str, run: int) -> None:
        """The source now stands as ``run`` leaves it."""
        self._db.change(
            """INSERT OR REPLACE INTO crawl_marks VALUES
            (?, ?, coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'crawl_versions'), 0))""",
            source,
            run,
        )

    def last_run(self, source: str) -> int:
        """The last run that was done with the source; 0 when none was."""
        ((run,),) = self._db.rows("SELECT coalesce(max(run), 0) FROM crawl_marks WHERE source = ?", source)
        return int(run)

    def held_after(self, source: str, run: int) -> dict[str, Holding]:
        """What each address of the source that has changed since ``run`` held after it.

        Raises:
            CrawlError: nobody knows (any more).
        """
        mark = self._db.row(
            "SELECT seq FROM crawl_marks WHERE source = ? AND run <= ? ORDER BY run DESC LIMIT 1", source, run
        )
        if mark is None or self._db.row("SELECT 1 FROM crawl_marks WHERE run = ? LIMIT 1", run) is None:
            raise CrawlError(source, f"passage nº\u00a0{run} inconnu pour cette source\u202f; {self._choice(source)}")
        if self._pruned(source) > mark[0]:
            raise CrawlError(
                source, f"les versions du passage nº\u00a0{run} ne sont plus gardées\u202f; {self._choice(source)}"
            )
        # Of several changes of an address since then, the first one holds what there was.
        rows = self._db.rows(
            "SELECT url, body, newest, min(seq) FROM crawl_versions WHERE source = ? AND seq > ? GROUP BY url",
            source,
            mark[0],
        )
        return {url: Holding(body, newest) for url, body, newest, _ in rows}

    def prune(self, urls: Iterable[str]) -> None:
        """Forget the versions of each address beyond those that are kept."""
        for url in urls:
            beyond = self._db.row(
                "SELECT seq FROM crawl_versions WHERE url = ? AND body IS NOT NULL ORDER BY seq DESC LIMIT 1 OFFSET ?",
                url,
                self._kept,
            )
            if beyond is None:
                continue
            old = (url, beyond[0])
            self._db.change(
                """INSERT INTO crawl_pruned
                SELECT source, max(seq) FROM crawl_versions WHERE url = ? AND seq <= ? GROUP BY source
                ON CONFLICT DO UPDATE SET seq = max(seq, excluded.seq)""",
                *old,
            )
            self._db.change("DELETE FROM crawl_versions WHERE url = ? AND seq <= ?", *old)

    def of(self, url: str) -> list[Version]:
        """Earlier versions of an address's document, newest first."""
        rows = self._db.rows(
            """SELECT url, document_id, title, run, until, reason FROM crawl_versions JOIN crawl_bodies USING (body)
            WHERE url = ? ORDER BY seq DESC""",
            url,
        )
        return [Version(*row) for row in rows]

    def body(self, document_id: str) -> int | None:
        """The body of the earlier version of that id, the last one if it was there several times."""
        found = self._db.row(
            """SELECT body FROM crawl_versions JOIN crawl_bodies USING (body)
            WHERE document_id = ? ORDER BY seq DESC LIMIT 1""",
            document_id,
        )
        return None if found is None else int(found[0])

    def _pruned(self, source: str) -> int:
        found = self._db.row("SELECT seq FROM crawl_pruned WHERE source = ?", source)
        return 0 if found is None else int(found[0])

    def _choice(self, source: str) -> str:
        """The runs that the source can be brought back to, in words."""
        rows = self._db.rows(
            "SELECT run FROM crawl_marks WHERE source = ? AND seq >= ? ORDER BY run DESC LIMIT ?",
            source,
            self._pruned(source),
            _NAMED + 1,
        )
        if not rows:
            return "aucun passage n’y a encore abouti"
        more = ", …" if len(rows) > _NAMED else ""
        return f"choisissez parmi {', '.join(str(run) for (run,) in rows[:_NAMED])}{more}"
