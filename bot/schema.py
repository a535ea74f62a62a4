"""Shapes of the HTTP API (pydantic); the rest of the program works with the dataclasses of ``model``."""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic_core import PydanticCustomError

from bot.model import Reason, Status
from index.model import SearchMode
from ingest.force import Force
from ingest.model import DocumentKind

QUESTION_MAX = 1_000
HISTORY_TURNS_MAX = 6
HISTORY_CHARS_MAX = 6_000


class Strict(BaseModel):
    """Unknown fields are refused, so that a misspelt option is not silently ignored."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=False, from_attributes=True)


class Out(BaseModel):
    """A response body, read from the dataclass of the same shape."""

    model_config = ConfigDict(from_attributes=True)


PublisherName = Annotated[str, Field(min_length=1, max_length=200)]
Slug = Annotated[str, Field(min_length=1, max_length=80)]


class Filters(Strict):
    """Which documents may be used. Values of one filter are alternatives; the filters add up."""

    publishers: Annotated[list[PublisherName], Field(max_length=50)] = []
    topics: Annotated[list[Slug], Field(max_length=50)] = []
    kinds: Annotated[list[DocumentKind], Field(max_length=3)] = []
    date_from: Annotated[str | None, Field(pattern=r"^\d{4}(-\d{2}(-\d{2})?)?$")] = None
    date_to: Annotated[str | None, Field(pattern=r"^\d{4}(-\d{2}(-\d{2})?)?$")] = None


class HistoryTurn(Strict):
    """An earlier question and the answer it got."""

    question: Annotated[str, Field(min_length=1, max_length=QUESTION_MAX)]
    answer: Annotated[str, Field(max_length=HISTORY_CHARS_MAX)] = ""


def _short_enough(history: list[HistoryTurn]) -> list[HistoryTurn]:
    if sum(len(turn.question) + len(turn.answer) for turn in history) > HISTORY_CHARS_MAX:
        raise PydanticCustomError("history_too_long", "history too long")
    return history


class AskRequest(Strict):
    """A question in plain French."""

    question: Annotated[
        str, Field(min_length=1, max_length=QUESTION_MAX, examples=["Combien de temps garder un dossier ?"])
    ]
    history: Annotated[list[HistoryTurn], Field(max_length=HISTORY_TURNS_MAX), AfterValidator(_short_enough)] = []
    filters: Filters = Filters()
    max_citations: Annotated[int, Field(ge=1, le=8)] = 3


class SearchRequest(Strict):
    """A search for passages, without an answer."""

    query: Annotated[str, Field(min_length=1, max_length=QUESTION_MAX)]
    k: Annotated[int, Field(ge=1, le=20)] = 5
    mode: SearchMode = SearchMode.HYBRID
    filters: Filters = Filters()


class CitationOut(Out):
    """A quote and its place: ``quote`` is ``text[start:end]`` of ``/v1/documents/{document_id}/text``."""

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
    media_type: str | None
    force: Force | None
    """What the text may demand of its reader (of a digest: the text summarised); null where it is not known."""
    reserve: str
    """What must be said beside an old text; empty otherwise."""


class ContactOut(Out):
    """Whom to turn to. ``phone``, ``url``, ``hours``, ``cost`` and ``note`` are empty where none is known."""

    id: str
    name: str
    for_whom: str
    phone: str
    url: str
    hours: str
    cost: str
    note: str
    reserve: str
    """What must be said beside a contact that was not confirmed at its source; empty otherwise."""


class NoticeOut(Out):
    """A remark for the user; ``code`` is stable."""

    code: str
    text: str


class RelatedOut(Out):
    """An official page near the question."""

    title: str
    publisher: str
    url: str | None
    document_id: str


class IndexOut(Out):
    """The generation of the index that answered."""

    generation: str
    built_at: str


class AnswerOut(Out):
    """An answer: connecting words of fixed wording plus quoted sentences with ``[n]`` markers, nothing else."""

    id: str
    status: Status
    reason: Reason | None
    answer: str
    citations: list[CitationOut]
    confidence: Annotated[float, Field(ge=0, le=1)]
    notices: list[NoticeOut]
    contacts: list[ContactOut]
    suggestions: list[str]
    related: list[RelatedOut]
    index: IndexOut
    generated: bool
    timings_ms: dict[str, float]


class HitOut(Out):
    """A passage found, best first; scores compare within one response only."""

    rank: int
    score: float
    passage_id: str
    document_id: str
    text: str
    publisher: str
    title: str
    url: str | None
    deep_link: str | None
    section: str | None
    page: int | None
    page_label: str | None
    document_date: str | None
    start: int
    end: int
    kind: DocumentKind


class SearchOut(Out):
    """The passages found."""

    hits: list[HitOut]
    mode: SearchMode
    index: IndexOut
    timings_ms: dict[str, float]


class DocumentSummary(Out):
    """A document of the index."""

    id: str
    source_id: str
    kind: DocumentKind
    publisher: str
    title: str
    url: str | None
    date: str | None
    topics: list[str]
    characters: int
    pages: int


class DocumentList(Out):
    """A page of documents; ``total`` counts them all."""

    total: int
    offset: int
    documents: list[DocumentSummary]


class SectionOut(Out):
    """A section and its place in the text."""

    heading: str
    path: list[str]
    anchor: str | None
    start: int
    end: int


class PageOut(Out):
    """A physical page and its place in the text."""

    number: int
    label: str | None
    start: int
    end: int


class DocumentOut(DocumentSummary):
    """A document with its structure; the text has its own address."""

    lang: str
    licence: str | None
    media_type: str
    retrieved_at: str | None
    sections: list[SectionOut]
    page_list: list[PageOut]
    warnings: list[str]


class DocumentText(Out):
    """The stored text of a document, which citations are checked against."""

    id: str
    sha256: str
    text: str


class QuoteToVerify(Strict):
    """A quote and where it is said to stand. Offsets count Unicode code points."""

    document_id: Annotated[str, Field(min_length=1, max_length=64)]
    start: Annotated[int, Field(ge=0)]
    end: Annotated[int, Field(ge=0)]
    quote: Annotated[str, Field(max_length=8_000)]


class VerifyRequest(Strict):
    """Quotes to check."""

    citations: Annotated[list[QuoteToVerify], Field(min_length=1, max_length=20)]


class Verdict(Out):
    """Whether a quote stands where it is said to; ``found_at`` is where it stands instead, if anywhere."""

    valid: bool
    code: Literal["ok", "unknown_document", "out_of_range", "mismatch"]
    found_at: int | None


class VerifyOut(Out):
    """One verdict a quote, in order."""

    results: list[Verdict]


class MetaOut(Out):
    """What answers here: version, model, index, limits, publishers, topics."""

    name: str
    version: str
    index: IndexOut
    model: str
    documents: int
    passages: int
    publishers: dict[str, int]
    topics: dict[str, int]
    kinds: dict[str, int]
    limits: dict[str, int]
    hosts: list[str]
    """Hosts that links of answers may lead to."""
    promise: dict[str, float]
    """Rates of false answers and over-refusals to single questions, ``_low`` and ``_high`` their 95 % interval
    (Wilson), and over how many questions of each sort; measured with official texts where the index holds some, else
    without.

    Without prefix: on questions that the model was not fitted on. ``development_``: cross-validated on the others.
    """
    notice: str


class Health(Out):
    """State of the process or of the index."""

    status: Literal["ok", "unavailable"]
    detail: str | None = None


class Problem(BaseModel):
    """``application/problem+json`` (RFC 9457). ``code`` is stable for programs, ``detail`` is French for people."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    code: str
    errors: list[dict[str, Any]] | None = None
