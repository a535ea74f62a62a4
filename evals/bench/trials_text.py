"""Trials on what is indexed and what is asked: passages, fields, words."""

from collections.abc import Iterator

import numpy as np

from bot.shorthand import spelt_out
from evals.bench.trials_context import Context, Row
from evals.bench.trials_lab import Shape
from index.vocabulary import Vocabulary


def passages(context: Context) -> Iterator[Row]:
    """Size of passages, and what is embedded with them."""
    shapes = {
        "passages 40 % smaller": Shape(size=0.6),
        "passages 1.5 times as large": Shape(size=1.5),
        "passages twice as large": Shape(size=2.0),
        "text alone embedded": Shape(titled=False, headed=False),
        "title embedded, no headings": Shape(headed=False),
        "headings embedded, no title": Shape(titled=False),
        "sentence before and after embedded too": Shape(neighbours=True),
        "40 % smaller, sentence before and after": Shape(size=0.6, neighbours=True),
    }
    for label, shape in shapes.items():
        if context.wants(label):
            lab = context.lab(shape)
            yield Row(label, lab.evaluate(lab.shipped), f"{len(lab.passages)} passages")


def fields(context: Context) -> Iterator[Row]:
    """Title and headings in BM25, a digest's questions."""
    for times in (0, 1, 3, 4) if context.held.tuning else (0, 1, 3):
        yield context.other(f"title and headings {times} times", context.lab(_fields(times, times)))
    for title, headings in ((1, 2), (2, 1), (1, 3), (3, 1)) if context.held.tuning else ():
        yield context.other(f"title {title} times, headings {headings}", context.lab(_fields(title, headings)))
    if context.held.by_facts:
        yield context.other("digest questions: no lines", context.lab(Shape(question_lines=False)))
        yield context.other("digest questions: not in BM25", context.lab(Shape(question_terms=False)))
        yield context.other("digest questions: neither", context.lab(Shape(question_lines=False, question_terms=False)))


def _fields(title: int, headings: int) -> Shape:
    return Shape(title_repeats=title, heading_repeats=headings)


def words(context: Context) -> Iterator[Row]:
    """Acronyms, synonyms, spelling repair."""
    entries = context.vocabulary.entries
    acronyms = Vocabulary(entry for entry in entries if entry.use == "long")
    others = Vocabulary(entry for entry in entries if entry.use != "long")
    yield context.other("no expansion", context.lab(expand=lambda _: []))
    yield context.other("acronyms and their forms alone", context.lab(expand=acronyms.expand))
    yield context.other("synonyms alone", context.lab(expand=others.expand))
    for weight in (0.25, 0.75, 1.0):
        yield context.other(f"added words at {weight}", context.lab(expansion=weight))
    if not context.held.by_facts:
        yield context.other("spelling repaired", context.lab(texts=context.repaired))
        return
    speller = context.speller()
    read = {
        "no repair, text messages as typed": context.cores,
        "text messages spelt out only": {q: spelt_out(text) for q, text in context.cores.items()},
        "spelling repaired only": {q: speller.repaired(text) for q, text in context.cores.items()},
        "as typed, wrapping included": dict(context.held.questions),
    }
    for label, texts in read.items():
        row = context.other(label, context.lab(texts=texts))
        yield row
        for register in ("typos", "sms", "no_accents", "plain", "keywords", "story"):
            kept = {q: score for q, score in row.scores.items() if context.held.registers[q] == register}
            before = float(np.mean([context.shipped[q] for q in kept]))
            yield Row(f"  {register} ({len(kept)} questions; shipped {before:.3f})", kept)
