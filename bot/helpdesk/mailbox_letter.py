"""The message that carries a draft: to the agents, into the folder of drafts, or to the person.

Nothing of a stranger's message enters a header but what has the form of an address or of a message id.
"""

from datetime import datetime
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime
from enum import StrEnum
from typing import Any

from bot.helpdesk.mailbox_fields import Fields
from bot.privacy import mask

_SUBJECT = 150
_REPLIES = ("re:", "re :", "re\u00a0:", "tr:", "fwd:", "fw:")
_IDS = frozenset({"message-id", "in-reply-to", "references"})
KEY_FIELD = "X-CyberVigie-Key"
"""In everything that is written here: the mark of a draft (:func:`letter_mark`), for servers that give ids of their
own, and against answering ourselves."""


class Route(StrEnum):
    """Where a draft goes; the letter that ends the local part of its message id."""

    DRAFTS = "d"
    AGENTS = "a"
    PERSON = "p"


class _Policy(EmailPolicy):
    """Writes ids as they are: the standard library makes encoded words of long ones, which no program finds again."""

    def fold(self, name: str, value: Any) -> str:
        if name.lower() in _IDS:
            folded = "\r\n ".join(str(value).split())
            return f"{name}: {folded}\r\n"
        return str(super().fold(name, value))

    def fold_binary(self, name: str, value: Any) -> bytes:
        if name.lower() in _IDS:
            return self.fold(name, value).encode("ascii")
        return bytes(super().fold_binary(name, value))


_POLICY = _Policy(linesep="\r\n")


def letter_mark(key: str, route: Route) -> str:
    """What names a draft on a route."""
    return f"{key}.{route.value}"


def letter_id(key: str, route: Route, domain: str) -> str:
    """The message id of a draft on a route: the same whenever it is written, so that it is found again."""
    return f"<{letter_mark(key, route)}@{domain}>"


def letter(
    *,
    route: Route,
    key: str,
    fields: Fields,
    sender: str,
    recipient: str,
    reply_to: str,
    html: str,
    text: str,
    attachments: int,
    moment: datetime,
) -> bytes:
    """The message, as bytes in ASCII with CRLF.

    Args:
        fields: of the message that is answered.
        recipient: the agents or the person; "" for a draft to nobody, which the agent addresses.
        reply_to: "" for none.
        html: a fragment, as the renderer made it. ``text``: the same to read as plain text.
        attachments: how many the answered message has; agents are told that none was opened.
    """
    message = EmailMessage(policy=_POLICY)
    message["From"] = sender
    if recipient:
        message["To"] = recipient
    if reply_to:
        message["Reply-To"] = reply_to
    message["Subject"] = _subject(fields, route)
    message["Date"] = format_datetime(moment)
    message["Message-ID"] = letter_id(key, route, sender.rpartition("@")[2].lower())
    if fields.message_id:
        message["In-Reply-To"] = fields.message_id
        # RFC 5322, 3.6.4: those of the answered message, or what it answered itself; then that message.
        earlier = fields.ids("references") or fields.ids("in-reply-to")[:1]
        message["References"] = " ".join((*(one for one in earlier if one != fields.message_id), fields.message_id))
    message[KEY_FIELD] = letter_mark(key, route)
    if route is not Route.DRAFTS:
        # RFC 3834, section 5; the second line is what Exchange listens to.
        message["Auto-Submitted"] = "auto-replied" if route is Route.PERSON else "auto-generated"
        message["X-Auto-Response-Suppress"] = "All"
    message["Content-Language"] = "fr"
    notice = "" if route is Route.PERSON else _attachments(attachments)
    message.set_content("\n\n".join(filter(None, (text.rstrip(), notice))) + "\n", cte="quoted-printable")
    message.add_alternative(_document(html, notice), subtype="html", cte="quoted-printable")
    return message.as_bytes()


def _subject(fields: Fields, route: Route) -> str:
    """« Re: » and the subject of the person, without what identifies anyone."""
    subject = mask(fields.subject).text[:_SUBJECT].strip() or "votre demande"
    answered = subject if subject.casefold().startswith(_REPLIES) else f"Re: {subject}"
    return f"[Brouillon] {answered}" if route is Route.AGENTS else answered


def _attachments(count: int) -> str:
    if not count:
        return ""
    if count == 1:
        return "Le message portait une pièce jointe\u00a0: elle n’a pas été ouverte."
    return f"Le message portait {count} pièces jointes\u00a0: elles n’ont pas été ouvertes."


def _document(html: str, notice: str) -> str:
    below = f"<p>{notice}</p>\n" if notice else ""
    return (
        '<!DOCTYPE html>\n<html lang="fr">\n<head><meta charset="utf-8"></head>\n<body>\n'
        f"{html.rstrip()}\n{below}</body>\n</html>\n"
    )
