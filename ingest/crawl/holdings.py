"""The documents that came from crawling: staged by a run, published source by source, held, rolled back.

    fetched page -> staged -> (gate) -> library -> (duplicates collapsed) -> the documents that are indexed

Staged changes that the gate holds stay staged: later runs add to them and take back what is undone on the site, and
each settlement weighs them anew, so that a hold lifts by itself when the site comes back to what it was.
"""

import re
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from ingest.crawl.bodies import Bodies
from ingest.crawl.model import PageRecord
from ingest.crawl.published import Published
from ingest.crawl.rejections import Rejected, Rejections
from ingest.crawl.settlement import Held, Settlement, Settling
from ingest.crawl.staging import Change, Staging
from ingest.crawl.tables import HOLDINGS
from ingest.crawl.versions import VERSIONS_KEPT, Version, Versions
from ingest.model import Document
from ingest.store import DocumentStore

__all__ = ["Change", "Held", "Holdings", "Rejected", "Settlement", "Version", "newest_of", "sources_held"]

_DATE = re.compile(r"\d{4}(-\d\d(-\d\d)?)?")


class Holdings:
    """Documents by crawled address (``source_id`` is the canonical address, collection ``crawl:<source id>``).

    An address belongs to the source that staged it last. Each method is one transaction, or a part of the one in
    progress.
    """

    def __init__(self, store: DocumentStore, *, ranks: dict[str, int], versions_kept: int = VERSIONS_KEPT) -> None:
        """``ranks``: host -> place in the manifest; breaks ties between two addresses of the same text."""
        self._db = store.database
        self._db.prepare(HOLDINGS)
        self._bodies = Bodies(store)
        self._rejections = Rejections(self._db)
        self._staging = Staging(self._db, self._bodies, self._rejections)
        self._versions = Versions(self._db, kept=versions_kept)
        self._published = Published(store, self._bodies, ranks)
        self._settling = Settling(
            store,
            bodies=self._bodies,
            rejections=self._rejections,
            staging=self._staging,
            versions=self._versions,
            published=self._published,
        )

    def current(self, url: str) -> Document | None:
        """The document of an address as last parsed: staged in an unsettled run, else of the library."""
        body = self._staging.body(url)
        if body is None:
            there = self._staging.entry(url)
            body = None if there is None else there.body
        return None if body is None else self._bodies.document(body)

    def stage(self, run: int, source: str, document: Document, *, raw: bytes | None, newest: str) -> bool:
        """Stage a document (``source_id`` is its address); False when it says what the library holds already, or what
        a person rejected. A document read otherwise from the bytes of the one that the library holds is our change, not
        the site's: it is staged as such (reason ``parser``), and the gate does not weigh it.

        ``raw``: bytes to keep, None where the publisher asks for no copy: those kept of earlier versions go then too.
        ``newest``: what dates the address among others with the same text (Last-Modified or sitemap date as ISO, ""
        unknown).
        """
        with self._db.transaction():
            return self._staging.stage(run, source, document, raw=raw, newest=newest)

    def stage_removal(self, run: int, source: str, url: str, reason: str) -> bool:
        """Stage the removal of an address's document; False when there is none, or when a person rejected it."""
        with self._db.transaction():
            return self._staging.stage_removal(run, source, url, reason)

    def readdress(self, run: int, source: str, old: str, new: str) -> None:
        """A page moved for good: the library's document of ``old`` gives way to the one staged for ``new``, or that
        the library holds there. Nothing happens when there is neither."""
        with self._db.transaction():
            if old != new and self.current(new) is not None:
                self._staging.stage_removal(run, source, old, "moved", moved_to=new)

    def confirm(self, url: str, *, newest: str | None = None) -> bool:
        """The address answers as before: a removal staged for it is taken back. False when nothing is held of it any
        more, so that its page must be fetched and staged again.

        ``newest``: as in :meth:`stage`, where the reply dates the text anew; None where it does not.
        """
        with self._db.transaction():
            return self._staging.confirm(url, newest)

    def settle(self, run: int, source: str, *, known: bool, now: str) -> Settlement:
        """Publish what is staged for a source, or hold it. ``known``: an earlier run visited the source whole, so
        that many new pages at once are unusual too."""
        with self._db.transaction():
            return self._settling.settle(run, source, known=known, now=now)

    def held(self) -> list[Held]:
        """The sources that wait."""
        return self._settling.held()

    def pending(self, source: str) -> list[Change]:
        """What is staged for a source, by address."""
        return self._staging.changes(source)

    def approve(self, source: str, *, now: str) -> Settlement:
        """Publish what is held. Raises CrawlError when nothing is."""
        with self._db.transaction():
            return self._settling.approve(source, now=now)

    def reject(self, source: str) -> int:
        """Drop what is held; number of changes dropped. Raises CrawlError when nothing is.

        What was dropped comes back only when its page changes again, or after :meth:`reconsider`.
        """
        with self._db.transaction():
            return self._settling.reject(source)

    def rejected(self) -> list[Rejected]:
        """What a person rejected, or undid by a rollback, and which the pages still say."""
        return self._rejections.listed()

    def reconsider(self, source: str) -> int:
        """Let what was rejected of a source, or rolled back, come back at its next visit; number of addresses. Pages
        that answer "unchanged" send nothing to stage: the visit must ask for them whole."""
        with self._db.transaction():
            return self._rejections.lift_all(source)

    def rollback(self, source: str, run: int, *, now: str) -> Settlement:
        """Bring a source's documents back to what they were after ``run``. Raises CrawlError when that run is
        unknown or its versions are no longer kept.

        What is undone counts as rejected, and so does what was waiting. The versions undone are kept like any other: a
        rollback to the last run undoes the rollback.
        """
        with self._db.transaction():
            return self._settling.rollback(source, run, now=now)

    def versions(self, url: str) -> list[Version]:
        """Earlier versions of an address's document, newest first."""
        return self._versions.of(url)

    def version(self, document_id: str) -> Document | None:
        """An earlier version by its id."""
        body = self._versions.body(document_id)
        return None if body is None else self._bodies.document(body)

    def exclude(self, url: str, *, now: str) -> None:
        """Keep an address out of the published documents until :meth:`include` (an operator's decision). Another
        address with the same text takes its place: see :meth:`same_text` to keep out the text."""
        with self._db.transaction():
            self._db.change("INSERT OR IGNORE INTO crawl_excluded VALUES (?, ?)", url, now)
            self._published.renew()

    def include(self, url: str, *, now: str) -> None:
        """Undo :meth:`exclude`."""
        with self._db.transaction():
            self._db.change("DELETE FROM crawl_excluded WHERE url = ?", url)
            self._published.renew()

    def excluded(self) -> list[str]:
        """Addresses kept out."""
        return [url for (url,) in self._db.rows("SELECT url FROM crawl_excluded ORDER BY url")]

    def same_text(self, url: str) -> list[str]:
        """The addresses crawled with the text of ``url``, the best one first, ``url`` among them."""
        return self._published.same_text(url)


def newest_of(record: PageRecord) -> str:
    """What dates an address: its Last-Modified as ISO 8601, else its sitemap date, else ""."""
    if record.last_modified:
        with suppress(ValueError, OverflowError):
            return _utc(parsedate_to_datetime(record.last_modified))
    if record.lastmod:
        if _DATE.fullmatch(record.lastmod):
            return record.lastmod
        with suppress(ValueError, OverflowError):
            return _utc(datetime.fromisoformat(record.lastmod))
    return ""


def _utc(moment: datetime) -> str:
    """ISO 8601 UTC, to the second; a time without a zone is taken as UTC."""
    moment = moment.astimezone(UTC) if moment.tzinfo else moment
    return f"{moment.replace(tzinfo=None, microsecond=0).isoformat()}Z"


def sources_held(holdings: Sequence[Held]) -> str:
    """French list of held sources for messages: "cnil-sante, cnom et has"."""
    *first, last = [held.source for held in holdings] or [""]
    return f"{', '.join(first)} et {last}" if first else last
