"""A page that is there, from its reply to its record, its document and its links."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace

from ingest.crawl.admission import MAX_HOPS, Admission, Offer
from ingest.crawl.desk import Desk
from ingest.crawl.directives import header_directives
from ingest.crawl.documents import Landing, crawled_document, link_title
from ingest.crawl.holdings import newest_of
from ingest.crawl.model import PARSER_VERSION, Link, PageRecord, PageStatus, Response, SourceSummary, Task, Via
from ingest.crawl.outcomes import absent, forgotten, present
from ingest.crawl.reading import PDF, Reading, read_body, withdrawal
from ingest.crawl.urls import canonical, is_trap, kind_of
from ingest.crawl.visit import Body, Missing, Moved, Unchanged
from ingest.errors import ReaderLostError
from ingest.manifest import Source
from ingest.model import Document

_BROKEN = frozenset({"parse", "limit"})
_READ_WHOLE = frozenset({"noindex", "nosnippet"}) | _BROKEN
"""Refusals that a reply without a body can neither repeat nor lift: such a page is asked for whole each time."""
CANONICAL = "canonical"
"""Reason of a page that gave way to the one that it names as its own address."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a reply brought. ``reading`` None: the page is what it was. ``body``: what was read, ``fresh`` or kept from
    an earlier visit. ``withdrawn``: the header that keeps the page out of what we show."""

    response: Response
    reading: Reading | None = None
    body: bytes = b""
    fresh: bool = False
    withdrawn: str | None = None

    @property
    def elsewhere(self) -> Moved | Missing | None:
        """Where the page itself says that its text is."""
        return self.reading.elsewhere if self.reading else None

    @property
    def broken(self) -> bool:
        """Whether the parser gave up."""
        return self.reading is not None and self.reading.refused in _BROKEN


class BodyReader:
    """Reads the pages of one source and keeps what they hold."""

    def __init__(self, desk: Desk, source: Source, summary: SourceSummary, admission: Admission) -> None:
        self._desk = desk
        self._source = source
        self._summary = summary
        self._admission = admission

    def kept(self, record: PageRecord) -> bytes | None:
        """The bytes of a page's last visit, where they were kept."""
        if record.raw_sha256 is None:
            return None
        path = self._desk.store.raw_path(record.raw_sha256)
        return path.read_bytes() if path.is_file() else None

    def read(self, record: PageRecord, what: Body | Unchanged) -> Found:
        """Read what a reply brought; in the sandbox, before anything is changed.

        Raises ReaderLostError where the sandbox's worker was lost, and the next one too.
        """
        response = what.response
        directives = header_directives(response.headers.get("x-robots-tag", ""), now=self._desk.clock.now())
        reason = withdrawal(directives)
        # Bytes kept against a wish that the publisher voices only now are to be given up.
        current = record.parser >= PARSER_VERSION and not ("noarchive" in directives and record.archived)
        if isinstance(what, Unchanged):
            body = None if reason or current else self.kept(record)
            if body is None:
                return Found(response, withdrawn=reason)
            return Found(response, self._reading(record, body, record.media_type or "", directives), body)
        body = response.body
        same = record.status is PageStatus.OK and record.raw_sha256 == hashlib.sha256(body).hexdigest()
        if same and current and not reason and not self._desk.options.refresh:
            return Found(response, fresh=True)
        return Found(response, self._reading(record, body, response.media_type, directives), body, fresh=True)

    def _reading(self, record: PageRecord, body: bytes, declared: str, directives: frozenset[str]) -> Reading:
        def attempt() -> Reading:
            return read_body(
                self._desk.sandbox, body, url=record.url, source=self._source, declared=declared, directives=directives
            )

        try:
            return attempt()
        except ReaderLostError:
            # The signal that stops the crawl stops the worker too.
            if self._desk.interruption.asked:
                raise
            return attempt()

    def keep(self, task: Task, record: PageRecord, found: Found) -> tuple[PageRecord, str, list[Offer]]:
        """Keep what was found at an address: its record to be saved, the outcome, and where it leads."""
        reading = found.reading
        record = self.answered(record, found)
        if reading is None:
            return self._unchanged(record, found.withdrawn)
        record = replace(
            record,
            raw_sha256=hashlib.sha256(found.body).hexdigest(),
            media_type=reading.media_type,
            archived=reading.archived,
            moved_to=None,
        )
        texts = self._link_texts(reading.links)
        if found.fresh and not found.broken:
            self._desk.state.save_links(record.url, (url for url in texts if not is_trap(url)))
        if reading.document is None:
            return self._refuse(record, found, reading.refused or "parse", texts)
        return self._store(task, record, found, reading, texts)

    def _refuse(
        self, record: PageRecord, found: Found, reason: str, texts: dict[str, str]
    ) -> tuple[PageRecord, str, list[Offer]]:
        if reason in _READ_WHOLE:
            record = forgotten(record)
        if found.broken:
            record = replace(record, parser=0)
        record = absent(self._desk, record, PageStatus.REFUSED, reason)
        if found.broken:
            return record, "refused", self._admission.links(record)
        return record, "refused", [] if reason == "language" else self._offers(record, texts, title="")

    def answered(self, record: PageRecord, found: Found) -> PageRecord:
        """The record of an address that answered, with what makes the next request conditional."""
        now, headers = self._desk.now(), found.response.headers
        self._summary.fetched += found.fresh
        return replace(
            record,
            etag=headers.get("etag", None if found.fresh else record.etag),
            last_modified=headers.get("last-modified", None if found.fresh else record.last_modified),
            parser=PARSER_VERSION if found.reading else record.parser,
            fetched_at=now if found.fresh else record.fetched_at,
            checked_at=now,
            run=self._desk.run,
        )

    def _unchanged(self, record: PageRecord, reason: str | None) -> tuple[PageRecord, str, list[Offer]]:
        """An unchanged page is as it was: stored, or refused for the same reason."""
        if reason:
            record = absent(self._desk, forgotten(record), PageStatus.REFUSED, reason)
        elif record.status is PageStatus.OK:
            record = present(record)
            if not self._desk.holdings.confirm(record.url, newest=newest_of(record)) or record.parser < PARSER_VERSION:
                # Nothing is held of it any more, or no bytes that a new parser could read.
                record = forgotten(record)
        elif record.reason != CANONICAL:
            record = absent(self._desk, record, record.status, record.reason or "")
        outcome = {PageStatus.REFUSED: "refused", PageStatus.MISSING: "missing"}.get(record.status, "unchanged")
        self._summary.unchanged += outcome == "unchanged"
        return record, outcome, self._admission.links(record)

    def _store(
        self, task: Task, record: PageRecord, found: Found, reading: Reading, texts: dict[str, str]
    ) -> tuple[PageRecord, str, list[Offer]]:
        desk, url = self._desk, record.url
        document = self._document(record, reading, texts)
        raw = found.body if reading.archived else None
        changed = desk.holdings.stage(desk.run, self._source.id, document, raw=raw, newest=newest_of(record))
        outcome = "unchanged" if not changed else "changed" if record.changed_at else "added"
        self._summary.unchanged += not changed
        self._summary.hidden_passages += reading.hidden
        own = self._own_address(task, reading.canonical)
        record = replace(
            present(record),
            status=PageStatus.OK,
            moved_to=own,
            permanent=False,
            changed_at=record.checked_at if changed else record.changed_at,
        )
        offers = self._offers(record, texts, title=document.title) if found.fresh else self._admission.links(record)
        if own is not None:
            hop = Offer(own, Via.CANONICAL, depth=record.depth, hops=task.hops + 1, origin=url, lastmod=record.lastmod)
            offers.insert(0, hop)
        return record, outcome, offers

    def _document(self, record: PageRecord, reading: Reading, texts: dict[str, str]) -> Document:
        assert reading.document is not None
        landing = None
        if record.landing_url and reading.media_type == PDF:
            landing = Landing(record.landing_url, record.landing_title or "", record.link_text or "")
        return crawled_document(
            reading.document,
            source=self._source,
            url=record.url,
            media_type=reading.media_type,
            raw_sha256=record.raw_sha256 or "",
            retrieved_at=record.fetched_at or self._desk.now(),
            landing=landing,
            attachments=[url for url in texts if kind_of(url) == "pdf" and self._source.allows(url)],
            archived=reading.archived,
        )

    def _own_address(self, task: Task, address: str | None) -> str | None:
        """The canonical address that a page names, where it is one that we can go and see."""
        fit = address is not None and task.hops < MAX_HOPS and self._admission.belongs(address)
        return address if fit and address is not None and self._admission.permitted(address) else None

    def _link_texts(self, links: Sequence[Link]) -> dict[str, str]:
        """Address -> words of the first link that says something of it, for links within the bounds of the lane."""
        texts: dict[str, str] = {}
        for link in links:
            url = canonical(link.url)
            if url is None or not self._admission.within(url) or kind_of(url) == "other":
                continue
            if not link_title(texts.setdefault(url, link.text)):
                texts[url] = link.text or texts[url]
        return texts

    def _offers(self, record: PageRecord, texts: dict[str, str], *, title: str) -> list[Offer]:
        return [
            Offer(url, Via.LINK, record.depth + 1, landing=Landing(record.url, title, text))
            for url, text in texts.items()
            if url != record.url
        ]
