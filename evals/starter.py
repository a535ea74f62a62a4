"""The starter corpus as the scores see it: which sections carry a fact, and which official document each sums up."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from bot.service import STARTER
from ingest.model import Document, Section
from ingest.pipeline import starter_document


@dataclass(frozen=True, slots=True)
class Official:
    """The official document that a section of the starter corpus sums up."""

    publisher: str
    title: str
    url: str | None


@cache
def starter_documents() -> tuple[Document, ...]:
    """The documents of the starter corpus."""
    return tuple(starter_document(path) for path in sorted(STARTER.glob("*.md")))


@cache
def official_documents() -> Mapping[str, frozenset[Official]]:
    """Of each fact, the official documents summed up by the sections that carry it."""
    found: dict[str, set[Official]] = {}
    for fact, official in _pairs():
        found.setdefault(fact, set()).add(official)
    return {fact: frozenset(documents) for fact, documents in found.items()}


def _pairs() -> Iterator[tuple[str, Official]]:
    for document in starter_documents():
        for section in document.sections:
            for fact in section.meta.facts if section.meta is not None else ():
                yield fact, _official(document, section)


def _official(document: Document, section: Section) -> Official:
    """A section may sum up another page than the document it stands in."""
    own = section.meta
    title = (own.title if own else None) or document.title
    return Official(document.publisher, title, (own.url if own else None) or document.url)
