"""Drafts delivered through real servers (Dovecot, Exim), whatever is cut off when."""

import json
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from imapclient import imap_utf7

from bot.helpdesk import mailbox_outgoing
from bot.helpdesk.errors import DeskRefused, DeskTemporary
from bot.helpdesk.mailbox import MailboxDesk
from bot.helpdesk.model import Audience, TicketRef
from tests.bot.helpdesk.mail_servers import INSTALLED, MailServers
from tests.bot.helpdesk.mailbox_desks import AUTO, Bench, bench, delivery

pytestmark = pytest.mark.skipif(not INSTALLED, reason="needs Dovecot and Exim (make debian)")
SENT, DRAFTS = "Envoyés", "Brouillons"


@pytest.fixture
def at(servers: MailServers, tmp_path: Path) -> Iterator[Bench]:
    with bench(servers, tmp_path) as made:
        made.write()
        yield made


def parsed(raw: bytes) -> EmailMessage:
    return message_from_bytes(raw, policy=policy.default)


def finish(at: Bench, made: MailboxDesk, ref: TicketRef, audience: Audience = Audience.AGENT) -> None:
    """What the worker does with a job, be it new or taken up again."""
    if not made.delivered(ref, ref.key):
        made.deliver(delivery(ref, made, audience))
    assert made.delivered(ref, ref.key)


def test_a_draft_lies_ready_in_the_conversation(at: Bench) -> None:
    made = at.desk(agents_address=None, smtp_host=None, smtp_port=None)
    ref = at.ref(made)
    assert not made.delivered(ref, ref.key)
    finish(at, made, ref)
    ((raw, flags),) = at.box.messages(DRAFTS)
    draft = parsed(raw)
    assert {b"\\Draft", b"\\Seen"} <= set(flags)
    assert draft["To"] == at.person
    assert draft["From"] == at.address
    assert draft["In-Reply-To"] == draft["References"] == "<1@poste.test>"
    assert draft["Subject"] == "Re: Mot de passe"
    body = draft.get_body(("plain",))
    assert body is not None
    note, _, letter = body.get_content().partition("-" * 60)
    assert "Brouillon proposé par un assistant automatisé" in note
    assert "Confiance\u00a0: forte" in note
    assert "Douze caractères" not in note
    assert "Douze caractères au moins." in letter
    assert "https://cyber.gouv.fr/mdp" in letter
    assert "Brouillon proposé" not in letter
    assert at.servers.mailbox(at.person).messages() == []
    assert at.box.messages(SENT) == []


def test_agents_get_a_message_and_their_answer_goes_to_the_person(at: Bench) -> None:
    made = at.desk(drafts=False)
    ref = at.ref(made)
    finish(at, made, ref)
    ((raw, _),) = at.servers.mailbox(at.agents).wait(1)
    message = parsed(raw)
    assert message["Reply-To"] == at.person
    assert message["Auto-Submitted"] == "auto-generated"
    assert ref.key in raw.decode()
    ((_, flags),) = at.box.messages(SENT)
    assert b"\\Flagged" not in flags
    assert at.box.messages(DRAFTS) == []
    assert at.servers.mailbox(at.person).messages() == []


def test_delivering_again_adds_nothing(at: Bench) -> None:
    made = at.desk()
    ref = at.ref(made)
    for _ in range(3):
        at.desk().deliver(delivery(ref, made))
    assert len(at.servers.mailbox(at.agents).wait(1)) == 1
    assert len(at.box.messages(DRAFTS)) == len(at.box.messages(SENT)) == 1
    assert made.delivered(ref, ref.key)
    assert not made.delivered(ref, "CV-AAAAAAAAAAAAAAAA")


def test_both_routes_must_have_been_gone(at: Bench) -> None:
    made = at.desk(agents_address=None, smtp_host=None, smtp_port=None)
    ref = at.ref(made)
    finish(at, made, ref)
    both = at.desk()
    assert not both.delivered(ref, ref.key)
    finish(at, both, ref)
    assert len(at.box.messages(DRAFTS)) == 1
    assert len(at.servers.mailbox(at.agents).wait(1)) == 1


def test_the_message_is_marked_only_where_the_operator_said_so(at: Bench) -> None:
    made = at.desk()
    ref = at.ref(made)
    finish(at, made, ref)
    assert set(at.box.messages()[0][1]) <= {b"\\Recent"}
    at.desk(keyword="$CyberVigie").deliver(delivery(ref, made))
    assert {flag for flag in at.box.messages()[0][1] if flag != b"\\Recent"} == {b"$CyberVigie"}


def test_the_rights_of_the_documentation_are_enough(at: Bench) -> None:
    first = at.desk()
    assert all(step.ok for step in first.check())
    first.close()
    at.servers.restrict(at.address, {"": "lr", DRAFTS: "lrisw", imap_utf7.encode(SENT).decode(): "lriswte"})
    made = at.desk()
    ref = at.ref(made)
    finish(at, made, ref)
    assert [b"\\Draft" in flags for _, flags in at.box.messages(DRAFTS)] == [True]
    ((_, flags),) = at.box.messages(SENT)
    assert b"\\Flagged" not in flags
    assert len(at.servers.mailbox(at.agents).wait(1)) == 1
    # A keyword needs one more; the draft does not wait for it.
    marking = at.desk(keyword="$CyberVigie")
    marking.deliver(delivery(ref, made))
    assert "lecture seule" in next(step.detail for step in marking.check() if not step.ok)


def test_a_reply_goes_to_the_person_only_where_the_operator_said_so(at: Bench) -> None:
    made = at.desk(AUTO)
    ref = at.ref(made)
    finish(at, made, ref, Audience.PERSON)
    ((raw, _),) = at.servers.mailbox(at.person).wait(1)
    message = parsed(raw)
    assert message["Auto-Submitted"] == "auto-replied"
    assert message["In-Reply-To"] == "<1@poste.test>"
    assert message["Reply-To"] is None
    body = message.get_body(("plain",))
    assert body is not None
    assert "Réponse d’un assistant automatisé" in body.get_content()
    assert at.box.messages(DRAFTS) == []
    assert at.servers.mailbox(at.agents).messages() == []
    assert len(at.box.messages(SENT)) == 1


@pytest.mark.parametrize(
    "headers", ["References: <CV-AAAA.p@cabinet.test>\n", "Reply-To: victime@cabinet.test\n", "In-Reply-To: <0@x>\n"]
)
def test_a_conversation_that_goes_on_is_for_the_agents(headers: str, at: Bench) -> None:
    made = at.desk(AUTO)
    cursor = made.poll("").cursor
    at.write(identifier="2", headers=headers)
    (intake,) = made.poll(cursor).intakes
    finish(at, made, intake.ref, Audience.PERSON)
    assert len(at.box.messages(DRAFTS)) == 1
    assert len(at.servers.mailbox(at.agents).wait(1)) == 1
    assert at.servers.mailbox(at.person).messages() == []


def test_what_we_sent_is_never_answered(at: Bench) -> None:
    made = at.desk(AUTO, agents_address=at.address)
    cursor = made.poll("").cursor
    first = at.ref(made)
    finish(at, made, first)
    assert len(at.box.wait(2)) == 2
    assert made.poll(cursor).intakes == ()


def test_a_message_without_an_address_gets_a_draft_to_nobody(at: Bench) -> None:
    made = at.desk(agents_address=None, smtp_host=None, smtp_port=None)
    cursor = made.poll("").cursor
    at.box.put("From: =?utf-8?q?L=C3=A9a?= <léa@cabinet.test>\nMessage-ID: <2@x>\n\nOù ?\n")
    (intake,) = made.poll(cursor).intakes
    finish(at, made, intake.ref)
    assert parsed(at.box.messages(DRAFTS)[0][0])["To"] is None


def test_a_message_that_is_gone_gets_no_draft(at: Bench) -> None:
    made = at.desk()
    ref = at.ref(made)
    with at.box.client() as client:
        client.select_folder("INBOX")
        client.delete_messages(client.search())
        client.expunge()
    with pytest.raises(DeskRefused, match="n’est plus dans le dossier"):
        made.deliver(delivery(ref, made))
    assert at.box.messages(DRAFTS) == []


# What is left when the process is killed, and what the next one makes of it.

_WORKERS = """
import json, os, signal, sys
from pathlib import Path
from bot.helpdesk import mailbox_imap, mailbox_smtp
from bot.helpdesk.config import DeskConfig, Rules
from bot.helpdesk.mailbox import desk
from bot.helpdesk.model import TicketRef
from tests.bot.helpdesk.mailbox_desks import delivery

OWNERS = {"append": mailbox_imap.ImapSession, "send": mailbox_smtp.Submission, "flag": mailbox_imap.Folder}

def kill_at(name, when):
    method = getattr(OWNERS[name], name)
    def hooked(*args, **kwargs):
        if when == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        method(*args, **kwargs)
        os.kill(os.getpid(), signal.SIGKILL)
    setattr(OWNERS[name], name, hooked)

def work(folder, values, point, ref):
    kill_at(*point)
    made = desk(DeskConfig(Path(folder) / "desks.toml", "courriel", "mailbox", Rules(), values))
    found = TicketRef(*ref)
    if not made.delivered(found, found.key):
        made.deliver(delivery(found, made))

for line in sys.stdin:
    pid = os.fork()
    if pid == 0:
        work(*json.loads(line))
        os._exit(0)
    print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), flush=True)
"""
POINTS = [("append", "before"), ("append", "after"), ("send", "before"), ("send", "after"), ("flag", "after")]
Killing = Callable[[Bench, TicketRef, tuple[str, str], dict[str, object]], None]


@pytest.fixture(scope="module")
def killed() -> Iterator[Killing]:
    """Runs a worker, a process of its own, that is killed (SIGKILL) at a point of its delivery."""
    with subprocess.Popen(
        [sys.executable, "-c", _WORKERS], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=Path.cwd()
    ) as parent:
        assert parent.stdin is not None
        assert parent.stdout is not None
        requests, replies = parent.stdin, parent.stdout

        def kill(at: Bench, ref: TicketRef, point: tuple[str, str], values: dict[str, object]) -> None:
            told = [str(at.folder), values, point, [ref.desk, ref.ticket, ref.article]]
            print(json.dumps(told), file=requests, flush=True)
            assert int(replies.readline()) == -signal.SIGKILL

        yield kill


@pytest.mark.parametrize("point", POINTS, ids="-".join)
def test_one_draft_whenever_the_worker_is_killed(
    point: tuple[str, str], at: Bench, killed: Killing, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The agents read this very mailbox: whether a message was sent can be seen.
    values = at.values(agents_address=at.address)
    made = at.desk(agents_address=at.address)
    ref = at.ref(made)
    killed(at, ref, point, values)
    if point == ("send", "before"):
        # Nothing was sent, which only time tells.
        with pytest.raises(DeskTemporary, match="interrompu"):
            finish(at, made, ref)
        monkeypatch.setattr(mailbox_outgoing, "CONFIRM_SECONDS", 0.0)
    elif point[0] == "send":
        at.box.wait(2)
    finish(at, made, ref)
    at.box.wait(2)
    finish(at, at.desk(agents_address=at.address), ref)
    assert len(at.box.messages(DRAFTS)) == 1
    assert [parsed(raw)["From"] for raw, _ in at.box.messages()].count(at.address) == 1
    ((_, flags),) = at.box.messages(SENT)
    assert b"\\Flagged" not in flags


def test_elsewhere_a_message_in_doubt_is_sent_again_under_its_id(at: Bench, killed: Killing) -> None:
    made = at.desk(drafts=False)
    ref = at.ref(made)
    killed(at, ref, ("send", "after"), at.values(drafts=False))
    finish(at, made, ref)
    finish(at, made, ref)
    found = at.servers.mailbox(at.agents).wait(2)
    assert len(found) == 2
    assert len({parsed(raw)["Message-ID"] for raw, _ in found}) == 1
    assert len(at.box.messages(SENT)) == 1
