"""Building a generation of the index from documents."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from filelock import FileLock, Timeout

from index.cache import VectorCache
from index.errors import BuildError
from index.generation import Contents, Manifest, publish
from index.lexical import Bm25Index
from index.ports import Embedder
from index.table import write_table
from index.tokens import terms
from index.vectors import FaissStore
from ingest.chunk import passages as cut
from ingest.model import Document, Passage
from ingest.system_words import system_words

TITLE_REPEATS = 2
"""Title and headings count twice in BM25: nDCG@10 on the CNIL set 0.655 -> 0.668 alone."""

PASSAGES_FILE = "passages.faiss"
LINES_FILE = "lines.npy"
OFFSETS_FILE = "line_offsets.npy"
LEXICAL_FOLDER = "lexical"


@dataclass(frozen=True, slots=True)
class BuildProgress:
    """How far a build is: ``done`` of ``total`` texts embedded."""

    done: int
    total: int


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build made. ``embedded`` texts had to be computed, of ``texts`` in all."""

    manifest: Manifest
    texts: int
    embedded: int


def passage_text(passage: Passage) -> str:
    """The text whose vector stands for a passage: title and headings give a short section its subject."""
    return f"{label(passage)}\n{passage.text}"


def label(passage: Passage) -> str:
    """Title and headings on one line."""
    return " – ".join((passage.title, *passage.path))


def context_lines(passage: Passage) -> list[str]:
    """Lines that find a passage and are never quoted: its nearest heading or title, and a digest's questions."""
    heading = passage.path[-1] if passage.path else passage.title
    return [heading if len(passage.path) < 2 else f"{passage.path[-2]} – {heading}", *passage.questions]


def quotable_lines(passage: Passage) -> list[str]:
    """The sentences of a passage, as text."""
    return [passage.text[span.start - passage.start : span.end - passage.start] for span in passage.sentences]


def lexical_terms(passage: Passage) -> list[str]:
    """BM25 terms of a passage."""
    return terms(label(passage)) * TITLE_REPEATS + terms(" ".join(passage.questions)) + terms(passage.text)


def build_index(
    root: Path,
    documents: Iterable[Document],
    embedder: Embedder,
    *,
    progress: Callable[[BuildProgress], None] = lambda _: None,
) -> BuildReport:
    """Build and publish a generation in ``root``; only texts not embedded before are embedded.

    Raises:
        BuildError: there is no document, another build is running, or the disk is full.
    """
    lock = FileLock(root / "build.lock", timeout=0)
    try:
        root.mkdir(parents=True, exist_ok=True)
        held = lock.acquire()
    except Timeout:
        raise BuildError(str(root), "une autre construction d’index est en cours ; attendez sa fin") from None
    except OSError as error:
        reason = f"dossier inaccessible ({system_words(error)}) ; vérifiez les droits et l’espace disque"
        raise BuildError(str(root), reason) from error
    with held:
        return _build(root, documents, embedder, progress)


def _build(
    root: Path, documents: Iterable[Document], embedder: Embedder, progress: Callable[[BuildProgress], None]
) -> BuildReport:
    entries = [(document, cut(document)) for document in documents]
    found = [passage for _, passages in entries for passage in passages]
    if not found:
        raise BuildError(str(root), "aucun document à indexer ; ajoutez-en avec « cybervigie add »")
    texts = [passage_text(passage) for passage in found]
    lines, offsets = _lines(found)
    total, done = len(texts) + len(lines), 0

    def step(count: int) -> None:
        nonlocal done
        done += count
        progress(BuildProgress(done, total))

    cache = VectorCache(root / "vectors.sqlite")
    try:
        passage_vectors, computed = cache.embed(embedder, texts, progress=step)
        line_vectors, computed_lines = cache.embed(embedder, lines, progress=step)

        def write(folder: Path) -> Contents:
            count, rows = write_table(folder, entries)
            FaissStore.build(passage_vectors).save(folder / PASSAGES_FILE)
            np.save(folder / LINES_FILE, line_vectors.astype(np.float16), allow_pickle=False)
            np.save(folder / OFFSETS_FILE, offsets, allow_pickle=False)
            Bm25Index.build(map(lexical_terms, found)).save(folder / LEXICAL_FOLDER)
            return Contents(embedder.name, embedder.digest, embedder.dimension, count, rows, len(lines))

        manifest = publish(root, write)
        cache.keep(embedder, [*texts, *lines])
    finally:
        cache.close()
    return BuildReport(manifest, total, computed + computed_lines)


def _lines(found: Sequence[Passage]) -> tuple[list[str], np.ndarray[tuple[int, int], np.dtype[np.int64]]]:
    """All lines, and per passage the offsets (first context line, first quotable line), shape (n + 1, 2)."""
    lines: list[str] = []
    offsets = np.zeros((len(found) + 1, 2), dtype=np.int64)
    for i, (context, quotable) in enumerate(_per_passage(found)):
        offsets[i] = len(lines), len(lines) + len(context)
        lines += [*context, *quotable]
    offsets[len(found)] = len(lines)
    return lines, offsets


def _per_passage(found: Sequence[Passage]) -> Iterator[tuple[list[str], list[str]]]:
    for passage in found:
        yield context_lines(passage), quotable_lines(passage)
