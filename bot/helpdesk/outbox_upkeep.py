"""Upkeep of the outbox: what a worker that is no more had in hand, what nobody serves any more, what is too old."""

import random
from collections.abc import Callable, Collection

from bot.helpdesk.model import TicketRef
from bot.helpdesk.outbox_model import Crashed, State
from bot.helpdesk.outbox_rows import end, erase, job_of
from bot.helpdesk.outbox_tables import Tables
from bot.helpdesk.retry import Policy

KEEP_DAYS = 90
"""How long a job that is over is kept: ids and codes, for agents' verdicts and for announcements that come again."""
TEXT_DAYS = 7
"""How long a message of a desk that cannot be asked again is kept when it cannot be delivered."""
REPLAY_SECONDS = 48 * 3600
"""How long an announcement's id is known: well over the ten minutes in which its signature is accepted (a tool may
sign its own repetitions anew for a day or more)."""
CRASHED = "crashed"
_DAY = 86_400
_OPEN = (State.WAITING, State.WORKING)
_OVER = (State.DELIVERED, State.SETTLED, State.DISCARDED, State.DEAD)


class Upkeep:
    """Work beside the deliveries. Every method raises OutboxUnavailable."""

    def __init__(self, tables: Tables, clock: Callable[[], float]) -> None:
        self._tables = tables
        self._clock = clock

    def recover(self, policy: Policy, rng: random.Random) -> Crashed:
        """Give back what a worker that is no more had taken up; to be called by the only worker when it starts.

        A draft that was on its way may still arrive: such a job waits ``policy.settle`` seconds, then finds it. The
        others wait a little too: one that ends the process must not come first at every start. The
        ``policy.defects``-th time in a row it is a dead letter.
        """
        now = self._clock()
        buried: list[TicketRef] = []
        with self._tables.transaction() as db:
            rows = db.execute("SELECT * FROM jobs WHERE state = ?", (State.WORKING,)).fetchall()
            for row in rows:
                crashes = row["crashes"] + 1
                db.execute("UPDATE jobs SET crashes = ? WHERE key = ?", (crashes, row["key"]))
                if crashes >= policy.defects:
                    end(db, row["key"], State.DEAD, CRASHED, now)
                    buried.append(job_of(row).ref)
                    continue
                wait = max(policy.delay(crashes, rng), policy.settle if row["status"] else 0.0)
                db.execute(
                    "UPDATE jobs SET state = ?, due = ?, updated = ? WHERE key = ?",
                    (State.WAITING, now + wait, now, row["key"]),
                )
        return Crashed(len(rows) - len(buried), tuple(buried))

    def abandon(self, desks: Collection[str]) -> tuple[TicketRef, ...]:
        """Make dead letters of the messages of other desks than those, which were taken out of the settings."""
        now = self._clock()
        marks, states = ",".join("?" * len(desks)), ",".join("?" * len(_OPEN))
        with self._tables.transaction() as db:
            rows = db.execute(
                f"SELECT * FROM jobs WHERE state IN ({states}) AND desk NOT IN ({marks})",  # noqa: S608
                (*_OPEN, *desks),
            ).fetchall()
            for row in rows:
                end(db, row["key"], State.DEAD, "unknown_desk", now)
        return tuple(job_of(row).ref for row in rows)

    def prune(self) -> None:
        """Delete what is too old: ids of announcements, jobs that are over, texts that could not be delivered."""
        now = self._clock()
        old = now - TEXT_DAYS * _DAY
        with self._tables.transaction() as db:
            db.execute("DELETE FROM deliveries WHERE at < ?", (now - REPLAY_SECONDS,))
            rows = db.execute("SELECT key, state FROM jobs JOIN texts USING (key) WHERE created < ?", (old,)).fetchall()
            for row in rows:
                if State(row["state"]) in _OPEN:
                    end(db, row["key"], State.DEAD, "expired", now)
            for row in rows:
                erase(db, row["key"])
            marks = ",".join("?" * len(_OVER))
            db.execute(
                f"DELETE FROM jobs WHERE state IN ({marks}) AND updated < ?",  # noqa: S608
                (*_OVER, now - KEEP_DAYS * _DAY),
            )
            db.execute("DELETE FROM verdicts WHERE key NOT IN (SELECT key FROM jobs)")
        # Also what could not be taken out of the log earlier, because another process was reading.
        self._tables.forget()
