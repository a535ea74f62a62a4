"""What a source's visits found and that is not published yet, beside what the library holds."""

from dataclasses import dataclass

from ingest.crawl.bodies import Bodies
from ingest.crawl.fingerprint import digest_set, text_fingerprint
from ingest.crawl.gate import Balance
from ingest.crawl.rejections import REMOVAL, Rejections
from ingest.crawl.versions import Holding
from ingest.database import Database
from ingest.model import Document

PARSER = "parser"
"""Reason of a change that comes from reading the same bytes otherwise, so from us."""

_LIBRARY = "FROM crawl_documents JOIN crawl_bodies USING (body)"


@dataclass(frozen=True, slots=True)
class Entry:
    """What the library holds at an address."""

    source: str
    body: int
    newest: str
    document_id: str
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Staged:
    """A staged change. ``body`` None: a removal. ``held``: what the address holds until then. ``reason``: ``added``,
    ``changed``, ``parser``, ``moved``, or the code of a removal."""

    url: str
    body: int | None
    newest: str
    reason: str
    moved_to: str | None
    held: Holding


@dataclass(frozen=True, slots=True)
class Change:
    """A staged change, for a person to judge. ``kind``: ``added``, ``changed`` or ``removed``. ``run``: the one that
    staged it. ``reason``: as in :class:`Staged`."""

    url: str
    title: str
    kind: str
    reason: str
    run: int


class Staging:
    """One staged change an address at most: the last one counts."""

    def __init__(self, db: Database, bodies: Bodies, rejections: Rejections) -> None:
        self._db = db
        self._bodies = bodies
        self._rejections = rejections

    def entry(self, url: str) -> Entry | None:
        """What the library holds at an address."""
        row = self._db.row(
            """SELECT source, body, newest, document_id, fingerprint
            FROM crawl_documents JOIN crawl_bodies USING (body) WHERE url = ?""",
            url,
        )
        return None if row is None else Entry(*row)

    def body(self, url: str) -> int | None:
        """The body staged for an address."""
        row = self._db.row("SELECT body FROM crawl_staged WHERE url = ?", url)
        return None if row is None else row[0]

    def stage(self, run: int, source: str, document: Document, *, raw: bytes | None, newest: str) -> bool:
        """Stage a document; False when the library holds it already, or when a person rejected it."""
        url, there = document.source_id, self.entry(document.source_id)
        if raw is None:
            self._bodies.give_up_raw(url)
        if there is not None and (there.source, there.document_id) == (source, document.id):
            self.drop(url)
            self._rejections.lift(url)
            # The same text dated anew: what the publisher says of it, not a change of it.
            self._db.change("UPDATE crawl_documents SET newest = ?1 WHERE url = ?2 AND newest != ?1", newest, url)
            return False
        content = (document.id, text_fingerprint(document))
        if self._rejections.covers(url, content, there=None if there is None else there.fingerprint):
            self.drop(url)
            return False
        self._rejections.lift(url)
        row = self._db.row(
            "SELECT body FROM crawl_staged JOIN crawl_bodies USING (body) WHERE url = ? AND document_id = ?",
            url,
            document.id,
        )
        body = self._bodies.add(document, raw=raw) if row is None else int(row[0])
        self._put(url, source, run, body, newest, self._reason(document, there), None)
        return True

    def _reason(self, document: Document, there: Entry | None) -> str:
        if there is None:
            return "added"
        same = document.raw_sha256 and self._bodies.document(there.body).raw_sha256 == document.raw_sha256
        return PARSER if same else "changed"

    def stage_removal(self, run: int, source: str, url: str, reason: str, *, moved_to: str | None = None) -> bool:
        """Stage a removal; False when the library holds nothing there, or when a person rejected the removal."""
        there = self.entry(url)
        gone = there is None or there.source != source
        if gone or self._rejections.covers(url, REMOVAL, there=None):
            self.drop(url)
            return False
        self._rejections.lift(url)
        self._put(url, source, run, None, "", reason, moved_to)
        return True

    def confirm(self, url: str, newest: str | None) -> bool:
        """The address answers as before: no removal of it is staged any more; ``newest`` dates it anew unless None.
        False when it has no document."""
        self._db.change("DELETE FROM crawl_staged WHERE url = ? AND body IS NULL", url)
        if newest is not None:
            for table in ("crawl_staged", "crawl_documents"):
                self._db.change(f"UPDATE {table} SET newest = ?1 WHERE url = ?2 AND newest != ?1", newest, url)  # noqa: S608
        self._rejections.lift_removal(url)
        return self.body(url) is not None or self.entry(url) is not None

    def drop(self, url: str) -> None:
        """Forget what is staged for an address."""
        self._db.change("DELETE FROM crawl_staged WHERE url = ?", url)

    def clear(self, source: str) -> None:
        """Forget what is staged for a source."""
        self._db.change("DELETE FROM crawl_staged WHERE source = ?", source)

    def reject(self, source: str) -> int:
        """Forget what is staged for a source, and that it is not wanted; number of changes."""
        rows = self._db.rows(
            """SELECT url, coalesce(document_id, ''), coalesce(fingerprint, '')
            FROM crawl_staged LEFT JOIN crawl_bodies USING (body) WHERE source = ?""",
            source,
        )
        for url, document_id, fingerprint in rows:
            self._rejections.remember(url, source, (document_id, fingerprint))
        self.clear(source)
        return len(rows)

    def staged(self, source: str) -> list[Staged]:
        """What is staged for a source, by address."""
        rows = self._db.rows(
            """SELECT s.url, s.body, s.newest, s.reason, s.moved_to, d.body, coalesce(d.newest, '')
            FROM crawl_staged s LEFT JOIN crawl_documents d USING (url) WHERE s.source = ? ORDER BY s.url""",
            source,
        )
        return [
            Staged(url, body, newest, reason, moved_to, Holding(*held))
            for url, body, newest, reason, moved_to, *held in rows
        ]

    def changes(self, source: str) -> list[Change]:
        """The same, for a person."""
        rows = self._db.rows(
            """SELECT s.url, b.title, iif(s.body IS NULL, 'removed', iif(d.body IS NULL, 'added', 'changed')),
            s.reason, s.run
            FROM crawl_staged s LEFT JOIN crawl_documents d USING (url)
            JOIN crawl_bodies b ON b.body = coalesce(s.body, d.body) WHERE s.source = ? ORDER BY s.url""",
            source,
        )
        return [Change(*row) for row in rows]

    def balance(self, source: str) -> Balance:
        """What publishing would change; addresses that the operator keeps out do not count."""
        before = self._passages(f"SELECT url, passages {_LIBRARY}", source)
        staged = self._passages("SELECT url, passages FROM crawl_staged LEFT JOIN crawl_bodies USING (body)", source)
        after = {url: packed for url, packed in (before | staged).items() if packed is not None}
        return Balance(
            before=frozenset().union(*map(digest_set, before.values())),
            after=frozenset().union(*map(digest_set, after.values())),
            concerned=len(before.keys() & staged.keys()),
            left=len(after),
            there=len(before),
            alike=self._alike(source),
        )

    def held(self, source: str) -> frozenset[bytes]:
        """The passages of a source in the library, and those of addresses that the operator keeps out too."""
        rows = self._db.rows(f"SELECT passages {_LIBRARY} WHERE source = ?", source)
        return frozenset().union(*(digest_set(packed) for (packed,) in rows))

    def _alike(self, source: str) -> int:
        """Of the documents that change, the most that had different texts and get one and the same."""
        ((most,),) = self._db.rows(
            """SELECT coalesce(max(number), 0) FROM (
            SELECT count(DISTINCT old.fingerprint) AS number
            FROM crawl_staged s JOIN crawl_documents d USING (url)
            JOIN crawl_bodies new ON new.body = s.body JOIN crawl_bodies old ON old.body = d.body
            WHERE s.source = ? AND new.fingerprint != old.fingerprint
            AND url NOT IN (SELECT url FROM crawl_excluded) GROUP BY new.fingerprint)""",
            source,
        )
        return int(most)

    def _passages(self, selection: str, source: str) -> dict[str, bytes]:
        """Address -> its packed digests, None for a removal."""
        shown = "url NOT IN (SELECT url FROM crawl_excluded)"
        return dict(self._db.rows(f"{selection} WHERE source = ? AND {shown}", source))

    def _put(
        self, url: str, source: str, run: int, body: int | None, newest: str, reason: str, moved_to: str | None
    ) -> None:
        statement = "INSERT OR REPLACE INTO crawl_staged VALUES (?, ?, ?, ?, ?, ?, ?)"
        self._db.change(statement, url, source, run, body, newest, reason, moved_to)
