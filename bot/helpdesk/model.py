"""Data types between helpdesk tools and drafts. Plain dataclasses; they hold what is needed and nothing more."""

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from bot.model import Reason, Status


class Format(StrEnum):
    """What a tool shows. HTML is a fragment that stands alone: no style, no script, links in https only."""

    HTML = "html"
    MARKDOWN = "markdown"
    TEXT = "text"


class Confidence(StrEnum):
    """Confidence in words; the cuts are in ``draft``. NONE where nothing was answered."""

    HIGH = "forte"
    MEDIUM = "moyenne"
    LOW = "faible"
    NONE = ""


class Audience(StrEnum):
    """Who reads it: the agents only (a draft), or the person who asked (only where the operator turned it on)."""

    AGENT = "agent"
    PERSON = "person"


@dataclass(frozen=True, slots=True)
class TicketRef:
    """What is answered, by ids only: this is all that is kept of a ticket.

    ``desk``: the name of the desk in the settings. ``ticket``: the id of the ticket or conversation in the tool.
    ``article``: the id of the message that is answered; two messages of a ticket are two references. Ids are those of
    the tool as text, at most 200 characters, without anything of the person (an address is not an id).
    """

    desk: str
    ticket: str
    article: str

    @property
    def key(self) -> str:
        """The idempotency key, which is also the visible reference of the draft: ``CV-`` and 16 letters or digits.

        The same for ever for the same message: who finds it in the tool knows that the draft was delivered.
        """
        digest = hashlib.sha256("\0".join((self.desk, self.ticket, self.article)).encode()).digest()
        return "CV-" + base64.b32encode(digest[:10]).decode("ascii")


@dataclass(frozen=True, slots=True)
class Ticket:
    """A message to answer, as read from the tool. Lives in memory only.

    ``text`` is plain text (an adapter turns HTML into text); ``category`` and ``tags`` are the tool's own words (queue,
    group, category; labels), compared without regard to case by the operator's rules; ``language`` is an ISO 639-1
    code, empty where unknown.
    """

    ref: TicketRef
    text: str
    subject: str = ""
    category: str = ""
    tags: frozenset[str] = frozenset()
    language: str = ""


@dataclass(frozen=True, slots=True)
class Incoming:
    """A call of a tool: header names in lower case, the body byte for byte as it came."""

    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Intake:
    """A message to be answered, as announced by a webhook or found by polling.

    ``delivery``: the id of the announcement, which is taken once; empty where the tool gives none. ``ticket``: only of
    a tool that cannot be asked again; it is masked, and kept until the draft is delivered.
    """

    ref: TicketRef
    delivery: str = ""
    ticket: Ticket | None = None


@dataclass(frozen=True, slots=True)
class Batch:
    """What polling found, and where to go on from. ``more``: ask again at once."""

    intakes: tuple[Intake, ...]
    cursor: str
    more: bool = False


@dataclass(frozen=True, slots=True)
class Quote:
    """A sentence of a source, word for word, and its reference on one line. ``url`` is https or None. ``heading``: the
    step of an emergency sheet that it belongs to."""

    marker: int
    text: str
    reference: str
    url: str | None
    heading: str = ""


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer to one question of a ticket. ``question``: as it was understood, masked. ``lead``: our own words."""

    answer_id: str
    question: str
    status: Status
    reason: Reason | None
    lead: str
    quotes: tuple[Quote, ...]
    confidence: Confidence
    suggestions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft for a ticket: one reply a question, then what concerns them all. All texts are plain French.

    ``status``: that of the ticket as a whole: an emergency wins over an answer, an answer over a refusal.
    ``not_covered``: what the texts do not answer, or what was not read. ``advice``: whom to turn to. ``complete``: the
    message was read whole and each of its questions was looked up.
    """

    status: Status
    replies: tuple[Reply, ...]
    confidence: Confidence
    not_covered: tuple[str, ...] = ()
    advice: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()
    complete: bool = False

    @property
    def reason(self) -> Reason | None:
        """Why there is no answer, of the first question that has none."""
        return next((reply.reason for reply in self.replies if reply.reason is not None), None)

    @property
    def answer_ids(self) -> tuple[str, ...]:
        """Ids of the answers, by which agents say what they think of them."""
        return tuple(reply.answer_id for reply in self.replies)


@dataclass(frozen=True, slots=True)
class Delivery:
    """What a desk must put under a ticket: ``body`` in the desk's format, holding ``key`` visibly.

    ``audience`` is AGENT (an internal note) unless the operator turned automatic replies on for the category.
    """

    ref: TicketRef
    key: str
    body: str
    format: Format
    draft: Draft
    audience: Audience = Audience.AGENT


@dataclass(frozen=True, slots=True)
class Check:
    """One step of ``cybervigie helpdesk test``, in French; ``advice`` says what to do where ``ok`` is False."""

    step: str
    ok: bool
    detail: str = ""
    advice: str = field(default="", kw_only=True)
