"""Calls counted by key: a minute, a day, and what is written down."""

from pathlib import Path
from typing import Any

import pytest

from bot.keys.errors import KeysUnavailable
from bot.keys.keyring import Keyring
from bot.keys.model import Scope
from bot.keys.quota import Quota

from .conftest import Clock, open_keyring


def test_a_minute_is_bounded(keyring: Keyring) -> None:
    quota, key = Quota(keyring.file), keyring.create("a", [Scope.ASK], per_minute=3).key
    other = keyring.create("b", [Scope.ASK], per_minute=3).key
    assert [quota.take(key) for _ in range(3)] == [0, 0, 0]
    assert 1 <= quota.take(key) <= 61
    assert quota.take(other) == 0


def test_a_day_is_bounded_across_restarts(keyring: Keyring, clock: Clock, folder: Path) -> None:
    issued = keyring.create("a", [Scope.ASK], per_minute=0, per_day=5)
    quota = Quota(keyring.file)
    assert [quota.take(keyring.verify(issued.token)) for _ in range(3)] == [0, 0, 0]
    quota.flush()
    again = open_keyring(folder, clock)
    restarted = Quota(again.file)
    assert [restarted.take(again.verify(issued.token)) for _ in range(2)] == [0, 0]
    # At noon, there are twelve hours to wait.
    assert restarted.take(again.verify(issued.token)) == 12 * 3600 + 1
    restarted.flush()
    assert again.verify(issued.token).used_today == 5
    clock.advance(hours=12)
    assert restarted.take(again.verify(issued.token)) == 0
    again.file.close()


def test_what_is_written_is_a_day_and_a_number(keyring: Keyring, clock: Clock) -> None:
    key = keyring.create("a", [Scope.ASK]).key
    assert key.last_used is None
    quota = Quota(keyring.file)
    for _ in range(4):
        quota.take(key)
    quota.flush()
    quota.flush()
    (found,) = keyring.file.keys()
    assert (found.last_used, found.used_today) == (clock.time.date(), 4)


def test_calls_are_not_lost_when_they_cannot_be_written(keyring: Keyring, monkeypatch: pytest.MonkeyPatch) -> None:
    key = keyring.create("a", [Scope.ASK]).key
    quota = Quota(keyring.file)
    quota.take(key)

    def fail(_: Any) -> None:
        raise KeysUnavailable("plein")

    with monkeypatch.context() as patched:
        patched.setattr(keyring.file, "count", fail)
        with pytest.raises(KeysUnavailable):
            quota.flush()
    quota.take(key)
    quota.flush()
    assert keyring.file.keys()[0].used_today == 2


def test_calls_count_while_they_are_being_written(keyring: Keyring, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another process may hold the file for seconds: the bound of the day holds meanwhile."""
    key = keyring.create("a", [Scope.ASK], per_minute=0, per_day=10).key
    quota = Quota(keyring.file)
    assert [quota.take(key) for _ in range(10)] == [0] * 10
    count, seen = keyring.file.count, []

    def slow(calls: Any) -> None:
        seen.extend(quota.take(key) > 0 for _ in range(10))
        count(calls)

    monkeypatch.setattr(keyring.file, "count", slow)
    quota.flush()
    assert seen == [True] * 10
    (found,) = keyring.file.keys()
    assert found.used_today == 10
    assert quota.take(found) > 0


def test_no_quota_is_no_bound(keyring: Keyring) -> None:
    quota, key = Quota(keyring.file), keyring.create("a", [Scope.ASK], per_minute=0, per_day=0).key
    assert {quota.take(key) for _ in range(500)} == {0}
