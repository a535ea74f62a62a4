import stat
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from filelock import FileLock

from index import table
from index.build import (
    LINES_FILE,
    OFFSETS_FILE,
    BuildProgress,
    build_index,
    context_lines,
    label,
    lexical_terms,
    passage_text,
    quotable_lines,
)
from index.errors import BuildError
from index.generation import current_generation, verify
from index.tokens import terms
from ingest.chunk import passages
from ingest.model import Document, SectionMeta

from .doubles import FakeEmbedder, document, small_corpus


def embedded_texts(one: Document) -> set[str]:
    return {text for p in passages(one) for text in [passage_text(p), *context_lines(p), *quotable_lines(p)]}


def test_what_is_published_counts_what_was_given(tmp_path: Path, corpus: list[Document], fake: FakeEmbedder) -> None:
    report = build_index(tmp_path, corpus, fake)
    manifest = verify(current_generation(tmp_path))
    assert manifest == report.manifest
    assert (manifest.documents, manifest.passages) == (5, 6)
    assert (manifest.model, manifest.model_digest, manifest.dimension) == (fake.name, fake.digest, fake.dimension)
    assert report.texts == manifest.passages + manifest.lines
    assert report.embedded == len(fake.embedded) == len(set(fake.embedded))


def test_a_second_build_embeds_nothing(tmp_path: Path, corpus: list[Document], fake: FakeEmbedder) -> None:
    first = build_index(tmp_path, corpus, fake)
    fake.embedded.clear()
    second = build_index(tmp_path, corpus, fake)
    assert (second.embedded, fake.embedded) == (0, [])
    assert second.manifest.generation != first.manifest.generation
    # What is said of the files is the same: the same documents give the same index, byte for byte.
    assert second.manifest.files == first.manifest.files


def test_a_changed_document_embeds_its_own_new_texts(
    tmp_path: Path, corpus: list[Document], fake: FakeEmbedder
) -> None:
    build_index(tmp_path, corpus, fake)
    fake.embedded.clear()
    corpus[1] = document(
        "motdepasse",
        ("Longueur du mot de passe", "Un mot de passe compte quatorze caractères. Il est propre à chaque usage."),
        publisher="ANSSI",
    )
    report = build_index(tmp_path, corpus, fake)
    known = {text for one in small_corpus() for text in embedded_texts(one)}
    assert set(fake.embedded) == embedded_texts(corpus[1]) - known
    assert report.embedded == 2


def test_an_added_document_embeds_itself_only(tmp_path: Path, corpus: list[Document], fake: FakeEmbedder) -> None:
    build_index(tmp_path, corpus[:-1], fake)
    fake.embedded.clear()
    build_index(tmp_path, corpus, fake)
    assert set(fake.embedded) == embedded_texts(corpus[-1])


def test_a_removed_document_is_gone_and_its_vectors_too(
    tmp_path: Path, corpus: list[Document], fake: FakeEmbedder
) -> None:
    build_index(tmp_path, corpus, fake)
    fake.embedded.clear()
    report = build_index(tmp_path, corpus[1:], fake)
    assert (report.manifest.documents, fake.embedded) == (4, [])
    build_index(tmp_path, corpus, fake)
    assert set(fake.embedded) == embedded_texts(corpus[0])


def test_another_model_embeds_everything_again(tmp_path: Path, corpus: list[Document], fake: FakeEmbedder) -> None:
    first = build_index(tmp_path, corpus, fake)
    other = FakeEmbedder("autre")
    second = build_index(tmp_path, corpus, other)
    assert second.embedded == first.embedded
    assert second.manifest.model_digest == "autre"


def test_a_build_stopped_midway_leaves_the_previous_one_and_resumes(tmp_path: Path, corpus: list[Document]) -> None:
    many = [*corpus, *(document(f"n{i}", ("Titre", f"Le texte {i}. La suite {i}.")) for i in range(60))]
    before = build_index(tmp_path, corpus, FakeEmbedder()).manifest
    with pytest.raises(KeyboardInterrupt):
        build_index(tmp_path, many, FakeEmbedder(fail_after=100))
    assert verify(current_generation(tmp_path)) == before
    fake = FakeEmbedder()
    after = build_index(tmp_path, many, fake)
    everything = {text for one in many for text in embedded_texts(one)}
    assert 0 < len(fake.embedded) < len(everything) - 60
    assert after.manifest.documents == 65


def test_progress_ends_at_the_total_and_never_goes_back(
    tmp_path: Path, corpus: list[Document], fake: FakeEmbedder
) -> None:
    for _ in range(2):
        seen: list[BuildProgress] = []
        report = build_index(tmp_path, corpus, fake, progress=seen.append)
        assert seen[-1] == BuildProgress(report.texts, report.texts)
        assert [state.done for state in seen] == sorted(state.done for state in seen)


def test_lines_of_each_passage_stand_where_the_offsets_say(
    tmp_path: Path, corpus: list[Document], fake: FakeEmbedder
) -> None:
    build_index(tmp_path, corpus, fake)
    folder = current_generation(tmp_path)
    lines, offsets = np.load(folder / LINES_FILE), np.load(folder / OFFSETS_FILE)
    found = [passage for one in corpus for passage in passages(one)]
    assert offsets.shape == (len(found) + 1, 2)
    for row, passage in enumerate(found):
        start, quotable = offsets[row]
        end = offsets[row + 1][0]
        context = fake.embed_passages(context_lines(passage))
        np.testing.assert_allclose(lines[start:quotable], context, atol=1e-3)
        np.testing.assert_allclose(lines[quotable:end], fake.embed_passages(quotable_lines(passage)), atol=1e-3)


def test_context_finds_but_is_not_part_of_the_text() -> None:
    meta = SectionMeta(questions=("combien de temps garder ?",))
    one = document("x", ("Durée", "Vingt ans. Puis rien."), metas={0: meta})
    (passage,) = passages(one)
    assert label(passage) == "Document x – Durée"
    assert passage_text(passage) == "Document x – Durée\nVingt ans. Puis rien."
    assert context_lines(passage) == ["Durée", "combien de temps garder ?"]
    assert quotable_lines(passage) == ["Vingt ans.", "Puis rien."]
    deep = replace(passage, path=("Partie", "Chapitre", "Durée"))
    assert context_lines(deep)[0] == "Chapitre – Durée"
    assert context_lines(replace(passage, path=(), questions=())) == ["Document x"]
    counted = lexical_terms(passage)
    assert counted.count(terms("durée")[0]) == 2
    assert set(terms("combien de temps garder vingt ans")) <= set(counted)


def test_nothing_to_index_says_what_to_do(tmp_path: Path, fake: FakeEmbedder) -> None:
    with pytest.raises(BuildError, match="ajoutez-en avec « cybervigie add »"):
        build_index(tmp_path, [], fake)
    assert not (tmp_path / "current").exists()


def test_two_builds_at_once_are_refused(tmp_path: Path, corpus: list[Document], fake: FakeEmbedder) -> None:
    with FileLock(tmp_path / "build.lock"), pytest.raises(BuildError, match="en cours ; attendez"):
        build_index(tmp_path, corpus, fake)
    build_index(tmp_path, corpus, fake)


def test_a_folder_that_cannot_be_made_is_an_error_with_a_cure(
    tmp_path: Path, corpus: list[Document], fake: FakeEmbedder
) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(BuildError, match="vérifiez les droits"):
        build_index(tmp_path / "file" / "index", corpus, fake)


def test_a_disk_that_fills_while_the_table_is_written(
    tmp_path: Path, corpus: list[Document], fake: FakeEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = build_index(tmp_path, corpus, fake).manifest
    monkeypatch.setattr(table, "_SCHEMA", f"PRAGMA max_page_count = 3; {table._SCHEMA}")
    with pytest.raises(BuildError, match="l’index précédent reste en service"):
        build_index(tmp_path, corpus, fake)
    assert verify(current_generation(tmp_path)) == before


def test_generations_are_readable_by_their_owner(tmp_path: Path, corpus: list[Document], fake: FakeEmbedder) -> None:
    build_index(tmp_path, corpus, fake)
    for path in current_generation(tmp_path).rglob("*"):
        assert path.stat().st_mode & stat.S_IRUSR
