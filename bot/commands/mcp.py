"""``mcp``: the tools for an assistant on this machine, over the standard streams."""

from typing import Any

import anyio

from bot.api.observe import Metrics, configure_logs
from bot.commands.terminal import DataDir, settings_from
from bot.mcp.loading import load_server
from bot.service import Service


def mcp(data: DataDir = None) -> None:
    """Sert les outils d’un assistant (protocole MCP) sur l’entrée et la sortie standard, jusqu’à leur fermeture."""
    settings = settings_from(data)
    # Standard output belongs to the protocol; logs go to standard error.
    configure_logs(settings.log_level)
    service = Service(settings)
    server = load_server(service, Metrics())
    service.start()
    try:
        anyio.run(_serve, server)
    finally:
        service.stop()


async def _serve(server: Any) -> None:
    from mcp.server.stdio import stdio_server

    async with stdio_server() as (reading, writing):
        await server.run(reading, writing, server.create_initialization_options())
