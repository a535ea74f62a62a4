"""The operator's rules applied: which tickets are left alone, and to whom an answer goes."""

from bot.helpdesk.config import Rules
from bot.helpdesk.courtesy import asks_nothing
from bot.helpdesk.model import Audience, Confidence, Draft, Ticket
from bot.model import Status

_SURE = (Confidence.HIGH, Confidence.MEDIUM)


def left_alone(ticket: Ticket, rules: Rules) -> str:
    """Why a ticket gets no draft, as a code (``category``, ``consent``, ``thanks``); "" where it gets one."""
    if rules.categories and ticket.category.casefold() not in rules.categories:
        return "category"
    if rules.consent_tag and rules.consent_tag not in {tag.casefold() for tag in ticket.tags}:
        return "consent"
    if asks_nothing(ticket.text):
        return "thanks"
    return ""


def audience_of(ticket: Ticket, draft: Draft, rules: Rules) -> Audience:
    """To whom the draft goes: to agents, unless the operator named the ticket's category for automatic replies.

    Even then only what is worth sending: an emergency sheet, which must not wait for the other questions, or answers to
    every question of a message that was read whole, none of them of low confidence. A refusal or a request to be
    precise stays a draft.
    """
    if ticket.category.casefold() not in rules.auto_reply_categories:
        return Audience.AGENT
    whole = (
        draft.complete and all(reply.status is Status.ANSWERED for reply in draft.replies) and draft.confidence in _SURE
    )
    return Audience.PERSON if draft.status is Status.EMERGENCY or whole else Audience.AGENT
