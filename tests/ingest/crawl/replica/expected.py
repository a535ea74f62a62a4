"""What a crawl of a replica site must leave: its documents, and why each other address is not one."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from .content import Site


@dataclass(frozen=True, slots=True)
class Expected:
    """A document, by its address. ``sections``: every heading, in order. ``pages``: 0 for a page of the web.

    ``quotes`` must stand in its text, ``absent`` must not.
    """

    url: str
    title: str
    sections: tuple[str, ...]
    quotes: tuple[str, ...]
    publisher: str
    date: str | None = None
    pages: int = 0
    landing_url: str | None = None
    absent: tuple[str, ...] = ()


class Shelf:
    """The documents that a crawl must make of a site."""

    def __init__(self, site: Site, publisher: str) -> None:
        self._site = site
        self._publisher = publisher
        self.documents: list[Expected] = []

    def expect(self, path: str, title: str, sections: tuple[str, ...], *quotes: str, **more: Any) -> None:
        """A document at ``path`` that opens with its title; ``sections``: the headings below; ``more``: fields."""
        headings = (title, *sections)
        self.documents.append(Expected(self._site.url(path), title, headings, quotes, self._publisher, **more))


@dataclass(frozen=True, slots=True)
class Replica:
    """A source: its sites, its block of the manifest, and what a crawl of it must find.

    ``refused``, ``missing``, ``moved``, ``duplicates``: address -> reason, HTTP status, or the address that counts.
    ``unread``: addresses that must never be asked for.
    """

    id: str
    sites: tuple[Site, ...]
    block: str
    documents: tuple[Expected, ...]
    refused: Mapping[str, str] = field(default_factory=dict)
    missing: Mapping[str, str] = field(default_factory=dict)
    moved: Mapping[str, str] = field(default_factory=dict)
    duplicates: Mapping[str, str] = field(default_factory=dict)
    unread: tuple[str, ...] = ()


def block(source: str, publisher: str, sites: Sequence[Site], start: Sequence[str], **more: object) -> str:
    """A source of the manifest; ``start``: paths of the first site. TOML's basic strings are JSON's."""
    fields: dict[str, object] = {
        "id": source,
        "publisher": publisher,
        "title": f"Réplique {source}",
        "hosts": [site.host for site in sites],
        "start_urls": [sites[0].url(path) for path in start],
        "formats": ["html", "pdf"],
        "topics": ["cabinet"],
        "licence": "Licence Ouverte 2.0",
        "max_depth": 5,
        "min_delay_s": 2.0,
        **more,
    }
    return "[[source]]\n" + "".join(f"{key} = {json.dumps(value)}\n" for key, value in fields.items()) + "\n"
