"""Which messages are taken as French."""

import pytest

from bot.helpdesk.language import is_foreign


@pytest.mark.parametrize(
    "text",
    [
        "What should we do about passwords in our practice?",
        "Wie lange müssen wir die Akten der Patienten aufbewahren und ist das Pflicht?",
        "¿Cómo puedo proteger los datos de mi consulta con una copia?",
        "Сколько времени хранить медицинскую карту пациента",
    ],
)
def test_other_languages(text: str) -> None:
    assert is_foreign(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Ransomware sur le serveur",
        "Help ! Password hacked by phishing ce matin",
        "Combien de temps garder un dossier ?",
        "mot de passe oublié session bloquée",
        "Le mail dit « your account has been locked, please click on this link » : que faire avec ce message ?",
        "On do what the legal dit dans la note : est-ce que les dossiers sont pour nous ?",
    ],
)
def test_french_and_what_is_in_doubt(text: str) -> None:
    assert not is_foreign(text)
