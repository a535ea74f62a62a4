"""One spelling for each address, and what an address tells before anything is fetched.

Own code: courlan sorts the query, drops parameters that choose a page (``source``, ``ref``, ``keyword``) and joins
double slashes; w3lib sorts the query too. Both are made to compare addresses, ours are also asked for.
"""

import re
from collections import Counter
from typing import Literal
from urllib.parse import quote, unquote, urljoin

import idna

MAX_LENGTH = 2048
"""Characters of an address, before and after normalising."""

_SPACE = "".join(map(chr, range(0x21)))
_FORBIDDEN = re.compile(r"[\x00-\x1f\x7f-\x9f\\\ud800-\udfff]")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_ADDRESS = re.compile(
    r"(?P<scheme>https?)://(?P<authority>[^/?#]+)(?P<path>[^?#]*)(?:\?(?P<query>[^#]*))?",
    # Without ASCII, "httpſ" is "https" too.
    re.IGNORECASE | re.ASCII,
)
_AUTHORITY = re.compile(r"(?P<host>[^@:\[\]%]+)(?::(?P<port>[0-9]*))?")
_HOST = re.compile(r"(?=.{1,253}\Z)(?:(?!-)[a-z0-9-]{1,63}(?<!-)\.)*(?!-)[a-z0-9-]{1,63}(?<!-)")
_PORTS = {"http": "80", "https": "443"}
# Characters that stand for themselves (RFC 3986, 3.3 and 3.4); all others are written as percent-encoded UTF-8.
_PATH_SAFE = "/:@!$&'()*+,;=%"
_QUERY_SAFE = _PATH_SAFE + "?"
_ESCAPE = re.compile(r"%(?:([0-9A-Fa-f]{2}))?")
_UNRESERVED = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_CONTROLS = frozenset(f"{code:02X}" for code in (*range(0x20), 0x7F))
_SESSION_PATH = re.compile(r";(?:jsessionid|phpsessid)=[^/;]*", re.IGNORECASE)
# Parameters that say where the visitor came from, or who the visitor is; none changes the text.
_TRACKING = re.compile(
    r"utm_.*|at_.*|pk_.*|mtm_.*|matomo_.*|piwik_.*|xtor|xtref|xtcr|xts|fbclid|gclid|gclsrc|dclid|gbraid|wbraid|msclkid"
    r"|yclid|twclid|ttclid|igshid|mc_[ce]id|_ga|_gl|_hsenc|_hsmi|phpsessid|jsessionid|aspsessionid.*|sessionid",
    re.IGNORECASE,
)

_MAX_SEGMENTS = 12
_MAX_PARAMETERS = 6
_MAX_EQUAL = 3
_MAX_PAGE = 100
_MAX_ENTRY = 2_000
_AGENDA = re.compile(
    r"/(?:agenda|calend(?:a|e)r|calendrier|[ée]v[ée]nements?|events?)/(?:.*/)?(?:19|20)\d\d[/-](?:0?[1-9]|1[0-2])"
    r"(?:[/-]\d{1,2})?/?$",
    re.IGNORECASE,
)
_PAGE_PATH = re.compile(r"/page/(\d+)(?:/|$)", re.IGNORECASE)
_PAGE_NAMES = re.compile(r"page|pg?|paged")
_ENTRY_NAMES = re.compile(r"start|offset|from|debut|debut_articles")
_YEARS = re.compile(r"year|yr|ann[ée]e")
_MONTHS = re.compile(r"month|mois|week|semaine|day|jour|mini")
_DATES = re.compile(r"date|day|jour|month|mois|mini|event_?date|tribe-bar-date|cal|calendar|(?:start|end)_date")
_DATE = re.compile(r"(?:19|20)\d\d[-/.]?\d\d(?:[-/.]?\d\d)?")

Kind = Literal["pdf", "html", "other"]
_OTHER = re.compile(
    r"png|jpe?g|jpe|gif|svg|webp|avif|ico|bmp|tiff?|heic|psd|ai|eps|zip|t?gz|bz2|xz|7z|rar|tar|jar|iso|dmg|exe|msi|apk|deb"
    r"|rpm|bin|doc[xm]?|dotx?|xls[xmb]?|ppt[xm]?|pps|ppsx|od[tspg]|rtf|csv|tsv|epub|mobi|pages|key|mp[34]|m4[av]|avi|mov"
    r"|mkv|webm|og[gva]|wav|flac|wmv|swf|vtt|srt|xml|rss|atom|rdf|json|jsonld|geojson|kml|ics|vcf|txt|md|sql|log|css|m?js"
    r"|map|woff2?|ttf|otf|eot|eml|msg|p7[sm]|asc|sig|pem|crt|cer|crl"
)
_FEED = re.compile(r"/(?:feed|rss|atom)(?:/|$)", re.IGNORECASE)


def canonical(url: str, base: str | None = None) -> str | None:
    """The one spelling of an address: ``https://host/path?query``. ``base``: the page on which ``url`` was written.

    http becomes https; fragment, default port, tracking parameters and session ids are dropped; dot segments are
    resolved (RFC 3986, 5.2.4); what need not be percent-encoded is decoded, all else is encoded as UTF-8 with capital
    digits (RFC 3986, 6.2.2). A reserved character keeps its spelling, as ``'`` and ``%27`` may be two files.

    None for what is not such an address: another scheme, another port, a user name, a control character (encoded or
    not), a backslash, a host that is no name, more than ``MAX_LENGTH`` characters.
    """
    url = url.strip(_SPACE)
    if len(url) > MAX_LENGTH or _FORBIDDEN.search(url) or url.startswith("///"):
        return None
    if base is not None and not _SCHEME.match(url):
        try:
            url = urljoin(base, url)
        except ValueError:
            return None
    parts = _ADDRESS.match(url)
    host = _host(parts) if parts else None
    if parts is None or host is None:
        return None
    path = _without_dots(_SESSION_PATH.sub("", _encoded(parts["path"], _PATH_SAFE)))
    query = "&".join(_kept(_encoded(parts["query"] or "", _QUERY_SAFE)))
    found = f"https://{host}{path}{'?' if query else ''}{query}"
    if len(found) > MAX_LENGTH or any(match[1] in _CONTROLS for match in _ESCAPE.finditer(found)):
        return None
    return found


def is_trap(url: str) -> bool:
    """Whether a canonical address looks like one of an endless set: repeated segments, filters upon filters, calendars.

    Numbered pages are followed up to the hundredth.
    """
    path, _, query = url.split("://", 1)[-1].partition("?")
    segments = path.split("/")[1:]
    if len(segments) > _MAX_SEGMENTS or any(number >= _MAX_EQUAL for number in Counter(segments).values()):
        return True
    parameters = [
        (unquote(name).casefold(), value) for name, _, value in (piece.partition("=") for piece in query.split("&"))
    ]
    if len(parameters) > _MAX_PARAMETERS or _AGENDA.search(unquote(path)):
        return True
    names = [name for name, _ in parameters]
    if any(map(_YEARS.fullmatch, names)) and any(map(_MONTHS.fullmatch, names)):
        return True
    if any(_DATES.fullmatch(name) and _DATE.match(value) for name, value in parameters):
        return True
    pages = [value for name, value in parameters if _PAGE_NAMES.fullmatch(name)] + _PAGE_PATH.findall(path)
    entries = [value for name, value in parameters if _ENTRY_NAMES.fullmatch(name)]
    return any(_beyond(value, _MAX_PAGE) for value in pages) or any(_beyond(value, _MAX_ENTRY) for value in entries)


def kind_of(url: str) -> Kind:
    """What a canonical address is likely to hold, by its name alone; "html" where the name says nothing."""
    path = url.split("://", 1)[-1].partition("?")[0].partition("/")[2]
    name, dot, extension = path.rpartition("/")[2].rpartition(".")
    extension = extension.casefold() if dot and name else ""
    if extension == "pdf":
        return "pdf"
    if _OTHER.fullmatch(extension) or _FEED.search(f"/{path}"):
        return "other"
    return "html"


def _host(parts: re.Match[str]) -> str | None:
    """The host in lower case and ASCII; None where it is no name, or not asked on its scheme's own port."""
    authority = _AUTHORITY.fullmatch(parts["authority"])
    if authority is None or authority["port"] not in (None, "", _PORTS[parts["scheme"].lower()]):
        return None
    host = authority["host"].lower()
    if not host.isascii():
        try:
            host = idna.encode(host, uts46=True).decode("ascii")
        except (idna.IDNAError, UnicodeError):
            return None
    return host if _HOST.fullmatch(host) else None


def _encoded(text: str, safe: str) -> str:
    return quote(_ESCAPE.sub(_escape, text), safe=safe)


def _escape(match: re.Match[str]) -> str:
    digits = match[1]
    if digits is None:
        return "%25"
    return chr(int(digits, 16)) if int(digits, 16) in _UNRESERVED else f"%{digits.upper()}"


def _without_dots(path: str) -> str:
    """An absolute path without ``.`` and ``..``."""
    kept: list[str] = []
    segments = path.split("/")[1:]
    for segment in segments:
        if segment == "..":
            del kept[-1:]
        elif segment != ".":
            kept.append(segment)
    if segments and segments[-1] in {".", ".."}:
        kept.append("")
    return "/" + "/".join(kept)


def _kept(query: str) -> list[str]:
    """The pieces of a query that may change the text, in order."""
    return [piece for piece in query.split("&") if piece and not _TRACKING.fullmatch(piece.partition("=")[0])]


def _beyond(value: str, limit: int) -> bool:
    return value.isdecimal() and (len(value) > 9 or int(value) > limit)
