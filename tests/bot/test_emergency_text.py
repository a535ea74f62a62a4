"""Panic made plain: short-message spelling, sounds, typing errors, and words that must stay as they are."""

import pytest

from bot.emergency_text import plain


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("jé cliké", "j ai clique"),
        ("G CLIKÉ", "j ai clique"),
        ("j’ai clikai", "j ai clique"),
        ("cé un fo mail", "c est un fo mail"),
        ("mé fichié son cripté", "mes fichiers son crypte"),
        ("on ma volé lordi", "on m a vole l ordi"),
        ("ransson", "rancon"),
        ("ameçonnage", "hameconnage"),
        ("kelkun", "quelqu un"),
        ("mdp", "mot de passe"),
        ("AUUUUU SECOURS", "au secours"),
        ("M. Durand a appelé. Que faire ?", "m durand a appele | que faire ?"),
        ("Mme [nom masqué] au [téléphone masqué]", "mme au"),
    ],
)
def test_what_was_meant(typed: str, read: str) -> None:
    assert plain(typed) == f" {read} "


@pytest.mark.parametrize(
    "word",
    ["clinique", "classique", "coffre", "facteur", "intérêt", "portail", "conseil", "internat", "chiffres", "notre"],
)
def test_innocent_words_stay(word: str) -> None:
    assert plain(word).strip() == word.replace("é", "e").replace("ê", "e")


def test_patients_words_are_not_rewritten() -> None:
    for name in ("Dupont", "Lefèvre", "Benali", "Nguyen", "Fournier", "Mercier"):
        assert plain(name).strip() == name.casefold().replace("è", "e")
