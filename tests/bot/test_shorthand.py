"""Text-message French."""

import pytest

from bot.shorthand import spelt_out


@pytest.mark.parametrize(
    ("typed", "full"),
    [
        ("fo til un mdp", "faut-il un mdp"),
        ("jpeux prendre des foto avc mon tel ?", "je peux prendre des foto avec mon téléphone ?"),
        ("cb de temps on garde", "combien de temps on garde"),
        ("on pe le faire payer", "on peut le faire payer"),
        ("c koi le dpo", "c’est quoi le dpo"),
        ("est se que ke je dois", "est-ce que ke je dois"),
    ],
)
def test_forms_are_spelt_out(typed: str, full: str) -> None:
    assert spelt_out(typed) == full


@pytest.mark.parametrize(
    "ordinary",
    [
        "Faut-il l’accord du patient ?",
        "Ma CB a été débitée",
        "Le message SMS du CERT-FR, alinéa c du texte",
        "Il y a peu de risque avec un pro de santé",
        "Quelle adresse pour le Dr de garde ?",
        "Un document TS ou SS ?",
        "e-CPS et Pro Santé Connect",
        "Est-ce que je peux utiliser une clé USB ?",
    ],
)
def test_ordinary_french_is_left_as_it_is(ordinary: str) -> None:
    assert spelt_out(ordinary) == ordinary


def test_what_is_spelt_out_stays_so() -> None:
    once = spelt_out("jsuis seule au cab fo til un dpo pr moi ?")
    assert spelt_out(once) == once


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("je peux envoyer une ordo par whatsapp", "je peux envoyer une ordonnance par whatsapp"),
        ("jpeu garder les dossiers pat", "je peux garder les dossier patient"),
        ("chgt de ttt", "chgt de traitement"),
        ("Quelle est la longueur minimale d'un mot de passe robuste ?", "combien de caractères pour un mot de passe ?"),
        ("Quelle longueur de clé ?", "Quelle longueur de clé ?"),
    ],
)
def test_everyday_abbreviations_and_what_texts_call_it(typed: str, read: str) -> None:
    assert spelt_out(typed) == read
