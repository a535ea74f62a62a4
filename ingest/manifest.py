"""The manifest of official sources (``corpus/sources.toml``): which hosts may be read, and how."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from ingest.errors import ParseError
from ingest.fields import partial_date
from ingest.problems import Problem
from ingest.slugs import AUDIENCES, KEBAB, TOPIC
from ingest.toml_blocks import Block, read_blocks

FORMATS = frozenset({"html", "pdf"})
KINDS = frozenset({"official"})
_HOST = re.compile(r"(?=.{4,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,24}")
_HTTPS = "écrivez une adresse complète qui commence par https://"


@dataclass(frozen=True, slots=True)
class CrawlLimits:
    """How far and how fast a source is read."""

    max_pages: int
    max_depth: int
    min_delay_s: float


@dataclass(frozen=True, slots=True)
class Source:
    """An official source; ``line`` is where its block starts in the manifest."""

    id: str
    publisher: str
    title: str
    hosts: tuple[str, ...]
    start_urls: tuple[str, ...]
    sitemaps: tuple[str, ...]
    allow: tuple[re.Pattern[str], ...]
    deny: tuple[re.Pattern[str], ...]
    formats: tuple[str, ...]
    pdf_share: float
    licence: str
    reuse: str
    licence_checked: str
    """Date on which the terms were read at the source; empty: never."""
    topics: tuple[str, ...]
    audience: tuple[str, ...]
    kind: str
    region: str
    limits: CrawlLimits
    crawl: bool
    confirmed: bool
    notes: str
    line: int
    names: tuple[str, ...] = ()
    """Other names under which a file may give the publisher."""

    def allows(self, url: str) -> bool:
        """Whether ``url`` may be read for this source: https, an exact host, a path that the patterns let through."""
        host = https_host(url)
        if host is None or host not in self.hosts:
            return False
        parts = urlsplit(url)
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        if any(pattern.match(target) for pattern in self.deny):
            return False
        return not self.allow or any(pattern.match(target) for pattern in self.allow)


@dataclass(frozen=True, slots=True)
class Manifest:
    """All sources, in the order of the file."""

    sources: tuple[Source, ...]

    @property
    def hosts(self) -> frozenset[str]:
        """Every official host: links shown to users lead to these and no others."""
        return frozenset(host for source in self.sources for host in source.hosts)

    def source(self, source_id: str) -> Source | None:
        """The source of that id."""
        return next((source for source in self.sources if source.id == source_id), None)


def https_host(url: str) -> str | None:
    """The host of a well-formed https address without user, port or fragment tricks; else None."""
    if any(char.isspace() or ord(char) < 33 or char == "\\" for char in url):
        return None
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    if parts.scheme != "https" or port is not None or parts.username is not None or parts.netloc != parts.hostname:
        return None
    return parts.hostname if parts.hostname and _HOST.fullmatch(parts.hostname) else None


def load_manifest(path: Path, *, topics: Collection[str] | None = None) -> Manifest:
    """The manifest in the TOML file ``path``.

    Raises ParseError, naming file, line and cure, when it is malformed; ``topics`` are the known topic slugs.
    """
    manifest, problems = read_manifest(path, topics=topics)
    if problems:
        first = problems[0]
        more = f" (et {len(problems) - 1} autres : cybervigie sources --check)" if len(problems) > 1 else ""
        raise ParseError(f"{first.file}:{first.line}", f"{first.message} ; {first.cure}{more}")
    return manifest


def read_manifest(path: Path, *, topics: Collection[str] | None = None) -> tuple[Manifest, list[Problem]]:
    """The manifest, and everything that is wrong in it, by line; use it only when nothing is."""
    blocks, problems = read_blocks(path, "source")
    sources: list[Source] = []
    seen: dict[str, int] = {}
    for block in blocks:
        source = _source(block, topics)
        if source.id in seen:
            block.report(
                "id", f"identifiant « {source.id} » déjà pris à la ligne {seen[source.id]}", "choisissez-en un autre"
            )
        seen.setdefault(source.id, source.line)
        sources.append(source)
    return Manifest(tuple(sources)), sorted(problems)


def _source(block: Block, topics: Collection[str] | None) -> Source:
    hosts = block.texts("hosts")
    for host in hosts:
        if not _HOST.fullmatch(host):
            cure = "écrivez le nom exact en minuscules, sans https://, port, * ni point final"
            block.report("hosts", f"hôte « {host} » mal formé", cure, host)
    source = Source(
        id=block.text("id"),
        publisher=block.text("publisher"),
        title=block.text("title"),
        hosts=hosts,
        start_urls=_addresses(block, "start_urls", hosts, required=True),
        sitemaps=_addresses(block, "sitemaps", hosts, required=False),
        allow=_patterns(block, "allow"),
        deny=_patterns(block, "deny"),
        formats=block.texts("formats", ("html",)),
        pdf_share=block.number("pdf_share", 0.0, 0, 1),
        licence=block.text("licence"),
        reuse=block.text("reuse", "à vérifier"),
        licence_checked=block.text("licence_checked", ""),
        topics=block.texts("topics"),
        audience=block.texts("audience", ("tous",)),
        kind=block.text("kind", "official"),
        region=block.text("region", "national"),
        limits=CrawlLimits(
            max_pages=block.whole("max_pages", 200, 1, 2000),
            max_depth=block.whole("max_depth", 2, 0, 5),
            min_delay_s=block.number("min_delay_s", 2.0, 2, 3600),
        ),
        crawl=block.flag("crawl", True),
        confirmed=block.flag("confirmed", True),
        notes=block.text("notes", ""),
        names=block.texts("names", ()),
        line=block.line,
    )
    for key, value in (("id", source.id), ("region", source.region)):
        if value and not KEBAB.fullmatch(value):
            block.report(key, f"« {value} » mal formé", "écrivez des minuscules sans accent, séparées par des tirets")
    block.only("formats", source.formats, FORMATS)
    block.only("audience", source.audience, AUDIENCES)
    block.only("kind", [source.kind], KINDS)
    if topics is not None:
        block.only("topics", source.topics, topics)
    for topic in source.topics:
        if not TOPIC.fullmatch(topic):
            block.report("topics", f"sujet « {topic} » mal formé", "écrivez par exemple dossier_medical", topic)
    if source.licence_checked and (partial_date(source.licence_checked) or "") != source.licence_checked:
        block.report("licence_checked", f"date « {source.licence_checked} » illisible", "écrivez AAAA-MM-JJ")
    _check_reach(block, source)
    block.finish()
    return source


def _addresses(block: Block, key: str, hosts: Collection[str], *, required: bool) -> tuple[str, ...]:
    urls = block.texts(key, None if required else ())
    for url in urls:
        host = https_host(url)
        if host is None:
            block.report(key, f"adresse « {url} » refusée", _HTTPS, url)
        elif host not in hosts:
            block.report(key, f"« {url} » n’est pas sur un hôte de la source", f"ajoutez « {host} » à hosts", url)
    return urls


def _patterns(block: Block, key: str) -> tuple[re.Pattern[str], ...]:
    patterns = []
    for text in block.texts(key, ()):
        try:
            patterns.append(re.compile(text))
        except re.error as error:
            cure = "corrigez l’expression ; un point littéral s’écrit \\\\."
            block.report(key, f"motif « {text} » illisible ({error})", cure, text)
            continue
        if not text.startswith("/"):
            block.report(key, f"motif « {text} » sans « / » au début", "il porte sur le chemin : commencez par /", text)
    return tuple(patterns)


def _check_reach(block: Block, source: Source) -> None:
    """A start address that the source's own patterns refuse would never be read."""
    if not source.crawl:
        return
    for url in source.start_urls:
        if https_host(url) in source.hosts and not source.allows(url):
            block.report("start_urls", f"« {url} » est exclue par allow ou deny", "ajustez les motifs", url)
