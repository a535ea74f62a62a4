"""The high-level API of GLPI 11 (``api.php/v2``), with OAuth 2.

Written from its OpenAPI description and published source (11.0), for little else is published: ``POST /api.php/token``
(password grant, scope ``api``; a token lives one hour), ``Assistance/Ticket``, its ``Timeline/Followup``; lists by
``start`` and ``limit``, 206 and ``Content-Range`` where there is more, filters in RSQL; errors are an object with
``status``, ``title`` and ``detail``. Follow-ups come without their author.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from bot.helpdesk.absence import foreign
from bot.helpdesk.errors import DeskAuth, DeskRefused, DeskTemporary, HelpdeskError
from bot.helpdesk.fields import Fields, rows
from bot.helpdesk.glpi_api import GlpiNote, GlpiTicket, known
from bot.helpdesk.http import HttpClient, HttpReply
from bot.helpdesk.secret import Secret

_PAGE = 50
_PAGES_MAX = 200
_OVER = (5, 6)
_GONE = "ERROR_ITEM_NOT_FOUND"
_MARGIN_SECONDS = 60.0
_V2 = "/v2/Assistance/Ticket"


class OAuthApi:
    """``client``: its address ends with ``api.php``. ``clock``: seconds that only go forward."""

    tells_authors = False

    def __init__(
        self,
        client: HttpClient,
        client_id: str,
        client_secret: Secret,
        user: str,
        password: Secret,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._client = client
        self._form: dict[str, str | Secret] = {
            "grant_type": "password",
            "client_id": client_id,
            "client_secret": client_secret,
            "username": user,
            "password": password,
            "scope": "api",
        }
        self._clock = clock
        self._token: Secret | None = None
        self._until = clock()

    @property
    def origin(self) -> str:
        """Where the server is."""
        return self._client.origin

    @contextmanager
    def opened(self) -> Iterator["OAuthSession"]:
        """A session under a token that still lives; one that the server no longer takes is forgotten."""
        known = self._token if self._clock() < self._until else None
        token = known or self._fresh()
        try:
            yield OAuthSession(self._client, token)
        except _TokenRefused as error:
            self._token = None
            if known is None:
                message = "GLPI refuse le jeton qu’il vient de donner : vérifiez le périmètre « api » du client OAuth"
                raise DeskAuth(message, code="token") from None
            raise DeskTemporary(error.message, code="token") from None

    def _fresh(self) -> Secret:
        asked = self._clock()
        reply = self._client.request("POST", "/token", form=self._form)
        if reply.status in (400, 401, 403):
            raise DeskAuth(
                f"GLPI refuse le client OAuth ou le compte ({reply.status}) : vérifiez l’identifiant, les secrets, "
                "l’autorisation « mot de passe » et le périmètre « api » du client",
                code=f"http_{reply.status}",
            )
        found = Fields(reply.accepted().json())
        if not (token := found.text("access_token")):
            raise DeskTemporary("GLPI n’a pas donné de jeton : vérifiez l’adresse de l’API", code="body")
        self._token = Secret(token)
        self._until = asked + max(0.0, (found.id("expires_in") or 3600) - _MARGIN_SECONDS)
        return self._token


class _TokenRefused(DeskTemporary):
    """The access token is no longer taken."""


class OAuthSession:
    """Calls under one access token."""

    def __init__(self, client: HttpClient, token: Secret) -> None:
        self._client = client
        self._headers: dict[str, str | Secret] = {"Authorization": Secret(f"Bearer {token.reveal()}")}

    def ticket(self, number: int) -> GlpiTicket | None:
        """The ticket; None where it is gone, in the bin, solved or closed."""
        found = self._item(f"{_V2}/{number}")
        if (
            found is None
            or found.flag("is_deleted")
            or (found.inside("status").id("id") or found.id("status")) in _OVER
        ):
            return None
        category = found.inside("category")
        name = category.text("completename") or category.text("name")
        return GlpiTicket(number, found.text("name"), found.text("content"), name)

    def note(self, ticket: int, number: int) -> GlpiNote | None:
        """One follow-up."""
        found = self._item(f"{_V2}/{ticket}/Timeline/Followup/{number}")
        return None if found is None else _note(found, ticket)

    def notes(self, ticket: int) -> Sequence[GlpiNote]:
        """The follow-ups of a ticket: at most a thousand, which the API gives at once."""
        reply = self._get(f"{_V2}/{ticket}/Timeline/Followup", {})
        if reply.status != 200:
            failure = _failure(reply)
            if failure.code == _GONE:
                return ()
            raise failure
        found = rows(reply.json())
        return [_note(one.inside("item") if one.has("item") else one, ticket) for one in found]

    def requesters(self, ticket: int) -> frozenset[int]:
        """Of no use here, for no author is told."""
        return frozenset()

    def add_note(self, ticket: int, content: str, *, private: bool) -> GlpiNote | None:
        """Add a follow-up, and read it back."""
        path = f"{_V2}/{ticket}/Timeline/Followup"
        values = {"content": content, "is_private": private}
        reply = self._client.request("POST", path, json=values, headers=self._headers)
        if reply.status not in (200, 201):
            raise _failure(reply, general=True)
        if not (number := Fields(reply.json()).id("id")):
            raise DeskRefused("GLPI n’a pas ajouté le suivi", code="glpi_add")
        return self.note(ticket, number)

    def newest_ticket(self) -> int:
        """The highest id."""
        reply = self._listed({"sort": "id:desc", "start": 0, "limit": 1})
        return max((one.id("id") for one in rows(reply.json())), default=0)

    def tickets_after(self, number: int) -> Sequence[int]:
        """By filter, in ascending order."""
        found: set[int] = set()
        for page in range(_PAGES_MAX):
            query: dict[str, str | int] = {"filter": f"id=gt={number}", "sort": "id:asc"}
            reply = self._listed({**query, "start": page * _PAGE, "limit": _PAGE})
            # A server that ignores a filter which it does not know would give the whole past.
            found.update(one.id("id") for one in rows(reply.json()) if one.id("id") > number)
            if reply.status != 206:
                break
        return sorted(found)

    def newest_note(self) -> int:
        """Of no use here."""
        return 0

    def notes_after(self, number: int) -> Sequence[GlpiNote]:
        """None: without authors, an agent's follow-up cannot be told from a person's."""
        return ()

    def visible(self) -> str:
        """How many tickets."""
        reply = self._listed({"start": 0, "limit": 1})
        total = reply.headers.get("content-range", "").rpartition("/")[2]
        return f"{total if total.isdigit() else '?'} ticket(s) visibles"

    def _get(self, path: str, query: dict[str, str | int]) -> HttpReply:
        return self._client.request("GET", path, query=query, headers=self._headers)

    def _item(self, path: str) -> Fields | None:
        """An object; None only where GLPI itself says that it is gone: a 404 alone may be a proxy's."""
        reply = self._get(path, {})
        if reply.status == 200:
            return known(Fields(reply.json()))
        failure = _failure(reply)
        if failure.code == _GONE:
            return None
        raise failure

    def _listed(self, query: dict[str, str | int]) -> HttpReply:
        reply = self._get(_V2, query)
        if reply.status not in (200, 206):
            raise _failure(reply, general=True)
        return reply


def _note(found: Fields, ticket: int) -> GlpiNote:
    return GlpiNote(found.id("id"), ticket, found.text("content"), found.flag("is_private"), None)


def _failure(reply: HttpReply, *, general: bool = False) -> HelpdeskError:
    """What a refusal means. A right that is missing for one ticket must not stop the others; one that is missing for
    writing, or for lists (``general``), is missing for all."""
    try:
        found = Fields(reply.json())
    except DeskTemporary:
        return reply.failure()
    code = found.text("status")
    if reply.status == 401 or (reply.status == 400 and found.text("title") == "Invalid OAuth token"):
        return _TokenRefused("GLPI ne reconnaît plus le jeton : un autre sera demandé", code="token")
    # The same code says that the whole API is off; its detail tells.
    if reply.status == 403 and code == "ERROR_RIGHT_MISSING" and not general and "disabled" not in found.text("detail"):
        return DeskRefused("GLPI refuse ce ticket au compte : vérifiez entité et profil", code=code)
    if reply.status == 404:
        gone = DeskRefused("GLPI ne connaît plus ce ticket ou ce suivi", code=_GONE)
        return gone if code == _GONE else foreign("GLPI")
    return reply.failure()
