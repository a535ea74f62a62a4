"""What a 404 means: only the tool itself can say that something is gone.

Before a tool stands a proxy, which answers 404 as well while the tool restarts (Traefik: "404 page not found"). Read as
"the ticket is gone", that would settle a ticket for good without a draft.
"""

from bot.helpdesk.errors import DeskTemporary
from bot.helpdesk.fields import Fields
from bot.helpdesk.http import HttpReply


def failed(reply: HttpReply) -> str:
    """The text of ``{"error": "..."}``, in which Rails applications (Zammad, Chatwoot) fail; "" for any other body."""
    try:
        found = Fields(reply.json())
    except DeskTemporary:
        return ""
    # {"timestamp": ..., "status": 404, "error": "Not Found", "path": ...}: of gateways made with Spring.
    return "" if found.has("path") or found.has("timestamp") else found.text("error")


def foreign(tool: str) -> DeskTemporary:
    """A 404 that is not the tool's own."""
    message = f"un intermédiaire répond à la place de {tool} (404) : nouvel essai plus tard"
    return DeskTemporary(message, code="http_404")
