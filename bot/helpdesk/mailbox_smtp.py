"""Handing messages to the submission server (RFC 6409), under TLS only (RFC 8314)."""

import base64
import contextlib
import smtplib
import socket
from collections.abc import Iterator

from bot.helpdesk.errors import HelpdeskError
from bot.helpdesk.mailbox_errors import smtp_errors
from bot.helpdesk.mailbox_options import Account, Server
from bot.helpdesk.mailbox_watch import Watch

SECONDS = 30.0
"""Of each wait. RFC 5321 (4.5.3.2) allows a server ten minutes after the last dot; one that takes them is asked again
later, and the record of the message tells then whether it had been taken."""
SESSION_SECONDS = 90.0
"""Of a whole session."""

# What the machine is called is nobody's business, and looking it up may take seconds.
_NAME = "[127.0.0.1]"
_AUTHENTICATED = 235


class Submission:
    """One account on one server; a connection a message. Every method raises HelpdeskError."""

    def __init__(self, server: Server, account: Account) -> None:
        self._server = server
        self._account = account

    def send(self, message: bytes, sender: str, recipient: str) -> None:
        """Hand over a message. When this returns the server has taken charge of it."""
        with self._session() as session:
            session.sendmail(sender, [recipient], message)

    def rehearse(self, sender: str, recipient: str) -> None:
        """Everything but the message: log in, ask whether sender and recipient are taken, and leave."""
        with self._session() as session:
            session.ehlo_or_helo_if_needed()
            for code, reply, error in (
                (*session.mail(sender), smtplib.SMTPSenderRefused),
                (*session.rcpt(recipient), smtplib.SMTPRecipientsRefused),
            ):
                if code >= 300 and error is smtplib.SMTPSenderRefused:
                    raise smtplib.SMTPSenderRefused(code, reply, sender)
                if code >= 300:
                    raise smtplib.SMTPRecipientsRefused({recipient: (code, reply)})
            session.rset()

    @contextlib.contextmanager
    def _session(self) -> Iterator[smtplib.SMTP]:
        host = self._server.host
        with Watch(SESSION_SECONDS) as watch:
            try:
                with smtp_errors(host), self._connected(watch) as session:
                    yield session
            except HelpdeskError:
                if watch.late:
                    raise watch.error("SMTP", host) from None
                raise

    @contextlib.contextmanager
    def _connected(self, watch: Watch) -> Iterator[smtplib.SMTP]:
        server = self._server

        # Each is watched before its greeting is read, which its constructor does.
        class Plain(smtplib.SMTP):
            def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
                made: socket.socket = super()._get_socket(host, port, timeout)  # type: ignore[misc]
                return watch.held(made)

        class Tls(smtplib.SMTP_SSL):
            def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
                made: socket.socket = super()._get_socket(host, port, timeout)  # type: ignore[misc]
                return watch.held(made)

        session = (
            Plain(server.host, server.port, _NAME, timeout=SECONDS)
            if server.starttls
            else Tls(server.host, server.port, _NAME, timeout=SECONDS, context=server.tls)
        )
        try:
            if server.starttls:
                session.starttls(context=server.tls)
                if session.sock is not None:
                    watch.held(session.sock)
            self._log_in(session)
            yield session
        finally:
            # What was accepted stays accepted, however badly the farewell goes.
            with contextlib.suppress(OSError, smtplib.SMTPException):
                session.quit()
            session.close()

    def _log_in(self, session: smtplib.SMTP) -> None:
        user, secret = self._account.user, self._account.secret().reveal()
        session.ehlo_or_helo_if_needed()
        if not self._account.oauth:
            if secret.isascii() and user.isascii():
                session.login(user, secret)
                return
            # smtplib writes ASCII only; PLAIN is in UTF-8 (RFC 4616).
            response = base64.b64encode(f"\0{user}\0{secret}".encode()).decode("ascii")
            code, said = session.docmd("AUTH", f"PLAIN {response}")
            if code != _AUTHENTICATED:
                raise smtplib.SMTPAuthenticationError(code, said)
            return
        token = f"user={user}\1auth=Bearer {secret}\1\1"
        # The server's challenge, where there is one, is a description of the failure: it is answered with nothing.
        session.auth("XOAUTH2", lambda challenge=None: token if challenge is None else "")
