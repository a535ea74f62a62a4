"""What hits say about a question."""

from dataclasses import astuple, replace

import pytest

from bot.evidence import weigh
from index.model import SearchHit, Signals

from .builders import document, heading, hit, lexical, only_passage, paragraph

MADE = document(heading("Sauvegardes"), paragraph("La sauvegarde est faite chaque jour."))


def test_no_hit_and_no_word_give_no_evidence() -> None:
    nothing = weigh("sauvegarde", [], lexical(MADE))
    assert set(astuple(nothing)) == {0.0}
    assert weigh("le la les", [hit(only_passage(MADE))], lexical(MADE)) == nothing


def test_evidence_of_a_hit() -> None:
    found = hit(only_passage(MADE))
    full = weigh("sauvegarde chaque jour", [found], lexical(MADE))
    half = weigh("sauvegarde du dromadaire", [found], lexical(MADE))
    assert (full.coverage, full.known, full.agreement) == (1.0, 1.0, 1.0)
    assert 0 < half.coverage == half.known < 1
    assert (full.dense, full.line) == (0.9, 0.9)
    lexical_only = replace(found, signals=Signals(None, 5.0, None))
    assert weigh("sauvegarde", [lexical_only], lexical(MADE)).dense == 0.0


def test_a_word_counts_when_the_passage_holds_what_it_stands_for() -> None:
    def expand(words: object) -> list[str]:
        return ["sauvegarde"] if words == ["backup"] else []

    found = [hit(only_passage(MADE))]
    alone, helped = (weigh("backup", found, lexical(MADE), given) for given in (None, expand))
    assert (alone.missing, helped.missing) == (1.0, 0.0)
    assert alone.coverage == helped.coverage == 0.0


@pytest.mark.parametrize(
    ("question", "lacking"),
    [
        ("Quelle couleur pour la sauvegarde ?", True),
        ("Combien de pages pour la sauvegarde ?", True),
        ("Quelle sauvegarde faire ?", False),
        ("Dans quel délai faire la sauvegarde ?", False),
    ],
)
def test_what_is_asked_for_is_looked_for(question: str, lacking: bool) -> None:
    assert weigh(question, [hit(only_passage(MADE))], lexical(MADE)).asked == float(lacking)


@pytest.mark.parametrize(
    ("question", "named"),
    [
        ("Combien de copies de la sauvegarde ?", True),
        ("Dans quel délai faire la sauvegarde ?", True),
        ("Quels sont les outils de sauvegarde ?", True),
        ("Faut-il faire une sauvegarde ?", False),
        ("Comment faire une sauvegarde ?", False),
        ("sauvegarde quelconque", False),
    ],
)
def test_a_question_for_one_thing_is_told_from_a_question_what_to_do(question: str, named: bool) -> None:
    assert weigh(question, [hit(only_passage(MADE))], lexical(MADE)).datum == float(named)


@pytest.mark.parametrize(
    ("question", "signal"),
    [
        ("Combien coûte une sauvegarde ?", "money"),
        ("Quelle marque de sauvegarde est la meilleure ?", "choice"),
        ("Combien de médecins ont une sauvegarde ?", "figure"),
        ("Comment réparer la sauvegarde ?", "handling"),
    ],
)
def test_what_official_texts_seldom_tell_is_seen(question: str, signal: str) -> None:
    found = [hit(only_passage(MADE))]
    ordinary = weigh("Faut-il faire une sauvegarde ?", found, lexical(MADE))
    assert getattr(weigh(question, found, lexical(MADE)), signal) == 1.0
    assert getattr(ordinary, signal) == 0.0


def test_a_price_that_the_passage_gives_is_no_reason_to_doubt() -> None:
    priced = document(heading("Sauvegardes"), paragraph("La sauvegarde est gratuite pour tous."))
    assert weigh("Combien coûte une sauvegarde ?", [hit(only_passage(priced))], lexical(priced)).money == 0.0


def test_a_first_hit_far_ahead_is_told_from_a_close_race() -> None:
    first = hit(only_passage(MADE))

    def race(*scores: float) -> list[SearchHit]:
        signals = [Signals(0.8 + score / 100, score, 0.8) for score in scores]
        return [replace(first, score=score, signals=found) for score, found in zip(scores, signals, strict=True)]

    ahead, close = (weigh("sauvegarde", race(*scores), lexical(MADE)) for scores in ((3, 1, 1, 1), (3, 2.9, 2.9, 2.9)))
    assert ahead.lead == pytest.approx(2.0)
    assert close.lead == pytest.approx(0.1)
    assert ahead.standing > 0
    assert ahead.agreement == 1.0
    assert weigh("sauvegarde", race(1, 3, 1, 1), lexical(MADE)).agreement == 0.0
