"""What is staged, published source by source: through the gate, held for a person, undone."""

from dataclasses import dataclass, replace

from ingest.crawl.baselines import Baselines
from ingest.crawl.bodies import Bodies
from ingest.crawl.errors import CrawlError
from ingest.crawl.fingerprint import digest_set
from ingest.crawl.gate import drift, verdict
from ingest.crawl.published import COLLECTION, Published
from ingest.crawl.rejections import REMOVAL, Rejections
from ingest.crawl.staging import PARSER, Staging
from ingest.crawl.versions import Holding, Versions
from ingest.store import DocumentStore


@dataclass(frozen=True, slots=True)
class Settlement:
    """What publishing a source changed. ``held``: nothing was published, and why (French).

    ``added``, ``changed``: addresses whose document is new, or another, among the published ones of the source (one
    that is published because a better address of its text has gone is an addition). ``removed``: addresses that left
    the library, and the reason code. ``moved``: (address, address that it gave way to). ``duplicates``: every address
    of the source that is not published because another one has its text, and that other one.
    """

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    removed: tuple[tuple[str, str], ...] = ()
    duplicates: tuple[tuple[str, str], ...] = ()
    held: str | None = None
    moved: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Held:
    """A source whose changes wait for a person. ``since``: when they began to; ``run``: the last one that weighed
    them."""

    source: str
    run: int
    since: str
    reason: str
    added: int
    changed: int
    removed: int


class Settling:
    """Moves documents between what is staged, the library and its earlier versions. Each method is to be called in a
    transaction."""

    def __init__(
        self,
        store: DocumentStore,
        *,
        bodies: Bodies,
        rejections: Rejections,
        staging: Staging,
        versions: Versions,
        published: Published,
    ) -> None:
        self._store = store
        self._db = store.database
        self._bodies = bodies
        self._rejections = rejections
        self._staging = staging
        self._versions = versions
        self._published = published
        self._baselines = Baselines(store.database)

    def settle(self, run: int, source: str, *, known: bool, now: str) -> Settlement:
        """Publish what is staged for a source, or hold it."""
        self._renew_read(source, run, now)
        reason = self._reason(source, known, now)
        if reason is None:
            done = self._publish(source, run, now)
            if known:
                self._baselines.take(source, self._staging.held(source), now=now)
            return done
        self._db.change(
            """INSERT INTO crawl_held VALUES (?, ?, ?, ?)
            ON CONFLICT DO UPDATE SET run = excluded.run, reason = excluded.reason""",
            source,
            run,
            now,
            reason,
        )
        self._versions.mark(source, run)
        return replace(self._renew(source), held=reason)

    def held(self) -> list[Held]:
        """The sources that wait."""
        found = []
        for row in self._db.rows("SELECT source, run, since, reason FROM crawl_held ORDER BY source"):
            kinds = [change.kind for change in self._staging.changes(row[0])]
            found.append(Held(*row, *(kinds.count(kind) for kind in ("added", "changed", "removed"))))
        return found

    def approve(self, source: str, *, now: str) -> Settlement:
        """Publish what is held. Raises CrawlError when nothing is."""
        done = self._publish(source, self._held_run(source), now)
        self._baselines.reset(source, self._staging.held(source), now=now)
        return done

    def reject(self, source: str) -> int:
        """Drop what is held; number of changes dropped. Raises CrawlError when nothing is."""
        self._held_run(source)
        return self._drop(source)

    def rollback(self, source: str, run: int, *, now: str) -> Settlement:
        """Bring a source's documents back to what they were after ``run``. Raises CrawlError when nobody knows."""
        wanted = self._versions.held_after(source, run)
        self._drop(source)
        last = self._versions.last_run(source)
        removed = []
        for url, held in sorted(wanted.items()):
            there = self._staging.entry(url)
            if there is not None and there.source != source:
                continue
            content = REMOVAL if there is None else (there.document_id, there.fingerprint)
            if content == self._bodies.content(held.body):
                continue
            self._rejections.remember(url, source, content)
            before = Holding(None) if there is None else Holding(there.body, there.newest)
            self._change(url, source, before, held, run=last, now=now, reason="rollback")
            if held.body is None:
                removed.append((url, "rollback"))
        self._versions.prune(wanted)
        self._baselines.reset(source, self._staging.held(source), now=now)
        return replace(self._renew(source), removed=tuple(removed))

    def _reason(self, source: str, known: bool, now: str) -> str | None:
        """Why what is staged must wait (French), or None."""
        balance = self._staging.balance(source)
        if not known:
            return verdict(balance, known=known)
        # While a source waits, time must not wear its changes down.
        since = self._db.row("SELECT since FROM crawl_held WHERE source = ?", source)
        baseline = self._baselines.of(source, now=now if since is None else since[0])
        if baseline is None:
            baseline = self._staging.held(source)
            self._baselines.take(source, baseline, now=now)
        reason = verdict(balance, known=known)
        if reason is None and baseline and balance.before != balance.after:
            reason = drift(baseline, balance.after | (self._staging.held(source) - balance.before))
        return reason

    def _renew_read(self, source: str, run: int, now: str) -> None:
        """Publish what is read otherwise from the same bytes."""
        renewed = [one for one in self._staging.staged(source) if one.reason == PARSER]
        for one in renewed:
            old, new = (digest_set(self._bodies.passages(number)) for number in (one.held.body, one.body))
            self._baselines.translate(source, old, new)
            after = Holding(one.body, one.newest)
            self._change(one.url, source, one.held, after, run=run, now=now, reason=PARSER)
            self._staging.drop(one.url)
        self._versions.prune(one.url for one in renewed)

    def _held_run(self, source: str) -> int:
        row = self._db.row("SELECT run FROM crawl_held WHERE source = ?", source)
        if row is None:
            raise CrawlError(source, "rien n’attend de décision pour cette source\u202f; voyez cybervigie crawl held")
        return int(row[0])

    def _drop(self, source: str) -> int:
        """Reject what is staged for a source; number of changes."""
        self._db.change("DELETE FROM crawl_held WHERE source = ?", source)
        dropped = self._staging.reject(source)
        self._tidy()
        return dropped

    def _publish(self, source: str, run: int, now: str) -> Settlement:
        staged = self._staging.staged(source)
        for one in staged:
            after = Holding(one.body, one.newest)
            self._change(one.url, source, one.held, after, run=run, now=now, reason=one.reason)
        self._staging.clear(source)
        self._db.change("DELETE FROM crawl_held WHERE source = ?", source)
        self._versions.prune(one.url for one in staged)
        self._versions.mark(source, run)
        gone = [one for one in staged if one.body is None]
        return replace(
            self._renew(source),
            removed=tuple((one.url, one.reason) for one in gone if one.moved_to is None),
            moved=tuple((one.url, one.moved_to) for one in gone if one.moved_to is not None),
        )

    def _change(
        self, url: str, source: str, before: Holding, after: Holding, *, run: int, now: str, reason: str
    ) -> None:
        """Change what the library holds at an address."""
        self._versions.record(url, source, before, run=run, until=now, reason=reason)
        if after.body is None:
            self._db.change("DELETE FROM crawl_documents WHERE url = ?", url)
        else:
            statement = "INSERT OR REPLACE INTO crawl_documents VALUES (?, ?, ?, ?)"
            self._db.change(statement, url, source, after.body, after.newest)

    def _renew(self, source: str) -> Settlement:
        """Bring the published documents up to the library; what that changes for a source."""
        done = self._published.renew()
        self._tidy()
        collection = f"{COLLECTION}{source}"
        before = {url: id_ for url, (found, id_) in done.before.items() if found == collection}
        after = {url: id_ for url, (found, id_) in done.after.items() if found == collection}
        return Settlement(
            added=tuple(sorted(after.keys() - before.keys())),
            changed=tuple(sorted(url for url, id_ in after.items() if before.get(url, id_) != id_)),
            duplicates=tuple((twin.url, twin.published) for twin in done.twins if twin.source == source),
        )

    def _tidy(self) -> None:
        self._bodies.collect()
        self._store.sweep_raw()
