"""Messages that need no draft."""

import pytest

from bot.helpdesk.config import Rules
from bot.helpdesk.courtesy import asks_nothing
from bot.helpdesk.rules import left_alone

from .helpdesks import ticket


@pytest.mark.parametrize(
    "text",
    [
        "J’ai bien reçu votre réponse, merci.",
        "Merci beaucoup pour votre aide !\nJeanne Martin",
        "Bonjour,\nC’est parfait, merci encore.\nCordialement,\nDr Martin",
        "Merci",
        "Le problème est résolu, vous pouvez clore le ticket. Bonne journée",
    ],
)
def test_thanks_and_closings(text: str) -> None:
    assert asks_nothing(text)
    assert left_alone(ticket(text), Rules()) == "thanks"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Merci de me dire combien de temps garder un dossier",
        "Merci. Et pour un mineur ?",
        "Bien reçu, mais tous mes fichiers sont chiffrés",
        "Merci pour votre aide, tous mes fichiers sont chiffrés",
        "Bonjour, dossier perdu",
        "Merci de votre retour, il me manque la durée de conservation des ordonnances",
    ],
)
def test_what_may_ask_something_is_read(text: str) -> None:
    assert not asks_nothing(text)
