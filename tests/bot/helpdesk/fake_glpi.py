"""A GLPI: its REST API as ``apirest.md`` describes it (9.5 to 11), and the high-level API of GLPI 11.0.

The REST part: sessions that must be opened and ended, App-Token, ranges with 206 and ``Content-Range``, errors as a
list of a code and a sentence. The high-level part follows the published source of 11.0: one-hour tokens by the password
grant, ``start`` and ``limit``, RSQL filters, errors as an object, follow-ups without author. ``version`` 10 stores HTML
with its tags as entities, as versions up to 10 do; 11 stores it as it is. GLPI has no limit of calls of its own.
"""

import hashlib
import hmac
import html
import json
import re
import secrets
from typing import Any
from urllib.parse import parse_qsl

from .fake_server import FakeServer, Request, Response

ME = 8
REQUESTER = 42
APP_TOKEN, USER_TOKEN = "app-f7g3csp8mgatg5ebc5elnazakw20i9", "user-q56hqkniwot8wntb3z1qarka5atf"
CLIENT_ID, CLIENT_SECRET, PASSWORD = "client-9d1b", "client-secret-7c20", "mot-de-passe-3f"


class FakeGlpi(FakeServer):
    def __init__(self, version: int = 11) -> None:
        super().__init__()
        self.version = version
        self.tickets: dict[int, dict[str, Any]] = {}
        self.followups: dict[int, dict[str, Any]] = {}
        self.requesters: dict[int, list[int]] = {}
        self.sessions: set[str] = set()
        self.opened = 0
        self.bearer: set[str] = set()
        self.forbidden: set[int] = set()
        self.user_token, self.password = USER_TOKEN, PASSWORD
        self.may_write = True
        self.keeps_private = True

    def add_ticket(self, content: str, **values: Any) -> int:
        """A ticket of a user; its id."""
        number = max(self.tickets, default=0) + 1
        self.tickets[number] = {
            "id": number,
            "entities_id": 0,
            "name": "Question sur un courriel",
            "content": self._stored(content),
            "status": 1,
            "type": 1,
            "is_deleted": 0,
            "itilcategories_id": self._stored("Sécurité > Messagerie"),
            "users_id_recipient": REQUESTER,
            **values,
        }
        self.requesters[number] = [REQUESTER]
        return number

    def add_followup(self, ticket: int, content: str, author: int = REQUESTER, *, private: bool = False) -> int:
        number = max(self.followups, default=0) + 1
        self.followups[number] = {
            "id": number,
            "itemtype": "Ticket",
            "items_id": ticket,
            "users_id": author,
            "content": self._stored(content),
            "is_private": int(private),
        }
        return number

    def webhook(self, ticket: int, followup: int | None = None, event: str = "new") -> bytes:
        """The default body of a call of GLPI 11."""
        item = self.followups[followup] if followup else {**self._modern(self.tickets[ticket])}
        if followup:
            item = {**item, "is_private": bool(item["is_private"])}
        return json.dumps({"item": item, "event": event}, indent=4).encode()

    def _stored(self, content: str) -> str:
        if self.version >= 11:
            return content
        return content.replace("&", "&#38;").replace("<", "&#60;").replace(">", "&#62;")

    def answer(self, request: Request) -> Response:
        if "/apirest.php" in request.path:
            return self._rest(request, request.path.partition("/apirest.php")[2])
        if "/api.php" in request.path:
            return self._modern_api(request, request.path.partition("/api.php")[2])
        return Response(404, b"<html>Not found</html>", {"Content-Type": "text/html"})

    # The REST API.

    def _rest(self, request: Request, path: str) -> Response:
        assert request.headers.get("content-type") == "application/json"
        if request.method == "GET" and request.body:
            return _legacy(400, "ERROR_JSON_PAYLOAD_FORBIDDEN")
        if request.headers.get("app-token") != APP_TOKEN:
            missing = "app-token" not in request.headers
            return _legacy(400, "ERROR_APP_TOKEN_PARAMETERS_MISSING" if missing else "ERROR_WRONG_APP_TOKEN_PARAMETER")
        if path == "/initSession":
            if request.headers.get("authorization") != f"user_token {self.user_token}":
                return _legacy(401, "ERROR_GLPI_LOGIN_USER_TOKEN")
            token = secrets.token_hex(20)
            self.sessions.add(token)
            self.opened += 1
            return Response(200, {"session_token": token})
        token = request.headers.get("session-token", "")
        if token not in self.sessions:
            return _legacy(401, "ERROR_SESSION_TOKEN_INVALID") if token else _legacy(400, "ERROR_SESSION_TOKEN_MISSING")
        if path == "/killSession":
            self.sessions.discard(token)
            return Response(200, True)
        if request.method == "POST":
            return self._rest_add(path, request.json())
        return self._rest_read(path, request.query)

    def _rest_read(self, path: str, query: Any) -> Response:
        if path == "/search/Ticket":
            assert query["forcedisplay[0]"] == "2"
            items = [{"2": number, "1": one["name"], "80": "Entité"} for number, one in sorted(self.tickets.items())]
            chosen, headers, code = _range(items[::-1], query["range"])
            return Response(code, {"totalcount": len(items), "count": len(chosen), "data": chosen}, headers)
        if path == "/getActiveEntities":
            return Response(200, {"active_entity": {"id": 0, "active_entities": [{"id": 0}, {"id": 71}]}})
        if path == "/ITILFollowup":
            return _listed(list(self.followups.values()), query)
        if found := re.fullmatch(r"/Ticket/(\d+)/(ITILFollowup|Ticket_User)", path):
            number = int(found[1])
            if refusal := self._refusal(number, number in self.tickets):
                return refusal
            if found[2] == "ITILFollowup":
                return _listed([one for one in self.followups.values() if one["items_id"] == number], query)
            users = [
                {"id": user, "tickets_id": number, "users_id": user, "type": 1} for user in self.requesters[number]
            ]
            return _listed([*users, {"id": 900, "tickets_id": number, "users_id": 3, "type": 2}], query)
        if found := re.fullmatch(r"/(Ticket|ITILFollowup)/(\d+)", path):
            items = self.tickets if found[1] == "Ticket" else self.followups
            item = items.get(int(found[2]))
            ticket = int(found[2]) if found[1] == "Ticket" else (item or {}).get("items_id", 0)
            return self._refusal(ticket, item is not None) or Response(200, item)
        return _legacy(400, "ERROR_RESOURCE_NOT_FOUND_NOR_COMMONDBTM")

    def _refusal(self, ticket: int, exists: bool) -> Response | None:
        if not exists:
            return _legacy(404, "ERROR_ITEM_NOT_FOUND")
        return _legacy(403, "ERROR_RIGHT_MISSING") if ticket in self.forbidden else None

    def _rest_add(self, path: str, values: dict[str, Any]) -> Response:
        if path != "/ITILFollowup" or "input" not in values:
            return _legacy(400, "ERROR_BAD_ARRAY")
        given = values["input"]
        if not self.may_write:
            return _legacy(403, "ERROR_RIGHT_MISSING")
        if given["itemtype"] != "Ticket" or given["items_id"] not in self.tickets:
            return _legacy(400, "ERROR_GLPI_ADD")
        number = self._written(given["items_id"], given["content"], bool(given.get("is_private", 0)))
        return Response(
            201, {"id": number, "message": ""}, {"Location": f"{self.url}/apirest.php/ITILFollowup/{number}"}
        )

    def _written(self, ticket: int, content: str, private: bool) -> int:
        return self.add_followup(ticket, content, ME, private=private and self.keeps_private)

    # The high-level API.

    def _modern_api(self, request: Request, path: str) -> Response:
        if path == "/token" and request.method == "POST":
            return self._token(dict(parse_qsl(request.body.decode())))
        given = request.headers.get("authorization", "")
        if not given:
            return Response(401, {"status": "ERROR_UNAUTHENTICATED", "title": "You are not authenticated"})
        if given.removeprefix("Bearer ") not in self.bearer:
            return _problem(400, "ERROR_INVALID_PARAMETER", "Invalid OAuth token")
        found = re.fullmatch(r"/v2/Assistance/Ticket(?:/(\d+)(?:/Timeline/Followup(?:/(\d+))?)?)?", path)
        if found is None:
            return _problem(404, "ERROR_ITEM_NOT_FOUND", "Not found")
        if found[1] is None:
            return self._modern_list(request.query)
        number = int(found[1])
        if number not in self.tickets:
            return _problem(404, "ERROR_ITEM_NOT_FOUND", "Not found")
        if number in self.forbidden:
            return _problem(403, "ERROR_RIGHT_MISSING", "You don't have permission to perform this action.")
        if "Timeline" not in path:
            return Response(200, self._modern(self.tickets[number]))
        if request.method == "POST":
            if not self.may_write:
                return _problem(403, "ERROR_RIGHT_MISSING", "You don't have permission to perform this action.")
            values = request.json()
            added = self._written(number, values["content"], bool(values.get("is_private")))
            return Response(200, {"id": added, "href": f"/Assistance/Ticket/{number}/Timeline/Followup/{added}"})
        notes = {key: _public(one) for key, one in self.followups.items() if one["items_id"] == number}
        if found[2]:
            one = notes.get(int(found[2]))
            return Response(200, one) if one else _problem(404, "ERROR_ITEM_NOT_FOUND", "Not found")
        return Response(200, [{"type": "Followup", "item": one} for one in notes.values()])

    def _token(self, form: dict[str, str]) -> Response:
        if (form.get("client_id"), form.get("client_secret")) != (CLIENT_ID, CLIENT_SECRET):
            return Response(401, {"error": "invalid_client", "error_description": "Client authentication failed"})
        if form.get("grant_type") != "password" or form.get("password") != self.password or form.get("scope") != "api":
            return Response(400, {"error": "invalid_grant", "error_description": "Incorrect credentials."})
        token = secrets.token_hex(32)
        self.bearer.add(token)
        return Response(200, {"token_type": "Bearer", "expires_in": 3600, "access_token": token})

    def _modern_list(self, query: Any) -> Response:
        items = sorted(self.tickets.values(), key=lambda one: one["id"])
        if found := re.fullmatch(r"id=gt=(\d+)", query.get("filter", "")):
            items = [one for one in items if one["id"] > int(found[1])]
        if query.get("sort") == "id:desc":
            items.reverse()
        start, limit = int(query.get("start", 0)), int(query.get("limit", 100))
        chosen = [self._modern(one) for one in items[start : start + limit]]
        more = start + limit < len(items)
        return Response(206 if more else 200, chosen, {"Content-Range": f"{start}-{start + limit - 1}/{len(items)}"})

    def _modern(self, ticket: dict[str, Any]) -> dict[str, Any]:
        category = {"id": 3, "name": html.unescape(ticket["itilcategories_id"]).rpartition("> ")[2]}
        kept = {key: ticket[key] for key in ("id", "name", "content", "type")}
        status = {"id": ticket["status"], "name": "Nouveau"}
        return {**kept, "is_deleted": bool(ticket["is_deleted"]), "status": status, "category": category}


def signed(secret: str, body: bytes, moment: int) -> dict[str, str]:
    """The headers of a call, as ``Webhook::raise`` makes them."""
    mac = hmac.new(secret.encode(), body + str(moment).encode(), hashlib.sha256).hexdigest()
    return {"x-glpi-signature": mac, "x-glpi-timestamp": str(moment)}


def _public(followup: dict[str, Any]) -> dict[str, Any]:
    """What the high-level API shows of a follow-up."""
    kept = {key: followup[key] for key in ("id", "itemtype", "items_id", "content")}
    return {**kept, "is_private": bool(followup["is_private"])}


def _listed(items: list[dict[str, Any]], query: Any) -> Response:
    assert (query["sort"], query["order"]) == ("id", "DESC")
    start = int(query["range"].partition("-")[0])
    if start and start >= len(items):
        return _legacy(400, "ERROR_RANGE_EXCEED_TOTAL")
    chosen, headers, code = _range(sorted(items, key=lambda one: -one["id"]), query["range"])
    if query.get("only_id") == "true":
        chosen = [{"id": one["id"]} for one in chosen]
    return Response(code, chosen, headers)


def _range(items: list[dict[str, Any]], asked: str) -> tuple[list[dict[str, Any]], dict[str, str], int]:
    start, end = map(int, asked.split("-"))
    chosen = items[start : end + 1]
    headers = {"Accept-Range": "Ticket 990"}
    if items:
        headers["Content-Range"] = f"{start}-{min(end, len(items) - 1)}/{len(items)}"
    return chosen, headers, 206 if len(chosen) < len(items) else 200


def _legacy(status: int, code: str) -> Response:
    return Response(status, [code, "message de GLPI, dans la langue du compte"])


def _problem(status: int, code: str, title: str) -> Response:
    return Response(status, {"status": code, "title": title, "detail": None})
