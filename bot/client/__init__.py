"""A typed client of the HTTP API, for other programs: ``from bot.client import Client``.

The one package root of ours that names things, being the one that is imported from outside. Needs the extra
``client`` (httpx2, BSD-3-Clause); loads neither the index engine nor the model.
"""

from bot.client.client import Client
from bot.client.errors import ApiError, ClientError, KeyRefused, TooBusy, UnexpectedReply, Unreachable

__all__ = ["ApiError", "Client", "ClientError", "KeyRefused", "TooBusy", "UnexpectedReply", "Unreachable"]
