"""An emergency told by pointing back at the question before it."""

import pytest

from bot import compose
from bot.answer import Answerer
from bot.emergency_history import told_by
from bot.incident import Incident
from bot.model import Status, Turn

STOLEN = "Que faire en cas de vol ?"
RANSOM = "Comment reconnaître un rançongiciel ?"
LURE = "Faut-il cliquer sur un lien reçu par SMS ?"


@pytest.mark.parametrize(
    ("before", "question", "incident"),
    [
        (STOLEN, "c'est arrivé ce matin", Incident.THEFT),
        (RANSOM, "c'est ce que j'ai sur mon écran", Incident.RANSOMWARE),
        (RANSOM, "c ce que g sur mon ecran", Incident.RANSOMWARE),
        ("Que faire en cas de perte de la carte CPS ?", "ça vient de m'arriver", Incident.THEFT),
        ("Comment reconnaître un faux conseiller bancaire ?", "c'est ce qui m'est arrivé hier", Incident.FAKE_BANKER),
        ("Comment reconnaître un faux support technique ?", "trop tard, c'est fait", Incident.FAKE_SUPPORT),
        (LURE, "je viens de le faire", Incident.CLICKED),
        ("Faut-il ouvrir une pièce jointe douteuse ?", "ma secrétaire l'a fait, on fait quoi ?", Incident.CLICKED),
        ("C'est quoi une violation de données ?", "c'est notre cas depuis ce matin", Incident.DATA_LEAK),
        ("Comment savoir si ma boîte mail a été piratée ?", "c'est arrivé cette nuit", Incident.MAILBOX_HACKED),
        ("Que faire si j'écris au mauvais destinataire ?", "ça nous est arrivé ce matin", Incident.WRONG_RECIPIENT),
    ],
)
def test_pointing_back_tells_of_the_incident_asked_about(before: str, question: str, incident: Incident) -> None:
    assert told_by(question, ["Faut-il un DPO ?", before]) is incident
    assert told_by(question, []) is None


@pytest.mark.parametrize(
    ("before", "question"),
    [
        (STOLEN, "et si ça m'arrive ?"),
        (STOLEN, "ça arrive souvent ?"),
        (STOLEN, "c'est arrivé à un confrère"),
        (STOLEN, "c'est arrivé l'an dernier"),
        (STOLEN, "C'est ce que je voulais savoir"),
        (STOLEN, "ça se passe comment ?"),
        (RANSOM, "ça ne m'est jamais arrivé"),
        (RANSOM, "ça peut arriver à un cabinet ?"),
        ("Qu'est-ce que le phishing ?", "C'est ce que j'ai compris"),
        ("Comment signaler un hameçonnage ?", "je l'ai fait, et maintenant ?"),
        ("Faut-il notifier une violation à la CNIL ?", "c'est fait"),
        ("Combien de temps garder les dossiers ?", "c'est arrivé ce matin"),
        ("Faut-il un DPO ?", "c'est mon cas"),
    ],
)
def test_what_supposes_or_concerns_others_tells_of_nothing(before: str, question: str) -> None:
    assert told_by(question, [before]) is None


def test_the_sheet_opens_in_a_conversation(answerer: Answerer) -> None:
    answer = answerer.ask("c'est arrivé ce matin", [Turn(STOLEN)])
    assert answer.status is Status.EMERGENCY
    assert answer.answer.startswith(compose.INCIDENTS[Incident.THEFT])
    assert answerer.ask("c'est arrivé ce matin").status is not Status.EMERGENCY
