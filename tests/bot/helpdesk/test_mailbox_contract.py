"""A mailbox as a desk among others: the contract of ``bot.helpdesk.ports`` through a network that breaks, and the
worker's whole way from a message to its draft. The servers are real (Dovecot, Exim)."""

import contextlib
import random
import select
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from bot.helpdesk import mailbox_outgoing
from bot.helpdesk.config import DeskConfig, Rules
from bot.helpdesk.errors import DeskTemporary
from bot.helpdesk.mailbox import MailboxDesk
from bot.helpdesk.model import Format, TicketRef
from bot.helpdesk.outbox import Outbox
from bot.helpdesk.ports import Desk, PollingDesk
from bot.helpdesk.retry import Policy
from bot.helpdesk.worker import OpenDesk, Worker
from bot.model import Status
from tests.bot.helpdesk.helpdesks import QUOTE, Scripted, drafter
from tests.bot.helpdesk.mail_servers import INSTALLED, MailServers
from tests.bot.helpdesk.mailbox_desks import AUTO, Bench, bench, delivery

pytestmark = pytest.mark.skipif(not INSTALLED, reason="needs Dovecot and Exim (make debian)")
SENT, DRAFTS = "Envoyés", "Brouillons"


@pytest.fixture
def at(servers: MailServers, tmp_path: Path) -> Iterator[Bench]:
    with bench(servers, tmp_path) as made:
        yield made


class Cutting:
    """A port that passes bytes on to another, and cuts each connection after so many bytes, in either direction."""

    def __init__(self, target: int) -> None:
        self._target = target
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self.limits: list[int] = []
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._thread.join(timeout=10)
        self._listener.close()

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                inner, _ = self._listener.accept()
                limit = self.limits.pop(0) if self.limits else 10**9
                with inner, socket.create_connection(("127.0.0.1", self._target)) as outer:
                    self._pass(inner, outer, limit)

    def _pass(self, inner: socket.socket, outer: socket.socket, left: int) -> None:
        other = {inner: outer, outer: inner}
        with contextlib.suppress(OSError):
            while left > 0:
                for ready in select.select(list(other), [], [], 10)[0]:
                    data = ready.recv(min(left, 65_536))
                    if not data:
                        return
                    other[ready].sendall(data)
                    left -= len(data)


@contextlib.contextmanager
def cutting(target: int) -> Iterator[Cutting]:
    made = Cutting(target)
    try:
        yield made
    finally:
        made.close()


def attempt(made: MailboxDesk, ref: TicketRef) -> None:
    """What the worker does at every attempt."""
    if made.read(ref) is not None and not made.delivered(ref, ref.key):
        made.deliver(delivery(ref, made))


def test_a_mailbox_is_a_desk_that_is_asked(at: Bench) -> None:
    made: Desk = at.desk()
    assert isinstance(made, PollingDesk)
    assert made.format is Format.HTML


@pytest.mark.parametrize("status", Status)
def test_every_status_can_be_delivered(status: Status, at: Bench) -> None:
    at.write()
    made = at.desk(agents_address=None, smtp_host=None, smtp_port=None)
    ref = at.ref(made)
    told = delivery(ref, made)
    made.deliver(replace(told, draft=replace(told.draft, status=status)))
    assert len(at.box.messages(DRAFTS)) == 1


@pytest.mark.parametrize(("ticket", "article"), [("../x", "1"), ("1", '1" NOT 2'), ("", ""), ("m1", "m\r\nA1 DELETE")])
def test_a_reference_cannot_lead_elsewhere(ticket: str, article: str, at: Bench) -> None:
    at.write()
    made = at.desk()
    ref = TicketRef("courriel", ticket, article)
    assert made.read(ref) is None
    assert not made.delivered(ref, ref.key)
    assert len(at.box.messages()) == 1


@pytest.mark.parametrize("seed", range(3))
def test_exactly_one_draft_through_a_network_that_breaks(seed: int, at: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mailbox_outgoing, "CONFIRM_SECONDS", 1.5)
    rng = random.Random(seed)
    at.write()
    ref = at.ref(at.desk())
    with cutting(at.servers.imap) as imap, cutting(at.servers.smtp) as smtp:
        # A session takes some 3,500 bytes of IMAP before its first command, 9,000 with the draft; 5,000 of SMTP.
        imap.limits = [rng.randrange(1_000, 16_000) for _ in range(6)]
        smtp.limits = [rng.randrange(1_000, 9_000) for _ in range(2)]
        made = at.desk(imap_port=imap.port, smtp_port=smtp.port, agents_address=at.address)
        for _ in range(40):
            try:
                attempt(made, ref)
                if made.delivered(ref, ref.key):
                    break
            except DeskTemporary:
                # The worker waits longer: what was cut off may still be carried out.
                time.sleep(0.2)
        else:
            pytest.fail("never delivered")
        made.close()
    assert len(at.box.messages(DRAFTS)) == 1
    assert len(at.box.wait(2)) == 2
    assert len(at.box.messages(SENT)) == 1


def worker(at: Bench, rules: Rules, outbox: Outbox, **values: object) -> Worker:
    """The worker of a restarted process, which polls at once."""
    config = DeskConfig(at.folder / "desks.toml", "courriel", "mailbox", rules, {}, None, 5)
    return Worker(
        outbox, {"courriel": OpenDesk(config, at.desk(rules, **values))}, drafter(Scripted()), policy=Policy()
    )


def test_the_worker_goes_the_whole_way(at: Bench, tmp_path: Path) -> None:
    outbox = Outbox(tmp_path / "outbox.sqlite")
    worker(at, Rules(), outbox).step()
    for i in range(3):
        at.write(
            identifier=str(i), text="Bonjour,\nCombien de temps garder le dossier de Mme Léa Canari ?\nCordialement"
        )
    at.write(identifier="1", text="La même, arrivée deux fois")
    at.write(identifier="9", headers="Auto-Submitted: auto-replied\n")
    for _ in range(3):
        again = worker(at, Rules(), outbox)
        while again.step():
            pass
    drafts = [message_from_bytes(raw, policy=policy.default) for raw, _ in at.box.messages(DRAFTS)]
    assert sorted(draft["In-Reply-To"] for draft in drafts) == [f"<{i}@poste.test>" for i in range(3)]
    body = drafts[0].get_body(("plain",))
    assert body is not None
    assert QUOTE in body.get_content()
    assert "Canari" not in body.get_content()
    outbox.close()
    kept = b"".join(path.read_bytes() for path in tmp_path.glob("outbox.sqlite*"))
    for word in (b"Canari", b"poste.test", at.person.encode(), b"Mot de passe"):
        assert word not in kept
    assert len(at.servers.mailbox(at.agents).wait(3)) == 3
    assert at.servers.mailbox(at.person).messages() == []


def test_the_worker_answers_people_where_the_operator_said_so(at: Bench, tmp_path: Path) -> None:
    outbox = Outbox(tmp_path / "outbox.sqlite")
    worker(at, AUTO, outbox).step()
    at.write(text="Combien de temps garder un dossier ?")
    again = worker(at, AUTO, outbox)
    while again.step():
        pass
    outbox.close()
    assert len(at.servers.mailbox(at.person).wait(1)) == 1
    assert at.box.messages(DRAFTS) == []
