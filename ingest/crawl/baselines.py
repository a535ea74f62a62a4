"""What a source was some time ago: against many small changes, of which none is large in itself."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from ingest.crawl.fingerprint import digest_set
from ingest.database import Database

PERIOD = timedelta(days=30)
"""How far back a source is compared with itself."""
_APART = timedelta(days=3)
"""Between two copies kept: with one a run, a source that is read every night would have thirty."""
_FORMAT = "%Y-%m-%dT%H:%M:%SZ"


class Baselines:
    """The passages of each source at several moments. Moments are ISO 8601 UTC."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def of(self, source: str, *, now: str) -> frozenset[bytes] | None:
        """The passages of a source 30 days before ``now``, or as early as is known since a person approved of it; None
        when nothing is."""
        found = self._db.row(
            """SELECT passages FROM crawl_baselines WHERE source = ?1
            ORDER BY taken > ?2, iif(taken > ?2, taken, '') ASC, taken DESC LIMIT 1""",
            source,
            _earlier(now, PERIOD),
        )
        return None if found is None else frozenset(digest_set(found[0]))

    def take(self, source: str, passages: Iterable[bytes], *, now: str) -> None:
        """Remember a source as it is, unless that was done a short while ago; what is too old to count is forgotten."""
        ((last,),) = self._db.rows("SELECT max(taken) FROM crawl_baselines WHERE source = ?", source)
        if last is not None and last > _earlier(now, _APART):
            return
        self._put(source, passages, now)
        self._db.change(
            """DELETE FROM crawl_baselines WHERE source = ?1
            AND taken < (SELECT max(taken) FROM crawl_baselines WHERE source = ?1 AND taken <= ?2)""",
            source,
            _earlier(now, PERIOD),
        )

    def reset(self, source: str, passages: Iterable[bytes], *, now: str) -> None:
        """A person approved of the source as it is: nothing earlier counts any more."""
        self._db.change("DELETE FROM crawl_baselines WHERE source = ?", source)
        self._put(source, passages, now)

    def translate(self, source: str, old: set[bytes], new: set[bytes]) -> None:
        """A document of the source is cut into other passages, by us: it counts as having always been so, where most of
        it was there."""
        for taken, packed in self._db.rows("SELECT taken, passages FROM crawl_baselines WHERE source = ?", source):
            passages = digest_set(packed)
            there = 2 * len(old & passages) >= len(old)
            self._db.change(
                "UPDATE crawl_baselines SET passages = ? WHERE source = ? AND taken = ?",
                _packed((passages - old) | (new if there else set())),
                source,
                taken,
            )

    def _put(self, source: str, passages: Iterable[bytes], now: str) -> None:
        # What comes to an empty source is its first filling, not a change of it.
        if packed := _packed(passages):
            self._db.change("INSERT OR REPLACE INTO crawl_baselines VALUES (?, ?, ?)", source, now, packed)


def _packed(passages: Iterable[bytes]) -> bytes:
    return b"".join(sorted(passages))


def _earlier(now: str, by: timedelta) -> str:
    return (datetime.strptime(now, _FORMAT).replace(tzinfo=UTC) - by).strftime(_FORMAT)
