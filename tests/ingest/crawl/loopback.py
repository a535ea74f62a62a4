"""Servers on loopback that say byte for byte what a test wants, and names that lead to them."""

import contextlib
import socket
import ssl
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from types import TracebackType
from typing import Self

import trustme

PUBLIC = "91.198.174.192"
"""A global address: nothing listens there for a test, since dialers lead to loopback."""
Answer = Callable[[str], bytes | Iterable[bytes]]
"""From the head of a request to the bytes of the reply; None ends the connection."""


@cache
def authority() -> trustme.CA:
    """The tests' own certification authority."""
    return trustme.CA(key_type=trustme.KeyType.ECDSA)


def trusting() -> ssl.SSLContext:
    """A client context that trusts nobody but the tests' authority."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    authority().configure_trust(context)
    return context


def reply(body: bytes = b"", *headers: str, status: str = "200 OK", length: bool = True) -> bytes:
    """A whole reply, with its Content-Length unless told otherwise."""
    lines = [f"HTTP/1.1 {status}", *headers, *([f"Content-Length: {len(body)}"] if length else [])]
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + body


@dataclass
class Names:
    """A resolver: each call for a host takes the next of its lists, the last one for good."""

    hosts: Mapping[str, Sequence[Sequence[str]]]
    asked: list[str] = field(default_factory=list)

    def resolve(self, host: str, *, timeout: float) -> list[str]:
        assert timeout > 0
        if host not in self.hosts:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        lists = self.hosts[host]
        answer = lists[min(self.asked.count(host), len(lists) - 1)]
        self.asked.append(host)
        return list(answer)


@dataclass
class Leading:
    """A dialer that leads every address to one port of 127.0.0.1, but for those that are ``down``."""

    port: int
    down: frozenset[str] = frozenset()
    dialled: list[str] = field(default_factory=list)

    def dial(self, address: str, port: int, *, timeout: float) -> socket.socket:
        assert port == 443
        self.dialled.append(address)
        if address in self.down:
            raise ConnectionRefusedError(111, "Connection refused")
        return socket.create_connection(("127.0.0.1", self.port), timeout)


class Server:
    """HTTPS on loopback. ``requests``: heads in the order received; ``connections``: how many were accepted."""

    def __init__(self, answer: Answer, names: Sequence[str] = ("www.site.example",), *, tls: bool = True) -> None:
        self.requests: list[str] = []
        self.connections = 0
        self._answer = answer
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER) if tls else None
        if self._context:
            authority().issue_cert(*names).configure_cert(self._context)
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=16)
        self.port: int = self._listener.getsockname()[1]
        self._open: list[socket.socket] = []
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._accept, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopping.set()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.drop()
        self._thread.join(5)

    def drop(self) -> None:
        """End the connections as they stand, without a word."""
        for connection in self._open:
            with contextlib.suppress(OSError):
                socket.socket.shutdown(connection, socket.SHUT_RDWR)

    def pause(self, seconds: float) -> None:
        """Wait, no longer than the server lives."""
        self._stopping.wait(seconds)

    def _accept(self) -> None:
        workers = []
        with contextlib.suppress(OSError):
            while not self._stopping.is_set():
                connection = self._listener.accept()[0]
                self.connections += 1
                self._open.append(connection)
                workers.append(threading.Thread(target=self._serve, args=(connection,), daemon=True))
                workers[-1].start()
        for worker in workers:
            worker.join(5)

    def _serve(self, connection: socket.socket) -> None:
        with contextlib.suppress(OSError), contextlib.ExitStack() as stack:
            stack.enter_context(connection)
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            connection.settimeout(10)
            if self._context:
                raw, connection = connection, self._context.wrap_socket(connection, server_side=True)
                self._open[self._open.index(raw)] = connection
                stack.enter_context(connection)
            while head := self._head(connection):
                self.requests.append(head)
                answer = self._answer(head)
                for part in [answer] if isinstance(answer, bytes) else answer:
                    if self._stopping.is_set():
                        return
                    connection.sendall(part)
                if "HTTP/1.1" not in head or not isinstance(answer, bytes) or b"Connection: close" in answer:
                    if isinstance(connection, ssl.SSLSocket):
                        connection.unwrap()
                    return

    def _head(self, connection: socket.socket) -> str:
        data = b""
        while not data.endswith(b"\r\n\r\n"):
            if not (part := connection.recv(4096)):
                return ""
            data += part
        return data.decode("latin-1")


class Canary:
    """Listeners on loopback that nobody may contact. ``contacts`` counts who did."""

    def __init__(self) -> None:
        first = socket.create_server(("127.0.0.1", 0))
        self.port: int = first.getsockname()[1]
        self._listeners = [first]
        for family, address in ((socket.AF_INET, "127.0.0.2"), (socket.AF_INET6, "::1")):
            with contextlib.suppress(OSError):
                self._listeners.append(socket.create_server((address, self.port), family=family))
        for listener in self._listeners:
            listener.setblocking(False)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for listener in self._listeners:
            listener.close()

    @property
    def contacts(self) -> int:
        """Connections since the last look: the kernel has accepted them, whoever looks when."""
        count = 0
        for listener in self._listeners:
            with contextlib.suppress(BlockingIOError):
                while True:
                    listener.accept()[0].close()
                    count += 1
        return count

    def dial(self, address: str, port: int, *, timeout: float) -> socket.socket:
        """A dialer that really goes to the address it is given, at the canary's port: loopback only."""
        if not address.startswith("127.") and address not in ("::1", "::ffff:127.0.0.1"):
            raise OSError(101, "Network is unreachable")
        return socket.create_connection((address, self.port), timeout)
