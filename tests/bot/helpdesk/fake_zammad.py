"""A Zammad that answers as docs.zammad.org describes the API, version 1, of Zammad 6.4 and 6.5.

Paths, headers, status codes and error bodies (``{"error": ..., "error_human": ...}``) are those of the documentation
and of the published source: articles of an account that is no agent come out public; a tag added twice stays one; HTML
is cleaned of comments, scripts and styles. The server has no limit of calls of its own for these paths.
"""

import hashlib
import hmac
import json
import re
from typing import Any

from .fake_server import FakeServer, Request, Response

ME = 7
CUSTOMER = 42


class FakeZammad(FakeServer):
    def __init__(self, token: str) -> None:
        super().__init__()
        self.token = token
        self.roles = ["Agent"]
        self.tickets: dict[int, dict[str, Any]] = {}
        self.articles: dict[int, dict[str, Any]] = {}
        self.tags: dict[int, list[str]] = {}
        self.known_tags = ["cybervigie-reponse", "cybervigie-sans-reponse", "cybervigie-urgence"]
        self.forbidden: set[int] = set()
        self._next = 100

    def add_ticket(self, body: str, **values: Any) -> tuple[int, int]:
        """A ticket of a customer with its first article; their ids."""
        number = self._number()
        self.tickets[number] = {
            "id": number,
            "number": f"31{number:03}",
            "title": "Question sur un courriel",
            "group": "Cybersécurité",
            "group_id": 1,
            "state": "new",
            "customer": "dr.durand@exemple.fr",
            "article_ids": [],
            "last_contact_agent_at": None,
            **values,
        }
        self.tags[number] = []
        return number, self.add_article(number, body)

    def add_article(self, ticket: int, body: str, **values: Any) -> int:
        number = self._number()
        self.articles[number] = {
            "id": number,
            "ticket_id": ticket,
            "type": "email",
            "sender": "Customer",
            "from": "Dr Durand <dr.durand@exemple.fr>",
            "subject": "Question sur un courriel",
            "message_id": f"<{number}@exemple.fr>",
            "content_type": "text/html",
            "body": body,
            "internal": False,
            "created_by_id": CUSTOMER,
            "created_at": f"2026-11-30T10:{number % 60:02}:00.000Z",
            **values,
        }
        self.tickets[ticket]["article_ids"].append(number)
        return number

    def webhook(self, ticket: int, article: int) -> bytes:
        """The body of a trigger's call, as Ruby writes it."""
        return json.dumps({"ticket": self.tickets[ticket], "article": self.articles[article]}).encode()

    def _number(self) -> int:
        self._next += 1
        return self._next

    def answer(self, request: Request) -> Response:
        if request.headers.get("authorization") != f"Token token={self.token}":
            return _error(401, "Can't find User for Token")
        path = request.path.removeprefix("/api/v1")
        if request.method == "GET":
            return self._read(path, request.query)
        if request.method == "POST" and path == "/tags/add":
            return self._tag(request.json())
        if request.method == "POST" and path == "/ticket_articles":
            return self._write(request.json())
        return _error(404, "No route matches")

    def _read(self, path: str, query: Any) -> Response:
        if path == "/users/me":
            return Response(200, {"id": ME, "login": "cybervigie", "roles": self.roles, "email": "bot@exemple.fr"})
        if path == "/ticket_states":
            return Response(200, [{"id": 1, "name": "new"}])
        if path == "/tag_search":
            term = query["term"].lower()
            return Response(200, [{"id": 1, "value": tag} for tag in self.known_tags if term in tag.lower()])
        if path == "/tags":
            return Response(200, {"tags": self.tags.get(int(query["o_id"]), [])})
        found = re.fullmatch(r"/(tickets|ticket_articles)/(\d+)", path)
        if found is None:
            return _error(404, "No route matches")
        number = int(found[2])
        item = (self.tickets if found[1] == "tickets" else self.articles).get(number)
        if item is None:
            return _error(404, f"Couldn't find {found[1]} with 'id'={number}")
        if item.get("ticket_id", number) in self.forbidden:
            return _error(403, "Not authorized")
        assert query.get("expand") == "true"
        return Response(200, item)

    def _tag(self, values: dict[str, Any]) -> Response:
        if values["object"] != "Ticket" or values["o_id"] not in self.tickets:
            return _error(404, "Couldn't find Ticket")
        tags = self.tags[values["o_id"]]
        if values["item"] not in tags:
            tags.append(values["item"])
        return Response(201, True)

    def _write(self, values: dict[str, Any]) -> Response:
        if "body" not in values:
            return _error(422, 'Need at least article: { body: "some text" }')
        if values["ticket_id"] not in self.tickets:
            return _error(404, "Couldn't find Ticket")
        agent = "Agent" in self.roles
        cleaned = re.sub(r"<!--.*?-->|<(script|style).*?</\1>", "", values["body"], flags=re.DOTALL)
        number = self.add_article(
            values["ticket_id"],
            cleaned,
            type=values.get("type", "note"),
            sender="Agent" if agent else "Customer",
            internal=bool(values.get("internal")) and agent,
            created_by_id=ME,
            to=values.get("to", ""),
            in_reply_to=values.get("in_reply_to", ""),
        )
        return Response(201, self.articles[number])


def signed(secret: str, body: bytes, delivery: str = "4d2f0d9c-6a0d-4b6e-9d53-0a8e3f1f2b11") -> dict[str, str]:
    """The headers of a call, as ``lib/user_agent.rb`` makes them."""
    return {
        "content-type": "application/json; charset=utf-8",
        "user-agent": "Zammad User Agent",
        "x-zammad-trigger": "CyberVigie",
        "x-zammad-delivery": delivery,
        "x-hub-signature": "sha1=" + hmac.new(secret.encode(), body, hashlib.sha1).hexdigest(),
    }


def _error(status: int, message: str) -> Response:
    return Response(status, {"error": message, "error_human": message})
