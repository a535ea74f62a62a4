"""Signals that ask a crawl to stop."""

import os
import signal
import threading

import pytest

from ingest.crawl.interruption import on_signals


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_asks_and_the_handlers_of_before_are_back_afterwards(number: signal.Signals) -> None:
    before = signal.getsignal(number)
    with on_signals() as interruption:
        assert not interruption.asked
        os.kill(os.getpid(), number)
        assert interruption.asked
    assert signal.getsignal(number) is before


def test_who_insists_is_obeyed_at_once() -> None:
    with on_signals() as interruption:
        os.kill(os.getpid(), signal.SIGINT)
        assert interruption.asked
        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), signal.SIGINT)


def test_another_thread_handles_no_signals() -> None:
    asked = []

    def run() -> None:
        with on_signals() as interruption:
            interruption.ask()
            asked.append(interruption.asked)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    assert asked == [True]
