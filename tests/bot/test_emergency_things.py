"""What trouble is about, and its everyday causes."""

import pytest

from bot.answer import Answerer
from bot.emergency_sense import Sense
from bot.emergency_text import plain
from bot.emergency_things import concerns, has_everyday_cause, names_something_digital
from bot.incident import Incident

HARMLESS = (
    "fuite d'eau dans le local serveur",
    "Une fuite de gaz a été signalée au cabinet",
    "J'ai perdu mon badge de parking",
    "on a volé l'idée de mon logo",
    "On m'a volé mon vélo devant le cabinet",
    "j'ai perdu la facture de mon ordinateur",
    "clé USB données patients chiffrée",
    "mes données sont chiffrées par Weda",
    "vieux pc du cabinet a jeter données patients",
    "Mon compte Doctolib est bloqué car j'ai oublié mon mot de passe",
    "ordinateur bloqué sur une mise à jour windows",
    "mon pc reste bloqué au démarrage de windows",
    "J'ai cliqué sur votre site et je ne trouve pas la réponse",
    "Le chat a fait tomber mon ordinateur",
    "Le serveur a disparu du catalogue de mon fournisseur",
    "mon informaticien a pris la main sur le poste pour installer l'imprimante",
)
TOLD = (
    ("j'ai donné mon code CPS à quelqu'un au téléphone qui se disait de l'assurance maladie", Incident.CLICKED),
    ("je me suis connectée à Ameli Pro mais l'adresse n'était pas la bonne", Incident.CLICKED),
    ("y a un mec qui a accédé à nos dossiers il travaille plus ici", Incident.DATA_LEAK),
    ("Notre ancienne secrétaire se connecte encore au logiciel avec son compte", Incident.DATA_LEAK),
    ("j'ai donné un certificat médical à l'employeur au lieu du patient", Incident.WRONG_RECIPIENT),
    ("J'ai cliqué sur le site d'une fausse mairie", Incident.CLICKED),
    ("il y a une fuite dans notre base de patients", Incident.DATA_LEAK),
    ("mes fichiers sont cryptés sur le disque dur externe, au secours", Incident.RANSOMWARE),
)


@pytest.fixture(scope="module")
def sense(answerer: Answerer) -> Sense:
    return Sense(answerer._encode)


@pytest.mark.parametrize("sentence", HARMLESS)
def test_no_data_and_no_machine_struck_is_no_emergency(sense: Sense, sentence: str) -> None:
    for read in (sense.read(sentence), Sense().read(sentence)):
        assert (read.incidents, read.uncertain) == ((), False)


@pytest.mark.parametrize(("sentence", "incident"), TOLD)
def test_like_words_that_tell_of_an_incident(sense: Sense, sentence: str, incident: Incident) -> None:
    assert sense.read(sentence).incidents[:1] == (incident,)


@pytest.mark.parametrize(
    "sentence",
    ["tous les dossiers ont disparu du serveur ce matin", "plus aucun dossier dans le logiciel, tout a été effacé"],
)
def test_files_that_are_gone_are_not_left_without_help(sense: Sense, sentence: str) -> None:
    read = sense.read(sentence)
    assert read.uncertain or read.incidents == (Incident.RANSOMWARE,)


def test_what_is_stolen_must_hold_data() -> None:
    assert concerns(Incident.THEFT, plain("On m'a volé mon téléphone"))
    assert not concerns(Incident.THEFT, plain("On m'a volé mon vélo"))
    assert names_something_digital(plain("mon compte est bloqué"))
    assert not names_something_digital(plain("J'ai perdu ma carte de fidélité"))


def test_malice_outweighs_an_everyday_cause() -> None:
    assert has_everyday_cause(plain("Compte bloqué, j'ai oublié mon mot de passe"))
    assert not has_everyday_cause(plain("Compte piraté, j'ai oublié mon mot de passe"))
