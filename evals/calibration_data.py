"""The questions that abstention is calibrated on, weighed: ``collect()`` gives development and held examples.

Besides questions written for the purpose, half of the questions of each digest's section are withheld from the index
and asked: with the section in place they are answerable; with the sections that carry its facts left out of the hits
they are near-misses, right subject and no answer (in the starter corpus alone: an official text may say the same).
Titles of service-public sheets far from the subject complete them. Nothing of the benchmark's questions to the CNIL.
"""

import random
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from bot.evidence import Evidence
from bot.finding import Finder
from bot.first_aid import comes_first
from bot.privacy import mask, without_marks
from bot.question import MAX_CHARS, clean_question
from evals.facts import section_facts
from evals.shared import REPOSITORY, read_lines, require_shared
from index.build import build_index
from index.embed import OnnxEmbedder
from index.generation import current_generation
from index.model import SearchHit
from index.prepare import ensure_model
from index.search import SearchEngine
from index.vocabulary import Vocabulary
from ingest.model import Document, DocumentKind, Section
from ingest.pipeline import add_paths, sync_starter
from ingest.sandbox import Sandbox
from ingest.store import DocumentStore

FAR = 80
WITHHELD = 2
"""Questions withheld of each section that has more."""
SEED = 7
_WEIGHTS = {"far": 0.75, "withheld": 0.6, "left_out": 0.6}
"""Of each example in the fit, against 1 for the questions written for the purpose."""
# Subjects that the official texts do cover: their sheets are not examples of what is outside.
_NEAR = (
    "données", "médic", "santé", "internet", "secret", "fichier", "pirat", "identité", "mot de passe", "cnil",
    "hameçon", "escroquer", "carte bancaire", "fraude", "vidéo", "vitale", "mineur", "plainte", "arnaque", "téléphon",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Asked:
    """A question to weigh. ``facts``: what answers it, where known."""

    text: str
    answerable: bool
    group: str
    source: str
    facts: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Example:
    """A question weighed in one index."""

    question: str
    answerable: bool
    group: str
    weight: float
    judged: bool
    mixed: bool
    evidence: Evidence


def unseen() -> Iterator[Asked]:
    """Questions put aside before the signals were last worked on."""
    for line in read_lines(REPOSITORY / "evals/questions/held/fresh/unseen.jsonl"):
        facts = frozenset(line.get("expected", {}).get("facts", ()))
        yield Asked(line["question"], line["kind"] == "answerable", line["id"], "written", facts)


def written(half: str) -> Iterator[Asked]:
    """The project's own questions, of one half."""
    folder = REPOSITORY / "evals/questions" / half
    for line in read_lines(folder / "answers.jsonl"):
        facts = frozenset(line["expected"]["facts"])
        # The wordings of one question share the beginning of their ids.
        yield Asked(line["question"], True, line["id"].split(".")[0], "written", facts)
    for name in ("near-miss", "out-of-scope"):
        for line in read_lines(folder / f"{name}.jsonl"):
            yield Asked(line["question"], False, line["id"], "written")


def shared_questions(shared: Path) -> Iterator[Asked]:
    """The shared development questions, and those of older sets."""
    for line in read_lines(shared / "domain/questions-dev.jsonl"):
        if line["kind"] in ("answerable", "out_of_scope"):
            facts = frozenset(line["expected_fact_ids"])
            yield Asked(line["question"], line["kind"] == "answerable", line["id"], "written", facts)
    for line in read_lines(REPOSITORY / "evals/questions/near-miss.jsonl"):
        yield Asked(line["question"], False, line["id"], "written")


def reworded() -> Iterator[Asked]:
    """What the starter corpus answers, asked in haste; questions about one fact stay together."""
    for line in (REPOSITORY / "evals/calibration/rewordings.tsv").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            facts, text = line.split("\t")
            yield Asked(text, True, facts.split(",")[0], "written", frozenset(facts.split(",")))


def near_misses() -> Iterator[Asked]:
    """Questions written to calibrate on."""
    for line in (REPOSITORY / "evals/calibration/near-miss.txt").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            yield Asked(line, False, line, "written")


def unlike(shared: Path) -> Iterator[Asked]:
    """Questions far from the subject."""
    titles = [
        sheet["title"]
        for sheet in read_lines(shared / "official/distractors-service-public-all.jsonl.gz")
        if sheet["title"].endswith("?") and not any(word in sheet["title"].casefold() for word in _NEAR)
    ]
    random.Random(SEED).shuffle(titles)  # noqa: S311
    yield from (Asked(title, False, title, "far") for title in titles[:FAR])


def withhold(documents: Sequence[Document]) -> tuple[list[Document], list[Asked]]:
    """The digests without some of their questions, and those questions."""
    chance = random.Random(SEED)  # noqa: S311
    # Withheld from one section, a question that others hold too would still be found there.
    held = Counter(
        question
        for document in documents
        for section in document.sections
        if section.meta is not None
        for question in section.meta.questions
    )
    kept: list[Document] = []
    asked: list[Asked] = []
    for document in documents:
        sections: list[Section] = []
        for section in document.sections:
            meta = section.meta
            own = [question for question in meta.questions if held[question] == 1] if meta is not None else []
            if meta is not None and len(own) > WITHHELD and not document.attributes.get("emergency"):
                out = chance.sample(own, WITHHELD)
                group = f"{document.source_id}#{section.anchor}"
                asked += [Asked(text, True, group, "withheld", frozenset(meta.facts)) for text in out]
                left = tuple(question for question in meta.questions if question not in out)
                sections.append(replace(section, meta=replace(meta, questions=left)))
            else:
                sections.append(section)
        kept.append(replace(document, sections=tuple(sections)))
    return kept, asked


def collect() -> tuple[list[Example], list[Example]]:
    """Development and held examples, weighed in both indexes."""
    shared = require_shared()
    questions = [*written("dev"), *shared_questions(shared), *reworded(), *near_misses(), *unlike(shared)]
    development: list[Example] = []
    held: list[Example] = []
    with tempfile.TemporaryDirectory() as scratch:
        official, digests = real_documents(Path(scratch), shared)
        stripped, withheld = withhold(digests)
        indexes = _Indexes(Path(scratch))
        # The larger first: a build forgets the vectors that it does not use.
        for mixed in (True, False):
            added = official if mixed else []
            whole = indexes.open([*digests, *added])
            development += _weighed(whole, questions, mixed=mixed)
            held += _weighed(whole, [*written("held"), *unseen()], mixed=mixed)
            if not mixed:
                development += _weighed(indexes.open(stripped), withheld, mixed=False)
    return development, held


class _Indexes:
    """Builds indexes in a folder, vectors computed once."""

    def __init__(self, scratch: Path) -> None:
        self._root = scratch / "index"
        self._root.mkdir()
        self._embedder = OnnxEmbedder(ensure_model(REPOSITORY / "data/models"), threads=2)
        self._vocabulary = Vocabulary.load(REPOSITORY / "corpus/vocabulary/acronyms.csv")
        for cached in ("data-real/index/vectors.sqlite", "data/index/vectors.sqlite"):
            if (REPOSITORY / cached).is_file():
                shutil.copyfile(REPOSITORY / cached, self._root / "vectors.sqlite")
                break

    def open(self, documents: Sequence[Document]) -> tuple[SearchEngine, Finder]:
        """An engine over some documents."""
        build_index(self._root, documents, self._embedder)
        engine = SearchEngine(current_generation(self._root), self._embedder, expand=self._vocabulary.expand)
        return engine, Finder(engine, self._vocabulary.expand)


def real_documents(scratch: Path, shared: Path) -> tuple[list[Document], list[Document]]:
    """The shared official texts that "make real" indexes, and our digests; a store is left in ``scratch``."""
    with DocumentStore(scratch / "store") as store, Sandbox() as sandbox:
        sync_starter(store, REPOSITORY / "corpus/starter")
        found = (sorted((shared / "official").glob(kind)) for kind in ("*.jsonl", "raw/*.pdf", "raw/*.html"))
        add_paths(store, [path for paths in found for path in paths], sandbox=sandbox)
        held = list(store.documents())
    digests = [document for document in held if document.kind is DocumentKind.DIGEST]
    return [document for document in held if document.kind is not DocumentKind.DIGEST], digests


def _weighed(opened: tuple[SearchEngine, Finder], questions: Sequence[Asked], *, mixed: bool) -> list[Example]:
    engine, finder = opened
    found: list[Example] = []
    for asked in questions:
        text = clean_question(asked.text[:MAX_CHARS])
        if comes_first(text):
            continue
        searched = without_marks(mask(text).text)
        judged = asked.source == "written"
        weight = _WEIGHTS.get(asked.source, 1.0)
        evidence = finder.read(searched).evidence
        found.append(Example(asked.text, asked.answerable, asked.group, weight, judged, mixed, evidence))
        if asked.source == "withheld":

            def other(hit: SearchHit, facts: frozenset[str] = asked.facts) -> bool:
                document = engine.table.document(hit.passage.document_id)
                return document is None or not section_facts(document, hit.passage.start) & facts

            evidence = finder.read(searched, kept=other).evidence
            found.append(Example(asked.text, False, asked.group, _WEIGHTS["left_out"], False, mixed, evidence))
    return found
