"""Delivering a draft exactly once, along each of its routes.

Into the folder of drafts: APPEND is one command, and the draft is found again by its id. By SMTP there is no such
command: between the server's acceptance and our note of it there is a moment in which a crash leaves doubt (RFC 1047).
So a copy is put into the folder of sent messages *first*, flagged; the flag is removed when the server has accepted.
A copy found flagged after a crash means: perhaps sent. Where the agents' address is this very mailbox the message
itself tells: it arrives within ``CONFIRM_SECONDS`` or was not sent. Where it is another, the message is sent again
under the same id, which most servers and programs show once.
"""

from dataclasses import replace
from datetime import UTC, datetime

from bot.helpdesk.errors import DeskAuth, DeskRefused, DeskTemporary, HelpdeskError
from bot.helpdesk.mailbox_head import Head
from bot.helpdesk.mailbox_imap import ImapSession
from bot.helpdesk.mailbox_inbox import Answerable
from bot.helpdesk.mailbox_letter import Route, letter, letter_id, letter_mark
from bot.helpdesk.mailbox_options import MailboxOptions
from bot.helpdesk.mailbox_origin import may_be_answered_unseen, person
from bot.helpdesk.mailbox_smtp import Submission
from bot.helpdesk.model import Audience, Delivery, Format
from bot.helpdesk.render import render

CONFIRM_SECONDS = 600.0
# Codes of errors after which the message may have been taken all the same.
_IN_DOUBT = frozenset({"timeout", "connect"})
_PENDING = b"\\Flagged"
_HERE = "La lettre à la personne commence ici\u00a0: effacez tout ce qui précède, cette ligne comprise."
_CUT = {Format.HTML: f"\n<p><em>{_HERE}</em></p>\n<hr>\n", Format.TEXT: f"\n\n{_HERE}\n{'-' * 60}\n\n"}


class Outgoing:
    """The routes of a mailbox desk. Every method raises HelpdeskError."""

    def __init__(self, options: MailboxOptions, session: ImapSession, submission: Submission | None) -> None:
        self._options = options
        self._session = session
        self._submission = submission

    def delivered(self, key: str) -> bool:
        """Whether the draft of that key has gone along all its routes, or to the person."""
        done = [self._was_put(key) if route is Route.DRAFTS else self._was_sent(key, route) for route in self._routes()]
        return all(done) or (self._options.auto_reply and self._was_sent(key, Route.PERSON))

    def deliver(self, delivery: Delivery, answered: Answerable) -> None:
        """Send the draft along those routes that it has not gone yet."""
        unseen = delivery.audience is Audience.PERSON and may_be_answered_unseen(answered.fields, self._options)
        for route in (Route.PERSON,) if unseen and self._submission else self._routes():
            recipient = self._options.agents if route is Route.AGENTS else person(answered.fields)
            body = letter(
                route=route,
                key=delivery.key,
                fields=answered.fields,
                sender=self._options.address,
                recipient=recipient,
                reply_to=person(answered.fields) if route is Route.AGENTS else "",
                html=_body(delivery, route, Format.HTML),
                text=_body(delivery, route, Format.TEXT),
                attachments=answered.attachments,
                moment=datetime.now(UTC),
            )
            if route is Route.DRAFTS:
                if not self._was_put(delivery.key):
                    self._session.append(self.drafts_folder(), "drafts_folder", body, [b"\\Draft", b"\\Seen"])
            elif not self._was_sent(delivery.key, route):
                self._send(body, delivery.key, route, recipient)

    def drafts_folder(self) -> str:
        """Where drafts are put."""
        return self._options.drafts_folder or self._session.special("\\Drafts", "drafts_folder")

    def sent_folder(self) -> str:
        """Where copies of what was sent are kept."""
        return self._options.sent_folder or self._session.special("\\Sent", "sent_folder")

    def _routes(self) -> tuple[Route, ...]:
        options = self._options
        return (*((Route.DRAFTS,) if options.drafts else ()), *((Route.AGENTS,) if options.agents else ()))

    def _was_put(self, key: str) -> bool:
        return bool(self._copies(self.drafts_folder(), "drafts_folder", key, Route.DRAFTS))

    def _was_sent(self, key: str, route: Route) -> bool:
        """Whether the copy says so, or the message has arrived here meanwhile: then the copy is made to say so."""
        copies = self._copies(self.sent_folder(), "sent_folder", key, route)
        if any(_PENDING.decode().casefold() not in copy.flags for copy in copies):
            return True
        if copies and self._comes_back(route) and self._copies(self._options.folder, "folder", key, route):
            self._settle(key, route, sent=True)
            return True
        return False

    def _send(self, body: bytes, key: str, route: Route, recipient: str) -> None:
        if self._submission is None:
            raise DeskRefused("aucun serveur SMTP n’est donné (smtp_host)", code="settings")
        copies = self._copies(self.sent_folder(), "sent_folder", key, route)
        if copies and self._comes_back(route):
            since = min((copy.received for copy in copies if copy.received), default=None)
            if since is not None and (datetime.now(UTC) - since).total_seconds() < CONFIRM_SECONDS:
                message = "un envoi a été interrompu : on attend de voir si le message est arrivé"
                raise DeskTemporary(message, code="unconfirmed")
        if not copies:
            self._session.append(self.sent_folder(), "sent_folder", body, [_PENDING, b"\\Seen"])
        try:
            self._submission.send(body, self._options.address, recipient)
        except HelpdeskError as error:
            if error.code not in _IN_DOUBT:
                self._settle(key, route, sent=False)
            if error.code == "recipient" and route is Route.AGENTS:
                raise DeskAuth(f"agents_address\u00a0: {error.message}", code=error.code) from None
            raise
        self._settle(key, route, sent=True)

    def _settle(self, key: str, route: Route, *, sent: bool) -> None:
        """Make the copy tell what happened: unflagged where it was sent, gone where it was not."""
        copies = self._copies(self.sent_folder(), "sent_folder", key, route)
        with self._session.opened(self.sent_folder(), "sent_folder", write=True) as (folder, _):
            for copy in copies:
                if sent:
                    folder.flag(copy.uid, remove=[_PENDING])
                else:
                    folder.discard(copy.uid)

    def _comes_back(self, route: Route) -> bool:
        """Whether what is sent arrives in the folder that is read here."""
        return route is Route.AGENTS and self._options.agents.casefold() == self._options.address.casefold()

    def _copies(self, folder: str, setting: str, key: str, route: Route) -> list[Head]:
        wanted, mark = letter_id(key, route, self._options.domain), letter_mark(key, route)
        with self._session.opened(folder, setting) as (opened, _):
            # HEADER finds parts of a field too.
            return [
                head
                for head in opened.heads(opened.with_id(wanted, mark))
                if wanted == head.fields.message_id or mark == head.fields.text("x-cybervigie-key")
                if "\\deleted" not in head.flags
            ]


def _body(delivery: Delivery, route: Route, form: Format) -> str:
    """The body for a route. In the folder of drafts the letter to the person stands below what is for the agent, who
    has one block to remove."""
    draft, key = delivery.draft, delivery.key
    if route is not Route.DRAFTS:
        audience = Audience.PERSON if route is Route.PERSON else Audience.AGENT
        if form is delivery.format and audience is delivery.audience:
            return delivery.body
        return render(draft, key, form, audience)
    note = render(replace(draft, replies=()), key, form, Audience.AGENT)
    return f"{note}{_CUT[form]}{render(draft, key, form, Audience.PERSON)}"
