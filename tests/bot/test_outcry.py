"""Calls for help, exposure by others, payments told."""

import pytest

from bot import compose
from bot.answer import Answerer
from bot.model import Reason, Status, Turn
from bot.outcry import cries_for_help, published_about_oneself, tells_of_payment


@pytest.mark.parametrize(
    "message",
    [
        "aidez moi svp urgent",
        "qui appeler",
        "Au secours !",
        "besoin d’aide vite",
        "Qui dois-je prévenir ?",
        "URGENT aidez-moi",
    ],
)
def test_a_call_for_help_is_asked_what_has_happened(answerer: Answerer, message: str) -> None:
    answer = answerer.ask(message)
    assert cries_for_help(message)
    assert (answer.status, answer.answer) == (Status.CLARIFY, compose.WHICH_ATTACK)
    assert answer.suggestions == compose.SITUATIONS


@pytest.mark.parametrize(
    "question",
    ["Qui appeler pour ma carte CPS ?", "Quelle aide pour mon RGPD ?", "Que faire ?", "Faut-il prévenir la CNIL ?"],
)
def test_a_question_that_names_something_is_no_call(question: str) -> None:
    assert not cries_for_help(question)


def test_whom_to_call_after_a_question_is_about_that_question(answerer: Answerer) -> None:
    before = [Turn("Ma carte CPS est perdue, que faire ?", "")]
    assert answerer.ask("qui appeler ?", history=before).answer != compose.WHICH_ATTACK


def test_what_others_publish_is_no_attack(answerer: Answerer) -> None:
    answer = answerer.ask("Un ancien patient a publié mon adresse personnelle sur Google")
    assert (answer.status, answer.reason, answer.answer) == (Status.NO_ANSWER, Reason.WEAK, compose.PUBLISHED)
    assert [contact.id for contact in answer.contacts][:2] == ["cnil-renseignement", "pharos"]
    assert not published_about_oneself("Un pirate a publié les dossiers de mes patients")
    assert not published_about_oneself("On a publié mon mot de passe")


def test_who_has_paid_is_sent_to_the_bank_first(answerer: Answerer) -> None:
    answer = answerer.ask("Microsoft m'a appelé, j'ai payé 200 euros")
    assert tells_of_payment("j’ai donné ma carte au technicien")
    assert answer.contacts[0].id == "opposition-bancaire"
    assert answer.notices[0].text.startswith("Votre banque")
    steps = answer.citations[0].quote
    assert steps.index("la banque") < steps.index("redémarrez")
    assert answerer.ask("Mon écran est bloqué, on me dit d'appeler Microsoft").contacts[0].id == "17cyber"


def test_outside_the_subject_there_is_something_to_ask(answerer: Answerer) -> None:
    answer = answerer.ask("Quelle est la recette de la tarte aux pommes ?")
    assert (answer.reason, answer.suggestions) == (Reason.OUT_OF_SCOPE, compose.OPENINGS)


def test_a_subject_of_ours_without_a_text_is_not_outside(answerer: Answerer) -> None:
    assert answerer.ask("le fax est il autorisé").reason is Reason.NOTHING_FOUND
