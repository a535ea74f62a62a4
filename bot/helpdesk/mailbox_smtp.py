"""Handing messages to the submission server (RFC 6409), under TLS only (RFC 8314)."""

import base64
import contextlib
import smtplib
from collections.abc import Iterator

from bot.helpdesk.mailbox_errors import smtp_errors
from bot.helpdesk.mailbox_options import Account, Server

SECONDS = 30.0
"""Of each wait. RFC 5321 (4.5.3.2) allows a server ten minutes after the last dot; one that takes them is asked again
later, and the record of the message tells then whether it had been taken."""

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
        with smtp_errors(self._server.host), self._session() as session:
            session.sendmail(sender, [recipient], message)

    def rehearse(self, sender: str, recipient: str) -> None:
        """Everything but the message: log in, ask whether sender and recipient are taken, and leave."""
        with smtp_errors(self._server.host), self._session() as session:
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
        server = self._server
        session = (
            smtplib.SMTP(server.host, server.port, _NAME, timeout=SECONDS)
            if server.starttls
            else smtplib.SMTP_SSL(server.host, server.port, _NAME, timeout=SECONDS, context=server.tls)
        )
        try:
            if server.starttls:
                session.starttls(context=server.tls)
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
