"""Passages that resemble another one, by the vectors of the index."""

from pathlib import Path

import numpy as np
import pytest

from index.build import build_index, context_lines, passage_text, quotable_lines
from index.generation import current_generation
from index.model import SearchFilter
from index.search import SearchEngine
from ingest.model import DocumentKind

from .doubles import FakeEmbedder, document

IMAGES = "Les images de vidéosurveillance sont conservées un mois. Passé ce délai, elles sont effacées."
FIRST = slice(0, 4)


@pytest.fixture
def cameras(tmp_path: Path, fake: FakeEmbedder) -> SearchEngine:
    documents = [
        document("ours", ("Combien de temps garder les images ?", IMAGES), kind=DocumentKind.DIGEST),
        document(
            "theirs",
            ("Durée", "Une caméra filme le hall. Les images de vidéosurveillance sont conservées un mois au plus."),
            ("Information", "Un panneau informe les visiteurs de la présence de caméras dans le hall."),
        ),
        document("local", ("Images", IMAGES), kind=DocumentKind.LOCAL),
        *(document(f"other{n}", ("Sauvegardes", f"La copie numéro {n} reste hors ligne, loin.")) for n in range(60)),
    ]
    build_index(tmp_path, documents, fake)
    return SearchEngine(current_generation(tmp_path), fake)


def row_of(engine: SearchEngine, source: str) -> int:
    document = engine.table.document(source)
    assert document is not None
    return next(row for row in range(len(engine.table)) if engine.table.passages([row])[0].document_id == document.id)


OFFICIAL = SearchFilter(kinds=frozenset({DocumentKind.OFFICIAL}))


def test_the_passage_that_says_the_same_comes_first(cameras: SearchEngine) -> None:
    found = cameras.alike(row_of(cameras, "ours"), 3, sentences=FIRST, wanted=OFFICIAL)
    assert "un mois au plus" in found[0].hit.passage.text
    assert [one.hit.rank for one in found] == [1, 2, 3]
    assert found[0].hit.score > found[1].hit.score
    assert found[0].said > found[1].said


def test_the_filter_and_the_passage_itself(cameras: SearchEngine) -> None:
    row = row_of(cameras, "ours")
    found = cameras.alike(row, 1_000, sentences=FIRST)
    assert row not in {one.hit.row for one in found}
    assert found[0].hit.row == row_of(cameras, "local")
    kinds = {
        cameras.table.document(one.hit.passage.document_id).kind  # type: ignore[union-attr]
        for one in cameras.alike(row, 1_000, sentences=FIRST, wanted=OFFICIAL)
    }
    assert kinds == {DocumentKind.OFFICIAL}
    nobody = SearchFilter(publishers=frozenset({"Personne"}))
    assert cameras.alike(row, 3, sentences=FIRST, wanted=nobody) == []


def test_the_cosines_are_those_of_the_texts(cameras: SearchEngine, fake: FakeEmbedder) -> None:
    row = row_of(cameras, "ours")
    ours = cameras.table.passages([row])[0]
    theirs = cameras.alike(row, 1, sentences=slice(1, 2), wanted=OFFICIAL)[0]
    passage = theirs.hit.passage
    head, lines = context_lines(ours)[0], fake.embed_passages(quotable_lines(passage))
    compared = fake.embed_passages([quotable_lines(ours)[1]])[0]
    all_lines = fake.embed_passages([*context_lines(passage), *quotable_lines(passage)])
    assert theirs.said == pytest.approx(float((lines @ compared).max()), abs=2e-3)
    assert theirs.head == pytest.approx(float((all_lines @ fake.embed_query(head)).max()), abs=2e-3)
    near = (lines @ compared + lines @ fake.embed_query(head)) / 2
    np.testing.assert_allclose(theirs.hit.sentence_scores, near, atol=2e-3)
    whole = fake.embed_passages([passage_text(ours), passage_text(passage)])
    assert theirs.hit.signals.dense == pytest.approx(float(whole[0] @ whole[1]), abs=2e-3)
