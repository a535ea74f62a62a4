"""Questions that are asked back."""

import pytest

from bot.ambiguity import CHOICES_MAX, choices, is_ambiguous, is_bare, is_one_word, is_question
from bot.answer import Answerer
from bot.model import Status


@pytest.mark.parametrize(
    "vague", ["Quel délai ?", "Combien de temps ?", "Il faut une autorisation ?", "C’est gratuit ?", "Et les kinés ?"]
)
def test_a_question_that_names_no_subject_is_ambiguous(vague: str) -> None:
    assert is_ambiguous(vague)


@pytest.mark.parametrize(
    "clear",
    [
        "Quel délai pour notifier la CNIL ?",
        "Mailiz est-il gratuit ?",
        "téléconsultation consentement",
        "Combien de temps garder les dossiers des patients ?",
        "keepass c’est fiable ?",
    ],
)
def test_a_question_that_names_its_subject_is_not(clear: str) -> None:
    assert not is_ambiguous(clear)


def test_a_bare_subject_and_headings_that_can_be_asked() -> None:
    assert is_bare("RGPD", 0.2, weak=False)
    assert not is_bare("Mailiz", 2.0, weak=False)
    assert is_bare("Comment éviter le hameçonnage ?", 2.0, weak=True)
    assert not is_bare("Comment éviter le hameçonnage ?", 0.2, weak=False)
    assert not is_bare("Quelle longueur pour un mot de passe ?", 0.2, weak=True)
    assert is_question("Faut-il tester ses sauvegardes ?")
    assert not is_question("Pourquoi ?")
    assert not is_question("Les sauvegardes du cabinet")


def test_choices_are_headings_of_the_hits_one_a_subject_first(answerer: Answerer) -> None:
    hits = answerer.engine.search("délai", 20)
    found = choices(hits, answerer.engine.table)
    headings = {hit.passage.path[-1] if hit.passage.path else hit.passage.title for hit in hits}
    assert 2 <= len(found) <= CHOICES_MAX
    assert set(found) <= headings
    assert choices(hits[:1], answerer.engine.table) == ()


@pytest.mark.parametrize(("question", "named"), [("Faut-il un DPO ?", "DPO"), ("AIPD", "AIPD")])
def test_choices_name_the_subject_asked_about_and_the_acronym_is_spelt_out(
    answerer: Answerer, question: str, named: str
) -> None:
    answer = answerer.ask(question)
    assert answer.status is Status.CLARIFY
    assert all(named in choice for choice in answer.suggestions)
    assert [notice.text.startswith(named) for notice in answer.notices] == [True]
    if named == "DPO":
        offered = " ".join(answer.suggestions)
        assert "praticien seul" in offered
        assert "MSP" in offered


@pytest.mark.parametrize("word", ["fax", "DPO", "IA", "mail", "phishing", "HDS", "AIPD", "VPN", "CPS", "cloud ?"])
def test_a_bare_word_that_is_known_gets_readings_to_choose_from(answerer: Answerer, word: str) -> None:
    answer = answerer.ask(word)
    assert answer.status is Status.CLARIFY
    assert 2 <= len(set(answer.suggestions)) <= CHOICES_MAX
    assert all(answerer.ask(suggestion).status is not Status.NO_ANSWER for suggestion in answer.suggestions)


def test_a_bare_word_that_nobody_knows_gets_none(answerer: Answerer) -> None:
    assert is_one_word("xylophone ?")
    assert not is_one_word("mot de passe")
    assert answerer.ask("xylophone").status is Status.NO_ANSWER


def test_a_price_alone_is_about_any_subject(answerer: Answerer) -> None:
    assert answerer.ask("Combien ça coûte ?").status is Status.CLARIFY
