"""Errors of the crawler.

    IngestError
    ├── CrawlError          the crawl itself cannot go on (settings, another crawl in progress, unknown source)
    └── FetchError          one address could not be fetched
        ├── AddressRefused  the address, or one it resolves to, must never be contacted
        ├── Unreachable     name, connection, TLS or time: may work later
        └── BodyRefused     too large, packed too tightly, an encoding or a format that was not asked for

Each error names its address, carries a stable ``code`` for reports and metrics, and a French reason.
"""

from ingest.errors import IngestError


class CrawlError(IngestError):
    """The crawl cannot start or go on."""


class FetchError(IngestError):
    """One address could not be fetched. ``code`` is a short stable word; ``retryable``: may work later."""

    retryable = False

    def __init__(self, subject: str, reason: str, *, code: str) -> None:
        super().__init__(subject, reason)
        self.code = code


class AddressRefused(FetchError):
    """The address is outside what may be contacted: scheme, host, port, user name, private network."""


class Unreachable(FetchError):
    """The server could not be reached, or did not answer in time."""

    retryable = True


class BodyRefused(FetchError):
    """The reply exceeds a limit, or is not what was asked for."""
