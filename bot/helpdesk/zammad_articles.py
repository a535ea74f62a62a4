"""Articles of Zammad: whether a person wrote one, where it may be answered, and what a note is made of."""

from datetime import datetime
from typing import Any

from bot.helpdesk.fields import Fields, identifier
from bot.helpdesk.mailbox_fields import plain_address
from bot.helpdesk.mailbox_origin import robot
from bot.helpdesk.model import Delivery


def note(delivery: Delivery, body: str = "") -> dict[str, Any]:
    """An internal note of a delivery; ``body`` in the place of its own."""
    return {
        "ticket_id": identifier(delivery.ref.ticket),
        "type": "note",
        "sender": "Agent",
        "internal": True,
        "content_type": "text/html",
        "body": body or delivery.body,
    }


def from_person(article: Fields) -> bool:
    """Whether a person wrote it: no agent, no program."""
    automatic = article.inside("preferences").flag("is-auto-response")
    return article.text("sender").casefold() == "customer" and not article.flag("internal") and not automatic


def sender_of(article: Fields) -> str:
    """Where a reply may go that no agent has seen: to the one plain address that wrote, and to no other; else "".

    A Reply-To that names somebody else would make us write to them what the sender chose.
    """
    sender, preferences = plain_address(article.text("from")), article.inside("preferences")
    refused = preferences.has("send-auto-response") and not preferences.flag("send-auto-response")
    reply_to = article.text("reply_to")
    elsewhere = reply_to and plain_address(reply_to).casefold() != sender.casefold()
    return "" if refused or elsewhere or robot(sender) else sender


def answered(ticket: Fields, article: Fields) -> bool:
    """Whether an agent has answered the person since."""
    try:
        contact = datetime.fromisoformat(ticket.text("last_contact_agent_at"))
        return contact > datetime.fromisoformat(article.text("created_at"))
    except (ValueError, TypeError):
        return False
