"""Hostile files made from good ones: bytes, tags and streams damaged, repeated, crossed with each other.

A mutant depends on its seed file and its random generator only: the same numbers give the same bytes on every machine.
"""

import itertools
import random
import re
import zlib
from collections.abc import Callable, Sequence

Mutator = Callable[[random.Random, bytes, Sequence[bytes]], bytes]

MAX_BYTES = 2 * 1024 * 1024
"""A mutant is cut to this size: what larger files do is bounded by the reply limits of the crawler."""
_MAX_STREAM = 1024 * 1024
_TAG = re.compile(rb"<[^<>]{0,400}>")
_STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.DOTALL)
_NUMBER = re.compile(rb"(?<![\w.])-?\d+(?:\.\d+)?")
_NAME = re.compile(rb"/[A-Za-z]+")
_JUNK = (
    b"\x00",
    b"\xff\xfe",
    b"\xef\xbb\xbf",
    b"\xed\xa0\x80",
    b"\xf4\x90\x80\x80",
    "\u202e\u200b\u00ad".encode(),
    b"&#x110000;&#0;&#xD800;&amp",
    b"<![CDATA[",
    b"<!--",
    b"<!",
    b"<?xml encoding='utf-7'?>",
    b'"',
    b"{{7*7}}",
    b"\r\r\n",
)
_MARKUP = (
    b"<div>",
    b"</div>",
    b"<table><tr><td colspan=99999999 rowspan=99999999>",
    b"<table>",
    b"<p>Mis \xc3\xa0 jour le 99/99/9999",
    b"<ul><li>",
    b"<h1>",
    b"<details><summary>",
    b"<svg><foreignObject><p>",
    b"<template>",
    b"<select><option>",
    b"<textarea>",
    b"<script>/*",
    b"<style>" + b"a " * 200 + b"{display:none}",
    b"<a href='http://[::1'>",
    b"<a href='//" + b"%" * 300 + b"'>",
    b"<base href='https://[x'>",
    b"<meta charset=utf-16>",
    b"<meta name=robots content=',,,:;::noindex'>",
    b"<meta http-equiv=refresh content='0;url=" + b"\t" * 500 + b"'>",
    b"<link rel=canonical href='https://x:99999999/'>",
    b"<script type='application/ld+json'>" + b'{"@graph":[' * 400 + b"</script>",
    b"<time datetime='0000-00-00'>",
    b"<p style='color:" + b"(" * 400 + b"'>",
    b"<frameset>",
    b"<plaintext>",
    b"<url><loc>",
    b"</urlset>",
    b"<!DOCTYPE x [<!ENTITY a 'b'>]>",
)
_NUMBERS = (b"0", b"-1", b"2147483648", b"99999999999999999999", b"0.0000001", b"1e9", b"65535", b"NaN")
_OPERATORS = (
    b" q " * 400,
    b" Q " * 400,
    b" BT ",
    b" ET ",
    b" (" + b"A" * 9_000 + b") Tj ",
    b" [(a) -99999999 (b) 99999999] TJ ",
    b" 1e30 0 0 1e30 0 0 cm ",
    b" 0 0 0 0 0 0 Tm ",
    b" /F1 1e20 Tf ",
    b" 0 0 1 1 re f " * 3_000,
    b" 0 0 m 9999 9999 l S " * 3_000,
    b" /X0 Do ",
    b" BI /W 9999 /H 9999 /BPC 8 ID x EI ",
    b" <ff" * 500,
)


def flipped(rng: random.Random, data: bytes, others: Sequence[bytes]) -> bytes:
    """Bytes changed, one or many."""
    changed = bytearray(data)
    for _ in range(rng.choice((1, 4, 16, 256))):
        if changed:
            changed[rng.randrange(len(changed))] = rng.randrange(256)
    return bytes(changed)


def cut(rng: random.Random, data: bytes, others: Sequence[bytes]) -> bytes:
    """A span removed, or all that follows a place."""
    start, end = _span(rng, data)
    return data[:start] + (data[end:] if rng.random() < 0.7 else b"")


def repeated(rng: random.Random, data: bytes, others: Sequence[bytes]) -> bytes:
    """A span written again, up to thousands of times."""
    start, end = _span(rng, data)
    return data[:start] + data[start:end] * rng.choice((2, 3, 10, 100, 3_000)) + data[end:]


def filled(rng: random.Random, data: bytes, others: Sequence[bytes]) -> bytes:
    """Bytes inserted that decoders and parsers stumble over."""
    for _ in range(rng.choice((1, 3, 20))):
        place = rng.randrange(len(data) + 1)
        data = data[:place] + rng.choice(_JUNK) * rng.choice((1, 1, 50)) + data[place:]
    return data


def crossed(rng: random.Random, data: bytes, others: Sequence[bytes]) -> bytes:
    """The beginning of a file and the end of another."""
    other = rng.choice(others)
    return data[: rng.randrange(len(data) + 1)] + other[rng.randrange(len(other) + 1) :]


def retagged(rng: random.Random, data: bytes, others: Sequence[bytes]) -> bytes:
    """Tags removed, repeated, moved, and hostile ones put in."""
    for _ in range(rng.choice((1, 2, 8))):
        tags = list(itertools.islice(_TAG.finditer(data), 4_000))
        if not tags:
            return data
        tag, other = rng.choice(tags), rng.choice(tags)
        put = rng.choice(
            (
                b"",
                tag[0] * rng.choice((2, 50, 3_000)),
                other[0],
                tag[0] + rng.choice(_MARKUP) * rng.choice((1, 1, 10, 2_000)),
                tag[0][:-1] + b" a=" + b"b" * rng.choice((1, 20_000)) + b">",
                tag[0][:-1],
            )
        )
        data = (data[: tag.start()] + put + data[tag.end() :])[:MAX_BYTES]
    return data


def restreamed(rng: random.Random, data: bytes, others: Sequence[bytes]) -> bytes:
    """What a PDF's streams hold damaged, or hostile drawing put in; packed again as it was."""
    streams = list(_STREAM.finditer(data))
    if not streams:
        return flipped(rng, data, others)
    stream = rng.choice(streams)
    packer = zlib.decompressobj()
    try:
        inner, packed = packer.decompress(stream[1], _MAX_STREAM), True
    except zlib.error:
        inner, packed = stream[1], False
    if rng.random() < 0.5:
        place = rng.randrange(len(inner) + 1)
        inner = inner[:place] + rng.choice(_OPERATORS) * rng.choice((1, 1, 30)) + inner[place:]
    else:
        inner = rng.choice((flipped, cut, repeated, renumbered))(rng, inner, [inner])[:_MAX_STREAM]
    return data[: stream.start(1)] + (zlib.compress(inner) if packed else inner) + data[stream.end(1) :]


def renumbered(rng: random.Random, data: bytes, others: Sequence[bytes]) -> bytes:
    """Numbers (lengths, references, sizes) and names of a PDF's objects exchanged for others."""
    for _ in range(rng.choice((1, 3, 10))):
        pattern = rng.choice((_NUMBER, _NUMBER, _NAME))
        found = list(itertools.islice(pattern.finditer(data), 3_000))
        if found:
            one = rng.choice(found)
            put = rng.choice(found)[0] if pattern is _NAME or rng.random() < 0.5 else rng.choice(_NUMBERS)
            data = data[: one.start()] + put + data[one.end() :]
    return data


BYTES: tuple[Mutator, ...] = (flipped, cut, repeated, filled, crossed)
MARKUP: tuple[Mutator, ...] = (*BYTES, retagged, retagged, retagged)
STREAMS: tuple[Mutator, ...] = (*BYTES, restreamed, restreamed, restreamed, renumbered, renumbered)


def mutant(rng: random.Random, seeds: Sequence[bytes], mutators: Sequence[Mutator]) -> bytes:
    """One of the seeds, changed by one to three mutators."""
    data = rng.choice(seeds)
    for _ in range(rng.choice((1, 1, 2, 3))):
        data = rng.choice(mutators)(rng, data, seeds)[:MAX_BYTES]
    return data


def _span(rng: random.Random, data: bytes) -> tuple[int, int]:
    start = rng.randrange(len(data) + 1)
    return start, min(len(data), start + rng.choice((1, 10, 100, 2_000)))
