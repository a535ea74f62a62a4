"""A small part of the mutations of ``evals.bench.mutations``: hostile files through the real sandbox."""

import random

import pytest

from evals.bench.mutations import MAX_MIB, MAX_SECONDS, Kind, kinds, try_mutants
from evals.bench.mutators import BYTES, MARKUP, MAX_BYTES, STREAMS, mutant
from ingest.sandbox import Sandbox

FEW = {"html": 60, "pdf": 12, "sitemap": 100, "robots": 100}
MANY = {"html": 200, "pdf": 40}


@pytest.mark.parametrize(
    ("name", "count"), [*FEW.items(), *(pytest.param(*item, marks=pytest.mark.long) for item in MANY.items())]
)
def test_mutants_stop_nothing(name: str, count: int) -> None:
    with Sandbox() as sandbox:
        kind = next(kind for kind in kinds(sandbox) if kind.name == name)
        findings = try_mutants(kind, count)
    assert findings.crashes == []
    assert findings.read == count
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
