"""A listener that nothing may contact."""

import contextlib
import socket
import threading
from types import TracebackType
from typing import Self


class Canary:
    """Accepts connections on loopback and counts them. A context manager."""

    def __init__(self) -> None:
        self.contacts: list[tuple[str, int]] = []
        self._seen = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port: int = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._accept, name="canary", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(5)

    def wait(self, seconds: float = 0.1) -> None:
        """Wait for the next contact."""
        self._seen.wait(seconds)
        self._seen.clear()

    def _accept(self) -> None:
        while True:
            try:
                connection, peer = self._listener.accept()
            except OSError:
                return
            with connection:
                self.contacts.append(peer)
                self._seen.set()
