"""Bodies decoded piece by piece, never further than their limits.

Only gzip and deflate are asked for (``ACCEPT_ENCODING``), once: brotli and zstd reach ratios at which a reply of a
kilobyte is enough for a bomb, and nothing but a bomb needs two encodings. Deflate means zlib (RFC 1950) in RFC 9110 and
raw deflate (RFC 1951) for some servers; both are read.
"""

import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ingest.crawl.errors import BodyRefused, Unreachable

ACCEPT_ENCODING = "gzip, deflate"
MAX_RATIO = 100
"""Decoded bytes for one received byte, counted once a body is beyond ``RATIO_FROM``."""
RATIO_FROM = 1024 * 1024

_PIECE = 64 * 1024
_MEMBERS = 1024
"""Parts of one gzip body (RFC 1952 allows several); tools that cut their output do so every 64 KiB or more."""
_GZIP = 16 + zlib.MAX_WBITS
_ZLIB = zlib.MAX_WBITS
_RAW = -zlib.MAX_WBITS
_GZIP_MAGIC = b"\x1f\x8b"


@dataclass(slots=True)
class Tally:
    """Bytes of one body so far, before and after decoding; both stay within ``limit``. ``subject`` names the body."""

    subject: str
    limit: int
    wire: int = 0
    decoded: int = 0

    def receive(self, size: int) -> None:
        """Count received bytes. Raises BodyRefused (code ``too_large``)."""
        self.wire += size
        self._check(self.wire)

    def decode(self, size: int, consumed: int) -> None:
        """Count decoded bytes, of which ``consumed`` received ones were the source so far.

        Raises BodyRefused (code ``ratio`` or ``too_large``).
        """
        self.decoded += size
        if self.decoded > RATIO_FROM and self.decoded > MAX_RATIO * consumed:
            raise BodyRefused(
                self.subject, f"contenu comprimé plus de {MAX_RATIO} fois : refusé comme piège", code="ratio"
            )
        self._check(self.decoded)

    def cap(self, limit: int) -> None:
        """Change the limit, for what was counted as well. Raises BodyRefused (code ``too_large``)."""
        self.limit = limit
        self._check(max(self.wire, self.decoded))

    def _check(self, size: int) -> None:
        if size > self.limit:
            raise too_large(self.subject, self.limit)


def too_large(subject: str, limit: int) -> BodyRefused:
    """The refusal of a body beyond ``limit`` bytes."""
    return BodyRefused(
        subject,
        f"plus de {_size(limit)} : téléchargez ce document et ajoutez-le à la main s’il est utile",
        code="too_large",
    )


def decoded(chunks: Iterable[bytes], encoding: str, tally: Tally) -> Iterator[bytes]:
    """The decoded body, in pieces of at most 64 KiB (or as received when nothing encodes it), counted in ``tally``.

    ``encoding``: the value of Content-Encoding. Raises BodyRefused (codes ``encoding``, ``ratio``, ``too_large``), and
    Unreachable (code ``truncated``) where the packed data stop before their end.
    """
    names = [name for part in encoding.split(",") if (name := part.strip().lower()) not in ("", "identity")]
    if not names:
        return _plain(chunks, tally)
    if len(names) > 1 or names[0] not in ("gzip", "x-gzip", "deflate"):
        raise BodyRefused(tally.subject, f"encodage non demandé : {', '.join(names)[:80]}", code="encoding")
    return _inflated(chunks, tally, multiple=names[0] != "deflate")


def _plain(chunks: Iterable[bytes], tally: Tally) -> Iterator[bytes]:
    for chunk in chunks:
        tally.receive(len(chunk))
        tally.decode(len(chunk), tally.wire)
        yield chunk


def _inflated(chunks: Iterable[bytes], tally: Tally, *, multiple: bool) -> Iterator[bytes]:
    inflater: zlib._Decompress | None = None
    head, members, ended = b"", 0, False
    for chunk in chunks:
        tally.receive(len(chunk))
        data, head, pending = head + chunk, b"", False
        while (data or pending) and not ended:
            if inflater is None:
                if len(data) < 2:
                    # Two bytes tell the formats apart.
                    head = data
                    break
                if members and not data.startswith(_GZIP_MAGIC):
                    # What follows the last part is padding (RFC 1952 leaves it open): gzip itself ignores it.
                    ended = True
                    break
                inflater, members = zlib.decompressobj(_GZIP if multiple else _window(data)), members + 1
                if members > _MEMBERS:
                    raise _corrupt(tally, f"plus de {_MEMBERS} parties")
            piece, data, over = _piece(inflater, data, tally)
            tally.decode(len(piece), tally.wire - len(data))
            # A full piece may leave output inside zlib when no input is left.
            pending = len(piece) == _PIECE and not over
            if piece:
                yield piece
            if over:
                inflater, ended = None, not multiple
    if inflater is not None or (head and not members):
        raise Unreachable(tally.subject, "contenu comprimé incomplet : à relire plus tard", code="truncated")


def _piece(inflater: "zlib._Decompress", data: bytes, tally: Tally) -> tuple[bytes, bytes, bool]:
    """At most 64 KiB of output, the input still to be read, and whether the packed data ended."""
    try:
        piece = inflater.decompress(data, _PIECE)
    except zlib.error as error:
        raise _corrupt(tally, str(error)) from error
    return piece, inflater.unused_data if inflater.eof else inflater.unconsumed_tail, inflater.eof


def _window(start: bytes) -> int:
    """Raw deflate has no header; zlib's is a multiple of 31 whose low four bits are 8 (RFC 1950, 2.2)."""
    return _ZLIB if start[0] & 0x0F == 8 and int.from_bytes(start[:2], "big") % 31 == 0 else _RAW


def _corrupt(tally: Tally, detail: str) -> BodyRefused:
    return BodyRefused(tally.subject, f"contenu comprimé illisible ({detail})", code="encoding")


def _size(limit: int) -> str:
    return f"{limit / 1024 / 1024:g} Mio" if limit >= 1024 * 1024 else f"{limit / 1024:g} Kio"
