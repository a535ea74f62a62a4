"""The end of a conversation with a mail server, however it drags on.

The timeout of a socket is that of one wait: a server that sends a byte now and then, out of order or out of malice,
would hold the worker for ever. A watch shuts the connection down from another thread, which ends any wait at once.
"""

import contextlib
import socket
import threading
from types import TracebackType
from typing import Self, TypeVar

from bot.helpdesk.errors import DeskTemporary

_Socket = TypeVar("_Socket", bound=socket.socket)


class Watch:
    """Within the ``with`` block, what is held is shut down after ``seconds``; ``late`` tells whether that was so."""

    def __init__(self, seconds: float) -> None:
        self.late = False
        self._lock = threading.Lock()
        self._socket: socket.socket | None = None
        self._timer = threading.Timer(seconds, self._end)
        self._timer.daemon = True

    def __enter__(self) -> Self:
        self._timer.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._timer.cancel()
        with self._lock:
            self._socket = None

    def held(self, connection: _Socket) -> _Socket:
        """The connection, from now on the one that is watched."""
        with self._lock:
            self._socket = connection
            if self.late:
                _shut(connection)
        return connection

    def error(self, protocol: str, host: str) -> DeskTemporary:
        """What being late means."""
        message = f"le serveur {protocol} {host} répond trop lentement : nouvel essai plus tard"
        return DeskTemporary(message, code="timeout")

    def _end(self) -> None:
        with self._lock:
            self.late = True
            if self._socket is not None:
                _shut(self._socket)


def _shut(connection: socket.socket) -> None:
    # Not SSLSocket.shutdown, which would drop the encryption first, while the other thread may be writing.
    with contextlib.suppress(OSError):
        socket.socket.shutdown(connection, socket.SHUT_RDWR)
