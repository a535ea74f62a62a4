"""What the crawler needs from the outside world; tests pass their own."""

import socket
from typing import Protocol

from ingest.crawl.model import FetchRequest, Response


class Resolver(Protocol):
    """Names to addresses."""

    def resolve(self, host: str, *, timeout: float) -> list[str]:
        """Every IPv4 and IPv6 address of ``host``, as text. Raises OSError when the name is unknown."""
        ...


class Dialer(Protocol):
    """Opens connections to addresses that were checked."""

    def dial(self, address: str, port: int, *, timeout: float) -> socket.socket:
        """A connected TCP socket. Raises OSError."""
        ...


class Fetcher(Protocol):
    """Fetches one address: no retry, no redirect, no politeness; that is the engine's work. Safe to call from
    several threads for different hosts."""

    def fetch(self, request: FetchRequest) -> Response:
        """The reply. Raises FetchError."""
        ...

    def close(self) -> None:
        """Close what is open."""
        ...


class Clock(Protocol):
    """Time, so that tests need not wait."""

    def now(self) -> float:
        """Unix seconds."""
        ...

    def sleep(self, seconds: float) -> None:
        """Wait."""
        ...


class Observer(Protocol):
    """Watches a run: progress bars, logs. Called from the thread that called the engine, never from two at once."""

    def source_begun(self, source: str, known: int) -> None:
        """A source is taken up; ``known``: addresses of it to visit, as far as is known by then."""
        ...

    def page_done(self, source: str, url: str, outcome: str, done: int, known: int) -> None:
        """An address has been dealt with, robots.txt and sitemaps included.

        ``outcome``: ``added``, ``changed``, ``unchanged``, ``missing``, ``moved``, ``refused``, ``error``, ``rules``
        (robots.txt) or ``listed`` (a sitemap). ``done`` of ``known`` addresses of the source are dealt with.
        """
        ...

    def note(self, level: str, event: str, **fields: object) -> None:
        """Something to log. ``level``: ``debug``, ``info``, ``warning`` or ``error``. Events: ``run_begun``,
        ``source_begun``, ``page`` (one is dealt with), ``retry``, ``host_waits``, ``host_left``, ``page_failed`` and
        ``source_failed`` (defects of the program), ``source_ended``, ``budget_reached``, ``interrupted``,
        ``run_ended``."""
        ...
