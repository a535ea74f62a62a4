"""What the trials are run on: documents, questions, and how a ranking of passages is graded.

Constants are chosen on sets that no benchmark reports (``TUNING``): the questions of PIAF after the benchmark's own,
service-public sheets outside the benchmark found by their titles, and the development questions of the starter corpus.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path

from evals.bench.retrieval import PIAF_QUESTIONS, SETS, Benchmark, as_document, load, mixed
from evals.metrics import ndcg
from evals.shared import REPOSITORY, read_lines
from evals.starter import starter_documents
from index.model import RowArray
from ingest.model import Document, Passage

TUNING = ("piaf-rest", "sheets", "starter")
NAMES = (*SETS, *TUNING)
REST = 1_000
"""PIAF questions after the benchmark's that are tuned on; the paragraphs are the same."""
SHEETS = 200


@dataclass(frozen=True, slots=True)
class Material:
    """A set. Items are what a passage brings: its document, or the facts of its section (starter corpus)."""

    name: str
    documents: list[Document]
    questions: dict[str, str]
    relevant: dict[str, dict[str, float]]
    registers: dict[str, str] = field(default_factory=dict)
    """How each question is written (development questions only): plain, typos, sms."""
    by_facts: bool = False

    @property
    def tuning(self) -> bool:
        """Whether constants may be chosen on it."""
        return self.name.partition("+")[0] in TUNING

    def items(self, passages: Sequence[Passage]) -> list[tuple[str, ...]]:
        """What each passage brings."""
        documents = {document.id: document for document in self.documents}
        if not self.by_facts:
            return [(documents[passage.document_id].source_id,) for passage in passages]
        return [_facts(documents[passage.document_id], passage) for passage in passages]

    def grade(self, question: str, rows: RowArray, items: Sequence[tuple[str, ...]]) -> float:
        """nDCG@10 of a ranking of passages, as the benchmark (by best passage) or the gate (by facts) counts it."""
        relevant = self.relevant[question]
        ranked: dict[str, None] = {}
        for rank, row in enumerate(rows.tolist()):
            if self.by_facts:
                # A passage that brings nothing new keeps its place and gains nothing.
                new = [item for item in relevant if item in items[row] and item not in ranked]
                ranked.update(dict.fromkeys(new or [f"#{rank}"]))
            else:
                ranked.update(dict.fromkeys(items[row]))
        return ndcg(list(ranked), relevant)


def material(name: str, shared: Path, *, among_official: bool = False) -> Material:
    """One set, alone or among the official texts."""
    if name == "starter":
        found = _starter(among_official, shared)
    elif name == "sheets":
        found = _sheets(shared)
    elif name == "piaf-rest":
        whole = _piaf_rest(shared)
        found = Material(name, whole.documents, whole.questions, whole.relevant)
    else:
        held = load(name, shared)
        found = Material(name, held.documents, held.questions, held.relevant)
    if not among_official:
        return found
    if name != "starter":
        held = Benchmark(found.documents, found.questions, found.relevant)
        found = replace(found, documents=mixed(held, shared).documents)
    return replace(found, name=f"{name}+official")


def publishers(shared: Path) -> Mapping[str, str]:
    """Publisher of each official text, by source id."""
    return {line["id"]: line["publisher"] for line in _official(shared)}


def health_related(shared: Path) -> frozenset[str]:
    """Source ids of the official texts that speak of patients, doctors or health data."""
    lines = (shared / "official/health-related.tsv").read_text(encoding="utf-8").splitlines()[1:]
    return frozenset(line.split("\t")[0] for line in lines)


def _official(shared: Path) -> list[dict[str, str]]:
    return [line for path in sorted((shared / "official").glob("documents-*.jsonl")) for line in read_lines(path)]


def _piaf_rest(shared: Path) -> Benchmark:
    folder = shared / "bench-fr/piaf"
    first = load("piaf", shared)
    answers = [line.split("\t")[:2] for line in (folder / "qrels.tsv").read_text(encoding="utf-8").splitlines()[1:]]
    relevant = {question: {passage: 1.0} for question, passage in answers}
    lines = islice(read_lines(folder / "queries.jsonl"), PIAF_QUESTIONS, PIAF_QUESTIONS + REST)
    asked = {line["id"]: line["text"] for line in lines if line["id"] in relevant}
    return Benchmark(first.documents, asked, relevant)


def _sheets(shared: Path) -> Material:
    """Sheets that the benchmark lacks, in its form (the title is asked and left out of the text), among its own."""
    distractors = load("service-public", shared).documents
    held = {document.source_id.rsplit("-", 1)[-1] for document in distractors}
    lines = read_lines(shared / "official/distractors-service-public-all.jsonl.gz")
    # Titles that are questions, as in the benchmark.
    kept = islice((x for x in lines if x["title"].endswith("?") and x["id"].rsplit("-", 1)[-1] not in held), SHEETS)
    documents, questions, relevant = [], {}, {}
    for line in kept:
        documents.append(as_document(line["id"], "", line["text"]))
        questions[line["id"]] = line["title"]
        relevant[line["id"]] = {line["id"]: 1.0}
    return Material("sheets", documents + distractors, questions, relevant)


def _starter(among_official: bool, shared: Path) -> Material:
    documents = list(starter_documents())
    if among_official:
        documents += [as_document(line["id"], line["title"], line["text"]) for line in _official(shared)]
    asked = list(read_lines(REPOSITORY / "evals/questions/dev/answers.jsonl"))
    return Material(
        "starter",
        documents,
        {line["id"]: line["question"] for line in asked},
        {line["id"]: dict.fromkeys(line["expected"]["facts"], 1.0) for line in asked},
        {line["id"]: line["register"] for line in asked},
        by_facts=True,
    )


def _facts(document: Document, passage: Passage) -> tuple[str, ...]:
    if passage.section < 0 or (meta := document.sections[passage.section].meta) is None:
        return ()
    return meta.facts
