"""The one connection to a host: HTTP/1.1 over TLS, to an address that was checked when the connection was opened.

httpcore2 speaks HTTP; this module gives it its network. A name is resolved once for a connection, every address it
resolves to is checked, and the connection goes to one of those very addresses: a name that resolves to something else
a moment later (DNS rebinding) changes nothing.
"""

import contextlib
import select
import socket
import ssl
import threading
from collections.abc import Iterable
from typing import Any

import httpcore2

from ingest.crawl.addresses import Target, global_address
from ingest.crawl.errors import AddressRefused, BodyRefused, FetchError, Unreachable
from ingest.crawl.exchange import Exchange, Stage
from ingest.crawl.network import PORT
from ingest.crawl.ports import Dialer, Resolver

_ATTEMPTS = 6
"""Addresses of a host that are tried, within one connection time."""
_IDLE_SECONDS = 60.0
"""A connection left alone for longer is not used again."""


class Connection:
    """The one connection to a host, kept open between requests where the server allows it.

    ``lock`` is to be held from :meth:`send` until the reply has been read or closed.
    """

    def __init__(self, host: str, resolver: Resolver, dialer: Dialer, tls: ssl.SSLContext) -> None:
        self.lock = threading.Lock()
        self._host = host
        self._backend = _PinnedBackend(resolver, dialer)
        self._tls = tls
        self._http: httpcore2.HTTPConnection | None = None

    @property
    def address(self) -> str:
        """The IP address that the connection goes to."""
        return self._backend.address

    def send(self, target: Target, headers: list[tuple[bytes, bytes]], exchange: Exchange) -> httpcore2.Response:
        """The head of the reply to a GET; its stream is still to be read or closed. Raises FetchError.

        A kept connection that has ended, or holds what nobody asked for, is opened again before anything is sent. One
        that ends under the request is a failure that may pass: who asks again knows how long to wait.
        """
        request = httpcore2.Request("GET", target.url, headers=headers)
        self._backend.exchange = exchange
        if self._http is not None and not self._http.is_closed() and not self._http.has_expired():
            return self._send_again(self._http, request, exchange)
        self.close()
        origin = httpcore2.Origin(b"https", self._host.encode("ascii"), PORT)
        self._http = httpcore2.HTTPConnection(
            origin, ssl_context=self._tls, keepalive_expiry=_IDLE_SECONDS, network_backend=self._backend
        )
        try:
            return self._http.handle_request(request)
        except (httpcore2.NetworkError, httpcore2.ProtocolError) as error:
            raise self.failure(error, exchange) from error

    def _send_again(
        self, kept: httpcore2.HTTPConnection, request: httpcore2.Request, exchange: Exchange
    ) -> httpcore2.Response:
        """The same on the kept connection, of which nothing that goes wrong is the address's fault."""
        reason = "connexion gardée fermée sans réponse\u202f: à relire plus tard"
        try:
            response = kept.handle_request(request)
        except (httpcore2.NetworkError, httpcore2.RemoteProtocolError) as error:
            self.close()
            raise Unreachable(exchange.subject, reason, code="connect") from error
        # A reply made of bytes that came before its request is not one.
        if exchange.received:
            return response
        self.close()
        raise Unreachable(exchange.subject, reason, code="connect")

    def failure(self, error: Exception, exchange: Exchange) -> FetchError:
        """What an error of httpcore2 (NetworkError, ProtocolError) means to the crawler."""
        if exchange.stage is Stage.BODY and (exchange.ended or isinstance(error, httpcore2.NetworkError)):
            return Unreachable(exchange.subject, "réponse coupée avant sa fin : à relire plus tard", code="truncated")
        if exchange.ended or isinstance(error, httpcore2.NetworkError):
            return Unreachable(exchange.subject, "connexion fermée sans réponse : à relire plus tard", code="connect")
        return BodyRefused(exchange.subject, f"réponse HTTP mal formée ({error})"[:200], code="protocol")

    def abort(self) -> None:
        """End the request in progress, and refuse further ones; from any thread."""
        self._backend.abort()

    def close(self) -> None:
        """Close it; the next request opens another."""
        if self._http is not None:
            self._http.close()
            self._http = None


class _PinnedBackend(httpcore2.NetworkBackend):
    """Opens the connection of one host. ``exchange`` is the request in progress, ``address`` the last one dialled."""

    exchange: Exchange

    def __init__(self, resolver: Resolver, dialer: Dialer) -> None:
        self.address = ""
        self._resolver = resolver
        self._dialer = dialer
        self._socket: socket.socket | None = None
        self._aborted = False

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.NetworkStream:
        addresses = self._addresses(host)
        exchange = self.exchange
        exchange.enter(Stage.CONNECT)
        for position, address in enumerate(addresses, start=1):
            share = exchange.left() / (len(addresses) - position + 1)
            try:
                dialled = self._dialer.dial(address, port, timeout=share)
            except OSError as error:
                if position < len(addresses):
                    continue
                if isinstance(error, TimeoutError):
                    raise exchange.late() from error
                reason = f"connexion impossible à {host} ({error}) : à relire plus tard"
                raise Unreachable(exchange.subject, reason, code="connect") from error
            break
        self.address = address
        return _Stream(dialled, self)

    def watch(self, connected: socket.socket) -> None:
        """The socket that :meth:`abort` acts on, now or before."""
        self._socket = connected
        if self._aborted:
            self.abort()

    def abort(self) -> None:
        """End every wait on the connection, and on those opened later; from any thread."""
        self._aborted = True
        if self._socket is not None:
            with contextlib.suppress(OSError):
                # Of the plain socket: SSLSocket.shutdown would let another thread go on reading without TLS.
                socket.socket.shutdown(self._socket, socket.SHUT_RDWR)

    def _addresses(self, host: str) -> list[str]:
        self.exchange.enter(Stage.NAME)
        subject = self.exchange.subject
        try:
            addresses = self._resolver.resolve(host, timeout=self.exchange.left())
        except OSError as error:
            raise Unreachable(
                subject, f"nom {host} introuvable ({error}) : vérifiez le réseau et le DNS", code="dns"
            ) from error
        if not addresses:
            raise Unreachable(subject, f"nom {host} sans adresse : vérifiez le DNS", code="dns")
        if closed := [address for address in addresses if not global_address(address)]:
            raise AddressRefused(
                subject, f"{host} mène à une adresse qui n’est pas publique ({closed[0]})", code="address"
            )
        return addresses[:_ATTEMPTS]


class _Stream(httpcore2.NetworkStream):
    """A socket whose every wait is bounded by the request in progress."""

    def __init__(self, connected: socket.socket, backend: _PinnedBackend) -> None:
        self._socket = connected
        self._backend = backend
        backend.watch(connected)

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        exchange = self._backend.exchange
        try:
            self._socket.settimeout(exchange.left())
            data = self._socket.recv(max_bytes)
        except TimeoutError:
            raise exchange.late() from None
        except OSError as error:
            raise httpcore2.ReadError(str(error)) from error
        exchange.receive(len(data))
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        if not buffer:
            return
        exchange = self._backend.exchange
        exchange.enter(Stage.HEAD)
        try:
            self._socket.settimeout(exchange.left())
            self._socket.sendall(buffer)
        except TimeoutError:
            raise exchange.late() from None
        except OSError as error:
            raise httpcore2.WriteError(str(error)) from error

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore2.NetworkStream:
        exchange = self._backend.exchange
        exchange.enter(Stage.TLS)
        try:
            self._socket.settimeout(exchange.left())
            # Where nothing but the end of the connection ends a body, it must be an authentic one (RFC 9112, 9.8).
            secured = ssl_context.wrap_socket(self._socket, server_hostname=server_hostname, suppress_ragged_eofs=False)
        except TimeoutError as error:
            raise exchange.late() from error
        except ssl.SSLCertVerificationError as error:
            reason = f"certificat refusé ({error.verify_message}) : vérifiez l’adresse et l’horloge de cette machine"
            raise Unreachable(exchange.subject, reason, code="tls") from error
        except OSError as error:
            reason = f"connexion chiffrée impossible ({error}) : à relire plus tard"
            raise Unreachable(exchange.subject, reason, code="tls") from error
        finally:
            # Nothing is left of it after wrap_socket, which takes its descriptor; everything, when that never ran.
            self._socket.close()
        return _Stream(secured, self._backend)

    def close(self) -> None:
        self._socket.close()

    def get_extra_info(self, info: str) -> Any:
        if info == "ssl_object" and isinstance(self._socket, ssl.SSLSocket):
            return self._socket
        if info == "is_readable":
            return self._readable()
        return None

    def _readable(self) -> bool:
        """Whether something came on an idle connection: its end, or what nobody asked for."""
        if self._socket.fileno() < 0 or (isinstance(self._socket, ssl.SSLSocket) and self._socket.pending()):
            return True
        poll = select.poll()
        poll.register(self._socket, select.POLLIN)
        return bool(poll.poll(0))
