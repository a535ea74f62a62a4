"""Which addresses may be contacted: the gate that every request, and every hop of a redirect, passes.

An address is read strictly instead of being repaired: what two parsers could read in two ways is refused. A name is
compared whole with the names of the manifest, and every address it resolves to must be one of the public Internet.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from ipaddress import AddressValueError, IPv4Address, IPv4Network, IPv6Address, IPv6Network

from ingest.crawl.errors import AddressRefused

MAX_LENGTH = 2048
"""Characters of an address."""

# Printable ASCII, in the order of RFC 3986, appendix B; the fragment is not sent.
_ADDRESS = re.compile(r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*)://(?P<authority>[^/?#]*)(?P<target>[^#]*)(?:#.*)?")
_PRINTABLE = re.compile(r"[!-~]+")
_AUTHORITY = re.compile(r"(?P<host>[a-z0-9.-]+)(?::443)?")
_LABEL = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)")
# A name whose last label reads as a number is an IPv4 address to many parsers: 0x7f.1, 2130706433, 127.1
# (WHATWG URL, "ends in a number checker").
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
_ENCODED_CONTROL = re.compile(r"%(?:[01][0-9a-f]|7f)", re.IGNORECASE)
_DOT_SEGMENT = re.compile(r"/(?:\.|%2e){1,2}(?:/|$)", re.IGNORECASE)

# IANA IPv4 Special-Purpose Address Registry (RFC 6890), multicast, and 168.63.129.16, by which a virtual machine of
# Azure reaches its host: public by its number only.
_CLOSED_V4 = tuple(
    IPv4Network(network)
    for network in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "168.63.129.16/32",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.31.196.0/24",
        "192.52.193.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "192.175.48.0/24",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
    )
)
# Global unicast only (RFC 4291): that alone leaves out loopback, link-local, site-local, ULA, multicast, v4-mapped,
# v4-compatible and NAT64 (64:ff9b::/96, 64:ff9b:1::/48).
_UNICAST_V6 = IPv6Network("2000::/3")
# IETF assignments with Teredo, benchmarking and ORCHID; documentation; 6to4; direct delegation AS112; documentation.
_CLOSED_V6 = tuple(
    IPv6Network(network) for network in ("2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20")
)


@dataclass(frozen=True, slots=True)
class Target:
    """What may be asked, of whom: ``https://host:443`` + ``path_and_query`` (never empty, starts with "/")."""

    host: str
    path_and_query: str

    @property
    def url(self) -> str:
        """The address, without port or fragment."""
        return f"https://{self.host}{self.path_and_query}"


def checked_target(url: str, hosts: Collection[str]) -> Target:
    """The parts of an address that may be contacted. ``hosts``: exact names, lower case.

    Raises AddressRefused (code ``address``) for: another scheme than https, a user name, a port other than 443, control
    characters (encoded or not), spaces, backslashes, non-ASCII, dot segments, an IP address in any spelling, and a
    host that is not in ``hosts``.
    """
    if len(url) > MAX_LENGTH:
        raise _refused(f"{url[:80]}…", f"adresse de plus de {MAX_LENGTH} caractères")
    if not _PRINTABLE.fullmatch(url) or "\\" in url:
        raise _refused(ascii(url), "caractère interdit dans l’adresse (contrôle, espace, barre inverse ou accent)")
    parts = _ADDRESS.fullmatch(url)
    if parts is None or parts["scheme"].lower() != "https":
        raise _refused(url, "seules les adresses https:// sont lues")
    return Target(_host(url, parts["authority"].lower(), hosts), _path_and_query(url, parts["target"]))


def global_address(text: str) -> bool:
    """Whether an IPv4 or IPv6 address, as text, belongs to the public Internet. False for anything else."""
    try:
        if ":" not in text:
            four = IPv4Address(text)
            return four.is_global and not any(four in network for network in _CLOSED_V4)
        if "%" in text:
            return False
        six = IPv6Address(text)
    except AddressValueError:
        return False
    return six in _UNICAST_V6 and six.is_global and not any(six in network for network in _CLOSED_V6)


def _host(url: str, authority: str, hosts: Collection[str]) -> str:
    if "@" in authority:
        raise _refused(url, "l’adresse contient un nom d’utilisateur")
    parts = _AUTHORITY.fullmatch(authority)
    if parts is None:
        raise _refused(url, "nom d’hôte ou port non admis (port 443 seulement)")
    host = parts["host"]
    labels = host.split(".")
    if len(labels) < 2 or len(host) > 253 or not all(_LABEL.fullmatch(label) for label in labels):
        raise _refused(url, "nom d’hôte non valable")
    if _NUMBER.fullmatch(labels[-1]):
        raise _refused(url, "l’hôte est une adresse IP : donnez un nom")
    if host not in hosts:
        raise _refused(url, "cet hôte n’est pas parmi ceux de la source (hosts, dans le manifeste)")
    return host


def _path_and_query(url: str, target: str) -> str:
    path, mark, query = target.partition("?")
    if _ENCODED_CONTROL.search(target):
        raise _refused(url, "caractère de contrôle codé dans l’adresse")
    if _DOT_SEGMENT.search(path):
        raise _refused(url, "chemin avec « . » ou « .. »")
    return f"{path or '/'}{mark}{query}"


def _refused(subject: str, reason: str) -> AddressRefused:
    return AddressRefused(subject, reason, code="address")
