"""The time that one attempt may take in all: a tool that answers each call, but slowly, is slow all the same."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from bot.helpdesk.errors import DeskTemporary

_end: ContextVar[float | None] = ContextVar("cybervigie_helpdesk_attempt_end", default=None)


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """What is called in the block, in this thread, has so many seconds together."""
    before = _end.set(time.monotonic() + seconds)
    try:
        yield
    finally:
        _end.reset(before)


def left(most: float) -> float:
    """Seconds that a call may take: ``most``, or what is left of the attempt. Raises DeskTemporary when none is."""
    end = _end.get()
    if end is None:
        return most
    seconds = min(most, end - time.monotonic())
    if seconds <= 0:
        raise DeskTemporary("l’outil répond trop lentement : nouvel essai plus tard", code="timeout")
    return seconds
