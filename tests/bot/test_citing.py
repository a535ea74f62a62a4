"""Which passages are quoted, on the real index."""

import itertools

import pytest

from bot.answer import Answerer
from bot.choice import DUPLICATE, HELD
from bot.model import Turn
from index.tokens import fold, terms


@pytest.mark.parametrize(
    ("question", "special", "named"),
    [
        (
            "Combien de temps garder les dossiers ?",
            ("deced", "mineur"),
            "Combien de temps garder le dossier d’un mineur ?",
        ),
        ("Qui peut demander un dossier médical ?", ("deced",), "Qui peut demander le dossier d’un patient décédé ?"),
    ],
)
def test_a_special_case_is_quoted_only_when_it_is_asked_for(
    answerer: Answerer, question: str, special: tuple[str, ...], named: str
) -> None:
    def headings(asked: str) -> str:
        return fold(" ".join(citation.section or "" for citation in answerer.ask(asked, max_citations=8).citations))

    assert headings(question)
    assert not any(word in headings(question) for word in special)
    assert any(word in headings(named) for word in special)


@pytest.mark.parametrize("question", ["mot de passe", "Combien de caractères pour un mot de passe ?", "sauvegardes"])
def test_quotes_do_not_repeat_each_other(answerer: Answerer, question: str) -> None:
    quotes = [set(terms(citation.quote)) for citation in answerer.ask(question, max_citations=8).citations]
    for i, one in enumerate(quotes):
        assert all(len(one & other) / len(one | other) < DUPLICATE for other in quotes[:i])


def test_of_two_quotes_that_say_the_same_the_one_that_says_more_is_kept(answerer: Answerer) -> None:
    citations = answerer.ask("Quand faut-il informer les personnes d’une violation ?", max_citations=8).citations
    assert any("risque élevé" in citation.quote for citation in citations)
    for one, other in itertools.combinations(citations, 2):
        if (one.publisher, one.kind) == (other.publisher, other.kind):
            first, second = set(terms(one.quote)), set(terms(other.quote))
            assert len(first & second) / min(len(first), len(second)) < HELD


def test_publishers_that_give_other_figures_stand_side_by_side(answerer: Answerer) -> None:
    citations = answerer.ask("Combien de caractères pour un mot de passe ?", max_citations=8).citations
    assert len({citation.publisher for citation in citations}) >= 2
    assert all(any(char.isdigit() for char in citation.quote) for citation in citations)


RETENTION = "Combien de temps dois-je conserver les dossiers de mes patients ?"


def test_another_subject_is_not_shown_as_a_disagreement(answerer: Answerer) -> None:
    headings = " ".join(citation.section or "" for citation in answerer.ask(RETENTION, max_citations=8).citations)
    assert "cabinet libéral" in headings
    assert "feuilles de soins" not in headings


@pytest.mark.parametrize(
    ("question", "history"),
    [
        ("et pour un mineur ?", [Turn(RETENTION, "")]),
        ("combien de temps devons-nous conserver les dossiers médicaux des patients ?", []),
        ("Par ailleurs, combien de temps devons-nous conserver les dossiers médicaux des patients ?", []),
    ],
)
def test_the_rule_of_a_practice_comes_before_that_of_a_hospital(
    answerer: Answerer, question: str, history: list[Turn]
) -> None:
    sections = [citation.section or "" for citation in answerer.ask(question, history).citations]
    assert "cabinet libéral" in sections[0]
    asked = answerer.ask("Combien de temps un hôpital garde-t-il le dossier médical ?").citations
    assert "établissement" in (asked[0].section or "")


def test_how_often_is_not_answered_by_yes(answerer: Answerer) -> None:
    citations = answerer.ask("À quelle fréquence faire les sauvegardes et où les garder ?").citations
    assert not citations[0].quote.startswith("Oui")
    assert answerer.ask("Faut-il tester ses sauvegardes ?").citations[0].quote.startswith("Oui")


def test_a_longer_passage_does_not_take_the_place_of_the_one_that_answers(answerer: Answerer) -> None:
    citations = answerer.ask("Quand notifier une violation de données à la CNIL ?").citations
    assert "72\u00a0heures" in citations[0].quote
    assert "dans quel délai" in (citations[0].section or "")


def test_a_special_case_is_better_than_a_rule_about_something_else(answerer: Answerer) -> None:
    citations = answerer.ask("Puis-je transmettre des données médicales à une mutuelle ?").citations
    assert "assureur" in citations[0].quote
