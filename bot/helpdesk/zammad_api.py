"""The REST API of Zammad, as far as drafts need it: one ticket, one article, its tags, the account of the token.

Written from docs.zammad.org ("API", version 1, Zammad 6.4 and 6.5). 401: token unknown or expired. 403: a permission is
missing, or the group of this very ticket. 404 with ``{"error": ...}``: gone (any other 404 is a proxy's). 422: refused
for its content. The server itself sets no limit of calls for these paths; a proxy before it may (429).
"""

from typing import Any

from bot.helpdesk.absence import failed, foreign
from bot.helpdesk.errors import DeskAuth, DeskRefused, DeskTemporary, HelpdeskError
from bot.helpdesk.fields import Fields, identifier, rows
from bot.helpdesk.http import HttpClient, HttpReply

_API = "/api/v1"


class ZammadApi:
    """What the desk asks and writes. Every method raises HelpdeskError."""

    def __init__(self, client: HttpClient) -> None:
        self._client = client
        self._me = 0

    @property
    def origin(self) -> str:
        """Where the server is."""
        return self._client.origin

    def article(self, number: str | int) -> Fields | None:
        """An article; None where it is gone."""
        return self._object(f"/ticket_articles/{_id(number)}")

    def ticket(self, number: str) -> Fields | None:
        """A ticket, states and groups by name; None where it is gone."""
        return self._object(f"/tickets/{_id(number)}")

    def tags(self, ticket: str) -> frozenset[str]:
        """The tags of a ticket."""
        query: dict[str, str | int] = {"object": "Ticket", "o_id": _id(ticket)}
        return frozenset(Fields(self._get("/tags", query)).texts("tags"))

    def knows_tag(self, tag: str) -> bool:
        """Whether the tag was created."""
        return any(one.text("value") == tag for one in rows(self._get("/tag_search", {"term": tag})))

    def add_tag(self, ticket: str, tag: str) -> None:
        """Tag a ticket; a tag that is there stays one."""
        fields = {"item": tag, "object": "Ticket", "o_id": _id(ticket)}
        self._client.request("POST", f"{_API}/tags/add", json=fields).accepted()

    def add_article(self, article: dict[str, Any]) -> None:
        """Write an article. Raises DeskAuth where one that had to be internal came out public."""
        written = Fields(self._client.request("POST", f"{_API}/ticket_articles", json=article).accepted().json())
        if article["internal"] and not written.flag("internal"):
            raise DeskAuth(
                "Zammad a rendu publique une note demandée interne : supprimez-la, et donnez au compte le rôle Agent",
                code="public",
            )

    def profile(self) -> Fields:
        """The account of the token, roles by name."""
        return Fields(self._get("/users/me", {"expand": "true"}))

    def agent(self) -> int:
        """The id of the account, which must be an agent; asked once. Raises DeskAuth where it is none."""
        if not self._me:
            me = self.profile()
            if not me.id("id"):
                raise DeskTemporary("Zammad n’a pas dit à quel compte est le jeton", code="body")
            if not is_agent(me):
                message = "le compte n’est pas agent, ses notes seraient publiques : donnez-lui le rôle Agent"
                raise DeskAuth(message, code="role")
            self._me = me.id("id")
        return self._me

    def _get(self, path: str, query: dict[str, str | int]) -> Any:
        return self._client.request("GET", _API + path, query=query).accepted().json()

    def _object(self, path: str) -> Fields | None:
        reply = self._client.request("GET", _API + path, query={"expand": "true"})
        if reply.status == 404:
            if failed(reply):
                return None
            raise foreign("Zammad")
        if reply.status == 403:
            raise self._forbidden(reply)
        if not (found := Fields(reply.accepted().json())):
            raise DeskTemporary("Zammad a répondu sous une forme inattendue : vérifiez sa version", code="body")
        return found

    def _forbidden(self, reply: HttpReply) -> HelpdeskError:
        """One ticket that the account may not see must not stop the others: is it the token, or this ticket?"""
        if self._client.request("GET", f"{_API}/ticket_states").status != 200:
            return reply.failure()
        message = "le compte n’a pas accès au groupe de ce ticket : donnez-le-lui, ou excluez ce groupe du déclencheur"
        return DeskRefused(message, code="rights")


def is_agent(me: Fields) -> bool:
    """Whether an account has another role than Customer; roles may bear any name, that one is known to be no agent."""
    return any(role.casefold() != "customer" for role in me.texts("roles"))


def _id(value: str | int) -> int:
    if not (found := identifier(value)):
        raise DeskRefused("référence de ticket non valable", code="reference")
    return found
