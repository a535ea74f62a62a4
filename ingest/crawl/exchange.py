"""What one request may use of time and bytes.

Times are those of the whole stage, not of one read: a server that sends a byte a second is late all the same.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from ingest.crawl.errors import BodyRefused, Unreachable

HEAD_BYTES = 256 * 1024
"""Bytes received until the head of the reply is complete, interim replies and the start of the body included."""


class Stage(StrEnum):
    """Where a request stands."""

    NAME = "recherche du nom"
    CONNECT = "connexion"
    TLS = "connexion chiffrée"
    HEAD = "début de la réponse"
    BODY = "réponse"


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds for each stage, and for the whole. ``connect`` counts for TCP, and again for TLS; ``head`` runs from the
    request to the end of the reply's headers."""

    name: float = 5.0
    connect: float = 5.0
    head: float = 15.0
    total: float = 60.0


class Exchange:
    """A request in progress: its stage, its deadlines, and the bytes received on the connection (TLS taken off).

    ``ended``: the server closed the connection.
    """

    def __init__(self, subject: str, timeouts: Timeouts, monotonic: Callable[[], float]) -> None:
        self.subject = subject
        self.stage = Stage.NAME
        self.received = 0
        self.ended = False
        self._monotonic = monotonic
        self._begun = monotonic()
        self._end = self._stage_end = self._begun + timeouts.total
        self._seconds = {
            Stage.NAME: timeouts.name,
            Stage.CONNECT: timeouts.connect,
            Stage.TLS: timeouts.connect,
            Stage.HEAD: timeouts.head,
        }
        self._allowance = HEAD_BYTES

    @property
    def elapsed(self) -> float:
        """Seconds since the request began."""
        return self._monotonic() - self._begun

    def enter(self, stage: Stage) -> None:
        """Begin a stage: its own time starts now."""
        self.stage = stage
        self.ended = False
        self._stage_end = self._monotonic() + self._seconds[stage]

    def enter_body(self, size: int, *, seconds: float | None = None) -> None:
        """Begin the body, of at most ``size`` bytes, in at most ``seconds`` (None: what is left of the whole).

        Framing may double a body: what does more is made to be long.
        """
        self.stage = Stage.BODY
        self._stage_end = self._end if seconds is None else self._monotonic() + seconds
        self._allowance = self.received + 2 * size + HEAD_BYTES

    def extend(self, total: float) -> None:
        """The body may last until ``total`` seconds after the request began."""
        self._end = self._stage_end = self._begun + total

    def left(self) -> float:
        """Seconds left, more than 0. Raises Unreachable (code ``timeout``)."""
        left = min(self._end, self._stage_end) - self._monotonic()
        if left <= 0:
            raise self.late()
        return left

    def late(self) -> Unreachable:
        """The error of a deadline that has passed."""
        return Unreachable(
            self.subject, f"trop lent, délai dépassé ({self.stage}) : à relire plus tard", code="timeout"
        )

    def receive(self, size: int) -> None:
        """Count bytes read from the connection; 0: its end. Raises BodyRefused beyond what the stage allows."""
        self.ended = size == 0
        self.received += size
        if self.received <= self._allowance:
            return
        if self.stage is Stage.BODY:
            raise BodyRefused(self.subject, "réponse bien plus longue que son contenu", code="too_large")
        raise BodyRefused(self.subject, "en-têtes de réponse trop longs", code="protocol")
