"""What a draft needs of GLPI, whichever of its two APIs carries it: tickets, follow-ups, nothing else."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from bot.helpdesk.errors import DeskTemporary
from bot.helpdesk.fields import Fields


@dataclass(frozen=True, slots=True)
class GlpiTicket:
    """A ticket that is open. ``content`` is HTML, as the tool stores it; ``category`` its name or its whole path."""

    number: int
    title: str
    content: str
    category: str


@dataclass(frozen=True, slots=True)
class GlpiNote:
    """A follow-up of a ticket. ``author``: the id of a user; 0 for a person without account; None where not told."""

    number: int
    ticket: int
    content: str
    private: bool
    author: int | None


def known(found: Fields) -> Fields:
    """An object of GLPI, which has an id. Raises DeskTemporary: what has none is another's answer."""
    if not found.id("id"):
        raise DeskTemporary("GLPI a répondu sous une forme inattendue : vérifiez l’adresse de l’API", code="body")
    return found


class GlpiSession(Protocol):
    """A session that is open. Every method raises HelpdeskError; nothing that is gone is an error."""

    def ticket(self, number: int) -> GlpiTicket | None:
        """The ticket; None where it is gone, in the bin, solved or closed."""
        ...

    def note(self, ticket: int, number: int) -> GlpiNote | None:
        """One follow-up."""
        ...

    def notes(self, ticket: int) -> Sequence[GlpiNote]:
        """All follow-ups of a ticket that this account may see, in any order."""
        ...

    def requesters(self, ticket: int) -> frozenset[int]:
        """Ids of the users who asked."""
        ...

    def add_note(self, ticket: int, content: str, *, private: bool) -> GlpiNote | None:
        """Add a follow-up, and read it back."""
        ...

    def newest_ticket(self) -> int:
        """The highest id of a ticket; 0 where there is none."""
        ...

    def tickets_after(self, number: int) -> Sequence[int]:
        """Ids of the tickets above ``number``, in ascending order."""
        ...

    def newest_note(self) -> int:
        """The highest id of a follow-up; 0 where there is none."""
        ...

    def notes_after(self, number: int) -> Sequence[GlpiNote]:
        """Follow-ups of tickets above ``number``, in ascending order of their ids."""
        ...

    def visible(self) -> str:
        """How much this account sees, in French, for ``check``."""
        ...


class GlpiApi(Protocol):
    """An API of a server."""

    @property
    def origin(self) -> str:
        """Where the server is."""
        ...

    @property
    def tells_authors(self) -> bool:
        """Whether follow-ups come with their author."""
        ...

    def opened(self) -> AbstractContextManager[GlpiSession]:
        """A session, closed whatever happens inside. Raises HelpdeskError."""
        ...
