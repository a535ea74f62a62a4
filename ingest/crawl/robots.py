"""What a host's robots.txt lets us read (RFC 9309).

Which lines concern us is decided here, what they mean by protego. protego takes the group of any agent whose name
begins ours, ends a group at lines that are no rules, and needs time and memory that grow with agents times rules: 92 KB
of both took 10 s. The lines of one group are matched in time that grows with their length: the worst 512 KiB that were
found take 0.15 s an address.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from protego import Protego

from ingest.crawl.model import PRODUCT, HostRecord
from ingest.crawl.urls import canonical

MAX_BYTES = 512 * 1024
"""RFC 9309, 2.5: at least 500 KiB must be read."""
MAX_DELAY_S = 300.0
"""A longer pause between two requests is cut to this one."""
_FRESH_S = 24 * 3600.0
_KEPT_S = 30 * 24 * 3600.0
_MAX_SITEMAPS = 100

_US = PRODUCT.casefold()
_BREAK = re.compile(rb"\r\n|\r|\n")
_START = 1024
_MARKUP = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*<(?:!--|(?:!doctype|\?xml|html|head|body|meta|title|script|div)\b)", re.IGNORECASE
)
_WIDE = {
    "utf-16-le": re.compile(rb"\xff\xfe|(?:[^\0]\0){4}", re.DOTALL),
    "utf-16-be": re.compile(rb"\xfe\xff|(?:\0[^\0]){4}", re.DOTALL),
}
# The spellings that protego reads; the colon may be missing.
_USER_AGENT = re.compile(r"user[ -]?agent\s*[:\s]\s*(\*(?=\s|$)|[a-z_-]*)", re.IGNORECASE)
_RULE = re.compile(r"(?:allow|diss?all?ow|diasllow|disallaw)\s*(?:[:\s]|$)", re.IGNORECASE)
_PACE = re.compile(r"(?:crawl[ -]delay|request[ -]rate)\s*[:\s]", re.IGNORECASE)
# Written "10,5", "10s" or "10 seconds" here and there; protego would read no delay.
_DELAY = re.compile(r"crawl[ -]delay\s*[:\s]\s*(\d{1,9})(?:[.,](\d{1,9}))?\s*(?:s|sec\w*)?\.?", re.IGNORECASE)
_SITEMAP = re.compile(r"site-?maps?\s*[:\s]\s*(\S+)", re.IGNORECASE)


class Robots:
    """The rules of one host, from the status and body of its robots.txt.

    2xx: the rules of the body. 4xx: everything may be read, but 429, which asks for patience. All else, redirects that
    were not followed to an end and None (never asked) included: nothing may be read (RFC 9309, 2.3.1).
    """

    def __init__(self, status: int | None, body: bytes | None = None) -> None:
        self.reachable = _answered(status)
        """False: nothing may be read because nobody answered, not because the rules say so."""
        lines = _lines(body or b"") if status is not None and status < 300 else []
        self._rules = Protego.parse("\n".join(["User-agent: *", *_group(lines)]))
        self._sitemaps = [match[1] for line in lines if (match := _SITEMAP.match(line))][:_MAX_SITEMAPS]

    def allows(self, url: str) -> bool:
        """Whether an address of the host may be read. ``/robots.txt`` itself always may where the host answers."""
        return self.reachable and self._rules.can_fetch(url, PRODUCT)

    def crawl_delay(self) -> float:
        """Seconds between two requests that the host asks for, by Crawl-delay or Request-rate; 0 to 300."""
        rate = self._rules.request_rate(PRODUCT)
        asked = max(self._rules.crawl_delay(PRODUCT) or 0.0, rate.seconds / rate.requests if rate else 0.0)
        return min(asked, MAX_DELAY_S)

    def sitemaps(self, base: str | None = None) -> tuple[str, ...]:
        """The sitemaps that the host names, canonical, in order. ``base``: the address of the robots.txt, against which
        relative ones are read."""
        found = (canonical(written, base) for written in self._sitemaps)
        return tuple(dict.fromkeys(url for url in found if url))


def is_page(body: bytes) -> bool:
    """Whether what came in place of rules is a page (a login, a notice of maintenance): markup, no line of rules."""
    return _MARKUP.match(body[:_START]) is not None and not any(_USER_AGENT.match(line) for line in _lines(body))


def fresh(at: float, now: float) -> bool:
    """Whether a robots.txt fetched at ``at`` may still be used without asking again (Unix seconds; RFC 9309, 2.4)."""
    return 0 <= now - at < _FRESH_S


def renewed(record: HostRecord, status: int, body: bytes, now: float) -> HostRecord:
    """What to remember of a host after asking for its robots.txt. ``status``: 0 when it could not be reached.

    ``robots_at`` is when the host last answered: while it does not, an earlier answer stays in use for 30 days (RFC
    9309, 2.3.1.4) but is never fresh, so that the next run asks again; within a run, once is enough.
    """
    if _answered(status):
        return replace(record, robots_status=status, robots_body=body if status < 300 else None, robots_at=now)
    if _answered(record.robots_status) and 0 <= now - record.robots_at < _KEPT_S:
        return record
    return replace(record, robots_status=status, robots_body=None, robots_at=0.0)


def _answered(status: int | None) -> bool:
    return status is not None and (200 <= status < 300 or (400 <= status < 500 and status != 429))


def _lines(body: bytes) -> list[str]:
    """The lines without comments and outer white space; each in UTF-8, or in Windows-1252 where it is not. UTF-16,
    which some editors write, is told by its mark or its zeros."""
    wide = next((name for name, sign in _WIDE.items() if sign.match(body)), None)
    if wide:
        body = body[: len(body) // 2 * 2].decode(wide, "replace").removeprefix("\ufeff").encode("utf-8")
    # The line in which the limit falls would say something else than it was to say.
    pieces = _BREAK.split(body[:MAX_BYTES])[: -1 if len(body) >= MAX_BYTES else None]
    return [line for piece in pieces if (line := _decoded(piece).partition("#")[0].strip())]


def _decoded(piece: bytes) -> str:
    try:
        return piece.decode("utf-8-sig")
    except UnicodeDecodeError:
        return piece.decode("windows-1252", "replace")


def _group(lines: Iterable[str]) -> Iterator[str]:
    """The lines of the groups that name us, else of those for everybody.

    A group is one or more user-agent lines and the rules up to the next one (RFC 9309, 2.1); other lines do not end it.
    """
    groups: dict[str, list[str]] = {"*": []}
    named: set[str] = set()
    naming = False
    for line in lines:
        if match := _USER_AGENT.match(line):
            if not naming:
                named = set()
            naming = True
            named.add(match[1].casefold())
            if match[1].casefold() == _US:
                groups.setdefault(_US, [])
            continue
        if rule := _RULE.match(line) is not None:
            naming = False
        if rule or _PACE.match(line):
            delay = _DELAY.fullmatch(line)
            for agent in named & groups.keys():
                groups[agent].append(f"Crawl-delay: {delay[1]}.{delay[2] or 0}" if delay else line)
    return iter(groups.get(_US, groups["*"]))
