"""Is the expected fact found and cited? ``python -m evals.facts [--data FOLDER]``.

For the answerable development questions, with an index already built (the starter corpus alone, or more): the rank
of the first retrieved passage whose section carries an expected fact, and whether a cited section carries one. For
the others: whether the service abstained. Answers are given by the product's own ``Answerer``.
"""

import argparse
from collections import Counter
from pathlib import Path
from typing import Any

from bot.answer import Answerer
from bot.model import Answer, Status
from bot.question import clean_question
from bot.service import Service
from bot.settings import Settings
from evals.shared import read_lines, require_shared
from ingest.model import Document

DEPTH = 10


def section_facts(document: Document, offset: int) -> frozenset[str]:
    """Facts carried by the section that holds an offset."""
    for section in document.sections:
        if section.start <= offset < section.end and section.meta is not None:
            return frozenset(section.meta.facts)
    return frozenset()


def rank_of_fact(held: Answerer, question: dict[str, Any]) -> int | None:
    """Rank, from 1, of the first passage that carries an expected fact; None beyond ``DEPTH``."""
    expected = set(question["expected_fact_ids"])
    for hit in held.engine.search(clean_question(question["question"]), DEPTH):
        document = held.engine.table.document(hit.passage.document_id)
        assert document is not None
        if section_facts(document, hit.passage.start) & expected:
            return hit.rank
    return None


def cited_facts(held: Answerer, answer: Answer) -> set[str]:
    """Facts carried by the sections that an answer cites."""
    found: set[str] = set()
    for citation in answer.citations:
        document = held.engine.table.document(citation.document_id)
        assert document is not None
        found |= section_facts(document, citation.start)
    return found


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("data"))
    parser.add_argument("--misses", action="store_true", help="print the questions that failed")
    options = parser.parse_args()
    questions = list(read_lines(require_shared() / "domain/questions-dev.jsonl"))
    service = Service(Settings(data_dir=options.data))
    service.refresh()
    if not service.ready:
        raise SystemExit(f"no index in {options.data}: run cybervigie index --data {options.data}")
    with service.answerer() as held:
        report(held, questions, misses=options.misses)
    service.stop()


def report(held: Answerer, questions: list[dict[str, Any]], *, misses: bool) -> None:
    """Print the figures."""
    answerable = [question for question in questions if question["kind"] == "answerable"]
    ranks = {question["id"]: rank_of_fact(held, question) for question in answerable}
    answers = {question["id"]: held.ask(question["question"]) for question in questions}
    size = len(answerable)
    for limit in (1, 3, DEPTH):
        found = sum(rank is not None and rank <= limit for rank in ranks.values())
        print(f"expected fact in the first {limit:2}: {found}/{size} = {found / size:.3f}")
    cited = [q for q in answerable if cited_facts(held, answers[q["id"]]) & set(q["expected_fact_ids"])]
    print(f"expected fact in a cited section: {len(cited)}/{size} = {len(cited) / size:.3f}")
    statuses: dict[str, Counter[str]] = {}
    for question in questions:
        statuses.setdefault(question["kind"], Counter())[answers[question["id"]].status.value] += 1
    for kind, counts in statuses.items():
        print(f"{kind:14} {dict(counts)}")
    if misses:
        for question in answerable:
            answer = answers[question["id"]]
            if question not in cited or answer.status is Status.NO_ANSWER:
                print(f"  {question['id']} {answer.status} {answer.confidence} {question['question'][:100]}")


if __name__ == "__main__":
    main()
