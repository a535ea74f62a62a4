"""What a run needs of a system, and of the texts that it cites."""

from dataclasses import dataclass
from typing import Protocol

from evals.model import Outcome, Question, SystemInfo


@dataclass(frozen=True, slots=True)
class Reply:
    """An outcome, and every text that came with it, for the search of repeated identifiers.

    ``masked``: the question, then each earlier one, as the system works on them once masked; None: it does not show it.
    """

    outcome: Outcome
    shown: tuple[str, ...] = ()
    masked: tuple[str, ...] | None = None


class System(Protocol):
    """A system under test. Whatever it replies, ``ask`` gives an outcome."""

    @property
    def info(self) -> SystemInfo:
        """What it is; stays the same as long as it is open."""
        ...

    @property
    def corpus_digest(self) -> str | None:
        """Digest of the texts it answers from, None when it does not tell."""
        ...

    def ask(self, question: Question) -> Reply:
        """Its reply to one question; what goes wrong with that question alone is in ``outcome.failure``.

        Raises:
            SystemDown: it is gone.
            SystemRefuses: it refuses whatever the question.
            SystemChanged: it is not what ``info`` says any longer.
        """
        ...

    def close(self) -> None:
        """Let go of it."""
        ...


@dataclass(frozen=True, slots=True)
class StoredText:
    """The text that quotes of a document are checked against; ``pages``: number, start, end (code points)."""

    text: str
    pages: tuple[tuple[int, int, int], ...]
    incident: str | None = None
    """Slug, when the document is an emergency sheet of the starter corpus."""


class Library(Protocol):
    """The stored texts of a system."""

    def stored(self, document_id: str) -> StoredText | None:
        """The text of a document, None when it is not shown."""
        ...
