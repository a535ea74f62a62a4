"""What the reply to a request for a page means, before its body is read.

200                      Body       to be read
304                      Unchanged
301 308                  Moved      for good, to an address, canonical but not yet checked
302 303 307              Moved      for now
404 410 451              Missing    451: the law keeps it from us
401 403                  Withheld   the site keeps it to itself
429 503                  Busy       the host asks for time
other 5xx, no reply      Failed     may work later
anything else            Failed     for good
"""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from ingest.crawl.directives import retry_after
from ingest.crawl.errors import FetchError
from ingest.crawl.model import Response
from ingest.crawl.urls import canonical
from ingest.crawl.workers import Reply

_MOVED = frozenset({301, 302, 303, 307, 308})
_MOVED_FOR_GOOD = frozenset({301, 308})
_WITHHELD = frozenset({401, 403})
_MISSING = frozenset({404, 410, 451})
_BUSY = frozenset({429, 503})
# The names that sites give to their front page, below a language or not.
_FRONT_PAGE = re.compile(
    r"(?:/(?:fr|en)(?:[-_][a-z]{2})?)?/?(?:(?:accueil|home|index|default|bienvenue)(?:\.(?:php|html?|aspx?|jsp))?/?)?",
    re.IGNORECASE,
)
_NOWHERE = re.compile(
    r"(?:/.*)?/(?:erreurs?|error|erreur-?404|error-?404|404|not-?found|(?:page|contenu)-(?:introuvable|non-trouvee?|inexistante?))"
    r"(?:\.(?:php|html?|aspx?|jsp))?/?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Body:
    """A body to read."""

    response: Response


@dataclass(frozen=True, slots=True)
class Unchanged:
    """The page is what it was."""

    response: Response


@dataclass(frozen=True, slots=True)
class Moved:
    """The page is elsewhere, ``permanent`` or only for now. ``target``: canonical; None when no address can be made of
    what the server wrote."""

    target: str | None
    permanent: bool = False


@dataclass(frozen=True, slots=True)
class Missing:
    """There is no such page. ``reason``: ``404``, ``410``, ``451`` or ``soft_404``."""

    reason: str


@dataclass(frozen=True, slots=True)
class Withheld:
    """The page is there, for others."""


@dataclass(frozen=True, slots=True)
class Busy:
    """The host asks for time. ``seconds``: its Retry-After, None when it names none. ``code``: the status."""

    code: str
    seconds: float | None


@dataclass(frozen=True, slots=True)
class Failed:
    """No answer that could be used. ``code``: that of FetchError, or the status. ``retryable``: may work later."""

    code: str
    retryable: bool


Meaning = Body | Unchanged | Moved | Missing | Withheld | Busy | Failed


def meaning(reply: Reply, *, url: str, conditional: bool, now: float) -> Meaning:
    """What ``reply`` to a request for ``url`` means. ``conditional``: whether a 304 was asked for; ``now``: Unix
    seconds, for a Retry-After that is a date."""
    if isinstance(reply, FetchError):
        return Failed(reply.code, reply.retryable)
    status = reply.status
    if status == 200:
        return Body(reply)
    if status == 304 and conditional:
        return Unchanged(reply)
    if status in _MOVED and (location := reply.headers.get("location")):
        return Moved(canonical(location, base=url), permanent=status in _MOVED_FOR_GOOD)
    if status in _MISSING:
        return Missing(str(status))
    if status in _WITHHELD:
        return Withheld()
    if status in _BUSY:
        return Busy(str(status), retry_after(reply.headers.get("retry-after"), now))
    return Failed(str(status), retryable=status >= 500)


def leads_home(target: str, *, origin: str) -> bool:
    """Whether a redirect from a page ends at the front page, or at the page of all errors: the polite way of some sites
    to say that there is no such page any more."""
    return (is_front_page(target) and not is_front_page(origin)) or _NOWHERE.fullmatch(
        urlsplit(target).path
    ) is not None


def is_front_page(url: str) -> bool:
    """Whether an address is that of a site's front page."""
    parts = urlsplit(url)
    return _FRONT_PAGE.fullmatch(parts.path) is not None and not parts.query
