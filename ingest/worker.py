"""The child process of :mod:`ingest.sandbox`: reads jobs on its standard input, answers on its standard output.

A message is four bytes of length (big endian) and that many bytes of MessagePack. The parent starts this module
with an empty environment; the limits of a job are set here, just before it runs, because only the process itself
knows how much memory and CPU it has used so far.
"""

import contextlib
import ctypes
import os
import resource
import struct
import sys
import time
import warnings
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import BinaryIO

import msgspec

from ingest.crawl.model import PageContent, Sitemap
from ingest.errors import LimitError, ParseError
from ingest.model import ParsedDocument

LENGTH = struct.Struct(">I")
_HELD_MOST = 96 * 1024 * 1024
"""Bytes that a worker may hold while it waits; usual ones hold 35 to 50 MiB."""
_CLONE_NEWUSER_NEWNET = 0x10000000 | 0x40000000


class Format(StrEnum):
    """What a job's bytes are."""

    HTML = "html"
    PDF = "pdf"
    MARKDOWN = "markdown"
    LINES = "lines"
    """Lines of a JSON Lines file, each a document of its own."""
    PAGE = "page"
    """A crawled HTML page: its text and its links."""
    SITEMAP = "sitemap"
    """A list of addresses: XML, gzip, text or feed."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one job may use. ``memory`` comes on top of what the process holds before it."""

    memory: int = 512 * 1024 * 1024
    cpu_seconds: int = 30
    wall_seconds: float = 60.0
    pages: int = 2_000
    characters: int = 20_000_000


class Item(msgspec.Struct, frozen=True):
    """One text to parse; ``subject`` names it in errors."""

    subject: str
    data: bytes
    url: str | None = None


class Job(msgspec.Struct, frozen=True):
    """What the parent asks: items of one format, under common limits."""

    form: Format
    items: tuple[Item, ...]
    limits: Limits


class Failure(msgspec.Struct, frozen=True, tag="failure"):
    """An item that could not be parsed; ``limit`` when it exceeded one."""

    subject: str
    reason: str
    limit: bool = False


class Parsed(msgspec.Struct, frozen=True, tag="parsed"):
    """An item that is a document."""

    value: ParsedDocument


class ReadPage(msgspec.Struct, frozen=True, tag="page"):
    """An item that is a crawled page, with or without text."""

    value: PageContent


class ReadSitemap(msgspec.Struct, frozen=True, tag="sitemap"):
    """An item that is a sitemap."""

    value: Sitemap


Result = Parsed | ReadPage | ReadSitemap | Failure


class Reply(msgspec.Struct, frozen=True):
    """One result an item, in order. ``tired`` asks to be replaced: memory ran out during the job, or is held still."""

    results: tuple[Result, ...]
    tired: bool = False


def plain(value: object) -> object:
    """What MessagePack can write of a value that it does not know."""
    if isinstance(value, MappingProxyType):
        return dict(value)
    raise NotImplementedError(type(value).__name__)


def parse(form: Format, item: Item, limits: Limits) -> ParsedDocument:
    """Parse one item, a document, in this process. Raises ParseError or LimitError."""
    # Each parser is imported when first needed: a run over JSON Lines pays for no PDF library.
    if form is Format.PDF:
        from ingest.pdf import parse_pdf

        document = parse_pdf(item.data, name=item.subject, max_pages=limits.pages, max_characters=limits.characters)
    elif form is Format.HTML:
        from ingest.html import parse_html

        document = parse_html(item.data, url=item.url, name=item.subject, now=time.time())
    elif form is Format.MARKDOWN:
        from ingest.markdown import parse_markdown

        try:
            text = item.data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            cure = "enregistrez ce fichier Markdown en UTF-8"
            raise ParseError(item.subject, f"octet {error.start} hors du codage UTF-8 : {cure}") from error
        document = parse_markdown(text, name=item.subject)
    else:
        from ingest.jsonl import parse_line

        outcome = parse_line(item.data, subject=item.subject)
        if isinstance(outcome, ParseError):
            raise outcome
        document = outcome
    _check_length(document, item.subject, limits)
    return document


def _check_length(document: ParsedDocument, subject: str, limits: Limits) -> None:
    if sum(len(block.text) for block in document.blocks) > limits.characters:
        raise LimitError(subject, f"plus de {limits.characters:,} caractères : découpez ce document")


def _read(form: Format, item: Item, limits: Limits) -> Parsed | ReadPage | ReadSitemap:
    """What one item holds. Raises ParseError or LimitError."""
    if form is Format.SITEMAP:
        from ingest.crawl.sitemap import parse_sitemap

        return ReadSitemap(parse_sitemap(item.data, item.subject))
    if form is Format.PAGE:
        from ingest.html_page import parse_page

        page = parse_page(item.data, item.url or "", item.subject, now=time.time())
        if page.document:
            _check_length(page.document, item.subject, limits)
        return ReadPage(page)
    return Parsed(parse(form, item, limits))


def _run(job: Job) -> Reply:
    results: list[Result] = []
    tired = False
    for item in job.items:
        try:
            results.append(_read(job.form, item, job.limits))
        except ParseError as error:
            results.append(Failure(error.subject, error.reason, isinstance(error, LimitError)))
        except MemoryError:
            reason = f"plus de {job.limits.memory >> 20} Mio de mémoire nécessaires : allégez ou découpez ce fichier"
            results.append(Failure(item.subject, reason, limit=True))
            tired = True
        # Whatever a hostile file makes a parsing library raise is that file's failure, never the process's.
        except Exception as error:
            reason = f"lecture impossible ({type(error).__name__}) : ouvrez-le et enregistrez-le à nouveau"
            results.append(Failure(item.subject, reason))
    return Reply(tuple(results), tired or _held() > _HELD_MOST)


def _limit(limits: Limits) -> None:
    used = resource.getrusage(resource.RUSAGE_SELF)
    seconds = int(used.ru_utime + used.ru_stime) + 1 + limits.cpu_seconds
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, resource.RLIM_INFINITY))
    with contextlib.suppress(OSError, ValueError):
        addressed = _pages(0) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (addressed + limits.memory, resource.RLIM_INFINITY))


def _held() -> int:
    """Bytes of memory that the process holds; 0 where the system does not tell."""
    with contextlib.suppress(OSError, ValueError):
        return _pages(1) * resource.getpagesize()
    return 0


def _pages(field: int) -> int:
    """Memory pages of the process: 0 addressed, 1 held (Linux, proc(5))."""
    return int(Path("/proc/self/statm").read_text().split()[field])


def _preload(form: Format) -> None:
    """Import the parser before the limits are set: they bound the file, not our own libraries."""
    # An empty text is refused by most; what counts is that the libraries are loaded.
    with contextlib.suppress(Exception):
        _read(form, Item("", b""), Limits())


def _confine() -> None:
    """No file written, no core dump; no network where the system lets an ordinary user ask for that."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None, use_errno=True).unshare(_CLONE_NEWUSER_NEWNET)


def read_exactly(stream: BinaryIO, size: int) -> bytes | None:
    """``size`` bytes of the stream, None when it ends before."""
    data = stream.read(size)
    return data if len(data) == size else None


def main() -> None:
    """Answer jobs until the parent closes the pipe."""
    warnings.simplefilter("ignore")
    jobs = os.fdopen(0, "rb")
    # Libraries that print must not write between two messages.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    _confine()
    sys.setrecursionlimit(3_000)
    decoder, encoder = msgspec.msgpack.Decoder(Job), msgspec.msgpack.Encoder(enc_hook=plain)
    ready: set[Format] = set()
    while (head := read_exactly(jobs, LENGTH.size)) and (body := read_exactly(jobs, LENGTH.unpack(head)[0])):
        job = decoder.decode(body)
        if job.form not in ready:
            _preload(job.form)
            ready.add(job.form)
        _limit(job.limits)
        answer = encoder.encode(_run(job))
        answers.write(LENGTH.pack(len(answer)) + answer)
        answers.flush()
