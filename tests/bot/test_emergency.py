"""Recognising emergencies in every register, and nothing but emergencies."""

import gzip
import json
import time
from pathlib import Path

import pytest

from bot.compose import INCIDENTS
from bot.emergency import Incident, detect
from ingest.slugs import EMERGENCIES

from .emergency_sentences import ORDINARY, PANIC, TOLD_APART

CASES = [(slug, sentence) for slug, sentences in PANIC.items() for sentence in sentences]


def test_incidents_are_those_of_the_corpus() -> None:
    assert {incident.value for incident in Incident} == set(EMERGENCIES) == set(PANIC)
    assert set(INCIDENTS) == set(Incident)
    assert all(len(sentences) >= 6 for sentences in PANIC.values())


@pytest.mark.parametrize(("slug", "sentence"), CASES)
def test_an_emergency_is_recognised(slug: str, sentence: str) -> None:
    assert detect(sentence) == slug


@pytest.mark.parametrize(("slug", "sentence"), CASES)
def test_capitals_accents_and_apostrophes_do_not_matter(slug: str, sentence: str) -> None:
    for other in (sentence.upper(), sentence.replace("'", "’"), f"  {sentence} !!!", sentence.replace("é", "e")):
        assert detect(other) == slug, other


@pytest.mark.parametrize(("sentence", "slug"), TOLD_APART)
def test_ransomware_and_fake_support_are_told_apart(sentence: str, slug: str) -> None:
    assert detect(sentence) == slug


@pytest.mark.parametrize("question", ORDINARY)
def test_an_ordinary_question_is_not_an_emergency(question: str) -> None:
    assert len(ORDINARY) >= 60
    assert detect(question) is None


def lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").strip().split("\n")


def test_questions_and_titles_of_other_subjects_are_not_emergencies(shared: Path) -> None:
    texts = [json.loads(line)["text"] for line in lines(shared / "bench-fr" / "queries.jsonl")]
    for path in (shared / "official").glob("documents-*.jsonl"):
        texts += [json.loads(line)["title"] for line in lines(path)]
    with gzip.open(shared / "official" / "distractors-service-public-all.jsonl.gz", "rt", encoding="utf-8") as packed:
        texts += [json.loads(line)["title"] for line in packed]
    assert len(texts) > 5_000
    assert [text for text in texts if detect(text)] == []


@pytest.mark.parametrize(
    "hostile",
    [
        "j'ai mis un lien ",
        "on a donné la main ",
        "est crypté ",
        "fichiers sont ",
        "écran bloqué ",
        "appel banque ",
        "\ufdfa",
        "j'",
    ],
)
def test_no_text_takes_long(hostile: str) -> None:
    text = (hostile * 1_000)[:1_000]
    begun = time.perf_counter()
    detect(text)
    assert time.perf_counter() - begun < 0.5
