"""The questions of a ticket."""

from typing import Any

import pytest

from bot.emergency import detect
from bot.helpdesk import reading
from bot.helpdesk.config import Rules
from bot.helpdesk.message import READ_MAX
from bot.helpdesk.reading import MASKED_BEFORE, QUESTIONS_MAX, Reading, masked_ticket, read_ticket
from bot.question import MAX_CHARS

from .helpdesks import ticket


def read(text: str, subject: str = "") -> Reading:
    return read_ticket(ticket(text, subject=subject), frozenset())


@pytest.mark.parametrize(
    ("text", "subject", "questions"),
    [
        (
            "Bonjour,\nPeut-on utiliser WhatsApp entre confrères ?\nAnne",
            "",
            ("Peut-on utiliser WhatsApp entre confrères ? Anne",),
        ),
        ("Je voudrais savoir si je dois nommer un DPO.", "", ("Je voudrais savoir si je dois nommer un DPO.",)),
        ("Combien de temps ?", "Dossiers médicaux", ("Dossiers médicaux. Combien de temps ?",)),
        ("Voir l’objet.", "RE: Peut-on garder les ordonnances ?", ("Peut-on garder les ordonnances ? Voir l’objet.",)),
        ("", "Sauvegarde du cabinet", ("Sauvegarde du cabinet",)),
        ("Bonjour", "", ()),
        ("???", "", ()),
    ],
)
def test_what_is_asked(text: str, subject: str, questions: tuple[str, ...]) -> None:
    assert read(text, subject).questions == questions


def test_several_questions_are_taken_apart_and_the_rest_counted() -> None:
    text = (
        "Bonjour,\nPlusieurs points :\n1) Combien de temps garder les ordonnances ?\n2) Dois-je chiffrer mes "
        "courriels ?\n3) Puis-je sauvegarder les dossiers à mon domicile ?\n4) Faut-il une affiche dans la "
        "salle d’attente ?\n5) Pouvez-vous m’aider ?"
    )
    found = read(text)
    assert found.questions == (
        "Combien de temps garder les ordonnances ?",
        "Dois-je chiffrer mes courriels ?",
        "Puis-je sauvegarder les dossiers à mon domicile ?",
    )
    assert (len(found.questions), found.left_out) == (QUESTIONS_MAX, 1)


def test_a_question_that_says_too_little_takes_the_one_before() -> None:
    found = read("Combien de temps dois-je garder un dossier de patient ?\nEt pour un mineur ?")
    assert found.questions[1] == "Combien de temps dois-je garder un dossier de patient ? Et pour un mineur ?"


def test_the_same_question_twice_is_one() -> None:
    assert len(read("Dois-je nommer un DPO ?\n\n" + "x" * 500 + "\n\nDOIS-JE NOMMER UN DPO ?").questions) == 1


def test_an_emergency_told_anywhere_comes_first() -> None:
    text = (
        "Bonjour,\nPeut-on utiliser WhatsApp entre confrères ?\nDois-je nommer un DPO ?\n"
        "Par ailleurs depuis ce matin tous mes fichiers sont chiffrés et on me demande une rançon."
    )
    assert "rançon" in read(text).questions[0]


def test_a_word_about_oneself_is_no_emergency() -> None:
    about = "Je suis médecin généraliste et je viens de reprendre le cabinet du Dr Martin."
    text = f"Bonjour,\n{about}\n\nCombien de temps dois-je garder les dossiers ?\n\nDois-je nommer un DPO ?"
    assert all(detect(question) is None for question in read(text).questions)


def test_identifiers_are_masked_before_anything_is_asked() -> None:
    found = read("Combien de temps garder le dossier de Mme Zorblax, 06 39 98 12 34 ?", "Dossier de M. Zorblax")
    assert found.masked == ("phone", "name")
    assert not any("Zorblax" in question or "39 98" in question for question in found.questions)
    # Shown as it is read, with its marks; searched without them (``draft``).
    assert "Mme [nom masqué]" in found.questions[0]


@pytest.mark.parametrize("subject", ["(sans objet)", "Re: (no subject)", "Sans objet", "[aucun objet]"])
def test_a_subject_that_says_there_is_none_asks_nothing(subject: str) -> None:
    assert read("", subject).questions == read("Bonjour", subject).questions == ()


def test_what_was_masked_when_it_came_is_still_told() -> None:
    stored = masked_ticket(ticket("Garder le dossier de Mme Zorblax ?"), frozenset(), Rules())
    assert read_ticket(stored, frozenset()).masked == (MASKED_BEFORE,)


def test_a_long_message_is_read_to_a_bound_and_says_so() -> None:
    found = read("Combien de temps garder un dossier ? " + "mot " * 10_000)
    assert found.cut
    assert all(0 < len(question) <= MAX_CHARS for question in found.questions)
    assert not read("a" * READ_MAX).cut


@pytest.mark.parametrize("unit", ["1. ", "M. 1", "a ? ", "{} b. ", "{} c ? "])
def test_many_short_sentences_cost_no_more_than_a_long_letter(unit: str, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []
    tells = reading._tells_of_emergency
    monkeypatch.setattr(reading, "_tells_of_emergency", lambda text: bool(seen.append(text)) or tells(text))
    text = "".join(unit.format(number) for number in range(READ_MAX // len(unit)))
    assert read(text, "x" * 100_000).cut is (len(text) > READ_MAX)
    assert sum(map(len, seen)) <= 3 * READ_MAX
    assert len(seen) <= 2 * reading._SENTENCES_MAX + 2


def test_what_is_stored_holds_no_more_than_the_rules_need() -> None:
    rules = Rules(categories=frozenset({"rgpd"}), consent_tag="accord")
    given: dict[str, Any] = {"category": "RGPD", "tags": frozenset({"Accord", "patiente Zorblax"})}
    stored = masked_ticket(
        ticket("Mme Zorblax\u200b, 06 39 98 12 34", subject="M. Zorblax", **given), frozenset(), rules
    )
    assert (stored.category, stored.tags) == ("RGPD", frozenset({"Accord"}))
    assert "Zorblax" not in stored.text + stored.subject
    assert masked_ticket(ticket("x", category="Zorblax"), frozenset(), rules).category == ""


def test_two_questions_in_one_sentence_are_taken_apart() -> None:
    text = "Dans quel délai dois-je répondre au patient, et peut-on facturer les copies ?"
    assert read(text).questions[0] == "Dans quel délai dois-je répondre au patient\u00a0?"
    assert "eut-on facturer les copies ?" in read(text).questions[1]
    assert len(read("Qui prévenir et comment ?").questions) == 1


def test_a_story_may_be_searched_again_by_its_question_and_what_was_told_before() -> None:
    told = "Un patient demande une copie de son dossier."
    question = "Dans quel délai devons-nous lui répondre ?"
    found = read(f"Je suis médecin. Le cabinet est à Lyon. {told} {question}")
    assert found.again == {found.questions[0]: f"{told} {question}"}
    assert read(question).again == {}


def test_questions_that_are_not_treated_are_named() -> None:
    found = read("\n".join(f"Combien de temps garder le document numéro {number} ?" for number in range(8)))
    assert (found.left_out, len(found.unread)) == (5, 3)
    assert "numéro 3" in found.unread[0]


def test_a_message_in_another_language_is_not_searched() -> None:
    found = read("Hello, what is the minimum length of our passwords and how often should we change them?")
    assert (found.foreign, found.questions) == (True, ())
    attacked = read("Hello, we have a ransomware on our server, what should we do with the backups?")
    assert attacked.foreign
    assert len(attacked.questions) == 1
