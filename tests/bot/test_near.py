"""What is offered beside an answer, on the real index."""

import pytest

from bot.answer import Answerer
from bot.model import Reason, Turn


@pytest.mark.parametrize(
    "question", ["Comment sécuriser le Wi-Fi du cabinet ?", "Que faire de mes vieux disques durs ?"]
)
def test_nothing_about_attacks_stands_beside_another_subject(answerer: Answerer, question: str) -> None:
    answer = answerer.ask(question)
    assert answer.citations
    offered = " ".join((*answer.suggestions, *(page.title for page in answer.related)))
    assert "rançongiciel" not in offered


def test_a_near_page_opens_its_own_address(answerer: Answerer) -> None:
    related = answerer.ask("Comment sécuriser le Wi-Fi du cabinet ?").related
    (page,) = [page for page in related if page.title == "Recommandations sur le nomadisme numérique"]
    assert page.url is not None
    assert page.url.endswith("/recommandations-sur-le-nomadisme-numerique")


def test_a_whole_code_says_which_article_is_meant(answerer: Answerer) -> None:
    related = answerer.ask("Combien de temps dois-je conserver les dossiers de mes patients ?").related
    codes = [page.title for page in related if page.title.startswith("Code ")]
    assert codes
    assert all(" – " in title or "art." in title for title in codes)


def test_publishers_are_shown_with_the_apostrophe_of_french(answerer: Answerer) -> None:
    (citation, *_) = answerer.ask("Comment faire opposition sur une carte bancaire ?").citations
    assert citation.publisher == "Ministère de l’Intérieur"


def test_where_nothing_is_found_pages_must_name_the_subject(answerer: Answerer) -> None:
    near = answerer.ask("Pourquoi mon imprimante fait-elle des bandes ?")
    assert near.reason is Reason.NOTHING_FOUND
    assert near.related
    assert any("imprimante" in suggestion for suggestion in near.suggestions)
    # "Déclarer" and "logiciel" are of any subject; "URSSAF" is of none.
    for question in ("Comment déclarer mes revenus à l'URSSAF ?", "Quel logiciel de comptabilité pour un cabinet ?"):
        far = answerer.ask(question)
        assert (far.reason, far.suggestions, far.related) == (Reason.NOTHING_FOUND, (), ())


def test_contacts_are_those_who_publish_what_lies_near(answerer: Answerer) -> None:
    first = {
        question: answerer.ask(question, [Turn(before)]).contacts[0].id
        for before, question in (
            ("Dois-je désigner un DPO ?", "Combien ça coûte ?"),
            ("Comment activer la e-CPS ?", "C'est gratuit ?"),
        )
    }
    assert set(first.values()) == {"cnil-renseignement", "ans-assistance-cps"}
