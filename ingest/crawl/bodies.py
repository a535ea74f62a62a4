"""The texts that the library, what is staged and earlier versions refer to, by number; each is written once."""

import zlib

import msgspec

from ingest.crawl.fingerprint import passage_digests, text_fingerprint
from ingest.errors import StoreError
from ingest.model import Document
from ingest.store import DocumentStore

_HOLDER = "crawl:"
# Texts shrink to a fifth or so; a higher level takes several times as long for a tenth less.
_LEVEL = 1
_decoder = msgspec.json.Decoder(Document)


class Bodies:
    """Texts, and the bytes that they were read from, kept as long as something refers to them."""

    def __init__(self, store: DocumentStore) -> None:
        self._store = store
        self._db = store.database

    def add(self, document: Document, *, raw: bytes | None) -> int:
        """Keep a document; its number. ``raw``: the bytes to keep with it, if any."""
        number = self._db.insert(
            "INSERT INTO crawl_bodies (document_id, title, dated, fingerprint, passages, packed)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            document.id,
            document.title,
            document.date or "",
            text_fingerprint(document),
            passage_digests(document),
            zlib.compress(msgspec.json.encode(document), _LEVEL),
        )
        if raw is not None:
            self._store.hold_raw(f"{_HOLDER}{number}", raw)
        return number

    def document(self, number: int) -> Document:
        """The document of that number, exactly as it was added."""
        ((packed,),) = self._db.rows("SELECT packed FROM crawl_bodies WHERE body = ?", number)
        try:
            with self._db.errors():
                return _decoder.decode(zlib.decompress(packed))
        except zlib.error as error:
            raise StoreError(f"document nº\u00a0{number}", f"copie illisible ({error}) ; vérifiez le disque") from error

    def content(self, number: int | None) -> tuple[str, str]:
        """Document id and fingerprint of that number; twice "" for None."""
        row = self._db.row("SELECT document_id, fingerprint FROM crawl_bodies WHERE body = ?", number)
        return ("", "") if row is None else (row[0], row[1])

    def passages(self, number: int | None) -> bytes:
        """Packed digests of the passages of that number; none for None."""
        row = self._db.row("SELECT passages FROM crawl_bodies WHERE body = ?", number)
        return b"" if row is None else bytes(row[0])

    def give_up_raw(self, url: str) -> None:
        """Keep no bytes of an address any more: not those of its earlier versions either. The texts stay."""
        rows = self._db.rows(
            """SELECT body FROM crawl_documents WHERE url = ?1 UNION SELECT body FROM crawl_staged WHERE url = ?1
            UNION SELECT body FROM crawl_versions WHERE url = ?1""",
            url,
        )
        for (number,) in rows:
            self._store.release_raw(f"{_HOLDER}{number}")

    def collect(self) -> None:
        """Forget the texts that nothing refers to any more, and their bytes."""
        unused = self._db.rows(
            """SELECT body FROM crawl_bodies WHERE body NOT IN (
            SELECT body FROM crawl_documents
            UNION ALL SELECT body FROM crawl_staged WHERE body IS NOT NULL
            UNION ALL SELECT body FROM crawl_versions WHERE body IS NOT NULL)"""
        )
        for (number,) in unused:
            self._db.change("DELETE FROM crawl_bodies WHERE body = ?", number)
            self._store.release_raw(f"{_HOLDER}{number}")
