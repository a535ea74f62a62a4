"""How a message of GLPI, and places in its lists, are written down.

The article of a reference is ``t`` for the text of the ticket itself, ``f123`` for follow-up 123. A cursor is
``t120-100`` or ``t120-100f45-30``: of tickets, then of follow-ups, the highest id that was seen and the one to begin
after.
"""

import re
from dataclasses import dataclass

from bot.helpdesk.errors import DeskRefused
from bot.helpdesk.glpi_api import GlpiNote
from bot.helpdesk.model import TicketRef

OVERLAP = 20
"""Ids below the highest that are looked at again: two tickets that are written at the same moment may become visible
in the other order. The outbox knows those that it has."""
_OWN = "t"
_CURSOR = re.compile(r"t(\d{1,18})-(\d{1,18})(?:f(\d{1,18})-(\d{1,18}))?")
_TICKET = re.compile(r"[1-9]\d{0,17}")
_ARTICLE = re.compile(r"t|f([1-9]\d{0,17})")


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a list: the highest id that was seen, and the one after which everything is ours."""

    last: int
    base: int

    @property
    def after(self) -> int:
        """The id after which to look."""
        return max(self.base, self.last - OVERLAP)

    def moved(self, *seen: int) -> "Place":
        """The place after these ids."""
        return Place(max(self.last, *seen), self.base) if seen else self


def ticket_ref(desk: str, number: int) -> TicketRef:
    """The text of a ticket."""
    return TicketRef(desk, str(number), _OWN)


def note_ref(desk: str, note: GlpiNote) -> TicketRef:
    """A follow-up."""
    return TicketRef(desk, str(note.ticket), f"f{note.number}")


def numbers(ref: TicketRef) -> tuple[int, int | None]:
    """The ids of the ticket and of its follow-up. Raises DeskRefused."""
    article = _ARTICLE.fullmatch(ref.article)
    if article is None or not _TICKET.fullmatch(ref.ticket):
        raise DeskRefused("référence de ticket non valable", code="reference")
    return int(ref.ticket), int(article[1]) if article[1] else None


def cursor_of(tickets: Place, notes: Place | None) -> str:
    """The cursor at these places."""
    return f"t{tickets.last}-{tickets.base}" + (f"f{notes.last}-{notes.base}" if notes else "")


def places(cursor: str) -> tuple[Place | None, Place | None]:
    """The places among tickets and among follow-ups; None: not known yet."""
    found = _CURSOR.fullmatch(cursor)
    if found is None:
        return None, None
    notes = Place(int(found[3]), int(found[4])) if found[3] is not None else None
    return Place(int(found[1]), int(found[2])), notes
