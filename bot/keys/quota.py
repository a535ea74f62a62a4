"""How often each key may call: so many times a minute and a day, counted here and written down now and then."""

import contextlib
import threading
import time
from collections import Counter
from datetime import UTC, date, datetime, timedelta

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from bot.keys.errors import UnknownKey
from bot.keys.model import Key
from bot.keys.store import KeyFile

FLUSH_SECONDS = 5.0
"""Calls that a process killed may forget, and processes that share a key ignore of each other: those of so long."""


class Quota:
    """Counts calls by key. Safe to share between threads."""

    def __init__(self, file: KeyFile) -> None:
        self._file = file
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        self._lock = threading.Lock()
        self._calls: Counter[tuple[str, date]] = Counter()
        self._writing: Counter[tuple[str, date]] = Counter()

    def take(self, key: Key) -> int:
        """Count a call; 0, or the seconds to wait when there were too many, which is then not counted."""
        now = self._file.now()
        with self._lock:
            day = (key.id, now.date())
            if key.per_day and key.used_today + self._writing[day] + self._calls[day] >= key.per_day:
                return _until_tomorrow(now)
            if key.per_minute:
                item = RateLimitItemPerMinute(key.per_minute)
                if not self._limiter.hit(item, key.id):
                    reset = self._limiter.get_window_stats(item, key.id).reset_time
                    return max(1, int(reset - time.time()) + 1)
            self._calls[day] += 1
        return 0

    def flush(self) -> None:
        """Write down the calls since the last time; one thread at a time.

        They go on counting while they are being written, which may wait for another process: a bound may be reached
        a moment too early, and too late only for calls that read the file in the very instant before.

        Raises:
            KeysUnavailable: the file cannot be written; nothing is forgotten.
        """
        with self._lock:
            self._writing, self._calls = +self._calls, Counter()
        if not self._writing:
            return
        failed = True
        try:
            with contextlib.suppress(UnknownKey):
                self._file.count(self._writing)
            failed = False
        finally:
            with self._lock:
                if failed:
                    self._calls.update(self._writing)
                self._writing = Counter()


def _until_tomorrow(now: datetime) -> int:
    midnight = datetime.combine(now.date() + timedelta(days=1), datetime.min.time(), tzinfo=UTC)
    return max(1, int((midnight - now).total_seconds()) + 1)
