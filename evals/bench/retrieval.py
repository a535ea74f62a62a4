"""Retrieval on the French benchmarks of ``../shared/bench-fr``: ``python -m evals.bench.retrieval [set ...]``.

Every passage of a benchmark becomes a document, goes through the product's own chunking and index, and is ranked by
its best passage; engines are compared side by side on the same questions. The CNIL set counts grade 2 only
(``--any-grade`` for all). ``--mixed`` adds the official texts of ``../shared/official`` as distractors, but the CNIL's
answers, which are the benchmark itself. ``--save`` keeps every question's score, ``--against`` compares with scores
kept before: paired difference and its bootstrap interval.
"""

import argparse
import json
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from evals.metrics import interval, ndcg, recall, reciprocal_rank
from evals.shared import REPOSITORY, read_lines, require_shared
from index.build import build_index
from index.embed import OnnxEmbedder
from index.generation import current_generation
from index.model import SearchMode
from index.prepare import ensure_model
from index.search import SearchEngine
from index.vocabulary import Vocabulary
from ingest.markdown import markdown_blocks
from ingest.model import Document, DocumentKind, ParsedDocument
from ingest.text import assemble

SETS = {"cnil": ".", "piaf": "piaf", "service-public": "service-public"}
PIAF_QUESTIONS = 1_500
DEPTH = 60
"""Passages looked at: several may belong to one document."""

Scores = dict[str, dict[str, float]]
"""nDCG@10 by ``set/engine``, then by question."""


@dataclass(frozen=True, slots=True)
class Benchmark:
    """Documents, questions by id, and relevant documents with their gains."""

    documents: list[Document]
    questions: dict[str, str]
    relevant: dict[str, dict[str, float]]


def load(name: str, shared: Path, *, any_grade: bool = False) -> Benchmark:
    """Read one benchmark."""
    folder = shared / "bench-fr" / SETS[name]
    documents = [as_document(line["id"], line["title"], line["text"]) for line in read_lines(folder / "passages.jsonl")]
    questions = {line["id"]: line["text"] for line in read_lines(folder / "queries.jsonl")}
    least = 2 if name == "cnil" and not any_grade else 1
    relevant: dict[str, dict[str, float]] = {}
    for line in (folder / "qrels.tsv").read_text(encoding="utf-8").splitlines()[1:]:
        query, passage, grade = line.split("\t")
        if int(grade) >= least:
            relevant.setdefault(query, {})[passage] = 1.0 if least == 2 else float(grade)
    kept = [query for query in questions if query in relevant][: PIAF_QUESTIONS if name == "piaf" else None]
    return Benchmark(documents, {query: questions[query] for query in kept}, relevant)


def mixed(benchmark: Benchmark, shared: Path) -> Benchmark:
    """The benchmark among the official texts, the CNIL's answers left out.

    A sheet that the benchmark holds already, under another prefix, is not added twice.
    """
    held = {document.source_id.rsplit("-", 1)[-1] for document in benchmark.documents}
    others = [
        as_document(line["id"], line["title"], line["text"])
        for path in sorted((shared / "official").glob("documents-*.jsonl"))
        if path.name != "documents-cnil-faq.jsonl"
        for line in read_lines(path)
        if not (line["id"].startswith("spf-") and line["id"].rsplit("-", 1)[-1] in held)
    ]
    return Benchmark([*benchmark.documents, *others], benchmark.questions, benchmark.relevant)


def as_document(source_id: str, title: str, text: str) -> Document:
    """A text of a benchmark or an official text, in markdown, as the product reads one."""
    parsed = ParsedDocument(title=title, blocks=tuple(markdown_blocks(text, name=source_id)))
    return assemble(
        parsed,
        source_id=source_id,
        kind=DocumentKind.OFFICIAL,
        publisher="bench",
        title=title,
        media_type="text/markdown",
    )


def rank(engine: SearchEngine, question: str, mode: SearchMode) -> list[str]:
    """Source ids of the documents, by their best passage."""
    ranked: dict[str, None] = {}
    for hit in engine.search(question, DEPTH, mode=mode):
        document = engine.table.document(hit.passage.document_id)
        assert document is not None
        ranked[document.source_id] = None
    return list(ranked)


def run(name: str, benchmark: Benchmark, embedder: OnnxEmbedder, root: Path) -> Scores:
    """Index, search, print a table; nDCG@10 of every question under every engine."""
    begun = time.perf_counter()
    build_index(root, benchmark.documents, embedder)
    vocabulary = Vocabulary.load(REPOSITORY / "corpus/vocabulary/acronyms.csv")
    engine = SearchEngine(current_generation(root), embedder, expand=vocabulary.expand)
    built = time.perf_counter() - begun
    print(
        f"\n{name}: {len(benchmark.documents)} documents, {len(benchmark.questions)} questions, built in {built:.0f} s"
    )
    print(f"{'engine':10} {'nDCG@10':>8} {'95 % interval':>17} {'recall@10':>10} {'MRR@10':>8} {'ms/question':>12}")
    found: Scores = {}
    for mode in SearchMode:
        recalls, ranks, times = [], [], []
        scores: dict[str, float] = {}
        for query, text in benchmark.questions.items():
            started = time.perf_counter()
            ranking = rank(engine, text, mode)
            times.append(time.perf_counter() - started)
            scores[query] = ndcg(ranking, benchmark.relevant[query])
            recalls.append(recall(ranking, benchmark.relevant[query]))
            ranks.append(reciprocal_rank(ranking, benchmark.relevant[query]))
        values = list(scores.values())
        low, high = interval(values)
        print(
            f"{mode.value:10} {np.mean(values):8.4f} {f'{low:.3f} to {high:.3f}':>17} {np.mean(recalls):10.4f} "
            f"{np.mean(ranks):8.4f} {1e3 * float(np.median(times)):12.1f}",
            flush=True,
        )
        found[f"{name}/{mode.value}"] = scores
    engine.close()
    return found


def compare(scores: Scores, against: Scores) -> list[str]:
    """A line for every set and engine that both hold: mean paired difference and its 95 % bootstrap interval."""
    lines = []
    for key, values in scores.items():
        before = against.get(key, {})
        shared = [query for query in values if query in before]
        if shared:
            differences = [values[query] - before[query] for query in shared]
            low, high = interval(differences)
            mean = float(np.mean(differences))
            lines.append(f"{key:30} {mean:+8.4f}  {low:+.4f} to {high:+.4f}  ({len(shared)} questions)")
    return lines


def main(arguments: Sequence[str] | None = None) -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sets", nargs="*", choices=[*SETS, []], default=[])
    parser.add_argument("--any-grade", action="store_true", help="CNIL: count grade 1 too, gain = grade")
    parser.add_argument("--mixed", action="store_true", help="add the official texts as distractors")
    parser.add_argument("--model", default="bundled")
    parser.add_argument("--models", type=Path, default=REPOSITORY / "data" / "models", help="prepared models")
    parser.add_argument("--index", type=Path, help="keep the indexes in this folder: a second run embeds nothing")
    parser.add_argument("--save", type=Path, help="write every question's score to this file")
    parser.add_argument("--against", type=Path, help="scores that --save wrote, to compare with")
    options = parser.parse_args(arguments)
    shared = require_shared()
    embedder = OnnxEmbedder(ensure_model(options.models, options.model), threads=2)
    scores: Scores = {}
    with tempfile.TemporaryDirectory() as scratch:
        root = options.index or Path(scratch)
        for name in options.sets or ["cnil"]:
            benchmark = load(name, shared, any_grade=options.any_grade)
            if options.mixed:
                # One folder for all sets: the vectors of the official texts are computed once.
                scores |= run(f"{name}+official", mixed(benchmark, shared), embedder, root / "mixed")
            else:
                scores |= run(name, benchmark, embedder, root / name)
    if options.save:
        options.save.write_text(json.dumps(scores), encoding="utf-8")
    if options.against:
        print("\ndifference in nDCG@10, paired")
        print("\n".join(compare(scores, json.loads(options.against.read_text(encoding="utf-8")))))


if __name__ == "__main__":
    main()
