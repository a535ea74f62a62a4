"""Old texts are told as such: those from before the GDPR that speak of personal data, and any older than ten years."""

import datetime

import pytest

from bot.age import age_of
from bot.model import Age
from ingest.force import Force

TODAY = datetime.date(2026, 11, 30)
DATA = "Les données personnelles de vos patients sont protégées."
OTHER = "La sauvegarde est débranchée du réseau."


@pytest.mark.parametrize(
    ("date", "words", "age"),
    [
        ("2017", DATA, Age.BEFORE_GDPR),
        ("2018-04", DATA, Age.BEFORE_GDPR),
        ("2018-05-24", DATA, Age.BEFORE_GDPR),
        ("2018-05-25", DATA, None),
        # The month, or the year, may end after the day that counts.
        ("2018-05", DATA, None),
        ("2018", DATA, None),
        ("2013", DATA, Age.BEFORE_GDPR),
        ("2017", OTHER, None),
        ("2013", OTHER, Age.OLD),
        ("2016-11-29", OTHER, Age.OLD),
        ("2016-11-30", OTHER, None),
        ("2016-11", OTHER, None),
        ("2016", OTHER, None),
        ("2024", DATA, None),
        (None, DATA, None),
    ],
)
def test_a_text_is_old_when_it_surely_is(date: str | None, words: str, age: Age | None) -> None:
    for force in (None, Force.BINDING, Force.RECOMMENDATION, Force.INFORMATION):
        assert age_of(date, force, words, TODAY) is age


def test_a_law_is_in_force_whatever_its_date() -> None:
    assert age_of("1978", Force.LAW, DATA, TODAY) is None
    assert age_of("2016-04-27", Force.LAW, DATA, TODAY) is None


@pytest.mark.parametrize(
    "words",
    [
        "Une donnée à caractère personnel",
        "les données des patients",
        "données de vos patients",
        "données de santé",
        "le traitement de données",
        "Le dossier médical",
        "la loi Informatique et Libertés",
        "le droit d’accès du patient",
        "CNIL Le fichier central des chèques",
        "le respect de la vie privée",
        "données relatives aux salariés et clients",
        "les données concernant les personnes",
    ],
)
def test_what_speaks_of_personal_data(words: str) -> None:
    assert age_of("2017", None, words, TODAY) is Age.BEFORE_GDPR


@pytest.mark.parametrize(
    "words",
    [
        "Les données sont sauvegardées",
        "base de données",
        "mot de passe personnel",
        "le matériel informatique du cabinet",
        "droits d’administration",
        "un centre de données",
        "Donnez un accès limité aux patients",
    ],
)
def test_what_does_not(words: str) -> None:
    assert age_of("2017", None, words, TODAY) is None
