"""Contact points (``corpus/contacts.toml``): whom to turn to in an emergency, and with which reserve."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ingest.errors import ParseError
from ingest.fields import partial_date
from ingest.manifest import https_host
from ingest.problems import Problem
from ingest.slugs import AUDIENCES, EMERGENCIES, KEBAB
from ingest.toml_blocks import Block, read_blocks
from ingest.typography import slips

ANY_EMERGENCY = "*"
NOTIFICATION = "notification"
ADVICE = "advice"
NATIONAL = "national"
DEFAULT_REGION = "ile-de-france"
_RESERVE = "Coordonnée non confirmée à sa source\u00a0: à vérifier avant de s’y fier."
_NUMBER = re.compile(r"\b0(?:[ \u00a0\u202f]?\d){9}\b")
_PHONE = re.compile(r"[0-9()a-z \u00a0\u202f]{2,40}")


@dataclass(frozen=True, slots=True)
class Contact:
    """A contact point. ``phone``, ``url``, ``hours`` and ``cost`` are empty where there is none or none is known."""

    id: str
    name: str
    for_whom: str
    incidents: tuple[str, ...]
    region: str
    profession: tuple[str, ...]
    phone: str
    url: str
    hours: str
    cost: str
    note: str
    source: str
    verified: str
    """Date of the last check at the source; empty: never."""
    confirmed: bool

    @property
    def reserve(self) -> str:
        """What must be said beside an unconfirmed contact; empty for a confirmed one."""
        return "" if self.confirmed else _RESERVE

    def serves(self, incident: str) -> bool:
        """Whether it helps with an emergency slug, ``notification`` or ``advice``."""
        return incident in self.incidents or (incident in EMERGENCIES and ANY_EMERGENCY in self.incidents)


@dataclass(frozen=True, slots=True)
class Contacts:
    """All contact points, in the order of the file."""

    contacts: tuple[Contact, ...]

    @property
    def hosts(self) -> frozenset[str]:
        """Hosts of their links."""
        return frozenset(host for contact in self.contacts if (host := https_host(contact.url)))

    @property
    def phones(self) -> frozenset[str]:
        """Their ten-digit numbers, digits only."""
        found = (_NUMBER.findall(contact.phone) for contact in self.contacts)
        return frozenset(re.sub(r"\D", "", number) for numbers in found for number in numbers)

    def contact(self, contact_id: str) -> Contact | None:
        """The contact of that id."""
        return next((contact for contact in self.contacts if contact.id == contact_id), None)

    def contacts_for(
        self, incident: str, region: str = DEFAULT_REGION, profession: str | None = None
    ) -> tuple[Contact, ...]:
        """Contacts for an incident in a region: confirmed ones first, then those to show with their ``reserve``.

        ``profession`` leaves out those of other professions.
        """
        found = [
            contact
            for contact in self.contacts
            if contact.serves(incident)
            and contact.region in (NATIONAL, region)
            and (profession is None or bool({profession, "tous"} & set(contact.profession)))
        ]
        return tuple(sorted(found, key=lambda contact: not contact.confirmed))


def load_contacts(path: Path) -> Contacts:
    """The contacts in the TOML file ``path``. Raises ParseError, naming file, line and cure."""
    contacts, problems = read_contacts(path)
    if problems:
        first = problems[0]
        raise ParseError(f"{first.file}:{first.line}", f"{first.message} ; {first.cure}")
    return contacts


def read_contacts(path: Path) -> tuple[Contacts, list[Problem]]:
    """The contacts, and everything that is wrong in the file, by line; use them only when nothing is."""
    blocks, problems = read_blocks(path, "contact")
    contacts: list[Contact] = []
    ids: dict[str, int] = {}
    phones: dict[str, str] = {}
    for block in blocks:
        contact = _contact(block)
        if contact.id in ids:
            block.report("id", f"identifiant « {contact.id} » déjà pris à la ligne {ids[contact.id]}", "changez-le")
        if contact.phone and contact.phone in phones:
            cure = "gardez un seul bloc par numéro"
            block.report("phone", f"numéro déjà donné par « {phones[contact.phone]} »", cure)
        ids.setdefault(contact.id, block.line)
        phones.setdefault(contact.phone, contact.id)
        contacts.append(contact)
    return Contacts(tuple(contacts)), sorted(problems)


def _contact(block: Block) -> Contact:
    contact = Contact(
        id=block.text("id"),
        name=block.text("name"),
        for_whom=block.text("for_whom"),
        incidents=block.texts("incidents"),
        region=block.text("region", NATIONAL),
        profession=block.texts("profession", ("tous",)),
        phone=block.text("phone", ""),
        url=block.text("url", ""),
        hours=block.text("hours", ""),
        cost=block.text("cost", ""),
        note=block.text("note", ""),
        source=block.text("source"),
        verified=block.text("verified", ""),
        confirmed=block.flag("confirmed"),
    )
    for key, value in (("id", contact.id), ("region", contact.region)):
        if value and not KEBAB.fullmatch(value):
            block.report(key, f"« {value} » mal formé", "écrivez des minuscules sans accent, séparées par des tirets")
    block.only("incidents", contact.incidents, {*EMERGENCIES, ANY_EMERGENCY, NOTIFICATION, ADVICE})
    block.only("profession", contact.profession, AUDIENCES)
    if contact.phone and not (_PHONE.fullmatch(contact.phone) and re.search(r"\d", contact.phone)):
        block.report("phone", f"numéro « {contact.phone} » mal formé", "écrivez par exemple 01 23 45 67 89")
    if contact.url and https_host(contact.url) is None:
        block.report("url", f"adresse « {contact.url} » refusée", "écrivez une adresse complète en https://")
    if contact.verified and partial_date(contact.verified) != contact.verified:
        block.report("verified", f"date « {contact.verified} » illisible", "écrivez AAAA, AAAA-MM ou AAAA-MM-JJ")
    if not contact.phone and not contact.url and contact.confirmed:
        block.report("id", "ni téléphone ni adresse", "donnez l’un des deux, ou « confirmed = false »")
    for key, message, cure in _typography(contact):
        block.report(key, message, cure)
    block.finish()
    return contact


def _typography(contact: Contact) -> Iterator[tuple[str, str, str]]:
    shown = {"name": contact.name, "for_whom": contact.for_whom, "hours": contact.hours, "note": contact.note}
    for key, text in shown.items():
        for message, cure in slips(text):
            yield key, message, cure
