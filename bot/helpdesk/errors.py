"""Errors of the helpdesk.

    BotError
    └── HelpdeskError          ``code`` is a short stable word for programs, the message is French
        ├── DeskTemporary      may work later: time, connection, 429, 5xx; the outbox tries again
        ├── DeskAuth           credentials or rights refused: the desk waits for its operator, for a week
        ├── DeskRefused        will never work as it stands: a dead letter, to be looked at
        ├── WebhookRefused     an incoming call that is not authentic, or not readable
        ├── HelpdeskMisset     the settings file or a secret file is missing or wrong
        └── OutboxUnavailable  the file of the outbox cannot be used

A message never holds a secret, a header, or anything of a ticket or of the body of a reply: it is logged, kept in the
outbox and shown on a terminal.
"""

from bot.errors import BotError


class HelpdeskError(BotError):
    """Base of all errors of the helpdesk."""

    code = "helpdesk"

    def __init__(self, message: str, *, code: str | None = None) -> None:
        super().__init__(message)
        if code is not None:
            self.code = code


class DeskTemporary(HelpdeskError):
    """May work later. ``retry_after``: seconds that the desk asked for (Retry-After), None where it did not say."""

    code = "temporary"

    def __init__(self, message: str, *, code: str | None = None, retry_after: float | None = None) -> None:
        super().__init__(message, code=code)
        self.retry_after = retry_after


class DeskAuth(HelpdeskError):
    """Credentials or rights refused."""

    code = "auth"


class DeskRefused(HelpdeskError):
    """The desk will never take this."""

    code = "refused"


class WebhookRefused(HelpdeskError):
    """An incoming call that is not authentic or not readable; ``code`` is the label of a metric.

    Codes in use: ``header`` (one is missing), ``time``, ``signature``, ``replay``, ``body``. ``replay`` is answered as
    a success that does nothing, for the sender must not repeat it; all others with 401 (``body``: 400).
    """

    code = "signature"


class HelpdeskMisset(HelpdeskError):
    """The settings file, or a file that it names, is missing or wrong."""

    code = "settings"


class OutboxUnavailable(HelpdeskError):
    """The outbox cannot be read or written."""

    code = "outbox"
