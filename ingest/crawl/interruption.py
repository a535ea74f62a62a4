"""Stopping at the operator's wish: Ctrl-C, or the signal by which systemd ends a service."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


class Interruption:
    """Whether somebody asked the crawl to stop."""

    def __init__(self) -> None:
        self._asked = threading.Event()

    def ask(self) -> None:
        """Stop as soon as what is in hand is done."""
        self._asked.set()

    @property
    def asked(self) -> bool:
        """Whether to stop."""
        return self._asked.is_set()


@contextmanager
def on_signals() -> Iterator[Interruption]:
    """An interruption that SIGINT and SIGTERM ask for; a second SIGINT raises KeyboardInterrupt as usual.

    Outside of the main thread, where Python handles no signals, nobody asks but the caller.
    """
    interruption = Interruption()
    if threading.current_thread() is not threading.main_thread():
        yield interruption
        return
    earlier = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}

    def handle(number: int, _frame: FrameType | None) -> None:
        interruption.ask()
        if number == signal.SIGINT:
            signal.signal(signal.SIGINT, signal.default_int_handler)

    for number in earlier:
        signal.signal(number, handle)
    try:
        yield interruption
    finally:
        for number, handler in earlier.items():
            signal.signal(number, handler)
