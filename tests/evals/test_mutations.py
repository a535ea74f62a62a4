"""A small part of the mutations of ``evals.bench.mutations``: hostile files through the real sandbox."""

import random

import pytest

from evals.bench.mutations import MAX_MIB, MAX_SECONDS, Kind, kinds, try_mutants
from evals.bench.mutators import BYTES, MARKUP, MAX_BYTES, STREAMS, mutant
from ingest.sandbox import Sandbox

COUNTS = {"html": 200, "pdf": 40, "sitemap": 100, "robots": 100}


@pytest.mark.parametrize("name", list(COUNTS))
def test_mutants_stop_nothing(name: str) -> None:
    with Sandbox() as sandbox:
        kind = next(kind for kind in kinds(sandbox) if kind.name == name)
        findings = try_mutants(kind, COUNTS[name])
    assert findings.crashes == []
    assert findings.read == COUNTS[name]
    assert findings.longest <= MAX_SECONDS
    assert findings.memory <= MAX_MIB
    assert findings.passed


def test_the_same_numbers_give_the_same_mutants() -> None:
    seeds = [b"<p class=a>Un</p>" * 50, b"<ul><li>Deux</ul>" * 50]
    for mutators in (BYTES, MARKUP, STREAMS):
        first, again = ([mutant(random.Random(n), seeds, mutators) for n in range(60)] for _ in range(2))
        assert first == again
        assert len(set(first)) > 40
        assert max(map(len, first)) <= MAX_BYTES


def test_what_reaches_the_parent_is_told_with_its_number() -> None:
    def read(data: bytes) -> object:
        if data != b"good":
            raise KeyError("perdu")
        return None

    findings = try_mutants(Kind("x", [b"good"], [lambda rng, data, others: b"bad"], read), 3)
    assert [crash.split(":")[0] for crash in findings.crashes] == ["0", "1", "2"]
    assert not findings.passed
    assert "CRASH 1: KeyError" in findings.text()


def test_a_run_ends_at_its_hour() -> None:
    assert try_mutants(Kind("x", [b"good"], BYTES, len), 3, until=0.0).read == 0
