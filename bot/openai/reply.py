"""From an answer to a completion, whole or in pieces."""

import json
import re
import time
from collections.abc import AsyncIterator
from typing import Any

from sse_starlette.event import ServerSentEvent

from bot.markdown import answer_markdown
from bot.openai.schema import (
    MODEL,
    Annotation,
    AssistantMessage,
    ChatCompletion,
    Choice,
    Details,
    UrlCitation,
    Usage,
)
from bot.schema import AnswerOut

_MARKER = re.compile(r"\[\\\[(\d{1,3})\\\]\]\(<[^>]*>\)")


def completion(answer: AnswerOut, footer: str) -> ChatCompletion:
    """The answer as one message."""
    content = answer_markdown(answer, footer)
    return ChatCompletion(
        id=f"chatcmpl-{answer.id}",
        created=int(time.time()),
        system_fingerprint=answer.index.generation,
        choices=[Choice(message=AssistantMessage(content=content, annotations=_annotations(answer, content)))],
        citations=answer.citations,
        cybervigie=Details.model_validate(answer.model_dump() | {"answer_id": answer.id}),
    )


async def stream(whole: ChatCompletion, *, usage: bool) -> AsyncIterator[ServerSentEvent]:
    """The same message as chunks, a paragraph each; the last one carries the citations."""
    message = whole.choices[0].message
    common = {
        "id": whole.id,
        "object": "chat.completion.chunk",
        "created": whole.created,
        "model": MODEL,
        "system_fingerprint": whole.system_fingerprint,
    } | ({"usage": None} if usage else {})

    def chunk(delta: dict[str, Any], finish: str | None = None, **more: Any) -> ServerSentEvent:
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
        return ServerSentEvent(json.dumps({**common, "choices": [choice], **more}, ensure_ascii=False))

    yield chunk({"role": "assistant", "content": "", "refusal": None})
    paragraphs = message.content.split("\n\n")
    for place, paragraph in enumerate(paragraphs):
        yield chunk({"content": paragraph if place == len(paragraphs) - 1 else f"{paragraph}\n\n"})
    annotations = [annotation.model_dump(mode="json") for annotation in message.annotations]
    ours = whole.model_dump(mode="json", include={"citations", "cybervigie"})
    yield chunk({"annotations": annotations}, "stop", **ours)
    if usage:
        yield ServerSentEvent(json.dumps({**common, "choices": [], "usage": Usage().model_dump()}))
    yield ServerSentEvent("[DONE]")


def _annotations(answer: AnswerOut, content: str) -> list[Annotation]:
    """Where each linked citation stands in the message, counted in Unicode code points."""
    cited = {citation.marker: citation for citation in answer.citations}
    found = []
    for mark in _MARKER.finditer(content):
        citation = cited.get(int(mark[1]))
        url = (citation.deep_link or citation.url) if citation is not None else None
        if citation is not None and url is not None:
            place = UrlCitation(start_index=mark.start(), end_index=mark.end(), title=citation.title, url=url)
            found.append(Annotation(url_citation=place))
    return found
