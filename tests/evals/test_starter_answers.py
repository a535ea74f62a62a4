"""The starter corpus alone, on the development questions: the expected fact is retrieved and cited."""

from pathlib import Path

import pytest

from bot.answer import Answerer
from bot.model import Status
from bot.service import Service
from bot.settings import Settings
from evals.facts import cited_facts, rank_of_fact
from evals.shared import read_lines, shared_folder

SHARED = shared_folder()
pytestmark = pytest.mark.skipif(
    SHARED is None, reason="shared material absent: put it in ../shared or set CYBERVIGIE_SHARED"
)


@pytest.fixture(scope="module")
def held(starter_data: Path):
    service = Service(Settings(data_dir=starter_data))
    service.refresh()
    with service.answerer() as answerer:
        yield answerer
    service.stop()


@pytest.fixture(scope="module")
def questions() -> list[dict[str, object]]:
    assert SHARED is not None
    return list(read_lines(Path(SHARED) / "domain" / "questions-dev.jsonl"))


def test_expected_facts_come_first(held: Answerer, questions: list[dict[str, object]]) -> None:
    # Issue's floors 0.90 and 0.70; measured 0.987 and 0.922.
    ranks = [rank_of_fact(held, question) for question in questions if question["kind"] == "answerable"]
    assert sum(rank is not None and rank <= 3 for rank in ranks) / len(ranks) >= 0.95
    assert sum(rank == 1 for rank in ranks) / len(ranks) >= 0.85


def test_expected_facts_are_cited(held: Answerer, questions: list[dict[str, object]]) -> None:
    # Measured 0.857: the rest are abstentions. The margin of two questions is what a changed digest can move.
    answerable = [question for question in questions if question["kind"] == "answerable"]
    cited = [q for q in answerable if cited_facts(held, held.ask(str(q["question"]))) & set(q["expected_fact_ids"])]  # type: ignore[call-overload]
    assert len(cited) / len(answerable) >= 0.83


def test_questions_outside_the_subject_get_no_answer(held: Answerer, questions: list[dict[str, object]]) -> None:
    outside = [str(question["question"]) for question in questions if question["kind"] == "out_of_scope"]
    statuses = {question: held.ask(question).status for question in outside}
    answered = [question for question, status in statuses.items() if status is Status.ANSWERED]
    # Measured 2: a printer that fails, days of leave.
    assert len(answered) <= 2, answered
    # Three are greetings or bare names, which are asked back.
    assert sum(status is Status.NO_ANSWER for status in statuses.values()) >= len(outside) - 4
