"""The optional half of the MCP server, brought in when it is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.mcp.errors import SdkMissing

if TYPE_CHECKING:
    from collections.abc import Collection

    from bot.api.observe import Metrics
    from bot.mcp.http import Endpoint
    from bot.service import Service

_OURS = ("mcp", "mcp_types")


def load_endpoint(service: Service, metrics: Metrics, origins: Collection[str]) -> Endpoint:
    """The application of ``/mcp``.

    Raises:
        SdkMissing: the extra is not installed.
    """
    try:
        from bot.mcp.http import Endpoint
    except ModuleNotFoundError as error:
        raise _missing(error) from None
    return Endpoint(service, metrics, origins)


def load_server(service: Service, metrics: Metrics) -> Any:
    """The server of the SDK, for the standard streams.

    Raises:
        SdkMissing: the extra is not installed.
    """
    try:
        from bot.mcp.server import build_server
    except ModuleNotFoundError as error:
        raise _missing(error) from None
    return build_server(service, metrics, over_http=False)


def _missing(error: ModuleNotFoundError) -> Exception:
    return SdkMissing() if (error.name or "").split(".")[0] in _OURS else error
