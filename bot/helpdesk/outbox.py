"""The outbox: messages that were announced and the drafts owed to them, at least once each, across any crash.

It holds ids, codes and moments. A ticket's text is held only for a desk that cannot be asked again, masked, until its
draft is delivered (at most ``TEXT_DAYS``); then it is overwritten.
"""

import sqlite3
import time
from collections.abc import Callable, Collection, Sequence
from pathlib import Path

from bot.helpdesk.ledger import Ledger
from bot.helpdesk.model import Audience, Draft, Intake, TicketRef
from bot.helpdesk.outbox_model import Job, State, Taken, Work
from bot.helpdesk.outbox_rows import end, erase, job_of, ticket_of, written
from bot.helpdesk.outbox_tables import Tables
from bot.helpdesk.outbox_upkeep import Upkeep

_STEP_SECONDS = 1.0
"""A row written so much later than now was written before the clock was set back."""
_WAIT_MAX = 26 * 3600.0
"""Seconds that a job waits at most: the day of a Retry-After, and a delay of our own."""


class Outbox:
    """The file of the outbox. Safe to share between threads and processes. Every method raises OutboxUnavailable."""

    def __init__(self, path: Path, *, clock: Callable[[], float] = time.time) -> None:
        self._tables = Tables(path)
        self._clock = clock
        self.ledger = Ledger(self._tables, clock)
        self.upkeep = Upkeep(self._tables, clock)

    def close(self) -> None:
        """Close the file; the next use opens it again."""
        self._tables.close()

    def take(self, desk: str, intakes: Sequence[Intake], cursor: str | None = None) -> Taken:
        """Take messages, and the cursor they were found with, all or nothing; on the disk when it returns.

        Tickets that come with the messages must be masked already.
        """
        now = self._clock()
        fresh = 0
        with self._tables.transaction() as db:
            # One announcement may be of several messages.
            announced = {
                delivery: _inserted(db, "INSERT OR IGNORE INTO deliveries VALUES (?, ?, ?)", (desk, delivery, now))
                for delivery in {intake.delivery for intake in intakes if intake.delivery}
            }
            for intake in intakes:
                if not announced.get(intake.delivery, True):
                    continue
                ref = intake.ref
                added = _inserted(
                    db,
                    "INSERT OR IGNORE INTO jobs VALUES (?, ?, ?, ?, ?, 0, ?, 0, ?, ?, '', '', '', '', 0, 0, '')",
                    (ref.key, ref.desk, ref.ticket, ref.article, State.WAITING, now, now, now),
                )
                fresh += added
                if added and intake.ticket is not None:
                    db.execute("INSERT INTO texts VALUES (?, ?)", (ref.key, written(intake.ticket)))
            if cursor is not None:
                db.execute("INSERT OR REPLACE INTO cursors VALUES (?, ?)", (desk, cursor))
        return Taken(fresh, len(intakes) - fresh)

    def cursor(self, desk: str) -> str:
        """Where polling goes on from; "" the first time."""
        with self._tables.transaction() as db:
            row = db.execute("SELECT cursor FROM cursors WHERE desk = ?", (desk,)).fetchone()
        return str(row["cursor"]) if row else ""

    def claim(self, desks: Collection[str], lease: float) -> Work | None:
        """The job of those desks that has been due for longest, taken up for ``lease`` seconds. Its ``attempts`` are
        those before this one.

        A clock that was set back would make jobs wait by as much: what they still had to wait is counted from now.
        """
        now = self._clock()
        marks = ",".join("?" * len(desks))
        with self._tables.transaction() as db:
            db.execute(
                f"UPDATE jobs SET due = ? + max(0, min(due - updated, ?)), lease = ? + max(0, min(lease - updated, ?)),"  # noqa: S608
                f" updated = ? WHERE state IN (?, ?) AND updated > ? AND desk IN ({marks})",
                (now, _WAIT_MAX, now, lease, now, State.WAITING, State.WORKING, now + _STEP_SECONDS, *desks),
            )
            row = db.execute(
                f"SELECT jobs.*, texts.ticket AS text FROM jobs LEFT JOIN texts USING (key) WHERE ((state = ? AND due "  # noqa: S608
                f"<= ?) OR (state = ? AND lease <= ?)) AND desk IN ({marks}) ORDER BY due LIMIT 1",
                (State.WAITING, now, State.WORKING, now, *desks),
            ).fetchone()
            if row is None:
                return None
            db.execute(
                "UPDATE jobs SET state = ?, lease = ?, attempts = attempts + 1, updated = ? WHERE key = ?",
                (State.WORKING, now + lease, now, row["key"]),
            )
        job = job_of(row)
        return Work(job, None if row["text"] is None else ticket_of(job.ref, row["text"]))

    def put_back(self, key: str, due: float, code: str, *, counted: bool = True) -> None:
        """Try a job in hand again at ``due``; not ``counted``: it was not its fault, the attempt does not count."""
        with self._tables.transaction() as db:
            db.execute(
                "UPDATE jobs SET state = ?, due = ?, code = ?, updated = ?, attempts = attempts - ?, crashes = 0 "
                "WHERE key = ? AND state = ?",
                (State.WAITING, due, code, self._clock(), 0 if counted else 1, key, State.WORKING),
            )

    def bury(self, key: str, code: str) -> None:
        """Make a job a dead letter."""
        with self._tables.transaction() as db:
            self._end(db, key, State.DEAD, code)

    def settle(self, key: str, code: str) -> None:
        """End a job that needs no draft."""
        with self._tables.transaction() as db:
            self._end(db, key, State.SETTLED, code)
            erased = erase(db, key)
        self._forget(erased)

    def delivered(self, key: str) -> None:
        """End a job whose draft is under the ticket."""
        with self._tables.transaction() as db:
            self._end(db, key, State.DELIVERED, "")
            erased = erase(db, key)
        self._forget(erased)

    def composed(self, key: str, draft: Draft, *, evaluation: bool, audience: Audience = Audience.AGENT) -> None:
        """Note what is about to be delivered, and to whom: a verdict finds it even if this process dies just after."""
        with self._tables.transaction() as db:
            db.execute(
                "UPDATE jobs SET status = ?, reason = ?, answers = ?, evaluation = ?, audience = ? WHERE key = ?",
                (draft.status, draft.reason or "", " ".join(draft.answer_ids), int(evaluation), audience, key),
            )

    def answered_before(self, ref: TicketRef) -> bool:
        """Whether the person was answered under this ticket already, or may have been, about another message."""
        with self._tables.transaction() as db:
            row = db.execute(
                "SELECT 1 FROM jobs WHERE desk = ? AND ticket = ? AND audience = ? AND key <> ? LIMIT 1",
                (ref.desk, ref.ticket, Audience.PERSON, ref.key),
            ).fetchone()
        return row is not None

    def replay(self, key: str) -> bool:
        """Try a dead letter again, or one that waits, now; False where there is none of that key."""
        now = self._clock()
        with self._tables.transaction() as db:
            return bool(
                db.execute(
                    "UPDATE jobs SET state = ?, attempts = 0, crashes = 0, due = ?, updated = ?, code = '' WHERE key "
                    "= ? AND state IN (?, ?)",
                    (State.WAITING, now, now, key, State.DEAD, State.WAITING),
                ).rowcount
            )

    def discard(self, key: str, *, unattended: bool = False) -> bool:
        """Give up a job that waits or is dead, and erase its text; False where there is none of that key.

        Also one in hand, where its lease has ended or no process works (``unattended``).
        """
        now = self._clock()
        with self._tables.transaction() as db:
            row = db.execute("SELECT state, lease FROM jobs WHERE key = ?", (key,)).fetchone()
            if row is None:
                return False
            held = row["state"] == State.WORKING and not unattended and row["lease"] > now
            if held or State(row["state"]) not in (State.WAITING, State.WORKING, State.DEAD):
                return False
            self._end(db, key, State.DISCARDED, "discarded")
            erased = erase(db, key)
        self._forget(erased)
        return True

    def job(self, key: str) -> Job | None:
        """The job of a key."""
        with self._tables.transaction() as db:
            row = db.execute("SELECT * FROM jobs WHERE key = ?", (key,)).fetchone()
        return job_of(row) if row else None

    def jobs(self, states: Collection[State], desk: str = "", limit: int = 100) -> tuple[Job, ...]:
        """Jobs in those states, of one desk or of all, the latest first."""
        marks = ",".join("?" * len(states))
        with self._tables.transaction() as db:
            rows = db.execute(
                f"SELECT * FROM jobs WHERE state IN ({marks}) AND ? IN ('', desk) ORDER BY updated DESC LIMIT ?",  # noqa: S608
                (*states, desk, limit),
            ).fetchall()
        return tuple(map(job_of, rows))

    def counts(self) -> dict[tuple[str, State], int]:
        """How many jobs, by desk and state."""
        with self._tables.transaction() as db:
            rows = db.execute("SELECT desk, state, count(*) AS n FROM jobs GROUP BY desk, state").fetchall()
        return {(row["desk"], State(row["state"])): row["n"] for row in rows}

    def oldest_due(self) -> dict[str, float]:
        """By desk, for how many seconds its oldest message that waits has been due."""
        now = self._clock()
        with self._tables.transaction() as db:
            rows = db.execute(
                "SELECT desk, min(due) AS due FROM jobs WHERE state = ? GROUP BY desk", (State.WAITING,)
            ).fetchall()
        return {row["desk"]: max(0.0, now - row["due"]) for row in rows}

    def _end(self, db: sqlite3.Connection, key: str, state: State, code: str) -> None:
        end(db, key, state, code, self._clock())

    def _forget(self, erased: int) -> None:
        if erased:
            self._tables.forget()


def _inserted(db: sqlite3.Connection, statement: str, values: Sequence[object]) -> bool:
    return db.execute(statement, values).rowcount == 1
