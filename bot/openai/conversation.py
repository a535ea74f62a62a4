"""From the messages of a chat interface to a question and its history.

System and developer messages are not read: no model is there to be instructed, which makes the service deaf to
injected instructions as well.
"""

from collections.abc import Iterable

from bot.errors import BadQuestion
from bot.openai.schema import ChatRequest, Message
from bot.question import MAX_CHARS, clean_question
from bot.schema import HISTORY_CHARS_MAX, HISTORY_TURNS_MAX, AskRequest, HistoryTurn

_ANSWER_CHARS = 1_000


def asked(request: ChatRequest) -> AskRequest:
    """What a chat request asks of us. Old turns that exceed what a history may be are dropped, never refused.

    Raises:
        BadQuestion: it asks for what cannot be given, has no message of a user, or its question cannot be taken.
    """
    _check(request)
    places = [place for place, message in enumerate(request.messages) if message.role == "user"]
    if not places:
        raise BadQuestion("no_user_message", "La conversation ne contient aucun message de l’utilisateur.")
    last = request.messages[places[-1]]
    if isinstance(last.content, list) and any(part.type != "text" for part in last.content):
        raise BadQuestion("unsupported_content", "Seul le texte est lu : ni image, ni son, ni fichier.")
    question = clean_question(_text(last))
    return AskRequest(question=question, history=_history(request.messages[: places[-1]]))


def _check(request: ChatRequest) -> None:
    if request.tools or request.functions:
        raise BadQuestion("unsupported_parameter", "Les outils (« tools ») ne sont pas pris en charge : retirez-les.")
    if request.n is not None and request.n != 1:
        raise BadQuestion("unsupported_parameter", "Une seule réponse est donnée : « n » vaut 1.")
    if request.response_format is not None and request.response_format.type != "text":
        raise BadQuestion("unsupported_parameter", "La réponse est un texte : « response_format » vaut « text ».")
    if request.modalities is not None and set(request.modalities) != {"text"}:
        raise BadQuestion("unsupported_parameter", "La réponse est un texte : « modalities » vaut « text ».")


def _history(messages: Iterable[Message]) -> list[HistoryTurn]:
    """The latest turns that fit, oldest first; a long text is cut, since only its beginning tells the subject."""
    turns: list[tuple[str, str]] = []
    for message in messages:
        if message.role == "user":
            turns.append((_text(message)[:MAX_CHARS], ""))
        elif message.role == "assistant" and turns and not turns[-1][1]:
            turns[-1] = (turns[-1][0], _text(message)[:_ANSWER_CHARS])
    kept: list[HistoryTurn] = []
    room = HISTORY_CHARS_MAX
    for question, answer in reversed(turns):
        if not any(char.isalnum() for char in question):
            continue
        room -= len(question) + len(answer)
        if room < 0 or len(kept) == HISTORY_TURNS_MAX:
            break
        kept.append(HistoryTurn(question=question, answer=answer))
    return kept[::-1]


def _text(message: Message) -> str:
    if isinstance(message.content, list):
        return "\n".join(part.text for part in message.content if part.type == "text" and part.text)
    return message.content or ""
