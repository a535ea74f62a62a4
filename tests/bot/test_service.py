"""The index in service: replaced under load, never half-way, and closed when nobody reads it."""

import sqlite3
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.errors import NotReady
from bot.service import Service
from bot.settings import Settings
from index.build import build_index
from index.embed import OnnxEmbedder
from index.generation import current_generation
from ingest.store import DocumentStore
from tests.encoder import kept

QUESTION = "Faut-il tester ses sauvegardes ?"


@pytest.fixture
def opened(own_data: Path) -> Iterator[Service]:
    service = Service(Settings(data_dir=own_data, reload_s=0.05))
    service.start()
    yield service
    service.stop()


def rebuild(data: Path, embedder: OnnxEmbedder) -> str:
    with DocumentStore(data / "store") as store:
        return build_index(data / "index", store.documents(), embedder).manifest.generation


@pytest.fixture(scope="module")
def embedder(prepared_model: Path) -> OnnxEmbedder:
    return kept(prepared_model)


def until(condition: object, seconds: float = 10.0) -> bool:
    """Whether a condition becomes true in time."""
    assert callable(condition)
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.01)
    return True


def test_without_an_index_nothing_serves(tmp_path: Path) -> None:
    service = Service(Settings(data_dir=tmp_path))
    assert service.refresh() is False
    assert not service.ready
    assert service.generation is None
    with pytest.raises(NotReady, match="cybervigie index"), service.answerer():
        pass


def test_a_new_generation_is_taken_up_under_load(opened: Service, own_data: Path, embedder: OnnxEmbedder) -> None:
    first = opened.generation
    failures: list[BaseException] = []
    seen: set[str] = set()
    stop = threading.Event()

    def ask() -> None:
        while not stop.is_set():
            try:
                with opened.answerer() as held:
                    answer = held.ask(QUESTION)
                    seen.add(answer.index.generation)
                    for citation in answer.citations:
                        document = held.engine.table.document(citation.document_id)
                        assert document is not None
                        assert document.text[citation.start : citation.end] == citation.quote
            except BaseException as error:
                failures.append(error)
                return

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    built = [rebuild(own_data, embedder) for _ in range(3)]
    assert until(lambda: opened.generation == built[-1])
    assert until(lambda: built[-1] in seen)
    stop.set()
    for thread in threads:
        thread.join()
    assert failures == []
    assert seen <= {first, *built}


def test_the_old_generation_closes_after_its_last_reader(
    opened: Service, own_data: Path, embedder: OnnxEmbedder
) -> None:
    with opened.answerer() as old:
        new = rebuild(own_data, embedder)
        assert until(lambda: opened.generation == new)
        with opened.answerer() as held:
            assert held.index.generation == new
        assert old.ask(QUESTION).index.generation == old.index.generation != new
    with pytest.raises(sqlite3.ProgrammingError):
        old.engine.table.heads(offset=0, limit=1)


@pytest.mark.parametrize("damage", ["flipped", "cut", "removed", "added", "manifest"])
def test_a_damaged_generation_leaves_the_old_one_serving(
    opened: Service, own_data: Path, embedder: OnnxEmbedder, damage: str
) -> None:
    first = opened.generation
    # The watcher is stopped, so that the damage comes before the first look.
    assert opened._watcher is not None
    opened._stop.set()
    opened._watcher.join()
    rebuild(own_data, embedder)
    folder = current_generation(own_data / "index")
    target = folder / ("manifest.json" if damage == "manifest" else "documents.sqlite")
    content = bytearray(target.read_bytes())
    content[len(content) // 2] ^= 1
    if damage == "removed":
        target.unlink()
    elif damage == "added":
        (folder / "autre").write_bytes(b"x")
    else:
        target.write_bytes(content[:100] if damage == "cut" else content)
    assert opened.refresh() is False
    assert opened.problem is not None
    assert "cybervigie index" in opened.problem
    assert opened.ready
    with opened.answerer() as held:
        assert held.ask(QUESTION).index.generation == first
    repaired = rebuild(own_data, embedder)
    assert opened.refresh() is True
    assert (opened.generation, opened.problem) == (repaired, None)


def test_a_damaged_generation_at_start_serves_nothing(own_data: Path) -> None:
    target = current_generation(own_data / "index") / "passages.faiss"
    target.write_bytes(target.read_bytes()[:-1])
    service = Service(Settings(data_dir=own_data))
    service.start()
    assert not service.ready
    service.stop()


def test_stop_closes_and_can_be_repeated(own_data: Path) -> None:
    service = Service(Settings(data_dir=own_data))
    service.start()
    assert service.ready
    service.stop()
    service.stop()
    with pytest.raises(NotReady), service.answerer():
        pass


def test_the_watcher_survives_a_failure(
    opened: Service, own_data: Path, embedder: OnnxEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    failed = threading.Event()

    def fail() -> bool:
        failed.set()
        raise RuntimeError("boom")

    with monkeypatch.context() as patched:
        patched.setattr(opened, "refresh", fail)
        assert failed.wait(5)
    new = rebuild(own_data, embedder)
    assert until(lambda: opened.generation == new)
