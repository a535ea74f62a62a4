"""Bodies decoded piece by piece: every format in every cut, and bombs of every kind."""

import contextlib
import gzip
import random
import tracemalloc
import zlib
from collections.abc import Iterable, Iterator
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.crawl.decode import MAX_RATIO, RATIO_FROM, Tally, decoded
from ingest.crawl.errors import BodyRefused, FetchError, Unreachable

MIB = 1024 * 1024
TEXT = "La clé USB trouvée sur le parking ne se branche nulle part.\n".encode() * 300


def raw_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    return packer.compress(data) + packer.flush()


PACKERS = {"gzip": gzip.compress, "x-gzip": gzip.compress, "deflate": zlib.compress, "raw": raw_deflate}


def read(chunks: Iterable[bytes], encoding: str, limit: int = 64 * MIB) -> tuple[bytes, Tally]:
    tally = Tally("https://www.site.example/", limit)
    return b"".join(decoded(chunks, encoding, tally)), tally


def cut(data: bytes, size: int) -> Iterator[bytes]:
    return (data[at : at + size] for at in range(0, len(data), size))


def refusal(chunks: Iterable[bytes], encoding: str, limit: int = 64 * MIB) -> FetchError:
    with pytest.raises(FetchError) as caught:
        read(chunks, encoding, limit)
    return caught.value


@pytest.mark.parametrize("packer", PACKERS)
@pytest.mark.parametrize("size", [1, 2, 7, 1000, 10**6])
def test_each_format_in_each_cut(packer: str, size: int) -> None:
    packed = PACKERS[packer](TEXT)
    content, tally = read(cut(packed, size), "deflate" if packer == "raw" else packer)
    assert content == TEXT
    assert (tally.wire, tally.decoded) == (len(packed), len(TEXT))


def test_output_left_inside_zlib_is_not_lost() -> None:
    """A piece is full, no input is left, and a byte is still to come."""
    assert read([raw_deflate(bytes(64 * 1024 + 1))], "deflate")[0] == bytes(64 * 1024 + 1)


@pytest.mark.parametrize("encoding", ["", "identity", "Identity", " , identity,"])
def test_a_plain_body_passes_as_it_is(encoding: str) -> None:
    content, tally = read([b"abc", b"", b"def"], encoding)
    assert content == b"abcdef"
    assert (tally.wire, tally.decoded) == (6, 6)


@pytest.mark.parametrize("encoding", ["GZIP", " gzip ", "identity, gzip", "X-Gzip"])
def test_names_of_encodings_are_read_as_they_come(encoding: str) -> None:
    assert read([gzip.compress(TEXT)], encoding)[0] == TEXT


@pytest.mark.parametrize(
    "encoding",
    ["br", "zstd", "compress", "gzip, gzip", "gzip,deflate", "deflate, gzip", "br, gzip", "gzip;q=1", "*", "gzip gzip"],
)
def test_other_and_nested_encodings_are_refused_before_anything_is_read(encoding: str) -> None:
    def chunks() -> Iterator[bytes]:
        pytest.fail("read")
        yield b""

    error = refusal(chunks(), encoding)
    assert isinstance(error, BodyRefused)
    assert error.code == "encoding"


@pytest.mark.parametrize("packer", PACKERS)
def test_a_truncated_body_may_come_whole_another_time(packer: str) -> None:
    packed = PACKERS[packer](random.Random(1).randbytes(3000))
    for end in (1, 2, 12, 1500, len(packed) - 9, len(packed) - 1):
        error = refusal([packed[:end]], "deflate" if packer == "raw" else packer)
        assert isinstance(error, Unreachable)
        assert (error.code, error.retryable) == ("truncated", True)


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
def test_an_empty_body_is_empty(encoding: str) -> None:
    assert read([], encoding)[0] == b""
    assert read([b"", b""], encoding)[0] == b""


@pytest.mark.parametrize(
    ("body", "encoding"),
    [(b"<html>not packed</html>", "gzip"), (b"\x1f\x8b\x08" + b"\xff" * 40, "gzip"), (b"\xff" * 40, "deflate")],
)
def test_what_cannot_be_unpacked_is_refused(body: bytes, encoding: str) -> None:
    assert refusal([body], encoding).code == "encoding"


def test_a_wrong_checksum_is_refused() -> None:
    packed = bytearray(gzip.compress(TEXT))
    packed[-6] ^= 1
    assert refusal([bytes(packed)], "gzip").code == "encoding"


@pytest.mark.parametrize("size", [1, 10**6])
@pytest.mark.parametrize("rest", [b"\0", b"\0" * 512, b"garbage", b"\x1f", b"<!-- served by cache -->"])
def test_garbage_after_the_end_is_dropped_and_counted(rest: bytes, size: int) -> None:
    for packer in PACKERS:
        packed = PACKERS[packer](TEXT) + rest
        if packer.endswith("gzip") and rest == b"\x1f":
            rest = b""
        content, tally = read(cut(packed, size), "deflate" if packer == "raw" else packer)
        assert content == TEXT
        assert tally.wire == len(packed)


def test_endless_garbage_after_the_end_stops_at_the_limit() -> None:
    def chunks() -> Iterator[bytes]:
        yield gzip.compress(TEXT)
        while True:
            yield b"\0" * 1024

    assert refusal(chunks(), "gzip", limit=MIB).code == "too_large"


@pytest.mark.parametrize("size", [1, 50, 10**6])
def test_parts_of_a_gzip_body_follow_each_other(size: int) -> None:
    packed = b"".join(gzip.compress(bytes([65 + part]) * 100) for part in range(20))
    content, _ = read(cut(packed, size), "gzip")
    assert content == b"".join(bytes([65 + part]) * 100 for part in range(20))


def test_a_truncated_last_part_is_seen() -> None:
    assert refusal([gzip.compress(TEXT) + gzip.compress(TEXT)[:-5]], "gzip").code == "truncated"


def test_too_many_parts_are_refused() -> None:
    assert refusal(cut(gzip.compress(b"") * 100_000, 65536), "gzip").code == "encoding"


@cache
def bomb(packer: str, size: int) -> bytes:
    window = {"gzip": 16 + zlib.MAX_WBITS, "deflate": zlib.MAX_WBITS, "raw": -zlib.MAX_WBITS}[packer]
    packing = zlib.compressobj(9, zlib.DEFLATED, window)
    return b"".join([*(packing.compress(bytes(MIB)) for _ in range(size // MIB)), packing.flush()])


@pytest.mark.parametrize("packer", ["gzip", "deflate", "raw"])
@pytest.mark.parametrize("size", [512, 65536, 10**9])
def test_a_bomb_stops_at_its_ratio_in_bounded_memory(packer: str, size: int) -> None:
    packed = bomb(packer, 256 * MIB)
    assert len(packed) < 300 * 1024
    tally = Tally("https://www.site.example/", 50 * MIB)
    tracemalloc.start()
    with pytest.raises(BodyRefused) as caught:
        for _ in decoded(cut(packed, size), "deflate" if packer == "raw" else packer, tally):
            pass
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert caught.value.code == "ratio"
    assert RATIO_FROM < tally.decoded <= RATIO_FROM + 64 * 1024
    assert peak < MIB


def test_a_bomb_inside_a_bomb_stays_packed() -> None:
    inner = bomb("gzip", 16 * MIB)
    assert read([gzip.compress(inner)], "gzip")[0] == inner


def test_text_packed_well_is_no_bomb() -> None:
    rows = "".join(f"<tr><td>{n}</td><td>mesure de sécurité</td></tr>\n" for n in range(60_000)).encode()
    assert len(rows) > 2 * RATIO_FROM
    packed = gzip.compress(rows)
    assert read(cut(packed, 1400), "gzip")[0] == rows
    assert len(rows) / len(packed) < MAX_RATIO


def test_small_bodies_may_have_any_ratio() -> None:
    assert read([gzip.compress(bytes(RATIO_FROM))], "gzip")[0] == bytes(RATIO_FROM)
    assert refusal([gzip.compress(bytes(RATIO_FROM + 1))], "gzip").code == "ratio"


def test_a_limit_holds_before_and_after_decoding() -> None:
    noise = random.Random(2).randbytes(3000)
    assert refusal([noise], "", limit=2999).code == "too_large"
    assert read([noise], "", limit=3000)[0] == noise
    assert refusal([gzip.compress(TEXT)], "gzip", limit=len(TEXT) - 1).code == "too_large"
    assert read([gzip.compress(TEXT)], "gzip", limit=len(TEXT))[0] == TEXT


def test_a_packed_body_that_never_says_anything_stops_at_the_limit() -> None:
    """A gzip header whose file name has no end gives nothing to count after decoding."""

    def chunks() -> Iterator[bytes]:
        yield b"\x1f\x8b\x08\x08\0\0\0\0\0\0"
        while True:
            yield b"a" * 65536

    assert refusal(chunks(), "gzip", limit=MIB).code == "too_large"


def test_a_lower_limit_applies_to_what_was_counted() -> None:
    tally = Tally("https://www.site.example/", 100)
    tally.receive(50)
    tally.cap(50)
    with pytest.raises(BodyRefused):
        tally.cap(49)


@settings(max_examples=60, deadline=None)
@given(
    data=st.binary(max_size=400),
    repeat=st.integers(1, 3000),
    size=st.integers(1, 5000),
    packer=st.sampled_from(["gzip", "deflate", "raw"]),
)
def test_any_body_comes_back_from_any_cut(data: bytes, repeat: int, size: int, packer: str) -> None:
    whole = data * min(repeat, RATIO_FROM // max(1, len(data)))
    content, _ = read(cut(PACKERS[packer](whole), size), "deflate" if packer == "raw" else packer)
    assert content == whole


@settings(max_examples=200, deadline=None)
@given(data=st.binary(max_size=300), encoding=st.sampled_from(["gzip", "deflate"]), size=st.integers(1, 50))
def test_noise_is_read_or_refused_and_nothing_else(data: bytes, encoding: str, size: int) -> None:
    for body in (data, b"\x1f\x8b\x08" + data, b"\x78\x9c" + data):
        with contextlib.suppress(BodyRefused, Unreachable):
            read(cut(body, size), encoding)
