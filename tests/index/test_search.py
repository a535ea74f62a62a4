from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from index.build import build_index, quotable_lines
from index.embed import OnnxEmbedder
from index.errors import IndexDamaged
from index.fuse import FusionWeights
from index.generation import current_generation
from index.model import SearchFilter, SearchMode
from index.search import CANDIDATES, Query, SearchEngine
from ingest.model import Document, DocumentKind

from .doubles import FakeEmbedder, document

MODES = list(SearchMode)


def open_engine(root: Path, documents: Sequence[Document], **options: object) -> SearchEngine:
    fake = FakeEmbedder()
    build_index(root, documents, fake)
    return SearchEngine(current_generation(root), fake, **options)  # type: ignore[arg-type]


def crowd(count: int) -> list[Document]:
    """Many documents about passwords, three of them by one publisher, which says it worst."""
    found = [
        document(f"d{i:04}", ("Mot de passe", f"Le mot de passe numéro {i} est long. Il est secret, unique, privé."))
        for i in range(count)
    ]
    rare = [
        document(f"r{i}", ("Accès", f"Parmi bien d’autres sujets étrangers {i}, un mot de passe."), publisher="Rare")
        for i in range(3)
    ]
    return [*found, *rare]


@pytest.mark.parametrize("mode", MODES)
def test_the_passage_that_answers_comes_first(engine: SearchEngine, mode: SearchMode) -> None:
    hits = engine.search("Combien de caractères pour un mot de passe ?", 3, mode=mode)
    assert "douze caractères" in hits[0].passage.text
    assert [hit.rank for hit in hits] == list(range(1, len(hits) + 1))
    assert all(one.score >= other.score for one, other in pairwise(hits))


def test_a_hit_carries_the_evidence_of_each_engine(engine: SearchEngine, fake: FakeEmbedder) -> None:
    question = "dossier médical conservé"
    (hit, *_) = engine.search(question, 3)
    vector = fake.embed_query(question)
    assert hit.signals.lexical == pytest.approx(float(engine.lexical.scores(question)[hit.row]))
    lines = quotable_lines(hit.passage)
    assert len(hit.sentence_scores) == len(hit.passage.sentences) == len(lines) == 2
    np.testing.assert_allclose(hit.sentence_scores, fake.embed_passages(lines) @ vector, atol=2e-3)
    assert hit.signals.line is not None
    assert hit.signals.line >= max(hit.sentence_scores)
    assert hit.signals.dense is not None
    assert -1 <= hit.signals.dense <= 1.001


def test_each_mode_asks_its_engines_only(engine: SearchEngine) -> None:
    (dense, *_) = engine.search("mot de passe", 1, mode=SearchMode.DENSE)
    (lexical, *_) = engine.search("mot de passe", 1, mode=SearchMode.LEXICAL)
    assert dense.signals.lexical is None
    assert dense.score == dense.signals.dense
    assert (lexical.signals.dense, lexical.signals.line, lexical.sentence_scores) == (None, None, ())
    assert lexical.score == lexical.signals.lexical


def test_lexical_mode_does_not_embed(engine: SearchEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(FakeEmbedder, "embed_query", None)
    assert engine.query("mot de passe", SearchMode.LEXICAL) == Query("mot de passe", None)
    assert engine.search("mot de passe", 2, mode=SearchMode.LEXICAL)


def test_a_prepared_query_gives_the_same_hits(engine: SearchEngine) -> None:
    query = engine.query("mot de passe")
    assert engine.search(query, 3) == engine.search("mot de passe", 3)


@pytest.mark.parametrize("mode", MODES)
def test_a_rare_filter_still_gives_every_match(tmp_path: Path, mode: SearchMode) -> None:
    engine = open_engine(tmp_path, crowd(3 * CANDIDATES))
    free = engine.search("mot de passe", 10, mode=mode)
    assert all(hit.passage.title.startswith("Document d") for hit in free)
    hits = engine.search("mot de passe", 10, mode=mode, wanted=SearchFilter(publishers=frozenset({"Rare"})))
    assert sorted(hit.passage.title for hit in hits) == ["Document r0", "Document r1", "Document r2"]
    engine.close()


@pytest.mark.parametrize("mode", MODES)
def test_every_hit_passes_the_filter(engine: SearchEngine, mode: SearchMode) -> None:
    wanted = SearchFilter(kinds=frozenset({DocumentKind.OFFICIAL}), date_from="2020")
    hits = engine.search("le mot de passe, la sauvegarde, le dossier, le rançongiciel", 10, mode=mode, wanted=wanted)
    assert {hit.passage.title for hit in hits} == {"Document conservation", "Document motdepasse"}


@pytest.mark.parametrize("mode", MODES)
def test_a_filter_that_nothing_passes_gives_nothing(engine: SearchEngine, mode: SearchMode) -> None:
    assert engine.search("mot de passe", 5, mode=mode, wanted=SearchFilter(publishers=frozenset({"X"}))) == []


@pytest.mark.parametrize("k", [1, 3, 6, 50, 1000])
def test_k_hits_when_there_are_as_many(engine: SearchEngine, k: int) -> None:
    assert len(engine.search("mot de passe", k)) == min(k, 6)


def test_more_hits_than_candidates(tmp_path: Path) -> None:
    engine = open_engine(tmp_path, crowd(CANDIDATES + 60))
    hits = engine.search("mot de passe", CANDIDATES + 50)
    assert len({hit.row for hit in hits}) == CANDIDATES + 50
    engine.close()


@pytest.mark.parametrize("mode", MODES)
def test_ties_come_in_the_order_of_the_table(tmp_path: Path, mode: SearchMode) -> None:
    one = ("Sauvegarde", "La sauvegarde est chiffrée.")
    same = [document(f"d{i}", one, title="Fiche", publisher=str(i)) for i in range(30)]
    engine = open_engine(tmp_path, [document("x", ("Autre", "Rien à voir ici.")), *same])
    hits = engine.search("sauvegarde chiffrée", 30, mode=mode)
    assert [hit.row for hit in hits] == list(range(1, 31))
    assert [hit.row for hit in engine.search("sauvegarde chiffrée", 7, mode=mode)] == list(range(1, 8))
    engine.close()


@pytest.mark.parametrize("query", ["", "   ", "?!", "le la", "xyzzy", "ﷺ" * 50])
def test_a_question_without_terms_finds_nothing_by_words(engine: SearchEngine, query: str) -> None:
    assert engine.search(query, 5, mode=SearchMode.LEXICAL) == []
    for hit in engine.search(query, 5):
        assert np.isfinite(hit.score)


def test_a_digest_s_question_finds_its_passage(engine: SearchEngine) -> None:
    question = "mes fichiers sont chiffrés"
    (hit, *_) = engine.search(question, 1)
    assert hit.passage.questions == (question,)
    assert hit.signals.line == pytest.approx(1, abs=2e-3)
    assert question not in hit.passage.text


def test_weights_are_the_caller_s(tmp_path: Path, corpus: list[Document]) -> None:
    engine = open_engine(tmp_path, corpus, weights=FusionWeights(0, 0, 1))
    hybrid = engine.search("sauvegarde hors ligne", 1)
    assert [hit.row for hit in hybrid] == [
        hit.row for hit in engine.search("sauvegarde hors ligne", 1, mode=SearchMode.LEXICAL)
    ]
    engine.close()


def test_the_vocabulary_reaches_the_lexical_engine(tmp_path: Path, corpus: list[Document]) -> None:
    def expand(query: Sequence[str]) -> list[str]:
        return ["sauvegarde"] if "backup" in query else []

    engine = open_engine(tmp_path, corpus, expand=expand)
    assert engine.search("backup", 1, mode=SearchMode.LEXICAL)[0].passage.title == "Document sauvegarde"
    engine.close()


def test_an_index_of_another_model_is_refused(tmp_path: Path, corpus: list[Document], fake: FakeEmbedder) -> None:
    build_index(tmp_path, corpus, fake)
    with pytest.raises(IndexDamaged, match="autre modèle ; relancez « cybervigie index »"):
        SearchEngine(current_generation(tmp_path), FakeEmbedder("autre"))


def test_a_damaged_index_is_refused(tmp_path: Path, corpus: list[Document], fake: FakeEmbedder) -> None:
    build_index(tmp_path, corpus, fake)
    folder = current_generation(tmp_path)
    (folder / "passages.faiss").write_bytes(b"")
    with pytest.raises(IndexDamaged, match="altéré"):
        SearchEngine(folder, fake)


@pytest.mark.model
def test_the_real_model_finds_by_meaning(tmp_path: Path, corpus: list[Document], onnx: OnnxEmbedder) -> None:
    build_index(tmp_path, corpus, onnx)
    engine = SearchEngine(current_generation(tmp_path), onnx)
    (hit, *_) = engine.search("On m’a crypté mes données, que faire en premier ?", 1, mode=SearchMode.DENSE)
    assert hit.passage.title == "Fiche officielle"
    (hit, *_) = engine.search("Quelle longueur pour le code secret de ma session ?", 1)
    assert "douze caractères" in hit.passage.text
    engine.close()
