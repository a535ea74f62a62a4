"""Retrieval on the French benchmarks of ``../shared/bench-fr``: ``python -m evals.bench.retrieval [set ...]``.

Every passage of a benchmark becomes a document, goes through the product's own chunking and index, and is ranked by
its best passage; engines are compared side by side on the same questions. The CNIL set counts grade 2 only
(``--any-grade`` for all).
"""

import argparse
import tempfile
import time
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


@dataclass(frozen=True, slots=True)
class Benchmark:
    """Documents, questions by id, and relevant documents with their gains."""

    documents: list[Document]
    questions: dict[str, str]
    relevant: dict[str, dict[str, float]]


def load(name: str, shared: Path, *, any_grade: bool = False) -> Benchmark:
    """Read one benchmark."""
    folder = shared / "bench-fr" / SETS[name]
    documents = [_document(line["id"], line["title"], line["text"]) for line in read_lines(folder / "passages.jsonl")]
    questions = {line["id"]: line["text"] for line in read_lines(folder / "queries.jsonl")}
    least = 2 if name == "cnil" and not any_grade else 1
    relevant: dict[str, dict[str, float]] = {}
    for line in (folder / "qrels.tsv").read_text(encoding="utf-8").splitlines()[1:]:
        query, passage, grade = line.split("\t")
        if int(grade) >= least:
            relevant.setdefault(query, {})[passage] = 1.0 if least == 2 else float(grade)
    kept = [query for query in questions if query in relevant][: PIAF_QUESTIONS if name == "piaf" else None]
    return Benchmark(documents, {query: questions[query] for query in kept}, relevant)


def _document(source_id: str, title: str, text: str) -> Document:
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


def run(name: str, benchmark: Benchmark, embedder: OnnxEmbedder, root: Path) -> None:
    """Index, search, print a table."""
    begun = time.perf_counter()
    build_index(root, benchmark.documents, embedder)
    vocabulary = Vocabulary.load(REPOSITORY / "corpus/vocabulary/acronyms.csv")
    engine = SearchEngine(current_generation(root), embedder, expand=vocabulary.expand)
    built = time.perf_counter() - begun
    print(
        f"\n{name}: {len(benchmark.documents)} documents, {len(benchmark.questions)} questions, built in {built:.0f} s"
    )
    print(f"{'engine':10} {'nDCG@10':>8} {'95 % interval':>17} {'recall@10':>10} {'MRR@10':>8} {'ms/question':>12}")
    for mode in SearchMode:
        scores, recalls, ranks, times = [], [], [], []
        for query, text in benchmark.questions.items():
            started = time.perf_counter()
            ranking = rank(engine, text, mode)
            times.append(time.perf_counter() - started)
            scores.append(ndcg(ranking, benchmark.relevant[query]))
            recalls.append(recall(ranking, benchmark.relevant[query]))
            ranks.append(reciprocal_rank(ranking, benchmark.relevant[query]))
        low, high = interval(scores)
        print(
            f"{mode.value:10} {np.mean(scores):8.4f} {f'{low:.3f} to {high:.3f}':>17} {np.mean(recalls):10.4f} "
            f"{np.mean(ranks):8.4f} {1e3 * float(np.median(times)):12.1f}"
        )
    engine.close()


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sets", nargs="*", choices=[*SETS, []], default=[])
    parser.add_argument("--any-grade", action="store_true", help="CNIL: count grade 1 too, gain = grade")
    parser.add_argument("--model", default="bundled")
    options = parser.parse_args()
    shared = require_shared()
    embedder = OnnxEmbedder(ensure_model(REPOSITORY / "data" / "models", options.model), threads=2)
    with tempfile.TemporaryDirectory() as scratch:
        for name in options.sets or ["cnil"]:
            run(name, load(name, shared, any_grade=options.any_grade), embedder, Path(scratch) / name)


if __name__ == "__main__":
    main()
