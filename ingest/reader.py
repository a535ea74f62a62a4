"""Reading files and folders of documents: HTML, PDF, Markdown and JSON Lines.

    for found in read_path(path, sandbox):      # ReadDocument | IngestError, in sorted order
        ...

Nothing is raised for the content of a file: what cannot be read comes as an error among the documents.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import tee
from pathlib import Path

from ingest.errors import IngestError, LimitError, ParseError, UnknownFormat
from ingest.jsonl import json_lines
from ingest.model import ParsedDocument
from ingest.sandbox import Format, Sandbox
from ingest.system_words import system_words

KNOWN_FORMATS = "HTML (.html, .htm), PDF (.pdf), Markdown (.md), JSON Lines (.jsonl, .ndjson, .jsonl.gz)"
_SUFFIXES = {
    ".html": Format.HTML,
    ".htm": Format.HTML,
    ".xhtml": Format.HTML,
    ".pdf": Format.PDF,
    ".md": Format.MARKDOWN,
    ".markdown": Format.MARKDOWN,
    ".jsonl": Format.LINES,
    ".ndjson": Format.LINES,
    ".jsonl.gz": Format.LINES,
    ".ndjson.gz": Format.LINES,
}
_MEDIA_TYPES = {
    Format.HTML: "text/html",
    Format.PDF: "application/pdf",
    Format.MARKDOWN: "text/markdown",
    Format.LINES: "text/markdown",
}
_MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class SizeLimits:
    """Bytes that a file of each format may have; ``jsonl`` counts the unpacked file."""

    html: int = 5 * _MIB
    pdf: int = 50 * _MIB
    markdown: int = 5 * _MIB
    jsonl: int = 512 * _MIB


@dataclass(frozen=True, slots=True)
class ReadDocument:
    """A document that was read, with the bytes it was read from.

    ``media_type`` is ``text/html``, ``application/pdf`` or ``text/markdown``; the last one also for a line of a JSON
    Lines file, whose ``text`` is Markdown. ``raw`` holds the whole file, or the JSON line alone; ``line`` is that
    line's number, from 1. ``subject`` names the document in messages: ``guide.pdf`` or ``faq.jsonl, ligne 12``.
    """

    parsed: ParsedDocument
    media_type: str
    raw: bytes
    path: Path
    subject: str
    line: int | None = None


def read_path(path: Path, sandbox: Sandbox, sizes: SizeLimits | None = None) -> Iterator[ReadDocument | IngestError]:
    """The documents of a file, or of every file below a folder, in sorted order, and the errors met on the way.

    Hidden files and folders (their name starts with a dot) are passed over; links to folders are not followed.
    Subjects of errors are paths relative to the folder given, so that messages stay readable.
    """
    sizes = sizes or SizeLimits()
    if not path.is_dir():
        yield from _file(path, path.name, sandbox, sizes)
        return
    for folder, folders, files in os.walk(path):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(name for name in files if not name.startswith(".")):
            file = Path(folder) / name
            yield from _file(file, file.relative_to(path).as_posix(), sandbox, sizes)


def file_format(path: Path, head: bytes) -> Format | None:
    """The format of a file: what its first bytes prove, else what its name says; None when not handled."""
    if head.startswith(b"%PDF-"):
        return Format.PDF
    name = path.name.lower()
    named = next((form for suffix, form in _SUFFIXES.items() if name.endswith(suffix)), None)
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if named is None and start.startswith((b"<!doctype html", b"<html")):
        return Format.HTML
    return named


def _file(path: Path, subject: str, sandbox: Sandbox, sizes: SizeLimits) -> Iterator[ReadDocument | IngestError]:
    try:
        if not path.is_file():
            yield ParseError(subject, "fichier introuvable : vérifiez le chemin")
            return
        with path.open("rb") as stream:
            form = file_format(path, stream.read(1024))
        if form is None:
            yield UnknownFormat(subject, f"format non pris en charge : {KNOWN_FORMATS}")
        elif form is Format.LINES:
            yield from _lines(path, subject, sandbox, sizes)
        else:
            yield _whole(path, subject, form, sandbox, sizes)
    except OSError as error:
        yield ParseError(subject, f"lecture impossible ({system_words(error)}) : vérifiez les droits du fichier")


def _whole(path: Path, subject: str, form: Format, sandbox: Sandbox, sizes: SizeLimits) -> ReadDocument | IngestError:
    limit = {Format.HTML: sizes.html, Format.PDF: sizes.pdf}.get(form, sizes.markdown)
    with path.open("rb") as stream:
        data = stream.read(limit + 1)
    if len(data) > limit:
        return LimitError(subject, f"plus de {limit / _MIB:g} Mio : allégez ou découpez ce fichier")
    try:
        parsed = sandbox.parse(form, data, subject=subject)
    except ParseError as error:
        return error
    return ReadDocument(parsed, _MEDIA_TYPES[form], data, path, subject)


def _lines(path: Path, subject: str, sandbox: Sandbox, sizes: SizeLimits) -> Iterator[ReadDocument | IngestError]:
    with path.open("rb") as stream:
        sent, kept = tee(json_lines(stream, name=subject, max_unpacked=sizes.jsonl))
        # A line already known to be bad is not sent: its error takes its place in the order.
        texts = ((f"{subject}, ligne {number}", line) for number, line in sent if isinstance(line, bytes))
        results = sandbox.parse_lines(texts)
        for number, line in kept:
            if isinstance(line, ParseError):
                yield line
                continue
            result = next(results)
            if isinstance(result, ParseError):
                yield result
            else:
                where = f"{subject}, ligne {number}"
                yield ReadDocument(result, _MEDIA_TYPES[Format.LINES], line, path, where, number)
