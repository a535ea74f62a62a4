"""The outbox: messages that were announced and the drafts owed to them, at least once each, across any crash.

It holds ids, codes and moments. A ticket's text is held only for a desk that cannot be asked again, masked, until its
draft is delivered (at most ``TEXT_DAYS``); then it is overwritten.
"""

import json
import sqlite3
import time
from collections.abc import Callable, Collection, Sequence
from pathlib import Path

from bot.helpdesk.ledger import Ledger
from bot.helpdesk.model import Draft, Intake, Ticket, TicketRef
from bot.helpdesk.outbox_model import Job, State, Taken, Work
from bot.helpdesk.outbox_tables import Tables

KEEP_DAYS = 90
"""How long a job that is over is kept: ids and codes, for agents' verdicts and for announcements that come again."""
TEXT_DAYS = 7
"""How long a message of a desk that cannot be asked again is kept when it cannot be delivered."""
REPLAY_SECONDS = 48 * 3600
"""How long an announcement's id is known: well over the ten minutes in which its signature is accepted (a tool may
sign its own repetitions anew for a day or more)."""
_DAY = 86_400
_OPEN = (State.WAITING, State.WORKING)
_FINAL = (State.DELIVERED, State.SETTLED, State.DISCARDED)


class Outbox:
    """The file of the outbox. Safe to share between threads and processes. Every method raises OutboxUnavailable."""

    def __init__(self, path: Path, *, clock: Callable[[], float] = time.time) -> None:
        self._tables = Tables(path)
        self._clock = clock
        self.ledger = Ledger(self._tables, clock)

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
                    "INSERT OR IGNORE INTO jobs VALUES (?, ?, ?, ?, ?, 0, ?, 0, ?, ?, '', '', '', '', 0)",
                    (ref.key, ref.desk, ref.ticket, ref.article, State.WAITING, now, now, now),
                )
                fresh += added
                if added and intake.ticket is not None:
                    db.execute("INSERT INTO texts VALUES (?, ?)", (ref.key, _written(intake.ticket)))
            if cursor is not None:
                db.execute("INSERT OR REPLACE INTO cursors VALUES (?, ?)", (desk, cursor))
        return Taken(fresh, len(intakes) - fresh)

    def cursor(self, desk: str) -> str:
        """Where polling goes on from; "" the first time."""
        with self._tables.transaction() as db:
            row = db.execute("SELECT cursor FROM cursors WHERE desk = ?", (desk,)).fetchone()
        return str(row["cursor"]) if row else ""

    def claim(self, lease: float, paused: Collection[str] = ()) -> Work | None:
        """The job that has been due for longest, taken up for ``lease`` seconds; none of a paused desk. Its
        ``attempts`` are those before this one."""
        now = self._clock()
        marks = ",".join("?" * len(paused))
        with self._tables.transaction() as db:
            row = db.execute(
                f"SELECT jobs.*, texts.ticket AS text FROM jobs LEFT JOIN texts USING (key) WHERE ((state = ? AND due "  # noqa: S608
                f"<= ?) OR (state = ? AND lease <= ?)) AND desk NOT IN ({marks}) ORDER BY due LIMIT 1",
                (State.WAITING, now, State.WORKING, now, *paused),
            ).fetchone()
            if row is None:
                return None
            db.execute(
                "UPDATE jobs SET state = ?, lease = ?, attempts = attempts + 1, updated = ? WHERE key = ?",
                (State.WORKING, now + lease, now, row["key"]),
            )
        job = _job(row)
        return Work(job, None if row["text"] is None else _read(job.ref, row["text"]))

    def recover(self, settle: float) -> int:
        """Give back what a worker that is no more had taken up; to be called by the only worker when it starts.

        A draft that was on its way may still arrive: such a job waits ``settle`` seconds, then finds it.
        """
        with self._tables.transaction() as db:
            return db.execute(
                "UPDATE jobs SET state = ?, due = CASE status WHEN '' THEN due ELSE ? END WHERE state = ?",
                (State.WAITING, self._clock() + settle, State.WORKING),
            ).rowcount

    def put_back(self, key: str, due: float, code: str, *, counted: bool = True) -> None:
        """Try a job again at ``due``; not ``counted``: it was not its fault, the attempt does not count."""
        with self._tables.transaction() as db:
            db.execute(
                "UPDATE jobs SET state = ?, due = ?, code = ?, updated = ?, attempts = attempts - ? WHERE key = ?",
                (State.WAITING, due, code, self._clock(), 0 if counted else 1, key),
            )

    def bury(self, key: str, code: str) -> None:
        """Make a job a dead letter."""
        with self._tables.transaction() as db:
            self._end(db, key, State.DEAD, code)

    def settle(self, key: str, code: str) -> None:
        """End a job that needs no draft."""
        with self._tables.transaction() as db:
            self._end(db, key, State.SETTLED, code)
            erased = _erased(db, key)
        self._forget(erased)

    def delivered(self, key: str) -> None:
        """End a job whose draft is under the ticket."""
        with self._tables.transaction() as db:
            self._end(db, key, State.DELIVERED, "")
            erased = _erased(db, key)
        self._forget(erased)

    def composed(self, key: str, draft: Draft, *, evaluation: bool) -> None:
        """Note what is about to be delivered: a verdict finds it even if this process dies just after."""
        with self._tables.transaction() as db:
            db.execute(
                "UPDATE jobs SET status = ?, reason = ?, answers = ?, evaluation = ? WHERE key = ?",
                (draft.status, draft.reason or "", " ".join(draft.answer_ids), int(evaluation), key),
            )

    def replay(self, key: str) -> bool:
        """Try a dead letter again, now; False where there is none of that key."""
        now = self._clock()
        with self._tables.transaction() as db:
            return bool(
                db.execute(
                    "UPDATE jobs SET state = ?, attempts = 0, due = ?, updated = ?, code = '' WHERE key = ? AND state "
                    "= ?",
                    (State.WAITING, now, now, key, State.DEAD),
                ).rowcount
            )

    def discard(self, key: str) -> bool:
        """Give up a job that waits or is dead, and erase its text; False where there is none of that key."""
        with self._tables.transaction() as db:
            row = db.execute("SELECT state FROM jobs WHERE key = ?", (key,)).fetchone()
            if row is None or State(row["state"]) not in (State.WAITING, State.DEAD):
                return False
            self._end(db, key, State.DISCARDED, "discarded")
            erased = _erased(db, key)
        self._forget(erased)
        return True

    def job(self, key: str) -> Job | None:
        """The job of a key."""
        with self._tables.transaction() as db:
            row = db.execute("SELECT * FROM jobs WHERE key = ?", (key,)).fetchone()
        return _job(row) if row else None

    def jobs(self, states: Collection[State], desk: str = "", limit: int = 100) -> tuple[Job, ...]:
        """Jobs in those states, of one desk or of all, the latest first."""
        marks = ",".join("?" * len(states))
        with self._tables.transaction() as db:
            rows = db.execute(
                f"SELECT * FROM jobs WHERE state IN ({marks}) AND ? IN ('', desk) ORDER BY updated DESC LIMIT ?",  # noqa: S608
                (*states, desk, limit),
            ).fetchall()
        return tuple(map(_job, rows))

    def counts(self) -> dict[tuple[str, State], int]:
        """How many jobs, by desk and state."""
        with self._tables.transaction() as db:
            rows = db.execute("SELECT desk, state, count(*) AS n FROM jobs GROUP BY desk, state").fetchall()
        return {(row["desk"], State(row["state"])): row["n"] for row in rows}

    def prune(self) -> None:
        """Delete what is too old: ids of announcements, jobs that are over, texts that could not be delivered."""
        now = self._clock()
        old = now - TEXT_DAYS * _DAY
        with self._tables.transaction() as db:
            db.execute("DELETE FROM deliveries WHERE at < ?", (now - REPLAY_SECONDS,))
            rows = db.execute("SELECT key, state FROM jobs JOIN texts USING (key) WHERE created < ?", (old,)).fetchall()
            for row in rows:
                if State(row["state"]) in _OPEN:
                    self._end(db, row["key"], State.DEAD, "expired")
            for row in rows:
                _erased(db, row["key"])
            marks = ",".join("?" * len((*_FINAL, State.DEAD)))
            db.execute(
                f"DELETE FROM jobs WHERE state IN ({marks}) AND updated < ?",  # noqa: S608
                (*_FINAL, State.DEAD, now - KEEP_DAYS * _DAY),
            )
            db.execute("DELETE FROM verdicts WHERE key NOT IN (SELECT key FROM jobs)")
        # Also what could not be taken out of the log earlier, because another process was reading.
        self._tables.forget()

    def _end(self, db: sqlite3.Connection, key: str, state: State, code: str) -> None:
        db.execute("UPDATE jobs SET state = ?, code = ?, updated = ? WHERE key = ?", (state, code, self._clock(), key))

    def _forget(self, erased: int) -> None:
        if erased:
            self._tables.forget()


def _inserted(db: sqlite3.Connection, statement: str, values: Sequence[object]) -> bool:
    return db.execute(statement, values).rowcount == 1


def _erased(db: sqlite3.Connection, key: str) -> int:
    return db.execute("DELETE FROM texts WHERE key = ?", (key,)).rowcount


def _job(row: sqlite3.Row) -> Job:
    return Job(
        key=row["key"],
        ref=TicketRef(row["desk"], row["ticket"], row["article"]),
        state=State(row["state"]),
        attempts=row["attempts"],
        due=row["due"],
        created=row["created"],
        updated=row["updated"],
        code=row["code"],
        status=row["status"],
        reason=row["reason"],
        answer_ids=tuple(row["answers"].split()),
        evaluation=bool(row["evaluation"]),
    )


def _written(ticket: Ticket) -> str:
    fields = {"text": ticket.text, "subject": ticket.subject, "category": ticket.category, "language": ticket.language}
    return json.dumps({**fields, "tags": sorted(ticket.tags)}, ensure_ascii=False)


def _read(ref: TicketRef, written: str) -> Ticket:
    found = json.loads(written)
    return Ticket(ref, **{**found, "tags": frozenset(found["tags"])})
