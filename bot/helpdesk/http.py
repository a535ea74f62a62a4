"""HTTP to a helpdesk tool: one request a connection, bounded in time and size, without redirects, checked addresses.

Raises the errors of ``bot.helpdesk.errors`` by what happened, never with anything that was sent or received in them.
"""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlencode

import httpcore2

from bot.helpdesk.attempt import left
from bot.helpdesk.errors import DeskAuth, DeskRefused, DeskTemporary, HelpdeskError
from bot.helpdesk.reach import Deadline, PinnedBackend, Reach, place, tls
from bot.helpdesk.secret import Secret
from ingest.crawl.ports import Resolver

SECONDS = 30.0
"""Of a whole exchange, name and TLS included; less where the attempt has less left (``attempt``)."""
BODY_MAX = 4 * 1024 * 1024
"""Bytes of a reply."""
RETRY_AFTER_MAX = 24 * 3600.0
_READ_SECONDS = 20.0
_LATER = frozenset({408, 421, 423, 425, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524})


@dataclass(frozen=True, slots=True)
class HttpReply:
    """A reply: header names in lower case (the last of a name wins)."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        """The body as JSON. Raises DeskTemporary where it is none: a proxy's page in the place of the tool's answer."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            raise DeskTemporary("l’outil a répondu autre chose que du JSON : vérifiez l’adresse", code="body") from None

    @property
    def retry_after(self) -> float | None:
        """Seconds of Retry-After (RFC 9110, 10.2.3: a number or a date), 0 to one day; None where it says nothing."""
        value = self.headers.get("retry-after", "").strip()
        try:
            seconds = float(value) if value.replace(".", "", 1).isdigit() else _seconds_until(value)
        except (ValueError, TypeError):
            return None
        return min(max(seconds, 0.0), RETRY_AFTER_MAX) if math.isfinite(seconds) else None

    def _is_json(self) -> bool:
        try:
            return isinstance(self.json(), dict | list)
        except DeskTemporary:
            return False

    def accepted(self, *statuses: int) -> "HttpReply":
        """Itself where the status is one of those (any 2xx by default); else what :meth:`failure` makes of it."""
        if self.status in statuses if statuses else 200 <= self.status < 300:
            return self
        raise self.failure()

    def failure(self) -> HelpdeskError:
        """What an unexpected status means, under the code ``http_<status>``: DeskAuth for 401, 403 and redirections
        (a page of maintenance or of login: the desk pauses, nothing is lost), DeskTemporary for 408, 429, 5xx and the
        like, and for a 404 that is no JSON (a proxy's, while the tool restarts); DeskRefused for the rest."""
        code = f"http_{self.status}"
        if self.status in (401, 403):
            return DeskAuth(f"l’outil refuse le jeton ou ses droits ({self.status}) : vérifiez le jeton", code=code)
        if self.status in _LATER:
            message = f"l’outil est momentanément indisponible ({self.status}) : nouvel essai plus tard"
            return DeskTemporary(message, code=code, retry_after=self.retry_after)
        if 300 <= self.status < 400:
            message = (
                f"l’outil renvoie vers une autre adresse ({self.status}) : s’il n’est pas en maintenance, écrivez "
                "l’adresse définitive (url)"
            )
            return DeskAuth(message, code=code)
        if self.status == 404 and not self._is_json():
            message = "un intermédiaire répond à la place de l’outil (404) : vérifiez l’adresse (url) s’il est démarré"
            return DeskTemporary(message, code=code, retry_after=self.retry_after)
        return DeskRefused(f"l’outil refuse la demande ({self.status})", code=code)


class HttpClient:
    """Requests to one tool.

    Args:
        url: the address of the tool; paths are added to its own.
        reach: what the operator allows.
        headers: sent with each request; a Secret is revealed only there.
        seconds: of a whole exchange.
        resolver: the machine's own by default.

    Raises HelpdeskMisset for an address that is not allowed.
    """

    def __init__(
        self,
        url: str,
        reach: Reach | None = None,
        *,
        headers: Mapping[str, str | Secret] | None = None,
        seconds: float = SECONDS,
        resolver: Resolver | None = None,
    ) -> None:
        self._reach = reach or Reach()
        self._place = place(url, self._reach)
        self._tls = tls(self._reach) if self._place.scheme == "https" else None
        self._headers = dict(headers or {})
        self._seconds = seconds
        self._resolver = resolver

    @property
    def origin(self) -> str:
        """Scheme, host and port of the tool."""
        return self._place.origin

    def request(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str | int] | None = None,
        json: object = None,
        form: Mapping[str, str | Secret] | None = None,
        content: bytes | None = None,
        headers: Mapping[str, str | Secret] | None = None,
    ) -> HttpReply:
        """The reply to a request, whatever its status; ``path`` begins with "/" or is empty.

        At most one of ``json`` (any value but None), ``form`` (URL-encoded) and ``content`` (as it is).

        Raises:
            DeskTemporary: no reply, or not a whole one. The request may have been carried out all the same.
            DeskRefused: the name leads to a private address (code ``address``), or the reply is too large (``size``).
        """
        body, kind = _body(json, form, content)
        sent = {"Accept": "application/json", "Accept-Encoding": "identity", "User-Agent": "CyberVigie"}
        sent |= {"Content-Type": kind} if kind else {}
        sent |= {name: _shown(value) for name, value in {**self._headers, **(headers or {})}.items()}
        sent |= {"Host": self._place.origin.split("://", 1)[1], "Connection": "close"}
        if body or method in {"POST", "PUT", "PATCH"}:
            sent["Content-Length"] = str(len(body))
        target = self._place.path + path + (f"?{urlencode(query)}" if query else "")
        request = httpcore2.Request(
            method,
            httpcore2.URL(
                scheme=self._place.scheme.encode(),
                host=self._place.host.encode(),
                port=self._place.port,
                target=(target or "/").encode("ascii"),
            ),
            headers=[(name.encode("ascii"), value.encode("latin-1")) for name, value in sent.items()],
            content=body,
            extensions={"timeout": {"connect": 5.0, "read": _READ_SECONDS, "write": _READ_SECONDS, "pool": 5.0}},
        )
        return self._exchange(request)

    def _exchange(self, request: httpcore2.Request) -> HttpReply:
        deadline = Deadline(left(self._seconds))
        origin = httpcore2.Origin(self._place.scheme.encode(), self._place.host.encode(), self._place.port)
        backend = PinnedBackend(self._reach, deadline, self._resolver)
        connection = httpcore2.HTTPConnection(origin, ssl_context=self._tls, network_backend=backend)
        try:
            response = connection.handle_request(request)
            body = bytearray()
            for chunk in response.iter_stream():
                body += chunk
                if len(body) > BODY_MAX:
                    raise DeskRefused("la réponse de l’outil est trop volumineuse", code="size")
        except httpcore2.TimeoutException:
            raise DeskTemporary("l’outil ne répond pas à temps : nouvel essai plus tard", code="timeout") from None
        except (httpcore2.ConnectError, httpcore2.NetworkError, httpcore2.ProtocolError) as error:
            raise _broken(error) from None
        finally:
            connection.close()
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in response.headers}
        if headers.get("content-encoding", "identity").lower() != "identity":
            raise DeskTemporary("l’outil a répondu sous une forme compressée qui n’était pas demandée", code="body")
        return HttpReply(response.status, headers, bytes(body))


def _body(value: object, form: Mapping[str, str | Secret] | None, content: bytes | None) -> tuple[bytes, str]:
    """The bytes to send, and their type ("" where the caller gives it)."""
    if sum(one is not None for one in (value, form, content)) > 1:
        raise ValueError("only one of json, form and content")
    if value is not None:
        return json.dumps(value, ensure_ascii=False).encode(), "application/json"
    if form is not None:
        fields = {name: _shown(one) for name, one in form.items()}
        return urlencode(fields).encode("ascii"), "application/x-www-form-urlencoded"
    return content or b"", ""


def _shown(value: str | Secret) -> str:
    return value.reveal() if isinstance(value, Secret) else value


def _broken(error: Exception) -> HelpdeskError:
    """A connection that failed: said without the words of the error, which may quote the other side."""
    if "CERTIFICATE_VERIFY_FAILED" in str(error):
        message = "certificat de l’outil refusé : vérifiez l’adresse, ou donnez son autorité (ca_file)"
        return DeskTemporary(message, code="tls")
    if isinstance(error, httpcore2.ProtocolError):
        return DeskTemporary("l’outil a coupé ou mal formé sa réponse : nouvel essai plus tard", code="protocol")
    return DeskTemporary("connexion à l’outil interrompue : nouvel essai plus tard", code="connect")


def _seconds_until(value: str) -> float:
    when = parsedate_to_datetime(value)
    return (when.replace(tzinfo=when.tzinfo or UTC) - datetime.now(UTC)).total_seconds()
