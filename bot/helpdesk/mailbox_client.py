"""An IMAP client whose connection is watched from its first byte on."""

import imaplib
import socket
from typing import Any

import imapclient  # type: ignore[import-untyped]
from imapclient.imap4 import IMAP4WithTimeout  # type: ignore[import-untyped]
from imapclient.tls import IMAP4_TLS  # type: ignore[import-untyped]

from bot.helpdesk.mailbox_watch import Watch


class WatchedClient(imapclient.IMAPClient):  # type: ignore[misc]
    """Takes the arguments of IMAPClient, whose constructor reads the greeting: the watch has the connection before."""

    def __init__(self, watch: Watch, *args: Any, **kwargs: Any) -> None:
        self._watch = watch
        super().__init__(*args, **kwargs)

    def _create_IMAP4(self) -> imaplib.IMAP4:  # noqa: N802
        watch, seconds = self._watch, self._timeout.connect
        kind: Any = IMAP4_TLS if self.ssl else IMAP4WithTimeout

        class Held(kind):  # type: ignore[misc]
            def _create_socket(self, timeout: float | None = None) -> socket.socket:
                made: socket.socket = super()._create_socket(timeout)
                return watch.held(made)

        more = (self.ssl_context, seconds) if self.ssl else (seconds,)
        made = Held(self.host, self.port, *more)
        assert isinstance(made, imaplib.IMAP4)
        return made
