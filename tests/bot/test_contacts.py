"""Contact points: whom an incident leads to, with which reserve, and what a malformed file says."""

from pathlib import Path

import pytest

from bot.contacts import Contacts, load_contacts, nearest, read_contacts
from ingest.errors import ParseError
from ingest.slugs import EMERGENCIES

FILE = Path(__file__).parents[2] / "corpus" / "contacts.toml"
BLOCK = """[[contact]]
id = "service"
name = "Service"
for_whom = "Toute victime."
incidents = ["ransomware"]
region = "national"
profession = ["tous"]
phone = "01 23 45 67 89"
url = "https://service.gouv.fr/"
hours = ""
cost = ""
note = ""
source = "fact:con-01"
verified = "2024"
confirmed = true
"""


@pytest.fixture(scope="module")
def contacts() -> Contacts:
    return load_contacts(FILE)


def test_the_file_of_the_project_is_valid() -> None:
    assert [str(problem) for problem in read_contacts(FILE)[1]] == []


@pytest.mark.parametrize("incident", sorted(EMERGENCIES))
def test_every_emergency_leads_to_17cyber_and_confirmed_contacts_come_first(contacts: Contacts, incident: str) -> None:
    found = contacts.contacts_for(incident)
    assert "17cyber" in [contact.id for contact in found]
    states = [contact.confirmed for contact in found]
    assert states == sorted(states, reverse=True)


def test_17cyber_is_no_phone_line(contacts: Contacts) -> None:
    guichet = contacts.contact("17cyber")
    assert guichet is not None
    assert guichet.phone == ""
    assert "pas un numéro" in guichet.note.replace("\u00a0", " ")


def test_cert_sante_is_shown_with_its_restriction(contacts: Contacts) -> None:
    cert = contacts.contact("cert-sante")
    assert cert is not None
    assert "établissements" in cert.for_whom
    assert "réservée" in cert.note


def test_unconfirmed_contacts_carry_a_reserve(contacts: Contacts) -> None:
    for contact in contacts.contacts:
        assert bool(contact.reserve) is not contact.confirmed
        assert contact.confirmed or contact.note, contact.id


def test_a_region_gets_its_own_contacts_and_the_national_ones(contacts: Contacts) -> None:
    here = {contact.id for contact in contacts.contacts_for("ransomware", "ile-de-france")}
    there = {contact.id for contact in contacts.contacts_for("ransomware", "bretagne")}
    assert "urgence-cyber-ile-de-france" in here - there
    assert "csirt-territoriaux" in here & there


def test_professions(contacts: Contacts) -> None:
    nurses = {contact.id for contact in contacts.contacts_for("advice", profession="infirmier")}
    assert "ordre-infirmiers" in nurses
    assert "ordre-medecins" not in nurses


def test_every_phone_number_stands_once(contacts: Contacts) -> None:
    phones = [contact.phone for contact in contacts.contacts if contact.phone]
    assert len(phones) == len(set(phones))
    assert contacts.contact("absent") is None
    assert "17cyber.gouv.fr" in contacts.hosts


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ('id = "service"', 'id = "Le service"', 2, ("mal formé", "minuscules")),
        ('name = "Service"\n', "", 1, ("« name » manquante", "ajoutez")),
        ('incidents = ["ransomware"]', 'incidents = ["feu"]', 5, ("« feu » inconnu", "ransomware")),
        ('profession = ["tous"]', 'profession = ["avocat"]', 7, ("« avocat » inconnu", "medecin")),
        ('phone = "01 23 45 67 89"', 'phone = "+33;1"', 8, ("mal formé", "01 23 45 67 89")),
        ("https://service", "http://service", 9, ("refusée", "https://")),
        ('note = ""', 'note = "l\'appel"', 12, ("apostrophe droite", "’")),
        ('verified = "2024"', 'verified = "en 2024"', 14, ("illisible", "AAAA")),
        ("confirmed = true\n", "", 1, ("« confirmed » manquante", "true")),
        ("confirmed = true", 'confirmed = "oui"', 15, ("ni true ni false",)),
        ('hours = ""', 'heures = ""', 10, ("« heures » inconnue", "« hours »")),
        ("[[contact]]", "[[contact]", 1, ("TOML illisible",)),
    ],
)
def test_a_malformed_file_names_file_line_and_cure(
    tmp_path: Path, old: str, new: str, line: int, words: tuple[str, ...]
) -> None:
    assert old in BLOCK
    path = tmp_path / "contacts.toml"
    path.write_text(BLOCK.replace(old, new), encoding="utf-8")
    with pytest.raises(ParseError):
        load_contacts(path)
    problems = [str(problem) for problem in read_contacts(path)[1]]
    matching = [problem for problem in problems if all(word in problem for word in words)]
    assert any(problem.startswith(f"{path}:{line} : ") for problem in matching), problems


def test_the_same_number_or_id_twice_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "contacts.toml"
    path.write_text(BLOCK + BLOCK, encoding="utf-8")
    messages = [problem.message for problem in read_contacts(path)[1]]
    assert messages == ["identifiant « service » déjà pris à la ligne 1", "numéro déjà donné par « service »"]


def test_a_confirmed_contact_can_be_reached(tmp_path: Path) -> None:
    path = tmp_path / "contacts.toml"
    text = BLOCK.replace('"01 23 45 67 89"', '""').replace('"https://service.gouv.fr/"', '""')
    path.write_text(text, encoding="utf-8")
    assert [problem.message for problem in read_contacts(path)[1]] == ["ni téléphone ni adresse"]


def test_where_nobody_attacked_those_who_help_victims_come_later(contacts: Contacts) -> None:
    assert contacts.contacts_for("wrong-recipient")[0].id == "cnil-notification"
    assert contacts.contacts_for("theft")[0].id == "cnil-notification"
    assert contacts.contacts_for("ransomware")[0].id == "17cyber"
    advice = [contact.id for contact in nearest("xyz", contacts.contacts_for("advice"))]
    assert advice.index("cnil-renseignement") < advice.index("cert-sante")
    assert advice.index("cnil-renseignement") < advice.index("cybermalveillance-prestataire")
