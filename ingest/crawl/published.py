"""Which of the crawled documents are published: one address for each text, the newest.

Derived as a whole from the library, so that the outcome depends on what the library holds and not on how it came there.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from ingest.crawl.bodies import Bodies
from ingest.store import DocumentStore

COLLECTION = "crawl:"
"""Followed by the id of the source: the collection of its published documents."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """An address of the library. ``dated``: its newest date known, ISO 8601 or the beginning of it, "" unknown."""

    url: str
    source: str
    body: int
    document_id: str
    fingerprint: str
    dated: str


@dataclass(frozen=True, slots=True)
class Twin:
    """An address of a source whose text is published under another one."""

    source: str
    url: str
    published: str


@dataclass(frozen=True, slots=True)
class Publication:
    """Published documents by address, as (collection, document id), before and after."""

    before: Mapping[str, tuple[str, str]]
    after: Mapping[str, tuple[str, str]]
    twins: tuple[Twin, ...]


class Published:
    """The documents of the store that come from crawling."""

    def __init__(self, store: DocumentStore, bodies: Bodies, ranks: Mapping[str, int]) -> None:
        self._store = store
        self._db = store.database
        self._bodies = bodies
        self._ranks = ranks

    def renew(self) -> Publication:
        """Bring the published documents up to the library.

        A document that the operator added by hand under the same address stays in place of the crawled one.
        """
        documents = self._db.rows("SELECT source_id, collection, id FROM documents")
        before = {url: (collection, id_) for url, collection, id_ in documents if collection.startswith(COLLECTION)}
        # Neither what the operator keeps out, nor what a document of his own stands for, may win over another address.
        out = {url for url, _, _ in documents} - before.keys()
        out.update(url for (url,) in self._db.rows("SELECT url FROM crawl_excluded"))
        candidates = [found for found in self._candidates() if found.url not in out]
        winners = self._winners(candidates)
        chosen = {winner.url: winner for winner in winners.values()}
        after = {url: (f"{COLLECTION}{one.source}", one.document_id) for url, one in chosen.items()}
        for url in before.keys() - after.keys():
            self._store.remove(url)
        for url, (collection, id_) in after.items():
            if before.get(url) != (collection, id_):
                self._store.put(self._bodies.document(chosen[url].body), collection=collection)
        losers = [one for one in candidates if one.url not in chosen]
        twins = tuple(Twin(one.source, one.url, winners[one.fingerprint].url) for one in losers)
        return Publication(before, after, twins)

    def same_text(self, url: str) -> list[str]:
        """The addresses of the library with the text of ``url``, the best one first, ``url`` among them."""
        candidates = self._candidates()
        wanted = {one.fingerprint for one in candidates if one.url == url}
        found = [one for one in candidates if one.fingerprint in wanted]
        found.sort(key=self._preference)
        return [one.url for one in sorted(found, key=lambda one: one.dated, reverse=True)]

    def _candidates(self) -> list[Candidate]:
        rows = self._db.rows(
            """SELECT url, source, body, document_id, fingerprint, coalesce(nullif(newest, ''), dated)
            FROM crawl_documents JOIN crawl_bodies USING (body) ORDER BY url"""
        )
        return [Candidate(*row) for row in rows]

    def _winners(self, candidates: list[Candidate]) -> dict[str, Candidate]:
        """Fingerprint -> the candidate to publish."""
        winners: dict[str, Candidate] = {}
        for one in candidates:
            best = winners.get(one.fingerprint)
            newer = best is None or one.dated > best.dated
            if best is None or newer or (one.dated == best.dated and self._preference(one) < self._preference(best)):
                winners[one.fingerprint] = one
        return winners

    def _preference(self, one: Candidate) -> tuple[int, str]:
        host = urlsplit(one.url).hostname or ""
        return self._ranks.get(host, len(self._ranks)), one.url
