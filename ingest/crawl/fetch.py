"""One GET over the network: what is asked, and how much of the reply is read."""

import contextlib
import re
import ssl
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

import httpcore2

from ingest.crawl.addresses import Target, checked_target
from ingest.crawl.connection import Connection
from ingest.crawl.decode import ACCEPT_ENCODING
from ingest.crawl.errors import BodyRefused, CrawlError, FetchError, Unreachable
from ingest.crawl.exchange import Exchange
from ingest.crawl.model import PRODUCT, FetchRequest, Purpose, Response
from ingest.crawl.network import SystemDialer, SystemResolver, public_tls
from ingest.crawl.ports import Dialer, Resolver
from ingest.crawl.reply import Limits, with_body
from ingest.text import clean

_ACCEPT = {
    Purpose.PAGE: b"text/html,application/xhtml+xml,application/pdf;q=0.9,*/*;q=0.1",
    Purpose.SITEMAP: b"application/xml,text/xml,application/gzip;q=0.9,*/*;q=0.1",
    Purpose.ROBOTS: b"text/plain,*/*;q=0.1",
}
_MAX_HEADERS = 200
# What an error page or a redirect says is read and dropped, for the connection to serve again, up to these bounds.
_DROPPED_BYTES = 64 * 1024
_DROPPED_SECONDS = 2.0
# As RFC 9110 (8.8.3) writes an entity tag; a date is made of the same characters.
_VALIDATOR = re.compile(r"[ -~\x80-\xff]{1,1024}")
_VALIDATORS = {"etag", "last-modified"}

_EMAIL = re.compile(r"[A-Za-z0-9._%+-]{1,64}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}")
_WEB_PAGE = re.compile(
    r"https://(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}(?:/[\w./~%?=&#-]*)?", re.ASCII
)
_VERSION = re.compile(r"[0-9A-Za-z.+-]{1,32}")


def user_agent(contact: str, version: str) -> str:
    """``CyberVigie/0.1 (+https://...)`` or ``CyberVigie/0.1 (+mailto:...)``: who reads, and whom to write to.

    Raises CrawlError where ``contact`` is neither an e-mail address nor an https address.
    """
    if not _VERSION.fullmatch(version):
        raise CrawlError(version, "version non valable : chiffres, lettres, points, + et - seulement")
    if len(contact) <= 254 and _EMAIL.fullmatch(contact):
        return f"{PRODUCT}/{version} (+mailto:{contact})"
    if len(contact) <= 254 and _WEB_PAGE.fullmatch(contact):
        return f"{PRODUCT}/{version} (+{contact})"
    raise CrawlError(
        f"« {clean(contact)} »",
        "contact non valable : donnez aux sites lus une adresse électronique ou une page https://",
    )


class HttpFetcher:
    """Fetches over the network, with one connection a host. Safe to share between threads."""

    def __init__(
        self,
        user_agent: str,
        *,
        resolver: Resolver | None = None,
        dialer: Dialer | None = None,
        tls: ssl.SSLContext | None = None,
        limits: Limits | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._user_agent = user_agent
        self._resolver = resolver or SystemResolver()
        self._dialer = dialer or SystemDialer()
        self._tls = tls or public_tls()
        if not self._tls.check_hostname or self._tls.verify_mode is not ssl.CERT_REQUIRED:
            raise ValueError("the TLS context must verify certificates and names")
        self._limits = limits or Limits()
        self._monotonic = monotonic
        self._connections: dict[str, Connection] = {}
        self._guard = threading.Lock()
        self._closing = threading.Event()

    def fetch(self, request: FetchRequest) -> Response:
        """The reply to one GET. Raises FetchError.

        Codes: ``address``, ``dns``, ``connect``, ``tls``, ``timeout``, ``protocol``, ``truncated``, ``encoding``,
        ``ratio``, ``too_large``, and ``format`` for a declared type of which no text is read (images, archives...).
        """
        target = checked_target(request.url, request.hosts)
        connection = self._connection(target.host)
        with connection.lock:
            if self._closing.is_set():
                raise Unreachable(request.url, "la collecte est en train de s’arrêter", code="connect")
            exchange = Exchange(request.url, self._limits.timeouts, self._monotonic)
            try:
                return self._fetch(request, target, connection, exchange)
            finally:
                if self._closing.is_set():
                    connection.close()

    def close(self) -> None:
        """End the requests in progress (they raise Unreachable) and close every connection."""
        with self._guard:
            self._closing.set()
            connections = list(self._connections.values())
        for connection in connections:
            if connection.lock.acquire(blocking=False):
                connection.close()
                connection.lock.release()
            else:
                connection.abort()

    def _connection(self, host: str) -> Connection:
        with self._guard:
            if host not in self._connections:
                self._connections[host] = Connection(host, self._resolver, self._dialer, self._tls)
            return self._connections[host]

    def _fetch(self, request: FetchRequest, target: Target, connection: Connection, exchange: Exchange) -> Response:
        reply = connection.send(target, self._headers(request, target.host), exchange)
        with contextlib.closing(reply):
            if len(reply.headers) > _MAX_HEADERS:
                raise BodyRefused(request.url, f"plus de {_MAX_HEADERS} en-têtes dans la réponse", code="protocol")
            response = Response(request.url, reply.status, _joined(reply.headers), address=connection.address)
            if response.status == 200:
                response = with_body(
                    response, request.purpose, _chunks(reply, connection, exchange), self._limits, exchange
                )
            else:
                _drop_body(reply, response, exchange)
        return replace(response, seconds=exchange.elapsed)

    def _headers(self, request: FetchRequest, host: str) -> list[tuple[bytes, bytes]]:
        headers = [
            (b"Host", host.encode("ascii")),
            (b"User-Agent", self._user_agent.encode("ascii")),
            (b"Accept", _ACCEPT[request.purpose]),
            (b"Accept-Language", b"fr"),
            (b"Accept-Encoding", ACCEPT_ENCODING.encode("ascii")),
        ]
        for name, validator in ((b"If-None-Match", request.etag), (b"If-Modified-Since", request.last_modified)):
            if validator and _VALIDATOR.fullmatch(validator):
                headers.append((name, validator.encode("latin-1")))
        return headers


def _chunks(reply: httpcore2.Response, connection: Connection, exchange: Exchange) -> Iterator[bytes]:
    try:
        yield from reply.iter_stream()
    except (httpcore2.NetworkError, httpcore2.ProtocolError) as error:
        raise connection.failure(error, exchange) from error


def _drop_body(reply: httpcore2.Response, response: Response, exchange: Exchange) -> None:
    """Read a short body away, so that its connection can serve again; a longer one ends with the connection."""
    if int(response.headers.get("content-length", "0")) > _DROPPED_BYTES:
        return
    exchange.enter_body(_DROPPED_BYTES, seconds=_DROPPED_SECONDS)
    size = 0
    with contextlib.suppress(FetchError, httpcore2.NetworkError, httpcore2.ProtocolError):
        for chunk in reply.iter_stream():
            size += len(chunk)
            if size > _DROPPED_BYTES:
                return


def _joined(headers: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    """Headers by lower-case name. A server writes addresses in UTF-8; validators are kept byte for byte."""
    joined: dict[str, str] = {}
    for raw_name, raw_value in headers:
        name = raw_name.decode("ascii").lower()
        value = _text(raw_value) if name not in _VALIDATORS else raw_value.decode("latin-1")
        # Each X-Robots-Tag may name its own crawler: run together, one's rule would read as the other's.
        separator = "\n" if name == "x-robots-tag" else ", "
        joined[name] = f"{joined[name]}{separator}{value}" if name in joined else value
    return joined


def _text(value: bytes) -> str:
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return value.decode("latin-1")
