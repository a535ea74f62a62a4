"""Messages read from a real IMAP server (Dovecot)."""

import base64
import contextlib
import time
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest

from bot.helpdesk import mailbox_inbox
from bot.helpdesk.errors import DeskRefused
from bot.helpdesk.mailbox import MailboxDesk
from bot.helpdesk.mailbox_imap import Folder
from bot.helpdesk.message import own_words
from bot.helpdesk.model import Ticket
from tests.bot.helpdesk.mail_servers import INSTALLED, MailServers
from tests.bot.helpdesk.mailbox_desks import QUESTION, Bench, bench

pytestmark = pytest.mark.skipif(not INSTALLED, reason="needs Dovecot and Exim (make debian)")
HEADER = "From: Dr Essai <essai@cabinet.fr>\nSubject: Mot de passe\nMessage-ID: <1@poste.test>\nMIME-Version: 1.0\n"
HTML = (
    "<html><head><style>p{color:red}</style></head><body><p>Quelle longueur<br>pour un mot de passe&nbsp;?</p>"
    '<div class="gmail_quote">Le lun. 1 juin 2026, Aide &lt;aide@x.fr&gt; a écrit&nbsp;:<blockquote>Bonjour, '
    "votre imprimante est prête</blockquote></div></body></html>"
)


@pytest.fixture
def at(servers: MailServers, tmp_path: Path) -> Iterator[Bench]:
    with bench(servers, tmp_path) as made:
        yield made


def read(at: Bench, message: str | bytes) -> Ticket | None:
    """The one message of a mailbox, as the desk reads it."""
    at.box.put(message)
    made = at.desk()
    return made.read(at.ref(made))


def test_polling_begins_with_what_comes_from_now_on(at: Bench) -> None:
    at.write(identifier="old")
    made = at.desk()
    first = made.poll("")
    assert first.intakes == ()
    at.write(identifier="2", headers="In-Reply-To: <racine@x>\nReferences: <racine@x>\n")
    at.write(identifier="3", headers="References: <racine@x> <2@poste.test>\n")
    second = at.desk().poll(first.cursor)
    assert [one.ref.ticket for one in second.intakes] == [second.intakes[0].ref.ticket] * 2
    assert len({one.ref.key for one in second.intakes}) == 2
    assert second.intakes[0].ticket is None
    assert made.poll(second.cursor).intakes == ()
    # A cursor that comes again brings the same references again.
    assert made.poll(first.cursor).intakes == second.intakes


def test_polling_goes_on_in_batches(at: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mailbox_inbox, "BATCH", 2)
    made = at.desk()
    cursor = made.poll("").cursor
    for i in range(5):
        at.write(identifier=str(i))
    found, more = [], True
    while more:
        batch = made.poll(cursor)
        assert len(batch.intakes) <= 2
        found += batch.intakes
        cursor, more = batch.cursor, batch.more
    assert len({one.ref for one in found}) == len(found) == 5


def test_messages_of_programs_are_passed_over_and_take_nothing_with_them(at: Bench) -> None:
    made = at.desk()
    cursor = made.poll("").cursor
    at.write(identifier="1", headers="Auto-Submitted: auto-replied\n")
    at.write(identifier="2", headers="Return-Path: <>\n")
    at.write(identifier="3", person=at.address)
    at.write(identifier="4")
    at.write(identifier="5", headers="List-Id: <nouvelles.x.fr>\n")
    (intake,) = made.poll(cursor).intakes
    assert made.read(intake.ref) is not None


def test_nothing_in_the_mailbox_changes(at: Bench) -> None:
    at.write()
    before = at.box.messages()
    made = at.desk()
    ref = at.ref(made)
    assert made.read(ref) is not None
    made.poll("")
    assert [(body, set(flags) - {b"\\Recent"}) for body, flags in at.box.messages()] == [
        (body, set(flags) - {b"\\Recent"}) for body, flags in before
    ]
    assert b"\\Seen" not in at.box.messages()[0][1]


def test_references_hold_nothing_of_the_person(at: Bench) -> None:
    at.write(identifier="12345.pc-de-lea.cabinet-dupont")
    (intake,) = at.desk().poll("0 0 2020-01-01").intakes
    for word in ("lea", "dupont", "personne", "cabinet"):
        assert word not in repr(intake).replace("courriel", "")


def test_only_the_text_is_fetched(at: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, int]] = []
    section = Folder.section

    def watched(self: Folder, uid: int, name: str, most: int) -> bytes:
        data = section(self, uid, name, most)
        asked.append((name, len(data)))
        return data

    monkeypatch.setattr(Folder, "section", watched)
    message = EmailMessage()
    message["From"], message["Message-ID"] = "essai@cabinet.fr", "<1@x>"
    message.set_content(QUESTION)
    message.add_alternative(HTML, subtype="html")
    message.add_attachment(b"%PDF" * 50_000, maintype="application", subtype="pdf", filename="bilan-sanguin.pdf")
    message.add_attachment("PATIENT-CANARI", filename="notes.txt")
    message.add_attachment(EmailMessage(), filename="autre.eml")
    ticket = read(at, message.as_bytes())
    assert ticket is not None
    assert ticket.text == QUESTION
    assert asked == [("1.1", len(QUESTION.encode()) + 2)]
    answerable = at.desk()._inbox.answerable(ticket.ref)
    assert answerable is not None
    assert answerable.attachments == 3


def test_a_message_in_html_only_is_read_as_people_see_it(at: Bench) -> None:
    ticket = read(at, HEADER + "Content-Type: text/html; charset=utf-8\n\n" + HTML)
    assert ticket is not None
    assert "color" not in ticket.text
    assert "Quelle longueur\npour un mot de passe" in ticket.text
    assert "imprimante" not in own_words(ticket.text)


def test_html_is_read_where_the_plain_text_is_empty(at: Bench) -> None:
    message = EmailMessage()
    message["From"], message["Message-ID"] = "essai@cabinet.fr", "<1@x>"
    message.set_content("  \n\n")
    message.add_alternative(f"<p>{QUESTION}</p>", subtype="html")
    ticket = read(at, message.as_bytes())
    assert ticket is not None
    assert ticket.text == QUESTION


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        (
            "Content-Type: text/plain; charset=iso-8859-1\nContent-Transfer-Encoding: 8bit\n",
            "Clé égarée".encode("cp1252"),
        ),
        ("Content-Type: text/plain; charset=us-ascii\n", "Clé égarée".encode()),
        ("Content-Transfer-Encoding: quoted-printable\n", b"Cl=C3=A9 =C3=A9gar=\n=C3=A9e"),
        (
            'Content-Type: text/plain; charset="UTF-8"\nContent-Transfer-Encoding: base64\n',
            base64.b64encode("Clé égarée".encode()),
        ),
        ("Content-Type: text/plain; format=flowed; charset=utf-8\n", "Clé \négarée\n-- \nDr Essai".encode()),
        ("Content-Type: ; garbage;;=\n", b"Cl\xe9 \xe9gar\xe9e"),
    ],
)
def test_texts_are_read_in_every_wrapping(kind: str, body: bytes, at: Bench) -> None:
    ticket = read(at, (HEADER + kind + "\n").encode() + body + b"\n")
    assert ticket is not None
    assert own_words(ticket.text) == "Clé égarée"


def test_a_question_among_quotes_is_found(at: Bench) -> None:
    text = (
        f"Bonjour,\n{QUESTION}\nCordialement\n-- \nDr Léa Essai\n01 02 03 04 05\n\n"
        "Le 1 juin 2026 à 10:00, Aide <aide@x.fr> a écrit :\n> Votre imprimante est prête\n>> encore avant\n"
    )
    ticket = read(at, HEADER + "Content-Type: text/plain; charset=utf-8\n\n" + text)
    assert ticket is not None
    assert own_words(ticket.text) == QUESTION


def test_an_outlook_reply_is_cut(at: Bench) -> None:
    text = (
        f"{QUESTION}\n\n________________________________\nDe : Aide <aide@x.fr>\nEnvoyé : lundi 1 juin 2026 10:00\n"
        "À : Essai\nObjet : imprimante\n\nVotre imprimante est prête\n"
    )
    ticket = read(at, HEADER + "Content-Type: text/plain; charset=utf-8\n\n" + text)
    assert ticket is not None
    assert own_words(ticket.text) == QUESTION


def test_a_text_is_fetched_up_to_a_limit(at: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mailbox_inbox, "TEXT_BYTES", 1_000)
    ticket = read(at, HEADER + "Content-Type: text/plain\n\n" + QUESTION + "\n" + "x" * 70 * 500)
    assert ticket is not None
    assert ticket.text.startswith(QUESTION)
    assert len(ticket.text) <= 1_000


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ('multipart/mixed; boundary="b"', "--b\n" * 3_000),
        ("multipart/mixed", "--b\n\nx\n"),
        ('multipart/mixed; boundary=""', "----\n\nx\n----\n"),
        (
            "multipart/mixed; boundary=b0",
            "".join(f"--b{i}\nContent-Type: multipart/mixed; boundary=b{i + 1}\n\n" for i in range(300)),
        ),
        ("message/rfc822", "Content-Type: message/rfc822\n\n" * 500),
        ("text/plain; charset=" + "x" * 5_000, "bonjour"),
        ('text/plain; charset="a\\"b"; name*0*=utf-8\'\'%ff; name*1=b', "bonjour"),
        ("text/html", "<div>" * 30_000 + "bonjour"),
        ("text/html", "<" * 60_000),
        ("text/html", "&#0;&#xD800;&#99999999;<!--" + "-" * 50_000),
    ],
)
def test_malformed_messages_are_read_or_refused_and_block_no_other(kind: str, body: str, at: Bench) -> None:
    made = at.desk()
    cursor = made.poll("").cursor
    at.box.put(HEADER + f"Content-Type: {kind}\n\n{body}\n")
    at.write(identifier="2")
    batch = made.poll(cursor)
    assert len(batch.intakes) == 2
    with contextlib.suppress(DeskRefused):
        ticket = made.read(batch.intakes[0].ref)
        assert ticket is None or len(ticket.text) <= 70_000
    good = made.read(batch.intakes[1].ref)
    assert good is not None
    assert good.text == QUESTION


def test_an_encrypted_message_is_left_to_the_agents(at: Bench) -> None:
    kind = "Content-Type: application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m\n"
    assert read(at, HEADER + kind + "Content-Transfer-Encoding: base64\n\nMIIB\n") is None


def test_an_empty_message_is_read_by_its_subject_or_not_at_all(at: Bench) -> None:
    ticket = read(at, HEADER + "\n")
    assert ticket is not None
    assert (ticket.subject, ticket.text) == ("Mot de passe", "")
    at.box.put("From: a@b.fr\nMessage-ID: <2@x>\n\n")
    made = at.desk()
    assert made.read(made.poll("0 0 2020-01-01").intakes[1].ref) is None


def test_labels_of_the_mail_program_are_tags(at: Bench) -> None:
    at.box.put(HEADER + f"\n{QUESTION}\n", flags=("$Consentement", "\\Flagged"))
    made = at.desk()
    ticket = made.read(at.ref(made))
    assert ticket is not None
    assert {tag.casefold() for tag in ticket.tags} == {"$consentement"}
    assert ticket.category == "INBOX"


def _moved(at: Bench, made: MailboxDesk, flag: bytes) -> None:
    with at.box.client() as client:
        client.select_folder("INBOX")
        client.add_flags(client.search(), [flag])


@pytest.mark.parametrize("flag", [b"\\Answered", b"\\Deleted"])
def test_what_an_agent_dealt_with_is_left_alone(flag: bytes, at: Bench) -> None:
    at.write()
    made = at.desk()
    ref = at.ref(made)
    _moved(at, made, flag)
    assert made.read(ref) is None
    assert at.desk().poll("0 0 2020-01-01").intakes == ()


def test_what_was_moved_away_is_left_alone(at: Bench) -> None:
    at.write()
    made = at.desk()
    ref = at.ref(made)
    with at.box.client() as client:
        client.select_folder("INBOX")
        client.move(client.search(), "Brouillons")
    assert made.read(ref) is None
    assert at.desk().read(ref) is None


def test_a_message_that_was_moved_out_and_back_is_still_a_question(at: Bench) -> None:
    """An agent's slip of the mouse: the server gives it another UID."""
    at.write()
    made = at.desk()
    ref = at.ref(made)
    assert made.read(ref) is not None
    with at.box.client() as client:
        for here, there in (("INBOX", "Brouillons"), ("Brouillons", "INBOX")):
            client.select_folder(here)
            client.copy(client.search(), there)
            client.delete_messages(client.search())
            client.expunge()
            if there == "Brouillons":
                assert made.read(ref) is None
    assert made.read(ref) is not None
    # Seen by a poll before it is read again, it is found as well.
    again = at.desk()
    assert at.ref(again) == ref
    assert again.read(ref) is not None


def test_a_message_is_found_again_after_a_restart(at: Bench) -> None:
    at.write(identifier="1")
    at.write(identifier="2", text="Une autre question ?")
    refs = [one.ref for one in at.desk().poll("0 0 2020-01-01").intakes]
    ticket = at.desk().read(refs[1])
    assert ticket is not None
    assert ticket.text == "Une autre question ?"


def test_two_copies_of_a_message_are_one(at: Bench) -> None:
    at.write()
    at.write()
    refs = [one.ref for one in at.desk().poll("0 0 2020-01-01").intakes]
    assert len(refs) == 2
    assert len(set(refs)) == 1


def test_a_folder_numbered_anew_keeps_the_references(at: Bench, servers: MailServers) -> None:
    made = at.desk()
    cursor = made.poll("").cursor
    at.write(identifier="1")
    first = made.poll(cursor)
    made.close()
    # What a restored backup or a migration does: same messages, other UIDVALIDITY.
    home = servers.folder / "mail" / at.address
    (home / "dovecot-uidlist").unlink()
    for path in home.glob("dovecot.index*"):
        path.unlink()
    validity = first.cursor.split()[0]
    for path in home.glob("dovecot-uidvalidity*"):
        path.unlink()
    time.sleep(1.1)  # Dovecot takes the second of the clock for the new number.
    again = at.desk()
    at.write(identifier="2")
    batch = again.poll(first.cursor)
    assert batch.cursor.split()[0] != validity
    assert first.intakes[0] in batch.intakes
    assert len(batch.intakes) == 2
    assert again.read(first.intakes[0].ref) is not None
    assert again.poll(batch.cursor).intakes == ()
