import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.tokens import STOP_WORDS, fold, stem, terms, words


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("l'ordinateur d’un médecin", ["ordinateur", "medecin"]),
        ("Qu’est-ce qu'une donnée ?", ["donnee"]),
        ("jusqu’à l’archivage, lorsqu’il s’agit d’archives", ["archivage", "agit", "archives"]),
        ("aujourd’hui", ["aujourd", "hui"]),
        ("SÉCURITÉ, sécurité, securite", ["securite"] * 3),
        ("cœur et œdème", ["coeur", "oedeme"]),
        ("e\u0301tat", ["etat"]),
        ("e-CPS", ["ecps", "cps"]),
        ("eCPS", ["ecps"]),
        ("MR-004", ["mr004", "mr", "004"]),
        ("MR‑004", ["mr004", "mr", "004"]),
        ("NIS 2", ["nis", "2"]),
        ("Wi-Fi", ["wifi", "wi", "fi"]),
        ("un rendez-vous", ["rendez"]),
        ("sous-traitant", ["traitant"]),
        ("Faut-il, dois-je, peut-on, a-t-elle, est-ce", []),
        ("sans ne pas non", ["sans", "pas", "non"]),
        ("", []),
        ("?! … « »", []),
    ],
)
def test_words(text: str, found: list[str]) -> None:
    assert words(text) == found


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("conservation", "conservations"),
        ("les sauvegardes chiffrées", "sauvegarde chiffrée"),
        ("mots de passe", "mot de passe"),
        ("L’hébergeur", "hebergeurs"),
        ("MÉDECIN", "medecin"),
    ],
)
def test_terms_bring_forms_of_a_word_together(one: str, other: str) -> None:
    assert terms(one) == terms(other)


@pytest.mark.parametrize("short", ["cnil", "rgpd", "2020", "112", "dpo"])
def test_acronyms_and_figures_stay_whole(short: str) -> None:
    assert terms(short.upper()) == [short]


def test_stop_words_are_folded_and_found_by_words() -> None:
    assert all(fold(word) == word for word in STOP_WORDS)
    assert words(" ".join(sorted(STOP_WORDS))) == []


@settings(deadline=None)
@given(st.text())
def test_terms_are_plain_and_do_not_depend_on_case(text: str) -> None:
    found = terms(text)
    assert all(term and all("a" <= char <= "z" or "0" <= char <= "9" for char in term) for term in found)
    assert terms(fold(text)) == terms(fold(fold(text)))


def test_stem_keeps_words_of_three_letters() -> None:
    assert (stem("dos"), stem("dossiers")) == ("dos", stem("dossier"))
