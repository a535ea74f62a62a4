"""Questions about an obligation, a law or a sanction, and those that only hold words like them."""

import pytest

from bot.obligation import asks_of_obligation

ASKED = (
    "Suis-je obligé de chiffrer mon ordinateur ?",
    "Est-ce obligatoire d'avoir un registre ?",
    "La double authentification est-elle imposée ?",
    "Sommes-nous tenus de désigner un DPO ?",
    "Suis-je tenue d’informer mes patients ?",
    "Doit-on légalement chiffrer les sauvegardes ?",
    "Est-ce exigé par la loi ?",
    "Quelle sanction si je ne notifie pas ?",
    "Quelles sont mes obligations en matière de sauvegarde ?",
    "la loi m'oblige t elle a changer de mot de passe",
    "Que dit la loi sur les mots de passe ?",
    "Qu’impose le RGPD aux infirmiers ?",
    "c obligatoir l antivirus",
    "On peut avoir une amende si on n'a pas de registre ?",
    "Que risque-t-on si on n'a pas de DPO ?",
    "Est-ce que le RGPD exige le chiffrement ?",
    "Peut-on être puni pour une fuite de données ?",
    "L'assurance cyber est-elle facultative ?",
    "Suis-je forcé de passer à MSSanté ?",
    "Quelles sont les exigences légales pour les mots de passe ?",
    "Est-ce illégal d'utiliser Gmail ?",
    "Le référentiel de la CNIL est-il contraignant ?",
    "Faut-il obligatoirement une charte informatique ?",
    "Un médecin est-il tenu de garder les dossiers ?",
    "Y a-t-il une loi qui impose les sauvegardes ?",
    "La PGSSI-S est-elle opposable ?",
    "Est-on contraint de faire une analyse d'impact ?",
    "Responsabilité pénale en cas de fuite ?",
    "SUIS-JE OBLIGÉE DE FAIRE UNE AIPD",
    "Un kiné est-il obligé d'avoir une MSSanté ?",
    "Dois-je obligatoirement afficher une mention RGPD en salle d'attente ?",
    "La CNIL peut-elle me mettre une amende ?",
    "Est-ce légal de stocker des dossiers sur Google Drive ?",
    "Nous contraint-on à utiliser la e-CPS ?",
    "La sauvegarde hors site est-elle une exigence réglementaire ?",
    "Peut-on m'obliger à prendre un logiciel Ségur ?",
)
OTHERS = (
    "Combien de temps garder un dossier ?",
    "Compte tenu de mon activité, quel antivirus choisir ?",
    "Comment assurer la bonne tenue de mes dossiers ?",
    "La tenue de dossiers informatisés, comment faire ?",
    "À force de cliquer, j'ai bloqué ma carte CPS",
    "Quelle est la force d'un mot de passe ?",
    "Quelle longueur pour un mot de passe ?",
    "Dois-je changer mon mot de passe tous les 90 jours ?",
    "C'est quoi la loi Informatique et Libertés ?",
    "Quels sont les risques du Wi-Fi public ?",
    "Comment payer mes impôts en sécurité ?",
    "Quels droits ont mes patients ?",
    "Qui peut accéder au dossier médical ?",
    "Comment transmettre un dossier au successeur ?",
    "Qu'est-ce que la PGSSI-S ?",
    "Que risque-t-on si un téléphone de service est volé sans code ?",
    "Que contient le mémento PGSSI-S ?",
    "Comment tenir un registre des traitements ?",
    "Un patient demande son dossier, que dois-je lui donner ?",
    "Faut-il fermer à clé le cabinet ?",
)


@pytest.mark.parametrize("question", ASKED)
def test_an_obligation_is_asked_for(question: str) -> None:
    assert asks_of_obligation(question)


@pytest.mark.parametrize("question", OTHERS)
def test_no_obligation_is_asked_for(question: str) -> None:
    assert not asks_of_obligation(question)
