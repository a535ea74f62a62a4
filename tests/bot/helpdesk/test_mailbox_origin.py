"""Whose message it is, and whether a program may answer it."""

import pytest

from bot.helpdesk.config import DeskConfig, Rules
from bot.helpdesk.mailbox_fields import parse_fields
from bot.helpdesk.mailbox_options import MailboxOptions, mailbox_options
from bot.helpdesk.mailbox_origin import may_be_answered_unseen, person, program

FROM = "From: Dr Essai <essai@cabinet.fr>\nMessage-ID: <1@x>\n"
VOUCHED = "Authentication-Results: mx.exemple.fr; dmarc=pass (p=none) header.from=cabinet.fr\n"


@pytest.fixture(scope="module")
def options(tmp_path_factory: pytest.TempPathFactory) -> MailboxOptions:
    tmp_path = tmp_path_factory.mktemp("options")
    (tmp_path / "secret").write_text("x", encoding="ascii")
    (tmp_path / "secret").chmod(0o600)
    values = {
        "address": "Assistance@exemple.fr",
        "imap_host": "imap.exemple.fr",
        "password_file": "secret",
        "ignore_from": ["@exemple.fr", "sauvegarde@cabinet.fr"],
        "authserv_id": "mx.exemple.fr",
        "lists": ["Support.Listes.exemple.fr"],
    }
    return mailbox_options(DeskConfig(tmp_path / "d.toml", "courriel", "mailbox", Rules(), values))


@pytest.mark.parametrize(
    ("header", "why"),
    [
        (FROM, ""),
        (FROM + "Auto-Submitted: no", ""),
        (FROM + "Return-Path: <essai@cabinet.fr>", ""),
        (FROM + "Content-Type: multipart/mixed; boundary=x", ""),
        (FROM + "Precedence: normal", ""),
        (FROM + "List-Id: Support <support.listes.exemple.fr>\nPrecedence: list\nList-Post: <mailto:a@b>", ""),
        (FROM + "X-Spam-Flag: NO", ""),
        (FROM + "Auto-Submitted: auto-replied", "auto"),
        (FROM + "auto-submitted: Auto-Generated; owner-email=x", "auto"),
        (FROM + "Auto-Submitted:\n auto-notified", "auto"),
        (FROM + "X-Autoreply: yes", "auto"),
        (FROM + "Return-Path: <>", "report"),
        (FROM + "Content-Type: multipart/report; report-type=delivery-status", "report"),
        (FROM + "Content-Type: Multipart/Report; report-type=disposition-notification", "report"),
        (FROM + "Precedence: bulk", "mass"),
        (FROM + "Precedence: AUTO_REPLY", "mass"),
        (FROM + "Precedence: list", "mass"),
        (FROM + "List-Id: <nouvelles.ailleurs.fr>", "list"),
        (FROM + "List-Unsubscribe: <https://x.fr>", "list"),
        (FROM + "X-Spam-Flag: YES", "spam"),
        (FROM + "X-CyberVigie-Key: CV-ABC.d", "own"),
        ("From: assistance@EXEMPLE.fr", "own"),
        ("From: Agent <jean@exemple.fr>", "ignored"),
        ("From: sauvegarde@cabinet.fr", "ignored"),
        ("From: MAILER-DAEMON@cabinet.fr", "robot"),
        ("From: ne-pas-repondre@impots.fr", "robot"),
        ("From: sympa-request@cabinet.fr", "robot"),
        ("From: owner-liste@cabinet.fr", "robot"),
    ],
)
def test_programs_are_recognised(header: str, why: str, options: MailboxOptions) -> None:
    assert program(parse_fields(header.encode()), options) == why


@pytest.mark.parametrize(
    ("header", "allowed"),
    [
        (FROM, True),
        (FROM + "Reply-To: essai@cabinet.fr", True),
        (FROM + "Reply-To: victime@ailleurs.fr", False),
        (FROM + "Reply-To: essai@cabinet.fr, victime@ailleurs.fr", False),
        (FROM + "In-Reply-To: <0@x>", False),
        (FROM + "References: <0@x>", False),
        (FROM + "List-Id: <support.listes.exemple.fr>", False),
        (FROM + "X-Auto-Response-Suppress: DR, AutoReply", False),
        (FROM + "Auto-Submitted: auto-replied", False),
        ("From: essai@cabinet.fr", False),
        ("Message-ID: <1@x>", False),
        ("From: a@b.fr, c@d.fr\nMessage-ID: <1@x>", False),
    ],
)
def test_automatic_replies_begin_a_conversation_only(header: str, allowed: bool, options: MailboxOptions) -> None:
    assert may_be_answered_unseen(parse_fields((VOUCHED + header).encode()), options) is allowed


@pytest.mark.parametrize(
    ("results", "allowed"),
    [
        ((), False),
        (("mx.exemple.fr; dmarc=pass header.from=cabinet.fr",), True),
        (("MX.exemple.fr 1; spf=pass smtp.mailfrom=x.fr; dmarc=Pass (p=none; sp=none) header.from=Cabinet.fr",), True),
        (("mx.exemple.fr; spf=pass", "mx.exemple.fr; dmarc=pass header.from=cabinet.fr"), True),
        (("mx.exemple.fr; dmarc=fail header.from=cabinet.fr",), False),
        (("mx.exemple.fr; dmarc=none header.from=cabinet.fr",), False),
        (("mx.exemple.fr; dmarc=pass header.from=ailleurs.fr",), False),
        (("mx.exemple.fr; dmarc=pass",), False),
        (("mx.exemple.fr; spf=pass; dkim=pass header.d=cabinet.fr",), False),
        (("mx.ailleurs.fr; dmarc=pass header.from=cabinet.fr",), False),
        # The sender's own, below that of the server.
        (
            ("mx.exemple.fr; dmarc=fail header.from=cabinet.fr", "mx.exemple.fr; dmarc=pass header.from=cabinet.fr"),
            False,
        ),
        # What the sender chose, within the field of the server.
        (('mx.exemple.fr; spf=pass smtp.mailfrom="a; dmarc=pass header.from=cabinet.fr; "@x.fr; dmarc=fail',), False),
        (('mx.exemple.fr; spf=pass smtp.mailfrom="a; dmarc=pass header.from=cabinet.fr;',), False),
        (("mx.exemple.fr; spf=pass (a (b) ; dmarc=pass header.from=cabinet.fr ; c)",), False),
        (("mx.exemple.fr; " + "x" * 3_000 + "; dmarc=pass header.from=cabinet.fr",), False),
        (("",), False),
        ((";" * 2_000,), False),
    ],
)
def test_only_a_sender_for_whom_the_server_vouches(
    results: tuple[str, ...], allowed: bool, options: MailboxOptions
) -> None:
    header = "".join(f"Authentication-Results: {one}\n" for one in results) + FROM
    assert may_be_answered_unseen(parse_fields(header.encode()), options) is allowed


def test_an_agent_answers_where_the_person_wants_it() -> None:
    assert person(parse_fields(FROM.encode())) == "essai@cabinet.fr"
    assert person(parse_fields(FROM.encode() + b"Reply-To: secretariat@cabinet.fr")) == "secretariat@cabinet.fr"
    assert person(parse_fields(FROM.encode() + b"Reply-To: a@b.fr, c@d.fr")) == ""
