"""Whether the text of one address stands at another: what a site says of that is often a slip of its templates."""

from ingest.crawl.fingerprint import text_fingerprint
from ingest.model import Document


def stands_in(text: Document, other: Document) -> bool:
    """Whether ``other`` says what ``text`` says: the same, or the greater part of its lines, by their length."""
    if text_fingerprint(text) == text_fingerprint(other):
        return True
    lines, there = _lines(text), _lines(other)
    return 2 * sum(map(len, lines & there)) > sum(map(len, lines))


def _lines(document: Document) -> set[str]:
    return {line for written in document.text.splitlines() if (line := " ".join(written.casefold().split()))}
