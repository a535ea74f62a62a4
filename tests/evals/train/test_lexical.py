"""BM25 of a batch."""

import numpy as np
import pytest

from evals.train.lexical import Lexical
from index.lexical import Bm25Index
from index.tokens import terms

TEXTS = [
    "La sauvegarde se garde hors ligne et se teste chaque mois.",
    "Une sauvegarde chiffrée protège les dossiers des patients en cas de vol de l’ordinateur du cabinet.",
    "Le wifi des patients est séparé du réseau du cabinet.",
    "Le délégué à la protection des données répond aux questions.",
]


def test_scores_rank_as_the_product_s_engine() -> None:
    index = Bm25Index.build(map(terms, TEXTS))
    queries = ["sauvegarde hors ligne", "wifi du cabinet", "vol d’un ordinateur"]
    for query, row in zip(queries, Lexical(TEXTS).scores(queries, TEXTS), strict=True):
        expected = index.scores(query)
        assert list(np.argsort(-row, kind="stable")[:1]) == list(np.argsort(-expected, kind="stable")[:1])
        assert np.corrcoef(row, expected)[0, 1] > 0.95


def test_rows_are_standardised() -> None:
    rows = Lexical(TEXTS).scores(["sauvegarde des patients"], TEXTS)
    assert rows.shape == (1, 4)
    assert rows.mean() == pytest.approx(0, abs=1e-6)
    assert rows.std() == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize("query", ["", "inconnu introuvable"])
def test_a_question_of_unknown_words_says_nothing(query: str) -> None:
    assert not Lexical(TEXTS).scores([query], TEXTS).any()
