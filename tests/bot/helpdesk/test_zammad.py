"""Zammad: what its webhook brings, what is read, what is written."""

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.helpdesk.errors import DeskAuth, DeskTemporary, HelpdeskMisset, WebhookRefused
from bot.helpdesk.model import Audience, Format, Incoming, TicketRef
from bot.helpdesk.ports import PollingDesk, ProbedDesk, WebhookDesk
from bot.helpdesk.zammad import ZammadDesk
from bot.model import Status

from .desk_benches import QUESTION, SECRETS, ZammadBench, delivery, opened, settings, zammad
from .fake_server import Fault
from .fake_zammad import ME, signed

HOOK = SECRETS["hook"]


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[ZammadBench]:
    with zammad(tmp_path) as found:
        yield found


@pytest.fixture
def desk(bench: ZammadBench) -> ZammadDesk:
    assert isinstance(bench.desk, ZammadDesk)
    return bench.desk


def test_is_called_and_does_not_ask(desk: ZammadDesk) -> None:
    assert isinstance(desk, WebhookDesk)
    assert not isinstance(desk, PollingDesk)
    assert desk.format is Format.HTML


@pytest.mark.parametrize("secret", ["hook", "previous"])
def test_a_signed_call_announces_its_article(bench: ZammadBench, desk: ZammadDesk, secret: str) -> None:
    ref = bench.announce()
    body = bench.server.webhook(int(ref.ticket), int(ref.article))
    (intake,) = desk.receive(Incoming(signed(SECRETS[secret], body, "livraison-1"), body))
    assert intake.ref == ref
    assert intake.delivery == "livraison-1"
    assert intake.ticket is None


def test_a_small_call_is_enough(desk: ZammadDesk) -> None:
    """The payload that the guide recommends: ids, no text."""
    body = b'{"ticket": {"id": "12"}, "article": {"id": "34", "sender": "Customer", "internal": "false"}}'
    (intake,) = desk.receive(Incoming(signed(HOOK, body), body))
    assert intake.ref == TicketRef("aide", "12", "34")


def _altered(headers: dict[str, str], name: str, value: str | None) -> dict[str, str]:
    return {key: one for key, one in {**headers, name: value}.items() if one is not None}


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("x-hub-signature", None, "header"),
        ("x-hub-signature", "", "header"),
        ("x-hub-signature", "sha1=" + "0" * 40, "signature"),
        ("x-hub-signature", "sha1=é", "signature"),
        ("x-hub-signature", "sha256=" + "0" * 64, "header"),
        ("x-hub-signature", "sha1=" + "0" * 4000, "header"),
        ("x-zammad-delivery", None, "header"),
    ],
)
def test_a_forged_header_is_refused(
    bench: ZammadBench, desk: ZammadDesk, name: str, value: str | None, code: str
) -> None:
    ref = bench.announce()
    body = bench.server.webhook(int(ref.ticket), int(ref.article))
    with pytest.raises(WebhookRefused) as caught:
        desk.receive(Incoming(_altered(signed(HOOK, body), name, value), body))
    assert caught.value.code == code


def test_an_altered_body_is_refused_at_every_byte(bench: ZammadBench, desk: ZammadDesk) -> None:
    body = b'{"ticket": {"id": 12}, "article": {"id": 34, "sender": "Customer"}}'
    headers = signed(HOOK, body)
    others = [body[:place] + bytes([body[place] ^ 1]) + body[place + 1 :] for place in range(len(body))]
    others += [json.dumps(json.loads(body), indent=1).encode(), body + b"\n", body.replace(b" ", b""), b""]
    for other in others:
        with pytest.raises(WebhookRefused, match="signature"):
            desk.receive(Incoming(headers, other))


@pytest.mark.parametrize("body", [b"", b"[]", b"null", b"{", b'{"ticket": 1}', b'{"article": {"id": -3}}', b"\xff"])
def test_what_is_signed_but_unreadable_is_refused(desk: ZammadDesk, body: bytes) -> None:
    with pytest.raises(WebhookRefused) as caught:
        desk.receive(Incoming(signed(HOOK, body), body))
    assert caught.value.code == "body"


def test_basic_authentication(bench: ZammadBench, tmp_path: Path) -> None:
    folder = tmp_path / "base"
    folder.mkdir()
    config = settings(folder, "zammad", bench.server.url, "", token_file="token", basic_file="agent")
    desk = opened(config)
    assert isinstance(desk, ZammadDesk)
    assert not isinstance(desk, ProbedDesk)
    body = b'{"ticket": {"id": 12}, "article": {"id": 34, "sender": "Customer"}}'
    given = "Basic " + base64.b64encode(SECRETS["agent"].encode()).decode()
    headers = {"x-zammad-delivery": "1"}
    assert desk.receive(Incoming({**headers, "authorization": given}, body))
    for wrong in ("", "Basic AAAA", given[:-4], given.replace("Basic", "Bearer")):
        with pytest.raises(WebhookRefused):
            desk.receive(Incoming({**headers, "authorization": wrong}, body))


def test_without_signature_nor_password_there_is_no_desk(tmp_path: Path) -> None:
    with pytest.raises(HelpdeskMisset, match="secret_file"):
        opened(settings(tmp_path, "zammad", "http://127.0.0.1:1", "", token_file="token"))


@pytest.mark.parametrize(
    "values", [{"sender": "Agent"}, {"sender": "System"}, {"internal": True}, {"sender": "Agent", "created_by_id": ME}]
)
def test_only_what_the_person_wrote_is_answered(bench: ZammadBench, desk: ZammadDesk, values: dict[str, Any]) -> None:
    ticket, _ = bench.server.add_ticket(QUESTION)
    article = bench.server.add_article(ticket, "Une note", **values)
    body = bench.server.webhook(ticket, article)
    assert desk.receive(Incoming(signed(HOOK, body), body)) == ()
    assert desk.read(TicketRef("aide", str(ticket), str(article))) is None


def test_its_own_note_is_never_answered(bench: ZammadBench, desk: ZammadDesk) -> None:
    ref = bench.announce()
    desk.deliver(delivery(desk, ref))
    note = max(bench.server.articles)
    body = bench.server.webhook(int(ref.ticket), note)
    assert desk.receive(Incoming(signed(HOOK, body), body)) == ()


def test_reads_group_title_and_text(bench: ZammadBench, desk: ZammadDesk) -> None:
    ticket = desk.read(bench.announce("<div>Un <b>rançongiciel</b>&nbsp;?<blockquote>hier</blockquote></div>"))
    assert ticket is not None
    assert ticket.text == "Un rançongiciel ?\n\n> hier"
    assert ticket.subject == "Question sur un courriel"
    assert ticket.category == "Cybersécurité"
    # Without a rule about tags, they are not asked for.
    assert not any("tags" in path for path in bench.server.paths())


def test_plain_text_stays_as_it_is(bench: ZammadBench, desk: ZammadDesk) -> None:
    number, _ = bench.server.add_ticket("")
    article = bench.server.add_article(number, "1 < 2 &amp; <b>", content_type="text/plain")
    ticket = desk.read(TicketRef("aide", str(number), str(article)))
    assert ticket is not None
    assert ticket.text == "1 < 2 &amp; <b>"


@pytest.mark.parametrize("state", ["closed", "Merged", "removed"])
def test_a_closed_ticket_asks_nothing(bench: ZammadBench, desk: ZammadDesk, state: str) -> None:
    number, article = bench.server.add_ticket(QUESTION, state=state)
    assert desk.read(TicketRef("aide", str(number), str(article))) is None


def test_a_ticket_that_an_agent_answered_asks_nothing(bench: ZammadBench, desk: ZammadDesk) -> None:
    ref = bench.announce()
    ticket = bench.server.tickets[int(ref.ticket)]
    ticket["last_contact_agent_at"] = "2026-11-30T09:00:00.000Z"
    assert desk.read(ref) is not None
    ticket["last_contact_agent_at"] = "2026-12-01T09:00:00.000Z"
    assert desk.read(ref) is None


def test_an_article_moved_by_a_merge_asks_nothing(bench: ZammadBench, desk: ZammadDesk) -> None:
    ref, other = bench.announce(), bench.announce()
    assert desk.read(TicketRef("aide", other.ticket, ref.article)) is None


@pytest.mark.parametrize(
    ("status", "tag"),
    [
        (Status.ANSWERED, "cybervigie-reponse"),
        (Status.NO_ANSWER, "cybervigie-sans-reponse"),
        (Status.CLARIFY, "cybervigie-sans-reponse"),
        (Status.EMERGENCY, "cybervigie-urgence"),
    ],
)
def test_tags_tell_what_came_out(bench: ZammadBench, desk: ZammadDesk, status: Status, tag: str) -> None:
    ref = bench.announce()
    desk.deliver(delivery(desk, ref, status))
    desk.deliver(delivery(desk, ref, status))
    assert bench.server.tags[int(ref.ticket)] == [tag]


def test_tags_are_read_where_a_rule_looks_at_them(tmp_path: Path) -> None:
    with zammad(tmp_path, 'consent_tag = "accord-ia"') as bench:
        ref = bench.announce()
        bench.server.tags[int(ref.ticket)].append("accord-ia")
        ticket = bench.desk.read(ref)
        assert ticket is not None
        assert ticket.tags == {"accord-ia"}


def test_a_customer_account_writes_nothing(bench: ZammadBench, desk: ZammadDesk) -> None:
    """Its notes would be public whatever is asked."""
    ref = bench.announce()
    bench.server.roles = ["Customer"]
    with pytest.raises(DeskAuth, match="Agent"):
        desk.deliver(delivery(desk, ref))
    assert bench.drafts(ref) == []
    assert [step.step for step in desk.check() if not step.ok] == ["Rôle d’agent"]


def test_a_note_that_came_out_public_stops_the_desk(bench: ZammadBench, desk: ZammadDesk) -> None:
    ref, other = bench.announce(), bench.announce()
    desk.deliver(delivery(desk, ref))
    bench.server.roles = ["Customer"]
    with pytest.raises(DeskAuth, match="publique") as caught:
        desk.deliver(delivery(desk, other))
    assert caught.value.code == "public"


def test_a_reply_to_the_person_goes_by_mail_in_the_thread(bench: ZammadBench, desk: ZammadDesk) -> None:
    ref = bench.announce()
    desk.deliver(delivery(desk, ref, audience=Audience.PERSON))
    written = bench.server.articles[max(bench.server.articles)]
    asked = bench.server.articles[int(ref.article)]
    assert (written["type"], written["internal"]) == ("email", False)
    assert written["to"] == "dr.durand@exemple.fr"
    assert written["in_reply_to"] == asked["message_id"]
    assert desk.delivered(ref, ref.key)


@pytest.mark.parametrize(
    "values",
    [
        {"reply_to": "victime@ailleurs.fr"},
        {"reply_to": "victime1@y.fr, victime2@z.fr"},
        {"reply_to": "dr.durand@exemple.fr, victime@ailleurs.fr"},
        {"reply_to": '"dr.durand@exemple.fr" <victime@ailleurs.fr>'},
        {"reply_to": "pas une adresse"},
        {"from": "dr.durand@exemple.fr, victime@ailleurs.fr"},
        {"from": ""},
        {"from": "noreply@exemple.fr"},
        {"preferences": {"send-auto-response": False, "is-auto-response": False}},
    ],
)
def test_nothing_goes_out_unseen_but_to_the_one_who_wrote(
    bench: ZammadBench, desk: ZammadDesk, values: dict[str, Any]
) -> None:
    """Else the tool would be a relay: a stranger's words, sent to whom they choose, under the team's name."""
    number, _ = bench.server.add_ticket("")
    ref = TicketRef("aide", str(number), str(bench.server.add_article(number, QUESTION, **values)))
    desk.deliver(delivery(desk, ref, audience=Audience.PERSON))
    written = bench.server.articles[max(bench.server.articles)]
    assert (written["type"], written["internal"], written["to"]) == ("note", True, "")
    assert "Brouillon proposé par un assistant automatisé" in written["body"]
    assert desk.delivered(ref, ref.key)


def test_the_same_address_in_reply_to_is_answered(bench: ZammadBench, desk: ZammadDesk) -> None:
    number, _ = bench.server.add_ticket("")
    preferences = {"send-auto-response": True, "is-auto-response": False}
    article = bench.server.add_article(number, QUESTION, reply_to="DR.Durand@exemple.fr", preferences=preferences)
    desk.deliver(delivery(desk, TicketRef("aide", str(number), str(article)), audience=Audience.PERSON))
    written = bench.server.articles[max(bench.server.articles)]
    assert (written["type"], written["internal"], written["to"]) == ("email", False, "dr.durand@exemple.fr")


def test_an_automatic_message_is_never_answered(bench: ZammadBench, desk: ZammadDesk) -> None:
    number, _ = bench.server.add_ticket("")
    preferences = {"send-auto-response": False, "is-auto-response": True}
    article = bench.server.add_article(number, "Je suis absent.", preferences=preferences)
    body = bench.server.webhook(number, article)
    assert desk.receive(Incoming(signed(HOOK, body), body)) == ()
    # A small payload does not tell; the article that is read does.
    assert desk.read(TicketRef("aide", str(number), str(article))) is None


def test_a_reply_to_a_portal_stays_in_the_portal(bench: ZammadBench, desk: ZammadDesk) -> None:
    number, _ = bench.server.add_ticket("")
    article = bench.server.add_article(number, QUESTION, type="web")
    desk.deliver(delivery(desk, TicketRef("aide", str(number), str(article)), audience=Audience.PERSON))
    written = bench.server.articles[max(bench.server.articles)]
    assert (written["type"], written["internal"], written["to"]) == ("note", False, "")


def test_the_key_in_a_persons_article_is_no_draft(bench: ZammadBench, desk: ZammadDesk) -> None:
    ref = bench.announce()
    bench.server.add_article(int(ref.ticket), f"<p>Vous citez Réf. {ref.key}</p>")
    assert not desk.delivered(ref, ref.key)


def test_a_reply_without_the_list_of_articles_does_not_pass_for_none(bench: ZammadBench, desk: ZammadDesk) -> None:
    ref = bench.announce()
    bench.server.tickets[int(ref.ticket)].pop("article_ids")
    with pytest.raises(DeskTemporary):
        desk.delivered(ref, ref.key)


def test_asks_for_nothing_but_the_ticket(bench: ZammadBench, desk: ZammadDesk) -> None:
    ref, _ = bench.announce(), bench.announce()
    assert desk.read(ref) is not None
    assert not desk.delivered(ref, ref.key)
    desk.deliver(delivery(desk, ref))
    ticket, article = f"/api/v1/tickets/{ref.ticket}", f"/api/v1/ticket_articles/{ref.article}"
    assert bench.server.paths() == [
        f"GET {article}",
        f"GET {ticket}",
        f"GET {ticket}",
        "GET /api/v1/users/me",
        "POST /api/v1/tags/add",
        "POST /api/v1/ticket_articles",
    ]


def test_an_unknown_tag_is_said(bench: ZammadBench, desk: ZammadDesk) -> None:
    bench.server.known_tags.remove("cybervigie-urgence")
    (wrong,) = [step for step in desk.check() if not step.ok]
    assert "cybervigie-urgence" in wrong.step
    assert wrong.advice


def test_a_token_that_expired_pauses_the_desk(bench: ZammadBench, desk: ZammadDesk) -> None:
    bench.server.faults.append(Fault(status=401, body=b'{"error":"Not authorized (token expired)!"}'))
    with pytest.raises(DeskAuth):
        desk.read(bench.announce())
