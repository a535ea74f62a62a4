"""How two quotes stand to each other: of texts that say the same the official one counts, then the newer one."""

from dataclasses import replace
from typing import Any

import pytest

from bot.choice import Choice, newer_first, replaces, same
from bot.quote import Quote
from ingest.model import DocumentKind, Span

from .builders import document, heading, hit, only_passage, paragraph

RULE = "Les sauvegardes de dossiers de patients sont chiffrées et rangées en lieu sûr, hors du cabinet."
NEARLY = "Les sauvegardes de dossiers de patients sont chiffrées et gardées en lieu sûr, dans un coffre, à l’étage."
OTHER = "Le poste de travail se verrouille après quelques minutes sans activité."


def choice(date: str | None, words: str = RULE, score: float = 1.0, **about: Any) -> Choice:
    made = document(heading("Règles"), paragraph(words), date=date, **about)
    passage = only_passage(made)
    return Choice(made, replace(hit(passage), score=score), Quote(Span(passage.start, passage.end), 1.0))


def dates(choices: list[Choice]) -> list[str | None]:
    return [one.document.date for one in choices]


def test_the_samples_are_what_they_stand_for() -> None:
    assert same(choice("2013"), choice("2024"))
    assert not same(choice("2013"), choice("2024", NEARLY))


@pytest.mark.parametrize(
    ("entry", "other", "taken"),
    [
        ("2024", "2013", True),
        ("2024-06", "2024-01", True),
        ("2013", "2024", False),
        # Neither is surely newer.
        ("2024-06", "2024", False),
        ("2024", None, False),
        (None, "2013", False),
    ],
)
def test_of_two_quotes_alike_the_newer_is_kept(entry: str | None, other: str | None, taken: bool) -> None:
    assert replaces(choice(entry), choice(other)) is taken


def test_an_official_text_counts_before_a_newer_digest() -> None:
    digest = choice("2024", kind=DocumentKind.DIGEST)
    assert replaces(choice("2013"), digest)
    assert not replaces(digest, choice("2013"))


def test_one_found_far_below_takes_no_place() -> None:
    assert not replaces(choice("2024", score=0.4), choice("2013"))
    assert dates(newer_first([choice("2013"), choice("2024", NEARLY, score=0.4)])) == ["2013", "2024"]


def test_of_two_neighbours_the_newer_comes_first() -> None:
    assert dates(newer_first([choice("2013"), choice("2024", NEARLY, score=0.9)])) == ["2024", "2013"]
    assert dates(newer_first([choice("2024"), choice("2013", NEARLY)])) == ["2024", "2013"]
    assert dates(newer_first([choice("2013"), choice("2018", NEARLY), choice("2024", RULE)])) == [
        "2024",
        "2018",
        "2013",
    ]


def test_what_speaks_of_something_else_keeps_its_place() -> None:
    assert dates(newer_first([choice("2013"), choice("2024", OTHER)])) == ["2013", "2024"]
    digest = choice("2024", NEARLY, kind=DocumentKind.DIGEST)
    assert dates(newer_first([choice("2013"), digest])) == ["2013", "2024"]


def test_a_law_has_no_age() -> None:
    law = choice("1978", publisher="République française (Légifrance)", title="Loi n° 78-17")
    assert dates(newer_first([law, choice("2024", NEARLY)])) == ["1978", "2024"]
    assert not replaces(choice("2024"), law)
