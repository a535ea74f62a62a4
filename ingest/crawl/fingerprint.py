"""What tells texts apart: the whole text for duplicates, its passages for what a crawl changes."""

import hashlib
import re

from ingest.chunk import passages
from ingest.model import Document

DIGEST_BYTES = 16
"""Of a passage: enough that nobody can write another passage with the same digest."""

_NOT_READ = re.compile(r"[\W_]+")


def text_fingerprint(document: Document) -> str:
    """SHA-256 of the letters and digits of the text, case folded: the same for the same guide under two addresses,
    whatever spaces, dashes and hyphens its two files hold. A text without any stands alone."""
    letters = _NOT_READ.sub("", document.text).casefold()
    return hashlib.sha256((letters or document.id).encode("utf-8", "surrogatepass")).hexdigest()


def passage_digests(document: Document) -> bytes:
    """``DIGEST_BYTES`` for each distinct passage text, one after the other."""
    return b"".join(sorted({_digest(passage.text) for passage in passages(document)}))


def digest_set(packed: bytes) -> set[bytes]:
    """The digests that :func:`passage_digests` packed."""
    return {packed[at : at + DIGEST_BYTES] for at in range(0, len(packed), DIGEST_BYTES)}


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()[:DIGEST_BYTES]
