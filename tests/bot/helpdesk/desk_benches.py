"""Every kind of desk beside the fake tool it talks to, as the contract of ``bot.helpdesk.ports`` sees them.

A third party's adapter joins the contract tests by one more bench.
"""

import functools
import json
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from unittest.mock import patch

from bot.helpdesk.config import DeskConfig, load_config
from bot.helpdesk.model import Audience, Confidence, Delivery, Draft, Quote, Reply, TicketRef
from bot.helpdesk.ports import Desk
from bot.helpdesk.reach import tls
from bot.helpdesk.registry import open_desk
from bot.helpdesk.render import render
from bot.model import Reason, Status

from . import fake_glpi
from .fake_chatwoot import ACCOUNT, FakeChatwoot
from .fake_glpi import FakeGlpi
from .fake_server import FakeServer, Request, Response
from .fake_zammad import FakeZammad

_TLS = functools.cache(tls)
QUESTION = "<p>Bonjour,</p><p>Combien de temps conserver le dossier de Mme CANARI &amp; fils ?</p>"
PLAIN = "Combien de temps conserver le dossier de Mme CANARI & fils ?"
SECRETS = {
    "token": "jeton-SECRET-1a2b3c",
    "agent": "agent-SECRET-4d5e6f",
    "hook": "signature-SECRET-7a8b",
    "previous": "ancienne-SECRET-9c0d",
    "app": fake_glpi.APP_TOKEN,
    "user": fake_glpi.USER_TOKEN,
    "client": fake_glpi.CLIENT_SECRET,
    "password": fake_glpi.PASSWORD,
    "signing": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
}


def settings(folder: Path, kind: str, url: str, lines: str, **files: str) -> DeskConfig:
    """The table of a desk on the loopback, its secrets in files that only we read."""
    for key, secret in files.items():
        path = folder / f"{key}.txt"
        path.write_text(SECRETS[secret], encoding="utf-8")
        path.chmod(0o600)
    named = "\n".join(f'{key} = "{key}.txt"' for key in files)
    file = folder / "helpdesk.toml"
    text = f'[desks.aide]\nkind = "{kind}"\nurl = "{url}"\ninternal = true\n{named}\n{lines}\n'
    file.write_text(text, encoding="utf-8")
    return load_config(file)[0]


def opened(config: DeskConfig) -> Desk:
    """The desk of a table. One TLS context serves all: making one takes a tenth of a second."""
    with patch("bot.helpdesk.http.tls", _TLS):
        return open_desk(config)


def draft(status: Status = Status.ANSWERED, answer_id: str = "a1b2c3") -> Draft:
    """A draft of each status."""
    quote = Quote(1, "Le dossier est conservé vingt ans.", "Ministère, Dossier médical", "https://exemple.gouv.fr/d")
    answered = status is not Status.NO_ANSWER
    reply = Reply(
        answer_id,
        "Combien de temps conserver le dossier ?",
        status,
        None if answered else Reason.NOTHING_FOUND,
        "Selon les textes :",
        (quote,) if answered else (),
        Confidence.HIGH if answered else Confidence.NONE,
    )
    return Draft(status, (reply,), reply.confidence)


def delivery(
    desk: Desk, ref: TicketRef, status: Status = Status.ANSWERED, audience: Audience = Audience.AGENT
) -> Delivery:
    """What the worker would deliver."""
    made = draft(status)
    return Delivery(ref, ref.key, render(made, ref.key, desk.format, audience), desk.format, made, audience)


class Bench(ABC):
    """A desk and its tool. ``writes``: part of the path of the call that writes a draft."""

    writes = ""
    rereads = True
    """Whether the tool can be asked for a message again, and for what is under it."""

    def __init__(self, server: FakeServer, desk: Desk) -> None:
        self.server = server
        self.desk = desk

    @abstractmethod
    def announce(self, text: str = QUESTION) -> TicketRef:
        """A person writes; the reference of the message."""

    @abstractmethod
    def drafts(self, ref: TicketRef) -> list[bool]:
        """Of each draft that the tool holds for the reference: whether only agents see it."""

    @abstractmethod
    def revoke(self) -> None:
        """The tool no longer knows the credentials."""

    def remove(self, ref: TicketRef) -> None:
        """The ticket is deleted in the tool."""
        raise NotImplementedError

    def forbid(self, ref: TicketRef) -> None:
        """The account may no longer see this ticket, others it may."""
        raise NotImplementedError


class ZammadBench(Bench):
    writes = "/ticket_articles"
    server: FakeZammad

    def announce(self, text: str = QUESTION) -> TicketRef:
        ticket, article = self.server.add_ticket(text)
        return TicketRef("aide", str(ticket), str(article))

    def drafts(self, ref: TicketRef) -> list[bool]:
        written = (one for one in self.server.articles.values() if str(one["ticket_id"]) == ref.ticket)
        return [one["internal"] for one in written if ref.key in one["body"]]

    def revoke(self) -> None:
        self.server.token = "autre"

    def remove(self, ref: TicketRef) -> None:
        del self.server.articles[int(ref.article)], self.server.tickets[int(ref.ticket)]

    def forbid(self, ref: TicketRef) -> None:
        self.server.forbidden.add(int(ref.ticket))


class GlpiBench(Bench):
    writes = "Followup"
    server: FakeGlpi

    def announce(self, text: str = QUESTION) -> TicketRef:
        return TicketRef("aide", str(self.server.add_ticket(text)), "t")

    def drafts(self, ref: TicketRef) -> list[bool]:
        written = (one for one in self.server.followups.values() if str(one["items_id"]) == ref.ticket)
        return [bool(one["is_private"]) for one in written if ref.key in one["content"]]

    def revoke(self) -> None:
        self.server.user_token = self.server.password = "autre"
        self.server.bearer.clear()

    def remove(self, ref: TicketRef) -> None:
        del self.server.tickets[int(ref.ticket)]

    def forbid(self, ref: TicketRef) -> None:
        self.server.forbidden.add(int(ref.ticket))


class ChatwootBench(Bench):
    writes = "/messages"
    server: FakeChatwoot

    def announce(self, text: str = PLAIN) -> TicketRef:
        number = self.server.add_conversation()
        return TicketRef("aide", str(number), str(self.server.say(number, text)))

    def drafts(self, ref: TicketRef) -> list[bool]:
        return [one["private"] for one in self.server.messages[int(ref.ticket)] if ref.key in one["content"]]

    def revoke(self) -> None:
        self.server.bot_token = self.server.agent_token = "autre"

    def remove(self, ref: TicketRef) -> None:
        del self.server.conversations[int(ref.ticket)]

    def forbid(self, ref: TicketRef) -> None:
        self.server.forbidden.add(int(ref.ticket))


class FakeReceiver(FakeServer):
    """The receiver of the generic desk: takes each ``webhook-id`` once, as Standard Webhooks asks."""

    def __init__(self) -> None:
        super().__init__()
        self.taken: dict[str, dict[str, object]] = {}
        self.refuses = False

    def answer(self, request: Request) -> Response:
        if self.refuses:
            return Response(401, {"error": "signature"})
        call = request.json()
        if call["type"] == "draft.created":
            self.taken.setdefault(request.headers["webhook-id"], call["data"])
        return Response(200, {})


class GenericBench(Bench):
    rereads = False
    server: FakeReceiver

    def announce(self, text: str = QUESTION) -> TicketRef:
        return TicketRef("aide", "12", "345")

    def drafts(self, ref: TicketRef) -> list[bool]:
        return [data["audience"] == "agent" for key, data in self.server.taken.items() if key == ref.key]

    def revoke(self) -> None:
        self.server.refuses = True


@contextmanager
def zammad(folder: Path, lines: str = "") -> Iterator[ZammadBench]:
    with FakeZammad(SECRETS["token"]) as server:
        files = {"token_file": "token", "secret_file": "hook", "previous_secret_file": "previous"}
        yield ZammadBench(server, opened(settings(folder, "zammad", server.url, lines, **files)))


@contextmanager
def glpi_rest(folder: Path, lines: str = "", version: int = 11) -> Iterator[GlpiBench]:
    with FakeGlpi(version) as server:
        files = {"app_token_file": "app", "user_token_file": "user", "secret_file": "hook"}
        yield GlpiBench(server, opened(settings(folder, "glpi", f"{server.url}/glpi", lines, **files)))
        # Only a reply that was lost may have left a session open.
        assert server.broke or not server.sessions


@contextmanager
def glpi_10(folder: Path) -> Iterator[GlpiBench]:
    with glpi_rest(folder, version=10) as bench:
        yield bench


@contextmanager
def glpi_oauth(folder: Path, lines: str = "") -> Iterator[GlpiBench]:
    with FakeGlpi() as server:
        files = {"client_secret_file": "client", "password_file": "password", "secret_file": "hook"}
        own = f'api = "oauth"\nclient_id = {json.dumps(fake_glpi.CLIENT_ID)}\nuser = "cybervigie"\n{lines}'
        yield GlpiBench(server, opened(settings(folder, "glpi", server.url, own, **files)))


@contextmanager
def chatwoot(folder: Path, lines: str = "") -> Iterator[ChatwootBench]:
    with FakeChatwoot(SECRETS["token"], SECRETS["agent"]) as server:
        files = {"token_file": "token", "agent_token_file": "agent", "secret_file": "hook"}
        own = f"account = {ACCOUNT}\n{lines}"
        yield ChatwootBench(server, opened(settings(folder, "chatwoot", server.url, own, **files)))


@contextmanager
def generic(folder: Path) -> Iterator[GenericBench]:
    with FakeReceiver() as server:
        config = settings(folder, "generic", f"{server.url}/brouillons", "", secret_file="signing")
        yield GenericBench(server, opened(config))


REREAD: dict[str, Callable[[Path], AbstractContextManager[Bench]]] = {
    "zammad": zammad,
    "glpi-rest": glpi_rest,
    "glpi-10": glpi_10,
    "glpi-oauth": glpi_oauth,
    "chatwoot": chatwoot,
}
"""Tools that can be asked again for a message, and for what is under it."""
ALL: dict[str, Callable[[Path], AbstractContextManager[Bench]]] = {**REREAD, "generic": generic}
