"""Requests as steps: the visit of a source is a generator that yields what it wants fetched and is sent the reply.

    reply = yield FetchRequest(...)

Who runs it decides when: pauses, threads, budgets and interruptions are none of the visit's business.
"""

import hashlib
from collections.abc import Generator
from typing import TypeVar

from ingest.crawl.model import FetchRequest, Response, SourceSummary
from ingest.crawl.pace import Pace
from ingest.crawl.workers import Reply

MAX_RETRIES = 2
"""Further attempts after a failure that may pass."""
MAX_BUSY = 4
"""Further attempts where the host asks for time."""

_Result = TypeVar("_Result")
Steps = Generator[FetchRequest, Reply, _Result]


def ask(summary: SourceSummary, request: FetchRequest) -> Steps[Reply]:
    """The reply to a request, counted."""
    reply = yield request
    summary.requests += 1
    if isinstance(reply, Response):
        summary.wire_bytes += reply.wire_bytes
    return reply


def back_off(pace: Pace, host: str, url: str, attempts: int) -> None:
    """Wait before the next attempt: twice as long each time, and not all addresses at the same moment. What is chance
    comes from the address, so that a run can be played again."""
    share = hashlib.sha256(f"{url} {attempts}".encode()).digest()[0] / 255
    pace.pause(host, pace.minimum_gap_s * 2**attempts * (1 + share))
