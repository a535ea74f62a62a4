"""Header fields of messages as they come."""

import time

import pytest

from bot.helpdesk.mailbox_fields import BYTES, parse_fields


def test_a_subject_is_read_in_every_spelling() -> None:
    for raw in (
        b"Subject: =?utf-8?q?Donn=C3=A9es_de_sant=C3=A9?=",
        b"Subject: =?ISO-8859-1?Q?Donn=E9es_de_sant=E9?=",
        b"Subject: =?utf-8?b?RG9ubsOpZXMgZGUgc2FudMOp?=",
        b"Subject: =?utf-8?b?RG9ubsOpZXM=?=\r\n =?utf-8?q?_de_sant=C3=A9?=",
        # One character cut in two by two encoded words: wrong, and common.
        b"Subject: =?utf-8?b?RG9ubsM=?= =?utf-8?b?qWVzIGRlIHNhbnTDqQ==?=",
        "Subject: Données de santé".encode(),
        "Subject: Données de santé".encode("latin-1"),
        b"subject : =?utf-8?q?Donn=C3=A9es?=\r\n\t=?utf-8?q?_de?= =?utf-8?q?_sant=C3=A9?=",
    ):
        assert parse_fields(raw).subject == "Données de santé", raw


def test_damaged_encoded_words_stay_readable() -> None:
    assert parse_fields(b"Subject: =?utf-8?b?a?= fin").subject.endswith("fin")
    assert parse_fields(b"Subject: =?x-inconnu?q?caf=E9?=").subject == "café"
    assert "=?" in parse_fields(b"Subject: =?utf-8?q?jamais fini").subject


def test_a_subject_holds_no_control_character() -> None:
    subject = parse_fields(b"Subject: =?utf-8?q?a=0D=0ABcc:_x@y.fr=00=E2=80=AEb?=").subject
    assert subject.isprintable()
    assert "\n" not in subject
    assert "\r" not in subject


@pytest.mark.parametrize(
    ("field", "address"),
    [
        ("Dr Essai <essai@cabinet.fr>", "essai@cabinet.fr"),
        ('"Essai, Léa" <lea.essai@cabinet.fr>', "lea.essai@cabinet.fr"),
        ("=?utf-8?q?L=C3=A9a?= <lea@cabinet.fr>", "lea@cabinet.fr"),
        ("lea@cabinet.fr", "lea@cabinet.fr"),
        ("a@b.fr, c@d.fr", ""),
        ("undisclosed-recipients:;", ""),
        ("<>", ""),
        ("léa@cabinet.fr", ""),
        ('"a\r\nBcc: x"@cabinet.fr', ""),
        ("a@b.fr\x00", ""),
        ("alice@exemple.fr)moi@mal.fr", ""),
        ("a" * 300 + "@b.fr", ""),
        ("", ""),
    ],
)
def test_one_plain_address_or_none(field: str, address: str) -> None:
    assert parse_fields(b"From: " + field.encode()).address("from") == address


def test_two_from_fields_are_nobodys() -> None:
    assert parse_fields(b"From: a@b.fr\nFrom: c@d.fr").address("from") == ""


def test_ids_are_found_between_what_else_stands_there() -> None:
    fields = parse_fields(
        b"References: (vieux) <a@b>\r\n <c@d>junk <e f@g> <h@i>\r\nIn-Reply-To: message de <j@k> du 3"
    )
    assert fields.ids("references") == ("<a@b>", "<c@d>", "<h@i>")
    assert fields.ids("in-reply-to") == ("<j@k>",)
    many = parse_fields(b"References: " + b" ".join(b"<%d@x>" % i for i in range(200)))
    assert len(many.ids("references")) == 20
    assert many.ids("references")[0] == "<0@x>"
    assert many.ids("references")[-1] == "<199@x>"


def test_a_message_is_named_without_telling_anything() -> None:
    one = parse_fields(b"Message-ID: <abc@pc-du-docteur.cabinet-dupont.fr>\nFrom: a@b.fr")
    assert one.article == parse_fields(b"From: x@y.fr\nMessage-Id:  <abc@pc-du-docteur.cabinet-dupont.fr>").article
    assert one.article.isalnum()
    assert len(one.article) < 50
    assert "dupont" not in one.article
    assert one.thread == one.article
    reply = parse_fields(b"Message-ID: <d@e>\nReferences: <abc@pc-du-docteur.cabinet-dupont.fr> <z@y>")
    assert reply.thread == one.article
    assert reply.article != one.article


def test_messages_without_an_id_are_told_apart() -> None:
    first = parse_fields(b"From: a@b.fr\nDate: Mon, 1 Jun 2026 10:00:00 +0200\nSubject: x")
    second = parse_fields(b"From: a@b.fr\nDate: Mon, 1 Jun 2026 10:00:01 +0200\nSubject: x")
    assert first.message_id == ""
    assert first.article != second.article
    assert first.thread == first.article


@pytest.mark.parametrize(
    "raw",
    [
        b"Subject: " + b"=?a?q?" * 20_000,
        b"From: " + b"(" * 20_000,
        b"From: " + b'"' * 20_001,
        b"From: " + b"<" * 20_000,
        b"From: " + b"a@b.fr," * 5_000,
        b"References: " + b"<" * 20_000,
        b"X:\n " * 20_000,
        bytes(range(256)) * 100,
        b":" * 20_000,
    ],
)
def test_hostile_headers_are_read_in_no_time(raw: bytes) -> None:
    begun = time.process_time()
    fields = parse_fields(raw[:BYTES])
    assert isinstance(fields.subject, str)
    assert fields.address("from") == ""
    assert len(fields.ids("references")) <= 20
    assert fields.article
    assert time.process_time() - begun < 2
