"""Questions that the corpus holds word for word are answered, and by the passages that hold them."""

from dataclasses import replace

import pytest

from bot.answer import Answerer
from bot.model import Status
from bot.stored import stores

from .builders import document, heading, only_passage, paragraph


def test_accents_case_and_marks_do_not_matter() -> None:
    made = document(heading("Sauvegardes"), paragraph("Une copie par jour."))
    passage = replace(only_passage(made), questions=("À quelle fréquence sauvegarder ?",))
    assert stores(passage, "a quelle frequence sauvegarder")
    assert not stores(passage, "À quelle fréquence sauvegarder les dossiers ?")


def test_a_heading_of_a_text_without_questions_promises_nothing() -> None:
    passage = only_passage(document(heading("Pourquoi ?"), paragraph("Une copie par jour.")))
    assert not stores(passage, "Pourquoi ?")


@pytest.mark.model
@pytest.mark.parametrize(
    "question", ["C’est quoi un DPO ?", "Comment partager une carte CPS ?", "Qu’est-ce que MSSanté ?"]
)
def test_a_short_question_of_the_corpus_is_not_asked_back(answerer: Answerer, question: str) -> None:
    answer = answerer.ask(question)
    assert answer.status is Status.ANSWERED
    engine = answerer.engine
    first = answer.citations[0]
    held = next(hit.passage for hit in engine.search(question, 10) if hit.passage.id == first.passage_id)
    assert stores(held, question)
