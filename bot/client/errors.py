"""Errors of the client.

ClientError
├── ApiError         the service refused: status, stable code, detail in French
│   ├── KeyRefused   401 or 403: no key, a bad one, or one without the right
│   └── TooBusy      429 or 503, after the retries: ``retry_after`` says when to come back
├── Unreachable      no connection, or no whole reply in time
└── UnexpectedReply  a reply that is not of this service, or of another version of it

No error holds the question, the key, or the text of a reply other than the service's own detail.
"""

from collections.abc import Mapping, Sequence


class ClientError(Exception):
    """Base of all errors of the client."""


class ApiError(ClientError):
    """The service refused a request.

    ``code`` is stable, ``detail`` French for people, ``errors`` names wrong fields, ``request_id`` is what the
    operator's log calls the request.
    """

    def __init__(
        self,
        status: int,
        code: str,
        detail: str,
        *,
        errors: Sequence[Mapping[str, str]] = (),
        retry_after: float | None = None,
        request_id: str | None = None,
    ) -> None:
        super().__init__(f"{status} {code}: {detail}")
        self.status = status
        self.code = code
        self.detail = detail
        self.errors = tuple(errors)
        self.retry_after = retry_after
        self.request_id = request_id


class KeyRefused(ApiError):
    """No key, a bad one, or one without the right."""


class TooBusy(ApiError):
    """Too many requests, or a service that is overloaded or not ready."""


class Unreachable(ClientError):
    """No connection, or no whole reply in time."""


class UnexpectedReply(ClientError):
    """A reply that is not of this service, or of another version of it."""
