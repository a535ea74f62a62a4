"""Where a helpdesk tool may be: the addresses that are contacted, and how a connection is opened.

As for the crawler (``ingest.crawl``): a name is resolved once for a connection, every address is checked, and the
connection goes to one of those very addresses. Unlike a site that is crawled, a helpdesk often stands inside: its
operator may say so (``internal``) for the one host of the settings file.
"""

import ssl
import time
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpcore2

from bot.helpdesk.errors import DeskRefused, DeskTemporary, HelpdeskMisset
from ingest.crawl.addresses import global_address
from ingest.crawl.network import SystemResolver, public_tls
from ingest.crawl.ports import Resolver

CONNECT_SECONDS = 5.0
_PORTS = {"https": 443, "http": 80}


@dataclass(frozen=True, slots=True)
class Reach:
    """What the operator allows for one host.

    ``internal``: the host may be on a private network, under any port. ``cleartext``: http without TLS may carry the
    token to it (always allowed to the machine itself when ``internal``). ``ca_file``: authorities (PEM) that sign its
    certificate, besides the public ones.
    """

    internal: bool = False
    cleartext: bool = False
    ca_file: Path | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """A host that may be contacted; ``path`` begins with "/" or is empty, and never ends with "/"."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def origin(self) -> str:
        """``https://host`` or ``https://host:port``."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}" + ("" if self.port == _PORTS[self.scheme] else f":{self.port}")


def place(url: str, reach: Reach) -> Place:
    """The parts of the address of a tool. Raises HelpdeskMisset with what to correct."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise HelpdeskMisset(
            "adresse de l’outil illisible (url) ; écrivez par exemple https://aide.exemple.fr"
        ) from None
    host = (parts.hostname or "").lower()
    if parts.scheme not in _PORTS or not host or not url.isascii() or any(char <= " " or char == "\\" for char in url):
        raise HelpdeskMisset("adresse de l’outil non valable (url) ; écrivez par exemple https://aide.exemple.fr")
    if parts.username is not None or parts.password is not None or parts.query or parts.fragment:
        raise HelpdeskMisset("l’adresse de l’outil (url) contient un nom d’utilisateur, « ? » ou « # » ; retirez-les")
    port = port or _PORTS[parts.scheme]
    if not reach.internal and (parts.scheme != "https" or port != 443 or _is_address(host)):
        raise HelpdeskMisset(
            "adresse de l’outil refusée (url) : seules les adresses https:// publiques sont admises ; pour un outil de "
            "votre réseau, ajoutez « internal = true »"
        )
    if parts.scheme == "http" and not reach.cleartext and not _is_loopback(host):
        raise HelpdeskMisset(
            "l’adresse de l’outil (url) est en http:// : le jeton passerait en clair ; utilisez https:// avec "
            "« ca_file », ou ajoutez « cleartext = true » si vous acceptez ce risque"
        )
    return Place(parts.scheme, host, port, parts.path.rstrip("/"))


def tls(reach: Reach) -> ssl.SSLContext:
    """TLS 1.2 or later, certificate and name checked. Raises HelpdeskMisset for an unreadable ``ca_file``."""
    context = public_tls()
    if reach.ca_file is not None:
        try:
            context.load_verify_locations(reach.ca_file)
        except (OSError, ssl.SSLError):
            raise HelpdeskMisset(f"{reach.ca_file} : autorités de certification illisibles (PEM attendu)") from None
    return context


class Deadline:
    """The end of an exchange, whatever it waits for: a peer that sends a byte a second is late all the same."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds

    def left(self, most: float | None = None) -> float:
        """Seconds left, at most ``most``. Raises DeskTemporary when there are none."""
        left = self._end - time.monotonic()
        if left <= 0:
            raise DeskTemporary("l’outil répond trop lentement : nouvel essai plus tard", code="timeout")
        return left if most is None else min(left, most)


class PinnedBackend(httpcore2.NetworkBackend):
    """Opens one connection to a checked address, within a deadline."""

    def __init__(self, reach: Reach, deadline: Deadline, resolver: Resolver | None = None) -> None:
        self._internal = reach.internal
        self._deadline = deadline
        self._resolver = resolver or SystemResolver()
        self._tcp = httpcore2.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.NetworkStream:
        """A connection to the first address of the host that answers. Raises HelpdeskError."""
        addresses = self._addresses(host)
        for position, address in enumerate(addresses, start=1):
            share = self._deadline.left(CONNECT_SECONDS) / (len(addresses) - position + 1)
            try:
                stream = self._tcp.connect_tcp(address, port, timeout=share, socket_options=socket_options or ())
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout):
                continue
            return _Bounded(stream, self._deadline)
        raise DeskTemporary("connexion à l’outil impossible : vérifiez qu’il est en marche", code="connect")

    def _addresses(self, host: str) -> list[str]:
        if _is_address(host):
            found = [host]
        else:
            try:
                found = self._resolver.resolve(host, timeout=self._deadline.left(CONNECT_SECONDS))
            except OSError:
                found = []
        if not found:
            raise DeskTemporary("nom de l’outil introuvable : vérifiez l’adresse (url) et le DNS", code="dns")
        if not self._internal and not all(map(global_address, found)):
            raise DeskRefused(
                "le nom de l’outil mène à une adresse qui n’est pas publique ; si c’est voulu, ajoutez "
                "« internal = true »",
                code="address",
            )
        return found[:4]


class _Bounded(httpcore2.NetworkStream):
    """A stream whose every wait ends with the exchange."""

    def __init__(self, stream: httpcore2.NetworkStream, deadline: Deadline) -> None:
        self._stream = stream
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._deadline.left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._deadline.left(timeout))

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore2.NetworkStream:
        secured = self._stream.start_tls(ssl_context, server_hostname, self._deadline.left(CONNECT_SECONDS))
        return _Bounded(secured, self._deadline)

    def close(self) -> None:
        self._stream.close()

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        # Other spellings of an IPv4 address (0x7f.1, 2130706433): their last label reads as a number.
        return host.rsplit(".", 1)[-1].isdigit() or host.rsplit(".", 1)[-1].startswith("0x")
    return True


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
