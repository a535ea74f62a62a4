"""The message that carries a draft, read back by the standard library."""

from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest

from bot.helpdesk.mailbox_fields import parse_fields
from bot.helpdesk.mailbox_letter import Route, letter

KEY = "CV-ABCDEFGHIJKLMNOP"
LONG = "<" + "A" * 180 + "@PR1P264MB2161.FRAP264.PROD.OUTLOOK.COM>"


def written(header: bytes, route: Route = Route.DRAFTS, attachments: int = 0) -> tuple[bytes, EmailMessage]:
    raw = letter(
        route=route,
        key=KEY,
        fields=parse_fields(header),
        sender="assistance@exemple.fr",
        recipient="personne@cabinet.fr",
        reply_to="personne@cabinet.fr" if route is Route.AGENTS else "",
        html="<p>Où ? « Ici »</p>",
        text="Où ? « Ici »",
        attachments=attachments,
        moment=datetime(2026, 6, 1, 12, tzinfo=UTC),
    )
    return raw, message_from_bytes(raw, policy=policy.default)


def test_a_letter_answers_in_the_conversation() -> None:
    _, read = written(b"Message-ID: <3@x>\nReferences: <1@x> <2@x>\nSubject: =?utf-8?q?Cl=C3=A9?=")
    assert read["In-Reply-To"] == "<3@x>"
    assert read["References"] == "<1@x> <2@x> <3@x>"
    assert read["Subject"] == "Re: Clé"
    assert read["To"] == "personne@cabinet.fr"
    assert read["Message-ID"] == f"<{KEY}.d@exemple.fr>"


def test_long_ids_are_written_as_they_are() -> None:
    raw, _ = written(f"Message-ID: {LONG}\nReferences: {' '.join([LONG] * 3)} <2@x>".encode())
    assert b"\r\nIn-Reply-To: " + LONG.encode() + b"\r\n" in raw
    assert b"=?" not in raw.partition(b"\r\n\r\n")[0]
    assert parse_fields(raw).ids("references")[-1] == LONG
    assert max(len(line) for line in raw.split(b"\r\n")) < 998


def test_a_subject_is_masked_and_of_bounded_length() -> None:
    _, read = written(b"Subject: Dossier de Mme Jeanne Martin 06 12 34 56 78 " + b"long " * 100)
    assert "Martin" not in read["Subject"]
    assert "34 56" not in read["Subject"]
    assert len(read["Subject"]) <= 160
    _, read = written(b"Subject: RE: encore")
    assert read["Subject"] == "RE: encore"
    _, read = written(b"Subject:")
    assert read["Subject"] == "Re: votre demande"


@pytest.mark.parametrize(
    "header",
    [
        b"Subject: =?utf-8?q?a=0D=0ABcc:_vole@mal.fr=0D=0A=0D=0Acorps?=\nMessage-ID: <1@x>",
        b"Message-ID: <1@x\rBcc: vole@mal.fr>\nSubject: a",
        b"Message-ID: <1@x>\nReferences: <a\x0bBcc:vole@mal.fr@x> <b@c>\x00\x85Bcc: vole@mal.fr",
        "Subject: a\u2028Bcc: vole@mal.fr\u0085Bcc: vole@mal.fr".encode(),
    ],
)
def test_nothing_of_a_message_becomes_a_field(header: bytes) -> None:
    for route in Route:
        raw, read = written(header, route)
        assert read["Bcc"] is None
        assert b"\nBcc" not in raw
        assert b"\rBcc" not in raw
        assert raw.isascii()
        assert raw.count(b"\r\n") == raw.count(b"\n") == raw.count(b"\r")


def test_both_bodies_say_the_same_and_the_html_stands_alone() -> None:
    _, read = written(b"Message-ID: <1@x>", attachments=2)
    plain, html = read.get_body(("plain",)), read.get_body(("html",))
    assert plain is not None
    assert html is not None
    for body in (plain, html):
        assert "Où ? « Ici »" in body.get_content()
        assert "2 pièces jointes\u00a0: elles n’ont pas été ouvertes" in body.get_content()
    assert html.get_content().startswith("<!DOCTYPE html>")


def test_what_programs_send_says_so_and_a_draft_does_not() -> None:
    assert written(b"", Route.DRAFTS)[1]["Auto-Submitted"] is None
    assert written(b"", Route.AGENTS)[1]["Auto-Submitted"] == "auto-generated"
    sent = written(b"", Route.PERSON, attachments=1)[1]
    assert sent["Auto-Submitted"] == "auto-replied"
    assert "pièce jointe" not in sent.as_string()


def test_agents_are_told_that_it_is_a_draft_and_answer_the_person() -> None:
    _, read = written(b"Subject: x", Route.AGENTS)
    assert read["Subject"] == "[Brouillon] Re: x"
    assert read["Reply-To"] == "personne@cabinet.fr"
