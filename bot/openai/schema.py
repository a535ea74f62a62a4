"""Shapes of ``/v1/chat/completions`` and ``/v1/models`` (OpenAI's API reference, "Chat Completions" and "Models").

Parameters that steer a language model are taken and ignored, there being none; those that would change what the reply
means are refused by ``conversation``.
"""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from bot.model import Reason, Status
from bot.schema import CitationOut, IndexOut, NoticeOut

MODEL = "cybervigie"
MESSAGES_MAX = 1_000


class Lenient(BaseModel):
    """Unknown fields are ignored: interfaces send many, and more each year."""

    model_config = ConfigDict(extra="ignore")


class Part(Lenient):
    """A part of a message; only text is read."""

    type: Annotated[str, Field(max_length=40)]
    text: str | None = None


class Message(Lenient):
    """A message of the conversation."""

    role: Literal["system", "developer", "user", "assistant", "tool", "function"]
    content: str | list[Part] | None = None


class StreamOptions(Lenient):
    """Options of a stream."""

    include_usage: bool | None = None


class ResponseFormat(Lenient):
    """The asked format; only ``text`` is given."""

    type: Annotated[str, Field(max_length=40)] = "text"


class ChatRequest(Lenient):
    """A conversation whose last message of the user is the question."""

    model: Annotated[str, Field(max_length=200, description="Ignoré : un seul assistant répond.")] = MODEL
    messages: Annotated[list[Message], Field(min_length=1, max_length=MESSAGES_MAX)]
    stream: bool | None = None
    stream_options: StreamOptions | None = None
    n: int | None = None
    tools: list[Any] | None = None
    functions: list[Any] | None = None
    response_format: ResponseFormat | None = None
    modalities: list[str] | None = None


class UrlCitation(BaseModel):
    """Where in the message a source is cited."""

    start_index: int
    end_index: int
    title: str
    url: str


class Annotation(BaseModel):
    """A citation, in OpenAI's own shape."""

    type: Literal["url_citation"] = "url_citation"
    url_citation: UrlCitation


class AssistantMessage(BaseModel):
    """The answer."""

    role: Literal["assistant"] = "assistant"
    content: str
    refusal: None = None
    annotations: list[Annotation]


class Choice(BaseModel):
    """The only choice."""

    index: int = 0
    message: AssistantMessage
    logprobs: None = None
    finish_reason: Literal["stop"] = "stop"


class Usage(BaseModel):
    """Tokens of a language model: none is at work, none is counted."""

    prompt_tokens: int = 0
    completion_tokens: int = 0
    total_tokens: int = 0


class Details(BaseModel):
    """What the other fields of a completion cannot say: the same as in ``/v1/ask``."""

    answer_id: str
    status: Status
    reason: Reason | None
    confidence: float
    notices: list[NoticeOut]
    index: IndexOut
    generated: bool


class ChatCompletion(BaseModel):
    """A completion, with our citations beside it."""

    id: str
    object: Literal["chat.completion"] = "chat.completion"
    created: int
    model: str = MODEL
    system_fingerprint: str
    choices: list[Choice]
    usage: Usage = Usage()
    citations: list[CitationOut]
    cybervigie: Details


class ModelOut(BaseModel):
    """What answers; ``created`` is when its index was built (seconds since 1970)."""

    id: str = MODEL
    object: Literal["model"] = "model"
    created: int
    owned_by: str = "cybervigie"


class ModelList(BaseModel):
    """The only model."""

    object: Literal["list"] = "list"
    data: list[ModelOut]


class ErrorDetail(BaseModel):
    """Why a request is refused: French for people, ``code`` for programs."""

    message: str
    type: str
    param: str | None
    code: str


class ErrorReply(BaseModel):
    """An error in OpenAI's shape."""

    error: ErrorDetail
