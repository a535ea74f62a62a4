"""The price, time or person that a short question asks for."""

from dataclasses import replace

import pytest

from bot.answer import Answerer
from bot.datum import holder, without_datum, without_time
from index.search import EVERYTHING


@pytest.mark.parametrize(
    ("question", "holding", "lacking"),
    [
        ("C’est payant ?", "Le logiciel est gratuit.", "Le disque est chiffré."),
        ("Combien ça coûte ?", "Il en coûte 20 euros.", "Il faut deux copies."),
        ("Quel délai ?", "La notification se fait sous 72 heures.", "Le disque est chiffré."),
        ("à quelle fréquence le changer ?", "Un changement tous les trois mois n’est plus demandé.", "Il est long."),
        ("Qui le fait ?", "Le responsable de traitement doit tenir le registre.", "Le disque est chiffré."),
    ],
)
def test_a_passage_holds_what_is_asked_for_or_not(
    answerer: Answerer, question: str, holding: str, lacking: str
) -> None:
    holds = holder(question)
    assert holds is not None
    passage = replace(answerer.engine.search("chiffrement", 1, wanted=EVERYTHING)[0].passage, path=("Le disque",))
    assert holds(replace(passage, text=holding))
    assert not holds(replace(passage, text=lacking))


@pytest.mark.parametrize("question", ["Et pour un mineur ?", "Pourquoi ?", "Et si le patient refuse ?"])
def test_most_questions_ask_for_none_of_them(question: str) -> None:
    assert holder(question) is None


def test_what_was_asked_before_gives_way_to_what_is_asked_now() -> None:
    assert without_datum("Quelle longueur pour un mot de passe ?") == "un mot de passe ?"
    assert without_datum("Combien de caractères pour un mot de passe ?") == "un mot de passe ?"
    assert without_datum("Quel mot de passe choisir ?") == "Quel mot de passe choisir ?"
    assert without_time("à quelle fréquence changer un mot de passe ?") == "changer un mot de passe ?"
    assert without_time("Quand ?") == "Quand ?"
