"""Documents as resources, for assistants whose users choose what to read."""

from bot.answer import Answerer
from bot.api import routes
from bot.mcp.errors import ToolRefused
from bot.mcp.tools import document_text
from bot.schema import DocumentSummary

PREFIX = "cybervigie://documents/"
TEMPLATE = PREFIX + "{document_id}"
LIST_PAGE = 100
READ_MAX = 200_000
"""Characters of a resource at most: it goes whole into a conversation; ``get_document`` reads longer ones by pages."""

_ID_MAX = 64


def listed(held: Answerer, cursor: str | None) -> tuple[list[DocumentSummary], str | None]:
    """A page of documents, and the cursor of the next one.

    Raises:
        ToolRefused: the cursor is none of ours.
    """
    if cursor is not None and (not cursor.isdecimal() or len(cursor) > 7):
        raise ToolRefused("Curseur inconnu : reprenez la liste au début.")
    offset = int(cursor or 0)
    found = routes.documents(held, offset=offset, limit=LIST_PAGE)
    end = offset + len(found.documents)
    return found.documents, str(end) if found.documents and end < found.total else None


def read(held: Answerer, uri: str) -> str:
    """The text of a document.

    Raises:
        ToolRefused: no such document, or a text that is not to be shown or too long to be read at once.
    """
    document_id = uri.removeprefix(PREFIX)
    if not uri.startswith(PREFIX) or not 1 <= len(document_id) <= _ID_MAX:
        raise ToolRefused("Adresse de document inconnue : voyez la liste des documents.")
    text = document_text(held, document_id)
    if len(text) > READ_MAX:
        raise ToolRefused("Document trop long pour être lu d’un coup : lisez-le par pages avec l’outil get_document.")
    return text
