"""Whom an agent may turn to: fixed sentences, and contact points of the contacts file, with their reserves."""

from collections.abc import Iterable

from bot.compose import NBSP, contact_notice
from bot.contacts import ADVICE, Contacts
from bot.helpdesk.model import Confidence
from bot.model import Contact, Notice, Reason, Status

_NATIONAL = ("cybermalveillance-prestataire", "cnil-renseignement", "cert-sante")
"""Ids in the contacts file: a service provider, the data protection authority, the response team of the sector. One
that is not in the file is not named."""
_CONTACT = "contact"
_EMERGENCY = (
    f"Urgence possible{NBSP}: reprenez ce ticket sans attendre, et appelez la personne plutôt que de lui écrire si sa "
    "messagerie ou son poste est en cause."
)
_DPO = (
    f"Données personnelles en jeu{NBSP}: demandez l’avis du délégué à la protection des données (DPO) de la structure, "
    "si elle en a un."
)
_READ_AGAIN = "Réponse incertaine\u00a0: à faire relire par une personne du domaine avant tout envoi."


def advice(
    status: Status,
    reasons: Iterable[Reason],
    confidence: Confidence,
    notices: Iterable[Notice],
    contacts: Contacts,
    region: str,
) -> tuple[str, ...]:
    """Whom to turn to, by what the draft is: one sentence each; nothing for a question outside our subject."""
    named = [notice.text for notice in notices if notice.code == _CONTACT]
    # Contacts come with a request to be precise only where an attack is told without saying which.
    if status is Status.EMERGENCY or (status is Status.CLARIFY and named):
        return (_EMERGENCY, *dict.fromkeys(named))
    # Nobody to turn to about our subject: there is no question, or it is about another.
    if status is Status.NO_ANSWER and (not (why := set(reasons)) or why == {Reason.OUT_OF_SCOPE}):
        return ()
    if status is Status.NO_ANSWER or status is Status.CLARIFY:
        return (_DPO, *(contact_notice(contact).text for contact in _advisers(contacts, region)))
    return (_READ_AGAIN, _DPO) if confidence is Confidence.LOW else ()


def _advisers(contacts: Contacts, region: str) -> list[Contact]:
    """Provider, authority and response team, then those of the region (the health agency's helpdesk among them)."""
    national = [found for name in _NATIONAL if (found := contacts.contact(name)) is not None]
    regional = [one for one in contacts.contacts_for(ADVICE, region) if one.region == region]
    return [*national, *regional]
