import errno
import os
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from index import generation
from index.build import LINES_FILE, PASSAGES_FILE, build_index
from index.errors import BuildError, IndexDamaged, IndexMissing
from index.generation import MANIFEST, Contents, Manifest, current_generation, publish, read_manifest, verify
from index.model import FloatMatrix
from index.search import SearchEngine
from ingest.model import Document

from .doubles import FakeEmbedder

Write = Callable[[Path], Contents]


def writer(text: str = "contenu") -> Write:
    def write(folder: Path) -> Contents:
        (folder / "a.txt").write_text(text, encoding="utf-8")
        (folder / "sub").mkdir()
        (folder / "sub" / "b.bin").write_bytes(bytes(range(256)))
        return Contents("modèle", "digest", 3, 1, 2, 5)

    return write


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "index"


def generations(root: Path) -> set[str]:
    return {path.name for path in (root / "generations").iterdir()}


def test_published_generation_is_current_and_whole(root: Path) -> None:
    manifest = publish(root, writer())
    folder = current_generation(root)
    assert folder.name == manifest.generation
    assert verify(folder) == manifest == read_manifest(folder)
    assert set(manifest.files) == {"a.txt", "sub/b.bin"}
    assert (manifest.model, manifest.passages, manifest.lines) == ("modèle", 2, 5)


def test_nothing_is_left_beside_a_published_generation(root: Path) -> None:
    publish(root, writer())
    assert {path.name for path in root.iterdir()} == {"current", "generations"}
    assert len(generations(root)) == 1


def test_link_is_relative_so_that_the_folder_may_be_moved(root: Path, tmp_path: Path) -> None:
    manifest = publish(root, writer())
    root.rename(tmp_path / "moved")
    assert verify(current_generation(tmp_path / "moved")) == manifest


def test_there_is_no_generation_before_the_first(root: Path) -> None:
    with pytest.raises(IndexMissing, match="lancez « cybervigie index »"):
        current_generation(root)
    root.mkdir()
    (root / "current").symlink_to("generations/gone")
    with pytest.raises(IndexMissing):
        current_generation(root)


def test_a_flipped_bit_anywhere_is_refused(tmp_path: Path, corpus: list[Document], fake: FakeEmbedder) -> None:
    build_index(tmp_path, corpus, fake)
    folder = current_generation(tmp_path)
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert {PASSAGES_FILE, LINES_FILE, MANIFEST, "documents.sqlite"} <= {path.name for path in files}
    for path in files:
        content = path.read_bytes()
        for at in {0, len(content) // 3, len(content) // 2, len(content) - 1}:
            path.write_bytes(content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :])
            with pytest.raises(IndexDamaged, match="relancez « cybervigie index »"):
                verify(folder)
        path.write_bytes(content)
    verify(folder)


def test_every_value_of_the_manifest_is_sealed(root: Path) -> None:
    publish(root, writer())
    folder = current_generation(root)
    content = (folder / MANIFEST).read_text(encoding="utf-8")
    for old, new in (('"passages": 2', '"passages": 9'), ('"modèle"', '"autre"'), ('"built_at": "2', '"built_at": "3')):
        assert old in content
        (folder / MANIFEST).write_text(content.replace(old, new), encoding="utf-8")
        with pytest.raises(IndexDamaged, match="manifeste altéré"):
            verify(folder)


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"seal": 1}', "null", '{"format": 2, "seal": "x", "files": 3}'])
def test_a_manifest_that_is_none_is_refused(root: Path, content: str) -> None:
    publish(root, writer())
    folder = current_generation(root)
    (folder / MANIFEST).write_text(content, encoding="utf-8")
    with pytest.raises(IndexDamaged, match="manifeste"):
        verify(folder)


def test_another_format_says_so(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    publish(root, writer())
    monkeypatch.setattr(generation, "FORMAT", generation.FORMAT + 1)
    with pytest.raises(IndexDamaged, match=r"format \d+ inconnu"):
        verify(current_generation(root))


@pytest.mark.parametrize("name", ["a.txt", "sub/b.bin", MANIFEST])
def test_a_missing_file_is_refused(root: Path, name: str) -> None:
    publish(root, writer())
    (current_generation(root) / name).unlink()
    with pytest.raises(IndexDamaged, match=r"absent|illisible"):
        verify(current_generation(root))


@pytest.mark.parametrize("name", ["c.txt", "sub/c.txt", "documents.sqlite-wal"])
def test_an_extra_file_is_refused(root: Path, name: str) -> None:
    publish(root, writer())
    (current_generation(root) / name).write_text("x")
    with pytest.raises(IndexDamaged, match="inattendu"):
        verify(current_generation(root))


def test_a_file_cut_or_grown_is_refused(root: Path) -> None:
    publish(root, writer())
    path = current_generation(root) / "a.txt"
    for content in ("contenu\n", "conten", ""):
        path.write_text(content, encoding="utf-8")
        with pytest.raises(IndexDamaged, match="altéré"):
            verify(current_generation(root))


def test_the_one_before_is_kept_and_older_ones_go(root: Path) -> None:
    names = [publish(root, writer(str(i))).generation for i in range(4)]
    assert generations(root) == set(names[-2:])
    verify(root / "generations" / names[-2])


def test_a_generation_that_never_served_does_not_push_out_the_one_that_did(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = publish(root, writer("un")).generation
    with monkeypatch.context() as patch:
        patch.setattr(generation, "_point", _raise(KeyboardInterrupt()))
        with pytest.raises(KeyboardInterrupt):
            publish(root, writer("deux"))
    assert len(generations(root)) == 2
    third = publish(root, writer("trois")).generation
    assert generations(root) == {first, third}


def test_leftovers_of_killed_builds_are_removed(root: Path) -> None:
    publish(root, writer())
    (root / "generations" / "building-dead" / "sub").mkdir(parents=True)
    (root / "generations" / "building-dead" / "sub" / "x").write_text("x")
    (root / ".current-dead").symlink_to("generations/building-dead")
    publish(root, writer())
    assert {path.name for path in root.iterdir()} == {"current", "generations"}
    assert not any(name.startswith("building-") for name in generations(root))


def test_a_new_generation_that_reads_back_damaged_never_serves(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = publish(root, writer("un"))
    whole = generation._close

    def damaged(work: Path, contents: Contents) -> Manifest:
        manifest = whole(work, contents)
        (work / "a.txt").write_text("dEux", encoding="utf-8")
        return manifest

    monkeypatch.setattr(generation, "_close", damaged)
    with pytest.raises(IndexDamaged, match="altéré"):
        publish(root, writer("deux"))
    assert verify(current_generation(root)) == before
    assert generations(root) == {before.generation}


def _raise(error: BaseException) -> Callable[..., None]:
    def fail(*_: object, **__: object) -> None:
        raise error

    return fail


@pytest.mark.parametrize(
    ("owner", "name"),
    [(os, "fsync"), (Path, "mkdir"), (Path, "rename"), (Path, "symlink_to"), (Path, "replace"), (Path, "write_text")],
)
def test_a_full_disk_leaves_the_previous_one_serving(
    root: Path, monkeypatch: pytest.MonkeyPatch, owner: object, name: str
) -> None:
    before = publish(root, writer("un"))
    with monkeypatch.context() as patch:
        patch.setattr(owner, name, _raise(OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))))
        with pytest.raises(BuildError, match="l’index précédent reste en service : libérez de l’espace disque"):
            publish(root, writer("deux"))
    assert verify(current_generation(root)) == before
    after = publish(root, writer("deux"))
    assert verify(current_generation(root)) == after
    assert generations(root) == {before.generation, after.generation}


def test_an_error_of_the_disk_without_a_number_still_says_what_happened(root: Path) -> None:
    with pytest.raises(BuildError, match="3 octets demandés, 2 écrits"):
        publish(root, _raise(OSError("3 octets demandés, 2 écrits")))  # type: ignore[arg-type]


@pytest.mark.parametrize("error", [ValueError("bogue"), KeyboardInterrupt()])
def test_any_other_failure_of_the_writer_leaves_nothing_behind(root: Path, error: BaseException) -> None:
    before = publish(root, writer("un"))
    with pytest.raises(type(error)):
        publish(root, _raise(error))  # type: ignore[arg-type]
    assert verify(current_generation(root)) == before
    assert generations(root) == {before.generation}


def test_what_cannot_be_pruned_does_not_fail_the_build(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    names = [publish(root, writer(str(i))).generation for i in range(2)]
    with monkeypatch.context() as patch:
        patch.setattr(shutil, "rmtree", _raise(PermissionError(errno.EACCES, "denied")))
        third = publish(root, writer("2")).generation
    assert current_generation(root).name == third
    fourth = publish(root, writer("3")).generation
    assert generations(root) == {third, fourth}
    assert names[0] not in generations(root)


def test_a_reader_is_unharmed_while_and_after_generations_change(
    root: Path, corpus: list[Document], fake: FakeEmbedder
) -> None:
    build_index(root, corpus, fake)
    engine = SearchEngine(current_generation(root), fake)
    expected = engine.search("dossier médical", 3)
    document = engine.table.document(corpus[0].id)

    class Watching(FakeEmbedder):
        def embed_passages(self, texts: Sequence[str]) -> FloatMatrix:
            assert engine.search("dossier médical", 3) == expected
            return super().embed_passages(texts)

    for turn in range(4):
        build_index(root, corpus[1:], Watching(f"fake-{turn}"))
        assert engine.search("dossier médical", 3) == expected
        assert engine.table.document(corpus[0].id) == document
    assert engine.manifest.generation not in generations(root)
    engine.close()
