"""The card beside an adapter: what it corrects, what it was trained on and under which licences, what was measured."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from evals.shared import REPOSITORY
from evals.train.negatives import Example
from evals.train.pairs import LICENCES, Source
from evals.train.run import Recipe
from index.bundled import NAME, PACKAGE, SHA256
from index.files import file_sha256

LICENCE = "Apache-2.0"
BASE_LICENCE = "MIT"


def source_digests(sources: Sequence[Source], shared: Path) -> dict[str, dict[str, str]]:
    """SHA-256 of every file read, by source; names are relative to the repository or to the shared folder."""
    return {source.name: {_name(path, shared): file_sha256(path) for path in source.files} for source in sources}


def make_card(
    weights: Path,
    *,
    recipe: Recipe,
    step: int,
    scale: float,
    examples: Sequence[Example],
    examples_sha256: str,
    digests: Mapping[str, Mapping[str, str]],
    scores: Mapping[str, Any],
    measured: Mapping[str, Any],
) -> dict[str, Any]:
    """The card of the adapter in ``weights``. ``scores``: held-out figures by step; ``measured``: of the benchmarks."""
    trained = Counter(example.task for example in examples if not example.held_out)
    held_out = Counter(example.task for example in examples if example.held_out)
    return {
        "name": weights.stem,
        "sha256": file_sha256(weights),
        "licence": LICENCE,
        "base": {"model": NAME, "package": PACKAGE, "sha256": SHA256, "licence": BASE_LICENCE},
        "method": "LoRA on the linear layers of the encoder, merged when the model is prepared",
        "command": "python -m evals.train",
        "recipe": asdict(recipe),
        "step": step,
        "scale": scale,
        "data": {name: {"licence": LICENCES[name], "files": dict(files)} for name, files in sorted(digests.items())},
        "examples_sha256": examples_sha256,
        "examples_trained": dict(sorted(trained.items())),
        "examples_held_out": dict(sorted(held_out.items())),
        "held_out_ndcg10": dict(scores),
        "measured": dict(measured),
    }


def _name(path: Path, shared: Path) -> str:
    for root, prefix in ((REPOSITORY, ""), (shared, "shared/")):
        if path.is_relative_to(root):
            return prefix + path.relative_to(root).as_posix()
    return path.name
