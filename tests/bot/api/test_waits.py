"""How a wait is told to people."""

import pytest

from bot.api.authentication import _delay


@pytest.mark.parametrize(
    ("seconds", "told"),
    [(1, "1 s"), (119, "119 s"), (120, "2 min"), (121, "3 min"), (3_600, "1 h"), (13_329, "3 h 43 min")],
)
def test_a_wait_is_told_in_hours_and_minutes_rounded_up(seconds: int, told: str) -> None:
    assert _delay(seconds).replace("\u00a0", " ") == told
