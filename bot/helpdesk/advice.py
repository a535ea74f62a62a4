"""Whom an agent may turn to: fixed sentences, and contact points of the contacts file, with their reserves."""

import re
from collections.abc import Iterable

from bot.compose import NBSP, contact_notice
from bot.contacts import ADVICE, Contacts
from bot.helpdesk.model import Confidence
from bot.model import Contact, Notice, Reason, Status
from index.tokens import fold

_NATIONAL = ("cybermalveillance-prestataire", "cnil-renseignement", "cert-sante")
"""Ids in the contacts file: a service provider, the data protection authority, the response team of the sector. One
that is not in the file is not named."""
_CONTACT = "contact"
_MONEY = re.compile(r"\b(?:carte|bancaire|banque|iban|rib|virement|paie|paye|argent|euros?|achat|escro|arnaq|factur)")
_ONLY_IF = {
    "opposition-bancaire": _MONEY,
    "perceval": _MONEY,
    "thesee": _MONEY,
    "info-escroqueries": _MONEY,
    "33700": re.compile(r"\b(?:sms|texto|appel|telephon|portable)"),
    "phishing-initiative": re.compile(r"\b(?:site|lien|page|adresse|url)\b"),
}
"""Contacts of an emergency that help in one case only, and the words (folded) that tell of it: without them, an agent
would read thirteen addresses for a password that was given away."""
_EMERGENCY = (
    f"Urgence possible{NBSP}: reprenez ce ticket sans attendre, et appelez la personne plutôt que de lui écrire si sa "
    "messagerie ou son poste est en cause."
)
_DPO = (
    f"Données personnelles en jeu{NBSP}: demandez l’avis du délégué à la protection des données (DPO) de la structure, "
    "si elle en a un."
)
_IF_OURS = (
    f"Si la question touche bien à la sécurité informatique ou aux données personnelles{NBSP}: demandez l’avis du "
    "délégué à la protection des données (DPO) de la structure, si elle en a un, ou de son prestataire informatique."
)
_READ_AGAIN = "Réponse incertaine\u00a0: à faire relire par une personne du domaine avant tout envoi."


def advice(
    status: Status,
    reasons: Iterable[Reason],
    confidence: Confidence,
    notices: Iterable[Notice],
    contacts: Contacts,
    region: str,
    told: str = "",
) -> tuple[str, ...]:
    """Whom to turn to, by what the draft is: one sentence each; nothing for a question outside our subject.

    ``told``: what the message says; in an emergency it leaves out the contacts for another case.
    """
    named = [notice.text for notice in notices if notice.code == _CONTACT]
    # Contacts come with a request to be precise only where an attack is told without saying which.
    if status is Status.EMERGENCY or (status is Status.CLARIFY and named):
        elsewhere = tuple(_for_another_case(contacts, fold(told)))
        return (_EMERGENCY, *(line for line in dict.fromkeys(named) if not line.startswith(elsewhere)))
    # Nobody to turn to about our subject: there is no question, or it is about another.
    why = set(reasons)
    if status is Status.NO_ANSWER and why <= {Reason.OUT_OF_SCOPE}:
        return ()
    if status is Status.NO_ANSWER and Reason.WEAK not in why:
        # Nothing near in our texts: it may be a question of ours, or the hours of the swimming pool.
        return (_IF_OURS,)
    if status is Status.NO_ANSWER or status is Status.CLARIFY:
        return (_DPO, *(contact_notice(contact).text for contact in _advisers(contacts, region)))
    return (_READ_AGAIN, _DPO) if confidence is Confidence.LOW else ()


def _for_another_case(contacts: Contacts, told: str) -> Iterable[str]:
    """How the lines of contacts begin that are of no use for what was told."""
    for name, case in _ONLY_IF.items():
        contact = contacts.contact(name)
        if contact is not None and not case.search(told):
            yield contact.name


def _advisers(contacts: Contacts, region: str) -> list[Contact]:
    """Provider, authority and response team, then those of the region (the health agency's helpdesk among them)."""
    national = [found for name in _NATIONAL if (found := contacts.contact(name)) is not None]
    regional = [one for one in contacts.contacts_for(ADVICE, region) if one.region == region]
    return [*national, *regional]
