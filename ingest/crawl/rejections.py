"""What a person did not want: it does not come back at the next visit, unless the page changes again."""

from dataclasses import dataclass

from ingest.database import Database

REMOVAL = ("", "")
"""Document id and fingerprint of a removal."""


@dataclass(frozen=True, slots=True)
class Rejected:
    """An address of a source that differs from what its site publishes, because a person wanted so. ``removal``: the
    document stays though its page has gone."""

    source: str
    url: str
    removal: bool


class Rejections:
    """Rejected contents of each address, by document id and fingerprint of the text, until the address moves on."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def remember(self, url: str, source: str, content: tuple[str, str]) -> None:
        """``content``: document id and fingerprint, or ``REMOVAL``."""
        self._db.change("INSERT OR REPLACE INTO crawl_rejected VALUES (?, ?, ?, ?)", url, *content, source)

    def covers(self, url: str, content: tuple[str, str], *, there: str | None) -> bool:
        """Whether the content was rejected: the same document, or another one with the same text, as long as that text
        is not the one that is there (``there``: its fingerprint)."""
        row = self._db.row(
            """SELECT 1 FROM crawl_rejected
            WHERE url = ? AND (document_id = ? OR (fingerprint = ? AND fingerprint IS NOT ?)) LIMIT 1""",
            url,
            *content,
            there,
        )
        return row is not None

    def listed(self) -> list[Rejected]:
        """The addresses with rejected contents, by source and address."""
        rows = self._db.rows(
            """SELECT source, url, min(document_id = '') FROM crawl_rejected
            GROUP BY source, url ORDER BY source, url"""
        )
        return [Rejected(source, url, bool(removal)) for source, url, removal in rows]

    def lift(self, url: str) -> None:
        """The address has moved on: nothing of it is rejected any more."""
        self._db.change("DELETE FROM crawl_rejected WHERE url = ?", url)

    def lift_removal(self, url: str) -> None:
        """The address answers: if its removal was rejected, that is settled."""
        self._db.change(
            "DELETE FROM crawl_rejected WHERE url = ? AND (document_id, fingerprint) = (?, ?)", url, *REMOVAL
        )

    def lift_all(self, source: str) -> int:
        """Nothing of the source is rejected any more; number of addresses concerned."""
        ((number,),) = self._db.rows("SELECT count(DISTINCT url) FROM crawl_rejected WHERE source = ?", source)
        self._db.change("DELETE FROM crawl_rejected WHERE source = ?", source)
        return int(number)
