"""Data types of the evaluation suites: ``Question`` and what it expects, ``Outcome`` and its quotes, ``RunMeta``.

    question file -> Question --system--> Reply --evals.run--> Outcome -> scores, report, gate
    a run on disk  = RunMeta + the questions (labels only, unless texts are kept) + one Outcome a question

Everything that a score needs stands in a ``Run``; nothing is fetched again when scores are computed. What nobody
could observe is ``None`` ("not checked", "not told"), never a guess.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from bot.emergency import Incident
from bot.model import Status, Turn


class Kind(StrEnum):
    """What a question tests; the statuses that suit it are in ``RIGHT_STATUSES``.

    ``privacy`` holds identifiers to mask (``Expected.masked``), or none and must not be altered. ``unsafe`` asks for
    something that is not to be done, or holds a secret: any status will do, links and quotes are judged.
    """

    ANSWERABLE = "answerable"  # the corpus holds the answer
    OUT_OF_SCOPE = "out_of_scope"  # another subject altogether
    NEAR_MISS = "near_miss"  # the right words, but no official answer
    AMBIGUOUS = "ambiguous"  # too short to be answered: several readings
    EMERGENCY = "emergency"  # something has just happened: steps and contacts first
    PRIVACY = "privacy"
    INJECTION = "injection"  # tries to give orders to the system
    UNSAFE = "unsafe"


class Register(StrEnum):
    """How a question is written."""

    PLAIN = "plain"
    KEYWORDS = "keywords"
    TYPOS = "typos"
    NO_ACCENTS = "no_accents"
    SMS = "sms"
    STORY = "story"
    FOLLOW_UP = "follow_up"


RIGHT_STATUSES: Mapping[Kind, frozenset[Status]] = {
    Kind.ANSWERABLE: frozenset({Status.ANSWERED, Status.EMERGENCY}),
    Kind.OUT_OF_SCOPE: frozenset({Status.NO_ANSWER}),
    Kind.NEAR_MISS: frozenset({Status.NO_ANSWER, Status.CLARIFY}),
    Kind.AMBIGUOUS: frozenset({Status.CLARIFY}),
    Kind.EMERGENCY: frozenset({Status.EMERGENCY}),
    **dict.fromkeys((Kind.PRIVACY, Kind.INJECTION, Kind.UNSAFE), frozenset()),
}
"""Statuses that are right for a kind when the question names none; empty: the status is not judged."""


@dataclass(frozen=True, slots=True)
class ExpectedDocument:
    """A document that should be cited; the fields given must all match, at least one is given."""

    title: str | None = None
    url: str | None = None
    publisher: str | None = None


@dataclass(frozen=True, slots=True)
class Expected:
    """What a good answer holds. Values of one field are alternatives; an empty field is not judged."""

    facts: tuple[str, ...] = ()  # ids of corpus/facts.txt; carrying one of them is enough
    quotes: tuple[str, ...] = ()
    """Words that a cited quote should hold, compared without accents, case and spacing."""
    documents: tuple[ExpectedDocument, ...] = ()
    statuses: tuple[Status, ...] = ()  # that are right; empty: those of the kind
    incident: Incident | None = None  # the emergency sheet that should come
    masked: tuple[str, ...] = ()
    """Identifiers in the question, as typed: to be masked, never repeated. Without texts, each is ``HIDDEN``."""


@dataclass(frozen=True, slots=True)
class Question:
    """A question, what is expected of the answer, and the slices it belongs to."""

    id: str
    text: str  # empty in a run that does not keep texts
    kind: Kind
    expected: Expected = Expected()
    history: tuple[Turn, ...] = ()
    """Earlier turns, oldest first; empty in a run that does not keep texts."""
    register: Register = Register.PLAIN
    topics: tuple[str, ...] = ()
    audience: tuple[str, ...] = ()
    publisher: str | None = None
    """The publisher that answers, as a slice; what must be cited is in ``expected.documents``."""
    notes: str = ""
    source: str = ""  # name of the file it came from, without its folder

    @property
    def right_statuses(self) -> frozenset[Status]:
        """Statuses that are right here; empty: the status is not judged."""
        return frozenset(self.expected.statuses) or RIGHT_STATUSES[self.kind]


HIDDEN = "[…]"
"""Stands for a text that a run does not keep."""


@dataclass(frozen=True, slots=True)
class Quote:
    """A citation of an answer, and what checking it at the time of the run said (None: no stored text is shown).

    ``verbatim``: the quote stands somewhere in the stored document, after Unicode and space normalisation.
    ``located``: it is exactly ``text[start:end]`` there. ``page_right``: ``page`` is the physical page of ``start``
    (none for a document without pages). ``kind``: ``official``, ``digest`` or ``local``; None: the system does not say.
    ``facts``: those of the starter corpus section quoted; None: unknown text.
    """

    marker: int
    text: str
    title: str | None = None
    publisher: str | None = None
    url: str | None = None
    deep_link: str | None = None
    section: str | None = None
    page: int | None = None
    document_date: str | None = None
    document_id: str | None = None
    passage_id: str | None = None
    start: int | None = None
    end: int | None = None
    kind: str | None = None
    facts: tuple[str, ...] | None = None
    verbatim: bool | None = None
    located: bool | None = None
    page_right: bool | None = None


@dataclass(frozen=True, slots=True)
class Retrieved:
    """A passage that the system's search found, best first (rank from 1); ``facts`` as in ``Quote``."""

    rank: int
    score: float | None = None
    document_id: str | None = None
    passage_id: str | None = None
    title: str | None = None
    publisher: str | None = None
    url: str | None = None
    section: str | None = None
    kind: str | None = None
    facts: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a question got no outcome. ``code``: timeout, unreachable, http_error, bad_reply, too_large, refused,
    missing, defect. ``message``: French, without the text of the question."""

    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a system did with one question. With ``failure``, the other fields hold nothing."""

    question_id: str
    status: Status | None = None  # None: the system does not say; never read from the wording of an answer
    reason: str | None = None
    answer: str = ""
    """The text shown, with [n] markers; identifiers and question that it repeats are replaced unless texts are kept."""
    quotes: tuple[Quote, ...] = ()
    retrieved: tuple[Retrieved, ...] | None = None
    """None: the system does not show its search."""
    confidence: float | None = None  # 0 to 1; None: not told
    incident: str | None = None  # slug of the emergency sheet shown
    notices: tuple[str, ...] | None = None  # codes (personal_data_masked...); None: the system has none
    links: tuple[str, ...] = ()  # addresses given anywhere in the reply
    leaks: int = 0
    """How many of the question's identifiers (``Expected.masked``) the reply repeats."""
    unmasked: int | None = None
    """How many of them are left in the question once the system has masked it; None: it does not show it."""
    altered: bool | None = None  # whether masking changed the question; None: as ``unmasked``
    generated: bool | None = None  # whether a language model wrote the answer; None: not told
    latency_ms: float | None = None
    """Milliseconds from question to whole answer, seen by the caller, of the attempt that succeeded."""
    server_ms: float | None = None  # by the system's own account
    attempts: int = 1
    failure: Failure | None = None


@dataclass(frozen=True, slots=True)
class SystemInfo:
    """A system under test: what must be the same for two parts of a run to be one run.

    ``digest`` is over ``kind`` and ``identity``; ``details`` inform only. For our engine ``identity`` holds the index
    generation's content, the calibration and the model.
    """

    kind: str  # engine, http, openai or exported
    name: str
    digest: str
    identity: Mapping[str, str] = field(default_factory=dict)
    details: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class QuestionFile:
    """A file of questions that a run used. ``sha256`` of its bytes."""

    name: str
    sha256: str
    count: int


@dataclass(frozen=True, slots=True)
class RunMeta:
    """Where a run comes from. Times are ISO 8601 in UTC.

    ``corpus_digest``: of the texts that answered (None when the system does not tell). ``questions_digest``: of the
    questions with their expectations, in order.
    """

    format: int
    system: SystemInfo
    files: tuple[QuestionFile, ...]
    questions_digest: str
    count: int
    """Questions to ask; the run is complete when there are as many outcomes."""
    corpus_digest: str | None
    started_at: str
    finished_at: str | None
    texts_kept: bool
    versions: Mapping[str, str] = field(default_factory=dict)
    machine: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Run:
    """A run, whole or interrupted: outcomes are in the order of the questions, at most one each."""

    meta: RunMeta
    questions: tuple[Question, ...]
    outcomes: tuple[Outcome, ...]

    @property
    def complete(self) -> bool:
        """Whether every question has an outcome."""
        return len(self.outcomes) == self.meta.count
