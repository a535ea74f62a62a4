"""The REST API of GLPI 9.5 to 11 (``apirest.php``), written from its ``apirest.md``.

A session is opened by initSession (App-Token, user_token) and ended by killSession, also after an error: sessions left
open pile up on the server. Lists come in ranges: 206 and ``Content-Range`` where there is more. Errors are a list of a
code and a sentence, ``["ERROR_RIGHT_MISSING", "..."]``, under 400, 401, 403 or 404 by version: the code decides.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from bot.helpdesk.absence import foreign
from bot.helpdesk.errors import DeskAuth, DeskRefused, DeskTemporary, HelpdeskError
from bot.helpdesk.fields import Fields, rows
from bot.helpdesk.glpi_api import GlpiNote, GlpiTicket, known
from bot.helpdesk.http import HttpClient, HttpReply
from bot.helpdesk.secret import Secret

_PAGE = 50
_PAGES_MAX = 200
"""Of a list that is walked through: 10,000 items."""
_OVER = (5, 6)
"""Status of a ticket that is solved, closed."""
_REQUESTER = "1"
# Search options of a ticket: its id.
_ID = "2"
_AUTH = frozenset(
    {
        "ERROR_APP_TOKEN_PARAMETERS_MISSING",
        "ERROR_WRONG_APP_TOKEN_PARAMETER",
        "ERROR_NOT_ALLOWED_IP",
        "ERROR_LOGIN_PARAMETERS_MISSING",
        "ERROR_LOGIN_WITH_CREDENTIALS_DISABLED",
        "ERROR_GLPI_LOGIN",
        "ERROR_GLPI_LOGIN_USER_TOKEN",
    }
)
# A session that ended between two calls is opened again by the next attempt.
_SESSION = frozenset({"ERROR_SESSION_TOKEN_INVALID", "ERROR_SESSION_TOKEN_MISSING"})
_GONE = frozenset({"ERROR_ITEM_NOT_FOUND", "ERROR_NOT_FOUND"})


class RestApi:
    """``client``: its address ends with ``apirest.php``, and it sends the App-Token."""

    tells_authors = True

    def __init__(self, client: HttpClient, user_token: Secret) -> None:
        self._client = client
        self._login = Secret(f"user_token {user_token.reveal()}")

    @property
    def origin(self) -> str:
        """Where the server is."""
        return self._client.origin

    @contextmanager
    def opened(self) -> Iterator["RestSession"]:
        """A session, ended whatever happens inside."""
        reply = self._client.request("GET", "/initSession", headers={"Authorization": self._login, **_JSON})
        if reply.status != 200:
            raise _failure(reply, general=True)
        token = Fields(reply.json()).text("session_token")
        if not token:
            raise DeskTemporary("GLPI n’a pas ouvert de session : vérifiez l’adresse de l’API", code="body")
        session = RestSession(self._client, Secret(token))
        try:
            yield session
        finally:
            session.end()


class RestSession:
    """A session of the REST API."""

    def __init__(self, client: HttpClient, token: Secret) -> None:
        self._client = client
        self._headers: Mapping[str, str | Secret] = {"Session-Token": token, **_JSON}

    def ticket(self, number: int) -> GlpiTicket | None:
        """The ticket, its category by its path; None where it is gone, in the bin, solved or closed."""
        found = self._item(f"/Ticket/{number}", {"expand_dropdowns": "true"})
        if found is None or found.flag("is_deleted") or found.id("status") in _OVER:
            return None
        return GlpiTicket(number, found.text("name"), found.text("content"), found.text("itilcategories_id"))

    def note(self, ticket: int, number: int) -> GlpiNote | None:
        """One follow-up."""
        found = self._item(f"/ITILFollowup/{number}", {})
        return None if found is None else _note(found)

    def notes(self, ticket: int) -> Sequence[GlpiNote]:
        """The follow-ups of a ticket, latest first."""
        return [_note(one) for one in self._list(f"/Ticket/{ticket}/ITILFollowup")]

    def requesters(self, ticket: int) -> frozenset[int]:
        """Ids of the users who asked."""
        users = self._list(f"/Ticket/{ticket}/Ticket_User")
        return frozenset(one.id("users_id") for one in users if one.text("type") == _REQUESTER) - {0}

    def add_note(self, ticket: int, content: str, *, private: bool) -> GlpiNote | None:
        """Add a follow-up, and read it back. It does not count as an agent's taking the ticket into account."""
        values = {
            "itemtype": "Ticket",
            "items_id": ticket,
            "content": content,
            "is_private": int(private),
            "_do_not_compute_takeintoaccount": 1,
        }
        reply = self._client.request("POST", "/ITILFollowup", json={"input": values}, headers=self._headers)
        if reply.status != 201:
            raise _failure(reply, general=True)
        if not (number := Fields(reply.json()).id("id")):
            raise DeskRefused("GLPI n’a pas ajouté le suivi", code="glpi_add")
        return self.note(ticket, number)

    def newest_ticket(self) -> int:
        """The highest id."""
        return max(self._search_page(0, 1)[0], default=0)

    def tickets_after(self, number: int) -> Sequence[int]:
        """Newest first until a known one, so that no kind of search but sorting is leant on."""
        found: set[int] = set()
        for page in range(_PAGES_MAX):
            numbers, total = self._search_page(page * _PAGE, _PAGE)
            found.update(one for one in numbers if one > number)
            if not numbers or min(numbers) <= number or (page + 1) * _PAGE >= total:
                break
        return sorted(found)

    def newest_note(self) -> int:
        """The highest id."""
        return max((one.id("id") for one in self._list("/ITILFollowup", most=1, only_id=True)), default=0)

    def notes_after(self, number: int) -> Sequence[GlpiNote]:
        """Newest first until a known one."""
        found: dict[int, GlpiNote] = {}
        for one in self._list("/ITILFollowup"):
            if one.id("id") <= number:
                break
            if one.text("itemtype") == "Ticket":
                found[one.id("id")] = _note(one)
        return [found[key] for key in sorted(found)]

    def visible(self) -> str:
        """How many tickets, in how many entities."""
        total = self._search_page(0, 1)[1]
        active = Fields(self._json("/getActiveEntities", {})).inside("active_entity")
        return f"{total} ticket(s) visibles, {len(active.rows('active_entities'))} entité(s)"

    def end(self) -> None:
        """End the session, at the second attempt where need be. An error here is not raised: it would hide the first,
        and a server ends forgotten sessions by itself."""
        for _ in range(2):
            try:
                if self._client.request("GET", "/killSession", headers=self._headers).status in (200, 401):
                    return
            except HelpdeskError:
                continue

    def _search_page(self, start: int, size: int) -> tuple[list[int], int]:
        """Ids of tickets, highest first, and how many there are. Only the id is asked for."""
        query = {"forcedisplay[0]": _ID, "sort": _ID, "order": "DESC", "range": f"{start}-{start + size - 1}"}
        found = Fields(self._json("/search/Ticket", query))
        return [one.id(_ID) for one in found.rows("data") if one.id(_ID)], found.id("totalcount")

    def _list(self, path: str, most: int = _PAGE * _PAGES_MAX, *, only_id: bool = False) -> Iterator[Fields]:
        """Items, highest id first, page after page."""
        size = min(most, _PAGE)
        for start in range(0, most, size):
            query = {"range": f"{start}-{start + size - 1}", "sort": "id", "order": "DESC", "get_hateoas": "false"}
            query |= {"only_id": "true"} if only_id else {}
            reply = self._client.request("GET", path, query=query, headers=self._headers)
            if reply.status not in (200, 206):
                failure = _failure(reply, general=path.count("/") == 1)
                # An empty list, in some versions; or one of a ticket that is gone.
                if failure.code == "ERROR_RANGE_EXCEED_TOTAL" or failure.code in _GONE:
                    return
                raise failure
            page = rows(reply.json())
            yield from page
            total = reply.headers.get("content-range", "").rpartition("/")[2]
            if len(page) < size or (total.isdigit() and start + size >= int(total)):
                return

    def _item(self, path: str, query: dict[str, str | int]) -> Fields | None:
        """An object; None only where GLPI itself says that it is gone: a 404 alone may be a proxy's."""
        reply = self._client.request("GET", path, query={**query, "get_hateoas": "false"}, headers=self._headers)
        if reply.status == 200:
            return known(Fields(reply.json()))
        failure = _failure(reply)
        if failure.code in _GONE:
            return None
        raise failure

    def _json(self, path: str, query: Mapping[str, str | int]) -> Any:
        reply = self._client.request("GET", path, query=query, headers=self._headers)
        if reply.status not in (200, 206):
            raise _failure(reply, general=True)
        return reply.json()


# Asked of every call by the documentation.
_JSON = {"Content-Type": "application/json"}


def _note(found: Fields) -> GlpiNote:
    number, ticket, author = found.id("id"), found.id("items_id"), found.id("users_id")
    return GlpiNote(number, ticket, found.text("content"), found.flag("is_private"), author)


def _failure(reply: HttpReply, *, general: bool = False) -> HelpdeskError:
    """What a refusal means. A right that is missing for one ticket must not stop the others; one that is missing for
    writing, or for lists (``general``), is missing for all."""
    try:
        found = reply.json()
    except DeskTemporary:
        return reply.failure()
    code = found[0] if isinstance(found, list) and found and isinstance(found[0], str) else ""
    if not (code.startswith("ERROR_") and code.isascii() and len(code) <= 64):
        return foreign("GLPI") if reply.status == 404 else reply.failure()
    if code in _AUTH or (code == "ERROR_RIGHT_MISSING" and general):
        return DeskAuth(f"GLPI refuse l’accès ({code}) : vérifiez les jetons, l’adresse admise et le profil", code=code)
    if code in _SESSION or reply.status >= 500 or reply.status == 429:
        message = f"GLPI a interrompu la session ({code}) : nouvel essai plus tard"
        return DeskTemporary(message, code=code, retry_after=reply.retry_after)
    return DeskRefused(f"GLPI refuse la demande ({code}) : vérifiez les droits du compte sur ce ticket", code=code)
