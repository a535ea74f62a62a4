"""The prepared model, opened once in a process: it takes a second, and tests of commands do it a hundred times."""

import functools
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from index.embed import OnnxEmbedder
from index.model import FloatVector

PLACES = ("bot.service", "bot.commands.index", "bot.commands.doctor")
"""Modules of the program that open a model."""


class Remembering(OnnxEmbedder):
    """An embedder that encodes a question once, however many tests ask it: its vector depends on its text alone."""

    def __init__(self, folder: Path, *, threads: int = 1) -> None:
        super().__init__(folder, threads=threads)
        self._questions: dict[str, FloatVector] = {}

    def embed_query(self, text: str) -> FloatVector:
        """See :meth:`OnnxEmbedder.embed_query`."""
        found = self._questions.get(text)
        if found is None:
            found = super().embed_query(text)
            # A caller that changed it would change the answer of the next one.
            found.setflags(write=False)
            self._questions[text] = found
        return found


@functools.lru_cache(maxsize=4)
def kept(folder: Path, *, threads: int = 1) -> Remembering:
    """The prepared model of a folder, opened the first time."""
    return Remembering(folder, threads=threads)


@contextmanager
def opened_once(models: Path) -> Iterator[None]:
    """The models of a folder are opened by the first who asks for them; any other, altered ones too, each time."""

    def opening(folder: Path, *, threads: int = 1) -> OnnxEmbedder:
        ours = folder.resolve().is_relative_to(models.resolve())
        return kept(folder.resolve(), threads=threads) if ours else OnnxEmbedder(folder, threads=threads)

    with pytest.MonkeyPatch.context() as patch:
        for place in PLACES:
            patch.setattr(f"{place}.OnnxEmbedder", opening)
        yield
