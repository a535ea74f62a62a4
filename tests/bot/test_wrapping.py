"""The same question in capitals, pressed, passed on or after a remark gets the same first quote."""

from collections.abc import Callable

import pytest

from bot.answer import Answerer
from bot.model import Status
from bot.question import core
from bot.reading import readings

QUESTIONS = (
    "Combien de copies de sauvegarde faut-il faire ?",
    "Peut-on prêter sa carte CPS à la secrétaire ?",
    "Faut-il encore déclarer le fichier des patients à la CNIL ?",
    "Quelles données de patients peut-on donner à une IA générative ?",
    "Comment vérifier que mon hébergeur est certifié HDS ?",
    "Que doit contenir le registre des traitements ?",
    "Peut-on offrir le Wi-Fi aux patients en salle d’attente ?",
    "Dans quel délai répondre à un patient qui demande son dossier ?",
)


def _started(question: str) -> str:
    return question[0].lower() + question[1:]


WRAPPINGS: dict[str, Callable[[str], str]] = {
    "capitals": str.upper,
    "urgent": lambda question: f"URGENT : {question}",
    "passed on": lambda question: f"Ma remplaçante me demande : {question}",
    "greeted": lambda question: f"Bonjour, je suis infirmière libérale. {question} Merci d’avance pour votre aide.",
    "after a remark": lambda question: f"Je viens de reprendre un cabinet, {_started(question)}",
}


@pytest.mark.model
@pytest.mark.parametrize("wrapping", list(WRAPPINGS))
def test_what_is_around_a_question_changes_nothing(answerer: Answerer, wrapping: str) -> None:
    for question in QUESTIONS:
        plain, wrapped = answerer.ask(question), answerer.ask(WRAPPINGS[wrapping](question))
        assert plain.status is Status.ANSWERED, question
        assert wrapped.status is Status.ANSWERED, question
        assert wrapped.citations[0].quote == plain.citations[0].quote, question


@pytest.mark.parametrize(
    ("said", "asked"),
    [
        ("URGENT : faut-il un DPO ?", "faut-il un DPO ?"),
        ("C’est urgent, faut-il un DPO ?", "faut-il un DPO ?"),
        ("FAUT-IL UN DPO AU CABINET ?", "faut-il un dpo au cabinet ?"),
        ("RGPD HDS", "RGPD HDS"),
        ("Mes collègues me demandent : faut-il un DPO ?", "faut-il un DPO ?"),
        ("Un patient me demande son dossier", "Un patient me demande son dossier"),
        ("Numéro d’urgence cyber ?", "Numéro d’urgence cyber ?"),
    ],
)
def test_what_presses_or_passes_on_is_left_out(said: str, asked: str) -> None:
    assert core(said).lstrip(" :,") == asked


def test_the_clause_that_asks_is_read_alone_when_it_can_be() -> None:
    told = "J’ai repris un cabinet, quelles formalités faire auprès de la CNIL ?"
    assert readings(told) == (told, "quelles formalités faire auprès de la CNIL ?")
    for whole in ("La fille d’un patient veut son dossier, à quelles conditions ?", "Combien de copies, et où ?"):
        assert readings(whole) == (whole,)
