"""Rows of the outbox, read and written."""

import json
import sqlite3

from bot.helpdesk.model import Ticket, TicketRef
from bot.helpdesk.outbox_model import Job, State


def job_of(row: sqlite3.Row) -> Job:
    """The job of a row."""
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


def written(ticket: Ticket) -> str:
    """A masked ticket as it is kept."""
    fields = {"text": ticket.text, "subject": ticket.subject, "category": ticket.category, "language": ticket.language}
    return json.dumps({**fields, "tags": sorted(ticket.tags)}, ensure_ascii=False)


def ticket_of(ref: TicketRef, text: str) -> Ticket:
    """The ticket that was kept."""
    found = json.loads(text)
    return Ticket(ref, **{**found, "tags": frozenset(found["tags"])})


def end(db: sqlite3.Connection, key: str, state: State, code: str, now: float) -> None:
    """End a job."""
    db.execute("UPDATE jobs SET state = ?, code = ?, updated = ? WHERE key = ?", (state, code, now, key))


def erase(db: sqlite3.Connection, key: str) -> int:
    """Erase the text of a job; how many there were."""
    return db.execute("DELETE FROM texts WHERE key = ?", (key,)).rowcount
