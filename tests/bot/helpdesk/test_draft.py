"""Drafts: what is said, what is not covered, whom to turn to."""

from dataclasses import replace

import pytest

from bot.compose import contact_notice
from bot.contacts import Contacts, load_contacts
from bot.errors import BadQuestion
from bot.helpdesk.draft import in_words
from bot.helpdesk.message import READ_MAX
from bot.helpdesk.model import Confidence
from bot.model import Answer, Reason, Status
from bot.service import CORPUS

from .helpdesks import Scripted, answered, citation, drafter, emergency, refused, ticket


@pytest.fixture(scope="module")
def contacts() -> Contacts:
    return load_contacts(CORPUS / "contacts.toml")


TWO = "Dois-je nommer un DPO ?\n\nCombien de temps garder un dossier médical de patient, pour un cabinet de groupe ?"


@pytest.mark.parametrize(
    ("probability", "word"),
    [(1.0, "forte"), (0.90, "forte"), (0.8999, "moyenne"), (0.70, "moyenne"), (0.6999, "faible"), (0.61, "faible")],
)
def test_confidence_in_words(probability: float, word: str) -> None:
    assert in_words(probability) == word


def test_quotes_are_word_for_word_and_numbered_through_the_draft() -> None:
    first, second = citation("Un  texte — « tel quel »."), citation("Un autre.", page=4, page_label="iv")
    asker = Scripted({"DPO": answered(0.95, first), "dossier": answered(0.75, second)})
    draft = drafter(asker).draft(ticket(TWO))
    quotes = [quote for reply in draft.replies for quote in reply.quotes]
    assert [(quote.marker, quote.text) for quote in quotes] == [(1, "Un  texte — « tel quel »."), (2, "Un autre.")]
    assert quotes[1].reference == (
        "CNIL — Conserver les dossiers — 2024-03 — p.\u00a04 (page imprimée iv) — texte officiel"
    )
    assert quotes[0].url == "https://www.cnil.fr/fr/dossiers#duree"
    # The whole is as sure as its least sure part.
    assert draft.confidence is Confidence.MEDIUM
    assert draft.answer_ids == tuple(reply.answer_id for reply in draft.replies)
    assert draft.advice == ()


def test_what_is_not_covered_is_said() -> None:
    asker = Scripted({"DPO": refused(Reason.NOTHING_FOUND)})
    draft = drafter(asker).draft(ticket(TWO))
    assert (draft.status, draft.reason) == (Status.ANSWERED, Reason.NOTHING_FOUND)
    assert draft.not_covered[0] == "«\u00a0Dois-je nommer un DPO ?\u00a0»\u00a0: aucun texte officiel trouvé."
    assert "situation particulière" in draft.not_covered[-1]


def test_a_message_without_a_question_or_too_long_is_said() -> None:
    empty = drafter().draft(ticket("Bonjour"))
    assert (empty.status, empty.replies, empty.confidence) == (Status.NO_ANSWER, (), Confidence.NONE)
    assert empty.not_covered == ("Le message ne contient pas de question lisible.",)
    long = drafter().draft(ticket("Combien de temps garder un dossier ?\n" + "mot " * READ_MAX))
    assert any("20\u00a0000 caractères" in one for one in long.not_covered)


def test_an_emergency_wins_and_keeps_its_steps(contacts: Contacts) -> None:
    text = "Mes fichiers sont chiffrés, on me demande une rançon.\n\nDois-je nommer un DPO ?"
    draft = drafter(Scripted({"rançon": emergency()}), contacts).draft(ticket(text))
    assert (draft.status, draft.replies[0].status) == (Status.EMERGENCY, Status.EMERGENCY)
    assert [quote.heading for quote in draft.replies[0].quotes] == ["Gestes", "À ne pas faire"]
    assert draft.advice[0].startswith("Urgence possible")
    assert "17Cyber : 17cyber.gouv.fr." in draft.advice


def test_without_an_answer_agents_are_told_whom_to_ask(contacts: Contacts) -> None:
    draft = drafter(Scripted(otherwise=refused(Reason.WEAK)), contacts).draft(ticket("Dois-je nommer un DPO ?"))
    told = "\n".join(draft.advice)
    for name in ("DPO", "prestataire", "CNIL", "CERT Santé", "GRADeS"):
        assert name in told
    # Each contact comes from the file, with its reserve where it was not confirmed.
    named = [contact for contact in contacts.contacts if contact.name in told]
    assert {"cert-sante", "cnil-renseignement", "sesan"} <= {contact.id for contact in named}
    assert all(contact.reserve in told for contact in named)


def test_outside_the_subject_nobody_is_named(contacts: Contacts) -> None:
    asker = Scripted(otherwise=refused(Reason.OUT_OF_SCOPE))
    assert drafter(asker, contacts).draft(ticket("Quel temps fait-il ?")).advice == ()


def test_an_uncertain_answer_is_to_be_read_again() -> None:
    draft = drafter(Scripted(otherwise=answered(0.62))).draft(ticket("Dois-je nommer un DPO ?"))
    assert draft.confidence is Confidence.LOW
    assert "à faire relire" in draft.advice[0]


def test_masked_identifiers_are_told_without_their_values() -> None:
    asker = Scripted()
    draft = drafter(asker).draft(ticket("Garder le dossier de Mme Zorblax, 06 39 98 12 34, combien de temps ?"))
    assert draft.notices == (
        "Le message semblait contenir un numéro de téléphone, le nom d’une personne\u00a0: cela a été masqué avant "
        "toute recherche.",
    )
    assert not any("Zorblax" in question or "39 98" in question for question in asker.asked)
    assert "Zorblax" not in repr(draft)


def test_a_question_that_cannot_be_taken_is_left_out() -> None:
    class Picky(Scripted):
        def ask(self, question: str, *, max_citations: int = 3) -> Answer:
            raise BadQuestion("question_empty", "vide")

    draft = drafter(Picky()).draft(ticket("Dois-je nommer un DPO ?"))
    assert (draft.status, draft.replies) == (Status.NO_ANSWER, ())


def test_a_story_without_an_answer_is_searched_again_by_its_question() -> None:
    told, question = "Un patient demande une copie de son dossier.", "Dans quel délai devons-nous lui répondre ?"
    asker = Scripted({"Lyon": refused(Reason.WEAK), "copie": answered(0.95, citation("Un mois."))})
    draft = drafter(asker).draft(ticket(f"Le cabinet est à Lyon. {told} {question}"))
    assert [(reply.status, reply.question) for reply in draft.replies] == [(Status.ANSWERED, f"{told} {question}")]


def test_marks_are_shown_and_not_searched() -> None:
    asker = Scripted({"masqué": refused(Reason.OUT_OF_SCOPE), "dossier": answered(0.95, citation("Vingt ans."))})
    draft = drafter(asker).draft(ticket("Combien de temps garder le dossier de Mme Zorblax ?"))
    assert draft.status is Status.ANSWERED
    assert draft.replies[0].question == "Combien de temps garder le dossier de Mme [nom masqué] ?"


def test_nobody_is_named_where_there_is_no_question_or_nothing_near() -> None:
    assert drafter().draft(ticket("", subject="(sans objet)")).advice == ()
    pool = drafter(Scripted({"piscine": refused(Reason.NOTHING_FOUND)})).draft(ticket("Où est la piscine ?"))
    assert len(pool.advice) == 1
    assert pool.advice[0].startswith("Si la question touche bien")
    english = drafter().draft(ticket("What should we do about the passwords of our practice?"))
    assert (english.replies, english.advice) == ((), ())
    assert "seul le français est traité" in english.not_covered[0]


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("J’ai donné mon mot de passe, que faire ?", {"17cyber", "signal-spam"}),
        ("J’ai donné ma carte bancaire, que faire ?", {"17cyber", "signal-spam", "opposition-bancaire", "perceval"}),
        ("J’ai répondu à un SMS, que faire ?", {"17cyber", "signal-spam", "33700"}),
    ],
)
def test_in_an_emergency_contacts_for_another_case_are_left_out(contacts: Contacts, text: str, kept: set[str]) -> None:
    ids = ("17cyber", "opposition-bancaire", "perceval", "33700", "signal-spam")
    lines = {name: contact_notice(found) for name in ids if (found := contacts.contact(name))}
    asker = Scripted(otherwise=replace(emergency(), notices=tuple(lines.values())))
    told = drafter(asker, contacts).draft(ticket(text)).advice
    assert {name for name, notice in lines.items() if notice.text in told} == kept
