"""Sitemaps (https://www.sitemaps.org/protocol.html): XML, plain text, RSS and Atom feeds, each also gzipped.

Read by expat in one go, without namespaces, DTD, entities or network, within limits; runs in the sandbox all the same.
"""

import codecs
import re
import zlib
from collections.abc import Mapping
from datetime import UTC, date, datetime
from xml.parsers import expat

from ingest.crawl.directives import http_date_iso
from ingest.crawl.model import Sitemap, SitemapEntry
from ingest.crawl.urls import MAX_LENGTH
from ingest.errors import LimitError, ParseError

MAX_ENTRIES = 50_000
"""sitemaps.org: no more in one file."""
MAX_BYTES = 10 * 1024 * 1024
"""Decoded; sitemaps.org allows 50 MB."""
MAX_RATIO = 100
_MAX_DEPTH = 20
_MAX_NODES = 500_000
_GZIP = b"\x1f\x8b"
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_MARK = re.compile(rb"[\xef\xbb\xbf\xff\xfe\s\0]*<")

# The element that holds an entry, its address and its date, by the root of the file.
_SHAPES = {
    "urlset": ("url", "loc", ("lastmod",)),
    "sitemapindex": ("sitemap", "loc", ("lastmod",)),
    "rss": ("item", "link", ("pubDate",)),
    "feed": ("entry", "link", ("updated", "published")),
}


def parse_sitemap(data: bytes, name: str = "plan du site") -> Sitemap:
    """The addresses that a sitemap lists, as written, in its order. ``name`` names the file in errors.

    What was read before an error or a limit is kept, and the result says that it is ``truncated``.

    Raises:
        LimitError: gzip that decodes to more than 10 MiB or 100 times its size; a larger file; nesting.
        ParseError: no sitemap, a DOCTYPE, or nothing readable in it.
    """
    data, cut = _unpacked(data, name)
    if len(data) > MAX_BYTES:
        raise LimitError(
            name, f"plan de plus de {MAX_BYTES >> 20} Mio : demandez à l’éditeur un plan en plusieurs fichiers"
        )
    found = _Reader(name).read(data) if _MARK.match(data) else _listed(data, name)
    return Sitemap(found.entries, found.is_index, found.truncated or cut)


def _unpacked(data: bytes, name: str) -> tuple[bytes, bool]:
    """The bytes of a gzip file, and whether some of them are missing; other data as they are."""
    if not data.startswith(_GZIP):
        return data, False
    room = min(MAX_BYTES, MAX_RATIO * len(data))
    decoder = zlib.decompressobj(wbits=31)
    try:
        plain = decoder.decompress(data, room + 1)
    except zlib.error as error:
        raise ParseError(name, "fichier gzip illisible : le plan du site est à signaler à l’éditeur") from error
    if len(plain) > room:
        raise LimitError(name, "fichier gzip comprimé à l’excès, non lu : le plan du site est à signaler à l’éditeur")
    if plain.startswith(_GZIP):
        raise ParseError(name, "gzip dans gzip, non lu : le plan du site est à signaler à l’éditeur")
    return plain, not decoder.eof or decoder.unused_data.strip(b"\0") != b""


def _listed(data: bytes, name: str) -> Sitemap:
    """A plain text sitemap: one address a line, nothing else."""
    lines = [line.strip() for line in data.decode("utf-8-sig", "replace").splitlines()]
    lines = [line for line in lines if line]
    if not lines or not lines[0].lower().startswith(("http://", "https://")):
        raise ParseError(name, "ce n’est pas un plan de site : vérifiez l’adresse dans sitemaps, ou retirez-la")
    entries = tuple(SitemapEntry(line) for line in lines[:MAX_ENTRIES] if len(line) <= MAX_LENGTH)
    return Sitemap(entries, truncated=len(lines) > MAX_ENTRIES)


class _Full(Exception):
    """Enough was read."""


class _Reader:
    """Reads one XML sitemap."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._path: list[str] = []
        self._root = ""
        self._prefix = ""
        self._nodes = 0
        self._text = ""
        self._fields: dict[str, str] = {}
        self._entries: list[SitemapEntry] = []

    def read(self, data: bytes) -> Sitemap:
        """The sitemap. Raises ParseError."""
        parser = expat.ParserCreate()
        parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = self._doctype
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._data
        truncated = False
        try:
            # In one piece: the time of expat 2.5 grows with the square of a token that comes in many.
            parser.Parse(data.removeprefix(codecs.BOM_UTF8).lstrip(), True)
        except _Full:
            truncated = True
        # LookupError and ValueError: an encoding that is unknown or has more than one byte a character.
        except (expat.ExpatError, LookupError, ValueError) as error:
            # After the root's end, nothing is missing.
            truncated = bool(self._path) or not self._root
            if truncated and not self._entries:
                cure = "le plan du site est à signaler à l’éditeur"
                raise ParseError(self._name, f"XML illisible ({error}) : {cure}") from error
        return Sitemap(tuple(self._entries), self._root == "sitemapindex", truncated)

    def _doctype(self, *_: object) -> None:
        raise ParseError(
            self._name, "le fichier commence par un DOCTYPE : ce n’est pas un plan de site, il n’est pas lu"
        )

    def _start(self, tag: str, attributes: Mapping[str, str]) -> None:
        self._nodes += 1
        if self._nodes > _MAX_NODES:
            raise _Full
        if not self._path:
            # A prefix that the root has ("sm:urlset") is that of its own elements; others are extensions.
            prefix, _, self._root = tag.rpartition(":")
            self._prefix = f"{prefix}:" if prefix else ""
            if self._root not in _SHAPES:
                cure = "vérifiez l’adresse dans sitemaps, ou retirez-la"
                raise ParseError(self._name, f"ce n’est pas un plan de site (élément « {self._root[:40]} ») : {cure}")
        if len(self._path) >= _MAX_DEPTH:
            raise LimitError(self._name, "éléments imbriqués à l’excès : le plan du site est à signaler à l’éditeur")
        local = tag.removeprefix(self._prefix)
        self._path.append(local)
        self._text = ""
        entry, address, _ = _SHAPES[self._root]
        if local == entry:
            self._fields = {}
        elif self._root == "feed" and local == address and attributes.get("rel", "alternate") == "alternate":
            self._fields.setdefault("href", attributes.get("href", ""))

    def _data(self, text: str) -> None:
        if len(self._text) <= MAX_LENGTH:
            self._text += text

    def _end(self, tag: str) -> None:
        local = self._path.pop()
        entry, address, dates = _SHAPES[self._root]
        if self._path and self._path[-1] == entry and (local == address or local in dates):
            self._fields.setdefault(local, self._text.strip())
        elif local == entry:
            self._add(self._fields.get("href" if self._root == "feed" else address, "").strip(), dates)

    def _add(self, url: str, dates: tuple[str, ...]) -> None:
        if not url or len(url) > MAX_LENGTH:
            return
        if len(self._entries) == MAX_ENTRIES:
            raise _Full
        stated = next((self._fields[key] for key in dates if self._fields.get(key)), "")
        self._entries.append(SitemapEntry(url, http_date_iso(stated) if self._root == "rss" else _w3c_date(stated)))


def _w3c_date(text: str) -> str | None:
    """A date as YYYY-MM-DD, a moment as ``2026-11-25T02:00:00Z`` (https://www.w3.org/TR/NOTE-datetime); else None."""
    try:
        if _DAY.fullmatch(text):
            return date.fromisoformat(text).isoformat()
        if not _DAY.match(text):
            return None
        found = datetime.fromisoformat(text)
        found = found.astimezone(UTC).replace(tzinfo=None) if found.tzinfo else found
    except (ValueError, OverflowError):
        return None
    return f"{found.isoformat(timespec='seconds')}Z"
