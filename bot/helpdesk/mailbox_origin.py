"""Whose message it is: a person's, or a program's, which is never answered (RFC 3834, section 2)."""

from bot.helpdesk.mailbox_fields import Fields
from bot.helpdesk.mailbox_options import MailboxOptions
from bot.helpdesk.mailbox_results import vouched_for

# Not in RFC 3834, but written by no person: French public bodies use the last two.
_ROBOTS = frozenset(
    ("mailer-daemon", "postmaster", "noreply", "no-reply", "donotreply", "do-not-reply", "ne-pas-repondre",
     "nepasrepondre")
)  # fmt: skip
_MASS = frozenset({"bulk", "junk", "list", "auto_reply"})
_LISTS = ("list-id", "list-post", "list-unsubscribe")


def program(fields: Fields, options: MailboxOptions) -> str:
    """Why a message is not a person's question, as a word; "" where it is one."""
    sender = fields.address("from").casefold()
    domain = sender.partition("@")[2]
    listed = _list_id(fields) in options.lists
    if sender in {options.address.casefold(), options.agents.casefold()} - {""} or fields.text("x-cybervigie-key"):
        return "own"
    if sender in options.ignored or f"@{domain}" in options.ignored:
        return "ignored"
    if fields.text("return-path") == "<>" or fields.text("content-type").casefold().startswith("multipart/report"):
        return "report"
    if robot(sender):
        return "robot"
    if fields.text("auto-submitted").split(";")[0].strip().casefold() not in {"", "no"}:
        return "auto"
    if fields.text("x-autoreply") or fields.text("x-autorespond"):
        return "auto"
    if fields.text("precedence").casefold() in _MASS and not listed:
        return "mass"
    if any(fields.text(one) for one in _LISTS) and not listed:
        return "list"
    if fields.text("x-spam-flag").casefold() == "yes":
        return "spam"
    return ""


def may_be_answered_unseen(fields: Fields, options: MailboxOptions) -> bool:
    """Whether an automatic reply may go to the person: only to the first message of a conversation, to the sender's
    own address, for which the mail server vouches, outside of lists. Two programs that answer each other stop after
    one round."""
    reply_to = fields.address("reply-to") if fields.text("reply-to") else fields.address("from")
    suppressed = fields.text("x-auto-response-suppress").casefold()
    return (
        bool(fields.message_id and fields.address("from"))
        and reply_to.casefold() == fields.address("from").casefold()
        and not fields.ids("references")
        and not fields.ids("in-reply-to")
        and not any(fields.text(one) for one in _LISTS)
        and not any(word in suppressed for word in ("all", "autoreply"))
        and not program(fields, options)
        and vouched_for(fields, options.authserv_id)
    )


def robot(address: str) -> bool:
    """Whether an address is one that programs write from."""
    name = address.casefold().partition("@")[0]
    return name in _ROBOTS or name.startswith("owner-") or name.endswith("-request")


def person(fields: Fields) -> str:
    """Where an agent's reply goes: Reply-To, else From; "" where that is no single plain address."""
    return fields.address("reply-to") if fields.text("reply-to") else fields.address("from")


def _list_id(fields: Fields) -> str:
    """``support.listes.exemple.fr`` of ``Support <support.listes.exemple.fr>`` (RFC 2919)."""
    text = fields.text("list-id")
    return (text.rpartition("<")[2].partition(">")[0] if "<" in text else text).strip().casefold()
