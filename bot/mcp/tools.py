"""The tools: what they take, what they give, and how they are done. They are the routes of the API, called as such."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, cast

from pydantic import BaseModel, Field, ValidationError
from starlette.exceptions import HTTPException

from bot.answer import Answerer
from bot.api import routes
from bot.api.observe import Metrics
from bot.errors import BotError
from bot.keys.model import Scope
from bot.markdown import answer_markdown
from bot.mcp.errors import ToolRefused
from bot.schema import (
    QUESTION_MAX,
    AnswerOut,
    AskRequest,
    DocumentSummary,
    DocumentText,
    Filters,
    HitOut,
    Out,
    PublisherName,
    SearchOut,
    SearchRequest,
    Slug,
    Strict,
)

PAGE_DEFAULT = 8_000
PAGE_MAX = 20_000
Publishers = Annotated[
    list[PublisherName],
    Field(default_factory=list, max_length=50, description="Éditeurs à retenir ; vide : tous."),
]
Topics = Annotated[
    list[Slug], Field(default_factory=list, max_length=50, description="Thèmes à retenir ; vide : tous.")
]


class AskArguments(Strict):
    """What ``ask_guidance`` takes."""

    question: Annotated[
        str, Field(min_length=1, max_length=QUESTION_MAX, description="Question en français, complète à elle seule.")
    ]
    publishers: Publishers
    topics: Topics
    max_citations: Annotated[int, Field(ge=1, le=8, description="Citations au plus.")] = 3


class SearchArguments(Strict):
    """What ``search_guidance`` takes."""

    query: Annotated[str, Field(min_length=1, max_length=QUESTION_MAX, description="Ce que l’on cherche, en français.")]
    k: Annotated[int, Field(ge=1, le=20, description="Passages au plus.")] = 5
    publishers: Publishers
    topics: Topics


class DocumentArguments(Strict):
    """What ``get_document`` takes. Offsets count Unicode code points."""

    document_id: Annotated[str, Field(min_length=1, max_length=64, description="« document_id » d’une citation.")]
    offset: Annotated[int, Field(ge=0, le=100_000_000, description="Premier caractère voulu.")] = 0
    limit: Annotated[int, Field(ge=200, le=PAGE_MAX, description="Caractères au plus.")] = PAGE_DEFAULT


class DocumentPage(Out):
    """A part of a text: ``text`` begins at ``offset``; ``next_offset`` is where to go on, None at the end."""

    document: DocumentSummary
    offset: int
    text: str
    total_characters: int
    next_offset: int | None


@dataclass(frozen=True, slots=True)
class Done:
    """What a tool gives: the structure for programs, the text for readers."""

    structure: BaseModel
    text: str


@dataclass(frozen=True, slots=True)
class ToolSpec:
    """A tool: its words, its arguments, its result, the scope that opens it, and the work."""

    name: str
    title: str
    description: str
    arguments: type[BaseModel]
    result: type[BaseModel]
    scope: Scope
    run: Callable[[Answerer, Metrics, Any], Done]


def call(spec: ToolSpec, held: Answerer, metrics: Metrics, arguments: Mapping[str, Any]) -> Done:
    """Do a tool's work.

    Raises:
        ToolRefused: an argument is wrong, or what is asked cannot be given; no argument is repeated.
    """
    try:
        given = spec.arguments.model_validate(arguments)
    except ValidationError as error:
        # Never the values, nor the names of unknown fields: they are the caller's own text.
        places = {str(entry["loc"][0]) for entry in error.errors() if entry["loc"]}
        names = ", ".join(sorted(places & set(spec.arguments.model_fields))) or "champ inconnu"
        raise ToolRefused(f"Arguments incorrects : {names}. Voyez le schéma de l’outil.") from None
    try:
        return spec.run(held, metrics, given)
    except BotError as error:
        raise ToolRefused(error.message) from None


def document_text(held: Answerer, document_id: str) -> str:
    """The text of a document.

    Raises:
        ToolRefused: there is none of this id, or its publisher asks that no copy be shown.
    """
    try:
        found = routes.text(document_id, held)
    except HTTPException:
        raise ToolRefused("Aucun document n’a cet identifiant : prenez « document_id » d’une citation.") from None
    if not isinstance(found, DocumentText):
        raise ToolRefused("L’éditeur demande qu’aucune copie de ce document ne soit montrée ; lisez-le chez lui.")
    return found.text


def _ask(held: Answerer, metrics: Metrics, given: AskArguments) -> Done:
    filters = Filters(publishers=given.publishers, topics=given.topics)
    request = AskRequest(question=given.question, filters=filters, max_citations=given.max_citations)
    answer = routes.ask(request, held, metrics)
    return Done(answer, answer_markdown(answer, routes.NOTICE))


def _search(held: Answerer, metrics: Metrics, given: SearchArguments) -> Done:
    filters = Filters(publishers=given.publishers, topics=given.topics)
    found = routes.search(SearchRequest(query=given.query, k=given.k, filters=filters), held, metrics)
    return Done(found, "\n\n".join(map(_hit, found.hits)) or "Aucun passage trouvé.")


def _hit(hit: HitOut) -> str:
    place = ", ".join(filter(None, (hit.publisher, hit.document_date, hit.section)))
    link = f"\n{hit.deep_link or hit.url}" if hit.deep_link or hit.url else ""
    where = f"document_id : {hit.document_id}, caractères {hit.start} à {hit.end}"
    return f"{hit.rank}. {hit.title} — {place}\n{where}{link}\n\n{hit.text}"


def _document(held: Answerer, metrics: Metrics, given: DocumentArguments) -> Done:
    text = document_text(held, given.document_id)
    document = routes.document(given.document_id, held)
    part = text[given.offset : given.offset + given.limit]
    end = given.offset + len(part)
    page = DocumentPage(
        document=DocumentSummary.model_validate(document.model_dump()),
        offset=given.offset,
        text=part,
        total_characters=len(text),
        next_offset=end if end < len(text) else None,
    )
    head = ", ".join(filter(None, (document.publisher, document.date, document.url)))
    rest = f"\n\n[La suite : offset={end}]" if page.next_offset is not None else ""
    place = f"Caractères {given.offset} à {end} sur {len(text)}."
    return Done(page, f"{document.title} — {head}\n{place}\n\n{part}{rest}")


TOOLS: tuple[ToolSpec, ...] = (
    ToolSpec(
        name="ask_guidance",
        title="Demander une réponse citée",
        description=(
            "Répond à une question de cybersécurité ou de protection des données d’un professionnel de santé libéral "
            "par des extraits de textes officiels cités mot pour mot, avec leurs références ; dit quand les textes ne "
            "répondent pas ; donne d’abord les gestes d’urgence si un incident est en cours. Ne reformulez pas les "
            "citations. N’envoyez aucune donnée de patient."
        ),
        arguments=AskArguments,
        result=AnswerOut,
        scope=Scope.ASK,
        run=cast(Callable[[Answerer, Metrics, Any], Done], _ask),
    ),
    ToolSpec(
        name="search_guidance",
        title="Chercher des passages",
        description=(
            "Cherche les passages de textes officiels (ANSSI, CNIL, ANS, Cybermalveillance.gouv.fr, Ordres…) les plus "
            "proches d’une recherche, sans réponse composée. N’envoyez aucune donnée de patient."
        ),
        arguments=SearchArguments,
        result=SearchOut,
        scope=Scope.SEARCH,
        run=cast(Callable[[Answerer, Metrics, Any], Done], _search),
    ),
    ToolSpec(
        name="get_document",
        title="Lire un document",
        description="Lit le texte d’un document cité, par pages : « next_offset » donne la suite.",
        arguments=DocumentArguments,
        result=DocumentPage,
        scope=Scope.SEARCH,
        run=cast(Callable[[Answerer, Metrics, Any], Done], _document),
    ),
)
BY_NAME = {spec.name: spec for spec in TOOLS}
