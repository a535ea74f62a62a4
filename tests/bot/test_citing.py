"""Which passages are quoted, on the real index."""

import pytest

from bot.answer import Answerer
from bot.citing import DUPLICATE
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


def test_publishers_that_give_other_figures_stand_side_by_side(answerer: Answerer) -> None:
    citations = answerer.ask("Combien de caractères pour un mot de passe ?", max_citations=8).citations
    assert len({citation.publisher for citation in citations}) >= 2
    assert all(any(char.isdigit() for char in citation.quote) for citation in citations)
