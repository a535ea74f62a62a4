"""What quotes are worth, on the real index: recommendations are told from law, old texts are told as old."""

from dataclasses import replace

import pytest

from bot import compose
from bot.answer import Answerer
from bot.model import Age
from ingest.force import Force
from tests.bot.wording import check_wording


def composed(answerer: Answerer, question: str) -> str:
    return compose.answer_text(answerer.ask(question).citations, question)


@pytest.mark.parametrize(
    "question",
    [
        "Suis-je obligé d’installer un antivirus ?",
        "Est-il obligatoire d'activer un pare-feu ?",
        "La loi impose-t-elle de tester les sauvegardes ?",
        "Suis-je obligé de changer le mot de passe de la box ?",
    ],
)
def test_a_guide_is_no_answer_about_an_obligation(answerer: Answerer, question: str) -> None:
    answer = answerer.ask(question)
    forces = {citation.force for citation in answer.citations}
    assert forces
    assert not forces & {Force.LAW, Force.BINDING}
    text = composed(answerer, question)
    assert text.split("\n")[0] in {compose.ONLY_ADVICE, compose.NO_LAW, compose.NO_KNOWN_LAW}
    check_wording(replace(answer, answer=text))


def test_a_law_answers_about_an_obligation(answerer: Answerer) -> None:
    question = "Le registre des traitements est-il obligatoire pour un cabinet ?"
    assert Force.LAW in {citation.force for citation in answerer.ask(question).citations}
    assert composed(answerer, question).startswith("Voici")


def test_no_caution_where_no_obligation_is_asked_for(answerer: Answerer) -> None:
    assert composed(answerer, "Comment choisir un antivirus ?").startswith("Voici")


def test_every_quote_of_the_starter_corpus_says_its_force(answerer: Answerer) -> None:
    answer = answerer.ask("Faut-il tester ses sauvegardes ?")
    assert answer.citations
    for citation in answer.citations:
        assert citation.force is not None
        assert compose.nature(citation) in answer.answer


def test_an_old_memento_is_told_as_old(answerer: Answerer) -> None:
    answer = answerer.ask("Que contient le mémento de sécurité PGSSI-S pour les libéraux ?")
    old = [citation for citation in answer.citations if citation.document_date == "2013"]
    assert old
    assert all((citation.age, citation.reserve) == (Age.OLD, "Texte ancien (2013).") for citation in old)
    assert "(2013), texte ancien, résumé CyberVigie d’une recommandation" in answer.answer


def test_the_gdpr_is_not_told_as_old(answerer: Answerer) -> None:
    citations = answerer.ask("Quelles informations donner aux patients selon le RGPD ?", max_citations=8).citations
    laws = [citation for citation in citations if citation.force is Force.LAW]
    assert {citation.document_date for citation in laws} == {"2016"}
    assert not any(citation.reserve for citation in laws)


def test_the_caution_stands_above_the_quotes(answerer: Answerer) -> None:
    answer = answerer.ask("Suis-je obligé d’installer un antivirus ?")
    assert answer.answer.split("\n")[0] in {compose.ONLY_ADVICE, compose.NO_LAW, compose.NO_KNOWN_LAW}
    check_wording(answer)
