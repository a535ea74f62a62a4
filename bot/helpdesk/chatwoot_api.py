"""The application API of Chatwoot, with two tokens: the bot's, which writes, and an agent's, which reads.

Written from developers.chatwoot.com ("Application APIs") and the published source of 4.13 to 4.18: a bot's token opens
few paths, and reading the messages of a conversation is not one of them. Header ``api_access_token``. 401: unknown
token, or a right that is missing; 404 with ``{"error": ...}``: gone (any other 404 is a proxy's); 422: refused for its
content; 429 from rack-attack (3,000 calls a minute and address by default), with or without ``Retry-After``. Messages
come in pages: 20 before an id, 100 after one.
"""

import contextlib
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from bot.helpdesk.absence import failed, foreign
from bot.helpdesk.errors import DeskAuth, DeskRefused, DeskTemporary
from bot.helpdesk.fields import Fields, identifier
from bot.helpdesk.http import HttpClient, HttpReply
from bot.helpdesk.secret import Secret

PENDING, OPEN = "pending", "open"
_INCOMING, _OUTGOING = "0", "1"
_PROFILE = "/api/v1/profile"
_PAGE = 100
_PAGES_MAX = 20


class Author(StrEnum):
    """Who wrote a message."""

    PERSON = "person"
    BOT = "bot"
    AGENT = "agent"
    NOBODY = "nobody"
    """The tool itself: an activity, a greeting from a template."""


@dataclass(frozen=True, slots=True)
class Conversation:
    """A conversation: ``status`` is pending while the bot has it."""

    status: str
    inbox: int
    labels: frozenset[str]


@dataclass(frozen=True, slots=True)
class Message:
    """A message; ``private``: a note between agents."""

    number: int
    author: Author
    private: bool
    text: str


class ChatwootApi:
    """One account. Every method raises HelpdeskError."""

    def __init__(self, client: HttpClient, account: int, bot_token: Secret, agent_token: Secret) -> None:
        self._client = client
        self._path = f"/api/v1/accounts/{account}"
        self._bot = {"api_access_token": bot_token}
        self._agent = {"api_access_token": agent_token}
        self._inboxes: dict[int, str] = {}

    @property
    def origin(self) -> str:
        """Where the server is."""
        return self._client.origin

    def conversation(self, number: str) -> Conversation | None:
        """A conversation; None where it is gone."""
        found = self._read(f"/conversations/{_id(number)}")
        if found is None:
            return None
        fields = Fields(found)
        if not (status := fields.text("status")):
            raise DeskTemporary("Chatwoot a répondu sous une forme inattendue : vérifiez sa version", code="body")
        return Conversation(status, fields.id("inbox_id"), frozenset(fields.texts("labels")))

    def messages_until(self, conversation: str, message: str) -> list[Message]:
        """A message and those before it, at most twenty, in order."""
        return self._messages(conversation, {"before": _id(message) + 1})

    def messages_after(self, conversation: str, message: str) -> list[Message]:
        """All messages after one, in order."""
        found: list[Message] = []
        last = _id(message)
        for _ in range(_PAGES_MAX):
            page = self._messages(conversation, {"after": last})
            found += [one for one in page if one.number > last]
            if len(page) < _PAGE or found[-1].number <= last:
                break
            last = found[-1].number
        return found

    def inbox_name(self, number: int) -> str:
        """The name of an inbox, asked once."""
        if number not in self._inboxes:
            self._inboxes[number] = Fields(self._read(f"/inboxes/{number}")).text("name") if number else ""
        return self._inboxes[number]

    def write(self, conversation: str, text: str, *, private: bool) -> None:
        """Write a message as the bot. Raises DeskAuth where one that had to be private came out public."""
        values = {"content": text, "message_type": "outgoing", "private": private}
        written = Fields(self._post(f"/conversations/{_id(conversation)}/messages", values).json())
        if private and not written.flag("private"):
            raise DeskAuth("Chatwoot a rendu publique une note demandée privée : supprimez-la", code="public")

    def hand_over(self, conversation: str, *, urgent: bool = False) -> None:
        """Give the conversation to the agents."""
        path = f"/conversations/{_id(conversation)}"
        if urgent:
            # Not open to the bots of every version: the hand-over matters more.
            with contextlib.suppress(DeskAuth, DeskRefused):
                self._post(f"{path}/toggle_priority", {"priority": "urgent"})
        self._post(f"{path}/toggle_status", {"status": OPEN})

    def agent(self) -> str:
        """The number of the agent whose token reads."""
        return Fields(self._client.request("GET", _PROFILE, headers=self._agent).accepted().json()).text("id")

    def inboxes(self) -> int:
        """How many inboxes the agent sees in the account."""
        return len(Fields(self._read("/inboxes")).rows("payload"))

    def bot(self) -> str:
        """That the bot's token is known, asked of a conversation that cannot be."""
        reply = self._client.request("GET", f"{self._path}/conversations/0", headers=self._bot)
        # Before 4.13 a bot may not even ask that; its token was recognised all the same.
        if reply.status != 404 and not (reply.status == 401 and "for bots" in failed(reply)):
            reply.accepted()
        return "reconnu"

    def _messages(self, conversation: str, query: dict[str, str | int]) -> list[Message]:
        found = self._read(f"/conversations/{_id(conversation)}/messages", query)
        return sorted(map(_message, Fields(found).rows("payload")), key=lambda one: one.number)

    def _read(self, path: str, query: dict[str, str | int] | None = None) -> Any:
        """JSON; None where it is gone."""
        reply = self._client.request("GET", self._path + path, query=query, headers=self._agent)
        if reply.status == 404:
            if failed(reply):
                return None
            raise foreign("Chatwoot")
        if reply.status in (401, 403) and self._client.request("GET", _PROFILE, headers=self._agent).status == 200:
            # The token is good: one conversation that its agent may not see must not stop the others.
            message = "l’agent du jeton de lecture n’a pas accès à cette boîte : ajoutez-le à ses collaborateurs"
            raise DeskRefused(message, code="rights")
        return reply.accepted().json()

    def _post(self, path: str, values: dict[str, Any]) -> HttpReply:
        return self._client.request("POST", self._path + path, json=values, headers=self._bot).accepted()


def _message(found: Fields) -> Message:
    kind, private = found.text("message_type"), found.flag("private")
    author = Author.NOBODY
    if kind == _INCOMING:
        author = Author.PERSON
    elif kind == _OUTGOING:
        author = Author.BOT if found.inside("sender").text("type") == "agent_bot" else Author.AGENT
    return Message(found.id("id"), author, private, found.text("content"))


def _id(value: str) -> int:
    if not (found := identifier(value)):
        raise DeskRefused("référence de conversation non valable", code="reference")
    return found
