"""The machine's clock."""

import time
from datetime import UTC, datetime


class SystemClock:
    """Wall clock: pauses between requests hold across restarts of the program."""

    def now(self) -> float:
        """Unix seconds."""
        return time.time()

    def sleep(self, seconds: float) -> None:
        """Wait."""
        time.sleep(max(0.0, seconds))


def iso(seconds: float) -> str:
    """ISO 8601 UTC, to the second."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
