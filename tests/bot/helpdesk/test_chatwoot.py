"""Chatwoot: pending conversations only, a note and a hand-over, nothing twice."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.helpdesk.chatwoot import HANDED_OVER, ChatwootDesk
from bot.helpdesk.errors import DeskAuth, DeskTemporary, HelpdeskMisset, WebhookRefused
from bot.helpdesk.model import Audience, Format, Incoming, TicketRef
from bot.helpdesk.ports import PollingDesk, ProbedDesk, WebhookDesk
from bot.model import Status

from .desk_benches import SECRETS, ChatwootBench, chatwoot, delivery, opened, settings
from .fake_chatwoot import ACTIVITY, OUTGOING, signed
from .fake_server import Break, Fault

HOOK = SECRETS["hook"]
NOW = 1_796_000_000


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[ChatwootBench]:
    with chatwoot(tmp_path) as found:
        yield found


def desk_of(bench: ChatwootBench) -> ChatwootDesk:
    assert isinstance(bench.desk, ChatwootDesk)
    bench.desk._clock = lambda: NOW
    return bench.desk


def said(bench: ChatwootBench, *texts: str) -> TicketRef:
    """A conversation in which the person wrote these; the reference of the last."""
    number = bench.server.add_conversation()
    last = [bench.server.say(number, text) for text in texts][-1]
    return TicketRef("aide", str(number), str(last))


def status(bench: ChatwootBench, ref: TicketRef) -> str:
    return str(bench.server.conversations[int(ref.ticket)]["status"])


def call(bench: ChatwootBench, ref: TicketRef, **changes: object) -> bytes:
    found = json.loads(bench.server.webhook(int(ref.ticket), int(ref.article)))
    return json.dumps({**found, **changes}).encode()


def test_is_called_and_does_not_ask(bench: ChatwootBench) -> None:
    assert isinstance(bench.desk, WebhookDesk)
    assert not isinstance(bench.desk, PollingDesk)
    assert bench.desk.format is Format.MARKDOWN


# Calls.


def test_a_signed_call_announces_the_message(bench: ChatwootBench) -> None:
    ref = bench.announce()
    body = call(bench, ref)
    (intake,) = desk_of(bench).receive(Incoming(signed(HOOK, body, NOW, "livraison-1"), body))
    assert intake.ref == ref
    assert intake.delivery == "livraison-1"
    # The text came with the call, and is not kept.
    assert intake.ticket is None
    # Nothing was asked of the tool: it waits for our answer.
    assert bench.server.requests == []


@pytest.mark.parametrize(
    "changes",
    [
        {"event": "message_updated"},
        {"event": "conversation_opened"},
        {"event": "webwidget_triggered"},
        {"message_type": "outgoing"},
        {"message_type": "template"},
        {"message_type": "activity"},
        {"private": True},
        {"account": {"id": 99}},
        {"conversation": {"id": 1, "status": "open"}},
        {"conversation": {"id": 1, "status": "resolved"}},
        {"conversation": {"id": 1, "status": "snoozed"}},
    ],
)
def test_what_is_not_for_the_bot_is_passed_over(bench: ChatwootBench, changes: dict[str, object]) -> None:
    body = call(bench, bench.announce(), **changes)
    assert desk_of(bench).receive(Incoming(signed(HOOK, body, NOW), body)) == ()


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"x-chatwoot-signature": ""}, "header"),
        ({"x-chatwoot-signature": "sha256=" + "0" * 64}, "signature"),
        ({"x-chatwoot-signature": "sha1=" + "0" * 40}, "header"),
        ({"x-chatwoot-timestamp": ""}, "header"),
        ({"x-chatwoot-timestamp": "1e9"}, "header"),
        ({"x-chatwoot-timestamp": str(NOW - 1)}, "signature"),
        ({"x-chatwoot-timestamp": str(NOW - 301)}, "time"),
        ({"x-chatwoot-timestamp": str(NOW + 301)}, "time"),
    ],
)
def test_a_forged_header_is_refused(bench: ChatwootBench, changed: dict[str, str], code: str) -> None:
    body = call(bench, bench.announce())
    with pytest.raises(WebhookRefused) as caught:
        desk_of(bench).receive(Incoming({**signed(HOOK, body, NOW), **changed}, body))
    assert caught.value.code == code


def test_an_altered_body_is_refused(bench: ChatwootBench) -> None:
    body = call(bench, bench.announce())
    headers = signed(HOOK, body, NOW)
    others = [body[:place] + bytes([body[place] ^ 1]) + body[place + 1 :] for place in range(len(body))]
    others.append(json.dumps(json.loads(body), separators=(",", ":")).encode())
    for other in others:
        with pytest.raises(WebhookRefused, match="signature"):
            desk_of(bench).receive(Incoming(headers, other))


def test_versions_that_do_not_sign_must_be_named(tmp_path: Path) -> None:
    files = {"token_file": "token", "agent_token_file": "agent"}
    with pytest.raises(HelpdeskMisset, match="unsigned"):
        opened(settings(tmp_path, "chatwoot", "http://127.0.0.1:1", "account = 3", **files))
    desk = opened(settings(tmp_path, "chatwoot", "http://127.0.0.1:1", "account = 3\nunsigned = true", **files))
    assert isinstance(desk, ChatwootDesk)
    assert not isinstance(desk, ProbedDesk)
    body = (
        b'{"event": "message_created", "id": 5, "message_type": "incoming", "account": {"id": 3}, '
        b'"conversation": {"id": 4, "status": "pending"}}'
    )
    assert len(desk.receive(Incoming({}, body))) == 1


# Reading.


@pytest.mark.parametrize("state", ["open", "resolved", "snoozed"])
def test_a_conversation_that_agents_have_asks_nothing(bench: ChatwootBench, state: str) -> None:
    ref = bench.announce()
    bench.server.conversations[int(ref.ticket)]["status"] = state
    assert bench.desk.read(ref) is None


def test_several_messages_are_one_question(bench: ChatwootBench) -> None:
    ref = said(bench, "Bonjour", "j’ai reçu un courriel", "que faire ?")
    ticket = bench.desk.read(ref)
    assert ticket is not None
    assert ticket.text == "Bonjour\nj’ai reçu un courriel\nque faire ?"


def test_the_latest_message_speaks_for_those_before_it(bench: ChatwootBench) -> None:
    ref = said(bench, "j’ai reçu un courriel")
    bench.server.say(int(ref.ticket), "que faire ?")
    assert bench.desk.read(ref) is None
    assert status(bench, ref) == "pending"


def test_what_was_answered_is_not_read_again(bench: ChatwootBench) -> None:
    number = bench.server.add_conversation()
    bench.server.say(number, "Première question ?")
    bench.server.say(number, "Réponse", OUTGOING, "agent_bot")
    bench.server.say(number, "ouverte", ACTIVITY, "")
    bench.server.say(number, "note", OUTGOING, "user", private=True)
    last = bench.server.say(number, "Seconde question ?")
    ticket = bench.desk.read(TicketRef("aide", str(number), str(last)))
    assert ticket is not None
    assert ticket.text == "Seconde question ?"


def test_a_human_who_answered_meanwhile_has_the_conversation(bench: ChatwootBench) -> None:
    ref = bench.announce()
    bench.server.say(int(ref.ticket), "Je m’en occupe", OUTGOING, "user")
    assert bench.desk.read(ref) is None


def test_its_own_message_is_never_answered(bench: ChatwootBench) -> None:
    ref = bench.announce()
    own = bench.server.say(int(ref.ticket), "Réponse", OUTGOING, "agent_bot")
    assert bench.desk.read(TicketRef("aide", ref.ticket, str(own))) is None


@pytest.mark.parametrize("text", ["Bonjour !", "bonsoir, merci", "Bonjour\nil y a quelqu’un ?"])
def test_a_greeting_alone_waits_for_the_question(bench: ChatwootBench, text: str) -> None:
    ref = said(bench, text)
    assert bench.desk.read(ref) is None
    assert status(bench, ref) == "pending"


def test_a_picture_without_words_is_for_a_human(bench: ChatwootBench) -> None:
    ref = said(bench, "")
    assert bench.desk.read(ref) is None
    assert status(bench, ref) == "open"
    assert len(bench.server.messages[int(ref.ticket)]) == 2


@pytest.mark.parametrize(
    "text",
    [
        "Je veux parler à un humain",
        "Bonjour, puis-je parler à un conseiller s’il vous plaît ?",
        "humain",
        "Un vrai conseiller !",
        "Pouvez-vous me mettre en relation avec un agent ?",
        "JE VOUDRAIS ECHANGER AVEC QUELQU'UN",
    ],
)
def test_who_asks_for_a_human_gets_one(bench: ChatwootBench, text: str) -> None:
    ref = said(bench, text)
    assert bench.desk.read(ref) is None
    assert status(bench, ref) == "open"


@pytest.mark.parametrize(
    "text",
    [
        "Je viens de parler à un technicien de Microsoft qui a pris la main",
        "Puis-je parler à une personne de confiance du patient ?",
        "Comment contacter le support de mon logiciel ?",
        "J’ai donné mon mot de passe à un conseiller au téléphone",
    ],
)
def test_who_tells_of_a_human_is_read(bench: ChatwootBench, text: str) -> None:
    ref = said(bench, text)
    assert bench.desk.read(ref) is not None
    assert status(bench, ref) == "pending"


def test_who_the_rules_leave_alone_is_not_left_waiting(tmp_path: Path) -> None:
    with chatwoot(tmp_path, 'categories = ["Autre boîte"]') as bench:
        ref = bench.announce()
        assert bench.desk.read(ref) is None
        assert status(bench, ref) == "open"


def test_labels_and_the_name_of_the_inbox_are_read_for_the_rules(tmp_path: Path) -> None:
    with chatwoot(tmp_path, 'auto_reply_categories = ["Site"]\nconsent_tag = "accord-ia"') as bench:
        ref = bench.announce()
        bench.server.conversations[int(ref.ticket)]["labels"] = ["accord-ia"]
        ticket = bench.desk.read(ref)
        assert ticket is not None
        assert (ticket.category, ticket.tags) == ("Site", {"accord-ia"})


def test_asks_for_nothing_but_the_conversation(bench: ChatwootBench) -> None:
    ref = bench.announce()
    bench.desk.read(ref)
    conversation = f"/api/v1/accounts/3/conversations/{ref.ticket}"
    assert set(bench.server.paths()) == {f"GET {conversation}", f"GET {conversation}/messages"}
    assert all(request.headers["api_access_token"] == SECRETS["agent"] for request in bench.server.requests)


# Writing.


@pytest.mark.parametrize("state", Status)
def test_a_note_goes_with_a_hand_over(bench: ChatwootBench, state: Status) -> None:
    ref = bench.announce()
    bench.desk.deliver(delivery(bench.desk, ref, state))
    assert bench.drafts(ref) == [True]
    assert status(bench, ref) == "open"
    urgent = "urgent" if state is Status.EMERGENCY else None
    assert bench.server.conversations[int(ref.ticket)]["priority"] == urgent
    assert bench.desk.delivered(ref, ref.key)


def test_it_writes_as_the_bot(bench: ChatwootBench) -> None:
    ref = bench.announce()
    bench.desk.deliver(delivery(bench.desk, ref))
    written = [request for request in bench.server.requests if request.method == "POST"]
    assert {request.headers["api_access_token"] for request in written} == {SECRETS["token"]}
    assert [request.path.rpartition("/")[2] for request in written] == ["messages", "toggle_status"]


def test_nothing_is_written_where_a_human_has_taken_over(bench: ChatwootBench) -> None:
    ref = bench.announce()
    bench.server.conversations[int(ref.ticket)]["status"] = "open"
    bench.desk.deliver(delivery(bench.desk, ref))
    assert bench.drafts(ref) == []


@pytest.mark.parametrize(
    ("state", "left"), [(Status.ANSWERED, "pending"), (Status.CLARIFY, "pending"), (Status.EMERGENCY, "open")]
)
def test_an_answer_to_the_person_keeps_the_conversation_unless_it_needs_a_human(
    bench: ChatwootBench, state: Status, left: str
) -> None:
    ref = bench.announce()
    bench.desk.deliver(delivery(bench.desk, ref, state, Audience.PERSON))
    assert bench.drafts(ref) == [False]
    assert status(bench, ref) == left
    assert (HANDED_OVER in bench.server.messages[int(ref.ticket)][1]["content"]) == (left == "open")
    assert bench.desk.delivered(ref, ref.key)


@pytest.mark.parametrize("audience", Audience)
@pytest.mark.parametrize("path", ["toggle_priority", "toggle_status"])
@pytest.mark.parametrize("breaks", Break)
def test_a_hand_over_that_a_crash_prevented_is_made_good(
    bench: ChatwootBench, audience: Audience, path: str, breaks: Break
) -> None:
    ref = bench.announce()
    wanted = delivery(bench.desk, ref, Status.EMERGENCY, audience)
    bench.server.faults.append(Fault(breaks=breaks, path=path))
    with pytest.raises(DeskTemporary):
        bench.desk.deliver(wanted)
    if not bench.desk.delivered(ref, ref.key):
        bench.desk.deliver(wanted)
    assert len(bench.drafts(ref)) == 1
    assert status(bench, ref) == "open"
    assert bench.server.conversations[int(ref.ticket)]["priority"] == "urgent"


@pytest.mark.parametrize("refused", [401, 404, 422])
def test_a_priority_that_is_refused_does_not_prevent_the_hand_over(bench: ChatwootBench, refused: int) -> None:
    ref = bench.announce()
    bench.server.faults.append(Fault(status=refused, body=b'{"error": "not authorized"}', path="toggle_priority"))
    bench.desk.deliver(delivery(bench.desk, ref, Status.EMERGENCY))
    assert bench.drafts(ref) == [True]
    assert status(bench, ref) == "open"


def test_a_note_that_came_out_public_stops_the_desk(bench: ChatwootBench) -> None:
    bench.server.keeps_private = False
    with pytest.raises(DeskAuth, match="publique"):
        bench.desk.deliver(delivery(bench.desk, bench.announce()))


def test_the_key_in_a_persons_message_is_no_draft(bench: ChatwootBench) -> None:
    ref = bench.announce()
    bench.server.say(int(ref.ticket), f"Vous citez {ref.key}")
    bench.server.say(int(ref.ticket), f"Je cite {ref.key}", OUTGOING, "user", private=True)
    assert not bench.desk.delivered(ref, ref.key)


def test_the_draft_is_found_behind_many_messages(bench: ChatwootBench) -> None:
    ref = bench.announce()
    for number in range(230):
        bench.server.say(int(ref.ticket), f"message {number}", OUTGOING, "user", private=True)
    bench.desk.deliver(delivery(bench.desk, ref))
    assert bench.desk.delivered(ref, ref.key)


def test_the_check_accepts_a_bot_of_an_earlier_version(bench: ChatwootBench) -> None:
    body = b'{"error": "Access to this endpoint is not authorized for bots"}'
    bench.server.faults.append(Fault(status=401, body=body, path="/conversations/0"))
    assert all(step.ok for step in bench.desk.check())


def test_the_check_tells_the_two_tokens_apart(bench: ChatwootBench) -> None:
    bench.server.bot_token = "autre"
    assert [(step.step, step.ok) for step in bench.desk.check()] == [
        ("Jeton de lecture", True),
        ("Compte", True),
        ("Jeton du robot", False),
    ]
