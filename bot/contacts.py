"""Contact points (``corpus/contacts.toml``): whom to turn to in an emergency, and with which reserve."""

import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.model import ANY_EMERGENCY, Contact
from index.tokens import stem, words
from ingest.errors import ParseError
from ingest.fields import partial_date
from ingest.manifest import https_host
from ingest.problems import Problem
from ingest.slugs import AUDIENCES, EMERGENCIES, KEBAB
from ingest.toml_blocks import Block, read_blocks
from ingest.typography import slips

NOTIFICATION = "notification"
ADVICE = "advice"
NATIONAL = "national"
DEFAULT_REGION = "ile-de-france"
# Nobody attacks who sends a message to the wrong person or loses a key: those who help victims come after the others.
_WITHOUT_ATTACKER = frozenset({"wrong-recipient", "theft"})
_LINES_FOR_ATTACKS = ("17cyber", "police-secours")
_NUMBER = re.compile(r"\b0(?:[ \u00a0\u202f]?\d){9}\b")
_PHONE = re.compile(r"[0-9()a-z \u00a0\u202f]{2,40}")


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
        last = _LINES_FOR_ATTACKS if incident in _WITHOUT_ATTACKER else ()
        return tuple(sorted(found, key=lambda contact: (not contact.confirmed, contact.id in last)))


def nearest(question: str, contacts: Sequence[Contact]) -> tuple[Contact, ...]:
    """The contacts, those first whose name and public share the rarest words with a question.

    Of equals, those come last who also serve in an emergency: the question is none.
    """
    known = {contact.id: _stems(f"{contact.name} {contact.for_whom}") for contact in contacts}
    counts = Counter(word for found in known.values() for word in found)
    asked = _stems(question)

    def nearness(contact: Contact) -> float:
        return sum(math.log(len(contacts) / counts[word]) for word in known[contact.id] & asked)

    def serves_victims(contact: Contact) -> bool:
        return bool(EMERGENCIES & set(contact.incidents))

    return tuple(sorted(contacts, key=lambda contact: (-nearness(contact), serves_victims(contact))))


def _stems(text: str) -> frozenset[str]:
    return frozenset(stem(word) for word in words(text))


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
