"""A draft as a note of the helpdesk tool: HTML, Markdown or text, made of the same blocks.

Every text passes through one escape of its format, so that nothing of a question, a quote or a title can be read as
markup. HTML uses ``p strong em blockquote ul li a br`` only, and ``href`` in https only. Quotes stay word for word.
The person is never shown words of the message: its sender may be someone else than who receives the reply, and an
address in it would come from us.
"""

import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum, auto

from bot.compose import NBSP
from bot.helpdesk.model import Audience, Confidence, Draft, Format, Quote, Reply
from bot.model import Status

MENTION = "Brouillon proposé par un assistant automatisé"
_AGENT = f"{MENTION}{NBSP}: à relire, corriger ou supprimer. Rien n’a été envoyé à la personne."
_PERSON = (
    f"Réponse d’un assistant automatisé{NBSP}: extraits de textes officiels cités mot pour mot. Elle peut se tromper "
    "et ne remplace pas l’avis d’un professionnel."
)
_PART = "Cette réponse automatique ne porte pas sur tout votre message."
_LETTER = "——— Texte à reprendre, jusqu’à la prochaine ligne comme celle-ci ———"
_NOTES = "——— Fin du texte à reprendre ; la suite est pour vous seul ———"
_STATUS = {
    Status.ANSWERED: "Réponse trouvée dans les textes",
    Status.NO_ANSWER: "Aucune réponse dans les textes officiels",
    Status.EMERGENCY: "URGENCE POSSIBLE",
    Status.CLARIFY: "Question à préciser",
}


class _Kind(StrEnum):
    TITLE = auto()
    PLAIN = auto()
    SMALL = auto()
    ITEM = auto()
    QUOTE = auto()


@dataclass(frozen=True, slots=True)
class _Block:
    kind: _Kind
    text: str
    quote: Quote | None = None


def render(draft: Draft, key: str, form: Format, audience: Audience) -> str:
    """The body of a delivery: for agents everything, for the person the answers and contacts; ``key`` in it."""
    blocks = list(_for_agent(draft, key) if audience is Audience.AGENT else _for_person(draft, key))
    return {Format.HTML: _html, Format.MARKDOWN: _markdown, Format.TEXT: _text}[form](blocks)


def _for_agent(draft: Draft, key: str) -> Iterator[_Block]:
    yield _Block(_Kind.TITLE, _AGENT)
    told = _STATUS[draft.status]
    if draft.status is Status.ANSWERED and draft.confidence is not Confidence.NONE:
        told += f". Confiance{NBSP}: {draft.confidence}"
    yield _Block(_Kind.PLAIN, f"{told}.")
    given = [reply for reply in draft.replies if reply.status is not Status.NO_ANSWER]
    if given:
        # What was understood, and how sure each part is: for the agent. What has no answer is told after the letter.
        for reply in given:
            asked = f"Question lue{NBSP}: «{NBSP}{reply.question}{NBSP}»"
            sure = len(given) > 1 and reply.confidence is not Confidence.NONE
            yield _Block(_Kind.ITEM, f"{asked} (confiance{NBSP}: {reply.confidence})" if sure else asked)
        yield _Block(_Kind.SMALL, _LETTER)
        yield from _replies(given)
        yield _Block(_Kind.SMALL, _NOTES.replace(" ;", f"{NBSP};"))
    for title, items in (
        (f"Non couvert{NBSP}:", draft.not_covered),
        (f"Vers qui se tourner{NBSP}:", draft.advice),
        (f"À noter{NBSP}:", draft.notices),
    ):
        if items:
            yield _Block(_Kind.TITLE, title)
            yield from (_Block(_Kind.ITEM, item) for item in items)
    yield _Block(_Kind.SMALL, f"Réf. {key}")


def _for_person(draft: Draft, key: str) -> Iterator[_Block]:
    yield from _replies(draft.replies, own=False)
    if draft.status is Status.EMERGENCY:
        # The first advice is for the agent.
        yield from (_Block(_Kind.ITEM, item) for item in draft.advice[1:])
    yield from (_Block(_Kind.ITEM, item) for item in draft.notices)
    if not draft.complete:
        yield _Block(_Kind.PLAIN, _PART)
    yield _Block(_Kind.SMALL, _PERSON)
    yield _Block(_Kind.SMALL, f"Réf. {key}")


def _replies(replies: Sequence[Reply], *, own: bool = True) -> Iterator[_Block]:
    """The replies; where there are several, under their questions (``own``), else under their numbers."""
    for number, reply in enumerate(replies, 1):
        title = f"«{NBSP}{reply.question}{NBSP}»" if own else f"Réponse {number} sur {len(replies)}"
        if len(replies) > 1:
            yield _Block(_Kind.TITLE, title)
        yield _Block(_Kind.PLAIN, reply.lead)
        heading = ""
        for quote in reply.quotes:
            if quote.heading and quote.heading != heading:
                heading = quote.heading
                yield _Block(_Kind.TITLE, f"{heading}{NBSP}:")
            yield _Block(_Kind.QUOTE, quote.text, quote)
        yield from (_Block(_Kind.ITEM, choice) for choice in reply.suggestions)


def _https(url: str | None) -> str | None:
    return url if url and re.fullmatch(r"https://[!-~]+", url) and not re.search(r"[\"'<>\\`]", url) else None


# HTML


def _html(blocks: Sequence[_Block]) -> str:
    parts: list[str] = []
    for number, block in enumerate(blocks):
        text = _html_text(block.text)
        match block.kind:
            case _Kind.TITLE:
                parts.append(f"<p><strong>{text}</strong></p>")
            case _Kind.PLAIN:
                parts.append(f"<p>{text}</p>")
            case _Kind.SMALL:
                parts.append(f"<p><em>{text}</em></p>")
            case _Kind.ITEM:
                first = number == 0 or blocks[number - 1].kind is not _Kind.ITEM
                last = number + 1 == len(blocks) or blocks[number + 1].kind is not _Kind.ITEM
                parts.append(f"{'<ul>' if first else ''}<li>{text}</li>{'</ul>' if last else ''}")
            case _Kind.QUOTE:
                assert block.quote is not None
                parts.append(
                    f"<blockquote>«{NBSP}{text}{NBSP}» [{block.quote.marker}]</blockquote>"
                    f"<p>[{block.quote.marker}] {_html_reference(block.quote)}</p>"
                )
    return "\n".join(parts)


def _html_text(text: str) -> str:
    return html.escape(text).replace("\n", "<br>")


def _html_reference(quote: Quote) -> str:
    url = _https(quote.url)
    text = _html_text(quote.reference)
    return f'<a href="{html.escape(url)}" rel="noopener noreferrer">{text}</a>' if url else text


# Markdown (CommonMark): whatever could open or close something is escaped; bare addresses and names after "@" too.

_MARKS = re.compile(r"([\\`*_{}\[\]<>#|~&@$^=]|(?<=\w):(?=//)|(?<=\bwww)\.|!(?=\[))")
_AT_LINE_START = re.compile(r"^(\s*)([-+]|\d{1,9}(?=[.)]))", re.MULTILINE)


def _markdown(blocks: Sequence[_Block]) -> str:
    parts: list[str] = []
    for number, block in enumerate(blocks):
        text = _markdown_text(block.text)
        match block.kind:
            case _Kind.TITLE:
                parts.append(f"**{text.strip()}**")
            case _Kind.PLAIN:
                parts.append(text.lstrip())
            case _Kind.SMALL:
                parts.append(f"*{text}*")
            case _Kind.ITEM:
                item = "- " + text.lstrip().replace("\n", "\n  ")
                if number and blocks[number - 1].kind is _Kind.ITEM:
                    parts[-1] += f"\n{item}"
                else:
                    parts.append(item)
            case _Kind.QUOTE:
                assert block.quote is not None
                quoted = f"«{NBSP}{text}{NBSP}» \\[{block.quote.marker}\\]".replace("\n", "\n> ")
                parts.append(f"> {quoted}")
                parts.append(f"\\[{block.quote.marker}\\] {_markdown_reference(block.quote)}")
    return "\n\n".join(parts)


def _markdown_text(text: str) -> str:
    # A line that begins with spaces could be taken for code; where lines are shown, such spaces are not.
    escaped = _MARKS.sub(r"\\\1", re.sub(r"\n[ \t]+", "\n", text))
    escaped = _AT_LINE_START.sub(lambda m: f"{m[1]}{m[2]}\\" if m[2].isdigit() else f"{m[1]}\\{m[2]}", escaped)
    # A line ends by a backslash: two spaces would be lost on the way.
    return re.sub(r"\n+", "\\\\\n", escaped)


def _markdown_reference(quote: Quote) -> str:
    url = _https(quote.url)
    text = _markdown_text(quote.reference)
    return f"[{text}](<{url}>)" if url else text


# Text: nothing to escape with. What some tools read in it all the same (calls to everybody, templates) is kept apart by
# a word joiner, which is not seen; quotes stay as they are.

_CALLS = re.compile(r"@(?=\S)|<(?=\S)|\{(?=[{%])|[#$](?=\{)")
_JOINER = "\u2060"


def _text(blocks: Sequence[_Block]) -> str:
    parts: list[str] = []
    for number, block in enumerate(blocks):
        match block.kind:
            case _Kind.ITEM:
                item = f"- {_inert(block.text)}"
                if number and blocks[number - 1].kind is _Kind.ITEM:
                    parts[-1] += f"\n{item}"
                else:
                    parts.append(item)
            case _Kind.QUOTE:
                assert block.quote is not None
                url = _https(block.quote.url)
                place = _inert(block.quote.reference) + (f"\n    {url}" if url else "")
                parts.append(f"«{NBSP}{block.text}{NBSP}» [{block.quote.marker}]\n[{block.quote.marker}] {place}")
            case _:
                parts.append(_inert(block.text))
    return "\n\n".join(parts)


def _inert(text: str) -> str:
    return _CALLS.sub(lambda found: found[0] + _JOINER, text)
