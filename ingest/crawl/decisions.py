"""What the operator decided of a source, and when: published, rejected, brought back."""

from dataclasses import dataclass
from enum import StrEnum

from ingest.crawl.tables import DECISIONS
from ingest.store import DocumentStore


class Verb(StrEnum):
    """What was decided."""

    APPROVE = "approve"
    REJECT = "reject"
    RECONSIDER = "reconsider"
    ROLLBACK = "rollback"


@dataclass(frozen=True, slots=True)
class Decision:
    """``at``: ISO 8601 UTC. ``run``: the one that a rollback went back to, else None. ``changes``: documents published,
    changes rejected, addresses that may come back."""

    at: str
    source: str
    verb: Verb
    changes: int
    run: int | None = None


class Decisions:
    """The log of decisions; nothing is ever taken from it."""

    def __init__(self, store: DocumentStore) -> None:
        self._db = store.database
        self._db.prepare(DECISIONS)

    def record(self, decision: Decision) -> None:
        """Add a decision, in the transaction that carries it out."""
        self._db.change(
            "INSERT INTO crawl_decisions (at, source, verb, changes, run) VALUES (?, ?, ?, ?, ?)",
            decision.at,
            decision.source,
            decision.verb.value,
            decision.changes,
            decision.run,
        )

    def last(self, limit: int) -> list[Decision]:
        """The last decisions, newest first."""
        rows = self._db.rows(
            "SELECT at, source, verb, changes, run FROM crawl_decisions ORDER BY number DESC LIMIT ?", limit
        )
        return [Decision(at, source, Verb(verb), changes, run) for at, source, verb, changes, run in rows]
