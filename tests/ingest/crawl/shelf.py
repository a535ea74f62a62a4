"""Documents of crawled addresses, in our own words, and what a store publishes of them."""

import hashlib
from collections.abc import Sequence

from ingest.crawl.holdings import Holdings, Settlement
from ingest.model import BlockKind, Document, DocumentKind, ParsedBlock, ParsedDocument
from ingest.store import DocumentStore
from ingest.text import assemble

NOW = "2026-11-25T02:00:00Z"
RANKS = {"new.example.fr": 0, "old.example.fr": 1, "older.example.fr": 2}


def passage(number: int) -> str:
    """The text of a passage of its own."""
    return f"Consigne numéro {number} : la sauvegarde du cabinet est vérifiée chaque mois par la personne {number}."


def document(
    url: str,
    texts: Sequence[int | str],
    *,
    title: str = "Guide du cabinet",
    date: str | None = None,
    publisher: str = "ANSSI",
    raw: bytes | None = None,
) -> Document:
    """A document with one passage (a section of its own) for each text or number of a text."""
    blocks = []
    for i, text in enumerate(texts):
        blocks.append(ParsedBlock(BlockKind.HEADING, f"Partie {i}", 2))
        blocks.append(ParsedBlock(BlockKind.PARAGRAPH, text if isinstance(text, str) else passage(text)))
    return assemble(
        ParsedDocument(title=title, blocks=tuple(blocks), url=url, date=date),
        source_id=url,
        kind=DocumentKind.OFFICIAL,
        publisher=publisher,
        title=title,
        media_type="text/html",
        raw_sha256=None if raw is None else hashlib.sha256(raw).hexdigest(),
        retrieved_at=NOW,
    )


def url(place: int | str, host: str = "new") -> str:
    return f"https://{host}.example.fr/{place}"


def published(store: DocumentStore) -> dict[str, tuple[str, str]]:
    """Address -> (collection, text) of every document that is indexed."""
    texts = {found.source_id: found.text for found in store.documents()}
    return {found.source_id: (found.collection, texts[found.source_id]) for found in store.summaries()}


class Visits:
    """Runs of one source, told as what its pages hold: address -> texts, None for a page that is gone."""

    def __init__(self, holdings: Holdings, source: str = "site", *, known: bool = False) -> None:
        self.holdings = holdings
        self.source = source
        self.known = known
        self.run = 0

    def __call__(self, pages: dict[str, Sequence[int | str] | None], *, newest: str = "", now: str = NOW) -> Settlement:
        self.run += 1
        for address, texts in pages.items():
            if texts is None:
                self.holdings.stage_removal(self.run, self.source, address, "404")
            else:
                raw = repr((address, texts)).encode()
                found = document(address, texts, raw=raw)
                self.holdings.stage(self.run, self.source, found, raw=raw, newest=newest)
        return self.holdings.settle(self.run, self.source, known=self.known, now=now)
