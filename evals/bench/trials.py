"""Retrieval trials: one change to the shipped engine at a time. ``python -m evals.bench.trials TRIAL [set ...]``.

    passages   size of passages, what is embedded with them
    fields     weight of title and headings in BM25, a digest's questions
    words      acronyms, synonyms, spelling repair
    feedback   dense Rocchio and RM3
    priors     bonus for publishers and for texts on health
    rerank     a learnt order of the first candidates
    late       late interaction over token vectors of the first candidates
    collapse   near-duplicates left out
    fusion     reciprocal ranks and minimum-maximum beside the standardised sum

Each row: nDCG@10, paired difference to the shipped engine and its 95 % bootstrap interval. Grids are shown on the sets
that constants are chosen on (``trials_sets.TUNING``); elsewhere, what was chosen there. ``--mixed`` adds the official
texts. Vectors are kept in ``--cache``: a second trial embeds only texts that are new.
"""

import argparse
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np

from evals.bench.trials_context import Context, Row
from evals.bench.trials_late import late
from evals.bench.trials_learn import rerank
from evals.bench.trials_scores import collapse, feedback, fusion, priors
from evals.bench.trials_sets import NAMES, Material, material
from evals.bench.trials_store import Vectors
from evals.bench.trials_text import fields, passages, words
from evals.metrics import interval
from evals.shared import REPOSITORY, require_shared
from index.embed import OnnxEmbedder
from index.prepare import ensure_model

Trial = Callable[[Context], Iterator[Row]]
TRIALS: dict[str, Trial] = {
    trial.__name__: trial for trial in (passages, fields, words, feedback, priors, rerank, late, collapse, fusion)
}


def table(context: Context, rows: Iterator[Row]) -> Iterator[str]:
    """The lines of a trial on one set; rows come as they are measured."""
    shipped = context.shipped
    held = context.held
    yield f"\n{held.name}: {len(held.documents)} documents, {len(held.questions)} questions"
    yield f"{'trial':58} {'nDCG@10':>8} {'paired difference':>28}"
    yield f"{'shipped':58} {np.mean(list(shipped.values())):8.4f}"
    for row in rows:
        before = shipped if row.against is None else row.against
        differences = [score - before[question] for question, score in row.scores.items()]
        low, high = interval(differences)
        mean = float(np.mean(list(row.scores.values())))
        yield (
            f"{row.label:58} {mean:8.4f} {float(np.mean(differences)):+8.4f} ({low:+.4f} to {high:+.4f})"
            f"{'  ' + row.note if row.note else ''}"
        )


def main(arguments: Sequence[str] | None = None) -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("trial", choices=TRIALS)
    parser.add_argument("sets", nargs="*", choices=[*NAMES, []], default=[], help="cnil unless given")
    parser.add_argument("--mixed", action="store_true", help="add the official texts as distractors")
    parser.add_argument("--cache", type=Path, help="keep vectors in this folder")
    parser.add_argument("--only", nargs="*", default=(), help="passages: rows whose label holds one of these")
    parser.add_argument("--model", default="bundled")
    parser.add_argument("--models", type=Path, default=REPOSITORY / "data" / "models", help="prepared models")
    parser.add_argument("--threads", type=int, default=1, help="texts embedded at the same time")
    options = parser.parse_args(arguments)
    shared = require_shared()
    model = ensure_model(options.models, options.model)
    embedder = OnnxEmbedder(model, threads=options.threads)
    with tempfile.TemporaryDirectory() as scratch:
        vectors = Vectors(embedder, options.cache or Path(scratch))
        for name in options.sets or ["cnil"]:
            begun = time.perf_counter()
            held: Material = material(name, shared, among_official=options.mixed)
            context = Context(held, vectors, shared, model, tuple(options.only))
            for line in table(context, TRIALS[options.trial](context)):
                print(line, flush=True)
            print(f"{time.perf_counter() - begun:.0f} s, {vectors.computed} texts embedded so far", flush=True)


if __name__ == "__main__":
    main()
