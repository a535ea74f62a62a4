"""Errors of the MCP server.

McpError
├── SdkMissing  the optional library is not installed
└── ToolRefused a tool cannot do what is asked; the message is French, for the assistant to read
"""

from bot.errors import BotError


class McpError(BotError):
    """Base of all errors of the MCP server."""

    code = "mcp_error"


class SdkMissing(McpError):
    """The optional library is not installed."""

    code = "mcp_missing"

    def __init__(self) -> None:
        super().__init__(
            "le protocole MCP demande une bibliothèque qui n’est pas installée ; installez-la : pip install "
            "'cybervigie[mcp]', ou, depuis le dossier du projet, .venv/bin/pip install -e '.[mcp]'"
        )


class ToolRefused(McpError):
    """A tool cannot do what is asked."""

    code = "tool_refused"
