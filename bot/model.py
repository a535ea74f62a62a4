"""Data types of answering: ``Answer`` and its ``Citation``s. Plain dataclasses; the HTTP shapes are in ``schema``."""

from dataclasses import dataclass
from enum import StrEnum

from ingest.force import Force
from ingest.model import DocumentKind
from ingest.slugs import EMERGENCIES

ANY_EMERGENCY = "*"
"""Stands for every emergency among the incidents of a contact."""
_RESERVE = "Coordonnée non confirmée à sa source\u00a0: à vérifier avant de s’y fier."
_BEFORE_GDPR = "Texte de {year}, antérieur à l’application du RGPD\u00a0: à vérifier auprès de la CNIL."
_OLD = "Texte ancien ({year})."


class Status(StrEnum):
    """What an answer is. Programs read this field, never the wording of the text."""

    ANSWERED = "answered"
    NO_ANSWER = "no_answer"
    EMERGENCY = "emergency"
    CLARIFY = "clarify"


class Reason(StrEnum):
    """Why there is no answer."""

    OUT_OF_SCOPE = "out_of_scope"
    NOTHING_FOUND = "nothing_found"
    WEAK = "weak"


class Age(StrEnum):
    """What makes a text old."""

    BEFORE_GDPR = "before_gdpr"
    """It speaks of personal data, and dates from before the GDPR applied."""
    OLD = "old"


@dataclass(frozen=True, slots=True)
class Turn:
    """An earlier turn of the conversation, held by the client."""

    question: str
    answer: str = ""


@dataclass(frozen=True, slots=True)
class Citation:
    """A quote and where it stands: ``quote == document.text[start:end]`` of document ``document_id``.

    ``page`` is the physical page (from 1), ``page_label`` the label printed on it.
    """

    marker: int
    quote: str
    publisher: str
    title: str
    url: str | None
    deep_link: str | None
    section: str | None
    page: int | None
    page_label: str | None
    document_date: str | None
    retrieved_at: str | None
    document_id: str
    passage_id: str
    start: int
    end: int
    kind: DocumentKind
    media_type: str | None = None
    """Of what the address opens; None where it is not known (a digest is not the text at its address)."""
    force: Force | None = None
    """What the text may demand of its reader (of a digest: the text summarised); None where it is not known."""
    age: Age | None = None

    @property
    def reserve(self) -> str:
        """What must be said beside an old text; empty for any other."""
        if self.age is None or self.document_date is None:
            return ""
        return (_BEFORE_GDPR if self.age is Age.BEFORE_GDPR else _OLD).format(year=self.document_date[:4])


@dataclass(frozen=True, slots=True)
class Notice:
    """Something the user should know besides the answer; ``code`` is stable, ``text`` is French."""

    code: str
    text: str


@dataclass(frozen=True, slots=True)
class Related:
    """An official page near the question."""

    title: str
    publisher: str
    url: str | None
    document_id: str


@dataclass(frozen=True, slots=True)
class IndexState:
    """Which generation of the index answered."""

    generation: str
    built_at: str


@dataclass(frozen=True, slots=True)
class Contact:
    """A contact point. ``phone``, ``url``, ``hours`` and ``cost`` are empty where there is none or none is known."""

    id: str
    name: str
    for_whom: str
    incidents: tuple[str, ...]
    region: str
    profession: tuple[str, ...]
    phone: str
    url: str
    hours: str
    cost: str
    note: str
    source: str
    verified: str
    """Date of the last check at the source; empty: never."""
    confirmed: bool

    @property
    def reserve(self) -> str:
        """What must be said beside an unconfirmed contact; empty for a confirmed one."""
        return "" if self.confirmed else _RESERVE

    def serves(self, incident: str) -> bool:
        """Whether it helps with an emergency slug, ``notification`` or ``advice``."""
        return incident in self.incidents or (incident in EMERGENCIES and ANY_EMERGENCY in self.incidents)


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer made of fixed wording and quotes. ``timings_ms``: milliseconds by step."""

    id: str
    status: Status
    reason: Reason | None
    answer: str
    citations: tuple[Citation, ...]
    confidence: float
    notices: tuple[Notice, ...]
    suggestions: tuple[str, ...]
    related: tuple[Related, ...]
    index: IndexState
    timings_ms: dict[str, float]
    generated: bool = False
    contacts: tuple[Contact, ...] = ()
    """Whom to turn to, best first: all of them, where ``notices`` may name the first only."""
