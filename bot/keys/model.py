"""Data types of API keys. A secret is in none of them: it is shown once, and kept as a digest only."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class Scope(StrEnum):
    """What a key opens."""

    ASK = "ask"
    SEARCH = "search"
    FEEDBACK = "feedback"
    HELPDESK = "helpdesk"
    ADMIN = "admin"
    """Every other scope, those to come included."""


@dataclass(frozen=True, slots=True)
class Key:
    """A key as it is kept. Times are UTC; quotas count calls, 0 is none; ``used_today`` is what the file knows of."""

    id: str
    name: str
    scopes: frozenset[Scope]
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
    per_minute: int
    per_day: int
    last_used: date | None = None
    used_today: int = 0
    secrets: int = 1
    """Secrets accepted now: two during a rotation."""

    def may(self, scope: Scope) -> bool:
        """Whether the key opens this."""
        return scope in self.scopes or Scope.ADMIN in self.scopes


@dataclass(frozen=True, slots=True)
class Caller:
    """Who makes a request: the bearer of a key, or anyone, who may what is left open."""

    key: Key | None = None
    anonymous: frozenset[Scope] = frozenset()

    def may(self, scope: Scope) -> bool:
        """Whether the caller may use this."""
        return self.key.may(scope) if self.key is not None else scope in self.anonymous


@dataclass(frozen=True, slots=True)
class Issued:
    """A key just made or renewed, with its token: the only moment when it can be read."""

    key: Key
    token: str

    def __repr__(self) -> str:
        return f"Issued(key={self.key.id!r})"
