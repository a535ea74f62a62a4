"""Hard negatives, mined by the engine with the plain model: passages that it ranks high and that do not answer."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from evals.train.pairs import Pair, Source, group_of, show
from index.build import build_index
from index.generation import current_generation
from index.ports import Embedder
from index.search import SearchEngine

LOOKED_AT = 30
NEGATIVES = 6
UNSURE = 3
"""First hits that may answer after all, left out where the positive itself was not found."""


@dataclass(frozen=True, slots=True)
class Example:
    """A pair as text, with its negatives and the group of each."""

    task: str
    group: str
    query: str
    positive: str
    negatives: tuple[str, ...]
    negative_groups: tuple[str, ...]
    held_out: bool


def mine(sources: Iterable[Source], embedder: Embedder, root: Path) -> Iterator[Example]:
    """An example for every pair. The index over all documents of the sources is built in ``root``."""
    found = list(sources)
    build_index(root, [document for source in found for document in source.documents], embedder)
    engine = SearchEngine(current_generation(root), embedder)
    groups = {document.id: group_of(document) for source in found for document in source.documents}
    try:
        for source in found:
            for pair in source.pairs:
                yield _example(pair, engine, groups)
    finally:
        engine.close()


def _example(pair: Pair, engine: SearchEngine, groups: dict[str, str]) -> Example:
    """Negatives are less like the question than the positive is, or they would often be answers.

    The filter on the positive's own score follows de Souza Moreira et al. 2024 (NV-Retriever, arXiv:2407.15831).
    """
    hits = engine.search(pair.query, LOOKED_AT)
    own = [hit.signals.dense or 0.0 for hit in hits if hit.passage.id == pair.passage.id]
    others = [hit for hit in hits if groups[hit.passage.document_id] != pair.group]
    others = [hit for hit in others if (hit.signals.dense or 0.0) < own[0]] if own else others[UNSURE:]
    negatives: dict[str, str] = {}
    for hit in others:
        text = show(hit.passage, pair.view, pair.query)
        if text != pair.query:
            negatives.setdefault(text, groups[hit.passage.document_id])
    chosen = list(negatives.items())[:NEGATIVES]
    return Example(
        pair.task,
        pair.group,
        pair.query,
        show(pair.passage, pair.view, pair.query),
        tuple(text for text, _ in chosen),
        tuple(group for _, group in chosen),
        pair.held_out,
    )


def write_examples(examples: Iterable[Example], path: Path) -> None:
    """Write examples as JSON lines."""
    with path.open("w", encoding="utf-8") as stream:
        for example in examples:
            stream.write(json.dumps(asdict(example), ensure_ascii=False) + "\n")


def read_examples(path: Path) -> list[Example]:
    """Examples that :func:`write_examples` wrote."""
    found = []
    for line in path.read_text(encoding="utf-8").splitlines():
        fields = json.loads(line)
        fields |= {name: tuple(fields[name]) for name in ("negatives", "negative_groups")}
        found.append(Example(**fields))
    return found
