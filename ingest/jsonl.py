"""JSON Lines files: one document a line, its ``text`` in Markdown.

Keys read: ``id publisher title url licence lang date kind text``; every other scalar or list becomes an attribute.
A line that cannot be read is reported by its number and does not stop the others.
"""

import io
import itertools
import zlib
from collections.abc import Iterable, Iterator
from typing import BinaryIO

import msgspec

from ingest.errors import LimitError, ParseError
from ingest.fields import declared_fields
from ingest.markdown import document_of, markdown_blocks
from ingest.model import ParsedDocument

MAX_LINE = 16 * 1024 * 1024
"""Bytes of one line."""
MAX_UNPACKED = 512 * 1024 * 1024
"""Bytes of a whole file once unpacked."""
_MAX_RATIO = 100
_RATIO_FROM = 1024 * 1024
_CHUNK = 256 * 1024
_GZIP = b"\x1f\x8b"


def parse_jsonl(
    data: bytes, *, name: str = "fichier JSON Lines", max_unpacked: int = MAX_UNPACKED
) -> Iterator[ParsedDocument | ParseError]:
    """The documents of a JSON Lines file (``.gz`` or not), or the error of each line that cannot be read."""
    for number, line in json_lines(io.BytesIO(data), name=name, max_unpacked=max_unpacked):
        yield line if isinstance(line, ParseError) else parse_line(line, subject=f"{name}, ligne {number}")


def parse_line(line: bytes, *, subject: str) -> ParsedDocument | ParseError:
    """The document of one line, or what is wrong with it; never raises for its content."""
    try:
        return _document(line, subject)
    except ParseError as error:
        return error


def _document(line: bytes, subject: str) -> ParsedDocument:
    try:
        values = msgspec.json.decode(line, type=dict[str, object])
    # Undecodable UTF-8 and too deep a nesting are not msgspec errors.
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise ParseError(subject, f"JSON illisible ({error}) : écrivez un objet JSON par ligne, en UTF-8") from error
    text = values.pop("text", None)
    if not isinstance(text, str) or not text.strip():
        raise ParseError(subject, "clé « text » absente ou vide : donnez-lui le texte du document, en Markdown")
    declared = declared_fields(values, name=subject)
    blocks = markdown_blocks(text, name=subject)
    if not blocks:
        raise ParseError(subject, "clé « text » sans texte lisible : vérifiez son contenu")
    return document_of(declared, blocks)


def json_lines(
    stream: BinaryIO, *, name: str, max_unpacked: int = MAX_UNPACKED
) -> Iterator[tuple[int, bytes | ParseError]]:
    """``(line number from 1, line)`` of a JSON Lines stream, packed with gzip or not; empty lines are skipped.

    A line longer than ``MAX_LINE`` is a LimitError in place of its bytes. A damaged or oversized file yields its
    error last: what stands before it has been given.
    """
    number, pending, dropping = 0, bytearray(), False
    try:
        for chunk in _unpacked(stream, name, max_unpacked):
            *ended, rest = chunk.split(b"\n")
            for piece in ended:
                pending += piece
                number += 1
                yield from _line(number, bytes(pending), dropping, name)
                pending, dropping = bytearray(), False
            pending += rest
            if len(pending) > MAX_LINE:
                pending, dropping = bytearray(), True
    except ParseError as error:
        yield number + 1, error
        return
    yield from _line(number + 1, bytes(pending), dropping, name)


def _line(number: int, line: bytes, dropped: bool, name: str) -> Iterator[tuple[int, bytes | ParseError]]:
    if dropped or len(line) > MAX_LINE:
        subject = f"{name}, ligne {number}"
        yield number, LimitError(subject, f"ligne de plus de {MAX_LINE >> 20} Mio : découpez ce document")
        return
    line = line.strip().removeprefix(b"\xef\xbb\xbf")
    if line:
        yield number, line


def _unpacked(stream: BinaryIO, name: str, limit: int) -> Iterator[bytes]:
    """Chunks of the stream, unpacked as they are read, so that a bomb is stopped before it is held in memory."""
    head = stream.read(_CHUNK)
    chunks = itertools.chain([head], iter(lambda: stream.read(_CHUNK), b""))
    total = 0
    for chunk, packed in _gunzipped(chunks, name) if head.startswith(_GZIP) else ((chunk, 0) for chunk in chunks):
        total += len(chunk)
        if total > limit:
            raise LimitError(name, f"plus de {limit >> 20} Mio une fois décompressé : découpez le fichier")
        if packed and total > _RATIO_FROM and total > _MAX_RATIO * packed:
            raise LimitError(name, f"taux de compression supérieur à {_MAX_RATIO} : fichier piégé, ne l’utilisez pas")
        yield chunk


def _gunzipped(chunks: Iterable[bytes], name: str) -> Iterator[tuple[bytes, int]]:
    """``(unpacked chunk, packed bytes read so far)`` of a gzip stream of one or several members."""
    cure = "téléchargez-le à nouveau"
    unpacker, read = zlib.decompressobj(31), 0
    try:
        for chunk in chunks:
            read += len(chunk)
            while chunk:
                yield unpacker.decompress(chunk, _CHUNK), read
                chunk = unpacker.unconsumed_tail
                if unpacker.eof:
                    # Zeros after the last member are padding.
                    chunk = unpacker.unused_data.lstrip(b"\0")
                    if chunk:
                        unpacker = zlib.decompressobj(31)
        while not unpacker.eof:
            rest = unpacker.decompress(b"", _CHUNK)
            if not rest:
                raise ParseError(name, f"fichier compressé incomplet : {cure}")
            yield rest, read
    except zlib.error as error:
        raise ParseError(name, f"fichier compressé abîmé ({error}) : {cure}") from error
