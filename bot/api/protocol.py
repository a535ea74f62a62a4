"""What happens before there is a request: connections counted, headers awaited for so long, garbage refused.

The ASGI application sees none of this; the answers are the same problems with the same headers.
"""

import asyncio

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from bot.api.headers import API_HEADERS
from bot.api.problems import problem

HEADER_SECONDS = 5.0
CONNECTIONS_MAX = 256


class Protocol(H11Protocol):
    """uvicorn's HTTP/1.1, with a deadline for the headers of a request and a cap on connections."""

    _deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Refuse a connection too many; give the others so long to send a request."""
        super().connection_made(transport)
        if len(self.connections) > CONNECTIONS_MAX:
            self._refuse(503, "overloaded", "Trop de connexions : réessayez dans un instant.")
        else:
            self._await_headers()

    def data_received(self, data: bytes) -> None:
        """Stop the clock once a request has begun."""
        if self._deadline is None and not self._answering():
            self._await_headers()
        super().data_received(data)
        if self._answering():
            self._stop_clock()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the clock."""
        self._stop_clock()
        super().connection_lost(exc)

    def send_400_response(self, msg: str) -> None:
        """Refuse what is not HTTP."""
        self._refuse(400, "bad_request", "La requête HTTP est incorrecte ou trop longue.")

    def _answering(self) -> bool:
        return self.cycle is not None and not self.cycle.response_complete

    def _await_headers(self) -> None:
        self._deadline = self.loop.call_later(HEADER_SECONDS, self._late)

    def _stop_clock(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _late(self) -> None:
        if not self.transport.is_closing():
            self._refuse(408, "headers_timeout", "Les en-têtes de la requête arrivent trop lentement.")

    def _refuse(self, status: int, code: str, detail: str) -> None:
        """A problem, then the end of the connection."""
        self._stop_clock()
        # After half an answer there is nothing left to say.
        if self.conn.our_state in (h11.IDLE, h11.SEND_RESPONSE):
            reply = problem(status, code, detail, headers={**API_HEADERS, "Retry-After": "2", "Connection": "close"})
            for event in (
                h11.Response(status_code=status, headers=reply.raw_headers),
                h11.Data(data=bytes(reply.body)),
                h11.EndOfMessage(),
            ):
                self.transport.write(self.conn.send(event) or b"")
        self.transport.close()
