"""The benchmark's command line: sets, mixing, comparing."""

from pathlib import Path

import pytest

from evals.bench.retrieval import Benchmark, as_document, compare, load, mixed
from evals.shared import shared_folder


@pytest.fixture(scope="module")
def shared() -> Path:
    folder = shared_folder()
    if folder is None:
        pytest.skip("shared material absent: put it in ../shared or set CYBERVIGIE_SHARED")
    return folder


def test_differences_are_paired() -> None:
    before = {"cnil/dense": {"a": 0.5, "b": 0.0, "c": 1.0}}
    after = {"cnil/dense": {"a": 1.0, "b": 0.5, "d": 0.0}, "cnil/hybrid": {"a": 1.0}}
    (line,) = compare(after, before)
    # Two questions are in both; both gained half a point, so the interval has no width.
    assert line.split() == ["cnil/dense", "+0.5000", "+0.5000", "to", "+0.5000", "(2", "questions)"]


def test_an_interval_holds_the_mean() -> None:
    before = {"x/dense": {str(i): 0.0 for i in range(50)}}
    after = {"x/dense": {str(i): float(i % 2) for i in range(50)}}
    _, mean, low, _, high, *_ = compare(after, before)[0].split()
    assert float(low) < float(mean) == 0.5 < float(high)


def test_mixing_adds_official_texts_but_not_the_benchmark_again(shared: Path) -> None:
    alone = load("cnil", shared)
    among = mixed(alone, shared)
    assert among.documents[: len(alone.documents)] == alone.documents
    added = among.documents[len(alone.documents) :]
    assert len(added) > 1_000
    assert not {document.source_id for document in added} & {document.source_id for document in alone.documents}
    assert not {document.title for document in added if document.source_id.startswith("cnil-faq")}
    assert (among.questions, among.relevant) == (alone.questions, alone.relevant)


def test_mixing_leaves_out_sheets_held_under_another_prefix(shared: Path) -> None:
    held = Benchmark([as_document("spf-F12210", "", "Le dossier médical")], {}, {})
    added = {document.source_id for document in mixed(held, shared).documents[1:]}
    assert "spf-part-F12210" not in added
    assert any(name.startswith("spf-part-") for name in added)
