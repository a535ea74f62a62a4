"""Desks on the servers of ``mail_servers``, and drafts to deliver."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from bot.helpdesk.config import DeskConfig, Rules
from bot.helpdesk.mailbox import MailboxDesk, desk
from bot.helpdesk.model import Audience, Confidence, Delivery, Draft, Quote, Reply, TicketRef
from bot.helpdesk.render import render
from bot.model import Status
from tests.bot.helpdesk.mail_configs import DOMAIN, PASSWORD
from tests.bot.helpdesk.mail_servers import Mailbox, MailServers, token

QUESTION = "Quelle longueur pour un mot de passe ?"
SERVER = "mx.cabinet.test"
"""Under which name the mail server tells what it found out about senders."""
AUTO = Rules(auto_reply_categories=frozenset({"inbox"}))


@dataclass
class Bench:
    """A mailbox with a desk on it, the agents' mailbox and a person's."""

    servers: MailServers
    address: str
    agents: str
    person: str
    folder: Path
    _open: list[MailboxDesk] = field(default_factory=list)

    @property
    def box(self) -> Mailbox:
        """The mailbox that the desk reads."""
        return self.servers.mailbox(self.address)

    def values(self, **other: object) -> dict[str, object]:
        """A settings table with both routes; None removes a key."""
        values: dict[str, object] = {
            "address": self.address,
            "imap_host": "localhost",
            "imap_port": self.servers.imap,
            "password_file": "boite.secret",
            "ca_file": str(self.servers.ca_file),
            "agents_address": self.agents,
            "smtp_host": "localhost",
            "smtp_port": self.servers.smtp,
            "authserv_id": SERVER,
        }
        return {key: value for key, value in (values | other).items() if value is not None}

    def desk(self, rules: Rules | None = None, **other: object) -> MailboxDesk:
        """A desk; a second one stands for the same desk after a restart."""
        config = DeskConfig(self.folder / "desks.toml", "courriel", "mailbox", rules or Rules(), self.values(**other))
        made = desk(config)
        self._open.append(made)
        return made

    def write(self, *, person: str = "", identifier: str = "1", text: str = QUESTION, headers: str = "") -> None:
        """A person's message arrives."""
        self.box.put(
            f"From: Dr Essai <{person or self.person}>\nTo: {self.address}\nSubject: Mot de passe\n"
            f"Message-ID: <{identifier}@poste.test>\n{headers}"
            f"Authentication-Results: {SERVER}; dmarc=pass header.from={DOMAIN}\n"
            f"Content-Type: text/plain; charset=utf-8\n\n{text}\n"
        )

    def ref(self, made: MailboxDesk) -> TicketRef:
        """The reference of the one message to answer, as a poll from the very beginning of the folder finds it."""
        (intake,) = made.poll("0 0 2020-01-01").intakes
        return intake.ref

    def close(self) -> None:
        """Close every desk."""
        for one in self._open:
            one.close()


@contextlib.contextmanager
def bench(servers: MailServers, folder: Path) -> Iterator[Bench]:
    """New mailboxes and their files."""
    made = Bench(servers, servers.account("assistance"), servers.account("agents"), servers.account("personne"), folder)
    for name, content in (("boite.secret", PASSWORD), ("jeton.secret", token(made.address))):
        (folder / name).write_text(content + "\n", encoding="ascii")
        (folder / name).chmod(0o600)
    try:
        yield made
    finally:
        made.close()


def draft(text: str = "Douze caractères au moins.") -> Draft:
    """A draft of one quote."""
    quote = Quote(1, text, "ANSSI, Mots de passe, p. 3", "https://cyber.gouv.fr/mdp")
    reply = Reply("r1", QUESTION, Status.ANSWERED, None, "Voici ce que disent les textes :", (quote,), Confidence.HIGH)
    return Draft(Status.ANSWERED, (reply,), Confidence.HIGH, advice=("Votre DPO",))


def delivery(ref: TicketRef, made: MailboxDesk, audience: Audience = Audience.AGENT) -> Delivery:
    """A delivery of that draft, as the worker makes it."""
    one = draft()
    return Delivery(ref, ref.key, render(one, ref.key, made.format, audience), made.format, one, audience)
