"""Mail servers that are down, slow, misconfigured or suspicious: clear errors, and nothing lost."""

import contextlib
import logging
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bot.helpdesk import mailbox_imap, mailbox_smtp
from bot.helpdesk.errors import DeskAuth, DeskRefused, DeskTemporary, HelpdeskError
from bot.helpdesk.mailbox import MailboxDesk
from bot.helpdesk.model import Audience
from tests.bot.helpdesk.mail_configs import ACCENTED, PASSWORD
from tests.bot.helpdesk.mail_servers import INSTALLED, MailServers, token
from tests.bot.helpdesk.mailbox_desks import AUTO, Bench, bench, delivery

pytestmark = pytest.mark.skipif(not INSTALLED, reason="needs Dovecot and Exim (make debian)")
SENT, DRAFTS = "Envoyés", "Brouillons"


@pytest.fixture
def at(servers: MailServers, tmp_path: Path) -> Iterator[Bench]:
    with bench(servers, tmp_path) as made:
        made.write()
        yield made


@contextlib.contextmanager
def answering(answer: Callable[[socket.socket], None]) -> Iterator[int]:
    """A port where ``answer`` speaks to whoever connects."""

    def serve() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with connection, contextlib.suppress(OSError):
                connection.settimeout(5)
                answer(connection)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield int(listener.getsockname()[1])
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            thread.join(timeout=10)


def failing(made: MailboxDesk, kind: type[HelpdeskError], code: str) -> str:
    """What a poll says, after checking that it tells no secret."""
    with pytest.raises(kind) as caught:
        made.poll("")
    assert caught.value.code == code
    assert PASSWORD not in repr(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__
    return caught.value.message


def test_every_check_passes_and_leaves_nothing(at: Bench) -> None:
    for values in (
        {},
        {
            "imap_security": "starttls",
            "imap_port": at.servers.imap_starttls,
            "smtp_security": "starttls",
            "smtp_port": at.servers.smtp_starttls,
        },
        {"password_file": None, "token_file": "jeton.secret"},
    ):
        steps = list(at.desk(**values).check())
        assert [step.ok for step in steps] == [True] * 5, steps
        assert PASSWORD not in repr(steps)
    assert at.box.messages(DRAFTS) == at.box.messages(SENT) == at.servers.mailbox(at.agents).messages() == []


def test_a_password_may_hold_any_character(at: Bench, servers: MailServers) -> None:
    (at.folder / "boite.secret").write_text(ACCENTED, encoding="utf-8")
    steps = list(at.desk(address=servers.account("accent")).check())
    assert [step.ok for step in steps] == [True] * 5, steps
    (at.folder / "boite.secret").write_text("autre-clé", encoding="utf-8")
    steps = list(at.desk(address=servers.account("accent")).check())
    assert [step.ok for step in steps] == [False, False]
    assert "refuse ce compte" in steps[0].detail
    assert "refuse ce compte" in steps[1].detail


def test_a_check_says_what_to_do(at: Bench) -> None:
    steps = list(at.desk(drafts_folder="Absent", agents_address="inconnu@cabinet.test").check())
    assert [step.ok for step in steps] == [True, True, False, True, False]
    assert "Absent" in steps[2].detail
    assert "docs/helpdesk-courriel.md" in steps[2].advice
    assert "destinataire" in steps[4].detail
    (at.folder / "boite.secret").write_text("autre", encoding="ascii")
    steps = list(at.desk().check())
    assert [step.ok for step in steps] == [False, False]
    assert "vérifiez le nom, puis le mot de passe" in steps[0].detail


def test_a_wrong_password_waits_for_its_operator(at: Bench) -> None:
    made = at.desk()
    (at.folder / "boite.secret").write_text("faux", encoding="ascii")
    assert "mot de passe" in failing(made, DeskAuth, "login")
    # The file is read again: no restart is needed.
    (at.folder / "boite.secret").write_text(PASSWORD, encoding="ascii")
    assert made.poll("").cursor
    (at.folder / "boite.secret").unlink()
    made.close()
    assert "boite.secret" in failing(made, DeskAuth, "secret")


def test_an_expired_token_waits_for_its_successor(at: Bench) -> None:
    made = at.desk(password_file=None, token_file="jeton.secret")
    (at.folder / "jeton.secret").write_text(token(at.address, expires=-60), encoding="ascii")
    failing(made, DeskAuth, "login")
    (at.folder / "jeton.secret").write_text(token(at.address), encoding="ascii")
    assert made.poll("").cursor


def test_a_certificate_of_another_authority_or_name_is_refused(at: Bench) -> None:
    other = str(at.servers.folder / "other-ca.pem")
    assert "ca_file" in failing(at.desk(ca_file=other), DeskAuth, "certificate")
    failing(at.desk(imap_host="127.0.0.1"), DeskAuth, "certificate")
    failing(
        at.desk(ca_file=other, imap_security="starttls", imap_port=at.servers.imap_starttls), DeskAuth, "certificate"
    )
    made = at.desk(drafts=False, smtp_host="127.0.0.1")
    with pytest.raises(DeskAuth, match="certificat du serveur SMTP"):
        made.deliver(delivery(at.ref(made), made))
    assert at.box.messages(SENT) == []


def test_nothing_is_said_without_encryption(at: Bench) -> None:
    received: list[bytes] = []

    def imap(connection: socket.socket) -> None:
        connection.sendall(b"* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] pret\r\n")
        while data := connection.recv(4096):
            received.append(data)
            tag = data.split()[0]
            connection.sendall(b"* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n" + tag + b" OK fait\r\n")

    def smtp(connection: socket.socket) -> None:
        connection.sendall(b"220 pret\r\n")
        while data := connection.recv(4096):
            received.append(data)
            connection.sendall(b"250-bonjour\r\n250 AUTH PLAIN LOGIN\r\n")

    with answering(imap) as port:
        assert "rien n’est envoyé en clair" in failing(
            at.desk(imap_security="starttls", imap_port=port), DeskAuth, "tls"
        )
    made = at.desk()
    ref = at.ref(made)
    with answering(smtp) as port:
        plain = at.desk(drafts=False, smtp_security="starttls", smtp_port=port)
        with pytest.raises(DeskAuth) as caught:
            plain.deliver(delivery(ref, made))
        assert caught.value.code == "tls"
    said = b"".join(received)
    assert said
    assert PASSWORD.encode() not in said
    assert b"LOGIN" not in said
    assert b"AUTH" not in said
    # The port of the other protocol step: no TLS there.
    failing(at.desk(imap_port=at.servers.imap_starttls), DeskAuth, "tls")


def test_a_slow_server_is_left_after_a_while(at: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mailbox_imap, "CONNECT_SECONDS", 0.5)
    monkeypatch.setattr(mailbox_smtp, "SECONDS", 0.5)
    gone = threading.Event()
    with answering(lambda connection: gone.wait(3) and None) as port:
        assert "lentement" in failing(at.desk(imap_port=port), DeskTemporary, "timeout")
        made = at.desk(drafts=False, smtp_port=port)
        with pytest.raises(DeskTemporary) as caught:
            made.deliver(delivery(at.ref(made), made))
        assert caught.value.code == "timeout"
        gone.set()


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_a_server_that_sends_drop_by_drop_is_left_too(
    security: str, at: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each wait is short, and there is no end of them: before, the worker never came back."""
    monkeypatch.setattr(mailbox_imap, "SECONDS", 0.6)
    monkeypatch.setattr(mailbox_smtp, "SESSION_SECONDS", 0.6)
    trust = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    trust.load_cert_chain(at.servers.folder / "cert.pem", at.servers.folder / "key.pem")
    drops = [0]

    def drip(connection: socket.socket) -> None:
        with trust.wrap_socket(connection, server_side=True) if security == "tls" else connection as spoken:
            for _ in range(300):
                spoken.sendall(b"*")
                drops[0] += 1
                gone.wait(0.02)

    gone = threading.Event()
    with answering(drip) as port:
        assert "lentement" in failing(at.desk(imap_port=port, imap_security=security), DeskTemporary, "timeout")
        made = at.desk(drafts=False, smtp_port=port, smtp_security=security)
        monkeypatch.setattr(mailbox_imap, "SECONDS", 60.0)
        with pytest.raises(DeskTemporary) as caught:
            made.deliver(delivery(at.ref(made), made))
        assert caught.value.code == "timeout"
        # Both were left in the middle.
        assert 2 < drops[0] < 300


def test_a_server_that_drips_after_the_login_is_left_too(at: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    trust = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    trust.load_cert_chain(at.servers.folder / "cert.pem", at.servers.folder / "key.pem")

    def answer(connection: socket.socket) -> None:
        with trust.wrap_socket(connection, server_side=True) as secured:
            secured.sendall(b"* OK [CAPABILITY IMAP4rev1] pret\r\n")
            while data := secured.recv(4096):
                tag, command = data.split()[:2]
                if command == b"LOGIN":
                    secured.sendall(b"* CAPABILITY IMAP4rev1\r\n" + tag + b" OK fait\r\n")
                    continue
                for _ in range(300):
                    secured.sendall(b"* OK patience\r\n")
                    gone.wait(0.02)

    gone = threading.Event()
    monkeypatch.setattr(mailbox_imap, "SECONDS", 0.6)
    monkeypatch.setattr(mailbox_imap, "_FAREWELL_SECONDS", 0.2)
    with answering(answer) as port:
        assert "lentement" in failing(at.desk(imap_port=port), DeskTemporary, "timeout")


def test_a_server_that_hangs_up_is_tried_again(at: Bench) -> None:
    with answering(lambda connection: None) as port:
        failing(at.desk(imap_port=port), DeskTemporary, "connect")
    failing(at.desk(imap_host="absent.invalid"), DeskTemporary, "dns")


def test_an_unavailable_login_is_not_a_wrong_password(at: Bench) -> None:
    def busy(reply: bytes) -> Callable[[socket.socket], None]:
        trust = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        trust.load_cert_chain(at.servers.folder / "cert.pem", at.servers.folder / "key.pem")

        def answer(connection: socket.socket) -> None:
            with trust.wrap_socket(connection, server_side=True) as secured:
                secured.sendall(b"* OK [CAPABILITY IMAP4rev1] pret\r\n")
                while data := secured.recv(4096):
                    tag, command = data.split()[:2]
                    if command == b"LOGIN":
                        secured.sendall(reply.replace(b"TAG", tag))
                    else:
                        secured.sendall(b"* CAPABILITY IMAP4rev1\r\n" + tag + b" OK fait\r\n")

        return answer

    for reply in (b"* BYE au revoir\r\n", b"TAG NO [UNAVAILABLE] plus tard\r\n"):
        with answering(busy(reply)) as port:
            failing(at.desk(imap_port=port), DeskTemporary, "connect")


def test_nothing_is_lost_while_a_server_is_down(at: Bench, servers: MailServers) -> None:
    made = at.desk(drafts=False)
    cursor = made.poll("").cursor
    at.write(identifier="2")
    servers.stop("imap")
    for _ in range(2):
        with pytest.raises(DeskTemporary) as caught:
            made.poll(cursor)
        assert caught.value.code == "connect"
    servers.start("imap")
    (intake,) = made.poll(cursor).intakes
    servers.stop("smtp")
    with pytest.raises(DeskTemporary):
        made.deliver(delivery(intake.ref, made))
    assert not made.delivered(intake.ref, intake.ref.key)
    servers.start("smtp")
    made.deliver(delivery(intake.ref, made))
    assert made.delivered(intake.ref, intake.ref.key)
    assert len(servers.mailbox(at.agents).wait(1)) == 1
    assert len(at.box.messages(SENT)) == 1


def test_a_connection_that_was_dropped_meanwhile_is_opened_again(
    at: Bench, servers: MailServers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mailbox_imap, "_IDLE_SECONDS", 0.0)
    made = at.desk()
    made.poll("")
    servers.stop("imap")
    servers.start("imap")
    assert made.poll("").cursor


def test_a_missing_folder_is_named(at: Bench) -> None:
    assert "« Absent »" in failing(at.desk(folder="Absent"), DeskAuth, "folder")
    made = at.desk(drafts_folder="Absent")
    with pytest.raises(DeskAuth, match="drafts_folder"):
        made.deliver(delivery(at.ref(made), made))


def test_agents_that_the_server_does_not_know_stop_the_desk_and_no_ticket(at: Bench) -> None:
    made = at.desk(drafts=False, agents_address="inconnu@cabinet.test")
    ref = at.ref(made)
    with pytest.raises(DeskAuth, match="agents_address") as caught:
        made.deliver(delivery(ref, made))
    assert caught.value.code == "recipient"
    # Nothing says that it was sent.
    assert at.box.messages(SENT) == []
    assert not made.delivered(ref, ref.key)


def test_a_person_whom_the_server_refuses_is_a_dead_letter(at: Bench) -> None:
    made = at.desk(AUTO)
    cursor = made.poll("").cursor
    at.write(identifier="2", person="inconnu@cabinet.test")
    (intake,) = made.poll(cursor).intakes
    with pytest.raises(DeskRefused):
        made.deliver(delivery(intake.ref, made, Audience.PERSON))


def test_what_is_put_off_is_tried_again(at: Bench) -> None:
    made = at.desk(drafts=False, agents_address="plus-tard@cabinet.test")
    ref = at.ref(made)
    with pytest.raises(DeskTemporary) as caught:
        made.deliver(delivery(ref, made))
    assert caught.value.code == "smtp_451"
    assert not made.delivered(ref, ref.key)


def test_no_secret_and_nothing_of_a_message_is_logged(at: Bench, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    at.write(identifier="2", text="PATIENT-CANARI-5512", person="leonie.canari@cabinet.test")
    made = at.desk()
    for intake in made.poll("0 0 2020-01-01").intakes:
        assert made.read(intake.ref) is not None
        made.deliver(delivery(intake.ref, made))
    (at.folder / "boite.secret").write_text("faux-CANARI-8821", encoding="ascii")
    made.close()
    with pytest.raises(DeskAuth) as caught:
        made.poll("")
    for told in (caplog.text, repr(caught.value), repr(made.__dict__)):
        for secret in (PASSWORD, "CANARI-8821", "CANARI-5512", "leonie.canari"):
            assert secret not in told
