"""The question sets of the project: valid, independent of the digests' own questions, split by rule, as described."""

import collections
import hashlib
import json
import re
from functools import cache
from pathlib import Path

import pytest
from stdnum import iban, luhn
from stdnum.fr import nir

from bot.emergency import Incident
from bot.model import Status
from evals.injections import write_planted
from evals.model import Kind, Question, Register
from evals.questionfile import read_questions
from evals.shared import REPOSITORY
from index.tokens import fold
from ingest.pipeline import starter_document
from ingest.slugs import AUDIENCES, read_facts

QUESTIONS = REPOSITORY / "evals" / "questions"
README = QUESTIONS / "README.md"
HALVES = ("dev", "held")
LIMIT = 1_000
"""Characters of a question that the product accepts (``bot.question.MAX_CHARS``)."""


@cache
def questions() -> tuple[Question, ...]:
    found, _ = read_questions(sorted(QUESTIONS.glob("*/*.jsonl")))
    return found


def of_file(name: str) -> list[Question]:
    return [question for question in questions() if question.source == f"{name}.jsonl"]


def half(identifier: str) -> str:
    """The rule of the README: the first byte of the SHA-256 of what precedes the first dot, even for ``dev``."""
    return HALVES[hashlib.sha256(identifier.split(".")[0].encode()).digest()[0] % 2]


def test_earlier_sets_are_still_read() -> None:
    found, _ = read_questions([QUESTIONS / "near-miss.jsonl", QUESTIONS / "real-input.jsonl"])
    assert len(found) == 88


@pytest.mark.parametrize("folder", HALVES)
def test_every_question_lies_in_its_half(folder: str) -> None:
    paths = sorted((QUESTIONS / folder).glob("*.jsonl"))
    assert paths
    for path in paths:
        for line in path.read_text(encoding="utf-8").splitlines():
            assert half(json.loads(line)["id"]) == folder


def test_no_question_stands_twice() -> None:
    asked = collections.Counter((q.text, q.history) for q in questions())
    assert [question for question, count in asked.items() if count > 1] == []


def test_every_question_is_short_enough() -> None:
    assert [q.id for q in questions() if len(q.text) > LIMIT] == []


def test_counts_are_those_of_the_readme() -> None:
    rows = re.findall(r"^\| `([\w-]+)\.jsonl` \| (\d+) \| (\d+) \|", README.read_text(encoding="utf-8"), re.MULTILINE)
    told = {name: (int(dev), int(held)) for name, dev, held in rows}
    real = {
        path.stem: tuple(len((QUESTIONS / folder / path.name).read_text("utf-8").splitlines()) for folder in HALVES)
        for path in (QUESTIONS / "dev").glob("*.jsonl")
    }
    assert told == real


@pytest.mark.parametrize(
    ("name", "kind", "at_least"),
    [
        ("answers", Kind.ANSWERABLE, 260),
        ("follow-ups", Kind.ANSWERABLE, 30),
        ("next-questions", Kind.ANSWERABLE, 40),
        ("dead-ends", Kind.NEAR_MISS, 40),
        ("ambiguous", Kind.AMBIGUOUS, 20),
        ("near-miss", Kind.NEAR_MISS, 80),
        ("out-of-scope", Kind.OUT_OF_SCOPE, 40),
        ("emergencies", Kind.EMERGENCY, 120),
        ("no-emergency", Kind.ANSWERABLE, 120),
        ("patient-data", Kind.PRIVACY, 100),
        ("clean", Kind.PRIVACY, 200),
        ("injections", Kind.INJECTION, 300),
    ],
)
def test_each_set_is_of_one_kind_and_large_enough(name: str, kind: Kind, at_least: int) -> None:
    found = of_file(name)
    assert len(found) >= at_least
    assert {question.kind for question in found} == {kind}


def test_planted_documents_are_enough(tmp_path: Path) -> None:
    assert len(write_planted(tmp_path)) >= 200


def test_answerable_subjects_and_registers_are_many() -> None:
    found = of_file("answers")
    subjects = collections.Counter(question.id.split(".")[0] for question in found)
    assert len(subjects) >= 60
    registers = collections.Counter(question.register for question in found)
    assert min(registers[register] for register in Register if register is not Register.FOLLOW_UP) >= 12


def test_expected_facts_are_of_the_topic_told() -> None:
    topics = read_facts(REPOSITORY / "corpus" / "facts.txt")
    for question in (*of_file("answers"), *of_file("follow-ups")):
        assert question.expected.facts, question.id
        told = set(question.topics)
        assert told & {topics[fact] for fact in question.expected.facts}, (question.id, told)
        assert set(question.audience) <= AUDIENCES, question.id


def test_every_expected_fact_is_in_a_section_of_the_starter_corpus() -> None:
    documents = map(starter_document, sorted((REPOSITORY / "corpus" / "starter").glob("*.md")))
    held = {
        fact for document in documents for section in document.sections if section.meta for fact in section.meta.facts
    }
    expected = {fact for question in questions() for fact in question.expected.facts}
    assert expected <= held


def test_no_question_is_a_digest_s_own() -> None:
    documents = list(map(starter_document, sorted((REPOSITORY / "corpus" / "starter").glob("*.md"))))
    sections = [section for document in documents for section in document.sections]
    own = {plain(text) for s in sections for text in (s.heading, *(s.meta.questions if s.meta else ()))}
    assert [question.id for question in questions() if plain(question.text) in own and question.history == ()] == []


def plain(text: str) -> str:
    return " ".join(re.findall(r"\w+", fold(text)))


def test_stories_are_long_and_other_registers_look_like_themselves() -> None:
    for question in questions():
        words = len(question.text.split())
        if question.register is Register.STORY:
            assert 60 <= words <= 150, (question.id, words)
            assert "?" in question.text, question.id
        if question.register is Register.NO_ACCENTS:
            assert fold(question.text) == question.text.casefold().replace("’", "'"), question.id
        if question.register is Register.KEYWORDS:
            assert words <= 10, question.id
            assert "?" not in question.text, question.id


def test_all_sheets_are_asked_for_as_often() -> None:
    asked = collections.Counter(question.expected.incident for question in of_file("emergencies"))
    assert set(asked) == set(Incident)
    assert min(asked.values()) >= 15
    statuses = {question.expected.statuses for question in of_file("no-emergency")}
    assert len(statuses) == 1
    assert Status.EMERGENCY not in statuses.pop()


IDENTIFIER = re.compile(r"[\s.\-/()]")


def test_seeded_identifiers_have_valid_keys() -> None:
    checked = collections.Counter[str]()
    for question in of_file("patient-data"):
        assert question.expected.masked, question.id
        for typed in question.expected.masked:
            assert typed in question.text
            bare = IDENTIFIER.sub("", typed).upper()
            if re.fullmatch(r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}", bare):
                checked["iban"] += 1
                assert iban.is_valid(bare), question.id
            elif re.fullmatch(r"[12][0-9O]{4}(?:[0-9O]{2}|2[AB])[0-9O]{8}", bare):
                checked["corsica" if bare[5:7] in ("2A", "2B") else "nir"] += 1
                assert nir.is_valid(bare.replace("O", "0")), question.id
            elif re.fullmatch(r"10\d{9}", bare):
                checked["rpps"] += 1
                assert luhn.is_valid(bare), question.id
            elif "@" in bare:
                checked["email"] += 1
            elif re.fullmatch(r"(?:0|\+33|0033|\+330)\d{9}", bare):
                checked["phone"] += 1
    least = {"nir": 30, "corsica": 8, "rpps": 12, "iban": 12, "email": 14, "phone": 20}
    assert {name: count for name, count in checked.items() if count < least[name]} == {}


def test_clean_questions_have_numbers_and_nothing_to_mask() -> None:
    found = of_file("clean")
    assert not any(question.expected.masked for question in found)
    assert sum(any(char.isdigit() for char in question.text) for question in found) >= 180


def test_injections_are_french_and_english_and_of_every_class() -> None:
    found = of_file("injections")
    classes = collections.Counter(question.notes for question in found)
    assert len(classes) >= 18
    assert sum(bool(question.history) for question in found) >= 12
    assert min(classes[name] for name in ("ignore fr", "ignore en", "reveal", "link", "role", "markup")) >= 14


def test_planted_pages_hold_no_real_address() -> None:
    text = (QUESTIONS / "planted.toml").read_text(encoding="utf-8")
    assert set(re.findall(r"https?://([\w.-]*\w)", text)) == {"canari.example"}
