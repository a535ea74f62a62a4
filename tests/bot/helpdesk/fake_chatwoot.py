"""A Chatwoot account, as developers.chatwoot.com describes the application API, and as 4.13 to 4.18 behave.

Two kinds of tokens (``api_access_token``): a bot's opens few paths, and messages are not among them; an agent's opens
the conversations of the inboxes it belongs to. Messages in pages: the last 20, 20 before an id, 100 after one. Errors
``{"error": ...}``: 401 also for a right that is missing. Calls of webhooks are signed, with a time and an id.
"""

import hashlib
import hmac
import json
import re
from typing import Any

from .fake_server import FakeServer, Request, Response

ACCOUNT = 3
INCOMING, OUTGOING, ACTIVITY = 0, 1, 2
_NAMES = {INCOMING: "incoming", OUTGOING: "outgoing", ACTIVITY: "activity"}


class FakeChatwoot(FakeServer):
    def __init__(self, bot_token: str, agent_token: str) -> None:
        super().__init__()
        self.bot_token, self.agent_token = bot_token, agent_token
        self.conversations: dict[int, dict[str, Any]] = {}
        self.messages: dict[int, list[dict[str, Any]]] = {}
        self.forbidden: set[int] = set()
        self.keeps_private = True
        self._next = 1000

    def add_conversation(self, **values: Any) -> int:
        number = len(self.conversations) + 1
        self.conversations[number] = {
            "id": number,
            "account_id": ACCOUNT,
            "inbox_id": 9,
            "status": "pending",
            "labels": [],
            "priority": None,
            "meta": {"sender": {"id": 42, "name": "Dr Durand", "email": "dr.durand@exemple.fr"}},
            **values,
        }
        self.messages[number] = []
        return number

    def say(self, conversation: int, text: str, kind: int = INCOMING, sender: str = "contact", **values: Any) -> int:
        """A message; its id."""
        self._next += 1
        self.messages[conversation].append(
            {
                "id": self._next,
                "content": text,
                "message_type": kind,
                "private": False,
                "conversation_id": conversation,
                "content_type": "text",
                "sender": {"id": 42, "type": sender},
                **values,
            }
        )
        return self._next

    def webhook(self, conversation: int, message: int, event: str = "message_created") -> bytes:
        """The body of a call: the type of a message is a word here, a number in the API."""
        found = next(one for one in self.messages[conversation] if one["id"] == message)
        kept = {key: found[key] for key in ("id", "content", "private", "content_type", "sender")}
        call = {
            **kept,
            "event": event,
            "message_type": _NAMES[found["message_type"]],
            "account": {"id": ACCOUNT, "name": "GRADeS"},
            "inbox": {"id": 9, "name": "Site"},
            "conversation": self.conversations[conversation],
        }
        return json.dumps(call).encode()

    def answer(self, request: Request) -> Response:
        token = request.headers.get("api_access_token")
        if token not in (self.bot_token, self.agent_token):
            return _error(401, "Invalid Access Token")
        bot = token == self.bot_token
        if request.path == "/api/v1/profile":
            return _not_for_bots() if bot else Response(200, {"id": 5, "name": "CyberVigie lecture"})
        path = request.path.removeprefix(f"/api/v1/accounts/{ACCOUNT}")
        if path == request.path:
            return _error(401, "You are not authorized to access this account")
        if path == "/inboxes" or path == "/inboxes/9":
            one = {"id": 9, "name": "Site"}
            return _not_for_bots() if bot else Response(200, {"payload": [one]} if path == "/inboxes" else one)
        found = re.fullmatch(r"/conversations/(\d+)(?:/(messages|toggle_status|toggle_priority))?", path)
        if found is None:
            return _error(404, "Resource could not be found")
        if bot and request.method == "GET" and found[2]:
            return _not_for_bots()
        conversation = self.conversations.get(int(found[1]))
        if conversation is None:
            return _error(404, "Resource could not be found")
        if conversation["id"] in self.forbidden:
            return _error(401, "You are not authorized to do this action")
        if request.method == "GET":
            return self._read(conversation, found[2] or "", request.query)
        return self._change(conversation, found[2] or "", request.json(), bot=bot)

    def _read(self, conversation: dict[str, Any], what: str, query: Any) -> Response:
        if what != "messages":
            return Response(200, conversation)
        messages = self.messages[conversation["id"]]
        if "after" in query:
            chosen = [one for one in messages if one["id"] > int(query["after"])][:100]
        elif "before" in query:
            chosen = [one for one in messages if one["id"] < int(query["before"])][-20:]
        else:
            chosen = messages[-20:]
        return Response(200, {"meta": {"labels": conversation["labels"]}, "payload": chosen})

    def _change(self, conversation: dict[str, Any], what: str, values: dict[str, Any], *, bot: bool) -> Response:
        number = conversation["id"]
        if what == "toggle_priority":
            conversation["priority"] = values["priority"]
            return Response(200, b"")
        if what == "toggle_status":
            conversation["status"] = values["status"]
            self.say(number, "La conversation a été ouverte", ACTIVITY, "")
            payload = {"success": True, "current_status": values["status"], "conversation_id": number}
            return Response(200, {"meta": {}, "payload": payload})
        if not values.get("content"):
            return _error(422, "Content can't be blank")
        private = bool(values.get("private")) and self.keeps_private
        sender = "agent_bot" if bot else "user"
        message = self.say(number, values["content"], OUTGOING, sender, private=private)
        return Response(200, next(one for one in self.messages[number] if one["id"] == message))


def signed(
    secret: str, body: bytes, moment: int, delivery: str = "0b6d1a52-52f2-4b0e-8a0f-8d1f9c1f7c11"
) -> dict[str, str]:
    """The headers of a call, as ``lib/webhooks/trigger.rb`` makes them since 4.13."""
    mac = hmac.new(secret.encode(), f"{moment}.".encode() + body, hashlib.sha256).hexdigest()
    return {
        "content-type": "application/json",
        "x-chatwoot-delivery": delivery,
        "x-chatwoot-timestamp": str(moment),
        "x-chatwoot-signature": f"sha256={mac}",
    }


def _not_for_bots() -> Response:
    return _error(401, "Access to this endpoint is not authorized for bots")


def _error(status: int, message: str) -> Response:
    return Response(status, {"error": message})
