import pickletools
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from index.lexical import EXPANSION_WEIGHT, Bm25Index
from index.tokens import terms

ROWS = [
    "Le dossier médical est conservé vingt ans par le médecin.",
    "L’annuaire recense les professionnels qui ont une carte e-CPS.",
    "La méthodologie MR-004 encadre les recherches.",
    "La directive NIS 2 concerne les entités essentielles.",
    "La CNIL publie un référentiel, et la CNIL contrôle.",
    "",
]


def build(expand: dict[str, list[str]] | None = None) -> Bm25Index:
    def brought(query: Sequence[str]) -> list[str]:
        return [word for known in query for word in (expand or {}).get(known, [])]

    return Bm25Index.build([terms(row) for row in ROWS], brought if expand is not None else None)


@pytest.mark.parametrize(
    ("query", "row"),
    [
        ("conservation du dossier médical", 0),
        ("DOSSIERS MEDICAUX", 0),
        ("qu’est-ce que l’e-CPS", 1),
        ("ma ecps", 1),
        ("mr004", 2),
        ("MR-004", 2),
        ("NIS 2", 3),
        ("la C.N.I.L ou CNIL", 4),
    ],
)
def test_the_row_that_has_the_words_comes_first(query: str, row: int) -> None:
    scores = build().scores(query)
    assert scores.shape == (len(ROWS),)
    assert int(scores.argmax()) == row
    assert scores[row] > 0


@pytest.mark.parametrize("query", ["", "le la les", "?!", "xyzzy inconnu", "ﷺ"])
def test_a_query_without_known_terms_scores_nothing(query: str) -> None:
    assert build().scores(query).tolist() == [0.0] * len(ROWS)


def test_unknown_terms_do_not_change_the_score_of_known_ones() -> None:
    np.testing.assert_allclose(build().scores("dossier xyzzy"), build().scores("dossier"))


def test_a_repeated_term_counts_twice() -> None:
    np.testing.assert_allclose(build().scores("dossier dossier"), 2 * build().scores("dossier"), rtol=1e-6)


def test_terms_that_the_vocabulary_adds_weigh_less_than_the_question_s_own() -> None:
    plain, index = build(), build({"annuaire": ["dossier"], "dossier": ["dossiers"]})
    expected = plain.scores("annuaire") + EXPANSION_WEIGHT * plain.scores("dossier")
    np.testing.assert_allclose(index.scores("annuaire"), expected, rtol=1e-6)
    # A form of a word that is there already brings nothing.
    np.testing.assert_allclose(index.scores("dossier"), plain.scores("dossier"), rtol=1e-6)


def test_weights_are_higher_for_rarer_terms() -> None:
    weights = build().weights("la directive de la CNIL et le dossier xyzzy")
    assert set(weights) == set(terms("directive CNIL dossier xyzzy"))
    assert weights["xyzzy"] > weights[terms("directive")[0]] > 0
    index = Bm25Index.build([["a1"], ["a1", "b1"], ["a1"]])
    assert index.weights("a1 b1")["a1"] == pytest.approx(np.log(2))
    assert index.weights("a1 b1")["b1"] == pytest.approx(np.log(4))


def test_knows() -> None:
    assert build().knows(terms("dossier")[0])
    assert not build().knows("xyzzy")


def test_saved_and_loaded_it_scores_the_same(tmp_path: Path) -> None:
    build().save(tmp_path / "lexical")
    loaded = Bm25Index.load(tmp_path / "lexical")
    for query in ("dossier médical", "NIS 2", "xyzzy", ""):
        np.testing.assert_array_equal(loaded.scores(query), build().scores(query))
        assert loaded.weights(query) == build().weights(query)


def test_no_file_is_a_pickle(tmp_path: Path) -> None:
    build().save(tmp_path)
    arrays = sorted(tmp_path.rglob("*.npy"))
    assert arrays
    for path in arrays:
        assert np.load(path, allow_pickle=False).dtype.kind in "fiu"
    for path in tmp_path.rglob("*"):
        with pytest.raises(ValueError):
            list(pickletools.genops(path.read_bytes()))


def test_an_index_without_any_term_scores_nothing_before_and_after_saving(tmp_path: Path) -> None:
    index = Bm25Index.build([[], []])
    index.save(tmp_path)
    for one in (index, Bm25Index.load(tmp_path)):
        assert one.scores("dossier").tolist() == [0, 0]
        assert not one.knows("dossier")
        assert one.weights("dossier")[terms("dossier")[0]] > 0


def test_building_twice_gives_equal_files(tmp_path: Path) -> None:
    for name in ("one", "two"):
        build().save(tmp_path / name)
    for path in (tmp_path / "one").iterdir():
        assert path.read_bytes() == (tmp_path / "two" / path.name).read_bytes()
