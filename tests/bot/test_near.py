"""What is offered beside an answer, on the real index."""

import pytest

from bot.answer import Answerer


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
