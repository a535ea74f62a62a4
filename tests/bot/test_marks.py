"""A masked question is searched, and answered, as if nobody had been named in it."""

import pytest

from bot.answer import Answerer
from bot.marks import without_marks
from bot.privacy import mask

PEOPLE = (
    "Mme Jeanne DURAND",
    "M. Paul Lê",
    "Mme Durand, née le 12/03/1985",
    "Mme Jeanne DURAND, NIR 2 06 12 75 111 005 64",
    "M. Durand (tél : 06 12 34 56 78)",
    "Monsieur Durand, mail : p.durand@exemple.fr",
)
ABOUT = (
    "combien de temps garder son dossier ?",
    "dans quel délai lui donner la copie de son dossier ?",
    "comment lui écrire de façon sécurisée ?",
    "puis-je lui envoyer un SMS de rappel ?",
)
WITHIN = (
    ("combien de temps garder le dossier {} ?", "de "),
    ("qui peut demander la copie du dossier {} décédé ?", "de "),
    ("puis-je envoyer une ordonnance par WhatsApp {} ?", "à "),
    ("dans quel délai donner le dossier {} ?", "à "),
    ("faut-il l’accord {} pour ouvrir son DMP ?", "de "),
)


@pytest.mark.parametrize(
    ("asked", "searched"),
    [
        ("combien de temps garder le dossier de Mme DURAND ?", "combien de temps garder le dossier d’un patient ?"),
        ("Puis-je écrire son NIR 2 06 12 75 111 005 64 ?", "Puis-je écrire son NIR ?"),
        ("le Dr Martin peut-il lire le dossier ?", "un médecin peut-il lire le dossier ?"),
        ("Mme Durand, née le 12/03/1985, demande son dossier", "un patient demande son dossier"),
        ("Mon patient M. Paul Durand refuse le DMP", "Mon patient refuse le DMP"),
        ("Mme Durand (06 12 34 56 78, j@x.fr) veut son dossier", "un patient veut son dossier"),
        ("Bonjour Dr Martin, faut-il un DPO ?", "Bonjour, faut-il un DPO ?"),
        ("Faut-il un DPO ?", "Faut-il un DPO ?"),
    ],
)
def test_titles_and_labels_go_with_the_mark(asked: str, searched: str) -> None:
    assert without_marks(mask(asked).text) == searched


@pytest.mark.parametrize("person", PEOPLE)
@pytest.mark.parametrize("question", ABOUT)
def test_someone_named_first_changes_nothing(person: str, question: str) -> None:
    assert without_marks(mask(f"{person}, {question}").text) == question


@pytest.mark.parametrize("person", PEOPLE)
@pytest.mark.parametrize(("question", "of"), WITHIN)
def test_someone_named_is_answered_like_anybody(answerer: Answerer, person: str, question: str, of: str) -> None:
    anybody = answerer.ask(question.format("d’un patient" if of == "de " else f"{of}un patient"))
    named = answerer.ask(question.format(of + person))
    assert named.notices[0].code == "personal_data_masked"
    assert (named.status, named.reason) == (anybody.status, anybody.reason)
    assert [one.passage_id for one in named.citations] == [one.passage_id for one in anybody.citations]
