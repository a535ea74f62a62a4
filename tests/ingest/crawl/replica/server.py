"""A loopback HTTPS server for many virtual hosts, with the log that politeness is judged by."""

import contextlib
import gzip
import socket
import ssl
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from types import TracebackType
from typing import Self

import trustme

from .content import Delivery, Resource, Site

_MAX_HEAD = 65_536
_IDLE_S = 60.0


@dataclass(slots=True)
class Connection:
    """A TLS connection to a host. Times in this module are of ``time.monotonic``."""

    number: int
    host: str
    opened: float
    closed: float | None = None


@dataclass(slots=True)
class Exchange:
    """A request and its reply. ``together``: requests of that host in progress when it began, itself counted.

    ``sent``: body bytes. ``ended``: None while in progress.
    """

    host: str
    target: str
    method: str
    headers: dict[str, str]
    connection: int
    started: float
    together: int
    status: int = 0
    sent: int = 0
    ended: float | None = None

    @property
    def url(self) -> str:
        """The address asked for."""
        return f"https://{self.host}{self.target}"


@dataclass(slots=True)
class _State:
    exchanges: list[Exchange] = field(default_factory=list)
    connections: list[Connection] = field(default_factory=list)
    sockets: set[socket.socket] = field(default_factory=set)
    lock: threading.Lock = field(default_factory=threading.Lock)
    stop: threading.Event = field(default_factory=threading.Event)


class ReplicaServer:
    """Serves ``sites`` on one loopback port. A context manager.

    ``names``: the names of the certificate, wildcards allowed; ``misnamed``: hosts served under another's certificate.
    """

    def __init__(self, sites: Iterable[Site], *, names: Iterable[str] = (), misnamed: Iterable[str] = ()) -> None:
        self.sites = {site.host: site for site in sites}
        self._state = _State()
        self._authority = trustme.CA()
        known = sorted(set(names) or set(self.sites) - set(misnamed))
        self._context = self._served(*known)
        strange = self._served("ailleurs.test")
        wrong = frozenset(misnamed)

        def choose(connection: ssl.SSLSocket | ssl.SSLObject, name: str | None, _: ssl.SSLContext) -> None:
            if name in wrong:
                connection.context = strange

        self._context.sni_callback = choose
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=256)
        self.port: int = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._accept, name="replica", daemon=True)

    def _served(self, *names: str) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._authority.issue_cert(*names).configure_cert(context)
        return context

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._state.stop.set()
        # Wakes accept(), which closing alone does not.
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        with self._state.lock:
            opened = list(self._state.sockets)
        for one in opened:
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
        self._thread.join(5)

    def authority(self, path: Path) -> Path:
        """Write the certificate of the test authority; its path."""
        self._authority.cert_pem.write_to_path(str(path))
        return path

    # the log

    def mark(self) -> int:
        """A place in the log, for :meth:`since`."""
        with self._state.lock:
            return len(self._state.exchanges)

    def since(self, mark: int = 0, *, host: str | None = None) -> list[Exchange]:
        """The exchanges begun after a mark, in order."""
        with self._state.lock:
            return [one for one in self._state.exchanges[mark:] if host is None or one.host == host]

    def connections(self, host: str | None = None) -> list[Connection]:
        """The connections made, in order."""
        with self._state.lock:
            return [one for one in self._state.connections if host is None or one.host == host]

    # serving

    def _accept(self) -> None:
        while not self._state.stop.is_set():
            try:
                plain, _ = self._listener.accept()
            except OSError:
                return
            plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(target=self._converse, args=(plain,), daemon=True).start()

    def _converse(self, plain: socket.socket) -> None:
        plain.settimeout(_IDLE_S)
        connection: Connection | None = None
        with plain:
            with self._state.lock:
                self._state.sockets.add(plain)
            try:
                with self._context.wrap_socket(plain, server_side=True) as tls:
                    with self._state.lock:
                        self._state.sockets.add(tls)
                        connection = Connection(len(self._state.connections), "", time.monotonic())
                        self._state.connections.append(connection)
                    while self._exchange(tls, connection):
                        pass
            except OSError:
                pass  # the client has gone, or did not like the certificate
            finally:
                with self._state.lock:
                    self._state.sockets.discard(plain)
                    self._state.sockets -= {one for one in self._state.sockets if one.fileno() == -1}
                    if connection is not None:
                        connection.closed = time.monotonic()

    def _exchange(self, tls: ssl.SSLSocket, connection: Connection) -> bool:
        """Answer one request; whether another may follow."""
        head = b""
        while b"\r\n\r\n" not in head:
            chunk = tls.recv(_MAX_HEAD)
            if not chunk or len(head) > _MAX_HEAD:
                return False
            head += chunk
        first, *lines = head.split(b"\r\n\r\n")[0].decode("latin-1").split("\r\n")
        method, target, _ = first.split(" ", 2)
        headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        host = headers.get("host", "")
        with self._state.lock:
            connection.host = host
            busy = sum(one.host == host and one.ended is None for one in self._state.exchanges[-400:])
            exchange = Exchange(host, target, method, headers, connection.number, time.monotonic(), busy + 1)
            self._state.exchanges.append(exchange)
        try:
            return self._reply(tls, exchange)
        finally:
            with self._state.lock:
                exchange.ended = time.monotonic()

    def _reply(self, tls: ssl.SSLSocket, exchange: Exchange) -> bool:
        site = self.sites.get(exchange.host)
        resource = Resource(status=421) if site is None else site.respond(exchange.target)
        status, body = resource.status, resource.body
        if resource.delivery is Delivery.CLOSE:
            return False
        if resource.delivery is Delivery.SILENT:
            self._state.stop.wait(_IDLE_S)
            return False
        fields = {"Content-Type": resource.media_type, "Vary": "Accept-Encoding", **resource.headers}
        if status == 200:
            if resource.etag:
                fields["ETag"] = resource.tag
            if resource.last_modified:
                fields["Last-Modified"] = resource.last_modified
            if _unchanged(resource, exchange.headers):
                status, body = 304, b""
        if resource.encoded:
            fields["Content-Encoding"] = resource.encoded
        elif resource.packed and body and "gzip" in exchange.headers.get("accept-encoding", ""):
            fields["Content-Encoding"] = "gzip"
            body = gzip.compress(body, mtime=0)
        if status != 304:
            fields["Content-Length"] = str(len(body))
        fields["Connection"] = "keep-alive" if resource.keep_alive else "close"
        exchange.status = status
        head = f"HTTP/1.1 {status} {HTTPStatus(status).phrase}\r\n"
        head += "".join(f"{name}: {value}\r\n" for name, value in fields.items()) + "\r\n"
        tls.sendall(head.encode("latin-1"))
        whole = self._send(tls, exchange, body, resource.delivery)
        return whole and resource.keep_alive

    def _send(self, tls: ssl.SSLSocket, exchange: Exchange, body: bytes, delivery: Delivery) -> bool:
        if delivery is Delivery.DRIP:
            for n in range(len(body)):
                tls.sendall(body[n : n + 1])
                exchange.sent += 1
                if self._state.stop.wait(1.0):
                    return False
            return True
        if delivery is Delivery.CUT:
            body = body[: len(body) // 2]
        tls.sendall(body)
        exchange.sent = len(body)
        return delivery is Delivery.WHOLE


def _unchanged(resource: Resource, headers: dict[str, str]) -> bool:
    """RFC 9110, section 13.2.2: If-None-Match first, If-Modified-Since in its absence."""
    if "if-none-match" in headers:
        return resource.etag and headers["if-none-match"] == resource.tag
    return resource.last_modified is not None and headers.get("if-modified-since") == resource.last_modified
