"""What a reply or a page asks of crawlers, and what a server's dates and delays say."""

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from ingest.crawl.clock import iso
from ingest.crawl.model import PRODUCT

MAX_RETRY_S = 7 * 24 * 3600.0
"""A longer wait asked for is cut to this one: a mistaken header must not silence a site for years."""

# https://developers.google.com/search/docs/crawling-indexing/robots-meta-tag (nocache: Bing's noarchive)
_MEANING = {
    "noindex": ("noindex",),
    "nofollow": ("nofollow",),
    "none": ("noindex", "nofollow"),
    "noarchive": ("noarchive",),
    "nocache": ("noarchive",),
    "nosnippet": ("nosnippet",),
}
_WITH_VALUE = re.compile(r"unavailable_after|max-snippet|max-image-preview|max-video-preview")
_NAMED = re.compile(r"([A-Za-z][\w-]*)\s*:\s*(.*)", re.DOTALL)
# Written without commas: "noindex nofollow", "max-snippet:0 noindex"; a date goes on to the end.
_WORD = re.compile(r"(unavailable_after)\s*:\s*(.*)|([A-Za-z][\w-]*)(?:\s*:\s*(\S+))?", re.IGNORECASE | re.DOTALL)
# "unavailable_after: Wednesday, 25-Jun-25 15:00:00 GMT" holds a comma of its own.
_COMMA = re.compile(r";|,(?<!mon,)(?<!tue,)(?<!wed,)(?<!thu,)(?<!fri,)(?<!sat,)(?<!sun,)(?<!day,)", re.IGNORECASE)
_DELAY = re.compile(r"[0-9]+")


def header_directives(values: str, *, now: float, agent: str = PRODUCT) -> frozenset[str]:
    """What ``X-Robots-Tag`` asks of ``agent``: noindex, nofollow, noarchive, nosnippet.

    ``values``: the header's value, repeated ones joined with ", " or, better, a line break, which ends what a name
    ("otherbot: noindex, nofollow") governs. ``now``: Unix seconds, for ``unavailable_after``. The strictest of what
    concerns us holds.
    """
    return frozenset(_found(values.splitlines(), now, agent.casefold()))


def meta_directives(contents: Iterable[str], *, now: float) -> frozenset[str]:
    """What the ``content`` of meta elements asks that are named "robots" or after us; as :func:`header_directives`."""
    return frozenset(_found(contents, now, None))


def retry_after(value: str | None, now: float) -> float | None:
    """Seconds to wait by a ``Retry-After`` (RFC 9110, 10.2.3), 0 to a week; None when absent or malformed.

    ``now``: Unix seconds, for values that are dates.
    """
    text = (value or "").strip()
    if _DELAY.fullmatch(text):
        return min(float(text[:12]), MAX_RETRY_S)
    moment = _moment(text)
    return None if moment is None else min(max(0.0, moment.timestamp() - now), MAX_RETRY_S)


def http_date_iso(value: str | None) -> str | None:
    """A date of HTTP (RFC 9110, 5.6.7, its three forms) as ``2026-11-25T02:00:00Z``; None when absent or malformed."""
    moment = _moment(value or "")
    return None if moment is None else iso(moment.timestamp())


def _found(lists: Iterable[str], now: float, agent: str | None) -> Iterator[str]:
    for values in lists:
        concerned = True
        for piece in _COMMA.split(values):
            text = piece.strip()
            if agent and (match := _NAMED.fullmatch(text)) and not _WITH_VALUE.fullmatch(match[1].casefold()):
                concerned, text = match[1].casefold() == agent, match[2]
            if concerned:
                for word in _WORD.finditer(text):
                    yield from _meaning((word[1] or word[3]).casefold(), word[2] or word[4] or "", now)


def _meaning(name: str, value: str, now: float) -> tuple[str, ...]:
    if name == "max-snippet":
        return ("nosnippet",) if value.strip() == "0" else ()
    if name == "unavailable_after":
        moment = _moment(value)
        return ("noindex",) if moment is not None and moment.timestamp() <= now else ()
    return _MEANING.get(name, ())


def _moment(text: str) -> datetime | None:
    """A date in one of HTTP's forms or in ISO 8601; without a zone it is UTC."""
    text = text.strip()
    try:
        found = datetime.fromisoformat(text) if text[:4].isdecimal() else parsedate_to_datetime(text)
        return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
    except (ValueError, OverflowError, TypeError, IndexError):
        return None
